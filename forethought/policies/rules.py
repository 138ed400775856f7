"""What may happen to a change of the policy, and why not: consult, approve, publish, and what is due when.

The gate is held by fingerprints, not by a status alone: a text may be approved only if that very text was consulted on,
or equals what was agreed already, or the approving body gives its reasons. One character changed, and it is another
text.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from forethought.core.clock import add_years, from_london, london, spoken, spoken_day
from forethought.core.naming import Named
from forethought.core.working_time import add_working_days

#: Working days that a consultation lasts unless the school chose otherwise, and the fewest it may.
CONSULT_DAYS = 20
FEWEST_CONSULT_DAYS = 5
MOST_CONSULT_DAYS = 120


class Status(Named):
    """Where a change to the policy stands."""

    DRAFTING = "drafting", "Being written"
    CONSULTING = "consulting", "People are being asked"
    CONSULTED = "consulted", "Consultation closed"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    DROPPED = "dropped", "Dropped"


class Body(Named):
    """Who approves the policy here. The school chooses."""

    FULL_BOARD = "full_board", "The full governing body"
    COMMITTEE = "committee", "A committee of governors"
    GOVERNOR = "governor", "One governor"
    HEAD = "head", "The headteacher"
    TRUST_BOARD = "trust_board", "The trust board"


class Outcome(Named):
    """How a consultation ended."""

    AGREED = "agreed", "Agreed"
    COMMENTS = "comments", "Agreed, with comments"
    NOT_AGREED = "not_agreed", "Not agreed"
    NO_RESPONSE = "no_response", "Nobody answered"


class Stance(Named):
    """What somebody says to a change."""

    AGREE = "agree", "I agree"
    COMMENTS = "comments", "I agree, with comments"
    NOT_AGREE = "not_agree", "I do not agree"
    NO_VIEW = "no_view", "I have no view"


class Basis(Named):
    """On what footing a text was approved."""

    CONSULTED = "consulted", "after a consultation on this text"
    UNCHANGED = "unchanged", "as a text that was agreed already, unchanged"
    DECIDED = "decided", "without a consultation, for the reasons given"
    BROUGHT = "brought", "before the school began here"


#: Act: from which statuses, to which. Diagrams are drawn from this.
MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "change_text": (frozenset({Status.DRAFTING, Status.CONSULTED, Status.APPROVED}), Status.DRAFTING),
    "open_consultation": (frozenset({Status.DRAFTING}), Status.CONSULTING),
    "withdraw_consultation": (frozenset({Status.CONSULTING}), Status.DRAFTING),
    "close_consultation": (frozenset({Status.CONSULTING}), Status.CONSULTED),
    "approve": (frozenset({Status.DRAFTING, Status.CONSULTED}), Status.APPROVED),
    "publish_version": (frozenset({Status.APPROVED}), Status.PUBLISHED),
    "drop_revision": (frozenset({Status.DRAFTING, Status.CONSULTED, Status.APPROVED}), Status.DROPPED),
}


def why_not_move(verb: str, *, status: str) -> str | None:
    """What stands against an act by the status alone, in words. Policy F3."""
    if status in MOVES[verb][0]:
        return None
    if status == Status.PUBLISHED:
        return "This change has been published. Start a new one."
    if status == Status.DROPPED:
        return "This change was dropped. Start a new one."
    if status == Status.CONSULTING:
        return "People are being asked about this very text. Close or withdraw the consultation first."
    if verb == "publish_version":
        return "This text is not approved yet. It needs a closed consultation, or a recorded decision, and approval."
    if verb == "approve":
        return "This text is approved already."
    if verb == "open_consultation":
        return "This text has been consulted on already."
    return "Nobody is being asked at the moment."


def why_not_choose_body(*, current: str, chosen: str, decides: bool) -> str | None:
    """Which body approves the policy is for that body to say: or a keeper could hand approval to themselves.

    Policy F1, F3. `decides`: whether who asks may record decisions of the body as it stands now.
    """
    if chosen == current or decides:
        return None
    return "Which body approves the policy is for that body to change, or its clerk for it."


def why_not_open_consultation(*, status: str, changed: bool, days: int, unheard: str = "") -> str | None:
    """Staff and unions are asked before anything changes, one word included. Policy F3.

    `unheard`: a recognised union whose representative has left, so that nobody could be asked.
    """
    if reason := why_not_move("open_consultation", status=status):
        return reason
    if not changed:
        return "Nothing differs from the text that was agreed, so there is nothing to ask about."
    if unheard:
        return f"Whoever spoke for {unheard} has left. Name another representative on the list of unions first."
    if not FEWEST_CONSULT_DAYS <= days <= MOST_CONSULT_DAYS:
        return f"A consultation lasts between {FEWEST_CONSULT_DAYS} and {MOST_CONSULT_DAYS} working days."
    return None


def closes_at(opened_at: datetime, days: int = CONSULT_DAYS, extra: Collection[date] = ()) -> datetime:
    """When a consultation ends: at the end of that many working days after the day it opened, in UTC.

    The day itself does not count; the last one counts to its midnight in London. Policy F3.
    """
    last = add_working_days(london(opened_at).date(), days, extra)
    return from_london(last + timedelta(days=1), time(0))


def last_day(closes: datetime) -> date:
    """The last day on which a view counts as in time, in London."""
    return (london(closes) - timedelta(seconds=1)).date()


def why_not_respond(*, withdrawn: bool, stance: str, words: str) -> str | None:
    """Anybody asked may say what they think, also after closing. Policy F3."""
    if withdrawn:
        return "This text is no longer being asked about. Your view on the next one will be wanted."
    if stance in {Stance.COMMENTS, Stance.NOT_AGREE} and not words.strip():
        return "Write what you would change, so that it can be answered."
    return None


def why_not_reply(*, answered: bool, words: str) -> str | None:
    """Each view gets one answer, in writing, which is never changed. Policy F3."""
    if answered:
        return "This view has been answered already. Nothing was changed."
    if not words.strip():
        return "Write the answer. Who gave this view will read it."
    return None


@dataclass(frozen=True)
class Views:
    """What closing a consultation depends on, counted at the moment of asking.

    `in_time` counts every view given in time, `unreplied` every view without an answer, late ones too. The others count
    what a person or a union said last, in time: whoever changed their mind counts once.
    """

    in_time: int = 0
    unreplied: int = 0
    agreeing: int = 0
    against: int = 0
    unions_against: int = 0


def why_not_close_consultation(
    *, status: str, closes: datetime, at: datetime, views: Views, outcome: str = "", reasons: str = ""
) -> str | None:
    """A consultation closes when its time is over, each view has a written reply, and the outcome is true. Policy F3.

    `outcome` and `reasons` are checked once they are given.
    """
    if reason := why_not_move("close_consultation", status=status):
        return reason
    if at < closes:
        return f"It is open until the end of {spoken_day(last_day(closes), at)}."
    if views.unreplied:
        return (
            "One view still waits for a written reply."
            if views.unreplied == 1
            else f"{views.unreplied} views still wait for a written reply."
        )
    if outcome == Outcome.NO_RESPONSE and views.in_time:
        return "Somebody did answer. Choose another outcome."
    if outcome and outcome != Outcome.NO_RESPONSE and not views.in_time:
        return "Nobody answered in time. Choose “Nobody answered”."
    if outcome in {Outcome.AGREED, Outcome.COMMENTS} and views.unions_against:
        return "A union does not agree. Choose “Not agreed”."
    if outcome == Outcome.AGREED and views.against:
        return "Not everybody agreed. Choose another outcome."
    if outcome == Outcome.COMMENTS and views.against and not views.agreeing:
        return "Nobody agreed. Choose “Not agreed”."
    if outcome == Outcome.NOT_AGREED and not reasons.strip():
        return "Say what was not agreed, and how the school answers it."
    return None


@dataclass(frozen=True)
class Standing:
    """What approving and publishing a text rests on: fingerprints, never a mere status.

    `consulted` is of the consultation on this change that was closed last about this very text, if there is one, else
    of the one closed last about another. So a change that went from A to B and back to A may rest on what was said to
    A: people were asked about these words, and answered. `outcome` is how that one ended. `agreed` are texts that need
    no new consultation: the one in force, and a baseline that was agreed with the unions. `approved` is of the approval
    given last; going back to a text that was approved before takes a new approval, since the status fell back.
    """

    text: bytes
    consulted: bytes | None = None
    outcome: str = ""
    agreed: frozenset[bytes] = frozenset()
    approved: bytes | None = None


def basis_of(standing: Standing, *, without: bool) -> Basis | None:
    """On what footing a text may be approved now; nothing when there is none. Policy F3.

    `without`: the approving body means to decide without a consultation, for reasons that are kept.
    """
    if standing.consulted == standing.text:
        return Basis.CONSULTED
    if standing.text in standing.agreed:
        return Basis.UNCHANGED
    return Basis.DECIDED if without else None


def why_not_approve(
    *, status: str, standing: Standing, decides: bool, without: bool = False, reasons: str | None = None
) -> str | None:
    """A body approves a text that was consulted on, or was agreed already, or gives reasons for doing without.

    Policy F1, F3. `decides`: whether who asks may record decisions of the approving body. `reasons` is None until they
    are asked for. A text that was not agreed may still be approved, with reasons.
    """
    if reason := why_not_move("approve", status=status):
        return reason
    if not decides:
        return "Only the body that approves the policy can do this, or its clerk for it."
    basis = basis_of(standing, without=without)
    if basis is None:
        return "This text has not been consulted on. Ask staff and unions first."
    if reasons is None or reasons.strip():
        return None
    if basis is Basis.DECIDED:
        return "Give the body’s reasons for deciding without a consultation. They are kept."
    if needs_reasons(standing):
        return "The consultation ended without agreement. Give the body’s reasons for going on. They are kept."
    return None


def needs_reasons(standing: Standing) -> bool:
    """Whether approving this text needs the body's reasons: nobody was asked, or they did not agree. Policy F3."""
    basis = basis_of(standing, without=True)
    return basis is Basis.DECIDED or (basis is Basis.CONSULTED and standing.outcome == Outcome.NOT_AGREED)


