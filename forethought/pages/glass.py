"""Reading one case in an emergency: asking, being asked, hearing of it, reviewing it (reliability.md 3.4).

What whoever asks is told is the same whether or not there is such a case.
"""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.cases import breaking_glass
from forethought.cases import glass_rules as rules
from forethought.cases.models import Glass
from forethought.core.clock import spoken, spoken_near
from forethought.core.errors import Refused
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import address_of
from forethought.pages.case_rows import sentence
from forethought.pages.contacts import contacts
from forethought.pages.door_rules import READERS
from forethought.people.models import Person, Role
from forethought.people.names import office_of
from forethought.prepared import Prepared

Row = dict[str, str]

STATES = {
    "waiting": "If there is such a case, somebody who may decide was asked. No answer yet.",
    "open": "You may read it.",
    "over": "Your reading is over. It is reviewed now.",
    "not_given": "It was not given.",
}

_unfinished = Prepared(lambda at: breaking_glass.unfinished(at).values_list("id"), datetime)


def lines_for(person: Person, at: datetime) -> list[Row]:
    """What waits for somebody here, for their home: to allow, to review, to know of. Most days none, for one query."""
    ids = [pk for (pk,) in _unfinished(at)]
    lines: list[Row] = []
    for glass in breaking_glass.unfinished(at).filter(pk__in=ids).order_by("asked_at") if ids else []:
        lines += line_of(glass, person, at)
    return lines


def line_of(glass: Glass, person: Person, at: datetime) -> list[Row]:
    """What one emergency reading asks of somebody: one line, or nothing."""
    base, due = f"/emergency/{glass.id}/", glass.review_due_at
    if glass.approved_at is None:
        if breaking_glass.why_not_decide(glass, person, at, letting_in=False):
            return []
        text = f"Somebody asks to read a case in an emergency. Answer by {spoken_near(glass.waits_until, at)}."
        return [{"kind": "decide", "href": f"{base}approve-reading/", "text": text, "button": "Open", "state": "late"}]
    reviewer = breaking_glass.reviewer_of(glass, at)
    if reviewer is not None and reviewer.pk == person.pk and due:
        late = at > due
        words = f"It was due by {spoken_near(due, at)}." if late else f"By {spoken_near(due, at)}."
        return [
            {
                "kind": "review",
                "href": f"{base}review-reading/",
                "text": f"Review an emergency reading of {spoken(glass.approved_at, at)}. {words}",
                "button": "Review it",
                "state": "late" if late else "normal",
            }
        ]
    if person in breaking_glass.told_of(glass, at):
        who = sentence(office_of(glass.person, at))
        text = f"{who} was let into one case in an emergency, {spoken(glass.approved_at, at)}. It is to be reviewed."
        return [{"kind": "told", "href": "/emergency/", "text": text, "button": "Open", "state": "normal"}]
    return []


def own_rows(person: Person, at: datetime) -> list[Row]:
    """What somebody asked for lately and how it stands. A no looks like no answer."""
    rows = []
    for glass in Glass.objects.filter(person=person).select_related("case").order_by("-asked_at")[:10]:
        state = rules.state_for_asker(
            asked_at=glass.asked_at, approved_at=glass.approved_at, ends_at=glass.ends_at, at=at
        )
        text = f"Asked {spoken(glass.asked_at, at)}. {STATES[state]}"
        href = ""
        if state == "open" and glass.case is not None and glass.ends_at is not None:
            text += f" It ends {spoken_near(glass.ends_at, at)}."
            href = address_of(glass.case.kind, glass.case.id)
        rows.append({"text": text, "href": href})
    return rows


@page
def emergency(request: Request) -> HttpResponseBase:
    """What an emergency reading is, and whatever waits for one."""
    now, person = timezone.now(), request.viewer.person
    return render(
        request,
        "forethought/glass/emergency.html",
        {
            "title": "In an emergency",
            "asks": bool(request.viewer.roles & READERS),
            "keeps_shares": bool(request.viewer.roles & {Role.CHAIR, Role.PROTECTION}),
            "own": own_rows(person, now),
            "lines": lines_for(person, now),
            "contacts": (known := contacts(person.school_id)),
            # The same whatever was asked about: it names somebody where nobody at the school may say yes.
            "outside": (outside := breaking_glass.outside_at(now)).name,
            "outside_contact": known.get(outside.key) or known.get("lado"),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "back_href": "/",
        },
    )


class AskForm(asking.Form):
    """Which case, and why."""

    reference = fields.Line(label="Reference of the case", longest=40, width=20, missing="Write the reference.")
    category = fields.Choice(
        label="What is the emergency?", choices=list(rules.CATEGORIES.items()), missing="Choose what the emergency is."
    )
    reason = fields.Words(
        label="Why must you read it now?",
        longest=4000,
        rows=4,
        hint=f"At least {rules.SHORTEST_REASON} letters. Whoever decides reads this, and so does the review.",
        missing="Say why.",
    )


