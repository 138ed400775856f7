"""When a lock in a bucket is renewed and until when, and how the walk through all files goes on where it was left."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from forethought.evidence.lock_rules import Walk, is_due, is_failing, new_end, pause
from forethought.evidence.locks import Refused, go_on, read_walk, write_walk
from forethought.evidence.store import StoreAway
from forethought.retention.locked import last_day

AT = datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC)


def day(number: float) -> datetime:
    return AT + timedelta(days=number)


@pytest.mark.parametrize(
    ("locked_until", "not_beyond", "until"),
    [
        (day(30), None, None),
        (day(15), None, None),
        (day(14.9), None, day(30)),
        (day(-3), None, day(30)),
        (None, None, day(30)),
        # The day on which it may be destroyed.
        (day(5), day(20), day(20)),
        (None, day(20), day(20)),
        (day(10), day(10), None),
        (day(10), day(8), None),
        (day(-1), day(-2), None),
        (None, day(0), None),
    ],
)
def test_a_lock_is_renewed_in_its_second_half_and_never_beyond_the_day_of_destruction(
    locked_until: datetime | None, not_beyond: datetime | None, until: datetime | None
) -> None:
    assert new_end(locked_until=locked_until, at=AT, days=30, not_beyond=not_beyond) == until


def test_a_file_that_is_looked_at_on_every_walk_is_never_without_its_lock() -> None:
    for days in (1, 2, 3, 4, 7, 30, 35, 90):
        until, at = AT + timedelta(days=days), AT
        while at < AT + timedelta(days=5 * days):
            at += pause(days)
            assert until > at, days
            until = new_end(locked_until=until, at=at, days=days, not_beyond=None) or until


@pytest.mark.parametrize(
    ("due_on", "kept_until", "held", "last"),
    [
        (None, None, False, None),
        (date(2027, 1, 1), None, False, date(2027, 1, 1)),
        (date(2027, 1, 1), date(2027, 6, 1), False, date(2027, 6, 1)),
        (date(2027, 1, 1), date(2026, 6, 1), False, date(2027, 1, 1)),
        (date(2027, 1, 1), None, True, None),
    ],
)
@pytest.mark.policy("11.1")
def test_what_may_be_destroyed_on_a_day_is_locked_until_then_unless_a_hold_stands(
    due_on: date | None, kept_until: date | None, held: bool, last: date | None
) -> None:
    assert last_day(due_on=due_on, kept_until=kept_until, held=held) == last


@pytest.mark.parametrize(
    ("walk", "due", "failing"),
    [
        (Walk(AT), True, False),
        (Walk(day(-22.5)), True, False),
        (Walk(day(-23)), True, True),
        (Walk(day(-60), under_way=False, ended_at=day(-7)), False, False),
        (Walk(day(-60), under_way=False, ended_at=day(-7.5)), True, False),
        (Walk(day(-60), under_way=True, ended_at=day(-23)), True, True),
        (Walk(day(-60), under_way=False, ended_at=day(-0.5), left_open=1), False, True),
        (Walk(day(-60), under_way=False, ended_at=day(-1), left_open=1), True, True),
    ],
)
def test_the_next_walk_comes_after_a_quarter_of_the_lock_and_somebody_hears_when_none_ends(
    walk: Walk, due: bool, failing: bool
) -> None:
    assert is_due(walk, AT, 30) is due
    assert is_failing(walk, AT, 30) is failing


class Place:
    """A bucket in memory."""

    days = 30

    def __init__(self, **until: float) -> None:
        self.until: dict[str, datetime | None] = {key: day(number) for key, number in until.items()}
        self.stubborn: set[str] = set()
        self.away = False
        self.asked: list[str] = []

    def keys(self, after: str) -> Iterator[str]:
        if self.away:
            raise StoreAway
        yield from sorted(key for key in self.until if key > after)

    def locked_until(self, key: str) -> datetime | None:
        self.asked.append(key)
        if key == "c-gone":
            raise FileNotFoundError
        return self.until[key]

    def lock(self, key: str, until: datetime) -> None:
        if key in self.stubborn:
            raise Refused
        self.until[key] = until


def test_the_walk_goes_on_where_it_was_left_and_counts(tmp_path: Path) -> None:
    place = Place(a=1, b=29, c=2, d=-1, e=3)
    place.until["c-gone"] = None
    lives = {key: None for key in place.until if key != "d"}
    path, turns = tmp_path / "locks" / "vault.json", 0

    while read_walk(path, AT).under_way:
        write_walk(path, go_on(place, read_walk(path, AT), living=lambda _: lives, at=AT, most=2))
        turns += 1

    ended = read_walk(path, AT)
    assert (turns, ended.looked, ended.renewed, ended.refused, ended.ended_at) == (4, 6, 3, 0, AT)
    # What no row names any more runs out.
    assert place.until["d"] == day(-1) and "d" not in place.asked
    assert place.until["b"] == day(29)
    assert {place.until[key] for key in "ace"} == {day(30)}
    place.asked.clear()
    assert go_on(place, ended, living=lambda _: lives, at=day(6), most=99) == ended
    assert place.asked == []


def test_a_file_that_cannot_be_locked_anew_holds_up_no_other_and_the_walk_comes_again_next_day() -> None:
    place = Place(a=1, b=1)
    place.stubborn = {"a"}
    walk = go_on(place, Walk(AT), living=lambda keys: dict.fromkeys(keys), at=AT, most=99)

    assert (walk.refused, walk.renewed, walk.left_open) == (1, 1, 1)
    assert is_failing(walk, AT, 30)
    place.stubborn = set()
    walk = go_on(place, walk, living=lambda keys: dict.fromkeys(keys), at=day(1), most=99)
    assert (walk.left_open, walk.renewed) == (0, 1)
    assert not is_failing(walk, day(1), 30)


def test_a_bucket_that_is_away_leaves_the_walk_where_it_was(tmp_path: Path) -> None:
    place = Place(a=1)
    place.away = True
    with pytest.raises(StoreAway):
        go_on(place, Walk(AT), living=lambda keys: dict.fromkeys(keys), at=AT, most=99)
    (tmp_path / "bad").write_text("{")
    assert read_walk(tmp_path / "bad", AT) == Walk(AT) == replace(Walk(AT), after="")
