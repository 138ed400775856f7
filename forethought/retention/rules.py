"""Why something about keeping and letting go cannot be done, as a sentence, or nothing. Clause 11.1."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forethought.core.clock import spoken, spoken_day
from forethought.core.text import is_blank
from forethought.retention.schedule import How, Period, Rule

#: How long a disposal waits after the second person agreed, so that it can be stopped.
WAITS = timedelta(days=14)

#: No school keeps anything longer than this by the schedule; a hold has no such end.
LONGEST_YEARS = 100

#: Nobody keeps one thing longer than this in one go: then somebody looks again.
LONGEST_KEEPING = timedelta(days=10 * 366)

#: How far ahead the list looks.
AHEAD = timedelta(days=90)

#: Why a disposal was stopped.
STOPPED = {
    "declined": "A second person did not agree",
    "withdrawn": "Somebody stopped it",
    "hold": "A hold was placed",
    "reopened": "The case was opened again",
    "not_due": "It is not due any more",
    "came_back": "The school came back from a backup",
}


def why_not_change_rule(*, rule: Rule, period: Period, reason: str) -> str | None:
    """A school may keep things for as long as it gives a reason for, never shorter than guidance says. Policy 11.1."""
    if rule.fixed or rule.always or rule.how is How.KEPT:
        return "This is done by the program itself, or has to be so. It cannot be changed here."
    if rule.least is not None and period.is_shorter_than(Period(years=rule.least)):
        return f"This cannot be shorter than {Period(years=rule.least).words}. {rule.source}"
    if period.years > LONGEST_YEARS or period.months > 11 + 12 * 8 or period.days > 366:
        return f"At most {LONGEST_YEARS} years, 107 months and 366 days."
    return "Say why, in a few words. It is printed on the schedule." if is_blank(reason) else None


def why_not_keep_longer(*, until_on: date | None, reason: str, today: date, going: bool) -> str | None:
    """Somebody may keep a thing longer, with a reason and a day on which it is looked at again. Policy 11.1."""
    if going:
        return "It is being let go of now. Stop that first."
    if until_on is None or until_on <= today:
        return "Choose a day that is still to come."
    if until_on > today + LONGEST_KEEPING:
        return "At most ten years in one go. Then somebody looks again."
    return "Say why, in a few words." if is_blank(reason) else None


def why_not_note_birth(*, born_on: date | None, whose: str, closed: bool, told_on: date) -> str | None:
    """A day of birth is noted only where a period is counted from it, and is one that can be. Policy 11.1."""
    if not closed:
        return "This case is open. Nothing falls due yet."
    if whose not in {"child", "adult"}:
        return "Choose whose birthday it is."
    if born_on is None or born_on > told_on:
        return "Write a day before this was told."
    oldest = told_on.year - (26 if whose == "child" else 100)
    return f"Check the year. It is before {oldest}." if born_on.year < oldest else None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What stands in the way of letting a thing go, at the moment of asking."""

    due_on: date | None
    closed: bool = True
    holds: int = 0
    kept_until: date | None = None
    owed: int = 0
    sealed_away: int = 0
    handed_on: int = 0
    named: bool = False
    quarantined: str | None = None


def why_not_let_go(now: Standing, *, today: date) -> str | None:
    """Nothing goes while its case is open, a hold stands, it is kept longer, something of it is owed, or it is not due.

    Asked before it is proposed, agreed to and carried out. A hold wins always, in the same minute too.

    Policy 7.3, 11.1.
    """
    if now.quarantined:
        return now.quarantined
    if now.holds:
        return "A hold stands on it. Nothing of it is destroyed until two people lift it."
    if not now.closed:
        return "The case is open."
    if now.due_on is None:
        return "It has no day on which it falls due yet."
    if now.kept_until is not None and now.kept_until > today:
        return f"It is kept longer, until {spoken_day(now.kept_until, year=True)}."
    if now.due_on > today:
        return f"It is not due before {spoken_day(now.due_on, year=True)}."
    if now.sealed_away:
        return "A record of it was sealed away, and two people have not settled that yet."
    if now.owed:
        return "Something is still owed in it: a look, or asking again about support. It goes once that is done."
    if now.handed_on:
        return "What was handed on from it is still kept. That goes first."
    if now.named:
        return "A case, or a record that is kept by itself, still names them. That goes first."
    return None


def why_not_propose(*, refused: str | None, proposed: bool, looked: bool) -> str | None:
    """The first of two says that it was looked at and nothing speaks for keeping it. Policy 11.1."""
    if proposed:
        return "It was proposed already. A second person agrees or declines."
    if refused:
        return refused
    return None if looked else "Tick that you looked whether anything speaks for keeping it."


def why_not_confirm(
    *, refused: str | None, proposed_by: str, by: str, confirmed: bool, stopped: bool, in_hand: bool, others: int
) -> str | None:
    """The second is never the first, and has no hand in the case while there is anybody who has none. Policy 11.1."""
    if stopped:
        return "This was stopped. It can be proposed again."
    if confirmed:
        return "A second person has agreed already. It waits."
    if proposed_by == by:
        return "You proposed this. A second person must agree."
    if in_hand and others:
        return "You had a hand in this case. Somebody who had none agrees."
    return refused


def why_not_stop(*, done: bool, stopped: bool) -> str | None:
    """Either of the two, or anybody else who may see the list, may stop it until it is carried out. Policy 11.1."""
    if done:
        return "It is gone. It cannot be brought back."
    return "It was stopped already." if stopped else None


def why_not_carry_out(*, refused: str | None, waits_until: datetime | None, stopped: bool, at: datetime) -> str | None:
    """It is carried out once it has waited, and only if nothing stands in the way then. Policy 7.3, 11.1."""
    if stopped:
        return "It was stopped."
    if waits_until is None:
        return "A second person has not agreed."
    return f"It waits until {spoken(waits_until)}." if at < waits_until else refused
