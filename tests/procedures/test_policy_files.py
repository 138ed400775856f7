"""A policy comes in as a Word file or another file: what is read, what is refused, and what is fenced in."""

import hashlib
import struct
import subprocess
import sys
from typing import Any

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from policy_files import a_docx, a_docx_with, read, refusal, repacked, replacing

from forethought.core.fence import ROOT
from forethought.policies import reading_files
from forethought.policies.reading_files import UNREAD, read_file
from forethought.policies.text import Paragraph

pytestmark = pytest.mark.policy("F4")


def test_a_word_file_is_read_in_its_order_with_its_headings_lists_and_tables() -> None:
    def fill(document: Any) -> None:
        document.add_heading("Social media policy", 0)
        document.add_heading("1. Introduction", 1)
        document.add_paragraph("Staff may use\tsocial\u00a0media.")
        document.add_heading("What staff must not do", 2)
        document.add_paragraph("1.2 Staff must not:")
        document.add_paragraph("share passwords", style="List Bullet")
        document.add_paragraph("post pictures", style="List Bullet")
        table = document.add_table(2, 2)
        for cell, words in zip(table._cells, ["Role", "What they do", "Head", "Reads each report."], strict=True):
            cell.text = words
        document.add_paragraph().add_run("Review").bold = True
        document.add_paragraph("Each year.")
        document.add_paragraph("   ")

    assert read(a_docx(fill)) == [
        ("", "Social media policy", ""),
        ("1", "Introduction", "Staff may use social media."),
        ("", "What staff must not do", ""),
        ("1.2", "", "Staff must not:"),
        ("", "", "• share passwords"),
        ("", "", "• post pictures"),
        ("", "Role", "What they do"),
        ("", "Head", "Reads each report."),
        ("", "Review", "Each year."),
    ]


def test_what_a_file_gives_is_its_text_its_fingerprint_and_its_kind() -> None:
    data = a_docx()

    taken = read_file(data, "policy.docx")

    assert taken.text == (Paragraph("", "", "Staff may use social media."),)
    assert taken.sha256 == hashlib.sha256(data).digest()
    assert (taken.kind, taken.remarks) == ("docx", ())


NUMBERING = """
<w:abstractNum w:abstractNumId="90">
 <w:lvl w:ilvl="0"><w:start w:val="7"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl>
 <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%4)"/></w:lvl>
 <w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl>
</w:abstractNum>"""


def numbered(document: Any, words: str, depth: int, number: int = 91) -> Any:
    paragraph = document.add_paragraph(words)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')
    )
    return paragraph


def test_the_numbers_that_word_makes_itself_are_counted() -> None:
    def fill(document: Any) -> None:
        root = document.part.numbering_part.element
        root.insert(0, parse_xml(NUMBERING.replace(">", f" {nsdecls('w')}>", 1).strip()))
        for key, more in (("91", ""), ("92", '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride>')):
            root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="90"/>{more}</w:num>'))
        numbered(document, "Definitions", 0).style = "Heading 1"
        numbered(document, "Takedown", 0).style = "Heading 1"
        for depth, words in enumerate(["The school asks.", "the head,", "or a deputy,", "who is free."], 1):
            numbered(document, words, depth)
        numbered(document, "The host answers.", 1)
        numbered(document, "A new letter.", 2)
        numbered(document, "It starts at five.", 1, 92)
        numbered(document, "Not numbered.", 1, 0)

    assert read(a_docx(fill)) == [
        ("7", "Definitions", ""),
        ("8", "Takedown", ""),
        ("8.1", "", "The school asks."),
        ("(a)", "", "the head,"),
        ("i)", "", "or a deputy,"),
        ("", "", "• who is free."),
        ("8.2", "", "The host answers."),
        ("(a)", "", "A new letter."),
        ("8.5", "", "It starts at five."),
        ("", "", "Not numbered."),
    ]


