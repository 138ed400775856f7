"""Who may look after a school account, how it is handed over, what is not as it should be: a table for each rule."""

from datetime import date

import pytest

from forethought.school_accounts import rules
from forethought.school_accounts.rules import Recovery

pytestmark = pytest.mark.policy("2.1")

TODAY = date(2026, 11, 20)
FINE = {
    "custodians": 2,
    "gone": 0,
    "recovery": "office",
    "second_step_on": date(2026, 1, 1),
    "review_on": date(2026, 11, 21),
    "today": TODAY,
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"custodians": 1}, ["Only one person"]),
        ({"custodians": 0}, ["Nobody looks after it."]),
        ({"custodians": 1, "gone": 1}, ["Somebody who has left", "Only one person"]),
        ({"recovery": "it"}, []),
        ({"recovery": "own"}, ["The school does not hold"]),
        ({"recovery": "unknown"}, ["The school does not hold"]),
        ({"second_step_on": None}, ["Nobody has confirmed"]),
        ({"second_step_on": date(2025, 11, 21)}, []),
        ({"second_step_on": date(2025, 11, 20)}, ["The second step was last"]),
        ({"second_step_on": date(2024, 2, 29), "today": date(2025, 2, 27)}, []),
        ({"second_step_on": date(2024, 2, 29), "today": date(2025, 2, 28)}, ["The second step was last"]),
        ({"review_on": TODAY}, ["It was to be looked at"]),
    ],
)
def test_what_is_not_as_it_should_be_is_said(changes: dict[str, object], said: list[str]) -> None:
    found = rules.faults(**{**FINE, **changes})  # type: ignore[arg-type]
    assert len(found) == len(said)
    assert all(one.startswith(start) for one, start in zip(found, said, strict=True))


@pytest.mark.parametrize(
    ("custodians", "there", "refused"),
    [
        ("ab", False, ""),
        ("abc", False, ""),
        ("a", False, "two different"),
        ("aa", False, "two different"),
        ("", False, "two different"),
        ("ab", True, "on the register already"),
    ],
)
def test_two_different_people_look_after_an_account_that_stands_there_once(
    custodians: str, there: bool, refused: str
) -> None:
    said = rules.why_not_register_account(custodians=custodians, there=there)
    assert (said is None) == (refused == "")
    assert refused in (said or "")


def test_a_review_is_a_year_on_also_from_29_february() -> None:
    assert rules.review_on(date(2024, 2, 29)) == date(2025, 2, 28)
    assert rules.review_on(TODAY) == date(2027, 11, 20)


@pytest.mark.parametrize(
    ("may", "closed", "already", "here", "allowed"),
    [
        (True, False, False, True, True),
        (False, False, False, True, False),
        (True, True, False, True, False),
        (True, False, True, True, False),
        (True, False, False, False, False),
    ],
)
def test_a_custodian_is_somebody_here_who_is_none_yet(
    may: bool, closed: bool, already: bool, here: bool, allowed: bool
) -> None:
    said = rules.why_not_name_custodian(may=may, closed=closed, already=already, here=here)
    assert (said is None) == allowed


@pytest.mark.parametrize(
    ("may", "ended", "gone", "others", "allowed"),
    [
        (True, False, False, 2, True),
        (True, False, False, 1, False),
        (True, False, True, 1, True),
        (True, False, True, 0, True),
        (True, True, True, 2, False),
        (False, False, True, 2, False),
    ],
)
def test_somebody_is_taken_off_once_two_others_are_there_or_they_left(
    may: bool, ended: bool, gone: bool, others: int, allowed: bool
) -> None:
    assert (rules.why_not_end_custody(may=may, ended=ended, gone=gone, others=others) is None) == allowed


BEGIN = {"may": True, "closed": False, "ended": False, "under_way": False, "taker_here": True, "taker_has": False}


@pytest.mark.parametrize(
    "changes",
    [
        {"may": False},
        {"closed": True},
        {"ended": True},
        {"under_way": True},
        {"taker_here": False},
        {"taker_has": True},
    ],
)
def test_each_thing_that_stands_in_the_way_of_a_hand_over_is_told(changes: dict[str, bool]) -> None:
    assert rules.why_not_begin_hand_over(**BEGIN) is None
    assert rules.why_not_begin_hand_over(**{**BEGIN, **changes})


