"""What backups are called, which are kept for how long, and when somebody is told that one is missing.

Plain Python. Times are instants in UTC.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}", re.ASCII)
_AT = "%Y%m%dT%H%M%SZ"

#: How often the worker makes one. It looks every ten minutes, so that one which failed is soon tried again.
EVERY = timedelta(hours=1)

#: So long every backup is kept, whatever the schedule.
BY_HAND = timedelta(hours=2)

#: Without a good backup for so long, the head and IT support are told; then the chair (reliability.md 9).
TOLD_AFTER = timedelta(hours=26)
CHAIR_AFTER = timedelta(hours=72)

#: A drill from the card is due again after a term.
DRILL_EVERY = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How many backups are kept: the newest one of so many hours, of so many days and of so many months."""

    hourly: int
    daily: int
    monthly: int


def name_for(at: datetime, token: str) -> str:
    """What a backup made at an instant is called. The token, 8 hex digits, tells two of one second apart."""
    return f"{at.astimezone(UTC):{_AT}}-{token}"


def is_name(text: str) -> bool:
    """Whether a backup could be called so."""
    return _NAME.fullmatch(text) is not None


def made_at(name: str) -> datetime:
    """When a backup of this name was begun, in UTC. Raises ValueError when none is called so."""
    if not is_name(name):
        raise ValueError("No backup is called so.")
    return datetime.strptime(name.partition("-")[0], _AT).replace(tzinfo=UTC)


def newest_first(names: Iterable[str], *, at: datetime) -> list[str]:
    """Backups in the order in which they are to be restored. One of the future was made by a clock set wrong.

    It is older than it says, and would otherwise be taken for the newest until its day has come.
    """
    return sorted(names, key=lambda name: (made_at(name) <= at + EVERY, name), reverse=True)


def kept(names: Iterable[str], schedule: Schedule) -> set[str]:
    """Those of the backups that the schedule keeps.

    It counts hours, days and months in which one was made, not those that went by: after a long time without a backup
    the old ones are what there is, and none of them goes. What was made by hand, before something risky, stays for two
    hours. reliability.md 9.
    """
    newest_first = sorted(names, reverse=True)
    found = {name for name in newest_first if made_at(name) > made_at(newest_first[0]) - BY_HAND}
    for length, most in ((11, schedule.hourly), (8, schedule.daily), (6, schedule.monthly)):
        seen: set[str] = set()
        for name in newest_first:
            # The name begins with its time: its first letters are the month, the day or the hour.
            if name[:length] not in seen and len(seen) < most:
                seen.add(name[:length])
                found.add(name)
    return found


def past_keys(names: Iterable[str], *, at: datetime, days: int) -> set[str]:
    """Those of the backups whose keys must be gone by now: older than so many days, the newest one apart.

    What was destroyed here is destroyed in the backups once no key to it is in any (reliability.md F14).
    """
    found = sorted(names)
    return {name for name in found[:-1] if made_at(name) < at - timedelta(days=days)}


def is_due(last_at: datetime | None, at: datetime) -> bool:
    """Whether the next backup is due. One of the future was made by a clock set wrong, and counts for none."""
    return last_at is None or last_at > at or at - last_at >= EVERY


def why_not_release(*, reviewed_by: str | None, by: str, may: Collection[str], is_head: bool) -> str | None:
    """Why somebody may not release a restored school: two different people do, one of them the headteacher.

    `reviewed_by` is who released it first, if anybody did; `may` are the ids of the headteachers. reliability.md 9.
    """
    if reviewed_by is None:
        return None
    if reviewed_by == by:
        return "You have released it. Somebody else does so too."
    if not is_head and reviewed_by not in may:
        return "One of the two is the headteacher. Ask the headteacher to look at this page."
    return None
