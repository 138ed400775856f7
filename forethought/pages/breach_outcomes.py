"""The outcome, what came back from HR, the appeal, and the end. Clauses 9.5, 9.6."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import london
from forethought.investigations import handing_over, outcome, outcomes, procedures
from forethought.investigations.models import Breach
from forethought.investigations.outcome import Considered
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.breach_acts import WHY, Reasoned
from forethought.pages.breach_steps import step
from forethought.people.models import Person


class OutcomeForm(acts.Versioned):
    """What follows."""

    outcome = fields.Choice(label="What follows?", choices=[], missing="Choose an outcome.")
    reasons = fields.Words(label="Why?", longest=20_000, rows=6, missing=WHY)
    hr_advice = fields.Words(
        label="What did HR advise?", longest=5000, rows=3, required=False, hint="Needed for a dismissal."
    )
    barring = fields.Words(
        label="Referral to the DBS or the TRA: what did you think of, and why?",
        longest=5000,
        rows=3,
        required=False,
        hint="Needed for a dismissal. Where a child was harmed or put at risk, the DBS has to be told.",
    )
    others = fields.Words(
        label="Who else was told or asked, when and how?",
        longest=2000,
        rows=2,
        required=False,
        hint="The agency where an assignment ends. The board, an employer, a training provider, the contract.",
    )
    appeal_told = fields.Tick(label="They are told of their right to appeal", required=False)
    appeal_by = fields.DateBoxes(
        label="Last day to appeal", required=False, hint="Guidance says five working days. Check your procedure."
    )


def for_outcome(form: asking.Form, row: Breach) -> None:
    """Only the outcomes that are open for somebody engaged like this."""
    form.fields["outcome"].choices = list(outcomes.offered(row.engagement).items())  # type: ignore[attr-defined]


def considered(do: Callable[..., Any]) -> Callable[..., Any]:
    """An act that takes what was considered as one thing."""

    def called(*, hr_advice: str, barring: str, others: str, appeal_told: bool, **said: Any) -> Any:
        facts = Considered(hr_advice=hr_advice, barring=barring, others=others, appeal_told=appeal_told)
        return do(facts=facts, **said)

    called.__name__ = do.__name__
    return called


@page
def decide_outcome(request: Request, case: Case) -> HttpResponseBase:
    """Decide."""
    return step(
        request,
        case,
        OutcomeForm,
        considered(outcome.decide_outcome),
        title="What follows?",
        button="Decide",
        done="It is decided. Give it to them in writing.",
        initial={"appeal_by": outcome.appeal_ends(london(timezone.now()).date())},
        ask=for_outcome,
        clauses=("9.6", "9.3"),
        lead=("Which outcomes are open depends on how somebody works or helps here.",),
    )


def _as_hr(*, breach: Breach, by: Person, at: datetime, **said: Any) -> None:
    handing_over.note_hr_outcome(breach=breach, **said, by=by, at=at)


_as_hr.__name__ = "note_hr_outcome"


@page
def note_hr_outcome(request: Request, case: Case) -> HttpResponseBase:
    """Note what came back from HR."""

    def ask(form: asking.Form, row: Breach) -> None:
        for_outcome(form, row)
        form.fields.pop("appeal_by")

    return step(
        request,
        case,
        OutcomeForm,
        considered(_as_hr),
        title="What came back from HR",
        button="Save",
        done="The outcome is noted. This has ended.",
        ask=ask,
        clauses=("9.5", "9.6"),
    )


class AppealForm(acts.Versioned):
    """An appeal."""

    grounds = fields.Words(label="Why do they appeal?", longest=10_000, rows=5, missing="Write why they appeal.")
    came_on = fields.DateBoxes(label="When did it come?", missing="Enter the day it came.")


@page
def note_appeal(request: Request, case: Case) -> HttpResponseBase:
    """Note an appeal."""
    return step(
        request,
        case,
        AppealForm,
        outcome.note_appeal,
        title="Note an appeal",
        button="Save",
        done="The appeal is noted.",
        initial={"came_on": london(timezone.now()).date()},
        lead=("Somebody hears it who had no part in this before.",),
    )


class AppealEndForm(acts.Versioned):
    """How an appeal ended."""

    result = fields.Choice(
        label="How did the appeal end?", choices=list(outcome.APPEALS.items()), missing="Choose how the appeal ended."
    )
    outcome = fields.Choice(label="The new outcome, if it is another", choices=[], required=False)
    reasons = fields.Words(label="Why?", longest=10_000, rows=5, missing=WHY)


@page
def decide_appeal(request: Request, case: Case) -> HttpResponseBase:
    """Decide the appeal."""
    return step(
        request,
        case,
        AppealEndForm,
        outcome.decide_appeal,
        title="How did the appeal end?",
        button="Decide",
        done="The appeal is decided. Tell them in writing.",
        ask=for_outcome,
    )


@page
def end_breach(request: Request, case: Case) -> HttpResponseBase:
    """End it."""
    return step(
        request,
        case,
        Reasoned,
        procedures.end_breach,
        title="End this",
        button="End it",
        done="It has ended.",
        clauses=("9.1",),
    )


@page
def reopen_breach(request: Request, case: Case) -> HttpResponseBase:
    """Open it again."""
    return step(
        request,
        case,
        Reasoned,
        procedures.reopen_breach,
        title="Open this again",
        button="Open it again",
        done="It is open again.",
        clauses=("9.1",),
    )
