"""Asking staff and unions about a change, reading and answering what they said, and closing. Clause F3."""

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.acknowledgements.procedures import engaged
from forethought.core.clock import london, spoken, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.consultations import AT_ONCE, load, stands, view_row
from forethought.pages.door_rules import KEEPERS
from forethought.pages.keeping import Days
from forethought.pages.paging import paged
from forethought.people.models import Person
from forethought.policies import consulting, rules, standing
from forethought.policies.models import Consultation, Invitation, Policy, Response, Revision, Union
from forethought.retention.models import Disposal, What


def revision_for(request: Request, revision_id: uuid.UUID) -> tuple[Policy, Revision]:
    """A change of this school with the policy that it is of, or “no such page”."""
    policy = standing.policy_of(request.viewer.person.school_id)
    found = Revision.objects.select_related("text", "based_on__text", "baseline__text").filter(pk=revision_id).first()
    if policy is None or found is None:
        raise Http404
    return policy, found


def page_of(revision: Revision) -> str:
    """Where the change itself is shown."""
    return f"/policy/revisions/{revision.pk}/"


# --- Asking ---


class OpenForm(acts.Versioned):
    """For how long people are asked."""

    days = Days(
        label="For how many working days?", least=rules.FEWEST_CONSULT_DAYS, most=rules.MOST_CONSULT_DAYS, hint="."
    )


