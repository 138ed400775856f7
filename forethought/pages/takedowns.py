"""One takedown: what and where, asking, looking, going on. Clauses 8.3 to 8.6."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.pages import acts, asking, fields, looking, noticing, owing, program_looks, takedown_rows
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.cases import names_shown
from forethought.pages.door_rules import HANDLERS
from forethought.pages.law_notes import law_notes
from forethought.people.models import Person
from forethought.rows import school_in_scope
from forethought.takedowns import ladder, procedures, rules
from forethought.takedowns.models import Notice, Takedown
from forethought.takedowns.rules import Status, Wanted
from forethought.takedowns.special_notices import special_notices
from forethought.takedowns.targets import Target


def of_takedown(view: Any) -> Any:
    """Turn a takedown's id into its case's, so that the case's own locks decide; then hand the view both."""
    held = page(view)

    @wraps(view)
    def opened(request: Request, takedown_id: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        case_id = (
            Takedown.objects.filter(pk=takedown_id).values_list("case_id", flat=True).first()
            if school_in_scope() and request.viewer
            else None
        )
        # No takedown of this school: the same path and the same answer as one of somebody else's case.
        response: HttpResponseBase = held(
            request, case_id=case_id or uuid.UUID(int=0), takedown_id=takedown_id, **kwargs
        )
        return response

    opened.rule, opened.matrix_name = held.rule, held.matrix_name  # type: ignore[attr-defined]
    return opened


def load(case: Case, takedown_id: uuid.UUID) -> Takedown:
    """A takedown of this case."""
    found = Takedown.objects.select_related("case__school", "helper").filter(pk=takedown_id, case=case).first()
    if found is None:
        raise Http404
    return found


def act(
    request: Request, found: Takedown, form: asking.Form, do: Callable[[dict[str, Any]], Any], **values: Any
) -> HttpResponseBase:
    """One act on a takedown, and back to its page. A rule's reason is shown before, not again beside a refusal."""
    home = f"/takedowns/{found.id}/"
    if request.method == "POST":
        values.pop("reason", None)
    values.setdefault("to", home)
    return acts.act(request, form, do, row=found, back_href=home, **values)


@of_takedown
def takedown(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """The page of one takedown."""
    found = load(case, takedown_id)
    now, names = timezone.now(), names_shown(request, case)
    handles = bool(request.viewer.roles & HANDLERS) and case.own_seat != "glass"  # type: ignore[attr-defined]
    return render(
        request,
        "forethought/takedowns/takedown.html",
        {
            "title": "Case",
            "case": case,
            "takedown": found,
            "names": names,
            "handles": handles,
            "back_href": f"/cases/{case.id}/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "line": owing.takedown_row(found, now, handles=handles),
            "unsent": owing.unsent(found, now),
            **takedown_rows.what_and_where(found, names),
            **program_looks.panel(found, names, now),
            "why_not": takedown_rows.why_not(found, now),
            "notices": takedown_rows.notice_rows(found, names, now),
            "looks": takedown_rows.look_rows(found, names, now),
            "reasons": takedown_rows.reason_rows(found, names, now),
            "rungs": takedown_rows.rung_rows(found),
            "specials": takedown_rows.special_rows(found),
            "laws": law_notes("8.3"),
        },
    )


class OpenForm(asking.Form):
    """What is to go, and where it is."""

    address = fields.Line(label="Web address", longest=2000, required=False)
    platform = fields.Line(label="Or the app or site", longest=200, required=False)
    group = fields.Line(
        label="Name of the group", longest=200, required=False, hint="If it is in a closed group or chat."
    )
    handle = fields.Line(label="Account that posted it", longest=200, required=False)
    description = fields.Words(
        label="What it is, in a few words",
        longest=1000,
        rows=2,
        required=False,
        hint="So that others can find it. Do not describe an image in detail.",
    )


@page
def open_takedown(request: Request, case: Case) -> HttpResponseBase:
    """Put something more on the clock."""
    form, now = OpenForm(request.POST if request.method == "POST" else None), timezone.now()
    return acts.act(
        request,
        form,
        lambda said: procedures.open_takedown(
            case=case, target=Target(**said), wanted=Wanted.REMOVE, reported_at=now, by=request.viewer.person, at=now
        ),
        to=lambda made: f"/takedowns/{made.id}/",
        title="Something to take down or change",
        button="Start the clock",
        done="The 24 hours have begun.",
        back_href=f"/cases/{case.id}/",
        lead=["A web address is enough. No address? Name the app, and the group or account."],
    )


class WishForm(acts.Versioned):
    """What the school wants."""

    wanted = fields.Choice(
        label="What do you want?",
        choices=[("remove", "Remove it"), ("amend", "Change it")],
        missing="Say what you want: remove it, or change it.",
    )
    wording = fields.Words(
        label="Change it to",
        longest=2000,
        rows=3,
        required=False,
        hint="Only if you want it changed: the words you want to read there instead.",
    )


@of_takedown
def change_wish(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """Say what is wanted: that it goes, or that it reads otherwise."""
    found = load(case, takedown_id)
    _, wording = procedures.target_of(found)
    initial = {"version": found.version, "wanted": found.wish, "wording": wording}
    form = WishForm(request.POST if request.method == "POST" else None, initial=initial)
    return act(
        request,
        found,
        form,
        lambda said: procedures.change_wish(
            takedown=found,
            version=said["version"],
            wanted=Wanted(said["wanted"]),
            wording=said["wording"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        title="What do you want?",
        button="Save",
        done="What you want is noted.",
        reason=rules.why_not_change_wish(status=Status(found.status), wanted=Wanted.REMOVE, wording=""),
    )


class AuthorForm(acts.Versioned):
    """Whether it is safe."""

    safe = fields.Choice(
        label="Is it safe to ask the person who posted it?",
        choices=[("yes", "Yes"), ("no", "No")],
        hint="Only a headteacher or manager asks. Never the person harmed.",
        missing="Choose yes or no.",
    )


@of_takedown
def ask_author(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """Note that the author was asked."""
    found = load(case, takedown_id)
    form = AuthorForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return act(
        request,
        found,
        form,
        lambda said: procedures.ask_author(
            takedown=found,
            version=said["version"],
            safe=said["safe"] == "yes",
            by=request.viewer.person,
            at=timezone.now(),
        ),
        title="Ask the author",
        button="I have asked them",
        done="You asked the author.",
        reason=takedown_rows.why_not(found, timezone.now())["ask_author"],
        leaves=True,
        lead=["Speak to them, or write. Then note it here. The host is still asked by its own time."],
    )


@of_takedown
def ask_host(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """Ask the site or app: the notice is shown whole before it goes."""
    return noticing.ask_host(request, load(case, takedown_id))


@of_takedown
def escalate(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """Go on to a next step."""
    return noticing.escalate(request, load(case, takedown_id))


class TicketForm(asking.Form):
    """What the site gave back."""

    ticket = fields.Line(
        label="Ticket number, or what the site answered",
        longest=300,
        missing="Write the ticket number, or what the site answered.",
    )


@of_takedown
def note_ticket(request: Request, case: Case, takedown_id: uuid.UUID, notice_id: uuid.UUID) -> HttpResponseBase:
    """Note proof that a notice arrived."""
    found = load(case, takedown_id)
    notice = Notice.objects.select_related("takedown").filter(pk=notice_id, takedown=found).first()
    if notice is None:
        raise Http404
    form = TicketForm(request.POST if request.method == "POST" else None)
    return act(
        request,
        found,
        form,
        lambda said: procedures.note_ticket(
            notice=notice, ticket=said["ticket"], by=request.viewer.person, at=timezone.now()
        ),
        title="Did they give you a number?",
        button="Save",
        done="The number is noted.",
        lead=[
            "Sites often show or mail a ticket number. It proves that they were asked.",
            "None? Go back. You can add it later.",
        ],
    )


class ReasonForm(acts.Versioned):
    """Why."""

    reason = fields.Words(label="Why?", longest=2000, rows=3, missing="Say why in a few words.")


def with_reason(request: Request, found: Takedown, verb: str, do: Any, **values: Any) -> HttpResponseBase:
    """An act that needs a reason and nothing else."""
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return act(
        request,
        found,
        form,
        lambda said: do(
            takedown=found, version=said["version"], reason=said["reason"], by=request.viewer.person, at=timezone.now()
        ),
        reason=takedown_rows.why_not(found, timezone.now())[verb],
        **values,
    )


@of_takedown
def leave_up(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """Not asking needs a reason."""
    return with_reason(
        request,
        load(case, takedown_id),
        "leave_up",
        procedures.leave_up,
        title="Do not ask the host",
        button="Do not ask",
        done="You said why the host is not asked.",
        lead=["For example, the police asked to leave it up, or asking would spread it. The 24 hours still end."],
    )


@of_takedown
def reopen(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """It is back."""
    return with_reason(
        request,
        load(case, takedown_id),
        "reopen",
        procedures.reopen,
        title="It is back",
        button="Start the clock again",
        done="The 24 hours have begun again.",
        lead=["Both clocks start anew from now. The history stays."],
    )


@of_takedown
def withdraw(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """Stop asking."""
    return with_reason(
        request,
        load(case, takedown_id),
        "withdraw",
        procedures.withdraw,
        title="Stop asking",
        button="Stop asking",
        done="The school stops asking.",
        lead=["Nothing is deleted. It can be opened again."],
    )


@of_takedown
def check_removal(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """“Is it gone?”: one press is a whole answer. Opening this page changes nothing."""
    return looking.check_removal(request, load(case, takedown_id), names_shown(request, case))


class SkipForm(asking.Form):
    """Why a step is left out."""

    reason = fields.Words(
        label="Why is this step left out?", longest=1000, rows=2, missing="Say why this step is left out."
    )


@of_takedown
def skip_rung(request: Request, case: Case, takedown_id: uuid.UUID, rung: str) -> HttpResponseBase:
    """Leave a next step out."""
    found = load(case, takedown_id)
    if rung not in ladder.RUNGS:
        raise Http404
    form = SkipForm(request.POST if request.method == "POST" else None)
    return act(
        request,
        found,
        form,
        lambda said: procedures.skip_rung(
            takedown=found, rung=rung, reason=said["reason"], by=request.viewer.person, at=timezone.now()
        ),
        title=f"Leave out: {ladder.RUNGS[rung].name}",
        button="Leave it out",
        done="That step is left out.",
    )


class HandForm(acts.Versioned):
    """Who helps."""

    helper = fields.Pick(label="Who helps them?", choices=[], missing="Choose who helps them. Nobody does this alone.")
    numbers = fields.Choices(
        label="What may they need?",
        required=False,
        hint="Only they can send these. Each comes with words to start from.",
        choices=[(one.number, one.name) for one in special_notices().values() if one.personal],
    )


@of_takedown
def hand_to_complainant(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """Only the person concerned can complain about some things."""
    found = load(case, takedown_id)
    kept_out = case.exclusions.values_list("person_id", flat=True)
    people = list(Person.objects.filter(left_at__isnull=True).exclude(pk__in=kept_out).order_by("name"))
    form = HandForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    choices = [("", "Choose"), *((str(p.id), p.name) for p in people)]
    form.fields["helper"].choices = choices  # type: ignore[attr-defined]
    return act(
        request,
        found,
        form,
        lambda said: procedures.hand_to_complainant(
            takedown=found,
            version=said["version"],
            by=request.viewer.person,
            at=timezone.now(),
            helper=next((p for p in people if str(p.id) == said["helper"]), None),
            numbers=said["numbers"],
        ),
        title="Hand to the person concerned",
        button="Hand it to them",
        done="It is in the hands of the person concerned.",
        reason=takedown_rows.why_not(found, timezone.now())["hand_to_complainant"],
        lead=["They get time off in work for it. The school never signs in as them. Our own clock goes on."],
        laws=law_notes("8.4"),
    )
