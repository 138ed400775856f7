"""What came from outside and waits for somebody's yes: one's own new address; that a handler leaves. Clause 2.5."""

import uuid
from datetime import datetime

from django.db.models import Q
from django.http import Http404, HttpResponseBase
from django.utils import timezone

from forethought.directory import asking as waiting
from forethought.directory.models import Asked
from forethought.pages import acts, asking
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import REGISTRARS
from forethought.people.models import Person
from forethought.prepared import Prepared

_waits = Prepared(
    lambda person: (
        Asked.objects.filter(Q(kind="leave") | Q(person=person), answered_at__isnull=True)
        .order_by("asked_at", "id")
        .values_list("id", "kind", "person_id")[:20]
    ),
    uuid.UUID,
)


def lines_for(person: Person, roles: frozenset[str]) -> list[dict[str, str]]:
    """What waits for somebody's yes, as neutral lines for their home."""
    lines = []
    for pk, kind, whose in _waits(person.pk):
        if kind == "address" and whose == person.pk:
            lines.append({"href": f"/people/asked/{pk}/confirm-address/", "text": "Is this your new email address?"})
        elif kind == "leave" and whose != person.pk and roles & REGISTRARS:
            lines.append(
                {"href": f"/people/asked/{pk}/let-leave/", "text": "Does somebody leave? Your directory says so"}
            )
    return lines


def asked_for(request: Request, asked_id: uuid.UUID, kind: str) -> Asked:
    """What waits for this person's own answer, or “no such page”."""
    found = Asked.objects.select_related("person").filter(pk=asked_id, kind=kind, answered_at__isnull=True).first()
    own = found is not None and found.person_id == request.viewer.person.pk
    if found is None or own != (kind == "address"):
        raise Http404
    return found


def plain_form(request: Request) -> asking.Form:
    """A form that asks nothing but the press."""
    return asking.Form(request.POST if request.method == "POST" else None)


def now() -> datetime:
    """This instant."""
    return timezone.now()


@page
def confirm_address(request: Request, asked_id: uuid.UUID) -> HttpResponseBase:
    """Say yes to one's own new address."""
    found = asked_for(request, asked_id, "address")
    return acts.act(
        request,
        plain_form(request),
        lambda said: waiting.confirm_address(asked=found, by=request.viewer.person, at=now()),
        to="/",
        title="Is this your new email address?",
        button="Yes, it is mine",
        done="Your mail goes there from now on.",
        template="forethought/people/new_address.html",
        lead=[
            f"A list of your school says that you are reached at {waiting.address_in(found)}.",
            f"Until you say yes, your mail goes to {found.person.email or 'nowhere'}.",
            "It does not change how you sign in.",
        ],
        other_href=f"/people/asked/{found.pk}/decline-address/",
        back_href="/",
    )


@page
def decline_address(request: Request, asked_id: uuid.UUID) -> HttpResponseBase:
    """Say that a new address is not one's own."""
    found = asked_for(request, asked_id, "address")
    return acts.act(
        request,
        plain_form(request),
        lambda said: waiting.decline_address(asked=found, by=request.viewer.person, at=now()),
        to="/",
        title="That is not your address",
        button="It is not mine",
        done="Your mail goes where it went before.",
        lead=["Nothing is changed. Tell whoever keeps the list of people: theirs may be wrong, or somebody tried."],
        back_href=f"/people/asked/{found.pk}/confirm-address/",
    )


@page
def let_leave(request: Request, asked_id: uuid.UUID) -> HttpResponseBase:
    """Say that somebody whom a directory turned off leaves."""
    found = asked_for(request, asked_id, "leave")
    return acts.act(
        request,
        plain_form(request),
        lambda said: waiting.let_leave(asked=found, by=request.viewer.person, at=now()),
        to="/",
        title="Does somebody leave?",
        button="They leave now",
        done="They are off the list.",
        template="forethought/people/does_leave.html",
        name=found.person.name,
        other_href=f"/people/asked/{found.pk}/keep-on/",
        back_href="/",
    )


@page
def keep_on(request: Request, asked_id: uuid.UUID) -> HttpResponseBase:
    """Say that somebody whom a directory turned off stays."""
    found = asked_for(request, asked_id, "leave")
    return acts.act(
        request,
        plain_form(request),
        lambda said: waiting.keep_on(asked=found, by=request.viewer.person, at=now()),
        to="/",
        title="They stay",
        button="They stay",
        done="They stay on the list.",
        lead=["Your directory goes on saying that they left. Put it right there too."],
        back_href=f"/people/asked/{found.pk}/let-leave/",
    )
