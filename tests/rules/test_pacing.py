"""One calm mail a day, none as the third in a week, and only by day: with the edges, and across both clock changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forethought.core.clock import london
from forethought.people.pacing import calm_from

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


#: A Friday, midday in London.
NOON = at(2026, 11, 20, 12)


@pytest.mark.parametrize(
    ("instant", "goes"),
    [
        (NOON, NOON),
        (at(2026, 11, 20, 7) - SECOND, at(2026, 11, 20, 7)),
        (at(2026, 11, 20, 7), at(2026, 11, 20, 7)),
        (at(2026, 11, 20, 20) - SECOND, at(2026, 11, 20, 20) - SECOND),
        (at(2026, 11, 20, 20), at(2026, 11, 21, 7)),
        (at(2026, 11, 22, 12), at(2026, 11, 22, 12)),
        (at(2026, 12, 25, 3), at(2026, 12, 25, 7)),
        # In summer the hours are those on the wall.
        (at(2026, 7, 3, 6) - SECOND, at(2026, 7, 3, 6)),
        (at(2026, 7, 3, 19) - SECOND, at(2026, 7, 3, 19) - SECOND),
        (at(2026, 7, 3, 19), at(2026, 7, 4, 6)),
        # The nights on which the clocks change.
        (at(2026, 3, 28, 20), at(2026, 3, 29, 6)),
        (at(2026, 10, 24, 19), at(2026, 10, 25, 7)),
    ],
)
def test_whoever_had_no_mail_gets_one_by_day(instant: datetime, goes: datetime) -> None:
    assert calm_from(sent=[], calm_sent=[], at=instant) == goes


@pytest.mark.parametrize(
    ("ago", "waits"),
    [
        (timedelta(), DAY),
        (SECOND, DAY - SECOND),
        (DAY - SECOND, SECOND),
        (DAY, timedelta()),
        (DAY + SECOND, timedelta()),
    ],
)
def test_a_calm_mail_goes_24_hours_after_the_last(ago: timedelta, waits: timedelta) -> None:
    assert calm_from(sent=[NOON - ago], calm_sent=[NOON - ago], at=NOON) == NOON + waits


@pytest.mark.parametrize(
    ("ago", "waits"),
    [
        ([timedelta()], timedelta()),
        ([timedelta(), timedelta()], WEEK),
        ([SECOND, SECOND], WEEK - SECOND),
        ([WEEK - SECOND, timedelta()], SECOND),
        ([WEEK, timedelta()], timedelta()),
        ([WEEK + SECOND, timedelta()], timedelta()),
        ([WEEK - SECOND, WEEK], timedelta()),
        ([6 * DAY, 5 * DAY, 2 * DAY], 2 * DAY),
        ([6 * DAY, 5 * DAY, 4 * DAY, 3 * DAY, timedelta()], 4 * DAY),
        ([WEEK, WEEK, WEEK], timedelta()),
    ],
)
def test_a_calm_mail_is_never_the_third_in_seven_days(ago: list[timedelta], waits: timedelta) -> None:
    sent = [NOON - one for one in ago]

    assert calm_from(sent=sent, calm_sent=[], at=NOON) == NOON + waits
    assert calm_from(sent=sent[::-1], calm_sent=[], at=NOON) == NOON + waits


def test_the_later_of_both_limits_holds() -> None:
    assert calm_from(sent=[NOON - 6 * DAY, NOON], calm_sent=[NOON], at=NOON) == NOON + DAY
    assert calm_from(sent=[NOON - 5 * DAY, NOON], calm_sent=[NOON], at=NOON) == NOON + 2 * DAY


@pytest.mark.parametrize(
    ("sent_at", "goes"),
    [
        # 24 hours are 24 hours: 7am before the clocks go forward is 8am after.
        (at(2026, 3, 28, 7), at(2026, 3, 29, 7)),
        (at(2026, 3, 28, 20) - SECOND, at(2026, 3, 30, 6)),
        # And 7am before they go back is 6am after, when nothing goes yet.
        (at(2026, 10, 24, 6), at(2026, 10, 25, 7)),
        (at(2026, 10, 24, 19) - SECOND, at(2026, 10, 25, 19) - SECOND),
    ],
)
def test_hours_are_elapsed_hours_when_the_clocks_change(sent_at: datetime, goes: datetime) -> None:
    assert calm_from(sent=[sent_at], calm_sent=[sent_at], at=sent_at) == goes
    assert calm_from(sent=[london(sent_at)], calm_sent=[london(sent_at)], at=london(sent_at)) == goes


def test_a_week_with_a_clock_change_has_its_168_hours() -> None:
    first, second = at(2026, 3, 25, 12), at(2026, 3, 26, 12)

    assert calm_from(sent=[first, second], calm_sent=[], at=second) == first + WEEK


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        calm_from(sent=[], calm_sent=[], at=datetime(2026, 11, 20, 12))  # noqa: DTZ001


# --- Whatever was sent before ---


def may_go(instant: datetime, sent: list[datetime], calm_sent: list[datetime]) -> bool:
    """The rule again, as a question about one instant."""
    return (
        7 <= london(instant).hour < 20
        and not any(instant - DAY < one <= instant for one in calm_sent)
        and len([one for one in sent if instant - WEEK < one <= instant]) < 2
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    now=st.datetimes(datetime(2026, 3, 20), datetime(2026, 11, 10), timezones=st.just(UTC)),  # noqa: DTZ001
    ago=st.lists(st.tuples(st.timedeltas(timedelta(), WEEK), st.booleans()), max_size=6),
    before=st.floats(0, 0.999),
)
def test_the_answer_may_go_and_nothing_sooner_may(
    now: datetime, ago: list[tuple[timedelta, bool]], before: float
) -> None:
    sent = [now - one for one, _ in ago]
    calm_sent = [now - one for one, calm in ago if calm]

    goes = calm_from(sent=sent, calm_sent=calm_sent, at=now)

    assert goes >= now
    assert may_go(goes, sent, calm_sent)
    if goes > now:
        assert not may_go(goes - timedelta(microseconds=1), sent, calm_sent)
        assert not may_go(now + (goes - now) * before, sent, calm_sent)