RUN = "<w:r><w:t>New.</w:t></w:r>"
BOX = f"<w:pict><w:txbxContent><w:p>{RUN}</w:p></w:txbxContent></w:pict>"


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (f"<w:sdt><w:sdtContent><w:p>{RUN}</w:p></w:sdtContent></w:sdt>", "New."),
        (f"<w:p><w:sdt><w:sdtContent>{RUN}</w:sdtContent></w:sdt><w:r><w:t> Old.</w:t></w:r></w:p>", "New. Old."),
        (f"<w:p><w:hyperlink>{RUN}</w:hyperlink></w:p>", "New."),
        (f"<w:p><w:fldSimple w:instr='X'>{RUN}</w:fldSimple></w:p>", "New."),
        (f"<w:p><w:r>{BOX}</w:r></w:p>", "New."),
        ("<w:p><w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>teaching</w:t></w:r></w:p>", "non-teaching"),
        ("<w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r></w:p>", "one two"),
        (f"<w:p>{RUN}<w:r><w:commentReference w:id='1'/></w:r></w:p>", "New."),
    ],
)
def test_no_words_are_passed_over_wherever_word_keeps_them(xml: str, words: str) -> None:
    assert read(a_docx_with(xml)) == [("", "", words), ("", "", "The end.")]


def test_a_table_that_only_lays_the_text_out_leaves_its_paragraphs_apart() -> None:
    def fill(document: Any) -> None:
        cell = document.add_table(1, 2).cell(0, 0)
        cell.text = "Staff may use social media."
        cell.add_paragraph("They take care.")
        cell._tc.getnext().p_lst[0].append(parse_xml(f"<w:r {nsdecls('w')}><w:t>Always.</w:t></w:r>"))

    assert [words for _, _, words in read(a_docx(fill))] == [
        "Staff may use social media.",
        "They take care.",
        "Always.",
    ]


def test_a_table_of_contents_is_left_out_and_a_footnote_comes_last() -> None:
    def fill(document: Any) -> None:
        document.styles.add_style("toc 1", 1)
        document.add_paragraph("Reporting\t3", style="toc 1")
        document.add_paragraph("Tell the head.")

    note = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator"><w:p/></w:footnote>'
        "<w:footnote><w:p><w:r><w:t>Or a deputy.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    pointing = f'<Relationship Id="n1" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    data = repacked(
        a_docx(fill),
        {"word/_rels/document.xml.rels": replacing("</Relationships>", pointing)},
        **{"word/footnotes.xml": note.encode()},
    )

    assert read(data) == [("", "", "Tell the head."), ("", "", "Or a deputy.")]


TRACKED = "The file holds tracked changes. Accept or reject them, save, and send it again."


@pytest.mark.parametrize(
    "xml",
    [
        f'<w:p><w:ins w:id="1" w:author="A">{RUN}</w:ins></w:p>',
        '<w:p><w:del w:id="1" w:author="A"><w:r><w:delText>Old.</w:delText></w:r></w:del></w:p>',
        f'<w:p><w:moveFrom w:id="1" w:author="A">{RUN}</w:moveFrom></w:p>',
        f'<w:p><w:moveTo w:id="1" w:author="A">{RUN}</w:moveTo></w:p>',
        '<w:p><w:pPr><w:rPr><w:ins w:id="1" w:author="A"/></w:rPr></w:pPr></w:p>',
        f'<w:tbl><w:tr><w:tc><w:p><w:ins w:id="1" w:author="A">{RUN}</w:ins></w:p></w:tc></w:tr></w:tbl>',
        '<w:tbl><w:tr><w:trPr><w:del w:id="1" w:author="A"/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>',
    ],
)
def test_tracked_changes_are_refused_wherever_they_stand(xml: str) -> None:
    assert refusal(a_docx_with(xml)) == TRACKED


