"""Working days and working hours in England: Monday to Friday, except bank holidays. School holidays do count.

The bank holidays are a small table of our own, known from 2019 to 2040. A bank holiday announced after this version was
made (a jubilee, a coronation) is passed in as `extra`.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from forethought.core.bank_holidays import ENGLAND, FIRST_YEAR, LAST_YEAR
from forethought.core.clock import add_open_time

#: Office hours at a school, within which a person who reported is answered. Policy 7.2.
OPENS = time(8)
CLOSES = time(17)


class UnknownBankHolidays(ValueError):
    """The bank holidays of that year are not known here, so a working day in it would be a guess."""


def bank_holiday(day: date) -> str | None:
    """The name of the bank holiday on that day, or None. Only those on a weekday are known by name.

    Raises UnknownBankHolidays outside the years of the table.
    """
    if isinstance(day, datetime):
        raise TypeError("Working days are dates. Take the London date of the instant first.")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnknownBankHolidays(
            f"Bank holidays are known from {FIRST_YEAR} to {LAST_YEAR}, not for {day.year}. "
            "A newer version of Forethought may know them."
        )
    return ENGLAND.get(day)


def is_working_day(day: date, extra: Collection[date] = ()) -> bool:
    """Whether it is Monday to Friday and no bank holiday. A date in London; policy 9.5."""
    return bank_holiday(day) is None and day.weekday() < 5 and day not in extra


def next_working_day(day: date, extra: Collection[date] = ()) -> date:
    """The first working day after that day. A date in London; policy 8.1."""
    return add_working_days(day, 1, extra)


def add_working_days(day: date, days: int, extra: Collection[date] = ()) -> date:
    """The working day that many after `day`; the day itself does not count, and with 0 it is `day` as it stands.

    From a Monday in an ordinary week, 5 is the Monday after. For meetings and for consultation. Policy 9.5, F3.
    """
    if days < 0:
        raise ValueError("Working days are only counted forwards.")
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, extra)
    return day


def add_working_hours(
    start: datetime,
    hours: float = 4,
    opens: time | int = OPENS,
    closes: time | int = CLOSES,
    extra: Collection[date] = (),
) -> datetime:
    """The instant, in UTC, at which that many hours have passed between opening and closing on working days.

    London opening times, elapsed hours. With `opens=0, closes=24` it counts whole working days round the clock, as the
    48 hours of a website after a defamation notice are counted. Policy 7.2.
    """
    return add_open_time(start, timedelta(hours=hours), opens, closes, lambda day: is_working_day(day, extra))