@page
def open_consultation(request: Request, revision_id: uuid.UUID) -> HttpResponseBase:
    """Ask the staff and each recognised union about this very text."""
    policy, found = revision_for(request, revision_id)
    now = timezone.now()
    staff, unions = [person for person, _ in engaged(london(now).date())], list(consulting.unions_now())
    form = OpenForm(
        request.POST if request.method == "POST" else None,
        initial={"version": found.version, "days": policy.consult_days},
    )
    # Valid or not, the page says what the days in its box come to.
    typed = form.cleaned_data.get("days") if form.is_bound and (form.is_valid() or form.errors) else None
    days = typed or policy.consult_days
    last = spoken_day(rules.last_day(rules.closes_at(now, days)), now)
    form.fields["days"].help_text = f"If you ask today for {days} working days, the last day is {last}."
    reason = rules.why_not_open_consultation(
        status=found.status,
        changed=bytes(found.text.fingerprint) not in standing.agreed(policy),
        days=days,
        unheard=consulting.unheard(unions),
    )
    return acts.act(
        request,
        form,
        lambda said: consulting.open_consultation(
            policy=policy,
            revision=found,
            version=said["version"],
            days=said["days"],
            staff=staff,
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=page_of(found),
        title="Ask staff and unions",
        button="Ask them now",
        done="Staff and unions have been asked.",
        row=found,
        template="forethought/consultations/open.html",
        back_href=page_of(found),
        reason=reason if request.method == "GET" else None,
        staff=staff_said(staff),
        unions=[{"name": one.name, "speaks": union_said(one)} for one in unions],
    )


def staff_said(staff: list[Person]) -> list[str]:
    """How many people are asked, and how they hear of it."""
    count, silent = len(staff), sum(not person.email for person in staff)
    lines = [f"{count:,} people who work or help here, you included." if count != 1 else "One person: you."]
    if silent:
        have = "One of them has" if silent == 1 else f"{silent:,} of them have"
        lines.append(f"{have} no mail address here. Tell them yourself.")
    return lines


def union_said(union: Union) -> str:
    """Who speaks for a union, and whether they can be reached."""
    person = union.representative
    if person.left_at is not None:
        return f"{person.name} has left. Name somebody else first."
    return person.name if person.email else f"{person.name}. There is no mail address, so tell them yourself."


@page
def withdraw_consultation(request: Request, revision_id: uuid.UUID) -> HttpResponseBase:
    """Stop asking, so that the text can change."""
    _, found = revision_for(request, revision_id)
    form = acts.Versioned(request.POST if request.method == "POST" else None, initial={"version": found.version})
    reason = rules.why_not_move("withdraw_consultation", status=found.status)
    return acts.act(
        request,
        form,
        lambda said: consulting.withdraw_consultation(
            revision=found, version=said["version"], by=request.viewer.person, at=timezone.now()
        ),
        to=page_of(found),
        title="Stop asking",
        button="Withdraw the consultation",
        done="The consultation is withdrawn.",
        row=found,
        back_href=page_of(found),
        reason=reason if request.method == "GET" else None,
        lead=[
            "Do this when the text must change. You then ask afresh about the new text, for the full time.",
            "What people said so far is kept. You can still answer it.",
        ],
    )


# --- What they said ---


@page
def views_on(request: Request, revision_id: uuid.UUID) -> HttpResponseBase:
    """From a change to what was said about it: the consultation that was opened last."""
    _, found = revision_for(request, revision_id)
    last = found.consultations.order_by("-opened_at").first()
    if last is None:
        raise Http404
    return redirect("views_given", consultation_id=last.pk)


@page
def views(request: Request, consultation_id: uuid.UUID) -> HttpResponseBase:
    """What unions and staff said, each with its answer, and whether it can be closed. Looking is noted."""
    found, now = load(consultation_id), timezone.now()
    if request.method in {"GET", "HEAD"}:
        consulting.view_responses(consultation=found, by=request.viewer.person, at=now)
    responses = list(
        Response.objects.filter(consultation=found)
        .select_related("invitation__union", "reply", "person")
        .order_by("responded_at", "pk")
    )
    ours = [one for one in responses if one.invitation.union_id is None]
    # What waits for an answer comes first.
    ours.sort(key=lambda one: hasattr(one, "reply"))
    home = f"/consultations/{found.pk}/"
    shown, links = paged(ours, request.GET.get("page", ""), AT_ONCE, f"{home}views/")
    counts = standing.views_of(found)
    keeps = bool(request.viewer.roles & KEEPERS)
    ended = found.withdrawn_at is not None or found.closed_at is not None
    gone = Disposal.objects.filter(what=What.CONSULTATION, about=found.pk, done_at__isnull=False).first()
    return render(
        request,
        "forethought/consultations/views.html",
        {
            "title": "What people said",
            "back_href": page_of(found.revision) if keeps else home,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "asked": found,
            "revision": page_of(found.revision),
            "stands": stands(found, now),
            "counts": [f"{counts.in_time:,} in time", f"{len(responses) - counts.in_time:,} late"],
            "unreplied": counts.unreplied,
            "gone": spoken_day(gone.done_at, year=True) if gone and gone.done_at else "",
            "unions": [union_row(one, responses, now, gone=gone is not None) for one in invitations_of(found)],
            "stances": stances_of(ours),
            "ours": [view_row(one, now) for one in shown],
            "keeps": keeps,
            "ended": ended,
            "why_not_close": why_not_close(found, now),
            **links,
        },
    )


def why_not_close(consultation: Consultation, at: datetime) -> str | None:
    """What stands against closing now, before an outcome is chosen."""
    return rules.why_not_close_consultation(
        status=consultation.revision.status,
        closes=consultation.closes_at,
        at=at,
        views=standing.views_of(consultation),
    )


def invitations_of(consultation: Consultation) -> Iterable[Invitation]:
    """The unions that were asked, by name."""
    found: Iterable[Invitation] = (
        consultation.invitations.filter(union__isnull=False)
        .select_related("union", "person")
        .order_by("union__name", "pk")
    )
    return found


def union_row(invitation: Invitation, responses: list[Response], at: datetime, *, gone: bool = False) -> dict[str, Any]:
    """One union: who speaks for it, whether it has answered, and what it said."""
    theirs = [one for one in responses if one.invitation_id == invitation.pk]
    if any(not one.late for one in theirs):
        tag = {"status": "Answered", "colour": "green"}
    elif theirs:
        tag = {"status": "Answered late", "colour": "yellow"}
    elif invitation.silent_at is not None:
        tag = {"status": "No response", "colour": "grey"}
    elif gone:
        tag = {"status": "Answered", "colour": "green"}
    else:
        tag = {"status": "No answer yet", "colour": "blue"}
    told = f"Asked at {spoken(invitation.asked_at, at)}."
    if invitation.reminded_at is not None:
        told += f" Last reminded at {spoken(invitation.reminded_at, at)}."
    if invitation.silent_at is not None:
        told += f" No answer in time: noted at {spoken(invitation.silent_at, at)}."
    return {
        "name": invitation.union.name if invitation.union else "",
        "speaks": invitation.person.name if invitation.person else "",
        "told": told,
        "views": [{**view_row(one, at), "by": one.person.name} for one in theirs],
        **tag,
    }


def stances_of(responses: Iterable[Response]) -> list[dict[str, str]]:
    """How many of the staff said what in time; whoever spoke twice counts once, with what they said last."""
    last = {one.person_id: one.stance for one in sorted(responses, key=lambda one: one.responded_at) if not one.late}
    counts = Counter(last.values())
    return [{"key": one.words, "value": f"{counts[one]:,}"} for one in rules.Stance]


class ReplyForm(asking.Form):
    """The answer to one view."""

    words = fields.Words(
        label="Your answer",
        longest=8000,
        rows=8,
        missing="Write the answer. Who gave this view will read it.",
        hint="Say what changes because of it, or why it does not.",
    )


@page
def reply(request: Request, consultation_id: uuid.UUID, response_id: uuid.UUID) -> HttpResponseBase:
    """Answer a view, once, in writing."""
    found, now = load(consultation_id), timezone.now()
    response = (
        Response.objects.filter(pk=response_id, consultation=found)
        .select_related("invitation__union", "reply", "person", "consultation")
        .first()
    )
    if response is None:
        raise Http404
    home = f"/consultations/{found.pk}/views/"
    form = ReplyForm(request.POST if request.method == "POST" else None)
    reason = rules.why_not_reply(answered=hasattr(response, "reply"), words="-")
    return acts.act(
        request,
        form,
        lambda said: consulting.reply(
            response=response, words=said["words"], by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="Answer this view",
        button="Send the answer",
        done="The answer is sent.",
        template="forethought/consultations/reply.html",
        back_href=home,
        reason=reason if request.method == "GET" else None,
        view=view_row(response, now),
        inset="Whoever gave this view reads your answer. So do those who read all views. It cannot be changed later.",
    )


# --- Closing ---


class CloseForm(acts.Versioned):
    """How it ended."""

    outcome = fields.Choice(label="How did it end?", choices=rules.Outcome.choices(), missing="Choose how it ended.")
    reasons = fields.Words(
        label="In a few words, what was said and what the school does about it",
        longest=4000,
        required=False,
        hint="Needed if it was not agreed. Everybody who was asked can read it.",
    )


@page
def close_consultation(request: Request, revision_id: uuid.UUID) -> HttpResponseBase:
    """Close the consultation with an outcome that is true."""
    _, found = revision_for(request, revision_id)
    last = standing.last_consultation(found)
    if last is None:
        raise Http404
    home = f"/consultations/{last.pk}/views/"
    form = CloseForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return acts.act(
        request,
        form,
        lambda said: consulting.close_consultation(
            revision=found,
            version=said["version"],
            outcome=rules.Outcome(said["outcome"]),
            reasons=said["reasons"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=page_of(found),
        title="Close the consultation",
        button="Close it",
        done="The consultation is closed.",
        row=found,
        back_href=home,
        reason=why_not_close(last, timezone.now()) if request.method == "GET" else None,
        lead=[
            "A union that has not answered is noted with “no response”.",
            "After this the body that approves the policy can decide. If the text changes, you ask again.",
        ],
    )
