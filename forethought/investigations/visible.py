"""How long something could be seen, from what was captured and looked at: about, at least, or not known.

Plain rules. Clause 9.3.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Band(StrEnum):
    """How long, roughly: for setting one case beside others."""

    HOURS = "hours"
    DAYS = "days"
    LONGER = "longer"
    UNKNOWN = "unknown"


BANDS_SAID = {
    Band.HOURS: "Less than a day",
    Band.DAYS: "A day to a week",
    Band.LONGER: "More than a week",
    Band.UNKNOWN: "Not known",
}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is known of when something could be seen. Instants in UTC.

    `first_seen_at` is when somebody first saw it, or it was posted; `noticed_at` the first moment at which it is
    certain that it was there, a report say; `there_at` the last look that found it; `gone_at` the first look that did
    not. `to_the_day`: the first moment is known as a day alone. `copies` were found at further places.
    """

    first_seen_at: datetime | None = None
    noticed_at: datetime | None = None
    there_at: datetime | None = None
    gone_at: datetime | None = None
    to_the_day: bool = False
    came_back: bool = False
    copies: int = 0


@dataclass(frozen=True)
class Visible:
    """How long, as a sentence, and the band it falls into."""

    said: str
    band: Band


UNKNOWN = Visible("Not known", Band.UNKNOWN)


def time_visible(seen: Seen) -> Visible:
    """How long something could be seen. Its length is “about” where both ends are known, else “at least”. Policy 9.3.

    Nothing is rounded down to look short: a part of an hour counts as one.
    """
    start = seen.first_seen_at or seen.noticed_at
    end = seen.gone_at or seen.there_at
    if start is None or end is None or end < start:
        return UNKNOWN
    length = end - start
    known = seen.first_seen_at is not None and seen.gone_at is not None
    said = f"{'About' if known else 'At least'} {_length(length, to_the_day=known and seen.to_the_day)}"
    if seen.gone_at is None:
        said += ", and still there when last looked at"
    if seen.came_back:
        said += ", with a break in between"
    if seen.copies:
        said += f", and found in {_units(seen.copies, 'further place')}"
    return Visible(said, band_of(length))


def band_of(length: timedelta) -> Band:
    """The band that a length falls into. Policy 9.3."""
    if length < _DAY:
        return Band.HOURS
    return Band.DAYS if length <= 7 * _DAY else Band.LONGER


def _length(length: timedelta, *, to_the_day: bool) -> str:
    if to_the_day and length < _DAY:
        return "a day"
    if length < _HOUR:
        return "an hour"
    if length < 2 * _DAY and not to_the_day:
        return _units(round(length / _HOUR), "hour")
    return _units(round(length / _DAY), "day")


def _units(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
