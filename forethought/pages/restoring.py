"""A lost second step comes back through two people: proposing it, confirming it, stopping it. Clause 2.5."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.core.clock import spoken
from forethought.core.errors import Refused
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.people.models import Account, Person
from forethought.prepared import Prepared
from forethought.signing_in import restoring, restoring_rules
from forethought.signing_in.models import Restoring

ADDRESS = "/restorings/"

_waiting = Prepared(
    lambda after: (
        Restoring.objects.filter(confirmed_at__isnull=True, declined_at__isnull=True, proposed_at__gt=after)
        .order_by("proposed_at")
        .values_list("id", "person_id", "proposed_by_id")[:5]
    ),
    datetime,
)


def lines_for(person: Person, at: datetime) -> list[dict[str, str]]:
    """What waits for somebody as the second of two, for their home. Most days none, for one query."""
    return [
        {
            "kind": "decide",
            "href": f"{ADDRESS}{pk}/confirm-restoring/",
            "text": "Somebody lost their phone or key. You can be the second of the two who help them.",
            "button": "Open",
            "state": "normal",
        }
        for pk, whose, proposer in _waiting(at - restoring_rules.WAITS)
        if person.pk not in {whose, proposer}
    ]


@page
def listing(request: Request) -> HttpResponseBase:
    """What waits, and how to begin."""
    now, me = timezone.now(), request.viewer.person
    rows = [
        {
            "href": f"{ADDRESS}{one.id}/confirm-restoring/",
            "text": f"Proposed {spoken(one.proposed_at, now)}.",
            "mine": one.proposed_by_id == me.pk,
            "own": one.person_id == me.pk,
        }
        for one in restoring.waiting(now)
    ]
    return render(
        request,
        "forethought/restorings.html",
        {"title": "A lost phone or key", "rows": rows, "notice": acts.noted(request), "back_href": "/"},
    )


class ProposeForm(asking.Form):
    """Whose it is, and how one knows."""

    person = fields.Choice(label="Who lost it?", choices=[], missing="Choose who lost it.")
    how = fields.Choice(
        label="How do you know that it is they?",
        choices=list(restoring_rules.HOW.items()),
        missing="Choose how you know.",
        hint="A mail or a message is not enough: whoever has the phone may have written it.",
    )

    def __init__(self, data: Any = None, *, choices: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["person"].choices = list(choices)  # type: ignore[attr-defined]


def who_could(me: Person) -> list[tuple[str, str]]:
    """Everybody else here who has an account, by name."""
    accounts = Account.objects.filter(school_id=me.school_id, is_active=True).values("person_id")
    people = Person.objects.filter(left_at__isnull=True, pk__in=accounts).exclude(pk=me.pk).order_by("name")
    return [(str(one.pk), one.name) for one in people]


@page
def propose_restoring(request: Request) -> HttpResponseBase:
    """Begin, as the first of two."""
    me = request.viewer.person

    def do(said: dict[str, Any]) -> Restoring:
        person = Person.objects.get(pk=said["person"])
        return restoring.propose_restoring(person=person, how=said["how"], by=me, at=timezone.now())

    return acts.act(
        request,
        ProposeForm(request.POST if request.method == "POST" else None, choices=who_could(me)),
        do,
        to=ADDRESS,
        title="Somebody lost their phone or key",
        button="Propose it",
        done="It waits for a second person. They were written to, and so was whoever lost it.",
        back_href=ADDRESS,
        lead=[
            "Have they a recovery code left? Then they need nobody: it works in place of the code from the app.",
            "Otherwise two people let them set up a new second step. You are the first. A second one confirms it.",
            "From then on the lost phone or key opens nothing here, and everywhere they are signed in is signed out. "
            "An account elsewhere that they sign in with is connected anew.",
        ],
    )


def asked_of(request: Request, restoring_id: uuid.UUID) -> Restoring:
    """What waits for a second person, or “no such page”: for the one it is about there is none here either."""
    found = Restoring.objects.select_related("person", "proposed_by").filter(pk=restoring_id).first()
    if found is None or found.person_id == request.viewer.person.pk:
        raise Http404
    return found


@page
def confirm_restoring(request: Request, restoring_id: uuid.UUID) -> HttpResponseBase:
    """Be the second of two. The code is shown once."""
    row, me, now = asked_of(request, restoring_id), request.viewer.person, timezone.now()
    form = asking.Form(request.POST if request.method == "POST" else None)
    values: dict[str, Any] = {
        "title": "Help somebody who lost their phone or key",
        "button": "Yes, I know that it is they",
        "back_href": ADDRESS,
        "template": "forethought/restoring.html",
        "rows": [
            {"key": "Who lost it", "value": row.person.name},
            {"key": "Who proposed it", "value": f"{row.proposed_by.name}, {spoken(row.proposed_at, now)}"},
            {"key": "How they know", "value": restoring_rules.HOW[row.how]},
        ],
        "decline_href": f"{ADDRESS}{row.id}/decline-restoring/",
    }
    if request.method != "POST" or not form.is_valid():
        return asking.ask(request, form, **values)
    try:
        code = restoring.confirm_restoring(restoring=row, by=me, at=now)
    except Refused as refusal:
        return acts.refused(request, form, refusal, **values)
    return render(
        request,
        "forethought/restored.html",
        {"title": "Read this code out to them", "code": code, "name": row.person.name, "back_href": ADDRESS},
    )


@page
@require_POST
def decline_restoring(request: Request, restoring_id: uuid.UUID) -> HttpResponseBase:
    """Say no, for everybody."""
    try:
        row = asked_of(request, restoring_id)
        restoring.decline_restoring(restoring=row, by=request.viewer.person, at=timezone.now())
        acts.note(request, "It is stopped. Nothing was changed.")
    except Refused as refusal:
        acts.note(request, refusal.sentence)
    return redirect(ADDRESS)