def test_a_tracked_change_in_a_header_is_refused_and_one_in_a_comment_is_not() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("Text.")
        header = document.sections[0].header
        header.is_linked_to_previous = False
        header.paragraphs[0]._p.append(parse_xml(f'<w:ins {nsdecls("w")} w:id="1" w:author="A">{RUN}</w:ins>'))

    comment = f'<w:comments {nsdecls("w")}><w:comment><w:p><w:ins w:id="2">{RUN}</w:ins></w:p></w:comment></w:comments>'

    assert refusal(a_docx(fill)) == TRACKED
    assert read(repacked(a_docx(), {}, **{"word/comments.xml": comment.encode()})) == [
        ("", "", "Staff may use social media.")
    ]


def test_macros_are_refused_by_their_part_and_by_their_type() -> None:
    by_part = repacked(a_docx(), {}, **{"word/vbaProject.bin": b"\0"})
    by_type = repacked(
        a_docx(),
        {
            "[Content_Types].xml": replacing(
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                "application/vnd.ms-word.document.macroEnabled.main+xml",
            )
        },
    )

    for data, name in ((by_part, "policy.docx"), (by_type, "policy.docx"), (a_docx(), "policy.docm")):
        assert "holds macros" in refusal(data, name)


def test_what_unpacks_to_far_too_much_is_refused_before_it_is_unpacked() -> None:
    many = repacked(a_docx(), {}, **{f"word/media/{n}.png": bytes(40 * 1024 * 1024) for n in range(3)})
    one = repacked(a_docx(), {}, **{"word/more.xml": b"<a>" + b" " * 26 * 1024 * 1024 + b"</a>"})

    for data in (many, one):
        assert len(data) < 1024 * 1024
        assert "unpacks to far more" in refusal(data)


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    data = repacked(a_docx(), {}, **{"word/more.xml": b"<a>" + b" " * 1_000_000 + b"</a>"})
    at = data.rindex(b"word/more.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    lying = data[: at + 24] + struct.pack("<I", 7) + data[at + 28 :]

    assert "is damaged" in refusal(lying)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://localhost/x.dtd">',
    ],
)
def test_a_part_that_names_a_document_type_is_refused(doctype: str, encoding: str) -> None:
    def change(part: bytes) -> bytes:
        declaration, rest = part.decode().split("?>", 1)
        return f"{declaration.replace('UTF-8', encoding)}?>{doctype}{rest}".encode(encoding)

    assert "asks for other files" in refusal(repacked(a_docx(), {"word/document.xml": change}))


def test_a_strict_document_and_a_workbook_are_named_for_what_they_are() -> None:
    strict = replacing("http://schemas.openxmlformats.org/officeDocument", "http://purl.oclc.org/ooxml/officeDocument")
    workbook = replacing("wordprocessingml.document.main+xml", "spreadsheetml.sheet.main+xml")

    assert "“Strict”" in refusal(repacked(a_docx(), {"_rels/.rels": strict}))
    assert "no Word document" in refusal(repacked(a_docx(), {"[Content_Types].xml": workbook}))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_half_a_word_file_is_refused_as_damaged(share: float) -> None:
    data = a_docx()

    assert "is damaged" in refusal(data[: int(len(data) * share)])


def test_a_flipped_byte_is_refused_or_changes_nothing() -> None:
    data = a_docx()
    at = data.index(b"word/document.xml") + 200

    assert "is damaged" in refusal(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])


def test_a_locked_word_file_is_refused() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)

    assert "locked with a password" in refusal(ole)
    assert "locked with a password" in refusal(ole + "EncryptedPackage".encode("utf-16-le"), "policy.doc")
    assert refusal(ole, "policy.doc") == "That is an older Word document (.doc). Save it as .docx or PDF first."


def test_a_file_without_words_is_refused() -> None:
    assert refusal(a_docx(lambda document: None)) == "There is no text in that file. Paste the text instead."


