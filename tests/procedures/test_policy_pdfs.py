"""A policy comes in as a PDF: how its print becomes paragraphs, and what is refused."""

import io
import zlib

import pypdf
import pytest
from policy_files import a_pdf, content_of, read, refusal

from forethought.policies.reading_files import read_file

pytestmark = pytest.mark.policy("F4")

POLICY = """# Social media policy

This policy says what the school expects of everybody who works here when they use
social media, at work and at home. It was written with the recognised unions. All of
it was agreed.

# 8. Takedown
8.1 When something is posted that should not be there, the school asks whoever runs the
site to take it down, and says why; it does so on the same day, as a
well-
run school does.

8.2 Staff must not:
• share a password with anybody at all, or write one down where others might come and
read it
• post pictures"""


def test_a_pdf_is_read_with_its_broken_lines_put_together() -> None:
    numbers, titles, words = zip(*read(a_pdf(POLICY), "policy.pdf"), strict=True)

    assert numbers == ("", "8", "8.1", "8.2", "", "")
    assert titles == ("Social media policy", "Takedown", "", "", "", "")
    assert words == (
        "This policy says what the school expects of everybody who works here when they use social media, at work and"
        " at home. It was written with the recognised unions. All of it was agreed.",
        "",
        "When something is posted that should not be there, the school asks whoever runs the site to take it down,"
        " and says why; it does so on the same day, as a well-run school does.",
        "Staff must not:",
        "• share a password with anybody at all, or write one down where others might come and read it",
        "• post pictures",
    )


def test_furniture_is_left_out_and_named_and_sentences_go_on_across_pages() -> None:
    clause = "{n}.1 This clause begins on one page of the policy and it goes on to the very"
    first = f"Anytown School\n\n{clause.format(n=1)}\n\nPage 1 of 3"
    second = f"Anytown School\n\nend on the next page.\n{clause.format(n=2)}\n\nPage 2 of 3"
    third = "Anytown School\n\nend of it all.\n\nPage 3 of 3"

    taken = read_file(a_pdf(first, second, third), "policy.pdf")

    words = "This clause begins on one page of the policy and it goes on to the very"
    assert [(each.number, each.words) for each in taken.text] == [
        ("1.1", f"{words} end on the next page."),
        ("2.1", f"{words} end of it all."),
    ]
    assert taken.remarks == (
        "Left out, because it stands on page after page:"
        " “Anytown School”, “Page 1 of 3”, “Page 2 of 3”, “Page 3 of 3”.",
    )


def test_a_scan_is_refused_and_one_scanned_page_is_named() -> None:
    assert refusal(a_pdf(b"q 595 0 0 842 0 0 cm /Im Do Q", scanned=True), "a.pdf") == (
        "That PDF holds pictures of pages, and no text. Paste the text instead."
    )
    assert refusal(a_pdf(b""), "a.pdf") == "There is no text in that file. Paste the text instead."
    stamped = [f"{content_of('Anytown School, scanned by the office').decode()} q /Im Do Q".encode()] * 3
    assert "holds pictures of pages" in refusal(a_pdf(*stamped, scanned=True), "a.pdf")
    mixed = read_file(a_pdf(POLICY, b"q 595 0 0 842 0 0 cm /Im Do Q", scanned=True), "a.pdf")
    assert mixed.remarks == ("Page 2 is a picture, so its words are not here.",)


def test_a_locked_pdf_is_refused() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(a_pdf(POLICY)))
    writer.encrypt("secret", algorithm="RC4-128")
    kept = io.BytesIO()
    writer.write(kept)

    assert "locked with a password" in refusal(kept.getvalue(), "a.pdf")


def test_a_pdf_of_very_many_pages_is_refused() -> None:
    assert "more than 300 pages" in refusal(a_pdf(*["Words."] * 301), "a.pdf")


def test_a_pdf_that_only_says_so_is_refused() -> None:
    for data in (b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(1000), a_pdf(POLICY)[:300]):
        assert refusal(data, "a.pdf").endswith("Nothing was changed.")


def test_a_stream_that_grows_without_end_is_refused() -> None:
    packed = zlib.compress(bytes(90_000_000))
    content = b"endstream endobj 99 0 obj << >> stream\n"
    data = a_pdf(content)
    at = data.index(b"<< /Length %d >>" % len(content))
    bomb = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)
    data = data[:at] + bomb + data[data.index(b"endstream\nendobj", at) + 9 :]

    assert len(data) < 200_000
    assert "unpacks to far more than a policy holds" in refusal(data, "a.pdf")
