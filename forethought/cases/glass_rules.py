"""Reading one case in an emergency: who may ask, who may allow it, how long it lasts, and what follows.

For a risk to life, or where nobody is left to handle a case (reliability.md 3.4). Plain values in, a sentence out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from forethought.core.clock import from_london, london
from forethought.core.working_time import add_working_days

CATEGORIES = {"life": "A life may be at risk", "handlers": "Nobody is left to handle it"}
SHORTEST_REASON = 40

#: The first person asked has this long; then it goes on to the trust lead, who has as long as is left of the hour.
FIRST_WAIT, WHOLE_WAIT = timedelta(minutes=15), timedelta(minutes=75)
#: How long it opens the case.
LASTS = timedelta(minutes=60)
#: School days until it must have been reviewed, and the morning on which somebody is reminded.
REVIEW_DAYS, REMIND_DAYS = 5, 3
#: So many readings of one person that nobody has reviewed, and they get no further one.
MOST_UNREVIEWED = 2

#: The same whatever there is behind the reference, and whoever asks.
ANSWER = "If there is such a case, somebody who may decide was asked."

OUTCOMES = {
    "right": "It was right to read it",
    "not_needed": "It was not needed, and nothing was amiss",
    "wrong": "It was not right. What follows is dealt with elsewhere",
}

#: Who may be asked to allow it, in this order; then the trust lead.
DECIDERS = ("chair", "vice_chair", "head")
LAST_DECIDER = "trust_lead"
#: Who reviews it, the first who had no hand in it.
REVIEWERS = ("protection", "chair", "vice_chair", "trust_lead", "head")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who asks, at the moment of asking. Nothing of the case is in it: the refusal must not tell."""

    is_it_support: bool = False
    waiting: int = 0
    unreviewed: int = 0


def why_not_ask(*, reference: str, category: str, reason: str, asking: Asking) -> str | None:
    """Why an emergency reading cannot be asked for. It rests on the asker and their words, never on the case.

    Policy 7.2.
    """
    if asking.is_it_support:
        return "IT support never reads a case, in an emergency either. If a life may be at risk, call 999."
    if not reference.strip():
        return "Write the reference of the one case."
    if category not in CATEGORIES:
        return "Choose what the emergency is."
    if len(reason.strip()) < SHORTEST_REASON:
        return f"Say why, in at least {SHORTEST_REASON} letters. Whoever decides has nothing else to go by."
    if asking.unreviewed >= MOST_UNREVIEWED:
        return "Two emergency readings of yours have not been reviewed. Until one is, you can ask for no other."
    return "You have asked already. Wait for the answer, or call 999." if asking.waiting else None


def why_not_decide(*, asked: bool, waits_until: datetime, decided: bool, may_still: bool, at: datetime) -> str | None:
    """Only whoever is asked decides, once, while it waits, about somebody who may still be let in. Policy 7.2."""
    if not asked:
        return "Somebody else is asked about this."
    if decided:
        return "This has been decided."
    if at >= waits_until:
        return "It has gone on to somebody else, or is over."
    return None if may_still else "This can no longer be given."


def outside_of(*, in_trust: bool, trust_board: str, local_authority: str) -> tuple[str, str]:
    """Who outside is named where nobody at the school may let somebody read: a key of the school's list, and a name.

    It rests on the school, never on the case: whoever asks reads the same whatever there is. Policy 7.2.
    """
    return ("trust", trust_board) if in_trust else ("lado", local_authority)


def why_not_review(*, may: bool, reviewed: bool, given: bool, outcome: str, words: str) -> str | None:
    """A reading is reviewed by somebody who had no hand in it, once, with words. Policy 7.2."""
    if not may:
        return "Somebody else reviews this: it must be a person who had no hand in it."
    if reviewed or not given:
        return "There is nothing to review here."
    if outcome not in OUTCOMES:
        return "Choose how it looks now."
    return None if words.strip() else "Say what you looked at, in a few words."


def review_due(at: datetime) -> datetime:
    """Five school days on, 5pm in London, as UTC."""
    return _on(add_working_days(london(at).date(), REVIEW_DAYS), time(17))


def first_reminder(at: datetime) -> datetime:
    """Three school days on, 9am in London, as UTC."""
    return _on(add_working_days(london(at).date(), REMIND_DAYS), time(9))


def next_reminder(at: datetime) -> datetime:
    """The next school day, 9am in London, as UTC."""
    return _on(add_working_days(london(at).date(), 1), time(9))


def _on(day: date, when: time) -> datetime:
    return from_london(day, when)


def first_of(people: Sequence[UUID], *, without: Collection[object]) -> UUID | None:
    """The first who is not among those left out. Policy 7.2."""
    return next((one for one in people if one not in without), None)


def state_for_asker(*, asked_at: datetime, approved_at: datetime | None, ends_at: datetime | None, at: datetime) -> str:
    """How it stands, for whoever asked: a no looks like no answer, and like no such case. Policy 7.2."""
    if approved_at is not None and ends_at is not None:
        return "open" if at < ends_at else "over"
    return "waiting" if at < asked_at + WHOLE_WAIT else "not_given"
