"""A file that should hold a policy is known by its first bytes, and what is not taken is told what to do."""

import pytest

from forethought.policies.taking_in import MOST_BYTES, Kind, kind_of_file, why_not_file

pytestmark = pytest.mark.policy("F4")

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
ODT = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text"
OPC = b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml"


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (OPC, "policy.docx", Kind.DOCX),
        (OPC, "POLICY.DOCX", Kind.DOCX),
        (OPC, "policy", Kind.DOCX),
        (OPC, "policy.docm", Kind.MACROS),
        (OPC, "policy.xlsx", Kind.OTHER),
        (OPC, "policy.pdf", Kind.OTHER),
        (b"PK\x03\x04" + bytes(40), "policy.zip", Kind.ARCHIVE),
        (ODT, "policy.odt", Kind.OPEN_DOCUMENT),
        (ODT, "policy.docx", Kind.OPEN_DOCUMENT),
        (b"%PDF-1.7\n", "policy.pdf", Kind.PDF),
        (b"\xef\xbb\xbf%PDF-1.7\n", "policy.docx", Kind.PDF),
        (OLE, "policy.doc", Kind.DOC),
        (OLE, "policy.docx", Kind.LOCKED),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "policy", Kind.LOCKED),
        (OLE, "policy.xls", Kind.OTHER),
        (b"{\\rtf1 ", "policy.doc", Kind.RICH_TEXT),
        (b"\x89PNG\r\n", "policy.pdf", Kind.PICTURE),
        (b"\xff\xd8\xff\xe0", "policy.jpg", Kind.PICTURE),
        (b"\0\0\0\x24ftypheic", "policy.heic", Kind.PICTURE),
        (b"Staff may", "policy.txt", Kind.PLAIN_TEXT),
        (b"Staff may", "policy.docx", Kind.MISNAMED),
        (b"MZ\x90", "policy.exe", Kind.OTHER),
        (b"<html>", "", Kind.OTHER),
        (b"", "policy.docx", Kind.EMPTY),
    ],
)
def test_a_file_is_known_by_its_first_bytes(head: bytes, name: str, kind: Kind) -> None:
    assert kind_of_file(head, name) is kind
    assert (why_not_file(head, name, size=len(head)) is None) is (kind in {Kind.DOCX, Kind.PDF})


def test_an_older_word_file_is_told_what_to_do() -> None:
    assert why_not_file(OLE, "policy.doc", size=9) == (
        "That is an older Word document (.doc). Save it as .docx or PDF first."
    )


@pytest.mark.parametrize(
    ("size", "said"),
    [(MOST_BYTES, None), (MOST_BYTES + 1, "10.1 MB"), (12 * 1024 * 1024, "12 MB"), (12 * 1024 * 1024 + 1, "12.1 MB")],
)
def test_a_file_may_have_ten_megabytes(size: int, said: str | None) -> None:
    answer = why_not_file(b"%PDF-1.7\n", "policy.pdf", size=size)

    assert (answer is None) if said is None else (answer or "").startswith(f"That file is {said}. Up to 10 MB fit.")
