"""Who has read and confirmed: the head's picture in numbers, the register by name, a manager's own people. Clauses 2.5,
3.7.

Numbers are for several offices; names only for those who keep the register, and for somebody's own manager. Seeing
names leaves an entry in the trail. What people answered or wrote when they read is shown to nobody here.
"""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.acknowledgements import procedures, reminding, rules
from forethought.acknowledgements.models import Reading, Task
from forethought.acknowledgements.picture import (
    by_name,
    narrowed,
    of_reading,
    of_team,
    open_readings,
    team_of,
)
from forethought.core.clock import london, spoken_day
from forethought.core.errors import Refused
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import REGISTRARS
from forethought.pages.paging import id_in
from forethought.pages.readers_rows import STATES, kinds, name_row, picture_of, said_of, task_rows
from forethought.people.models import Account, Person

HOME = "/readers/"
OWN = "/my-people/"


@page
def readers(request: Request) -> HttpResponseBase:
    """How many were asked to read each thing, and have confirmed it."""
    by_names = bool(request.viewer.roles & REGISTRARS)
    today = london(timezone.now()).date()
    return render(
        request,
        "forethought/readers/readers.html",
        {
            "title": "Who has read it",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "by_names": by_names,
            "readings": [picture_of(one, today, by_names=by_names) for one in open_readings()],
        },
    )


def reading_for(reading_id: uuid.UUID) -> Reading:
    """Something everybody is or was asked to read, or “no such page”."""
    found = Reading.objects.filter(pk=reading_id).first()
    if found is None:
        raise Http404
    return found


class NarrowForm(asking.Form):
    """Whom a list of names shows."""

    state = fields.Pick(label="Show", choices=[("", "Everybody"), *STATES.items()], required=False)
    kind = fields.Pick(label="Engaged as", choices=[("", "Anything"), *kinds().items()], required=False)
    state.says_optional = kind.says_optional = False


@page
def register(request: Request, reading_id: uuid.UUID) -> HttpResponseBase:
    """By name who has confirmed one thing, 25 at a time."""
    found, now = reading_for(reading_id), timezone.now()
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state, kind = state if state in STATES else "", kind if kind in kinds() else ""
    after = id_in(request.GET.get("after", ""))
    here = by_name(narrowed(of_reading(found), state=state, kind=kind, today=london(now).date()), after)
    reminding.view_register(about=found.pk, by=request.viewer.person, at=now)
    home = f"{HOME}{found.pk}/"
    only = "".join(f"&{name}={value}" for name, value in (("kind", kind), ("state", state)) if value)
    return render(
        request,
        "forethought/readers/register.html",
        {
            "title": "Who has read it, by name",
            "back_href": HOME,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "what": f"{found.title[:1].upper()}{found.title[1:]}",
            "over": found.ended_at is not None,
            "said": said_of(state, kind),
            "narrow": NarrowForm(initial={"state": state, "kind": kind}),
            "rows": [name_row(one, london(now).date()) for one in here.tasks],
            "remind_href": f"{home}remind-all/" if found.ended_at is None else "",
            "next_href": f"{home}?after={here.after}{only}" if here.after else "",
            "previous_href": f"{home}?{only[1:]}" if after else "",
            "previous_label": "The beginning",
        },
    )


@page
def remind_all(request: Request, reading_id: uuid.UUID) -> HttpResponseBase:
    """Remind everybody who has not confirmed."""
    found = reading_for(reading_id)
    waits = reminding.may_be_reminded(of_reading(found), timezone.now()).exists()
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: reminded(
            request, reminding.remind_all(reading=found, by=request.viewer.person, at=timezone.now())
        ),
        to=HOME,
        title="Remind everybody who waits",
        button="Send the reminders",
        reason="" if waits or request.method == "POST" else NOBODY,
        lead=REMINDERS,
        back_href=HOME,
    )


NOBODY = "Nobody can be reminded now. All have confirmed, have no email address, or were reminded in the last 24 hours."
REMINDERS = [
    "Everybody who has not confirmed gets one mail. It names nobody, and blames nobody.",
    "Whoever was reminded in the last 24 hours is left out. So is whoever has no email address: hand them a link or a "
    "paper form.",
]


def reminded(request: Request, count: int) -> None:
    """Say on the next page how many were reminded."""
    people = "One person is" if count == 1 else f"{count} people are"
    acts.note(request, f"{people} being reminded by mail." if count else "Nobody was left to remind.")


# --- A manager's own people ---


def manages(person: Person) -> bool:
    """Whether somebody is anybody's manager now."""
    return team_of(person, london(timezone.now()).date()).exists()


@page
def own(request: Request) -> HttpResponseBase:
    """A manager's own people and nobody else's: who has confirmed, and who has not."""
    me, now = request.viewer.person, timezone.now()
    if not manages(me):
        raise Http404
    today = london(now).date()
    after = id_in(request.GET.get("after", ""))
    here = by_name(of_team(me, today), after)
    reminding.view_register(about=me.pk, by=me, at=now)
    return render(
        request,
        "forethought/readers/own.html",
        {
            "title": "Your people",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [name_row(one, today, what=True) for one in here.tasks],
            "next_href": f"{OWN}?after={here.after}" if here.after else "",
            "previous_href": OWN if after else "",
            "previous_label": "The beginning",
        },
    )


