"""Tricks of writing are undone, nothing innocent is bent, and every character knows where it stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.precheck.normalising import normalised, unified

#: Every character there is, halves of pairs among them.
ANYTHING = st.text(st.characters(exclude_categories=()))

UNDONE = [
    ("b1tch", "bitch"),
    ("a$$hole @sshole bo11ocks sh!t b@stard", "asshole asshole bollocks shit bastard"),
    ("f.u.c.k f-u-c-k", "fuck fuck"),
    ("f u c k  o f f", "fuck off"),
    ("c 0 c k", "cock"),
    ("f\u200bu\u2060c\ufeffk\u00ad", "fuck"),
    ("\uff46\uff55\uff43\uff4b \U0001d557\U0001d566\U0001d554\U0001d55c", "fuck fuck"),
    ("\U0001f175\U0001f184\U0001f172\U0001f17a", "FUCK"),
    ("you f\u03c5\u0441k", "you fuck"),
    ("r\u0430\u0441ist", "racist"),
    ("z\u0337a\u0337l\u0338g\u0335o", "zalgo"),
    ("you fuuuuuck", "you fuck"),
    ("\u202eabc", "abc"),
    ("O\u2019Brien \u2014 \u201chi\u201d\u2026", 'O\'Brien - "hi"...'),
    ("#BackToSchool", "#Back To School"),
    ("what a \U0001f40d\U0001f40d\U0001f40d", "what a  snake "),
    ("\U0001f1f5\U0001f1f0", " pakistani flag "),
    ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", " england flag "),
]

LEFT_ALONE = [
    "",
    "Y4s and Year 4s in 7B, KS2s, m8, gr8",
    "SW1A 1AA, EC1A 1BB, AB12 CDE, QQ 12 34 56 C",
    "me.h4ck3r@example.org and @MrT_geog",
    "love you x x x",
    "great!yes, cash$, US$, \u00a35",
    "1,2,3",
    "C3PO and H2O",
    "na\u00efve caf\u00e9",
    "\u041f\u0440\u0438\u0432\u0435\u0442, \u043a\u0430\u043a \u0434\u0435\u043b\u0430",
    "\u05e9\u05dc\u05d5\u05dd \u0639\u0644\u064a\u0643\u0645",
    "www.example.org xxx",
    "first line\nsecond line",
]


@pytest.mark.parametrize(("written", "meant"), UNDONE)
def test_a_trick_of_writing_is_undone(written: str, meant: str) -> None:
    assert normalised(written).text == meant


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_ordinary_writing_stays_as_it_is(text: str) -> None:
    assert normalised(text).text == text


def test_codes_keep_their_digits_when_a_text_is_only_unified() -> None:
    assert unified("ec1a\u00a01bb\u200b").text == "ec1a 1bb"


@given(ANYTHING)
def test_any_text_is_read_and_every_character_knows_its_place(text: str) -> None:
    for plain in (unified(text), normalised(text)):
        assert len(plain.text) == len(plain.origin)
        assert plain.origin == sorted(plain.origin)
        assert all(0 <= place < len(text) for place in plain.origin)


@given(st.text(min_size=1), st.data())
def test_a_span_leads_back_into_the_original(text: str, data: st.DataObject) -> None:
    plain = normalised(text)
    if not plain.text:
        return
    start = data.draw(st.integers(0, len(plain.text) - 1))
    end = data.draw(st.integers(start + 1, len(plain.text)))

    first, last = plain.place(start, end)

    assert 0 <= first < last <= len(text)


@pytest.mark.parametrize(
    "piece", ["a1", "$", "a@", "#Aa", "a\u0301", "\U0001f1ec", "a - ", "\U0001f3f4", "\ud800", "."]
)
def test_a_hundred_thousand_characters_of_anything_are_read(piece: str) -> None:
    text = (piece * (100_000 // len(piece)))[:100_000]

    assert len(normalised(text).text) <= 3 * len(text)
