"""Word files and PDFs for the tests, made here, and the two ways in which reading one can end."""

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from forethought.core.errors import Refused
from forethought.policies.reading_files import read_file

Words = list[tuple[str, str, str]]


def read(data: bytes, name: str = "policy.docx") -> Words:
    return [(each.number, each.title, each.words) for each in read_file(data, name).text]


def refusal(data: bytes, name: str = "policy.docx") -> str:
    with pytest.raises(Refused) as refused:
        read_file(data, name)
    assert refused.value.clause == "F4"
    return refused.value.sentence


def one_sentence(document: Any) -> None:
    document.add_paragraph("Staff may use social media.")


def a_docx(fill: Callable[[Any], object] = one_sentence) -> bytes:
    document = docx.Document()
    fill(document)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def a_docx_with(xml: str, *, at: int = 0) -> bytes:
    """A document whose body holds this XML before its one paragraph."""

    def fill(document: Any) -> None:
        document.add_paragraph("The end.")
        document.element.body.insert(at, parse_xml(xml.replace("<w:", "<w:", 1).replace(">", f" {nsdecls('w')}>", 1)))

    return a_docx(fill)


def repacked(data: bytes, change: dict[str, Callable[[bytes], bytes]], **more: bytes) -> bytes:
    """The same package with some of its parts changed, and others added."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, lambda part: part)(old.read(name)))
        for name, part in more.items():
            new.writestr(name, part)
    return kept.getvalue()


def replacing(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(part: bytes) -> bytes:
        assert old.encode() in part
        return part.replace(old.encode(), new.encode(), 1)

    return change


def a_pdf(*pages: str | bytes, scanned: bool = False) -> bytes:
    """A small PDF, written by hand: a line of print to a line, an empty line for a gap. Bytes are content as it is."""
    objects: dict[int, bytes] = {}
    picture = b"/XObject << /Im 5 0 R >>" if scanned else b""
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[3] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects[4] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>"
    pixel = zlib.compress(b"\xff")
    objects[5] = (
        b"<< /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode"
        b" /Length %d >>\nstream\n%s\nendstream" % (len(pixel), pixel)
    )
    kids = []
    for page in pages:
        content = page if isinstance(page, bytes) else content_of(page)
        key = len(objects) + 2
        objects[key] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
        objects[key + 1] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> %s >> >>" % (key, picture)
        )
        kids.append(b"%d 0 R" % (key + 1))
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, places = b"%PDF-1.4\n", {}
    for key in sorted(objects):
        places[key] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (key, objects[key])
    table = b"xref\n0 1\n0000000000 65535 f \n"
    table += b"".join(b"%d 1\n%010d 00000 n \n" % (key, places[key]) for key in sorted(places))
    return out + table + b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, len(out))


def content_of(page: str) -> bytes:
    height, lines = 800.0, []
    for line in page.split("\n"):
        if not line:
            height -= 10
            continue
        font, words = (b"/F2", line[2:]) if line.startswith("# ") else (b"/F1", line)
        shown = words.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
        lines.append(b"BT %s 11 Tf 1 0 0 1 60 %.1f Tm (%s) Tj ET" % (font, height, shown))
        height -= 14
    return b"\n".join(lines)
