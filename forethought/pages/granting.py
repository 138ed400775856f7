"""Who can open a case: seats given by hand, for a time, and the one page that a guest may open."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases import grant_rules, granting
from forethought.cases.models import Case, Papers, Seat, live
from forethought.core.clock import spoken
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import address_of, title_of
from forethought.pages.case_rows import sentence
from forethought.pages.cases import names_shown
from forethought.pages.disclosure_rows import pack_rows
from forethought.pages.papers import papers_rows
from forethought.people.models import Person
from forethought.people.names import office_of

#: What somebody on a list is to the case, in words.
SEATS = {
    "manager": "Handles it",
    "head": "Sees it as headteacher",
    "lead": "Sees it as safeguarding lead",
    "second": "Was asked for the second name",
    "investigator": "Investigating officer",
    "decider": "Decides",
    "appeal": "Hears an appeal",
    "behaviour": "Behaviour lead",
    "glass": "Emergency reading",
    "dpo": "Data protection officer",
    "requester": "Asked for it",
    **grant_rules.PARTS,
}


def seats_address(case: Case) -> str:
    """Where the list of people is."""
    return f"/cases/{case.id}/seats/"


@page
def seats(request: Request, case: Case) -> HttpResponseBase:
    """Everybody who can open a case now, as what, since when and until when; and to whom papers are open."""
    now, names = timezone.now(), names_shown(request, case)
    held = case.seats.filter(live(now)).select_related("person").order_by("given_at", "id")
    return render(
        request,
        "forethought/cases/seats.html",
        {
            "title": "Who can open this",
            "case": case,
            "names": names,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [seat_row(row, names, now) for row in held],
            "papers": papers_rows(case, names, now),
            "packs": pack_rows(case, request.viewer.person, names, now),
            "back_href": address_of(case.kind, case.id),
            "base": f"/cases/{case.id}/",
        },
    )


def seat_row(row: Seat, names: bool, at: datetime) -> dict[str, object]:
    """One seat: who, as what, and until when."""
    over = f"Until {spoken(row.ends_at, at)}." if row.ends_at else "No end: it comes with the office."
    why_not = grant_rules.why_not_end(ended=False, why=row.why, is_manager=row.case.manager_id == row.person_id)
    return {
        "id": row.id,
        "what": SEATS.get(row.why, row.why),
        "who": row.person.name if names else sentence(office_of(row.person, at)),
        "until": over,
        "since": spoken(row.given_at, at),
        "runs_out": row.ends_at is not None,
        "why_not_end": why_not or "",
    }


class GrantForm(asking.Form):
    """Somebody for the list."""

    person = fields.Pick(label="Who needs to know?", choices=[], missing="Choose a person.")
    part = fields.Choice(
        label="What are they to this case?",
        missing="Choose what they are to this case.",
        choices=list(grant_rules.PARTS.items()),
        hints={
            "listed": "They open what their role opens. Only for managers and safeguarding people.",
            "guest": "They see one page: the papers you open to them, and until when. Nothing else.",
        },
    )
    length = fields.Choice(
        label="For how long?", missing="Choose for how long.", choices=list(grant_rules.LENGTH_NAMES.items())
    )
    reason = fields.Words(
        label="Why do they need to know?", longest=2000, rows=3, missing="Say in a few words why they need to know."
    )


@page
def grant_seat(request: Request, case: Case) -> HttpResponseBase:
    """Put somebody on the list, for a time."""
    people = Person.objects.filter(left_at__isnull=True).order_by("name")
    form = GrantForm(request.POST if request.method == "POST" else None)
    form.fields["person"].choices = [("", "Choose"), *((str(p.id), p.name) for p in people)]  # type: ignore[attr-defined]

    def grant(said: dict[str, Any]) -> Seat:
        chosen = said.pop("person")
        person = next(one for one in people if str(one.id) == chosen)
        return granting.grant_seat(case=case, person=person, **said, by=request.viewer.person, at=timezone.now())

    return acts.act(
        request,
        form,
        grant,
        to=seats_address(case),
        title="Put somebody on the list",
        button="Put them on the list",
        done="They are on the list.",
        back_href=seats_address(case),
        lead=["They hear only that something waits for them. The seat ends by itself. You are warned before."],
    )


class RenewForm(asking.Form):
    """Why it is still needed."""

    length = fields.Choice(
        label="For how long from now?", missing="Choose for how long.", choices=list(grant_rules.LENGTH_NAMES.items())
    )
    reason = fields.Words(
        label="Why is it still needed?", longest=2000, rows=3, missing="Say in a few words why it is still needed."
    )


@page
def renew_seat(request: Request, case: Case, seat_id: uuid.UUID) -> HttpResponseBase:
    """Let a seat run on."""
    row = seat_in(case, seat_id)
    form = RenewForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: granting.renew_seat(seat=row, **said, by=request.viewer.person, at=timezone.now()),
        to=seats_address(case),
        title="Let it run on",
        button="Let it run on",
        done="It runs on.",
        back_href=seats_address(case),
    )


@page
def end_seat(request: Request, case: Case, seat_id: uuid.UUID) -> HttpResponseBase:
    """Take somebody off the list."""
    row = seat_in(case, seat_id)
    form = asking.Form(request.POST if request.method == "POST" else None)
    why_not = grant_rules.why_not_end(ended=False, why=row.why, is_manager=case.manager_id == row.person_id)
    return acts.act(
        request,
        form,
        lambda said: granting.end_seat(seat=row, by=request.viewer.person, at=timezone.now()),
        to=lambda _: seats_address(case) if row.person_id != request.viewer.person.id else "/",
        title="Take somebody off the list",
        button="Take them off",
        done="They are off the list.",
        back_href=seats_address(case),
        reason=why_not if request.method == "GET" else None,
        lead=["From their next click on they see nothing of it. What they did stays in the record."],
    )


def seat_in(case: Case, seat_id: uuid.UUID) -> Seat:
    """A seat of this case that still runs, or “no such page”."""
    row = case.seats.filter(live(timezone.now()), pk=seat_id).select_related("case__manager", "person").first()
    if row is None:
        raise Http404
    return row


@page
def guest(request: Request, case: Case) -> HttpResponseBase:
    """What a guest may see: that they are one, until when, and the papers opened to them."""
    now = timezone.now()
    row = case.seats.filter(live(now), person=request.viewer.person).first()
    mine = Papers.objects.filter(case=case, person=request.viewer.person, ended_at__isnull=True, ends_at__gt=now)
    return render(
        request,
        "forethought/cases/guest.html",
        {
            "title": "Your part in this",
            "heading": title_of(case.opened_at, "", now, kind=case.kind),
            "until": spoken(row.ends_at, now) if row and row.ends_at else "",
            "papers": [
                {"href": f"/papers/{one.id}/read-papers/", "text": f"Papers of {spoken(one.opened_at, now)}"}
                for one in mine
            ],
            "back_href": "/",
        },
    )
