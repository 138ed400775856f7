"""Dates and times of day as people in England type them: day, month, year, never any other order.

A guess that is wrong by a month would stand in evidence for years. So what could mean two things is refused, and the
person is asked again with an example.
"""

import re
from datetime import date, time

ENTER_A_REAL_DATE = "Enter a real date, like 12 11 2026."
ENTER_A_TIME = "Enter a time, like 9:15pm or 21:15."

EARLIEST_YEAR = 1990
LATEST_YEAR = 2100

_MONTHS = (
    "january february march april may june july august september october november december".split()
)  # fmt: skip

# [0-9], not \d: digits of other scripts look like ours on some screens and like nothing on others.
_SEPARATOR = r"(?:\s*[/.\-]\s*|\s+)"
_WHOLE_DATE = re.compile(
    rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?{_SEPARATOR}(?P<month>[0-9]{{1,2}}|[a-z]+\.?),?{_SEPARATOR}(?P<year>[0-9]{{2}}|[0-9]{{4}})",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?\s*(?P<half>[ap])\.?m\.?", re.IGNORECASE)
_TWENTY_FOUR = re.compile(r"(?P<hour>[0-9]{2})[:.]?(?P<minute>[0-9]{2})")
_NAMED_TIMES = {"midday": time(12), "noon": time(12), "midnight": time(0)}


def read_date(day: str, month: str = "", year: str = "", *, earliest: int = EARLIEST_YEAR) -> date:
    """The date in three boxes, or all of it in the first: `12/11/2026`, `12.11.26`, `12 Nov 2026`, `12 November 2026`.

    `earliest` is a year; for a birthday it lies further back. Raises ValueError with the sentence for the person.
    """
    day, month, year = day.strip(), month.strip(), year.strip()
    if not month and not year:
        whole = _WHOLE_DATE.fullmatch(day)
        if whole is None:
            raise ValueError(ENTER_A_REAL_DATE)
        day, month, year = whole["day"], whole["month"], whole["year"]
    try:
        found = date(_year(year), _month(month), _number(day, {1, 2}))
    except ValueError:
        raise ValueError(ENTER_A_REAL_DATE) from None
    if not earliest <= found.year <= LATEST_YEAR:
        raise ValueError(ENTER_A_REAL_DATE)
    return found


def read_time(text: str) -> time:
    """The time of day in `9pm`, `9.15 pm`, `21:00`, `2100`, `midday` or `midnight`.

    `9:15` alone is refused: at nine in the evening it is what people type for a quarter past nine at night, and on a 24
    hour clock it is the morning. Raises ValueError with the sentence for the person.
    """
    text = text.strip().lower()
    if text in _NAMED_TIMES:
        return _NAMED_TIMES[text]
    if found := _CLOCK.fullmatch(text):
        hour = int(found["hour"])
        if 1 <= hour <= 12 and int(found["minute"] or 0) < 60:
            return time(hour % 12 + (12 if found["half"] == "p" else 0), int(found["minute"] or 0))
    elif (found := _TWENTY_FOUR.fullmatch(text)) and int(found["hour"]) < 24 and int(found["minute"]) < 60:
        return time(int(found["hour"]), int(found["minute"]))
    raise ValueError(ENTER_A_TIME)


def written_time(at: time) -> str:
    """The time of day as we write it, which read_time reads back: `9:15pm`."""
    return f"{at.hour % 12 or 12}:{at.minute:02}{'am' if at.hour < 12 else 'pm'}"


def why_not_yet(found: date, *, today: date) -> str | None:
    """Nothing is seen, said or posted on a day that has not come."""
    return "That date has not come yet." if found > today else None


def _number(text: str, lengths: set[int]) -> int:
    if len(text) not in lengths or re.fullmatch("[0-9]+", text) is None:
        raise ValueError(text)
    return int(text)


def _year(text: str) -> int:
    year = _number(text, {2, 4})
    if len(text) == 4:
        return year
    return 1900 + year if 1900 + year >= EARLIEST_YEAR else 2000 + year


def _month(text: str) -> int:
    """A number, the name of a month, or at least its first three letters."""
    name = text.rstrip(".").lower()
    if len(name) >= 3 and name.isalpha():
        for number, month in enumerate(_MONTHS, start=1):
            if month.startswith(name):
                return number
    return _number(text, {1, 2})
