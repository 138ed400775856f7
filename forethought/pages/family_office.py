"""Family that others declared, for the head; the head's own, for the governors in the chair. Clause 5.5."""

import uuid

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.boundaries import procedures, standing
from forethought.core.clock import london, spoken, spoken_day
from forethought.pages import acts
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.families import change


@page
def list_families(request: Request) -> HttpResponseBase:
    """What others declared, for the head; the head's own, for the governors in the chair. Opening it is noted."""
    now = timezone.now()
    found = procedures.list_families(by=request.viewer.person, at=now)
    rows = [
        {
            "name": one.person.name,
            "said": f"{said.relation}: {said.pupil}",
            "declared": spoken(one.declared_at, now),
            "seen": spoken(one.seen_at, now) if one.seen_at else "",
            "review": spoken_day(one.review_on, year=True),
            "late": one.review_on <= london(now).date(),
            "id": one.pk,
            "version": one.version,
        }
        for one, said in found
    ]
    return render(
        request,
        "forethought/boundaries/list_families.html",
        {
            "title": "Family that others declared",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": rows,
            "back_href": "/families/",
        },
    )


@page
def see_family(request: Request, declaration_id: uuid.UUID) -> HttpResponseBase:
    """Say that one has seen a declaration."""
    found = standing.declaration(declaration_id)
    if found is None or not standing.sees(found, request.viewer.person, timezone.now()):
        raise Http404
    return change(request, found, procedures.see_family, "/families/list-families/", "I have seen this", "It is noted.")
