"""Who gets the code of the trail: two people, neither of them IT support, and why it is not the usual two."""

import pytest

from forethought.people.witness_rules import choose

CAST = {
    "chair": ["joan"],
    "protection": ["dara"],
    "vice_chair": ["colin"],
    "trust_lead": ["tariq"],
    "clerk": ["cleo"],
}
EVERYBODY = {one for held in CAST.values() for one in held}


def chosen(*, it: set[str] | None = None, without_mail: set[str] | None = None, **changes: list[str]) -> list[str]:
    found = choose({**CAST, **changes}, it_support=it or set(), mailed=EVERYBODY - (without_mail or set()))
    return [f"{one.person}:{one.office}" for one in found.told] + list(found.said)


def test_the_chair_and_the_data_protection_officer_are_told() -> None:
    assert chosen() == ["joan:chair", "dara:protection"]


def test_one_who_is_both_is_told_once_and_the_vice_chair_beside() -> None:
    assert chosen(protection=["joan"]) == [
        "joan:chair",
        "colin:vice_chair",
        "The data protection officer is told already, in another office.",
        "In place of the data protection officer, the vice-chair of governors is told.",
    ]


def test_it_support_is_never_told_in_whatever_office() -> None:
    assert chosen(it={"joan", "colin", "dara"}) == [
        "tariq:trust_lead",
        "cleo:clerk",
        "The chair of governors is IT support as well.",
        "In place of the chair of governors, the trust lead is told.",
        "The data protection officer is IT support as well.",
        "In place of the data protection officer, the clerk to governors is told.",
    ]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (chosen(without_mail={"dara"}), "The data protection officer has no mail address here."),
        (chosen(protection=[]), "The data protection officer is not named here."),
    ],
)
def test_who_cannot_be_mailed_or_is_not_there_is_stood_in_for(found: list[str], said: str) -> None:
    assert found[:2] == ["joan:chair", "colin:vice_chair"] and said in found


def test_where_nobody_is_left_that_is_said() -> None:
    assert chosen(it=EVERYBODY) == [
        "The chair of governors is IT support as well.",
        "Nobody can stand in for the chair of governors.",
        "The data protection officer is IT support as well.",
        "Nobody can stand in for the data protection officer.",
    ]
