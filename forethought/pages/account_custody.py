"""Who looks after a school account: one more person, a hand-over with both confirming, and somebody who has left."""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import spoken
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.school_accounts import HOME, choices_of, load, named, people_here
from forethought.people.models import Person
from forethought.school_accounts import custody as procedures
from forethought.school_accounts import rules, standing
from forethought.school_accounts.models import AccountHandOver, Custody


class PersonForm(asking.Form):
    """Whom to choose."""

    person = fields.Pick(label="Who is it?", choices=[], missing="Choose somebody.")

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]


class ConfirmForm(asking.Form):
    """One thing that somebody has done, and says so."""

    confirmed = fields.Tick(label="", required=False)

    def __init__(self, *args: Any, words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed"].label = words


class Pressed(asking.Form):
    """A form without a question."""


def others(held: list[Custody]) -> dict[str, Person]:
    """Everybody here who does not look after it yet."""
    there = {one.person_id for one in held}
    return {key: one for key, one in people_here().items() if one.pk not in there}


def held_by(request: Request, custody_id: uuid.UUID) -> Custody:
    """Somebody's part in an account that the viewer does things about, or “no such page”."""
    found = Custody.objects.select_related("account", "person").filter(pk=custody_id).first()
    if found is None or not standing.tends(found.account, request.viewer.person, request.viewer.roles):
        raise Http404
    return found


@page
def name_custodian(request: Request, school_account_id: uuid.UUID) -> HttpResponseBase:
    """Have one more person look after an account."""
    found = load(request, school_account_id, tended=True)
    people = others(standing.custodies(found))
    form = PersonForm(request.POST if request.method == "POST" else None, choices=choices_of(people))
    return acts.act(
        request,
        form,
        lambda said: procedures.name_custodian(
            account=found, person=people[said["person"]], by=request.viewer.person, at=timezone.now()
        ),
        to=f"{HOME}{found.pk}/",
        title="Who else looks after it?",
        button="They look after it too",
        done="They look after it from now on.",
        back_href=f"{HOME}{found.pk}/",
        lead=["Give them a way in of their own first. They are told by mail."],
    )


@page
def end_custody(request: Request, custody_id: uuid.UUID) -> HttpResponseBase:
    """Say that somebody's way in is removed, and that they look after it no more."""
    found = held_by(request, custody_id)
    here = [one for one in standing.custodians(found.account) if one.pk != found.person_id]
    reason = rules.why_not_end_custody(
        may=True, ended=found.ended_at is not None, gone=found.gone_at is not None, others=len(here)
    )
    return acts.act(
        request,
        Pressed(request.POST if request.method == "POST" else None),
        lambda said: procedures.end_custody(custody=found, by=request.viewer.person, at=timezone.now()),
        to=f"{HOME}{found.account_id}/",
        title="Their way in is removed",
        button="Their way in is removed",
        done="That is noted.",
        reason=reason if request.method != "POST" else None,
        back_href=f"{HOME}{found.account_id}/",
        lead=[
            f"{found.person.name}, {named(found.account)}.",
            "Remove their way in first, end its open sign-ins, and change what they knew.",
            "Does somebody take their place? Go back and hand it over instead.",
        ],
    )


@page
def begin_hand_over(request: Request, custody_id: uuid.UUID) -> HttpResponseBase:
    """Begin to hand an account over: one's own part in it, or that of somebody who has left."""
    found = held_by(request, custody_id)
    if found.person_id != request.viewer.person.pk and found.gone_at is None:
        raise Http404
    people = others(standing.custodies(found.account))
    form = PersonForm(request.POST if request.method == "POST" else None, choices=choices_of(people))
    form.fields["person"].label = "Who takes over?"
    mine = found.person_id == request.viewer.person.pk
    return acts.act(
        request,
        form,
        lambda said: procedures.begin_hand_over(
            account=found.account,
            giver=found.person,
            taker=people[said["person"]],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=lambda made: f"{HOME}hand-overs/{made.pk}/",
        title="Hand it over" if mine else "Hand over from somebody who has left",
        button="Begin",
        done="They are told by mail.",
        back_href=f"{HOME}{found.account_id}/",
        lead=[
            named(found.account) if mine else f"{named(found.account)}. {found.person.name} has left.",
            "First they get a way in of their own, and say so here. Then the old way in is removed.",
        ],
    )


def passing_of(request: Request, hand_over_id: uuid.UUID) -> AccountHandOver:
    """A hand-over, for the two it is between and whoever does things about the account; else “no such page”."""
    found, me = standing.hand_over(hand_over_id), request.viewer.person
    if found is None:
        raise Http404
    if me.pk not in {found.giver_id, found.taker_id} and not standing.tends(found.account, me, request.viewer.roles):
        raise Http404
    return found


@page
def account_hand_over(request: Request, account_hand_over_id: uuid.UUID) -> HttpResponseBase:
    """How far a hand-over is, and whose turn it is."""
    found, now, me = passing_of(request, account_hand_over_id), timezone.now(), request.viewer.person
    over = found.let_go_at or found.dropped_at
    rows = [
        ("Account", named(found.account)),
        ("From", found.giver.name),
        ("To", found.taker.name),
        ("Begun", spoken(found.begun_at, now)),
        ("Taken over", spoken(found.taken_at, now) if found.taken_at else ""),
        ("Old way in removed", spoken(found.let_go_at, now) if found.let_go_at else ""),
        ("Called off", spoken(found.dropped_at, now) if found.dropped_at else ""),
    ]
    return render(
        request,
        "forethought/school_accounts/hand_over.html",
        {
            "title": "Handing over an account",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [{"key": key, "value": value} for key, value in rows if value],
            "base": f"{HOME}hand-overs/{found.pk}/",
            "done": bool(found.let_go_at),
            "dropped": bool(found.dropped_at),
            "takes": not over and not found.taken_at and found.taker_id == me.pk,
            "lets_go": not over and bool(found.taken_at) and standing.may_let_go(found, me, request.viewer.roles),
            "waits_for": "" if over else (found.giver.name if found.taken_at else found.taker.name),
            "drops": not over and not found.taken_at,
            "back_href": f"{HOME}{found.account_id}/",
        },
    )


def _confirm(request: Request, found: AccountHandOver, do: Any, words: str, **shown: Any) -> HttpResponseBase:
    form = ConfirmForm(request.POST if request.method == "POST" else None, words=words)
    back = f"{HOME}hand-overs/{found.pk}/"
    return acts.act(
        request,
        form,
        lambda said: do(hand_over=found, confirmed=said["confirmed"], by=request.viewer.person, at=timezone.now()),
        to=back,
        back_href=back,
        **shown,
    )


@page
def take_over(request: Request, account_hand_over_id: uuid.UUID) -> HttpResponseBase:
    """Say that one gets in by a way of one's own."""
    found = passing_of(request, account_hand_over_id)
    if found.taker_id != request.viewer.person.pk:
        raise Http404
    return _confirm(
        request,
        found,
        procedures.take_over,
        "I signed in by a way of my own, with a second step.",
        title="Take it over",
        button="I look after it now",
        done="You look after it now.",
        lead=[
            named(found.account),
            "No password is passed on. Have an own way in made for you, or reset it through the school.",
        ],
    )


@page
def let_go(request: Request, account_hand_over_id: uuid.UUID) -> HttpResponseBase:
    """Say that the old way in is removed."""
    found = passing_of(request, account_hand_over_id)
    if not standing.may_let_go(found, request.viewer.person, request.viewer.roles):
        raise Http404
    mine = found.giver_id == request.viewer.person.pk
    return _confirm(
        request,
        found,
        procedures.let_go,
        "I tried, and I cannot get in any more." if mine else "Their way in is removed, and open sign-ins are ended.",
        title="Let it go" if mine else "Their way in is removed",
        button="It is handed over",
        done="It is handed over.",
        lead=[named(found.account), f"{found.taker.name} looks after it from now on."],
    )


@page
def drop_hand_over(request: Request, account_hand_over_id: uuid.UUID) -> HttpResponseBase:
    """Call a hand-over off."""
    found = passing_of(request, account_hand_over_id)
    return acts.act(
        request,
        Pressed(request.POST if request.method == "POST" else None),
        lambda said: procedures.drop_hand_over(hand_over=found, by=request.viewer.person, at=timezone.now()),
        to=f"{HOME}hand-overs/{found.pk}/",
        title="Call it off",
        button="Call it off",
        done="It is called off.",
        back_href=f"{HOME}hand-overs/{found.pk}/",
        lead=[named(found.account), "It stays with whoever looks after it now."],
    )
