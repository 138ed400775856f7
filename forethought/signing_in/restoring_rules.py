"""Who lets somebody set up a new second step when theirs is lost: two others."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations

from forethought.people.office_rules import BY_GOVERNORS, GOVERNORS
from forethought.people.settled_rules import TOO_NEW

#: Whoever may be one of the two, by role.
RESTORERS = frozenset({"head", "senior", "lead", "protection", "chair", "vice_chair", "clerk", "trust_lead"})
#: One of these is among the two when it is for the headteacher.
ABOVE_HEAD = frozenset({"chair", "vice_chair", "trust_lead"})

#: Whoever watches over the headteacher: not brought back by the head and those who work to them alone.
WATCHING = BY_GOVERNORS - {"head"}

#: How somebody knows that it is they.
HOW = {
    "met": "I met them and know them",
    "called": "I called them on a number that the school has",
    "seen": "I saw them on a call and know them",
}

#: How long a proposal waits for the second of the two.
WAITS = timedelta(days=3)
#: How long the code works once both have said yes, and how often it may be typed wrongly.
CODE_LASTS = timedelta(hours=24)
MOST_TRIES = 5

OWN = "Nobody restores their own second step. Two others do it."


def two_could(people: Sequence[frozenset[str]], *, for_head: bool, for_watching: bool) -> bool:
    """Whether any two of these, each by their roles, could be the two. Policy 2.5."""
    return any(
        one & RESTORERS
        and other & RESTORERS
        and (not for_head or bool((one | other) & ABOVE_HEAD))
        and (not for_watching or bool((one | other) & GOVERNORS))
        for one, other in combinations(people, 2)
    )


def why_not_propose_restoring(
    *, roles: frozenset[str], too_new: bool, themselves: bool, account: bool, second_step: bool, waits: bool
) -> str | None:
    """One of several offices proposes it, for somebody else who has a second step to lose. Policy 2.5."""
    if themselves:
        return OWN
    if too_new:
        return TOO_NEW
    if not roles & RESTORERS:
        return "The headteacher, a senior manager, the safeguarding lead, the governors’ chair or clerk do this."
    if not account:
        return "They have no account, or have left."
    if not second_step:
        return "They have no second step that could be lost. They can sign in and set one up."
    return "That was proposed already, and waits for the second of you." if waits else None


def why_not_confirm_restoring(
    *,
    roles: frozenset[str],
    proposer_roles: frozenset[str],
    too_new: bool,
    themselves: bool,
    proposed_it: bool,
    for_head: bool,
    for_watching: bool,
    open_now: bool,
    proposed_at: datetime,
    at: datetime,
) -> str | None:
    """A second office confirms it within three days; for the head, one of the two stands above them. Policy 2.5.

    `for_watching`: for one of those who watch over the head, where a governor other than they is here to be one of two.
    The roles are those that count: held for fourteen days, wherever two people are there of whom that holds. `too_new`:
    whoever confirms has none of these but newer ones.
    """
    if themselves:
        return OWN
    if not open_now or at >= proposed_at + WAITS:
        return "This does not wait for anybody any more. It can be proposed anew."
    if proposed_it:
        return "You proposed it. Somebody else confirms it."
    if too_new:
        return TOO_NEW
    if not roles & RESTORERS:
        return "The headteacher, a senior manager, the safeguarding lead, the governors’ chair or clerk do this."
    if not proposer_roles & RESTORERS:
        return "Whoever proposed it holds no such office any more. It can be proposed anew."
    if for_head and not (roles | proposer_roles) & ABOVE_HEAD:
        return (
            "For the headteacher, one of the two is the chair or vice-chair of governors, or the trust lead. "
            "An office counts once it was held for 14 days."
        )
    if for_watching and not (roles | proposer_roles) & GOVERNORS:
        return (
            "For whom the governors name, one of the two is the chair, the vice-chair, the clerk or the trust lead. "
            "An office counts once it was held for 14 days."
        )
    return None


def why_not_use_code(*, open_now: bool, confirmed_at: datetime | None, tries: int, at: datetime) -> str | None:
    """A code works for a day, and not after five wrong ones. Policy 2.5."""
    if not open_now or confirmed_at is None or at >= confirmed_at + CODE_LASTS or tries >= MOST_TRIES:
        return "There is no code that works any more. Ask the two who helped you to do it again."
    return None
