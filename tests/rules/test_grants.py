"""Who may be put on a case's list by hand, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.cases.grant_rules import LENGTHS, Standing, warn_at, why_not_end, why_not_grant_seat, why_not_renew

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@pytest.mark.policy("7.2", "8.1")
@pytest.mark.parametrize(
    ("part", "length", "reason", "standing", "says"),
    [
        ("listed", "task", "Helps.", Standing(), None),
        ("guest", "involved", "Their union.", Standing(opens_cases=False), None),
        ("hr", "task", "Advises.", Standing(opens_cases=False), None),
        ("listed", "task", "Helps.", Standing(opens_cases=False), "Nobody without a manager’s"),
        ("listed", "task", "Helps.", Standing(kept_out=True), "kept out of this case"),
        ("guest", "task", "Helps.", Standing(kept_out=True), "kept out of this case"),
        ("guest", "task", "Helps.", Standing(has_part=True), "They have a part in this case"),
        ("guest", "task", "Helps.", Standing(seated=True), "on the list already"),
        ("guest", "task", "Helps.", Standing(themselves=True), "on the list already"),
        ("guest", "task", "Helps.", Standing(left=True), "has left"),
        ("guest", "task", " \u200b", Standing(), "Say in a few words why"),
        ("guest", "for ever", "Helps.", Standing(), "Choose for how long"),
        ("manager", "task", "Helps.", Standing(), "Choose what they are"),
    ],
)
def test_who_may_be_put_on_a_list(part: str, length: str, reason: str, standing: Standing, says: str | None) -> None:
    said = why_not_grant_seat(part=part, length=length, reason=reason, standing=standing)
    assert said is None if says is None else says in str(said)


@pytest.mark.policy("8.1")
def test_a_seat_runs_on_only_while_it_runs_and_with_a_reason() -> None:
    assert why_not_renew(ended=False, ends_at=AT, reason="Still at it.") is None
    assert "anew" not in str(why_not_renew(ended=False, ends_at=AT, reason=""))
    assert "has ended" in str(why_not_renew(ended=True, ends_at=AT, reason="Still."))
    assert "office" in str(why_not_renew(ended=False, ends_at=None, reason="Still."))


@pytest.mark.policy("8.1")
def test_a_case_never_loses_the_one_it_hangs_on() -> None:
    assert why_not_end(ended=False, why="listed", is_manager=False) is None
    assert "would have nobody" in str(why_not_end(ended=False, why="manager", is_manager=False))
    assert "would have nobody" in str(why_not_end(ended=False, why="head", is_manager=True))
    assert "ended already" in str(why_not_end(ended=True, why="listed", is_manager=False))


@pytest.mark.policy("8.1")
@pytest.mark.parametrize(("length", "before"), [("task", timedelta(days=7)), ("involved", timedelta(days=7))])
def test_a_warning_goes_out_a_week_before_the_end(length: str, before: timedelta) -> None:
    end = AT + LENGTHS[length]
    assert warn_at(end, given_at=AT) == end - before


def test_a_short_seat_is_warned_of_half_way_through() -> None:
    assert warn_at(AT + timedelta(hours=2), given_at=AT) == AT + timedelta(hours=1)