@pytest.mark.parametrize(
    ("mine", "taken", "dropped", "confirmed", "allowed"),
    [
        (True, False, False, True, True),
        (True, False, False, False, False),
        (False, False, False, True, False),
        (True, True, False, True, False),
        (True, False, True, True, False),
    ],
)
def test_whoever_takes_over_confirms_it_themselves(
    mine: bool, taken: bool, dropped: bool, confirmed: bool, allowed: bool
) -> None:
    said = rules.why_not_take_over(mine=mine, taken=taken, dropped=dropped, confirmed=confirmed)
    assert (said is None) == allowed


@pytest.mark.parametrize(
    ("may", "taken", "done", "confirmed", "allowed"),
    [
        (True, True, False, True, True),
        (True, False, False, True, False),
        (True, True, True, True, False),
        (True, True, False, False, False),
        (False, True, False, True, False),
    ],
)
def test_nobody_lets_go_before_the_other_one_has_it(
    may: bool, taken: bool, done: bool, confirmed: bool, allowed: bool
) -> None:
    assert (rules.why_not_let_go(may=may, taken=taken, done=done, confirmed=confirmed) is None) == allowed


@pytest.mark.parametrize(
    ("may", "taken", "done", "allowed"),
    [(True, False, False, True), (True, True, False, False), (True, False, True, False), (False, False, False, False)],
)
def test_a_hand_over_is_called_off_until_it_is_taken(may: bool, taken: bool, done: bool, allowed: bool) -> None:
    assert (rules.why_not_drop_hand_over(may=may, taken=taken, done=done) is None) == allowed


@pytest.mark.parametrize(
    ("day", "allowed"),
    [(date(2026, 11, 20), True), (date(2026, 12, 31), True), (date(2027, 1, 1), True), (date(2027, 1, 2), False)],
)
def test_a_review_is_done_from_six_weeks_before_its_day(day: date, allowed: bool) -> None:
    said = rules.why_not_review_account(may=True, closed=False, review_on=day, today=TODAY)
    assert (said is None) == allowed
    assert rules.why_not_review_account(may=False, closed=False, review_on=day, today=TODAY)
    assert rules.why_not_review_account(may=True, closed=True, review_on=day, today=TODAY) == rules.CLOSED


@pytest.mark.parametrize(
    ("may", "own", "decided", "why", "agrees", "declines"),
    [
        (True, False, False, "Not now.", True, True),
        (True, False, False, " ", True, False),
        (True, True, False, "Not now.", False, False),
        (True, False, True, "Not now.", False, False),
        (False, False, False, "Not now.", False, False),
    ],
)
def test_a_request_is_decided_once_by_somebody_else_and_a_no_has_a_reason(
    may: bool, own: bool, decided: bool, why: str, agrees: bool, declines: bool
) -> None:
    assert (rules.why_not_decide_request(may=may, own=own, decided=decided) is None) == agrees
    assert (rules.why_not_decline_account(may=may, own=own, decided=decided, why=why) is None) == declines


def test_a_request_says_what_for_and_whom_and_names_two() -> None:
    ask = rules.why_not_ask_for_account
    assert ask(purpose="Trips", audience="Parents", custodians="ab") is None
    assert ask(purpose=" ", audience="Parents", custodians="ab")
    assert ask(purpose="Trips", audience="", custodians="ab")
    assert ask(purpose="Trips", audience="Parents", custodians="aa")


def test_an_account_is_closed_with_a_reason_and_once() -> None:
    assert rules.why_not_close_account(may=True, closed=False, why="Not used.") is None
    assert rules.why_not_close_account(may=True, closed=False, why="")
    assert rules.why_not_close_account(may=True, closed=True, why="Not used.")
    assert rules.why_not_close_account(may=False, closed=False, why="Not used.")


def test_the_school_holds_the_way_back_by_an_office_alone() -> None:
    assert [one.by_school for one in Recovery] == [True, True, False, False]


def test_an_account_is_changed_by_those_who_tend_it_and_takes_no_name_that_is_there() -> None:
    assert rules.why_not_change_account(may=True, closed=False, there=False) is None
    assert rules.why_not_change_account(may=True, closed=False, there=True)
    assert rules.why_not_change_account(may=False, closed=False, there=False) == rules.NOT_YOURS
    assert rules.why_not_change_account(may=True, closed=True, there=False) == rules.CLOSED
