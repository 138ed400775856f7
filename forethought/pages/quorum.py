"""The three shares that open a case nobody handles: asking for them, making them, opening with two. Clause 7.2."""

from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases import quorum
from forethought.cases import quorum_rules as rules
from forethought.cases.models import Glass
from forethought.core.clock import spoken
from forethought.core.errors import Refused
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.glass import AskForm
from forethought.people import casting
from forethought.people.models import Person

HOME = "/emergency/shares/"
HOLDERS = ("The chair of governors", "The data protection officer", "The safe")


def lines_for(person: Person, at: datetime) -> list[dict[str, str]]:
    """What waits for the data protection officer here, for their home."""
    row = quorum.waiting(at)
    if row is None or casting.cast_at(at).protection_officer != person.pk:
        return []
    text = "The chair of governors asks you to make three shares for sealed cases. Sit down together for it."
    return [{"kind": "shares", "href": HOME, "text": text, "button": "Open", "state": "normal"}]


@page
def shares(request: Request) -> HttpResponseBase:
    """What the shares are, whether there are any, and what chair or officer may do now."""
    now, person = timezone.now(), request.viewer.person
    cast, newest, asked = casting.cast_at(now), quorum.newest(), quorum.waiting(now)
    return render(
        request,
        "forethought/glass/shares.html",
        {
            "title": "Three shares for sealed cases",
            "back_href": "/emergency/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "made": spoken(newest.made_at, now) if newest and newest.made_at else "",
            "asked": spoken(asked.asked_at, now) if asked else "",
            "why_not_ask": rules.why_not_ask_for_shares(
                is_chair=person.pk == cast.chair,
                officer=cast.protection_officer is not None,
                same=person.pk == cast.protection_officer,
                waits=asked is not None,
            ),
            "may_make": asked is not None
            and not rules.why_not_make_shares(
                is_officer=person.pk == cast.protection_officer, asked_it=asked.asked_by_id == person.pk, waits=True
            ),
        },
    )


@page
def ask_for_shares(request: Request) -> HttpResponseBase:
    """Ask for three new shares."""
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: quorum.ask_for_shares(by=request.viewer.person, at=timezone.now()),
        to=HOME,
        title="Ask for three new shares",
        button="Ask for them",
        done="The data protection officer is asked. Sit down together, with paper and three envelopes.",
        back_href=HOME,
        lead=["Shares that were made before open nothing once new ones are made."],
    )


@page
def make_shares(request: Request) -> HttpResponseBase:
    """Make three shares, and show them once."""
    form, row = asking.Form(request.POST if request.method == "POST" else None), quorum.waiting(timezone.now())
    values: dict[str, Any] = {"title": "Make three shares", "back_href": HOME}
    if request.method == "POST" and row is not None and form.is_valid():
        try:
            made = quorum.make_shares(quorum=row, by=request.viewer.person, at=timezone.now())
        except Refused as refusal:
            return acts.refused(request, form, refusal, button="Make them now", **values)
        answer = render(
            request,
            "forethought/glass/shares_made.html",
            {**values, "rows": [{"who": who, "share": one} for who, one in zip(HOLDERS, made, strict=True)]},
        )
        answer["Cache-Control"] = "no-store"
        return answer
    return asking.ask(
        request,
        form,
        button="Make them now",
        reason=None if row is not None else rules.NOT_ASKED,
        lead=[
            "The chair must be beside you. You see three shares, once. Nobody can show them again.",
            "Have three sheets and three envelopes ready: the chair’s, yours, and one for the safe.",
        ],
        **values,
    )


class OpenForm(AskForm):
    """Which case, why, and two shares."""

    share_one = fields.Line(label="One share", longest=60, width=30, missing="Type one share.")
    share_two = fields.Line(label="Another share", longest=60, width=30, missing="Type another share.")
    field_order = ("reference", "category", "reason", "share_one", "share_two")


@page
def open_with_shares(request: Request) -> HttpResponseBase:
    """Read one case that nobody handles, with two shares."""

    def do(said: dict[str, Any]) -> Glass:
        two = (said.pop("share_one"), said.pop("share_two"))
        return quorum.open_with_shares(**said, shares=two, by=request.viewer.person, at=timezone.now())

    return acts.act(
        request,
        OpenForm(request.POST if request.method == "POST" else None),
        do,
        to="/emergency/",
        title="Open a case with two shares",
        button="Open it for an hour",
        done="You may read it for an hour.",
        back_href="/emergency/",
        lead=[
            "A life may be at risk? Call 999 first.",
            "For a case that nobody at the school handles. Two of the three who hold a share must be with you.",
            "To read only, for an hour. The chair and the data protection officer hear of it at once. It is reviewed.",
        ],
    )
