"""When somebody can be engaged, managed and taken off the list."""

from datetime import date, timedelta

import pytest

from forethought.people import rules

DAY = date(2028, 2, 29)


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
