"""What counts as work time, and whether a time falls into it. Plain rules. Clause 3.3.

Nothing watches anybody: these rules are asked about a time that somebody reported or said themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from forethought.core.clock import from_london, spoken_day, spoken_time
from forethought.core.text import is_blank
from forethought.core.working_time import UnknownBankHolidays, is_working_day


@dataclass(frozen=True)
class Break:
    """A stretch of the day that is not work time."""

    name: str
    starts: time
    ends: time


@dataclass(frozen=True)
class Hours:
    """The school's work time. First values, for a school to change: law.md C15 leaves them to each school."""

    starts: time = time(8, 30)
    ends: time = time(16)
    breaks: tuple[Break, ...] = (Break("Lunch", time(12), time(13)),)


def said(at: time) -> str:
    """A time of day as people say it: 8:30am, midday, 4pm. Of any day, so it is taken of one in winter."""
    return spoken_time(from_london(date(2026, 1, 15), at))


def why_not_hours(*, starts: time, ends: time, breaks: Sequence[Break]) -> str | None:
    """A day of work begins before it ends, and its breaks lie inside it. Policy 3.3."""
    if ends <= starts:
        return "The end of work has to come after its start."
    for one in breaks:
        if one.ends <= one.starts or one.starts < starts or one.ends > ends:
            return f"{one.name} has to lie within the day, and end after it starts."
    return None


def not_work_time(*, day: date, starts: time, ends: time, hours: Hours) -> str | None:
    """Why a stretch of a day (London) was not work time, as a sentence; None where any of it was. Policy 3.3."""
    try:
        works = is_working_day(day)
    except UnknownBankHolidays:
        works = day.weekday() < 5
    if not works:
        return f"Not work time: {spoken_day(day, year=True)} was no working day."
    if ends <= hours.starts or starts >= hours.ends:
        return (
            f"Not work time: here it is from {said(hours.starts)} to {said(hours.ends)}. "
            "Nobody has to answer for the rest."
        )
    for one in hours.breaks:
        if one.starts <= starts and ends <= one.ends:
            return f"Not work time: {one.name.lower()} is from {said(one.starts)} to {said(one.ends)}."
    return None


#: How a use may be known. Watching somebody is not among it, and cannot be chosen.
KNOWN_BY = {
    "told": "Somebody told of it",
    "said": "They said so themselves",
    "post": "The post itself shows its time",
    "record": "A record that the school keeps anyway",
}
#: What may be a good reason in the midst of work time. Each needs a reason to go on, as what is not work time does.
EXCUSES = {
    "none": "None of these",
    "union": "Union duties",
    "emergency": "An emergency",
    "carer": "Caring for somebody, or being reached about it",
    "asked": "The school asked for it: its own account, or a duty",
}
NO_WATCHING = "Nobody is watched to find this, and nobody looks through logs for it."


def not_misuse(excuse: str) -> str | None:
    """What is said of a use that had a good reason; None where it had none. Policy 3.3, 5.7."""
    if excuse not in EXCUSES or excuse == "none":
        return None
    return f"{EXCUSES[excuse]}: that is no use for oneself in work time."


def why_not_note_use(
    *, starts: time, ends: time, how_known: str, excuse: str, effect: str, outside: str | None, reason: str
) -> str | None:
    """Too much use is said with when, how long, what it did, and how it is known. Policy 3.3, 5.7.

    Nobody is watched to find it. `outside` is why it was not work time; then it needs a reason to go on, as it does
    where there was a good reason for it (`excuse`).
    """
    if ends <= starts:
        return "The end has to come after the start."
    if is_blank(effect):
        return "Say what it did to their work. None is an answer too."
    if how_known not in KNOWN_BY:
        return "Choose how it is known."
    if excuse not in EXCUSES:
        return "Say whether it was one of these."
    outside = outside or not_misuse(excuse)
    if outside and is_blank(reason):
        return f"{outside} Say why you go on with it, or leave it out."
    return None
