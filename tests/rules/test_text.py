"""Words that people type: what is made even, what is refused, and how long they are."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forethought.core.text import is_blank, tidy, too_long_by, why_not_words

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a  ", "a"),
        ("\n\ta b\n", "a b"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("one\u2028two\u2029three", "one\ntwo\nthree"),
        ("\u00a0\u3000a\u3000", "a"),
        ("\u200b\ufeff a \u200b", "a"),
        ("cafe\u0301", "caf\u00e9"),
        ("a  b", "a  b"),
        ("", ""),
        (ENGLAND, ENGLAND),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        (FAMILY, FAMILY),
    ],
)
def test_tidy_text_looks_the_same_and_has_one_spelling(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\n\t",
        "\u00a0",
        "\u3000",
        "\u200b",
        "\u200d\u2060",
        "\ufeff",
        "\u00ad",
        "\u3164",
        "\u2800",
        "\u202e \u202c",
    ],
)
def test_text_without_anything_to_see_is_blank(typed: str) -> None:
    assert is_blank(typed)
    assert is_blank(tidy(typed))


@pytest.mark.parametrize("typed", [".", "0", "\u00a0a", "\u0301", "\U0001f600", "\u0661", ENGLAND])
def test_a_single_mark_is_not_blank(typed: str) -> None:
    assert not is_blank(typed)


@pytest.mark.parametrize(
    "typed",
    ["a\x00b", "\x00", "a\x07", "a\x0bb", "a\x1bb", "a\x7fb", "a\x85b", "a\ud800b", "a\udfffb", "a\uffffb", "a\ufdd0b"],
)
def test_a_character_that_cannot_be_kept_is_refused(typed: str) -> None:
    assert "hidden character" in str(why_not_words(typed))


def test_the_refusal_says_where_the_hidden_character_is() -> None:
    assert why_not_words("He wrote it\x07 twice") == (
        "There is a hidden character after “He wrote it”. Delete it and type that part again."
    )
    assert "at the start of a line" in str(why_not_words("one\n\x07two"))


@pytest.mark.parametrize("typed", ["a\nb", "a\tb", "naïve", "שָׁלוֹם", "ประเทศไทย", "Việt Nam", "नमस्ते", FAMILY, ENGLAND])
def test_words_of_any_language_are_kept(typed: str) -> None:
    assert why_not_words(tidy(typed)) is None


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("x" + "\u0301" * 4, False),
        ("x" + "\u0301" * 5, True),
        ("a" + "\u0301" * 4, False),
        # The first mark melts into the letter (á) and still counts.
        ("a" + "\u0301" * 5, True),
        # Neither a joiner nor a variation selector in between makes it two short runs.
        ("x" + "\u0301" * 3 + "\u200d" + "\u0301" * 2, True),
        ("x" + "\u0301" * 3 + "\ufe0f" + "\u0301" * 2, True),
        ("x" + "\u0301" * 3 + "y" + "\u0301" * 3, False),
        ("x" + "\u0301" * 3 + " " + "\u0301" * 3, False),
    ],
)
def test_more_than_four_marks_on_one_letter_are_refused(typed: str, refused: bool) -> None:
    assert (why_not_words(tidy(typed)) is not None) is refused


@pytest.mark.parametrize(
    ("typed", "over"),
    [("a" * 10, 0), ("a" * 11, 1), ("\U0001f600" * 10, 0), ("abc\r\n" * 2 + "de", 0), ("abc\r\n" * 2 + "def", 1)],
)
def test_length_is_counted_in_code_points_with_a_newline_as_one(typed: str, over: int) -> None:
    assert too_long_by(tidy(typed), 10) == over


@pytest.mark.parametrize(
    ("length", "sentence"),
    [
        (10, None),
        (11, "1 character too long. Add the rest as a record."),
        (22, "12 characters too long. Add the rest as a record."),
        (1244, "1,234 characters too long. Add the rest as a record."),
    ],
)
def test_too_long_says_by_how_much_and_what_to_do(length: int, sentence: str | None) -> None:
    assert why_not_words("a" * length, longest=10, advice="Add the rest as a record.") == sentence


def test_too_long_without_advice_is_still_a_sentence() -> None:
    assert why_not_words("abc", longest=2) == "1 character too long."


@pytest.mark.parametrize("typed", ["a\nb", "a\rb", "a\r\nb", "Subject\nBcc: someone", "a\u2028b"])
def test_one_line_holds_no_newline(typed: str) -> None:
    assert why_not_words(tidy(typed), one_line=True) == "Use one line only."


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=40))
def test_what_is_let_through_is_even_and_survives_every_encoding(typed: str) -> None:
    text = tidy(typed)
    assert tidy(text) == text
    assert unicodedata.is_normalized("NFC", text)
    if why_not_words(text, longest=40) is None:
        assert text.encode().decode() == text
        assert "\x00" not in text and "\r" not in text