def why_not_publish(*, status: str, standing: Standing) -> str | None:
    """A text is published once that very text is approved. Policy F1, F3."""
    if reason := why_not_move("publish_version", status=status):
        return reason
    if standing.approved != standing.text:
        return "The text has changed since it was approved. It must be consulted on and approved again."
    return None


def review_on(met_on: date) -> date:
    """When a policy approved on that day is due for review: a year later, 28 February for the 29th. Policy F1."""
    return add_years(met_on, 1)


def why_not_dates(
    *, met_on: date, review: date, today: date, past_review: bool = False, consulted_on: date | None = None
) -> str | None:
    """What is wrong with the dates of an approval. Dates in London. Policy F1, F3.

    `past_review`: a version brought along may be past its review; one approved now may not. `consulted_on`: the day on
    which the consultation closed that the approval rests on; only then can a body have known what was said.
    """
    if met_on > today:
        return "That meeting has not been yet. Record the approval after it."
    if consulted_on is not None and met_on < consulted_on:
        return (
            f"The consultation closed on {spoken_day(consulted_on, year=True)}. The body decides on or after that day."
        )
    if review <= met_on:
        return "The review must come after the meeting."
    if review > add_years(met_on, 5):
        return "That review is more than five years away. Choose a sooner date."
    if not past_review and review < today:
        return "That review date has passed already. Choose a later one."
    return None


