"""Whom to ask: the routes of an app or site, and who stands behind a website by its register. Clauses 4.2, 8.3, 8.6."""

import uuid
from datetime import date
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.capture.registers import address_of, registered_name, shipped
from forethought.cases.models import Case
from forethought.core.clock import spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.asked import Request
from forethought.pages.cases import names_shown
from forethought.pages.takedowns import load, of_takedown
from forethought.policies.naming_media import own_media
from forethought.takedowns import asking_registers, procedures
from forethought.takedowns import whom_to_ask as keeping
from forethought.takedowns.counting import medium_of
from forethought.takedowns.figures import OTHERS
from forethought.takedowns.models import Takedown
from forethought.takedowns.routes import KINDS, routes_of
from forethought.takedowns.targets import is_link, shown_host


def medium_name(found: Takedown) -> str:
    """The app or site of a takedown by its usual name, or nothing where it is on no list."""
    target, _ = procedures.target_of(found)
    name = medium_of(target, own_media())
    return "" if name == OTHERS else name


@of_takedown
def whom_to_ask(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """The routes that are known, and what registers said. Nothing is asked of anybody by opening this."""
    found, names = load(case, takedown_id), names_shown(request, case)
    target, _ = procedures.target_of(found)
    medium = medium_name(found)
    host = registered_name(shown_host(target.address)) if target.address else ""
    return render(
        request,
        "forethought/takedowns/whom_to_ask.html",
        {
            "title": "Whom to ask",
            "case": case,
            "names": names,
            "takedown": found,
            "back_href": f"/takedowns/{found.id}/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "medium": medium,
            "routes": [
                {"kind": one.kind, "what": KINDS[one.kind], "known": one, "link": is_link(one.place)}
                for one in routes_of(medium, keeping.own_routes(medium))
            ]
            if medium
            else [],
            "host": host,
            "paste_href": f"/takedowns/{found.id}/note-register-answer/",
            "ask_at": address_of(host) if host else "",
            "read_on": spoken_day_of(shipped().read_on),
            "answers": keeping.answers_of(found) if names else [],
            **_asking(found, bool(host)),
        },
    )


def _asking(found: Takedown, is_website: bool) -> dict[str, Any]:
    """Whether the registers can be asked, are being asked, and what came of the last time."""
    last = asking_registers.last_question(found) if is_website else None
    under_way = last is not None and not last[0].ended
    return {
        "why_not_ask": asking_registers.why_not_ask_register(found) if is_website else "",
        "under_way": under_way,
        "troubles": last[1].get("troubles", []) if last and not under_way else [],
        "ask_href": f"/takedowns/{found.id}/ask-register/",
    }


class RegisterForm(asking.Form):
    """One press, nothing to fill in."""


@of_takedown
def ask_register(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """Have the public registers asked who stands behind this website."""
    found = load(case, takedown_id)
    return acts.act(
        request,
        RegisterForm(request.POST if request.method == "POST" else None),
        lambda said: asking_registers.ask_register(takedown=found, by=request.viewer.person, at=timezone.now()),
        to=f"/takedowns/{found.id}/whom-to-ask/",
        title="Ask the public registers",
        button="Ask them",
        done="The registers are being asked. That takes a minute.",
        back_href=f"/takedowns/{found.id}/whom-to-ask/",
        reason=asking_registers.why_not_ask_register(found) if request.method != "POST" else None,
        lead=[
            "The school's server asks who registered the website's name, and who runs the network it is served from.",
            "The registers learn the website's name and number, and nothing else.",
        ],
    )


def spoken_day_of(text: str) -> str:
    """A day that is kept as text, in words."""
    return spoken_day(date.fromisoformat(text), year=True)


class RouteForm(asking.Form):
    """Where it is."""

    place = fields.Line(
        label="Where is it?",
        longest=500,
        hint="The address of their form, or the way to it in the app. You have just checked that it is there.",
        missing="Write where it is: the address of their form, or the way to it in the app.",
    )


@of_takedown
def note_route(request: Request, case: Case, takedown_id: uuid.UUID, kind: str) -> HttpResponseBase:
    """Note where this app or site is asked about one thing, as checked today."""
    found = load(case, takedown_id)
    medium = medium_name(found)
    if kind not in KINDS or not medium:
        raise Http404
    known = next(one for one in routes_of(medium, keeping.own_routes(medium)) if one.kind == kind)
    form = RouteForm(request.POST if request.method == "POST" else None, initial={"place": known.place})
    return acts.act(
        request,
        form,
        lambda said: keeping.note_route(
            school=case.school,
            medium=medium,
            kind=kind,
            place=said["place"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=f"/takedowns/{found.id}/whom-to-ask/",
        title=KINDS[kind],
        button="It is there",
        done="Noted, as checked today.",
        back_href=f"/takedowns/{found.id}/whom-to-ask/",
    )


class AnswerForm(asking.Form):
    """What the register said."""

    raw = fields.Words(
        label="The register’s answer",
        longest=200_000,
        rows=10,
        hint="All of it, from { to }.",
        missing="Paste the register’s answer.",
    )


@of_takedown
def note_register_answer(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """Keep what a public register says about this website."""
    found = load(case, takedown_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: keeping.note_register_answer(
            takedown=found, raw=said["raw"], by=request.viewer.person, at=timezone.now()
        ),
        to=f"/takedowns/{found.id}/whom-to-ask/",
        title="What the register says",
        button="Keep it",
        done="The register’s answer is kept.",
        back_href=f"/takedowns/{found.id}/whom-to-ask/",
        lead=["It is kept word for word. Whom it names is shown, and nobody is written to by that."],
    )
