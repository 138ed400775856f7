"""Who may be put on a case's list by hand, as what, and for how long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forethought.core.text import is_blank

#: How long a seat given by hand lasts. Defaults from social-care practice (reliability.md 3.1).
LENGTHS = {"task": timedelta(days=14), "involved": timedelta(days=183)}
LENGTH_NAMES = {"task": "For one task: 14 days", "involved": "While they are involved: six months"}

#: A warning goes out this long before a seat ends, and somebody asks this often whether it is still needed.
WARNED = timedelta(days=7)
ASKED_AGAIN = timedelta(days=90)

#: What somebody may be put on a list as. `guest` opens one page, with the papers opened to them.
PARTS = {
    "listed": "Works on it with you",
    "hr": "HR adviser",
    "note_taker": "Takes the notes",
    "guest": "Guest: union representative, companion or adviser",
}


@dataclass(frozen=True)
class Standing:
    """What somebody is to a case already, when a seat for them is thought of."""

    kept_out: bool = False
    has_part: bool = False
    seated: bool = False
    left: bool = False
    opens_cases: bool = True
    themselves: bool = False


def why_not_grant_seat(*, part: str, length: str, reason: str, standing: Standing) -> str | None:
    """Nobody is put on a list who is kept out of it, has a part in it, or could open nothing. Policy 7.2, 8.1.

    A reporter, a person harmed and a witness keep their own page; what more they may read is opened to them as papers.
    """
    if part not in PARTS:
        return "Choose what they are to this case."
    if length not in LENGTHS:
        return "Choose for how long."
    if standing.kept_out:
        return "That person is kept out of this case. Nobody can put them on its list."
    if standing.left:
        return "That person has left the school."
    if standing.themselves or standing.seated:
        return "They are on the list already."
    if standing.has_part:
        return "They have a part in this case. Open papers to them instead."
    if part == "listed" and not standing.opens_cases:
        return "Nobody without a manager’s or safeguarding role works on a case. Give them one part of it, or papers."
    return "Say in a few words why they need to know." if is_blank(reason) else None


def why_not_renew(*, ended: bool, ends_at: datetime | None, reason: str) -> str | None:
    """A seat that still runs may run on, with a reason. One that ran out is given anew. Policy 8.1."""
    if ended:
        return "This has ended. Put them on the list again if it is needed."
    if ends_at is None:
        return "This seat comes with an office. It has no end of its own."
    return "Say in a few words why it is still needed." if is_blank(reason) else None


def why_not_end(*, ended: bool, why: str, is_manager: bool) -> str | None:
    """A seat can be ended at any time, except the one that the case hangs on. Policy 8.1."""
    if ended:
        return "This has ended already."
    if is_manager or why == "manager":
        return "The case would have nobody. Somebody else must take it over first."
    return None


def warn_at(ends_at: datetime, *, given_at: datetime) -> datetime:
    """When a warning goes out: seven days before the end, or half-way through a seat as short as that. UTC."""
    return max(ends_at - WARNED, given_at + (ends_at - given_at) / 2)
