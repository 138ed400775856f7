"""The days on which a school is closed, as somebody types them: one stretch a line. Plain values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from forethought.core import dates

#: Stretches of closed days in one list, and days in one stretch.
MOST_CLOSED, LONGEST_CLOSED = 40, timedelta(days=70)


@dataclass(frozen=True)
class Closed:
    """A stretch of days on which the school is closed, both ends included. Dates in London."""

    name: str
    starts_on: date
    ends_on: date


_TO = re.compile(r"\s+(?:to|until|till)\s+|\s*[–—]\s*", re.IGNORECASE)


def read_closed(text: str) -> list[Closed]:
    """The closed days in a list: one stretch a line, as “Half-term: 26 10 2026 to 30 10 2026”, soonest first.

    Days in London, both ends included. ValueError with a sentence that names the line. Policy 8.3.
    """
    found: list[Closed] = []
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_CLOSED:
        raise ValueError(f"Write {MOST_CLOSED} lines at most.")
    for number, line in lines:
        name, colon, days = line.partition(":")
        ends = _TO.split(days.strip())
        if not colon or not name.strip() or len(ends) > 2:
            raise ValueError(f"Line {number}: write it like “Half-term: 26 10 2026 to 30 10 2026”.")
        try:
            first, last = dates.read_date(ends[0]), dates.read_date(ends[-1])
        except ValueError:
            raise ValueError(f"Line {number}: write both days like 26 10 2026.") from None
        if last < first:
            raise ValueError(f"Line {number}: the last day cannot be before the first.")
        if last - first > LONGEST_CLOSED:
            raise ValueError(f"Line {number}: that is more than {LONGEST_CLOSED.days} days. Check the years.")
        if len(name.strip()) > 60:
            raise ValueError(f"Line {number}: use a shorter name.")
        found.append(Closed(name.strip(), first, last))
    return sorted(found, key=lambda one: (one.starts_on, one.ends_on, one.name))


def written_closed(closed: Iterable[Closed]) -> str:
    """Closed days as they are typed, which `read_closed` reads back."""
    return "\n".join(f"{one.name}: {_day(one.starts_on)} to {_day(one.ends_on)}" for one in closed)


def _day(day: date) -> str:
    return f"{day.day} {day.month} {day.year}"


def why_not_closed(text: str) -> str | None:
    """The first line of a list of closed days that cannot be read, as a sentence. Policy 8.3."""
    try:
        read_closed(text)
    except ValueError as error:
        return str(error)
    return None
