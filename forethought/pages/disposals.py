"""What was proposed to be let go of, agreed to, stopped or done. What is left of something is its certificate."""

import uuid

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.pages import acts, asking
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.contacts import contacts
from forethought.pages.paging import paged
from forethought.pages.retention_rows import DISPOSALS, certificate_rows, state_of, what_it_is
from forethought.people.names import office_of
from forethought.retention import people, procedures, viewing
from forethought.retention.models import Disposal
from forethought.retention.rules import WAITS

SHOWN = 25


@page
def listing(request: Request) -> HttpResponseBase:
    """Everything that was proposed, with how it stands."""
    now = timezone.now()
    rows = viewing.disposals_for(request.viewer.person, now)
    shown, links = paged(rows, request.GET.get("page", ""), SHOWN, DISPOSALS)
    return render(
        request,
        "forethought/retention/disposals.html",
        {
            "title": "What was let go of",
            "items": [
                {
                    "text": f"{row.reference}: {what_it_is(row.what, row.kind).lower()}",
                    "href": f"{DISPOSALS}{row.pk}/see-disposal/",
                    "hint": state_of(row, now),
                    "status": "Gone" if row.done_at else "Stopped" if row.stopped_at else "Open",
                    "colour": "" if row.done_at or row.stopped_at else "yellow",
                }
                for row in shown
            ],
            "back_href": "/keeping/",
            **links,
        },
    )


def disposal_for(request: Request, disposal_id: uuid.UUID) -> Disposal:
    """One disposal, or “no such page” for whoever may not see it."""
    row: Disposal | None = Disposal.objects.filter(pk=disposal_id).first()
    if row is None or not people.may_open(row, request.viewer.person, timezone.now()):
        raise Http404
    return row


@page
def see_disposal(request: Request, disposal_id: uuid.UUID) -> HttpResponseBase:
    """One disposal: what to do about it, or once it is done its certificate, to be printed."""
    row, now, person = disposal_for(request, disposal_id), timezone.now(), request.viewer.person
    viewing.see_disposal(disposal=row, by=person, at=now)
    is_open = row.done_at is None and row.stopped_at is None
    waits = people.confirmers(row, now) if is_open and row.confirmed_at is None else []
    return render(
        request,
        "forethought/retention/disposal.html",
        {
            "title": "Certificate of destruction" if row.done_at else f"Let {row.reference} go",
            "row": row,
            "state": state_of(row, now),
            "rows": certificate_rows(row, now),
            "base": f"{DISPOSALS}{row.pk}/",
            "may_agree": person.pk in {one.pk for one in waits},
            "waits": sorted({office_of(one, now) for one in waits}),
            "alone": is_open and row.confirmed_at is None and not waits,
            "is_open": is_open,
            "contacts": contacts(row.school_id),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "back_href": DISPOSALS,
        },
    )


@page
def confirm_disposal(request: Request, disposal_id: uuid.UUID) -> HttpResponseBase:
    """Agree as the second person."""
    row, now, person = disposal_for(request, disposal_id), timezone.now(), request.viewer.person
    base = f"{DISPOSALS}{row.pk}/see-disposal/"
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: procedures.confirm_disposal(disposal=row, by=person, at=timezone.now()),
        to=base,
        title=f"Agree to let {row.reference} go",
        button="Agree",
        done="Two people agreed. It waits now.",
        back_href=base,
        reason=procedures.why_not_agree(row, person, now) if request.method == "GET" else None,
        lead=[
            f"It waits for {WAITS.days} days. Until then anybody who may see this page can stop it.",
            "Then it is destroyed in the night. Nobody can bring it back.",
        ],
    )


@page
def stop_disposal(request: Request, disposal_id: uuid.UUID) -> HttpResponseBase:
    """Decline as the second person, or stop what waits."""
    row, person = disposal_for(request, disposal_id), request.viewer.person
    base = f"{DISPOSALS}{row.pk}/see-disposal/"
    first = row.confirmed_at is None and row.proposed_by != str(person.pk)
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: procedures.stop_disposal(
            disposal=row, why="declined" if first else "withdrawn", by=person, at=timezone.now()
        ),
        to=base,
        title="Decline to let it go" if first else "Stop this",
        button="Decline" if first else "Stop it",
        done="It stays. It can be proposed again.",
        back_href=base,
        lead=[
            "It stays as it is. One person is enough to stop it. To keep it for longer, place a hold or keep it longer."
        ],
    )