def test_a_file_beyond_the_limits_of_a_policy_is_refused() -> None:
    def many(document: Any) -> None:
        body = document.element.body
        for n in range(2_001):
            body.insert(0, parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>Sentence {n}.</w:t></w:r></w:p>"))

    assert "2,001 paragraphs" in refusal(a_docx(many))
    assert "20,000 fit" in refusal(a_docx(lambda document: document.add_paragraph("word " * 4_100)))
    assert "holds far more" in refusal(a_docx(lambda document: document.add_paragraph("word " * 210_000)))


# --- Any file ---


def test_a_file_of_ten_megabytes_is_looked_at_and_one_byte_more_is_not() -> None:
    most = b"%PDF-1.7\n".ljust(10 * 1024 * 1024, b" ")

    assert "MB" not in refusal(most, "a.pdf")
    assert refusal(most + b" ", "a.pdf") == (
        "That file is 10.1 MB. Up to 10 MB fit. Save it without its pictures, or paste the text."
    )


@pytest.mark.parametrize(
    "start",
    [
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.abort()",
        "raise SystemExit(3)",
        "print('no JSON')",
        "print('[]')",
        "print('{}')",
        """print('{"rows": [7]}')""",
        """print('{"rows": [{"kind": "words", "label": 7, "bold": 0, "texts": ["a"]}]}')""",
        "print('[' * 100_000)",
        """print('{"not_read": "a word nobody knows"}')""",
        "import time; time.sleep(60)",
        "import sys; sys.path.append(sys.argv[1]); from forethought.policies._file_parser import fence_in;"
        " fence_in(); bytearray(600_000_000)",
        "import sys; sys.path.append(sys.argv[1]); from forethought.policies import _file_parser as it;"
        " it.MOST_SECONDS = 1; it.fence_in()\nwhile True: pass",
        "import sys; sys.path.append(sys.argv[1]); from forethought.policies._file_parser import fence_in;"
        " fence_in(); sys.stdout.write('x' * 17_000_000)",
    ],
)
def test_whatever_becomes_of_the_other_process_the_person_is_told_what_to_do(
    start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_files, "START", start)
    monkeypatch.setattr(reading_files, "LONGEST_WAIT", 3)

    assert refusal(a_docx()) == UNREAD
    assert UNREAD.startswith("That file could not be read.")
    assert UNREAD.endswith("Paste the text instead. Nothing was changed.")


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open('/tmp/forethought-was-here', 'w')",
        "import socket; socket.socket()",
        "import os; os.pipe()",
        "import subprocess; subprocess.run(['/bin/true'])",
    ],
)
def test_once_fenced_in_the_process_opens_nothing(attempt: str) -> None:
    code = (
        "import sys; sys.path.append(sys.argv[1]); import socket, subprocess, resource\n"
        "from forethought.policies._file_parser import fence_in\n"
        f"fence_in()\ntry: exec({attempt!r})\nexcept (OSError, ValueError): print('refused')"
    )

    ended = subprocess.run(
        [sys.executable, "-I", "-c", code, str(ROOT)], capture_output=True, text=True, env={}, timeout=600, check=False
    )

    assert ended.stdout == "refused\n", ended.stderr


def test_the_other_process_sees_no_environment_and_no_folder_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORETHOUGHT_SECRET", "hunter2")
    code = "import os, json; print(json.dumps({'not_read': str([*os.environ, os.getcwd()])}))"
    monkeypatch.setattr(reading_files, "START", code)
    monkeypatch.setitem(reading_files._NOT_READ, "['/']", "nothing")
    monkeypatch.setitem(reading_files._NOT_READ, "['LC_CTYPE', '/']", "nothing")

    assert refusal(a_docx()) == "nothing"


def test_the_web_process_never_loads_the_libraries_for_files() -> None:
    code = (
        "import sys; import forethought.policies.reading_files\n"
        "print(sorted({'docx', 'pypdf', 'lxml', 'django'} & set(sys.modules)))"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=600, check=True
    )

    assert ended.stdout == "[]\n"
