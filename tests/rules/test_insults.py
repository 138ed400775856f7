"""British insults are found in whatever dress, and food, birds, plants and places are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.precheck.insults import ENTRIES, found
from forethought.precheck.normalising import normalised

STRONG = [
    words for words, entry in ENTRIES.items() if entry.severity == 3 and entry.innocent is None and " " not in words
]


def test_the_list_has_every_severity_and_innocent_senses() -> None:
    assert len(ENTRIES) >= 250
    assert {entry.severity for entry in ENTRIES.values()} == {1, 2, 3}
    assert {entry.sort for entry in ENTRIES.values()} == {"foul", "slur", "insult"}


@pytest.mark.parametrize(
    "text",
    [
        "faggots and peas for tea, butcher's finest",
        "spotted dick and custard",
        "Scunthorpe, Penistone, Cockermouth, Clitheroe, Essex, Wetwang, Twatt",
        "bastard file needed for DT",
        "blue tits at the feeder, then a great tit",
        "a cock pheasant and a robin",
        "hoe the allotment before the weeds come",
        "shiitake mushrooms, sitting down, a lovely sheet",
        "Moby Dick is on the list",
        "an old Maine coon cat",
    ],
)
def test_an_innocent_sense_is_left_alone(text: str) -> None:
    assert found(normalised(text)) == []


@pytest.mark.parametrize(
    "text", ["you faggot", "f*ck this", "w4nker", "what a tw@t", "b e l l e n d", "fuuuuck", "PIKEYS"]
)
def test_an_insult_in_disguise_is_found(text: str) -> None:
    assert found(normalised(text))


@given(
    st.sampled_from(STRONG),
    st.sampled_from(["\u200b", "\u00ad", "\u2060", " ", ".", "-", "_"]),
    st.sampled_from([str.upper, str.lower, str.title]),
)
def test_gaps_signs_and_case_do_not_hide_a_strong_word(word, gap, case) -> None:  # type: ignore[no-untyped-def]
    assert found(normalised("you, " + gap.join(case(word)) + "!"))


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_can_be_searched_for_insults(text: str) -> None:
    plain = normalised(text)

    assert all(0 <= hit.start < hit.end <= len(plain.text) for hit in found(plain))
