"""The steps of the full tracker up to the hearing, pausing, and suspension. Clauses 9.1, 9.5."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from forethought.cases.models import Case
from forethought.investigations import procedures, tracker
from forethought.investigations.models import Breach
from forethought.investigations.standing import breach_of
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.breach_acts import WHY, Reasoned, first, refusal
from forethought.pages.breaches import address
from forethought.pages.law_notes import law_notes


def step(
    request: Request,
    case: Case,
    form: type[asking.Form],
    do: Callable[..., Any],
    *,
    title: str,
    button: str,
    done: str,
    lead: tuple[str, ...] = (),
    clauses: tuple[str, ...] = ("9.5",),
    initial: dict[str, Any] | None = None,
    ask: Callable[[asking.Form, Breach], None] | None = None,
) -> HttpResponseBase:
    """The page of one step of the procedure: refused with the rule's sentence, or asked, done and gone on from."""
    row = breach_of(case)
    asked = first(request, form, row, **(initial or {}))
    if ask is not None:
        ask(asked, row)
    return acts.act(
        request,
        asked,
        lambda said: do(breach=row, **said, by=request.viewer.person, at=timezone.now()),
        to=address(case),
        title=title,
        button=button,
        done=done,
        row=row,
        back_href=address(case),
        reason=refusal(request, row, do.__name__),
        lead=list(lead),
        laws=law_notes(*clauses),
    )


@page
def tell_in_writing(request: Request, case: Case) -> HttpResponseBase:
    """They have been told in writing."""
    return step(
        request,
        case,
        acts.Versioned,
        tracker.tell_in_writing,
        title="They have been told in writing",
        button="They have been told",
        done="It is noted that they were told.",
        lead=("The letter that told them is kept as it was sent.",),
    )


@page
def start_investigation(request: Request, case: Case) -> HttpResponseBase:
    """Start looking into it."""
    return step(
        request,
        case,
        acts.Versioned,
        tracker.start_investigation,
        title="Start looking into it",
        button="Start",
        done="It is being looked into.",
        lead=("Look for what speaks for the person as well as against. Hear both sides.",),
        clauses=("9.1",),
    )


class ReportForm(acts.Versioned):
    """The report."""

    found = fields.Words(
        label="What was found?",
        longest=20_000,
        rows=10,
        missing="Write what was found.",
        hint="Facts, and where each comes from. What is agreed, what is not.",
    )
    for_them = fields.Words(
        label="What speaks for the person?",
        longest=10_000,
        rows=5,
        missing="Write what speaks for the person, or that nothing does.",
    )
    recommends = fields.Choice(
        label="What do you recommend?",
        choices=[
            ("case", "There is a case to answer"),
            ("no_case", "There is no case to answer"),
            ("informal", "Settle it informally"),
        ],
        missing="Choose what you recommend.",
    )


@page
def give_investigation_report(request: Request, case: Case) -> HttpResponseBase:
    """Give the report."""
    return step(
        request,
        case,
        ReportForm,
        tracker.give_investigation_report,
        title="Give the report",
        button="Give the report",
        done="The report is in.",
        lead=("It says what was found. Somebody else decides.",),
        clauses=("9.1",),
    )


@page
def find_case_to_answer(request: Request, case: Case) -> HttpResponseBase:
    """There is a case to answer."""
    return step(
        request,
        case,
        Reasoned,
        tracker.find_case_to_answer,
        title="There is a case to answer",
        button="There is a case to answer",
        done="There is a case to answer. A hearing comes next.",
        lead=("It says that a hearing is needed. It does not say that it is so.",),
        clauses=("9.1",),
    )


@page
def find_no_case(request: Request, case: Case) -> HttpResponseBase:
    """There is no case to answer."""
    return step(
        request,
        case,
        Reasoned,
        tracker.find_no_case,
        title="There is no case to answer",
        button="There is no case to answer",
        done="It has ended. Tell them so in writing.",
        clauses=("9.1",),
    )


class NoticeForm(acts.Versioned):
    """The notice of a hearing."""

    evidence = fields.Words(
        label="Which evidence went with it?",
        longest=10_000,
        rows=6,
        missing="List the evidence that went with the notice.",
        hint="One on each line. Statements of witnesses too, as a rule.",
    )


