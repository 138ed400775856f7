"""First words for a head with five minutes: what the case knows already, ready to be changed before anything is sent.

Each only says what is on record. Nothing here is kept or sent by itself.
"""

from datetime import datetime

from forethought.cases.models import Case
from forethought.core.clock import spoken
from forethought.takedowns.models import Takedown
from forethought.takedowns.rules import Status

_ASKED = frozenset({Status.HOST_ASKED, Status.ESCALATED})


def answer(case: Case, at: datetime) -> str:
    """What the reporter could be told now."""
    said = ["Thank you for telling us. You did the right thing."]
    takedowns = list(case.takedowns.order_by("reported_at"))
    gone = [one for one in takedowns if one.status in {Status.GONE, Status.AMENDED}]
    asked = [one for one in takedowns if one.status in _ASKED]
    if gone and len(gone) == len(takedowns):
        said.append(_ended(gone[0], at))
    elif asked:
        said.append(f"We have asked the site or app to act. We will look by {spoken(asked[0].resolve_due_at, at)}.")
    else:
        said.append("We are working on it, and we will tell you what we do.")
    said.append("You need not look at it again. Support is there for you.")
    return " ".join(said)


def ending(case: Case, at: datetime) -> dict[str, str]:
    """How the case ended, as far as its takedowns say; why; and a sentence for the reporter. Else nothing."""
    takedowns = list(case.takedowns.order_by("reported_at"))
    settled = [one for one in takedowns if one.status in {Status.GONE, Status.AMENDED}]
    if not settled or len(settled) != len(takedowns):
        return {}
    amended = all(one.status == Status.AMENDED for one in settled)
    support = " Support was offered." if case.offers.exists() else ""
    return {
        "outcome": "amended" if amended else "gone",
        "reasons": " ".join(_ended(one, at) for one in settled) + support,
        "sentence": f"{_ended(settled[0], at)} We will look again. Thank you for telling us. Support is there for you.",
    }


def _ended(takedown: Takedown, at: datetime) -> str:
    done = "It was changed as we asked" if takedown.status == Status.AMENDED else "It has been removed"
    return f"{done}. We saw that at {spoken(takedown.seen_gone_at, at)}." if takedown.seen_gone_at else f"{done}."
