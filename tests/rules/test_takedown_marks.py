"""The two marks of a takedown, and when somebody looks again."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.core.clock import LONDON
from forethought.takedowns.marks import approach_due, look_again, next_look, next_mark, resolve_due, website_due
from forethought.takedowns.rules import Status

SECOND = timedelta(seconds=1)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


REPORTED = at(2026, 11, 20, 18)
APPROACH = at(2026, 11, 20, 22)
RESOLVE = at(2026, 11, 21, 18)


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("reported", "approach"),
    [
        (REPORTED, APPROACH),
        # Counted from the minute: whoever reports at 6pm and some seconds is told “6pm”, and 10pm is what follows.
        (REPORTED - SECOND, at(2026, 11, 20, 21, 59)),
        (REPORTED + SECOND, APPROACH),
        (REPORTED + timedelta(seconds=59, microseconds=999_999), APPROACH),
        (REPORTED + timedelta(minutes=1), at(2026, 11, 21, 7, 1)),
        (at(2026, 11, 20, 21), at(2026, 11, 21, 10)),
        (at(2026, 11, 20, 21, 59, 59), at(2026, 11, 21, 10, 59)),
        (at(2026, 11, 20, 22), at(2026, 11, 21, 11)),
        (at(2026, 11, 21), at(2026, 11, 21, 11)),
        (at(2026, 11, 21, 7), at(2026, 11, 21, 11)),
        (at(2026, 11, 21, 6, 59, 59), at(2026, 11, 21, 11)),
        # Weekends and bank holidays are days like any other.
        (at(2026, 12, 25, 9), at(2026, 12, 25, 13)),
        (at(2026, 12, 26, 21), at(2026, 12, 27, 10)),
        # Seven in London is six in UTC in summer, and the night of the change is an hour shorter or longer.
        (at(2026, 7, 1, 20), at(2026, 7, 2, 9)),
        (at(2026, 3, 28, 21), at(2026, 3, 29, 9)),
        (at(2026, 10, 24, 20), at(2026, 10, 25, 10)),
    ],
)
def test_the_host_is_asked_within_four_hours_between_seven_and_ten(reported, approach):
    assert approach_due(reported) == approach


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("hours", [1, 4, 9, 15, 24, 100])
@pytest.mark.parametrize("hour", range(24))
def test_the_host_is_never_asked_later_than_the_24_hours(hours, hour):
    reported = at(2026, 11, 20, hour)
    assert reported <= approach_due(reported, hours) <= resolve_due(reported)


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("reported", "resolved"),
    [
        (REPORTED, RESOLVE),
        (at(2026, 11, 20, 23, 59, 59), at(2026, 11, 21, 23, 59, 59)),
        (at(2026, 3, 28, 18), at(2026, 3, 29, 18)),
        (at(2026, 10, 24, 18), at(2026, 10, 25, 18)),
        (datetime(2026, 3, 28, 18, tzinfo=LONDON), at(2026, 3, 29, 18)),
    ],
)
def test_the_promise_is_24_elapsed_hours(reported, resolved):
    assert resolve_due(reported) == resolved


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("sent", "ends"),
    [
        (REPORTED, at(2026, 11, 24, 18)),
        (at(2026, 11, 16, 18), at(2026, 11, 18, 18)),
        (at(2026, 11, 21, 12), at(2026, 11, 25)),
        (at(2026, 12, 24, 18), at(2026, 12, 30, 18)),
        (at(2026, 4, 2, 17), at(2026, 4, 8, 17)),
    ],
)
def test_a_websites_own_48_hours_skip_weekends_and_bank_holidays(sent, ends):
    assert website_due(sent) == ends


@pytest.mark.policy("8.5")
def test_somebody_looks_again_after_a_day_a_week_and_a_month():
    seen = at(2026, 11, 20, 20, 40)
    assert look_again(seen) == (at(2026, 11, 21, 20, 40), at(2026, 11, 27, 20, 40), at(2026, 12, 20, 20, 40))


@pytest.mark.policy("8.5")
@pytest.mark.parametrize(
    ("looked_after", "next_after"),
    [
        (None, timedelta(hours=24)),
        (timedelta(minutes=5), timedelta(hours=24)),
        (timedelta(hours=12) - SECOND, timedelta(hours=24)),
        (timedelta(hours=12), timedelta(days=7)),
        (timedelta(days=4) - SECOND, timedelta(days=7)),
        (timedelta(days=4), timedelta(days=30)),
        (timedelta(days=18, hours=12) - SECOND, timedelta(days=30)),
        (timedelta(days=18, hours=12), None),
        (timedelta(days=40), None),
    ],
)
def test_a_look_counts_from_half_way_to_its_mark(looked_after, next_after):
    seen = at(2026, 11, 20, 20, 40)
    looked = None if looked_after is None else seen + looked_after
    assert next_look(seen, looked) == (None if next_after is None else seen + next_after)


@pytest.mark.policy("8.3", "8.5")
@pytest.mark.parametrize(
    ("status", "extra", "mark"),
    [
        (Status.TO_ASK, {}, APPROACH),
        (Status.TO_ASK, {"fired_at": APPROACH}, RESOLVE),
        (Status.TO_ASK, {"fired_at": RESOLVE}, None),
        (Status.AUTHOR_ASKED, {}, APPROACH),
        (Status.HOST_ASKED, {}, RESOLVE),
        (Status.ESCALATED, {}, RESOLVE),
        (Status.HANDED, {}, RESOLVE),
        (Status.SEEN_SIGNED_IN, {}, RESOLVE),
        (Status.LEFT_UP, {}, RESOLVE),
        (Status.LEFT_UP, {"last_look_at": RESOLVE - SECOND}, RESOLVE),
        (Status.LEFT_UP, {"last_look_at": RESOLVE}, None),
        (Status.GONE, {"seen_gone_at": REPORTED}, REPORTED + timedelta(hours=24)),
        (Status.AMENDED, {"seen_gone_at": REPORTED, "last_look_at": RESOLVE}, REPORTED + timedelta(days=7)),
        (Status.GONE, {"seen_gone_at": REPORTED, "last_look_at": at(2027, 1, 1)}, None),
        (Status.WITHDRAWN, {"seen_gone_at": REPORTED}, None),
    ],
)
def test_one_mark_is_next(status, extra, mark):
    assert next_mark(status=status, approach_due_at=APPROACH, resolve_due_at=RESOLVE, **extra) == mark
