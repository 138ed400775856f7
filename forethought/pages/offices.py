"""Who holds which office, and who is on duty when: naming, ending, inviting. Clauses 2.5, 7.2, 8.3."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import from_london, london, spoken, spoken_day
from forethought.founding.gaps import gaps_in
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.people import person_for
from forethought.pages.people_rows import pick_from
from forethought.people import office_rules as rules
from forethought.people import offices
from forethought.people import procedures as people
from forethought.people.casting import cast_at
from forethought.people.models import Account, Appointment, ChairProposal, ClosedTime, Person, Role, Shift
from forethought.prepared import Prepared

OFFICES = "/school/offices/"
CHAIR = "/school/offices/chair/"
DUTY = "/school/duty/"


@page
def listing(request: Request) -> HttpResponseBase:
    """Each office, who holds it and since when, and what nobody could handle as they are held."""
    now, roles = timezone.now(), request.viewer.roles
    here = offices.governors_here(now)
    held: dict[str, list[Appointment]] = {}
    found = Appointment.objects.filter(ends_at__isnull=True, person__left_at__isnull=True).select_related("person")
    for one in found.order_by("rank", "starts_at"):
        held.setdefault(one.role, []).append(one)
    people_here = [one.person_id for rows in held.values() for one in rows]
    accounts = {one.person_id: one for one in Account.objects.filter(person_id__in=people_here, is_active=True)}
    rows = [
        {
            "role": Role(role).label,
            "key": role,
            "may": rules.may_name(role, roles=roles, governors_here=here),
            "by_two": role == Role.CHAIR and by_two(request.viewer.person, now),
            "holders": [_holder(one, accounts.get(one.person_id), now) for one in held.get(role, [])],
        }
        for role in Role.values
        if role != Role.UNION or role in held
    ]
    return render(
        request,
        "forethought/own_school/offices.html",
        {
            "title": "Offices",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": rows,
            "gaps": gaps_in(cast_at(now)),
            "proposed": said_proposed(offices.proposed_chair(now), request.viewer.person, now),
            "invites": Role.HEAD in roles,
        },
    )


def _holder(one: Appointment, account: Account | None, now: datetime) -> dict[str, Any]:
    return {
        "id": one.pk,
        "person": one.person_id,
        "name": one.person.name,
        "since": spoken_day(one.starts_at, now, year=True),
        "waits": account is not None and not account.has_usable_password(),
        "ends": one.role != Role.UNION,
    }


def by_two(person: Person, at: datetime) -> bool:
    """Whether somebody else is here who could confirm whom this one proposes as chair."""
    return bool(offices.seconds(person=person, proposer=person, at=at))


def said_proposed(row: ChairProposal | None, me: Person, now: datetime) -> dict[str, str]:
    """Who waits to be confirmed as chair, in a sentence, with the way to it for whoever may."""
    if row is None:
        return {}
    able = {one.pk for one in offices.seconds(person=row.person, proposer=row.proposed_by, at=now)}
    return {
        "text": f"{row.person.name} was proposed {spoken(row.proposed_at, now)} and waits for a second person.",
        "href": f"{CHAIR}{row.pk}/confirm-chair/" if me.pk in able else "",
        "stop": f"{CHAIR}{row.pk}/decline-chair/" if me.pk == row.proposed_by_id else "",
    }


_proposed = Prepared(
    lambda after: (
        ChairProposal.objects.filter(confirmed_at__isnull=True, declined_at__isnull=True, proposed_at__gt=after)
        .order_by("proposed_at")
        .values_list("id")
    ),
    datetime,
)


def lines_for(person: Person, at: datetime) -> list[dict[str, str]]:
    """A proposed chair to confirm, for the home of whoever may. Most days none, for one query."""
    waits = offices.proposed_chair(at) if _proposed(at - rules.CHAIR_WAITS) else None
    if waits is None or not said_proposed(waits, person, at)["href"]:
        return []
    return [
        {
            "kind": "decide",
            "href": f"{CHAIR}{waits.pk}/confirm-chair/",
            "text": "Somebody was proposed as chair of governors. A second person confirms it.",
            "button": "Open",
            "state": "normal",
        }
    ]


class OfficeForm(asking.Form):
    """Which office, and who takes it."""

    role = fields.Pick(label="Which office?", choices=Role.choices, missing="Choose an office.")
    person = fields.Pick(label="Who takes it?", choices=[], missing="Choose somebody.")


@page
def fill_office(request: Request) -> HttpResponseBase:
    """Name somebody to an office."""
    now, roles = timezone.now(), request.viewer.roles
    here = offices.governors_here(now)
    mine = [(key, label) for key, label in Role.choices if rules.may_name(key, roles=roles, governors_here=here)]
    if by_two(request.viewer.person, now):
        mine = [one for one in mine if one[0] != Role.CHAIR]
    form = OfficeForm(request.POST if request.method == "POST" else None, initial={"role": request.GET.get("role", "")})
    choices, known = pick_from(request.viewer.person)
    form.fields["role"].choices = mine  # type: ignore[attr-defined]
    form.fields["person"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]
    return acts.act(
        request,
        form,
        lambda said: offices.fill_office(
            person=known[said["person"]], role=Role(said["role"]), by=request.viewer.person, at=timezone.now()
        ),
        to=OFFICES,
        title="Name somebody to an office",
        button="Name them",
        done="They hold it from now on. They are told, and so are the chair and the headteacher.",
        back_href=OFFICES,
        reason="" if mine else "Nobody names themselves, and nobody changes the office that watches over them.",
        lead=[
            "Not in the list? Add them under “People” first.",
            "An office that one person holds passes to them. Whoever held it keeps nothing of it.",
            "The headteacher names those who work to them. The governors name the rest: chair or clerk notes it.",
            "Who chairs the governors is confirmed by a second person: propose it under “Offices”.",
        ],
    )


class ChairForm(asking.Form):
    """Who is to chair."""

    person = fields.Pick(label="Who is to chair the governors?", choices=[], missing="Choose somebody.")


@page
def propose_chair(request: Request) -> HttpResponseBase:
    """Propose who chairs the governors, as the first of two."""
    me = request.viewer.person
    form = ChairForm(request.POST if request.method == "POST" else None)
    choices, known = pick_from(me)
    form.fields["person"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]
    return acts.act(
        request,
        form,
        lambda said: offices.propose_chair(person=known[said["person"]], by=me, at=timezone.now()),
        to=OFFICES,
        title="Propose who chairs the governors",
        button="Propose them",
        done="It waits for a second person. They were written to.",
        back_href=OFFICES,
        lead=[
            "The chair handles what is about the headteacher. So two people name one: you propose, another confirms.",
            "The chair, the vice-chair, the trust lead or the headteacher confirms it, within two weeks.",
            "Until then whoever chairs now goes on.",
        ],
    )


def proposal_for(proposal_id: uuid.UUID) -> ChairProposal:
    """What was proposed, or “no such page”."""
    found = ChairProposal.objects.select_related("person", "proposed_by").filter(pk=proposal_id).first()
    if found is None:
        raise Http404
    return found


@page
def confirm_chair(request: Request, proposal_id: uuid.UUID) -> HttpResponseBase:
    """Confirm who chairs, as the second of two."""
    found = proposal_for(proposal_id)
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: offices.confirm_chair(proposal=found, by=request.viewer.person, at=timezone.now()),
        to=OFFICES,
        title="Who chairs the governors?",
        button=f"Confirm {found.person.name}",
        done="They chair from now on. They are told, and so are whoever chaired before and the headteacher.",
        back_href=OFFICES,
        lead=[
            f"{found.proposed_by.name} proposed {found.person.name}, {spoken(found.proposed_at)}.",
            "Confirm only what the board decided. Do you not know of it? Ask, and decline.",
        ],
        template="forethought/own_school/confirm_chair.html",
        decline_href=f"{CHAIR}{found.pk}/decline-chair/",
    )


@page
def decline_chair(request: Request, proposal_id: uuid.UUID) -> HttpResponseBase:
    """Decline a proposed chair, or take the proposal back."""
    found = proposal_for(proposal_id)
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: offices.decline_chair(proposal=found, by=request.viewer.person, at=timezone.now()),
        to=OFFICES,
        title="Decline a proposed chair",
        button="Decline it",
        done="It is stopped. Whoever chairs goes on. Those concerned were written to.",
        back_href=OFFICES,
        lead=[f"{found.proposed_by.name} proposed {found.person.name}, {spoken(found.proposed_at)}."],
    )


@page
def end_office(request: Request, appointment_id: uuid.UUID) -> HttpResponseBase:
    """End an office that somebody holds."""
    found = Appointment.objects.filter(pk=appointment_id).select_related("person").first()
    if found is None:
        raise Http404
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: offices.end_office(appointment=found, by=request.viewer.person, at=timezone.now()),
        to=OFFICES,
        title="End an office",
        button="End it now",
        done="It has ended. They are told, and so are the chair and the headteacher.",
        back_href=OFFICES,
        lead=[
            f"{found.person.name}: {Role(found.role).label}.",
            "From their next press on they keep nothing of it. They stay on the list of people.",
        ],
    )


@page
def invite(request: Request, person_id: uuid.UUID) -> HttpResponseBase:
    """Tell somebody how to sign in."""
    found = person_for(person_id)
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: offices.invite(person=found, by=request.viewer.person, at=timezone.now()),
        to=OFFICES,
        title="Tell them how to sign in",
        button="Write to them",
        done="A mail goes to them.",
        back_href=OFFICES,
        lead=[
            f"{found.name} gets a mail at {found.email or 'no address'}. It says where to choose a password.",
            "It holds no names and nothing of any report.",
        ],
    )


# --- Duty ---


@page
def duty(request: Request) -> HttpResponseBase:
    """The rota from now on, and the closed days for which nobody stands on it."""
    now = timezone.now()
    shifts = Shift.objects.filter(ends_at__gt=now).select_related("person").order_by("starts_at", "ends_at", "id")
    rows = [
        {
            "id": one.pk,
            "name": one.person.name,
            "said": f"{spoken(one.starts_at, now)} until {spoken(one.ends_at, now)}",
        }
        for one in shifts[:100]
    ]
    return render(
        request,
        "forethought/own_school/duty.html",
        {
            "title": "Duty",
            "back_href": "/school/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": rows,
            "bare": bare_closed_days(list(shifts), now),
        },
    )


def bare_closed_days(shifts: list[Shift], now: datetime) -> list[str]:
    """The stretches of closed days to come in which at some time nobody is on the rota."""
    found = []
    for one in ClosedTime.objects.filter(ends_on__gte=london(now).date()).order_by("starts_on")[:40]:
        at = max(from_london(one.starts_on, time(0)), now)
        ends = from_london(one.ends_on + timedelta(days=1), time(0))
        for shift in sorted(shifts, key=lambda row: row.starts_at):
            if shift.starts_at <= at:
                at = max(at, shift.ends_at)
        if at < ends:
            found.append(f"{one.name}, {spoken_day(one.starts_on, now)} to {spoken_day(one.ends_on, now)}")
    return found


class ShiftForm(asking.Form):
    """Who is on duty, and when."""

    person = fields.Pick(label="Who is on duty?", choices=[], missing="Choose somebody.")
    first_day = fields.DateBoxes(label="From which day?", missing="Enter the first day, like 12 11 2026.")
    last_day = fields.DateBoxes(label="To which day?", missing="Enter the last day, like 12 11 2026.")


@page
def put_on_duty(request: Request) -> HttpResponseBase:
    """Put a senior manager on the rota, whole days, both included."""
    form = ShiftForm(request.POST if request.method == "POST" else None)
    seniors: dict[str, Person] = {
        str(one.person_id): one.person for one in offices.holding(Role.SENIOR).select_related("person")
    }
    form.fields["person"].choices = [("", "Choose"), *((key, one.name) for key, one in seniors.items())]  # type: ignore[attr-defined]
    return acts.act(
        request,
        form,
        lambda said: people.put_on_duty(
            person=seniors[said["person"]],
            starts_at=from_london(said["first_day"], time(0)),
            ends_at=from_london(said["last_day"] + timedelta(days=1), time(0)),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=DUTY,
        title="Put somebody on duty",
        button="Put them on",
        done="They stand on the rota.",
        back_href=DUTY,
        reason="" if seniors else "There is no senior manager yet. Name one under “Offices” first.",
        lead=["Reports go to them first, nights included. Where two are on, the one who began later is asked first."],
    )


@page
def take_off_duty(request: Request, shift_id: uuid.UUID) -> HttpResponseBase:
    """Take somebody off the rota."""
    found = Shift.objects.filter(pk=shift_id).select_related("person").first()
    if found is None:
        raise Http404
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: people.take_off_duty(shift=found, by=request.viewer.person, at=timezone.now()),
        to=DUTY,
        title="Take somebody off duty",
        button="Take them off",
        done="They are off the rota for that time.",
        back_href=DUTY,
        lead=[f"{found.person.name}, {spoken(found.starts_at)} until {spoken(found.ends_at)}."],
    )
