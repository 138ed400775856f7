"""Telling the safeguarding lead: one page, any adult, any hour. Clauses 6.5, 6.6."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.cases.models import Case, live
from forethought.core.clock import from_london, london, spoken
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.pages import acts, asking, fields
from forethought.pages.access import actor_of, page
from forethought.pages.asked import Request
from forethought.pages.concern_forms import ConcernForm
from forethought.pages.contacts import contacts
from forethought.people import casting, switches
from forethought.people.models import School
from forethought.people.names import office_of
from forethought.rows import school_in_scope
from forethought.safeguarding import concerns
from forethought.safeguarding.codes import concern_code
from forethought.safeguarding.models import AlertTold, Concern
from forethought.safeguarding.procedures import UNSEEN


def always(school_id: uuid.UUID) -> dict[str, Any]:
    """What stands on every page about a concern: the direct route, and the personal duty where it is in force."""
    return {
        "contacts": contacts(school_id),
        "duty": switches.is_on("reporting_duty", london(timezone.now()).date()),
        "exit_url": "/leave/",
    }


def here(request: Request) -> uuid.UUID:
    """The school that somebody is inside of; without one there is no such page."""
    found = school_in_scope()
    if found is None:
        raise Http404
    return found


@page
def start(request: Request) -> HttpResponseBase:
    """Before anything is typed: danger first, and how to come in. For everybody."""
    school_id = school_in_scope()
    return render(
        request,
        "forethought/concerns/start.html",
        {
            "title": "Tell the safeguarding lead",
            "may_start": bool(request.viewer or request.visitor),
            "back_href": "/",
            **(always(school_id) if school_id else {"exit_url": "/leave/"}),
        },
    )


#: Parts of the form that are put together, or say only that something was asked.
NOT_KEPT = frozenset({"seen_on", "seen_time", "gap_asked", "names_asked"})


def handlers_named(request: Request, at: datetime) -> dict[str, str]:
    """Those who might handle it and whose name stands in the words, with their office: only mentioned, or part of it?

    Whoever was named as the person it is about is not asked about.
    """
    sent = {name: request.POST.get(name, "") for name in ("told", "where", "name", "adult", "head")}
    asked = concerns.routing(sent, [])
    about = {person.id for person in casting.matched(asked)} if asked["group"] == "staff" else set()
    found = [person for person in casting.mentioned(asked) if person.id not in about]
    return {str(person.id): f"{person.name}, {office_of(person, at)}" for person in found}


@page
def raise_concern(request: Request) -> HttpResponseBase:
    """Tell the safeguarding lead. Danger first; no file is taken here."""
    school = School.objects.get(pk=here(request))
    kinds: dict[str, Any] = {"visitor": request.viewer is None, "anonymous": school.anonymous_reports}
    if request.method != "POST":
        return form_page(request, ConcernForm(initial={"press": str(uuid.uuid4())}, **kinds), school)
    form = ConcernForm(request.POST, named=handlers_named(request, timezone.now()), **kinds)
    if not form.is_valid():
        return form_page(request, form, school)
    said = dict(form.cleaned_data)
    press, head = uuid.UUID(said.pop("press")), said.pop("head") or "no"
    said = {key: value for key, value in said.items() if key not in NOT_KEPT}
    reporter = request.viewer.person if request.viewer else None
    now, by = timezone.now(), actor_of(request)
    try:
        case = concerns.raise_concern(
            school=school, answers=said, head_maybe=head, reporter=reporter, press=press, by=by, at=now
        )
    except Refused as refusal:
        asking.refuse(form, refusal)
        return form_page(request, form, school)
    if reporter is not None:
        return redirect("own_concern", concern_id=case.concern.id)
    code = concern_code(concern=case.concern, by=by, at=now)
    return told_page(request, case.concern, code)


def form_page(request: Request, form: ConcernForm, school: School) -> HttpResponse:
    """The form, with the danger words and the direct route above it."""
    return asking.ask(
        request,
        form,
        title="Tell the safeguarding lead",
        button="Tell the safeguarding lead",
        template="forethought/concerns/tell.html",
        back_href="/",
        **always(school.id),
    )


def told_page(
    request: Request, concern: Concern, code: str = "", files: list[dict[str, str]] | None = None
) -> HttpResponse:
    """What the school has, who sees it and by when it goes on, and what one can do oneself meanwhile."""
    now, case = timezone.now(), concern.case
    told = AlertTold.objects.filter(alert__case_id=case.id)
    seen = told.filter(seen_at__isnull=False).order_by("seen_at").first()
    seats = case.seats.filter(live(now)).select_related("person")
    said = keyring.words(concern, case_id=case.id)
    return render(
        request,
        "forethought/concerns/told.html",
        {
            "title": "We have what you told us",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "concern": concern,
            "reference": case.reference,
            "code": code,
            "sees": list(dict.fromkeys(office_of(seat.person, now) for seat in seats)),
            "outside": case.outside,
            "seen": spoken(seen.seen_at, now) if seen and seen.seen_at else "",
            "goes_on": spoken(concern.told_at + UNSEEN, now) if not seen else "",
            "ended": case.status == "closed",
            "picture": said.get("picture") in {"yes", "not_sure"},
            "danger": said.get("danger") in {"yes", "not_sure"},
            "add_href": f"/concern/{concern.id}/add-to-concern/",
            # With a code alone one comes back first: the visit that told it is not the one that may add.
            "file_href": f"/concern/{concern.id}/told/answer-gate/" if not code else "",
            "files": files or [],
            "duty_href": f"/concern/{concern.id}/note-own-duty/",
            "own": [spoken(one.told_at, now) for one in own_duties(request, concern)],
            "back_href": "/",
            **always(case.school_id),
        },
    )


def own_duties(request: Request, concern: Concern) -> list[Any]:
    """What the viewer noted of telling the police or the authority themselves."""
    person = request.viewer.person if request.viewer else None
    return list(concern.own_duties.filter(person=person).order_by("told_at"))


def own_of(request: Request, concern_id: uuid.UUID) -> Concern:
    """A concern that the viewer told, or “no such page”. A code opens its own concern alone."""
    mine = Concern.objects.select_related("case__manager", "school").filter(pk=concern_id)
    if request.viewer:
        found = mine.filter(reporter=request.viewer.person).first()
    else:
        found = mine.first() if request.visitor.id == concern_id else None
    if found is None:
        raise Http404
    return found


class AddForm(asking.Form):
    """Something more."""

    masks = True
    words = fields.Words(
        label="What would you like to add?", longest=20_000, rows=5, missing="Write a few words first."
    )


@page
def add_to_concern(request: Request, concern_id: uuid.UUID) -> HttpResponseBase:
    """Add something to what one told."""
    concern = own_of(request, concern_id)
    form = AddForm(request.POST if request.method == "POST" else None)
    home = f"/concern/{concern.id}/told/"
    return acts.act(
        request,
        form,
        lambda said: concerns.add_to_concern(
            concern=concern, words=said["words"], by=actor_of(request), at=timezone.now()
        ),
        to=home,
        title="Add something",
        button="Send",
        done="It was added.",
        back_href=home,
    )


class OwnDutyForm(asking.Form):
    """Whom one told oneself."""

    to = fields.Line(label="Whom did you tell?", longest=200, missing="Say whom you told.")
    reference = fields.Line(label="Their reference, if they gave one", longest=120, required=False)
    told_on = fields.DateBoxes(label="On what day?", missing="Enter the day.")
    told_time = fields.TimeText(label="At what time?", missing="Enter the time.")


@page
def note_own_duty(request: Request, concern_id: uuid.UUID) -> HttpResponseBase:
    """Note that one told the police or the authority oneself. Anybody who knows of the concern may, account or not."""
    concern = known_to(request, concern_id)
    form = OwnDutyForm(request.POST if request.method == "POST" else None)
    home = own_home(request, concern)
    return acts.act(
        request,
        form,
        lambda said: concerns.note_own_duty(
            concern=concern,
            to=said["to"],
            reference=said["reference"],
            told_at=moment(said["told_on"], said["told_time"]),
            by=actor_of(request),
            at=timezone.now(),
        ),
        to=home,
        title="You told somebody outside yourself",
        button="Save",
        done="It is noted.",
        back_href=home,
        lead=["This is kept apart from telling the safeguarding lead. It is yours alone to do, and to note."],
    )


def moment(day: Any, clock: Any) -> datetime:
    """A day and a time in London as an instant."""
    return from_london(day, clock)


def known_to(request: Request, concern_id: uuid.UUID) -> Concern:
    """A concern that the viewer told or may see, or “no such page”."""
    if request.viewer is None:
        return own_of(request, concern_id)
    concern = Concern.objects.select_related("case", "school").filter(pk=concern_id).first()
    if concern is None:
        raise Http404
    person = request.viewer.person
    if concern.reporter_id != person.id and not Case.objects.seen_by(person).filter(pk=concern.case_id).exists():
        raise Http404
    return concern


def own_home(request: Request, concern: Concern) -> str:
    """Where one reads the concern: as the one who told it, or as somebody on its list."""
    if request.viewer is None or concern.reporter_id == request.viewer.person.id:
        return f"/concern/{concern.id}/told/"
    return f"/concerns/{concern.case_id}/"