def why_not_meeting(*, met_on: date | None, minute: str, review: date | None, today: date) -> str | None:
    """What is wrong with the meeting that approved a version brought along. It may be unknown. Policy F1."""
    if met_on is None:
        lacks = minute.strip() or review
        return "Give the day of the meeting too, or leave its minute and review date out." if lacks else None
    return why_not_dates(met_on=met_on, review=review or review_on(met_on), today=today, past_review=True)


def days_overdue(review: date | None, today: date) -> int:
    """How many days a policy is past its review date; 0 while it is not. It applies all the same. Policy F1."""
    return max((today - review).days, 0) if review else 0


def overdue_said(review: date | None, today: date) -> str:
    """That the review is late, in words; empty while it is not. Policy F1."""
    days = days_overdue(review, today)
    if not days:
        return ""
    return f"The policy is {days:,} {'day' if days == 1 else 'days'} past its review date. It still applies."


def why_not_bring(*, in_force_on: date, started_on: date, oldest_here: date | None) -> str | None:
    """Only what was in force before the school began here is brought along; later changes go the whole way.

    Policy F3, F4. `oldest_here` is the date of the first version that took force here, if any.
    """
    if in_force_on > started_on:
        return (
            f"Only versions from before {spoken_day(started_on, year=True)}, when the school began here, are brought "
            "along. A later one goes the whole way: start a change."
        )
    if oldest_here is not None and in_force_on >= oldest_here:
        return "A version from that day or later is in force here already. Only earlier ones can be added."
    return None


def lost_race(*, name: str, at: datetime) -> str:
    """What the second of two people is told."""
    return f"{name} did this at {spoken(at)}, before you. What you typed is below. Nothing was changed."
