"""Which backups are kept, when the next is due, who releases a restored school."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.backups.rules import (
    Schedule,
    is_due,
    is_name,
    kept,
    made_at,
    name_for,
    newest_first,
    past_keys,
    why_not_release,
)

NOW = datetime(2026, 11, 29, 18, 30, tzinfo=UTC)


def named(*ages: timedelta) -> list[str]:
    return [name_for(NOW - age, "00000000") for age in ages]


def test_a_name_holds_its_time_and_nothing_else_is_one() -> None:
    assert made_at(name_for(NOW, "0a1b2c3d")) == NOW
    assert not is_name("../20261129T183000Z-0a1b2c3d")
    with pytest.raises(ValueError, match="called so"):
        made_at("yesterday")


def test_hours_days_and_months_are_kept_and_no_more() -> None:
    names = named(*(timedelta(hours=hour) for hour in range(24 * 500)))

    found = kept(names, Schedule(48, 35, 12))

    assert found >= set(names[:48])
    # Of what is older than two days, the newest of each day; then the newest of each month.
    assert len(found) == 48 + (35 - 3) + (12 - 2)
    assert min(found)[:6] == "202512"


def test_after_a_year_without_a_backup_the_old_ones_stay() -> None:
    old = named(*(timedelta(days=400, hours=hour) for hour in range(10)))

    assert kept([*old, *named(timedelta())], Schedule(48, 35, 12)) == {*old, *named(timedelta())}


def test_keys_go_to_the_day_and_the_newest_backup_keeps_its_own() -> None:
    just, past = named(timedelta(days=35), timedelta(days=35, seconds=1))

    assert past_keys([just, past], at=NOW, days=35) == {past}
    assert past_keys([past], at=NOW, days=35) == set()


def test_a_backup_that_a_wrong_clock_made_is_never_taken_for_the_newest() -> None:
    wrong, old, new = named(timedelta(days=-60), timedelta(hours=1), timedelta())

    assert newest_first([wrong, old, new], at=NOW) == [new, old, wrong]
    # Nor are all others older than one that a clock of the past made.
    assert newest_first([new, old], at=made_at(old) - timedelta(days=9)) == [new, old]


@pytest.mark.parametrize(
    ("ago", "due"),
    [(timedelta(minutes=59, seconds=59), False), (timedelta(hours=1), True), (timedelta(seconds=-1), True)],
)
def test_the_next_is_due_an_hour_after_the_last(ago: timedelta, due: bool) -> None:
    assert is_due(NOW - ago, NOW) is due
    assert is_due(None, NOW)


def test_two_people_release_a_restored_school_and_one_is_the_head() -> None:
    assert why_not_release(reviewed_by=None, by="chair", may={"head"}, is_head=False) is None
    assert why_not_release(reviewed_by="chair", by="head", may={"head"}, is_head=True) is None
    assert why_not_release(reviewed_by="head", by="chair", may={"head"}, is_head=False) is None
    assert "Somebody else" in str(why_not_release(reviewed_by="head", by="head", may={"head"}, is_head=True))
    assert "headteacher" in str(why_not_release(reviewed_by="chair", by="clerk", may={"head"}, is_head=False))
