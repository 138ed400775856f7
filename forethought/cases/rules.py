"""What may happen to a case, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from forethought.core.clock import from_london, london, spoken
from forethought.core.working_time import add_working_hours, next_working_day

#: Where somebody may be in danger or a child is concerned, a report is opened within the hour, at any hour.
URGENT = timedelta(hours=1)


class Status(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    OPEN = "open"
    CLOSED = "closed"


#: Act: from which statuses, to which. Diagrams are drawn from this.
MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "take_up": (frozenset({Status.RECEIVED}), Status.OPEN),
    "close": (frozenset({Status.OPEN}), Status.CLOSED),
    "reopen": (frozenset({Status.CLOSED}), Status.OPEN),
}

OUTCOMES = {
    "gone": "It was removed",
    "amended": "It was changed as asked",
    "still_there": "It is still there, and nothing more can be done",
    "passed_on": "Passed on under another procedure",
    "no_action": "No action was needed",
}


def why_not_take_up(*, status: str) -> str | None:
    """A manager opens a report, answers what only a manager can, and the case is theirs. Policy 8.1."""
    if status == Status.CLOSED:
        return "This case is closed. Open it again first."
    if status == Status.OPEN:
        return "This case has already been taken up."
    return None


@dataclass(frozen=True)
class Standing:
    """What closing depends on, counted at the moment of asking."""

    unoffered: Sequence[str] = ()
    takedowns_open: int = 0
    consent_unasked: bool = False
    informed_owed: bool = False
    harmed_unknown: bool = False
    behaviour_waited_for: bool = False


def why_not_close(*, status: str, standing: Standing) -> str | None:
    """A case ends when nothing is owed: every takedown at rest, support offered, the police question put.

    The later looks and asking again about support go on by themselves. Policy 8.1, 8.5, 8.7, 8.8.
    """
    if status == Status.RECEIVED:
        return "Nobody has taken this case up yet."
    if status == Status.CLOSED:
        return "This case is closed."
    if standing.takedowns_open == 1:
        return "One thing you wanted taken down or changed is not settled. Look, or stop asking and say why."
    if standing.takedowns_open:
        return (
            f"{standing.takedowns_open} things you wanted taken down or changed are not settled. Look, or stop asking "
            "and say why."
        )
    if standing.unoffered:
        return f"Offer support before you close. Not yet offered to: {', '.join(standing.unoffered)}."
    if standing.consent_unasked and standing.harmed_unknown:
        return "Something threatens a person here. Say who was harmed, then ask them about the police."
    if standing.consent_unasked:
        return "Something threatens a person here. Ask them first whether the school shall tell the police."
    if standing.behaviour_waited_for:
        return "A pupil posted this. Wait for the behaviour lead’s outcome, or say why you do not."
    if standing.informed_owed:
        return "A second person has not yet been told of the report to the police."
    return None


def why_not_reopen(*, status: str) -> str | None:
    """A closed case opens again when the matter comes back. Policy 8.5."""
    return None if status == Status.CLOSED else "This case is open already."


def why_not_sentence(sentence: str) -> str | None:
    """No case closes without a sentence for the person who reported it. Policy 7.2."""
    return (
        None if sentence.strip() else "Write one sentence for the person who reported it. It is how they hear the end."
    )


def lost_race(*, role: str, at: datetime) -> str:
    """What the slower of two people is told."""
    return f"{role} did this at {spoken(at)}, before you. What you typed is below. Nothing was changed."


def first_action_due(at: datetime) -> datetime:
    """By when a report is taken up, and support first offered: the end of the next working day, 5pm London. UTC.

    Policy 8.1, 8.8. The policy says promptly and gives no number; this is the school's target.
    """
    return from_london(next_working_day(london(at).date()), time(17))


#: How long after an offer somebody asks again how the person is. Policy 8.8.
REVISITS = (timedelta(days=7), timedelta(days=30))


def revisit_due(offered_at: datetime, days: int) -> datetime:
    """When support is looked at again: that many days after the offer, in UTC. Policy 8.8."""
    return offered_at + timedelta(days=days)


def next_revisit(*, offered_at: datetime, due_at: datetime) -> datetime | None:
    """When support is looked at after the time that was due: 30 days after 7, then no more. UTC. Policy 8.8."""
    return next((offered_at + length for length in REVISITS if offered_at + length > due_at), None)


def answer_due(at: datetime, hours: int) -> datetime:
    """By when the reporter hears from a person: that many hours of the working day, in UTC. Policy 7.2.

    Counted from the minute: somebody who reports at 1pm and some seconds is answered by 5pm, not by 8am the next day.
    """
    return add_working_hours(at.replace(second=0, microsecond=0), hours)


def why_not_cite(*, on_day: date, today: date) -> str | None:
    """A case cites the policy as it was on a day that has been. Dates in London. Policy F4."""
    return "That day has not come yet. Choose the day it happened or was reported." if on_day > today else None
