"""When somebody can be engaged, managed and taken off the list; and what is understood of pasted lines."""

from datetime import date, timedelta

import pytest

from forethought.people import rules
from forethought.people.lists import MOST, Line, Newcomer, read_lines

DAY = date(2028, 2, 29)
KINDS = {"employee": "Employee", "agency": "Agency", "governor": "Governor or trustee", "volunteer": "Volunteer"}


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("ends_on", "same", "sentence"),
    [
        (None, False, None),
        (DAY, False, None),
        (DAY + timedelta(days=1), False, None),
        (DAY - timedelta(days=1), False, "The last day cannot be before the first."),
        (DAY, True, "They are engaged as that on those days already. Choose another kind, or other days."),
    ],
)
def test_an_engagement_ends_no_sooner_than_it_begins_and_is_noted_once(
    ends_on: date | None, same: bool, sentence: str | None
) -> None:
    assert rules.why_not_engage(starts_on=DAY, ends_on=ends_on, same=same) == sentence


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("ends_on", "left", "allowed"),
    [(DAY, False, True), (None, False, True), (DAY - timedelta(days=1), False, False), (DAY, True, False)],
)
def test_an_engagement_of_somebody_here_can_end_from_its_first_day(
    ends_on: date | None, left: bool, allowed: bool
) -> None:
    assert (rules.why_not_end(starts_on=DAY, ends_on=ends_on, left=left) is None) is allowed


@pytest.mark.policy("3.7")
@pytest.mark.parametrize(
    ("themselves", "left", "begins"),
    [(False, False, None), (True, False, "Nobody manages themselves."), (False, True, "They have left")],
)
def test_a_manager_is_somebody_else_who_is_here(themselves: bool, left: bool, begins: str | None) -> None:
    reason = rules.why_not_manage(themselves=themselves, left=left)
    assert reason is None if begins is None else str(reason).startswith(begins)


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("left", "themselves", "begins"),
    [(False, False, None), (True, False, "They are off the list already."), (False, True, "You cannot take yourself")],
)
def test_somebody_leaves_once_and_not_by_their_own_hand(left: bool, themselves: bool, begins: str | None) -> None:
    reason = rules.why_not_leave(left=left, themselves=themselves)
    assert reason is None if begins is None else str(reason).startswith(begins)


# --- Pasted lines ---


def read(pasted: str) -> list[Line]:
    return read_lines(pasted, kinds=KINDS, is_email=lambda typed: "@" in typed and "." in typed.split("@")[-1])


def only(pasted: str) -> Line:
    [line] = read(pasted)
    return line


VERA = Newcomer("Vera Lind", "vera@home.example", "volunteer", date(2026, 9, 1), None)


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    "words",
    [
        "Vera Lind, vera@home.example, Volunteer, 1 9 2026",
        "Vera Lind,vera@home.example,volunteer,01/09/2026",
        "Vera Lind\tvera@home.example\tVOLUNTEER\t1 September 2026\t\t",
        '"Vera  Lind", vera@home.example, volunteer, "1 Sept, 2026",',
        " Vera Lind , vera@home.example , Volunteer , 1.9.26 ",
    ],
)
def test_a_line_is_understood_however_it_was_pasted(words: str) -> None:
    assert only(words).newcomer == VERA


@pytest.mark.policy("2.5")
def test_an_email_may_be_left_out_and_a_last_day_given() -> None:
    found = only("Sam Obi,, Supply, 29 2 2028, 29 2 2028").newcomer
    assert found == Newcomer("Sam Obi", "", "agency", DAY, DAY)


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Vera Lind", "Write name, email, kind and first day"),
        ("Vera Lind, v@home.example, Volunteer, 1 9 2026, 2 9 2026, more", "Write name, email, kind and first day"),
        (", v@home.example, Volunteer, 1 9 2026", "The name is missing."),
        ("V" * 121 + ", , Volunteer, 1 9 2026", "1 character too long."),
        ("Vera Lind, vera at home, Volunteer, 1 9 2026", "“vera at home” is not an email address."),
        ("Vera Lind, " + "v" * 250 + "@home.example, Volunteer, 1 9 2026", "is not an email address."),
        ("Vera Lind, , Head chef, 1 9 2026", "“Head chef” is not a kind. Write one of: Employee, Agency"),
        ("Vera Lind, , Volunteer, 29 2 2027", "“29 2 2027” is no first day. Write it like 12 11 2026."),
        ("Vera Lind, , Volunteer, soon", "“soon” is no first day."),
        ("Vera Lind, , Volunteer, 2 9 2026, 31 9 2026", "“31 9 2026” is no last day."),
        ("Vera Lind, , Volunteer, 2 9 2026, 1 9 2026", "The last day cannot be before the first."),
    ],
)
def test_a_line_that_is_not_understood_says_what_is_wrong(words: str, reason: str) -> None:
    line = only(words)
    assert line.newcomer is None and reason in line.reason


def test_headings_and_empty_lines_are_passed_over_and_numbers_are_those_of_the_box() -> None:
    lines = read("Name, Email, Kind, First day\n\n  \nVera Lind, , Volunteer, 1 9 2026\r\nnobody\n")
    assert [(line.number, line.newcomer is not None) for line in lines] == [(4, True), (5, False)]


@pytest.mark.parametrize("pasted", ["", " \n\t\n", "Name\tEmail"])
def test_no_line_at_all_is_a_sentence(pasted: str) -> None:
    with pytest.raises(ValueError, match="Paste at least one line"):
        read(pasted)


def test_more_than_can_be_looked_at_is_a_sentence_and_the_most_is_not() -> None:
    lines = [f"Person {number}, , Volunteer, 1 9 2026" for number in range(MOST + 1)]
    assert len(read("\n".join(lines[:MOST]))) == MOST
    with pytest.raises(ValueError, match=r"These are 501 lines\. Paste 500 at most"):
        read("\n".join(lines))


@pytest.mark.parametrize("pasted", ['"', '"a', "\x00,,,", "a\tb,c\td\te", "," * 9000])
def test_nothing_pasted_is_a_fault_of_the_program(pasted: str) -> None:
    assert all(line.newcomer is None and line.reason for line in read(pasted))