@page
def give_notice(request: Request, case: Case) -> HttpResponseBase:
    """Notice of the hearing was given."""
    return step(
        request,
        case,
        NoticeForm,
        tracker.give_notice,
        title="Notice of the hearing was given",
        button="Notice was given",
        done="The notice is noted.",
        lead=("Enough time to prepare. Check how many days your procedure asks for.",),
    )


class SuspensionForm(acts.Versioned):
    """Suspension, after the alternatives."""

    choice = fields.Choice(
        label="What did you decide?",
        choices=[
            ("no", "They go on working as before"),
            ("other", "Another way: other duties, another place, somebody beside them"),
            ("suspend", "They stay away, on full pay"),
        ],
        missing="Choose what you decided.",
    )
    alternatives = fields.Words(
        label="Which other ways did you think of?",
        longest=5000,
        rows=4,
        missing="Say which other ways you thought of, and why they do or do not do.",
    )
    review_on = fields.DateBoxes(label="If they stay away: when do you look again?", required=False)


def without_version(do: Callable[..., Any]) -> Callable[..., Any]:
    """An act that moves nothing, and so needs no version."""

    def called(*, version: int, **said: Any) -> Any:
        return do(**said)

    called.__name__ = do.__name__
    return called


@page
def consider_suspension(request: Request, case: Case) -> HttpResponseBase:
    """Think about a suspension."""
    return step(
        request,
        case,
        SuspensionForm,
        without_version(tracker.consider_suspension),
        title="Should they stay away for now?",
        button="Save",
        done="What you decided is noted.",
        lead=("Only if it is needed. As short as can be. It is no disciplinary action and says nothing of guilt.",),
    )


class AgainForm(Reasoned):
    """Looked at again."""

    choice = fields.Choice(
        label="Is it still needed?",
        choices=[("ends", "No. It ends"), ("goes_on", "Yes. It goes on")],
        missing="Choose what you decided.",
    )
    review_on = fields.DateBoxes(label="If it goes on: when do you look again?", required=False)

    field_order = ("choice", "reason", "review_on")


@page
def review_suspension(request: Request, case: Case) -> HttpResponseBase:
    """Look again at a suspension."""
    return step(
        request,
        case,
        AgainForm,
        without_version(tracker.review_suspension),
        title="Is it still needed?",
        button="Save",
        done="What you decided is noted.",
    )


class PauseForm(acts.Versioned):
    """Why it pauses."""

    reason = fields.Choice(
        label="Why does it pause?",
        choices=[
            ("grievance", "They have raised a grievance"),
            ("police", "The police ask for it"),
            ("illness", "Somebody is ill"),
            ("other", "Something else"),
        ],
        missing="Choose why.",
    )
    words = fields.Words(label="In a few words", longest=5000, rows=3, missing=WHY)


@page
def pause(request: Request, case: Case) -> HttpResponseBase:
    """Pause it."""
    return step(
        request,
        case,
        PauseForm,
        procedures.pause,
        title="Pause this",
        button="Pause it",
        done="It is paused.",
        lead=("A grievance may pause a procedure. Where both are about one thing, they can be heard together.",),
    )


@page
def go_on(request: Request, case: Case) -> HttpResponseBase:
    """Go on with it."""
    return step(
        request,
        case,
        Reasoned,
        procedures.go_on,
        title="Go on with this",
        button="Go on",
        done="It goes on.",
    )


class ChargeForm(acts.Versioned):
    """A charge, and what it means here."""

    words = fields.Words(label="What is the charge?", longest=5000, rows=3, missing="Write what the charge is.")
    effect = fields.Words(
        label="What does it mean for their work here?",
        longest=5000,
        rows=4,
        missing="A charge is no reason by itself. Say what it means for their work here, or that it means nothing.",
        hint="For the job, for colleagues, for pupils and parents.",
    )


@page
def note_charge(request: Request, case: Case) -> HttpResponseBase:
    """Note a criminal charge."""
    return step(
        request,
        case,
        ChargeForm,
        without_version(procedures.note_charge),
        title="A criminal charge",
        button="Save",
        done="It is noted.",
        lead=("A charge or a conviction is no reason by itself. What counts is what it means for the work.",),
    )
