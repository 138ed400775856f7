"""Working days and hours in England, against the library that knows the bank holidays."""

import importlib.util
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from forethought.core.bank_holidays import ENGLAND, FIRST_YEAR, LAST_YEAR
from forethought.core.working_time import (
    UnknownBankHolidays,
    add_working_days,
    add_working_hours,
    bank_holiday,
    is_working_day,
    next_working_day,
)

ROOT = Path(__file__).parents[2]


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


def tool():
    spec = importlib.util.spec_from_file_location("bank_holidays_tool", ROOT / "tools" / "bank_holidays.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def library():
    return tool().weekday_holidays()


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_the_table_says_what_the_library_says(year, library):
    ours = {day: name for day, name in ENGLAND.items() if day.year == year}
    assert ours == {day: name for day, name in library.items() if day.year == year}
    assert len(ours) >= 7


def test_the_table_is_the_one_that_the_tool_writes():
    assert tool().TABLE.read_text(encoding="utf-8") == tool().table()


def test_asking_for_a_working_day_does_not_load_the_library():
    code = (
        "import sys; from datetime import date; from forethought.core.working_time import is_working_day;"
        "is_working_day(date(2026, 11, 20)); sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 8, 31), False),
        (date(2026, 12, 25), False),
        (date(2026, 12, 26), False),  # a Saturday
        (date(2026, 12, 28), False),  # its substitute
        (date(2026, 12, 29), True),
        (date(2027, 12, 27), False),
        (date(2027, 12, 28), False),
        (date(2028, 1, 3), False),  # 1 January is a Saturday
        (date(2022, 9, 19), False),
        (date(2023, 5, 8), False),
        (date(2026, 8, 10), True),  # school holidays are working days
        (date(2026, 10, 26), True),  # half-term
    ],
)
def test_which_days_are_working_days(day, works):
    assert is_working_day(day) is works


def test_a_bank_holiday_announced_later_can_be_added():
    assert is_working_day(date(2026, 11, 20), extra={date(2026, 11, 20)}) is False
    assert next_working_day(date(2026, 11, 19), extra={date(2026, 11, 20)}) == date(2026, 11, 23)


@pytest.mark.parametrize("day", [date(FIRST_YEAR - 1, 12, 31), date(LAST_YEAR + 1, 1, 1)])
def test_a_year_that_is_not_known_is_refused_loudly(day):
    with pytest.raises(UnknownBankHolidays, match="2019 to 2040"):
        is_working_day(day)


def test_counting_stops_at_the_end_of_the_table():
    assert next_working_day(date(LAST_YEAR, 12, 28)) == date(LAST_YEAR, 12, 31)
    with pytest.raises(UnknownBankHolidays):
        next_working_day(date(LAST_YEAR, 12, 31))


def test_an_instant_is_no_date():
    with pytest.raises(TypeError):
        bank_holiday(at(2026, 11, 20))


@pytest.mark.policy("9.5")
@pytest.mark.parametrize(
    ("monday", "latest"),
    [
        (date(2026, 11, 16), date(2026, 11, 23)),
        (date(2026, 8, 24), date(2026, 9, 1)),  # a bank holiday moves it one day on
        (date(2026, 10, 19), date(2026, 10, 26)),  # half-term does not
    ],
)
def test_the_fifth_working_day_after_a_monday(monday, latest):
    assert add_working_days(monday, 5) == latest


@pytest.mark.policy("F3")
def test_a_consultation_of_twenty_working_days():
    assert add_working_days(date(2026, 11, 2), 20) == date(2026, 11, 30)
    assert add_working_days(date(2026, 12, 14), 20) == date(2027, 1, 14)


@pytest.mark.policy("8.1")
@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 19), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 12, 24), date(2026, 12, 29)),
        (date(2026, 4, 2), date(2026, 4, 7)),
    ],
)
def test_the_next_working_day(day, following):
    assert next_working_day(day) == following


def test_no_days_are_no_days_and_days_go_forwards():
    assert add_working_days(date(2026, 11, 21), 0) == date(2026, 11, 21)
    with pytest.raises(ValueError):
        add_working_days(date(2026, 11, 20), -1)


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(
    ("reported", "answered"),
    [
        (at(2026, 11, 20, 9), at(2026, 11, 20, 13)),
        (at(2026, 11, 20, 13), at(2026, 11, 20, 17)),
        (at(2026, 11, 20, 13, 0, 1), at(2026, 11, 23, 8, 0, 1)),
        (at(2026, 11, 20, 15), at(2026, 11, 23, 10)),
        (at(2026, 11, 20, 17), at(2026, 11, 23, 12)),
        (at(2026, 11, 20, 16, 59, 59), at(2026, 11, 23, 11, 59, 59)),
        (at(2026, 11, 20, 7, 59, 59), at(2026, 11, 20, 12)),
        (at(2026, 11, 20, 8), at(2026, 11, 20, 12)),
        (at(2026, 11, 21), at(2026, 11, 23, 12)),
        (at(2026, 11, 22, 23, 59, 59), at(2026, 11, 23, 12)),
        (at(2026, 12, 24, 15), at(2026, 12, 29, 10)),
        (at(2026, 7, 1, 14), at(2026, 7, 2, 9)),  # 3pm in London
        (at(2026, 3, 27, 15), at(2026, 3, 30, 9)),  # Monday 10am is an hour earlier in UTC after the change
        (at(2026, 10, 23, 14), at(2026, 10, 26, 10)),  # and an hour later after the other
    ],
)
def test_a_reporter_is_answered_within_four_working_hours(reported, answered):
    assert add_working_hours(reported) == answered


def test_half_hours_and_other_opening_hours():
    assert add_working_hours(at(2026, 11, 20, 15), 1.5) == at(2026, 11, 20, 16, 30)
    assert add_working_hours(at(2026, 11, 20, 15), 4, opens=9, closes=15) == at(2026, 11, 23, 13)
    assert add_working_hours(at(2026, 11, 20, 15), 2, extra={date(2026, 11, 20)}) == at(2026, 11, 23, 10)


def test_working_hours_are_given_in_utc():
    assert add_working_hours(at(2026, 7, 1, 9)).utcoffset() == timedelta()
