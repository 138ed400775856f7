"""Since when somebody holds an office: one named lately does not count where two people are to watch each other.

Whoever names people could otherwise name their own second. Plain values, no database.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

#: So long an office is held before its holder is one of two.
SETTLES = timedelta(days=14)

TOO_NEW = (
    f"They have held their office for less than {SETTLES.days} days. Somebody who has held theirs for longer does this."
)


def settled(held: Iterable[tuple[str, datetime]], at: datetime) -> frozenset[str]:
    """Of the offices that somebody holds, each with its beginning (UTC), those held for fourteen days. Policy 2.5, 7.2.

    The whole fourteen days must be over: to the second, it counts.
    """
    return frozenset(role for role, since in held if since + SETTLES <= at)
