"""What somebody is asked themselves: read, answered, a copy given. Theirs alone; of the case they see nothing else.

They are kept out of the case, so its door is not theirs. Here the door is the person. Clauses 9.2, 9.2a, 9.2b, 2.3.
"""

import uuid
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import spoken
from forethought.evidence.models import Exhibit, Grant
from forethought.investigations import asking_along, cooperation
from forethought.investigations.weighing_models import CooperationRequest
from forethought.pages import acts, proving, records
from forethought.pages.access import View, page
from forethought.pages.asked import Request
from forethought.pages.cooperation import AnswerForm
from forethought.pages.exhibits import known_of
from forethought.pages.records import Place
from forethought.people.models import Person


def mine(view: View) -> View:
    """Give a view the request that the viewer is asked with, after a fresh proof; to all others: no such page."""

    @wraps(view)
    def held(request: Request, request_id: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        within = settings.STEP_UP_ENTER_SECONDS + (settings.IDLE_SECONDS if request.method == "POST" else 0)
        if not proving.proved_within(request, within):
            return proving.ask_to_prove(request)
        rows = CooperationRequest.objects.select_related("case__manager", "case__school", "person")
        found = rows.filter(pk=request_id, person=request.viewer.person).first()
        if found is None:
            raise Http404
        return view(request, found, **kwargs)

    return held


def asked_on_home(person: Person, at: datetime) -> list[dict[str, str]]:
    """What somebody is asked, as neutral lines for their home."""
    return [
        {"href": f"/asked/{request_id}/", "text": f"You are asked for something. Answer by {spoken(due_at, at)}"}
        for request_id, due_at in asking_along.asked_of(person)
    ]


@page
def listing(request: Request) -> HttpResponseBase:
    """Everything one is asked now."""
    return render(
        request,
        "forethought/weighing/asked_list.html",
        {
            "title": "What you are asked",
            "rows": asked_on_home(request.viewer.person, timezone.now()),
            "back_href": "/",
        },
    )


@page
@mine
def asked(request: Request, found: CooperationRequest) -> HttpResponseBase:
    """What one is asked, why, until when, and what one may answer. Each reading is noted."""
    now = timezone.now()
    said = asking_along.read_request(request=found, by=request.viewer.person, at=now)
    last = asking_along.last_answer(found)
    own = found.answers.filter(answer__in=cooperation.answers_for(found.device)).order_by("-answered_at", "-id").first()
    ended = asking_along.is_ended(found)
    return render(
        request,
        "forethought/weighing/asked.html",
        {
            "title": "What you are asked",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "request_row": found,
            "own_device": found.device != "school",
            "scope": said["scope"],
            "reasons": said["reasons"],
            "due": spoken(found.due_at, now),
            "late": found.due_at < now,
            "ended": ended,
            "withdrawn": bool(last and last.answer == "withdrawn"),
            "answer": cooperation.answers_for(found.device)[own.answer] if own else "",
            "answered": spoken(own.answered_at, now) if own else "",
            "exports": bool(own and own.answer == "export" and not ended),
            "copies": exhibits_of(found).count(),
            "neutral": cooperation.NEUTRAL,
            "base": f"/asked/{found.pk}/",
        },
    )


@page
@mine
def answer_cooperation(request: Request, found: CooperationRequest) -> HttpResponseBase:
    """Answer."""
    form = AnswerForm(request.POST if request.method == "POST" else None, device=found.device)
    form.fields["answer"].label = "What would you like to do?"
    here = f"/asked/{found.pk}/"
    return acts.act(
        request,
        form,
        lambda said: asking_along.answer_cooperation(
            request=found, **said, by=request.viewer.person, at=timezone.now()
        ),
        to=here,
        title="Your answer",
        button="Send my answer",
        done="Your answer is noted.",
        back_href=here,
        reason="This request has ended. Nothing is asked of you now."
        if request.method == "GET" and asking_along.is_ended(found)
        else None,
        lead=[
            "You may get advice first, from your union or somebody else.",
            cooperation.NEUTRAL,
            "You can change your answer until the request ends. Whoever works on the matter reads it.",
        ],
    )


# --- A copy, through the gate ---


def place_of(found: CooperationRequest, grant: Grant | None = None) -> Place:
    """Where the person asked adds a copy."""
    base = f"/asked/{found.pk}/"
    add = f"{base}records/{grant.id}/" if grant else ""
    return Place(base, add, f"{base}answer-gate/", found.case_id, found.school_id)


def place_of_grant(grant: Grant) -> Place | None:
    """The same, from a grant that the person asked was given; nothing where its holder was not asked in that case."""
    found = asked_with(grant)
    return place_of(found, grant) if found else None


def asked_with(grant: Grant) -> CooperationRequest | None:
    """The newest request to the holder of a grant in its case."""
    rows = CooperationRequest.objects.filter(case_id=grant.case_id, person_id=grant.holder)
    found: CooperationRequest | None = rows.select_related("case__manager").order_by("-asked_at", "-id").first()
    return found


def exhibits_of(found: CooperationRequest) -> Any:
    """The copies that the person asked gave themselves."""
    return Exhibit.objects.filter(case_id=found.case_id, received_by=str(found.person_id))


def open_now(found: CooperationRequest) -> None:
    """A copy is taken while the request runs; afterwards there is no such page."""
    if asking_along.is_ended(found) or found.device == "school":
        raise Http404


@page
@mine
def answer_gate(request: Request, found: CooperationRequest) -> HttpResponseBase:
    """The gate, as for anybody who adds a record."""
    open_now(found)
    return records.gate(request, place_of(found), known_of(found.case), lambda grant: place_of(found, grant))


@page
@mine
def add(request: Request, found: CooperationRequest, grant_id: uuid.UUID) -> HttpResponseBase:
    """The file control, for a copy of what was asked for."""
    open_now(found)
    grant = records.grant_for(request, grant_id, found.case_id)
    return records.add_under(request, place_of(found, grant), grant)


@page
@mine
def stop(request: Request, found: CooperationRequest, grant_id: uuid.UUID) -> HttpResponseBase:
    """What to do instead of copying."""
    return records.stop_page(request, records.grant_for(request, grant_id, found.case_id), place_of(found))


@page
@mine
def describe_record(request: Request, found: CooperationRequest, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Complete a copy one gave oneself."""
    open_now(found)
    exhibit = exhibits_of(found).filter(pk=exhibit_id).first()
    if exhibit is None:
        raise Http404
    return records.describe_page(request, exhibit, f"/asked/{found.pk}/")
