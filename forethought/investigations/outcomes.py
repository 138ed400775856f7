"""How a suspected breach may end for somebody engaged in one way or another, and what each ending needs first.

A governor cannot be dismissed, a volunteer has no contract, and an agency worker goes back to the agency. Policy 9.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forethought.core.clock import add_months


class Outcome(StrEnum):
    """How a matter may end. The values stand in the database."""

    NO_CASE = "no_case"
    INFORMAL = "informal"
    TRAINING = "training"
    FIRST_WARNING = "first_warning"
    FINAL_WARNING = "final_warning"
    DISMISSAL = "dismissal"
    SUMMARY_DISMISSAL = "summary_dismissal"
    DEMOTION_TRANSFER = "demotion_transfer"
    END_ASSIGNMENT = "end_assignment"
    END_ROLE = "end_role"
    BOARD_SUSPENDS = "board_suspends"
    BOARD_REMOVES = "board_removes"
    END_CONTRACT_WORK = "end_contract_work"
    END_PLACEMENT = "end_placement"


#: The outcome of somebody against whom nothing stands, for whoever has to name it: an appeal that was right, say.
NO_ACTION = Outcome.NO_CASE

WORDS: Mapping[Outcome, str] = {
    Outcome.NO_CASE: "No case. Nothing is done",
    Outcome.INFORMAL: "A quiet word, or advice",
    Outcome.TRAINING: "Training or support",
    Outcome.FIRST_WARNING: "First written warning",
    Outcome.FINAL_WARNING: "Final written warning",
    Outcome.DISMISSAL: "Dismissal with notice",
    Outcome.SUMMARY_DISMISSAL: "Dismissal without notice, for gross misconduct",
    Outcome.DEMOTION_TRANSFER: "Another post or place of work, where the contract allows it",
    Outcome.END_ASSIGNMENT: "End the assignment and tell the agency",
    Outcome.END_ROLE: "End the volunteer’s role",
    Outcome.BOARD_SUSPENDS: "The board suspends them under its own procedure",
    Outcome.BOARD_REMOVES: "The board removes them under its own procedure",
    Outcome.END_CONTRACT_WORK: "End their work here and tell the contractor",
    Outcome.END_PLACEMENT: "End the placement and tell the training provider",
}

_FOR_ALL = (Outcome.NO_CASE, Outcome.INFORMAL, Outcome.TRAINING)
_OF_EMPLOYER = (
    Outcome.FIRST_WARNING,
    Outcome.FINAL_WARNING,
    Outcome.DISMISSAL,
    Outcome.SUMMARY_DISMISSAL,
    Outcome.DEMOTION_TRANSFER,
)

#: What is open besides what is open to all, by engagement (people.models.Kind). Clause 2.5.
_OFFERED: Mapping[str, tuple[Outcome, ...]] = {
    "employee": _OF_EMPLOYER,
    "trust": _OF_EMPLOYER,
    "agency": (Outcome.END_ASSIGNMENT,),
    "governor": (Outcome.BOARD_SUSPENDS, Outcome.BOARD_REMOVES),
    "volunteer": (Outcome.END_ROLE,),
    "contractor": (Outcome.END_CONTRACT_WORK,),
    "trainee": (Outcome.END_PLACEMENT,),
}


def offered(engagement_kind: str) -> Mapping[str, str]:
    """The outcomes open for somebody engaged like this, mildest first, with their words.

    Policy 2.5, 9.6. Where it is not known how somebody is engaged, nothing is open that takes something from them.
    """
    return {one.value: WORDS[one] for one in (*_FOR_ALL, *_OFFERED.get(engagement_kind, ()))}


def is_sanction(outcome: str) -> bool:
    """Whether an outcome takes something from somebody, so that attribution and proportion come first. Policy 9.3."""
    return outcome not in _FOR_ALL


class Need(StrEnum):
    """What has to be done or thought of with an outcome."""

    PANEL = "panel"
    REASONS = "reasons"
    HR_ADVICE = "hr_advice"
    BARRING = "barring"
    APPEAL = "appeal"
    CONTRACT = "contract"
    AGENCY = "agency"
    CONTRACTOR = "contractor"
    PROVIDER = "provider"
    BOARD = "board"
    EMPLOYER = "employer"


NEEDS_SAID: Mapping[Need, str] = {
    Need.PANEL: "A panel decides it, and none of its members looked into it.",
    Need.REASONS: "The reasons are given in writing.",
    Need.HR_ADVICE: "HR has advised, and the advice is noted.",
    Need.BARRING: "Somebody thought about a referral to the DBS and the TRA, and noted why or why not.",
    Need.APPEAL: "They are told how to appeal, and by when.",
    Need.CONTRACT: "The contract allows it. Read it first.",
    Need.AGENCY: "The agency is told when and why. It has its own duties towards them.",
    Need.CONTRACTOR: "Their own employer is told. It deals with them under its own procedure.",
    Need.PROVIDER: "The training provider is told. It deals with them under its own procedure.",
    Need.BOARD: "The board decides at a meeting under its own procedure. Ask its clerk. Check the rules of today.",
    Need.EMPLOYER: "The trust is the employer. Check that this is its procedure.",
}

_ENDS_EMPLOYMENT = (Need.PANEL, Need.REASONS, Need.HR_ADVICE, Need.BARRING, Need.APPEAL)
_NEEDS: Mapping[Outcome, tuple[Need, ...]] = {
    Outcome.FIRST_WARNING: (Need.REASONS, Need.APPEAL),
    Outcome.FINAL_WARNING: (Need.REASONS, Need.HR_ADVICE, Need.APPEAL),
    Outcome.DISMISSAL: _ENDS_EMPLOYMENT,
    Outcome.SUMMARY_DISMISSAL: _ENDS_EMPLOYMENT,
    Outcome.DEMOTION_TRANSFER: (Need.REASONS, Need.HR_ADVICE, Need.CONTRACT, Need.APPEAL),
    Outcome.END_ASSIGNMENT: (Need.REASONS, Need.BARRING, Need.AGENCY),
    Outcome.END_ROLE: (Need.REASONS, Need.BARRING),
    Outcome.BOARD_SUSPENDS: (Need.REASONS, Need.BOARD),
    Outcome.BOARD_REMOVES: (Need.REASONS, Need.BARRING, Need.BOARD),
    Outcome.END_CONTRACT_WORK: (Need.REASONS, Need.BARRING, Need.CONTRACTOR),
    Outcome.END_PLACEMENT: (Need.REASONS, Need.BARRING, Need.PROVIDER),
}


def needs(outcome: str, engagement_kind: str = "") -> Mapping[Need, str]:
    """What has to be done or thought of with an outcome, in words for the screen. Policy 9.6."""
    found = _NEEDS.get(Outcome(outcome), ()) if outcome in set(Outcome) else ()
    if found and engagement_kind == "trust":
        found = (*found, Need.EMPLOYER)
    return {one: NEEDS_SAID[one] for one in found}


@dataclass(frozen=True)
class Warned:
    """How long a warning is usually live: a suggestion, for the school's own procedure decides."""

    months: int
    said: str


#: From memory of Acas's guidance (law.md 2.3, marked M): filled in, editable, and never said as certain.
LIVE_FOR: Mapping[Outcome, Warned] = {
    Outcome.FIRST_WARNING: Warned(6, "Often six months. Check your own procedure."),
    Outcome.FINAL_WARNING: Warned(12, "Often twelve months. Check your own procedure."),
}


def suggested_end(outcome: str, given_on: date) -> date | None:
    """Until when a warning given on that day may be live, as a first suggestion; None for anything else. Policy 9.6."""
    found = LIVE_FOR.get(Outcome(outcome)) if outcome in set(Outcome) else None
    return add_months(given_on, found.months) if found else None


def is_live(ends_on: date, day: date) -> bool:
    """Whether a warning still counts on a day: up to and with its last one. Spent, it is never shown. Policy 9.3."""
    return day <= ends_on


def why_not_note_warning(*, outcome: str, given_on: date, ends_on: date | None) -> str | None:
    """A warning is live until a day that the school's own procedure sets. Policy 9.6."""
    if outcome not in LIVE_FOR:
        return "This did not end with a warning."
    if ends_on is None or ends_on <= given_on:
        return "Say until which day it is live. The day comes after the one on which it was given."
    return None
