"""A pasted policy becomes paragraphs: nothing is lost, and what is printed is told apart."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.policies.taking_in import (
    Row,
    paragraphs_of,
    paragraphs_of_pages,
    paragraphs_of_rows,
    why_not_pasted,
)
from forethought.policies.text import LONGEST_NUMBER, LONGEST_TITLE, Text

pytestmark = pytest.mark.policy("F4")

Rows = list[tuple[str, str, str]]


def shown(text: Text) -> Rows:
    return [(each.number, each.title, each.words) for each in text]


def pasted(text: str) -> Rows:
    return shown(paragraphs_of(text))


# --- Numbers ---


@pytest.mark.parametrize(
    ("line", "number", "words"),
    [
        ("8.3 The school asks.", "8.3", "The school asks."),
        ("8.3. The school asks.", "8.3", "The school asks."),
        ("8.3\tThe school asks.", "8.3", "The school asks."),
        ("  8.3:  The school asks.", "8.3", "The school asks."),
        ("8.3.1 the school asks.", "8.3.1", "the school asks."),
        ("8.3a The school asks.", "8.3a", "The school asks."),
        ("8.3(b) The school asks.", "8.3(b)", "The school asks."),
        ("8(b) The school asks.", "8(b)", "The school asks."),
        ("A.1 The school asks.", "A.1", "The school asks."),
        ("9. Marking the work.", "9", "Marking the work."),
        ("3. The school asks.", "3", "The school asks."),
        ("3) The school asks.", "3)", "The school asks."),
        ("(3) The school asks.", "(3)", "The school asks."),
        ("(a) the school asks;", "(a)", "the school asks;"),
        ("a) the school asks;", "a)", "the school asks;"),
        ("a. the school asks;", "a", "the school asks;"),
        ("(iv) the school asks;", "(iv)", "the school asks;"),
        ("iv. the school asks;", "iv", "the school asks;"),
        ("Section 4: the school asks.", "Section 4", "the school asks."),
        ("SECTION 4 – The school asks.", "SECTION 4", "The school asks."),
        ("Appendix A. The school asks.", "Appendix A", "The school asks."),
    ],
)
def test_a_printed_number_is_told_from_the_words(line: str, number: str, words: str) -> None:
    assert pasted(line) == [(number, "", words)]


@pytest.mark.parametrize(
    "line",
    [
        "3 people were asked.",
        "2024 was the year of the last review.",
        "9.30 am is when the school begins.",
        "1.5 million people use it.",
        "25 March is the day of the review.",
        "12.5% of staff answered.",
        "1.9.2024 was the day.",
        "1st of all, ask.",
        "(s)he may ask.",
        "i.e. the head.",
        "J. Smith wrote this.",
        "Section 5 of the Equality Act 2010 says so.",
        "Part of it is new.",
        "(see the appendix) This is new.",
        "1234.5 is no number of a clause.",
    ],
)
def test_what_only_looks_like_a_number_stays_in_the_words(line: str) -> None:
    assert pasted(line) == [("", "", line)]


@pytest.mark.parametrize("number", ["8.3", "8.3.", "(a)", "3.", "Section 4"])
def test_a_number_alone_on_its_line_belongs_to_what_follows(number: str) -> None:
    assert pasted(f"{number}\n\nthe school asks.") == [(number.rstrip("."), "", "the school asks.")]
    assert pasted(number) == [("", "", number.rstrip("."))]


# --- Headings ---


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Reporting\nTell the head.", [("", "Reporting", "Tell the head.")]),
        ("Reporting\n\nTell the head.", [("", "Reporting", "Tell the head.")]),
        ("8. Reporting\nTell the head.", [("8", "Reporting", "Tell the head.")]),
        ("8 Reporting\nTell the head.", [("8", "Reporting", "Tell the head.")]),
        ("IV. Reporting\nTell the head.", [("IV", "Reporting", "Tell the head.")]),
        ("Section 8\nReporting\nTell the head.", [("Section 8", "Reporting", "Tell the head.")]),
        ("Section 8 Reporting\nTell the head.", [("Section 8", "Reporting", "Tell the head.")]),
        ("Who may report?\nAnybody.", [("", "Who may report?", "Anybody.")]),
        ("POLICY\nReporting\nTell the head.", [("", "POLICY", ""), ("", "Reporting", "Tell the head.")]),
        ("8. Reporting\n8.1 Tell the head.", [("8", "Reporting", ""), ("8.1", "", "Tell the head.")]),
        ("Reporting\n8.1 Tell the head.", [("", "Reporting", ""), ("8.1", "", "Tell the head.")]),
        ("Reporting", [("", "Reporting", "")]),
        ("Reporting\n• tell the head", [("", "Reporting", "• tell the head")]),
        ("8.1 Tell the head.\nMore of it.", [("8.1", "", "Tell the head."), ("", "", "More of it.")]),
    ],
)
def test_a_short_line_without_a_stop_is_the_title_of_what_follows(text: str, rows: Rows) -> None:
    assert pasted(text) == rows


@pytest.mark.parametrize(
    "line",
    [
        "Tell the head.",
        "Staff must:",
        "tell the head",
        "Tell the head and",
        "Introduction ........ 3",
        "Ask office@anytown.example",
        "Signed ____________",
        "2024",
        "W" + "o" * 80,
        "A " * 13 + "b",
        "(a) Tell the head",
    ],
)
def test_other_lines_are_no_headings(line: str) -> None:
    assert [title for _, title, _ in pasted(f"{line}\n8.1 Something else.")] == ["", ""]


def test_short_lines_after_a_colon_are_a_list_and_no_headings() -> None:
    assert pasted("We use:\nFacebook\nInstagram\nStaff may ask.\nReporting\nTell the head.") == [
        ("", "", "We use:"),
        ("", "", "Facebook"),
        ("", "", "Instagram"),
        ("", "", "Staff may ask."),
        ("", "Reporting", "Tell the head."),
    ]
    assert pasted("Staff must not:\nshare names\npost pictures\nReporting\nTell the head.")[3:] == [
        ("", "Reporting", "Tell the head.")
    ]


def test_numbered_short_lines_one_after_another_are_a_list_and_no_headings() -> None:
    assert pasted("1. Be polite\n2. Be fair\n3. Be quick\nAll of it matters.") == [
        ("1", "", "Be polite"),
        ("2", "", "Be fair"),
        ("3", "", "Be quick"),
        ("", "", "All of it matters."),
    ]


# --- Bullets ---


@pytest.mark.parametrize("bullet", ["• ", "•\t", "•", "- ", "– ", "* ", "o\t", "\uf0b7 ", "▪ ", "§ ", "· ", "•\n"])
def test_every_kind_of_bullet_looks_the_same_and_is_a_paragraph_of_its_own(bullet: str) -> None:
    assert pasted(f"Staff must not:\n{bullet}share names\n{bullet}post pictures") == [
        ("", "", "Staff must not:"),
        ("", "", "• share names"),
        ("", "", "• post pictures"),
    ]


# --- Lines that a margin broke ---

WRAPPED = """Social media policy

