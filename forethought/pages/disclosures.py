"""Papers for whoever a case is about, or their companion: one person writes them, a second opens them. Clause 9.1."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils import timezone

from forethought.cases.models import Case
from forethought.cases.opened_papers import AUDIENCES
from forethought.core.clock import spoken, spoken_near
from forethought.investigations import disclosing, handing_over
from forethought.investigations.models import Disclosure
from forethought.investigations.rules import SETTLED
from forethought.investigations.standing import breach_of
from forethought.pages import acts, asking, fields, sealed
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.breach_acts import first, refusal
from forethought.pages.breaches import address
from forethought.pages.case_rows import offices_of, sentence
from forethought.pages.contacts import contacts
from forethought.pages.law_notes import law_notes


class DisclosureForm(acts.Versioned):
    """Papers for the person reported, or their companion."""

    to = fields.Choice(
        label="Who may read them?",
        choices=[("subject", "The person reported"), ("companion", "The companion named for a meeting")],
        missing="Choose who may read them.",
    )
    words = fields.Words(
        label="What they may read",
        longest=20_000,
        rows=16,
        missing="Write what they may read.",
        hint="They read exactly this. Leave out the names of pupils and witnesses where you can.",
    )
    ends_on = fields.DateBoxes(
        label="Last day on which they may read it", required=False, hint="Leave it empty for 14 days."
    )


@page
def propose_disclosure(request: Request, case: Case) -> HttpResponseBase:
    """Write papers for the person reported or the companion, and ask a second person."""
    now, row = timezone.now(), breach_of(case)
    form = first(request, DisclosureForm, row, words=handing_over.disclosure_of(row, now), to="subject")
    return acts.act(
        request,
        form,
        lambda said: handing_over.propose_to(breach=row, **said, by=request.viewer.person, at=timezone.now()),
        to=address(case) + "#papers",
        title="Open papers",
        button="Ask the second person",
        done="A second person is asked. Nothing is open yet.",
        row=row,
        back_href=address(case),
        reason=refusal(request, row, "propose_disclosure"),
        lead=[
            "The person must see what is said and the evidence, in time to prepare. They see nothing else of this.",
            "A second person reads it first. It opens when they agree. One of the two is whoever handles the case.",
        ],
        laws=law_notes("9.5"),
    )


def of_second(view: Callable[[Request, Disclosure], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of one pack for whoever is asked to open it: proved first, then looked up. To others: no such page."""

    @page
    @wraps(view)
    def held(request: Request, disclosure_id: uuid.UUID) -> HttpResponseBase:
        if (way := sealed.unproved(request)) is not None:
            return way
        row = Disclosure.objects.select_related("case__manager", "person").filter(pk=disclosure_id).first()
        if row is None or not disclosing.may_settle(row, request.viewer.person):
            raise Http404
        return view(request, row)

    return held


@of_second
def open_disclosure(request: Request, row: Disclosure) -> HttpResponseBase:
    """Read a pack as the second person, and open it."""
    now, person = timezone.now(), request.viewer.person
    reason = disclosing.why_not_open(row, person) or disclosing.why_lado_first(row.case, row.audience)
    said = {} if row.settled_at else disclosing.see_disclosure(disclosure=row, by=person, at=now)
    writer = offices_of({row.proposed_by}, now).get(row.proposed_by, "somebody")
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: disclosing.open_disclosure(disclosure=row, by=person, at=timezone.now()),
        to="/",
        title="Papers to open as the second person",
        button="Agree, and open them",
        done="The papers are open. Their reader hears only that there is news.",
        back_href="/",
        template="forethought/papers/second.html",
        rows=[
            {"key": "For", "value": f"{row.person.name}. {AUDIENCES[row.audience]}."},
            {"key": "Written by", "value": f"{sentence(writer)}, {spoken_near(row.proposed_at, now)}"},
            {"key": "Open until", "value": spoken(row.ends_at, now) if row.ends_at else "14 days after you agree"},
        ],
        words=said.get("words", ""),
        decline_href="" if row.settled_at else f"/disclosures/{row.pk}/decline-disclosure/",
        reason=reason if request.method == "GET" else None,
        leaves=True,
        laws=law_notes("9.5"),
    )


class DeclineForm(asking.Form):
    """Why not."""

    words = fields.Words(label="What should change?", longest=5000, rows=4, missing="Say what should change.")


@of_second
def decline_disclosure(request: Request, row: Disclosure) -> HttpResponseBase:
    """Decline a pack, and say what should change."""
    person = request.viewer.person
    return acts.act(
        request,
        DeclineForm(request.POST if request.method == "POST" else None),
        lambda said: disclosing.decline_disclosure(disclosure=row, **said, by=person, at=timezone.now()),
        to="/",
        title="Decline these papers",
        button="Decline",
        done="They stay shut. Whoever wrote them reads what you said.",
        back_href=f"/disclosures/{row.pk}/open-disclosure/",
        reason=disclosing.why_not_open(row, person) if request.method == "GET" else None,
    )


def _in_case(case: Case, disclosure_id: uuid.UUID) -> Disclosure:
    """A pack of this case that waits, or “no such page”."""
    row = Disclosure.objects.select_related("case__manager", "person").filter(pk=disclosure_id, case=case).first()
    if row is None:
        raise Http404
    return row


@page
def withdraw_disclosure(request: Request, case: Case, disclosure_id: uuid.UUID) -> HttpResponseBase:
    """Take a pack back that nobody has opened."""
    row = _in_case(case, disclosure_id)
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: disclosing.withdraw_disclosure(disclosure=row, by=request.viewer.person, at=timezone.now()),
        to=f"/cases/{case.id}/",
        title="Take these papers back",
        button="Take them back",
        done="They were taken back. Nobody has read them.",
        back_href=f"/cases/{case.id}/",
        reason=SETTLED if row.settled_at and request.method == "GET" else None,
        lead=["Nothing was opened. You can write them again."],
    )


class OutsideForm(asking.Form):
    """Who outside agreed."""

    who = fields.Line(label="Who agreed?", longest=120, missing="Write who agreed.", hint="Name and office.")
    words = fields.Words(
        label="How and when did they agree?",
        longest=2000,
        rows=3,
        missing="Write how and when they agreed.",
        hint="They must have read the papers. Read them out, or show them.",
    )


@page
def note_outside_agreement(request: Request, case: Case, disclosure_id: uuid.UUID) -> HttpResponseBase:
    """Open a pack on the agreement of somebody outside."""
    row = _in_case(case, disclosure_id)

    def do(said: dict[str, Any]) -> Disclosure:
        return disclosing.note_outside_agreement(disclosure=row, **said, by=request.viewer.person, at=timezone.now())

    found = contacts(case.school_id).get("lado")
    where = f" {found.name}, {found.number}." if found else ""
    return acts.act(
        request,
        OutsideForm(request.POST if request.method == "POST" else None),
        do,
        to=f"/cases/{case.id}/",
        title="Somebody outside agrees",
        button="They agreed. Open the papers",
        done="The papers are open to them.",
        back_href=f"/cases/{case.id}/",
        reason=SETTLED if row.settled_at and request.method == "GET" else None,
        lead=[f"Nobody at the school may be the second person. Ask {row.outside}.{where}"],
    )