@page
def ask_to_read(request: Request) -> HttpResponseBase:
    """Ask to read one case."""
    form = AskForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: breaking_glass.ask_to_read(**said, by=request.viewer.person, at=timezone.now()),
        to="/emergency/",
        title="Ask to read a case",
        button="Ask now",
        done=rules.ANSWER,
        back_href="/emergency/",
        lead=[
            "A life may be at risk? Call 999 first. This takes a few minutes.",
            "For one case, for an hour, to read only. A second person must say yes. "
            "The chair, the data protection officer and whoever handles it hear of it at once. It is reviewed.",
            "The answer here is always the same. It does not say whether there is such a case.",
        ],
    )


def asked_of(request: Request, glass_id: uuid.UUID) -> Glass:
    """What the viewer was asked to allow, or “no such page”."""
    found = Glass.objects.select_related("case", "person", "approver").filter(pk=glass_id).first()
    if found is None or found.case is None or found.approver_id != request.viewer.person.pk:
        raise Http404
    if found.case.exclusions.filter(person=request.viewer.person).exists():
        raise Http404
    return found


def asked_rows(glass: Glass) -> list[Row]:
    """The reference, the emergency and the reason: all that anybody sees who decides about it."""
    said = breaking_glass.said_of(glass)
    return [
        {"key": "Who asks", "value": glass.person.name},
        {"key": "Reference", "value": said["reference"]},
        {"key": "Emergency", "value": rules.CATEGORIES[glass.category]},
        {"key": "Why", "value": said["reason"]},
    ]


@page
def approve_reading(request: Request, glass_id: uuid.UUID) -> HttpResponseBase:
    """Let somebody read one case for an hour."""
    glass, now = asked_of(request, glass_id), timezone.now()
    form = asking.Form(request.POST if request.method == "POST" else None)
    reason = breaking_glass.why_not_decide(glass, request.viewer.person, now) if request.method == "GET" else None
    return acts.act(
        request,
        form,
        lambda said: breaking_glass.approve_reading(glass=glass, by=request.viewer.person, at=timezone.now()),
        to="/emergency/",
        title="Somebody asks to read a case",
        button="Yes, for one hour",
        done="They may read it for an hour.",
        back_href="/emergency/",
        template="forethought/glass/decide.html",
        rows=asked_rows(glass),
        refuse_href="" if reason else f"/emergency/{glass.id}/refuse-reading/",
        until=spoken_near(glass.waits_until, now),
        reason=reason,
    )


@page
@require_POST
def refuse_reading(request: Request, glass_id: uuid.UUID) -> HttpResponseBase:
    """Say no."""
    glass = asked_of(request, glass_id)
    try:
        breaking_glass.refuse_reading(glass=glass, by=request.viewer.person, at=timezone.now())
        acts.note(request, "It is not given.")
    except Refused as refusal:
        acts.note(request, refusal.sentence)
    return redirect("/emergency/")


class ReviewForm(asking.Form):
    """How it looks afterwards."""

    outcome = fields.Choice(
        label="How does it look now?", choices=list(rules.OUTCOMES.items()), missing="Choose how it looks now."
    )
    words = fields.Words(
        label="What did you look at?",
        longest=4000,
        rows=4,
        hint="Whom you asked, and what they say they needed. Not what is in the case.",
        missing="Say what you looked at, in a few words.",
    )


@page
def review_reading(request: Request, glass_id: uuid.UUID) -> HttpResponseBase:
    """Review a reading that one had no hand in."""
    now = timezone.now()
    glass = Glass.objects.select_related("case", "person", "approver").filter(pk=glass_id).first()
    reviewer = breaking_glass.reviewer_of(glass, now) if glass and glass.approved_at else None
    if glass is None or reviewer is None or reviewer.pk != request.viewer.person.pk:
        raise Http404
    form = ReviewForm(request.POST if request.method == "POST" else None)

    def do(said: dict[str, Any]) -> None:
        breaking_glass.review_reading(glass=glass, **said, by=request.viewer.person, at=timezone.now())

    allowed = glass.approver.name if glass.approver else ""
    given = spoken(glass.approved_at, now) if glass.approved_at else ""
    return acts.act(
        request,
        form,
        do,
        to="/emergency/",
        title="Review an emergency reading",
        button="Save the review",
        done="The review is kept.",
        back_href="/emergency/",
        template="forethought/glass/decide.html",
        rows=[*asked_rows(glass), {"key": "Allowed by", "value": f"{allowed}, {given}"}],
        reason="This has been reviewed." if glass.reviewed_at and request.method == "GET" else None,
    )
