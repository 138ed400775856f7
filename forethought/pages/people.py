"""The list of every adult who works or helps here, paid or not: taking them on, engaging them, when they leave.

Clause 2.5.
"""

import uuid
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.core.clock import london
from forethought.core.errors import Refused
from forethought.directory.asking import ask_address
from forethought.directory.standing import signing_in
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.paging import id_in
from forethought.pages.people_rows import (
    engagement_rows,
    lines_of,
    list_href,
    listed,
    pages_of,
    person_rows,
    pick_from,
    reading_links,
)
from forethought.people import procedures, rules, taking_on
from forethought.people.models import Engagement, Kind, Person, School
from forethought.school_accounts.standing import accounts_held_by

LIST = "/people/"
_SEARCHED = "people_searched"
ADULTS = "Adults only. Somebody under 18 on work experience is looked after under other rules."


def today() -> date:
    """The day in London."""
    return london(timezone.now()).date()


class SearchForm(asking.Form):
    """Whom the list shows."""

    q = fields.Line(label="Search by the beginning of a name", longest=60, width=20, required=False)
    q.says_optional = False


@page
def listing(request: Request) -> HttpResponseBase:
    """Everybody, by name, 25 at a time; or those who have left."""
    if request.method == "POST":
        return _search(request)
    begins = request.session.get(_SEARCHED, "") if request.GET.get("search") == "yes" else ""
    left = request.GET.get("left") == "yes"
    after = id_in(request.GET.get("after", ""))
    people, more = listed(begins=begins, left=left, after=after)
    return render(
        request,
        "forethought/people/listing.html",
        {
            "title": "People who have left" if left else "Everybody who works or helps here",
            "back_href": LIST if left else "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "search": SearchForm(initial={"q": begins}),
            "begins": begins,
            "left": left,
            "rows": person_rows(people, today()),
            **pages_of(people, more, search=bool(begins), left=left, after=after),
        },
    )


def _search(request: Request) -> HttpResponseBase:
    """Keep what is searched for, so that no name stands in an address: a shared computer remembers those."""
    form, left = SearchForm(request.POST), request.POST.get("left") == "yes"
    # What cannot be kept as a name finds nobody, so everybody is shown.
    request.session[_SEARCHED] = begins = form.cleaned_data.get("q", "") if form.is_valid() else ""
    return redirect(list_href(search=bool(begins), left=left))


def person_for(person_id: uuid.UUID) -> Person:
    """Somebody on the school's list, or “no such page”."""
    found = Person.objects.filter(pk=person_id).select_related("school").first()
    if found is None:
        raise Http404
    return found


def home_of(person: Person) -> str:
    """Somebody's own page."""
    return f"{LIST}{person.pk}/"


@page
def person(request: Request, person_id: uuid.UUID) -> HttpResponseBase:
    """One adult: how they are reached, what they are engaged as, what they were asked to read."""
    found, now = person_for(person_id), timezone.now()
    home = home_of(found)
    return render(
        request,
        "forethought/people/person.html",
        {
            "title": "One person",
            "back_href": LIST,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "name": found.name,
            "base": home,
            "left": found.left_at is not None,
            "rows": lines_of(found, now),
            "engagements": engagement_rows(found, home, london(now).date()),
            "readings": reading_links(found),
            "why_not_leave": procedures.why_not_leave(person=found, by=request.viewer.person, at=now),
        },
    )


def clean_email(typed: str) -> str:
    """An address that a mail can go to, or none."""
    if typed:
        try:
            validate_email(typed)
        except ValidationError:
            raise ValidationError("Write an email address, like name@school.example.", code="email") from None
    return typed


