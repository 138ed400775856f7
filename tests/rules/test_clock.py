"""London time: how it is said, how it is read, and how hours are counted. Both changes of the clocks of 2026."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.core.clock import (
    LONDON,
    NoSuchTime,
    TwiceThatTime,
    add_months,
    add_open_time,
    add_years,
    clock_time,
    from_london,
    london,
    next_window,
    spoken,
    spoken_day,
    spoken_length,
    spoken_moment,
    spoken_near,
    spoken_time,
    spoken_until,
    utc,
)

FORWARD = date(2026, 3, 29)
BACK = date(2026, 10, 25)
SECOND = timedelta(seconds=1)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (at(2026, 11, 20, 18), "6pm on Friday 20 November"),
        (at(2026, 11, 20, 18, 40), "6:40pm on Friday 20 November"),
        (at(2026, 11, 20, 9, 5), "9:05am on Friday 20 November"),
        (at(2026, 11, 20, 12), "midday on Friday 20 November"),
        (at(2026, 11, 20, 12, 1), "12:01pm on Friday 20 November"),
        (at(2026, 11, 20, 0, 30), "12:30am on Friday 20 November"),
        (at(2026, 11, 20, 23, 59, 59), "11:59pm on Friday 20 November"),
        (at(2026, 11, 21), "midnight at the start of Saturday 21 November"),
        (at(2026, 7, 1, 17), "6pm on Wednesday 1 July"),
        (at(2026, 6, 30, 23), "midnight at the start of Wednesday 1 July"),
        (at(2026, 3, 29, 0, 59), "12:59am on Sunday 29 March"),
        (at(2026, 3, 29, 1), "2am on Sunday 29 March"),
        (at(2026, 10, 25, 0, 30), "1:30am (before the clocks go back) on Sunday 25 October"),
        (at(2026, 10, 25, 1, 30), "1:30am (after the clocks go back) on Sunday 25 October"),
        (at(2026, 10, 25, 2), "2am on Sunday 25 October"),
        (datetime(2026, 11, 20, 20, tzinfo=timezone(timedelta(hours=2))), "6pm on Friday 20 November"),
    ],
)
def test_an_instant_is_said_in_london_time(instant, said):
    assert spoken(instant) == said


def test_the_year_is_said_when_asked_for_or_when_it_is_another_one():
    instant = at(2026, 11, 20, 18)
    assert spoken(instant, year=True) == "6pm on Friday 20 November 2026"
    assert spoken(instant, at(2026, 12, 31, 23, 59, 59)) == "6pm on Friday 20 November"
    assert spoken(instant, at(2027, 1, 1)) == "6pm on Friday 20 November 2026"


def test_which_day_and_year_it_is_counts_in_london():
    # In summer the date itself is another one in London.
    assert spoken_day(at(2026, 6, 30, 23, 30)) == "Wednesday 1 July"
    assert spoken_day(at(2026, 12, 31, 23, 30), at(2027, 1, 1)) == "Thursday 31 December 2026"


def test_a_day_is_said_for_dates_and_for_instants():
    assert spoken_day(date(2026, 11, 20)) == "Friday 20 November"
    assert spoken_day(date(2026, 11, 20), at(2027, 1, 1)) == "Friday 20 November 2026"
    assert spoken_day(at(2026, 11, 20, 18), year=True) == "Friday 20 November 2026"


def test_today_is_said_with_its_date_and_tomorrow_never():
    due = at(2026, 11, 20, 22)
    assert spoken_near(due, at(2026, 11, 20)) == "10pm today, Friday 20 November"
    assert spoken_near(due, at(2026, 11, 19, 23, 59, 59)) == "10pm on Friday 20 November"
    assert spoken_near(due, at(2026, 11, 21)) == "10pm on Friday 20 November"
    assert spoken_near(at(2026, 11, 21), at(2026, 11, 21, 1)) == "midnight at the start of Saturday 21 November"


def test_what_happened_today_is_said_without_the_day():
    assert spoken_moment(at(2026, 11, 20, 18, 40), at(2026, 11, 20, 23)) == "at 6:40pm"
    assert spoken_moment(at(2026, 11, 20, 18, 40), at(2026, 11, 21)) == "at 6:40pm on Friday 20 November"
    assert spoken_time(at(2026, 7, 1, 17, 40)) == "6:40pm"


@pytest.mark.parametrize(
    ("due", "now", "said"),
    [
        (at(2026, 11, 20, 22), at(2026, 11, 20, 18, 10), "3 hours 50 minutes left"),
        (at(2026, 11, 20, 22), at(2026, 11, 20, 21, 5), "55 minutes left"),
        (at(2026, 11, 20, 22), at(2026, 11, 20, 20, 59), "1 hour 1 minute left"),
        (at(2026, 11, 20, 22), at(2026, 11, 20, 21), "1 hour left"),
        (at(2026, 11, 20, 22), at(2026, 11, 20, 21, 59), "1 minute left"),
        (at(2026, 11, 20, 22), at(2026, 11, 20, 21, 59, 59), "less than a minute left"),
        (at(2026, 11, 20, 22), at(2026, 11, 20, 22), "due now"),
        (at(2026, 11, 20, 22), at(2026, 11, 20, 22, 0, 1), "less than a minute late"),
        (at(2026, 11, 20, 22), at(2026, 11, 20, 22, 1), "1 minute late"),
        (at(2026, 11, 20, 22), at(2026, 11, 21), "2 hours late"),
        (at(2026, 11, 22, 22), at(2026, 11, 20, 22, 1), "47 hours 59 minutes left"),
        (at(2026, 11, 22, 22), at(2026, 11, 20, 22), "2 days left"),
        (at(2026, 11, 23, 23), at(2026, 11, 20, 22, 30), "3 days left"),
        # Across a change of the clocks it is elapsed time that counts, not the clock faces.
        (at(2026, 3, 29, 5), at(2026, 3, 28, 23), "6 hours left"),
    ],
)
def test_the_time_left_is_said_in_whole_minutes(due, now, said):
    assert spoken_until(due, now) == said


def test_london_times_are_not_subtracted_by_their_clock_faces():
    before, after = datetime(2026, 3, 29, 0, 30, tzinfo=LONDON), datetime(2026, 3, 29, 2, 30, tzinfo=LONDON)
    assert spoken_until(after, before) == "1 hour left"
    assert utc(after) - utc(before) == timedelta(hours=1)


def test_a_length_shorter_than_a_minute_is_still_said():
    assert spoken_length(timedelta()) == "less than a minute"
    assert spoken_length(timedelta(days=6, hours=15, minutes=59)) == "6 days 15 hours"


@pytest.mark.parametrize("ask", [london, utc, spoken, spoken_time])
def test_a_time_without_a_zone_is_refused(ask):
    with pytest.raises(ValueError, match="time zone"):
        ask(datetime(2026, 11, 20, 18))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "typed", "instant"),
    [
        (date(2026, 11, 20), time(18), at(2026, 11, 20, 18)),
        (date(2026, 7, 1), time(18), at(2026, 7, 1, 17)),
        (FORWARD, time(0, 59, 59), at(2026, 3, 29, 0, 59, 59)),
        (FORWARD, time(2), at(2026, 3, 29, 1)),
        (BACK, time(0, 59, 59), at(2026, 10, 24, 23, 59, 59)),
        (BACK, time(2), at(2026, 10, 25, 2)),
    ],
)
def test_a_typed_time_is_london_time(day, typed, instant):
    assert from_london(day, typed) == instant
    assert from_london(day, typed).tzinfo is UTC


@pytest.mark.parametrize("typed", [time(1), time(1, 30), time(1, 59, 59)])
def test_a_time_that_never_was_is_asked_again_with_its_neighbours(typed):
    with pytest.raises(NoSuchTime) as refused:
        from_london(FORWARD, typed)
    assert refused.value.later - refused.value.earlier == timedelta(hours=1)
    assert london(refused.value.earlier).hour == 0
    assert london(refused.value.later).hour == 2


def test_the_sentence_for_a_time_that_never_was():
    with pytest.raises(NoSuchTime) as refused:
        from_london(FORWARD, time(1, 30))
    assert refused.value.sentence == (
        "The clocks go forward on Sunday 29 March 2026, so there is no 1:30am that day. Choose 12:30am or 2:30am."
    )


@pytest.mark.parametrize("typed", [time(1), time(1, 30), time(1, 59, 59)])
def test_a_time_that_was_twice_is_asked_which(typed):
    with pytest.raises(TwiceThatTime) as refused:
        from_london(BACK, typed)
    assert refused.value.second - refused.value.first == timedelta(hours=1)
    assert {london(refused.value.first).time(), london(refused.value.second).time()} == {typed}
    assert refused.value.sentence.startswith("The clocks go back on Sunday 25 October 2026, so 1")


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_every_instant_comes_back_from_its_london_time(naive):
    instant = naive.replace(tzinfo=UTC)
    local = london(instant)
    try:
        assert from_london(local.date(), local.time()) == instant
    except TwiceThatTime as twice:
        assert instant in {twice.first, twice.second}


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), -10, date(2026, 2, 28)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 20), 14, date(2028, 1, 20)),
    ],
)
def test_months_end_where_the_month_ends(day, months, then):
    assert add_months(day, months) == then


@pytest.mark.parametrize("years", [1, 10, 25])
def test_a_leap_day_becomes_the_28th(years):
    assert add_years(date(2024, 2, 29), years) == date(2024 + years, 2, 28)


def test_a_leap_day_stays_where_there_is_one():
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


@pytest.mark.policy("F1")
def test_a_review_is_due_a_year_after_approval():
    assert add_years(date(2023, 3, 27), 1) == date(2024, 3, 27)


def test_months_are_not_added_to_instants_nor_beyond_the_calendar():
    with pytest.raises(TypeError):
        add_months(at(2026, 1, 31), 1)
    with pytest.raises(ValueError):
        add_years(date(2026, 1, 1), 8000)


@pytest.mark.parametrize(
    ("instant", "then"),
    [
        (at(2026, 11, 20, 7) - SECOND, at(2026, 11, 20, 7)),
        (at(2026, 11, 20, 7), at(2026, 11, 20, 7)),
        (at(2026, 11, 20, 7) + SECOND, at(2026, 11, 20, 7, 0, 1)),
        (at(2026, 11, 20, 22) - SECOND, at(2026, 11, 20, 21, 59, 59)),
        (at(2026, 11, 20, 22), at(2026, 11, 21, 7)),
        (at(2026, 11, 21), at(2026, 11, 21, 7)),
        (at(2026, 7, 1, 22), at(2026, 7, 2, 6)),
        (at(2026, 3, 28, 23), at(2026, 3, 29, 6)),
        (at(2026, 10, 24, 23), at(2026, 10, 25, 7)),
    ],
)
def test_the_next_open_hour(instant, then):
    assert next_window(instant) == then


def test_a_window_may_run_to_midnight_and_settings_may_be_whole_hours():
    assert next_window(at(2026, 11, 20, 23), opens=0, closes=24) == at(2026, 11, 20, 23)
    assert clock_time(24) == clock_time(0) == time(0)
    assert clock_time(time(8, 30)) == time(8, 30)


@pytest.mark.parametrize(
    ("start", "hours", "then"),
    [
        # Round the clock, a day with a change of the clocks has 23 or 25 hours.
        (at(2026, 3, 29), 23, at(2026, 3, 29, 23)),
        (at(2026, 10, 24, 23), 25, at(2026, 10, 26)),
    ],
)
def test_open_time_is_elapsed_time(start, hours, then):
    assert add_open_time(start, timedelta(hours=hours), 0, 24) == then


def test_a_window_over_the_skipped_hour_is_an_hour_shorter():
    # Open from midnight to 3am: two real hours on 29 March, so the third falls on the next night.
    assert add_open_time(at(2026, 3, 29), timedelta(hours=3), 0, 3) == at(2026, 3, 30, 0)


def test_a_window_that_never_opens_is_a_mistake():
    with pytest.raises(ValueError, match="closing time"):
        next_window(at(2026, 11, 20), opens=22, closes=7)
    with pytest.raises(ValueError, match="forwards"):
        add_open_time(at(2026, 11, 20), timedelta(seconds=-1))
    with pytest.raises(ValueError, match="open hours"):
        add_open_time(at(2026, 11, 20), timedelta(), counts=lambda day: False)