This policy says what the school expects of everybody who works here, and of
its governors. It was written with the recognised unions, as section
8.3 says, and is reviewed each year.

8.1 Staff are well-
informed. A password is never shared with any-
body, not even with a colleague whom anybody would trust, and pre-
and post-school clubs do the same.
(a) This holds at home, at work and on the way between them, at any time
and for
everyone;
(b) it holds for
    – agency staff, who may not have been here for long enough to know the
      rules, and
    – volunteers.
Reporting
Tell the head."""


def test_lines_that_a_margin_broke_are_put_together_again() -> None:
    assert pasted(WRAPPED) == [
        (
            "",
            "Social media policy",
            "This policy says what the school expects of everybody who works here, and of its governors. It was written"
            " with the recognised unions, as section 8.3 says, and is reviewed each year.",
        ),
        (
            "8.1",
            "",
            "Staff are well-informed. A password is never shared with anybody, not even with a colleague whom anybody"
            " would trust, and pre- and post-school clubs do the same.",
        ),
        ("(a)", "", "This holds at home, at work and on the way between them, at any time and for everyone;"),
        ("(b)", "", "it holds for"),
        ("", "", "• agency staff, who may not have been here for long enough to know the rules, and"),
        ("", "", "• volunteers."),
        ("", "Reporting", "Tell the head."),
    ]


def test_the_lines_of_a_table_of_contents_stay_apart() -> None:
    contents = "1. Introduction ........................ 3\n2. Reporting what was posted ........... 4\n"
    text = paragraphs_of(f"{contents}\nThis policy says what the school expects of\neverybody who works here.")

    assert [(each.number, each.words[:12]) for each in text] == [
        ("1", "Introduction"),
        ("2", "Reporting wh"),
        ("", "This policy "),
    ]


def test_where_no_margin_broke_them_each_line_is_a_paragraph() -> None:
    lines = [
        "The first paragraph is quite long, as one is that was copied from a word processor: it has one line only.",
        "The second paragraph is shorter than the first one, and stops here.",
        "The third one follows at once, and it is about as long as the second one was before.",
    ]

    assert [words for _, _, words in pasted("\n".join(lines))] == lines
    assert pasted("\n".join(lines)) == pasted("\n\n\n".join(lines))


def test_a_soft_hyphen_and_other_things_without_width_go() -> None:
    assert pasted("Col\u00adleagues may ask the head\u00ad\nteacher.\u200b Sta\ufb00 may\u00a0too.") == [
        ("", "", "Colleagues may ask the headteacher. Staff may too.")
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x85"])
def test_every_kind_of_newline_is_one(newline: str) -> None:
    assert pasted(f"One sentence.{newline}Another one.") == [("", "", "One sentence."), ("", "", "Another one.")]


def test_what_no_database_keeps_is_made_visible_or_a_blank() -> None:
    assert pasted("One\0two\ud800three\ufffe.") == [("", "", "One two\ufffdthree\ufffd.")]


@pytest.mark.parametrize("nothing", ["", " ", "\n\n", "\u200b\ufeff", "\f", "\0"])
def test_nothing_pasted_is_no_paragraph(nothing: str) -> None:
    assert paragraphs_of(nothing) == ()


# --- Furniture ---


def three_pages(header: str, footer: str) -> list[list[str]]:
    return [[header.format(n), f"Sentence {n}.", "", footer.format(n)] for n in ("1", "2", "3")]


@pytest.mark.parametrize(
    "line",
    [
        *("Anytown School", "Page {}", "Page {} of 3", "{}", "{} of 3", "- {} -", "{} | P a g e", "Page {} | Policy"),
        *("Anytown School policy {}", "{} Anytown School policy", "Policy v1.2, March 2024, page {}/3"),
    ],
)
def test_what_stands_on_three_pages_is_left_out_and_named(line: str) -> None:
    for pages in (three_pages(line, "Odd {0}{0}{0}th."), three_pages("Odd {0}{0}{0}th.", line)):
        text, left_out = paragraphs_of_pages(pages)

        assert left_out == tuple(dict.fromkeys(line.format(n) for n in "123"))
        assert [words for _, _, words in shown(text) if "Sentence" in words] == [f"Sentence {n}." for n in "123"]
        assert not {words for _, _, words in shown(text)} & set(left_out)


def test_what_stands_on_two_pages_stays() -> None:
    text, left_out = paragraphs_of_pages(three_pages("Anytown School.", "Page {}.")[:2])

    assert left_out == ()
    assert [words for _, _, words in shown(text)].count("Anytown School.") == 2


def test_what_stands_again_in_the_middle_of_pages_stays() -> None:
    middle = ["Staff must ask."] * 3
    before, after = "Before {}, {}.", "After {}, {}."
    pages = [
        [*(before.format(k, n) for k in "abcde"), *middle, *(after.format(k, n) for k in "abcde")] for n in (1, 4, 9)
    ]

    text, left_out = paragraphs_of_pages(pages)

    assert left_out == ()
    assert len(text) == 39


@pytest.mark.parametrize("line", ["Section {}", "Appendix {}", "{}.", "({})", "8.{}", "Year {}", "Sentence {} of it."])
def test_numbers_that_need_not_count_the_pages_stay(line: str) -> None:
    text, left_out = paragraphs_of_pages([[line.format(n), f"It says {n * n}."] for n in range(1, 6)])

    assert left_out == ()
    assert all(line.format(n).strip(".") in as_one(text) for n in range(1, 6))


def test_numbers_that_do_not_count_the_pages_stay() -> None:
    assert paragraphs_of_pages([[f"Page {n}", f"It says {n}."] for n in (1, 5, 7, 4)])[1] == ()


def test_page_numbers_in_a_pasted_text_part_its_pages() -> None:
    page = "Anytown School\nSentence {0} of the policy.\nPage {0} of 3\n"

    assert [words for _, _, words in pasted("".join(page.format(n) for n in "123"))] == [
        f"Sentence {n} of the policy." for n in "123"
    ]
    assert len(pasted("".join(page.format(n) for n in "12"))) == 4
    assert len(pasted("\f".join(["Anytown School.\nOne."] * 3))) == 0
    assert [words for _, _, words in pasted("Top.\nOne.\fTop.\nTwo.\fTop.\nThree.")] == ["One.", "Two.", "Three."]


# --- Rows of a Word document ---


def row(text: str, kind: str = "words", label: str = "", *, bold: bool = False) -> Row:
    return Row(kind, label, bold, (text,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row("reporting", "heading"), row("Tell.")], [("", "reporting", "Tell.")]),
        ([row("8. Reporting", "heading"), row("Tell.")], [("8", "Reporting", "Tell.")]),
        ([row("Reporting", "heading", "8."), row("Tell.")], [("8", "Reporting", "Tell.")]),
        ([row("Reporting", bold=True), row("Tell.")], [("", "Reporting", "Tell.")]),
        ([row("REPORTING"), row("Tell.")], [("", "REPORTING", "Tell.")]),
        ([row("Reporting"), row("Tell.")], [("", "", "Reporting"), ("", "", "Tell.")]),
        ([row("Everybody must tell.", bold=True), row("Yes.")], [("", "", "Everybody must tell."), ("", "", "Yes.")]),
        ([row("Tell.", label="8.3.")], [("8.3", "", "Tell.")]),
        ([row("Tell.", label="•")], [("", "", "• Tell.")]),
        ([row("Tell.", label="Section 12.12:")], [("", "", "Section 12.12 Tell.")]),
        ([row("One.\nTwo.")], [("", "", "One."), ("", "", "Two.")]),
        ([row("One line\nbroken by hand.")], [("", "", "One line broken by hand.")]),
        ([row("x " * 150, "heading"), row("Tell.")], [("", "", ("x " * 150).strip()), ("", "", "Tell.")]),
        ([Row("cells", "", False, ("Head", "Reads."))], [("", "Head", "Reads.")]),
        ([Row("cells", "", False, ("8.3", "Head", "Reads."))], [("8.3", "Head", "Reads.")]),
        ([Row("cells", "", False, ("8.3", "Reads."))], [("8.3", "", "Reads.")]),
        ([Row("cells", "", False, ("Who", "What", "When"))], [("", "Who", "What | When")]),
        ([Row("cells", "", False, ("the head", "reads"))], [("", "", "the head | reads")]),
        ([row("Roles", "heading"), Row("cells", "", False, ("Who", "We."))], [("", "Roles", ""), ("", "Who", "We.")]),
        ([row(" ", "heading"), row("\u200b")], []),
    ],
)
def test_rows_of_a_word_document_become_paragraphs(rows: list[Row], said: Rows) -> None:
    assert shown(paragraphs_of_rows(rows)) == said


# --- What holds for any text ---

#: Without the one letter that is also a bullet, and without what parts pages.
WORDS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="o\f"), min_size=1, max_size=9),
    st.sampled_from(
        "8.3|8.3.|(a)|3)|Section 4|Reporting|Staff must:|end.|well-|•|-|the|ask|A|–|12|ii.|§|and|…".split("|")
    ),
    st.sampled_from(["\u00ad", "\ufb01nd", "Page 1", "Page 2 of 9", "social media at school"]),
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", " ", "\n", "\n\n", "\t", "\r\n"])), max_size=60).map(
    lambda parts: "".join(word + after for word, after in parts)
)


def letters(text: str) -> str:
    """The letters and digits in their order, without the blanks between them."""
    plain = re.sub("[\ufb00-\ufb06]", lambda one: unicodedata.normalize("NFKC", one[0]), text)
    even = unicodedata.normalize("NFC", plain)
    return "".join(character for character in even if character.isalnum())


def as_one(text: Text) -> str:
    return "\n".join(f"{each.number}\n{each.title}\n{each.words}" for each in text)


@given(TEXTS)
def test_no_letter_is_lost_or_moved(text: str) -> None:
    assert letters(as_one(paragraphs_of(text))) == letters(text)


@given(st.lists(st.sampled_from(["the", "Head", "8.3", "asks.", "Reporting", "(a)", "well", "again,"]), max_size=80))
def test_no_word_is_lost_broken_or_joined(words: list[str]) -> None:
    for line in (3, 9, 12):
        text = "\n".join(" ".join(words[at : at + line]) for at in range(0, len(words), line))

        assert as_one(paragraphs_of(text)).split() == words


@given(TEXTS)
def test_every_paragraph_says_something_and_fits(text: str) -> None:
    for each in paragraphs_of(text):
        assert each.title or each.words
        assert len(each.number) <= LONGEST_NUMBER
        assert len(each.title) <= LONGEST_TITLE
        for part in (each.number, each.title, each.words):
            assert part == " ".join(part.split())
            assert not re.search("[\0-\x1f\x7f-\x9f\u00ad\u200b\ud800-\udfff]", part)


@given(st.lists(st.lists(st.sampled_from(("Anytown", "One.", "", "Page 1", "8.3 A", "and so", "3")), max_size=9)))
def test_only_what_is_named_is_left_out(pages: list[list[str]]) -> None:
    text, left_out = paragraphs_of_pages(pages)
    kept = [[line for line in page if line not in left_out] for page in pages]
    remaining = letters("".join(map("".join, pages)))

    assert len(letters(as_one(text))) >= len(letters("".join(map("".join, kept))))
    assert len(letters(as_one(text))) == len(remaining) or left_out


def test_far_too_long_a_text_is_not_even_taken_apart() -> None:
    assert why_not_pasted("x" * 800_000) is None
    assert why_not_pasted("x" * 800_001) == (
        "That has 800,001 characters. A policy here may have 400,000. Is it the right text?"
    )


def test_a_text_of_the_greatest_length_is_read_in_a_moment() -> None:
    line = "well-informed staff (see section 8.3 of the policy) may ask the head about it, and"
    for text in (
        "\n".join([line] * 5_000),
        "x" * 400_000,
        "1." * 200_000,
        "page " * 80_000,
        "(" * 400_000,
        "\n" * 400_000,
    ):
        paragraphs_of(text)