@page
def remind_own(request: Request) -> HttpResponseBase:
    """Remind those of one's own people who have not confirmed."""
    me, now = request.viewer.person, timezone.now()
    if not manages(me):
        raise Http404
    waits = reminding.may_be_reminded(of_team(me, london(now).date()), now).exists()
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: reminded(request, reminding.remind_own(manager=me, by=me, at=now)),
        to=OWN,
        title="Remind your people who wait",
        button="Send the reminders",
        reason="" if waits or request.method == "POST" else NOBODY,
        lead=REMINDERS,
        back_href=OWN,
    )


# --- One person ---


def task_for(request: Request, task_id: uuid.UUID) -> tuple[Task, str]:
    """Somebody's task and the list that leads to it; for their manager and those who keep the register alone."""
    found = Task.objects.select_related("reading", "person").defer("seen").filter(pk=task_id).first()
    if found is None:
        raise Http404
    if request.viewer.roles & REGISTRARS:
        return found, f"{HOME}{found.reading_id}/"
    today = london(timezone.now()).date()
    if found.closed_at is None and team_of(request.viewer.person, today).filter(person=found.person_id).exists():
        return found, OWN
    raise Http404


@page
def reader(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    """One person and one thing to read: where it stands, and what can be done."""
    task, back = task_for(request, task_id)
    now = timezone.now()
    reminding.view_register(about=task.pk, by=request.viewer.person, at=now)
    signs_in = Account.objects.filter(person_id=task.person_id, is_active=True).exists()
    left = task.person.left_at is not None
    return render(
        request,
        "forethought/readers/reader.html",
        {
            "title": "One person’s reading",
            "back_href": back,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "name": task.person.name,
            "rows": task_rows(task, london(now).date(), signs_in=signs_in),
            "waits": task.done_at is None and task.closed_at is None,
            "wants_paper": spoken_day(task.wants_paper_at, year=True) if task.wants_paper_at else "",
            "base": f"{HOME}tasks/{task.pk}/",
            "why_not_remind": reminding.why_not_remind(task, now),
            "why_not_paper": PAPER_OF_ONES_OWN if task.person_id == request.viewer.person.pk else None,
            "why_not_make_link": rules.why_not_make_link(left=left, signs_in=signs_in),
        },
    )


PAPER_OF_ONES_OWN = "This is yours. Confirm it on your own page: nobody records their own paper form."


@page
def remind(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    """Remind one person."""
    task, _ = task_for(request, task_id)
    home = f"{HOME}tasks/{task.pk}/"
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: reminding.remind(task=task, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="Remind one person",
        button="Send the reminder",
        done="They are being reminded by mail.",
        reason=reminding.why_not_remind(task, timezone.now()) if request.method != "POST" else "",
        lead=["They get one mail. It asks them to read, and says nothing else."],
        back_href=home,
    )


class PaperForm(asking.Form):
    """When a paper form was signed."""

    signed_on = fields.DateBoxes(
        label="When did they sign it?",
        hint="The date on the paper. For example, 12 11 2026.",
        missing="Enter the date on the paper, like 12 11 2026.",
    )


@page
def record_paper(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    """Record a form that somebody signed on paper."""
    task, _ = task_for(request, task_id)
    home = f"{HOME}tasks/{task.pk}/"
    return acts.act(
        request,
        PaperForm(request.POST if request.method == "POST" else None),
        lambda said: procedures.record_paper(
            task=task, signed_on=said["signed_on"], by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="Record a paper form",
        button="Record it",
        done="The paper form is recorded.",
        reason=why_no_paper(request, task) if request.method != "POST" else "",
        lead=[
            f"They signed a paper that says: “{rules.said(task.reading.title)}”",
            "Keep the paper. Your name and the time are kept with this.",
        ],
        back_href=home,
    )


def why_no_paper(request: Request, task: Task) -> str:
    """Why no form can be recorded for a task, whatever its date; empty if one can."""
    if task.person_id == request.viewer.person.pk:
        return PAPER_OF_ONES_OWN
    today = london(timezone.now()).date()
    opened = london(task.reading.opened_at).date()
    done, closed = task.done_at is not None, task.closed_at is not None
    return rules.why_not_paper(signed_on=today, opened_on=opened, today=today, done=done, closed=closed) or ""


@page
def make_link(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    """Make a personal link to hand over or print. It is shown once, here."""
    task, _ = task_for(request, task_id)
    home, now = f"{HOME}tasks/{task.pk}/", timezone.now()
    form = asking.Form(request.POST if request.method == "POST" else None)
    said: dict[str, Any] = {"title": "Make a personal link", "button": "Make the link", "back_href": home}
    said["lead"] = [
        "For somebody who cannot sign in. With it they read and confirm on any phone or computer.",
        "It takes the place of any link they had before.",
    ]
    if not form.is_valid():
        signs_in = Account.objects.filter(person_id=task.person_id, is_active=True).exists()
        reason = rules.why_not_make_link(left=task.person.left_at is not None, signs_in=signs_in)
        return asking.ask(request, form, reason=reason, **said)
    try:
        link = procedures.make_link(person=task.person, by=request.viewer.person, at=now)
    except Refused as refusal:
        return acts.refused(request, form, refusal, **said)
    values = {
        "title": "A personal link",
        "back_href": home,
        "link": procedures.address_of(link),
        "ends": spoken_day(now + procedures.LINK, year=True),
    }
    return render(request, "forethought/readers/link.html", values)
