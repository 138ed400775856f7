"""Sealing a record away, and the page of one that was: what became of it, by two people. Clause 7.4; law.md 1.4."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import spoken_near
from forethought.evidence import away_rules as rules
from forethought.evidence.away_models import Away
from forethought.evidence.models import Exhibit
from forethought.pages import acts, asking, fields, proving
from forethought.pages.access import page, to_sign_in
from forethought.pages.asked import Request
from forethought.pages.contacts import contacts
from forethought.pages.exhibits import known_of
from forethought.pages.seal_form import seal_page
from forethought.pages.sealed_rows import facts_of, step_rows
from forethought.people.models import Person
from forethought.people.names import office_of
from forethought.prepared import Prepared
from forethought.safeguarding import sealing_away

_open = Prepared(
    lambda person: (
        Away.objects.filter(told__person=person, ended_at__isnull=True).order_by("sealed_at").values_list("id")
    ),
    uuid.UUID,
)


@page
def seal_away(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Seal a record of a case away."""
    found = Exhibit.objects.filter(pk=exhibit_id, case_id=case.id).first()
    if found is None:
        raise Http404
    return seal_page(request, found, known_of(case), by=request.viewer.person, back=f"/cases/{case.id}/")


def lines_for(person: Person, at: datetime) -> list[dict[str, str]]:
    """What waits for somebody here, for their home: records that are sealed away and not settled. Most days none."""
    lines = []
    found = [pk for (pk,) in _open(person.pk)]
    for row in Away.objects.select_related("exhibit").filter(pk__in=found).order_by("sealed_at") if found else []:
        if not sealing_away.may_settle(row, person):
            continue
        asked = sealing_away.pending(row)
        text = (
            f"A record was sealed away, {spoken_near(row.sealed_at, at)}. Say with a second person what becomes of it."
        )
        if asked is not None and asked.done_by != str(person.pk):
            text = "Somebody proposed what becomes of a record that was sealed away. Agree or decline."
        lines.append(
            {
                "kind": "sealed",
                "href": f"/sealed/{row.pk}/see-sealed/",
                "text": text,
                "button": "Open",
                "state": "normal",
            }
        )
    return lines


def _row_for(request: Request, away_id: uuid.UUID) -> Away:
    """The row for somebody who was told of it, proved as for a case, or “no such page”."""
    row = Away.objects.select_related("exhibit").filter(pk=away_id).first()
    if row is None or not sealing_away.may_open(row, request.viewer.person):
        raise Http404
    return row


def unproved(request: Request) -> HttpResponseBase | None:
    """The way to sign in or to prove oneself again, or nothing when neither is needed. Asked before any look-up."""
    if request.viewer is None:
        return to_sign_in(request)
    within = settings.STEP_UP_ENTER_SECONDS + (settings.IDLE_SECONDS if request.method == "POST" else 0)
    return None if proving.proved_within(request, within) else proving.ask_to_prove(request)


