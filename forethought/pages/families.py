"""Family at this school: one's own declarations. Clause 5.5."""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.boundaries import family_rules, procedures, standing
from forethought.boundaries.models import FamilyDeclaration
from forethought.core.clock import london, spoken, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import FAMILY_OFFICES
from forethought.people.models import Role


@page
def listing(request: Request) -> HttpResponseBase:
    """One's own declarations, and how each stands."""
    me, now = request.viewer.person, timezone.now()
    return render(
        request,
        "forethought/boundaries/families.html",
        {
            "title": "Family at this school",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "own": [own_line(one) for one in standing.own_declarations(me)],
            "sees_others": bool(request.viewer.roles & FAMILY_OFFICES),
            "now": now,
            "back_href": "/contacted/",
        },
    )


def own_line(one: FamilyDeclaration) -> dict[str, Any]:
    """A declaration of one's own: what it says, how it stands, and what can be done with it."""
    said, now = standing.family_of(one), timezone.now()
    if one.ended_at is not None:
        stands = f"Ended at {spoken(one.ended_at, now)}."
    elif one.seen_at is None:
        stands = "Not seen yet. It stands once it has been seen."
    else:
        by = one.seen_by.name if one.seen_by else ""
        stands = f"Seen by {by} at {spoken(one.seen_at, now)}."
    due = one.ended_at is None and one.review_on <= london(now).date()
    return {
        "said": f"{said.relation}: {said.pupil}",
        "stands": stands,
        "review": "" if one.ended_at else f"Look at it again on {spoken_day(one.review_on, year=True)}.",
        "ended": one.ended_at is not None,
        "due": due,
        "id": one.pk,
        "version": one.version,
    }


class FamilyForm(asking.Form):
    """How one is related, and to whom."""

    relation = fields.Line(
        label="How are you related?",
        longest=family_rules.LONGEST,
        hint="For example: my son, my niece, my partner’s child.",
        missing="Say how you are related.",
    )
    pupil = fields.Line(
        label="Who is it?",
        longest=family_rules.LONGEST,
        hint="Initials and class are enough. As little as shows who it is.",
        missing="Write the initials, or a name.",
    )


@page
def declare_family(request: Request) -> HttpResponseBase:
    """Declare one's own child or a relative who is a pupil here, or whose parents one is close to."""
    own_head = Role.HEAD in request.viewer.roles
    return acts.act(
        request,
        FamilyForm(request.POST if request.method == "POST" else None),
        lambda said: procedures.declare_family(**said, by=request.viewer.person, at=timezone.now()),
        to="/families/",
        title="Declare family at this school",
        button="Declare",
        done="Your declaration is kept.",
        back_href="/families/",
        lead=[
            f"{'The chair of governors sees' if own_head else 'The headteacher sees'} it. Nobody else does.",
            "Then personal contact on family matters is fine. School business still goes to the school’s account.",
            "Each year you are asked whether it is still so.",
        ],
    )


def load(request: Request, declaration_id: uuid.UUID) -> FamilyDeclaration:
    """A declaration of one's own, or “no such page”."""
    found = standing.declaration(declaration_id)
    if found is None or found.person_id != request.viewer.person.pk:
        raise Http404
    return found


@page
def renew_family(request: Request, declaration_id: uuid.UUID) -> HttpResponseBase:
    """Say after a year that it is still so."""
    found = load(request, declaration_id)
    return change(request, found, procedures.renew_family, "/families/", "It is still so", "It is noted for a year.")


@page
def end_family(request: Request, declaration_id: uuid.UUID) -> HttpResponseBase:
    """End a declaration of one's own."""
    found = load(request, declaration_id)
    return change(request, found, procedures.end_family, "/families/", "End this declaration", "It has ended.")


def change(request: Request, found: FamilyDeclaration, do: Any, back: str, title: str, done: str) -> HttpResponseBase:
    """A page with one button for a declaration: what it says, and one procedure."""
    form = acts.Versioned(request.POST if request.method == "POST" else None, initial={"version": str(found.version)})
    said = standing.family_of(found)
    return acts.act(
        request,
        form,
        lambda cleaned: do(declaration=found, version=cleaned["version"], by=request.viewer.person, at=timezone.now()),
        to=back,
        title=title,
        button=title,
        done=done,
        row=found,
        back_href=back,
        lead=[f"{said.relation}: {said.pupil}"],
    )