class NameForm(asking.Form):
    """How somebody is called, and where their mail goes."""

    name = fields.Line(label="Full name", longest=120, missing="Write their name.")
    email = fields.Line(
        label="Email address",
        longest=254,
        required=False,
        hint="Without one they read by a link you hand over, or on paper.",
    )

    def clean_name(self) -> str:
        """One space between words: a doubled one is a slip."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_email(self) -> str:
        """An address that a mail can go to."""
        return clean_email(self.cleaned_data["email"])


class EngagementForm(asking.Form):
    """What somebody is engaged as, and when."""

    kind = fields.Choice(label="Engaged as", choices=Kind.choices, missing="Choose what they are engaged as.")
    starts_on = fields.DateBoxes(label="First day", missing="Enter their first day, like 12 11 2026.")
    ends_on = fields.DateBoxes(
        label="Last day", required=False, hint="Where it is known. For one day of supply it is the first day."
    )
    manager = fields.Pick(
        label="Their manager",
        choices=[],
        required=False,
        hint="A manager sees whether they have confirmed, and is asked their questions first.",
    )


class PersonForm(NameForm, EngagementForm):
    """Somebody new."""

    field_order = ("name", "email")
    other = fields.Tick(label="This is somebody else. Add them too.", required=False)


def choose_managers(form: asking.Form, besides: Person | None = None) -> dict[str, Person]:
    """Put everybody who may manage somebody into a form."""
    choices, people = pick_from(besides)
    form.fields["manager"].choices = [("", "Nobody"), *choices]  # type: ignore[attr-defined]
    return people


@page
def add_person(request: Request) -> HttpResponseBase:
    """Take somebody on. Where the list has somebody like them, it is shown first."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    managers = choose_managers(form)
    alike = []
    if form.is_valid() and not form.cleaned_data["other"]:
        alike = taking_on.same_person(name=form.cleaned_data["name"], email=form.cleaned_data["email"])
    if not alike and not request.POST.get("other"):
        del form.fields["other"]
    values: dict[str, Any] = {
        "title": "Add somebody",
        "button": "Add them",
        "back_href": LIST,
        "lead": [ADULTS, "They are asked to read the policy before their first day."],
        "template": "forethought/people/add_person.html",
    }
    if alike:
        return asking.ask(request, form, status=422, alike=alike_rows(alike, form), **values)
    return acts.act(
        request,
        form,
        lambda said: procedures.add_person(
            school=School.objects.get(pk=request.viewer.person.school_id),
            name=said["name"],
            email=said["email"],
            kind=Kind(said["kind"]),
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            manager=managers.get(said["manager"]),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=home_of,
        done="They are on the list.",
        **values,
    )


def alike_rows(people: list[Person], form: asking.Form) -> list[dict[str, str]]:
    """Those who may be the same person, with the way to engage them once more, which keeps what was typed."""
    said = form.cleaned_data
    days = "".join(f"&{name}={said[name].isoformat()}" for name in ("starts_on", "ends_on") if said.get(name))
    return [
        {
            "name": one.name,
            "email": one.email,
            "left": "yes" if one.left_at else "",
            "href": home_of(one),
            "engage_href": f"{home_of(one)}engage/?kind={said['kind']}{days}",
        }
        for one in people[:10]
    ]


@page
def change_person(request: Request, person_id: uuid.UUID) -> HttpResponseBase:
    """Put right a name or an address. Whoever can sign in says yes to a new address themselves.

    Otherwise whoever keeps the list could have the mail of those who watch over them (reliability.md 7, case 76).
    """
    found, me = person_for(person_id), request.viewer.person
    asks = found.pk != me.pk and found.pk in signing_in()
    initial = {"name": found.name, "email": found.email}

    def do(said: dict[str, Any]) -> None:
        now, waits = timezone.now(), asks and said["email"].lower() != found.email.lower()
        if waits and not said["email"]:
            raise Refused("They sign in here, and are written to. Leave the address, or put in another.", "2.5")
        email = found.email if waits else said["email"]
        if not waits or said["name"] != found.name:
            procedures.change_person(person=found, name=said["name"], email=email, by=me, at=now)
        if waits:
            ask_address(person=found, address=said["email"], by=me, at=now)

    return acts.act(
        request,
        NameForm(request.POST if request.method == "POST" else None, initial=initial),
        do,
        to=home_of(found),
        title="Change a name or an address",
        button="Save",
        done="Saved. A new address waits for their own yes." if asks else "Saved.",
        lead=[
            "They sign in here, so they are asked first whether a new address is theirs."
            if asks
            else "Mail goes to this address from now on. It does not change how they sign in.",
            "With a new address, a link that was sent to the older one opens nothing any more.",
        ],
        back_href=home_of(found),
    )


def day_in(typed: str) -> date | None:
    """A day in an address of ours; nothing for anything else."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


@page
def engage(request: Request, person_id: uuid.UUID) -> HttpResponseBase:
    """Engage somebody who is known already once more."""
    found = person_for(person_id)
    initial = {
        "kind": request.GET.get("kind", ""),
        "starts_on": day_in(request.GET.get("starts_on", "")),
        "ends_on": day_in(request.GET.get("ends_on", "")),
    }
    form = EngagementForm(request.POST if request.method == "POST" else None, initial=initial)
    managers = choose_managers(form, found)
    lead = ["They stay one person, who reads and confirms once.", ADULTS]
    if found.left_at is not None:
        lead.insert(0, "They had left. This brings them back. Their sign-in stays closed until IT support opens it.")
    return acts.act(
        request,
        form,
        lambda said: procedures.engage(
            person=found,
            kind=Kind(said["kind"]),
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            manager=managers.get(said["manager"]),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=home_of(found),
        title="Engage once more",
        button="Engage them",
        done="They are engaged once more.",
        lead=lead,
        back_href=home_of(found),
    )


def engagement_for(person_id: uuid.UUID, engagement_id: uuid.UUID) -> Engagement:
    """One of somebody's engagements, or “no such page”."""
    found = Engagement.objects.filter(pk=engagement_id, person=person_id).select_related("person").first()
    if found is None:
        raise Http404
    return found


class EndForm(asking.Form):
    """When an engagement ends."""

    ends_on = fields.DateBoxes(label="Last day", missing="Enter the last day, like 12 11 2026.")


@page
def end_engagement(request: Request, person_id: uuid.UUID, engagement_id: uuid.UUID) -> HttpResponseBase:
    """Say when an engagement ends."""
    found = engagement_for(person_id, engagement_id)
    home = home_of(found.person)
    left = found.person.left_at is not None
    return acts.act(
        request,
        EndForm(request.POST if request.method == "POST" else None, initial={"ends_on": found.ends_on}),
        lambda said: procedures.end_engagement(
            engagement=found, ends_on=said["ends_on"], by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="When does it end?",
        button="Save",
        done="The last day is noted.",
        reason=rules.why_not_end(starts_on=found.starts_on, ends_on=None, left=left)
        if request.method != "POST"
        else "",
        lead=[
            f"Engaged as: {Kind(found.kind).label}.",
            "That day still counts. From the next one on they are asked nothing, unless they are engaged as more.",
            "This leaves their sign-in as it is. Do they leave for good? Choose “They leave” instead.",
        ],
        back_href=home,
    )


class ManagerForm(asking.Form):
    """Who manages somebody."""

    manager = fields.Pick(
        label="Their manager",
        choices=[],
        required=False,
        hint="A manager sees whether they have confirmed, and is asked their questions first.",
    )
    manager.says_optional = False


@page
def name_manager(request: Request, person_id: uuid.UUID, engagement_id: uuid.UUID) -> HttpResponseBase:
    """Say who manages somebody."""
    found = engagement_for(person_id, engagement_id)
    home = home_of(found.person)
    form = ManagerForm(
        request.POST if request.method == "POST" else None, initial={"manager": str(found.manager_id or "")}
    )
    managers = choose_managers(form, found.person)
    return acts.act(
        request,
        form,
        lambda said: procedures.name_manager(
            engagement=found, manager=managers.get(said["manager"]), by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="Name a manager",
        button="Save",
        done="The manager is noted.",
        lead=[f"Engaged as: {Kind(found.kind).label}."],
        back_href=home,
    )


@page
def leave(request: Request, person_id: uuid.UUID) -> HttpResponseBase:
    """Take somebody off the list, with everything that ends."""
    found = person_for(person_id)
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: procedures.leave(person=found, by=request.viewer.person, at=timezone.now()),
        to=home_of(found),
        title="They leave",
        button="They leave now",
        done="They are off the list.",
        reason=procedures.why_not_leave(person=found, by=request.viewer.person, at=timezone.now())
        if request.method != "POST"
        else "",
        template="forethought/people/leave.html",
        name=found.name,
        ends=[row["ends"] for row in lines_of(found, timezone.now()) if row["ends"]],
        accounts=[str(one) for one in accounts_held_by(found)],
        back_href=home_of(found),
    )