def of_sealed(view: Callable[[Request, Away], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of one sealed record: proved first, then looked up, so that nobody unproved learns if there is one."""

    @page
    @wraps(view)
    def held(request: Request, away_id: uuid.UUID) -> HttpResponseBase:
        if (way := unproved(request)) is not None:
            return way
        return view(request, _row_for(request, away_id))

    return held


@of_sealed
def see_sealed(request: Request, row: Away) -> HttpResponseBase:
    """What is known of a record that was sealed away, and what may be done about it. Never the record."""
    now, person = timezone.now(), request.viewer.person
    words = sealing_away.see_sealed(row=row, by=person, at=now)
    asked, others = sealing_away.pending(row), sealing_away.settlers(row)
    may = sealing_away.may_settle(row, person) and row.ended_at is None
    return render(
        request,
        "forethought/sealed/sealed.html",
        {
            "title": "A record that was sealed away",
            "row": row,
            "facts": facts_of(row, words, now),
            "steps": step_rows(row, now),
            "may_propose": may and asked is None,
            "may_answer": may and asked is not None and asked.done_by != str(person.pk),
            "waits": [office_of(one, now) for one in others if asked is not None and str(one.pk) != asked.done_by],
            "asked": asked,
            "alone": row.ended_at is None and len(others) < sealing_away.ENOUGH,
            "base": f"/sealed/{row.pk}/",
            "contacts": contacts(row.school_id),
            "notice": acts.noted(request),
            "back_href": "/",
        },
    )


class WhyForm(asking.Form):
    """Why, in words."""

    words = fields.Words(label="Why?", longest=2000, rows=4, missing="Say why.")


class DestroyForm(asking.Form):
    """Who told the school to destroy it."""

    instructed_by = fields.Choice(
        label="Who told the school to destroy it?",
        choices=list(rules.INSTRUCTED_BY.items()),
        missing="Choose who gave the instruction.",
    )
    from_whom = fields.Line(label="Who gave it: name and office", longest=120, missing="Write who gave it.")
    given_on = fields.Line(label="The day it was given", longest=40, width=20, missing="Write the day it was given.")
    reference = fields.Line(
        label="Its reference", longest=60, width=20, hint="A crime number, or where the letter is filed.",
        missing="Write its reference.",
    )  # fmt: skip


class AgreeForm(asking.Form):
    """Nothing to fill in: the press is the answer."""


@of_sealed
def propose_release(request: Request, row: Away) -> HttpResponseBase:
    """Propose that it may be kept after all."""
    form = WhyForm(request.POST if request.method == "POST" else None)
    return _act(
        request,
        row,
        form,
        lambda said: sealing_away.propose_release(row=row, by=request.viewer.person, at=timezone.now(), **said),
        title="Propose to release it",
        button="Propose this",
        done="Proposed. A second person must agree.",
        lead=["It can be opened again once a second person agrees. Nobody opens it to decide this."],
    )


@of_sealed
def propose_destruction(request: Request, row: Away) -> HttpResponseBase:
    """Propose that it is destroyed, on an instruction."""
    form = DestroyForm(request.POST if request.method == "POST" else None)

    def do(said: dict[str, Any]) -> Any:
        instructed_by = said.pop("instructed_by")
        return sealing_away.propose_destruction(
            row=row, instructed_by=instructed_by, instruction=said, by=request.viewer.person, at=timezone.now()
        )

    lead = ["It is destroyed once a second person agrees. What was destroyed, by whom and on whose word stays written."]
    if row.why == "child":
        lead.insert(0, "This may be evidence of a crime. Only the police or a court can say that it is destroyed.")
    return _act(
        request, row, form, do, title="Propose to destroy it", button="Propose this",
        done="Proposed. A second person must agree.", lead=lead,
    )  # fmt: skip


@of_sealed
def agree_to_proposal(request: Request, row: Away) -> HttpResponseBase:
    """Agree as the second person."""
    asked = sealing_away.pending(row)
    destroys = asked is not None and asked.step == rules.Step.PROPOSE_DESTRUCTION
    return _act(
        request,
        row,
        AgreeForm(request.POST if request.method == "POST" else None),
        lambda said: sealing_away.agree_to_proposal(row=row, by=request.viewer.person, at=timezone.now()),
        title="Agree to destroy it" if destroys else "Agree to release it",
        button="Destroy it now" if destroys else "Release it now",
        done="Destroyed." if destroys else "Released.",
        lead=[
            "It is destroyed at once, and nobody can bring it back."
            if destroys
            else "Those on the case’s list can open it again at once."
        ],
    )


@of_sealed
def decline_proposal(request: Request, row: Away) -> HttpResponseBase:
    """Decline what was proposed."""
    form = WhyForm(request.POST if request.method == "POST" else None)
    return _act(
        request,
        row,
        form,
        lambda said: sealing_away.decline_proposal(row=row, by=request.viewer.person, at=timezone.now(), **said),
        title="Decline what was proposed",
        button="Decline it",
        done="Declined. It stays sealed away.",
        lead=["It stays sealed away. Something else can be proposed."],
    )


def _act(request: Request, row: Away, form: asking.Form, do: Any, **values: Any) -> HttpResponseBase:
    base = f"/sealed/{row.pk}/see-sealed/"
    return acts.act(request, form, do, to=base, back_href=base, **values)
