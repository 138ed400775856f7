"""When the lock on an object in a bucket is renewed, and until when. Plain Python. Times are instants in UTC.

A lock begins when a file is written and ends after its days. What lives longer is locked anew, a good while before, in
governance mode alone and never beyond the day on which the file may be destroyed (decisions 38 and 44).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: Somebody is told once no walk through all files ended for so many times the pause between two.
_LATE = 3
#: After a walk that left files open the next one comes so soon.
_SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the walk through the files of one bucket is, and how the last whole one ended.

    `after` is the key that was looked at last. `refused` counts files of this walk whose lock could not be renewed;
    `left_open` those of the last whole one.
    """

    began_at: datetime
    after: str = ""
    looked: int = 0
    renewed: int = 0
    refused: int = 0
    under_way: bool = True
    ended_at: datetime | None = None
    left_open: int = 0


def pause(days: int) -> timedelta:
    """From the end of one walk to the next: a quarter of the lock, so that one which fails has others after it."""
    return timedelta(days=days) / 4


def is_due(walk: Walk, at: datetime, days: int) -> bool:
    """Whether there is something to do at this instant. A walk that left files open is soon made again."""
    if walk.under_way or walk.ended_at is None:
        return True
    return at - walk.ended_at >= (min(_SOON, pause(days)) if walk.left_open else pause(days))


def new_end(*, locked_until: datetime | None, at: datetime, days: int, not_beyond: datetime | None) -> datetime | None:
    """Until when a file is locked from now on; nothing when its lock stays as it is.

    Renewed once half of the lock is over. `not_beyond` is when the file may be destroyed. A lock is never shortened.
    """
    wanted = at + timedelta(days=days)
    if not_beyond is not None:
        wanted = min(wanted, not_beyond)
    if locked_until is not None and (locked_until >= at + timedelta(days=days) / 2 or locked_until >= wanted):
        return None
    return wanted.replace(microsecond=0) if wanted > at else None


def is_failing(walk: Walk, at: datetime, days: int) -> bool:
    """Whether somebody is to be told: files were left open by the last walk, or none has ended for long."""
    return walk.left_open > 0 or at - (walk.ended_at or walk.began_at) > _LATE * pause(days)
