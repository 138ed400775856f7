"""An allegation online about somebody who works here: supported, acted on promptly, ended in a word. Clause 8.1."""

from datetime import datetime

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.agencies import why_not_investigate
from forethought.cases.models import Case, Decision, Kind
from forethought.cases.opening import linked_to
from forethought.cases.referring import lado_was_consulted
from forethought.evidence import keyring
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import title_of
from forethought.pages.case_rows import exhibit_rows, offices_of, party_rows, seat_rows, timeline
from forethought.pages.cases import names_shown
from forethought.pages.concerns import owed_rows
from forethought.pages.contacts import contacts
from forethought.pages.door_rules import HANDLERS
from forethought.pages.law_notes import law_notes
from forethought.pages.referral_rows import referral_rows
from forethought.pages.strand_rows import matter_rows
from forethought.people.models import Person
from forethought.reports import allegations
from forethought.reports.allegations import Found, cleared
from forethought.reports.models import StaffAllegation


def allegation_of(case: Case) -> StaffAllegation:
    """The allegation of a case, or “no such page”."""
    found = StaffAllegation.objects.select_related("case", "person").filter(case=case).first()
    if found is None:
        raise Http404
    return found


@page
def allegation(request: Request, case: Case) -> HttpResponseBase:
    """What is alleged, who is supported, what was asked outside, and how it ends."""
    now, names, found = timezone.now(), names_shown(request, case), allegation_of(case)
    key = keyring.case_key(case.school_id, case.id)
    consulted = lado_was_consulted(case)
    decisions = list(Decision.objects.filter(case=case, verb__in=("weigh", "find", "public")).order_by("decided_at"))
    offices = offices_of([one.decided_by for one in decisions], now)
    words = {"yes": "The threshold may be met", "no": "The threshold is not met", "not_sure": "Not sure"}
    return render(
        request,
        "forethought/allegations/allegation.html",
        {
            "title": "Case",
            "heading": title_of(case.opened_at, case.label, now, kind=case.kind),
            "case": case,
            "names": names,
            "handles": bool(request.viewer.roles & HANDLERS) and case.own_seat != "glass",  # type: ignore[attr-defined]
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "owed": owed_rows(case, now),
            "said": str(keyring.words(found, case_id=case.id)["words"]) if names else "",
            "parties": party_rows(case, names, key, now),
            "exhibits": exhibit_rows(case, names, key),
            "referrals": referral_rows(case, names, now),
            "refer_href": f"/cases/{case.id}/note-referral/",
            "why_not_investigate": why_not_investigate(threshold=found.threshold, consulted=consulted),
            "why_not_find": allegations.why_not_yet(found),
            "corrects": corrects(case, request.viewer.person, now),
            "found": Found(found.found).words if found.found else "",
            "cleared": cleared(found.found),
            "decisions": [
                {
                    "what": Found(one.outcome).words
                    if one.verb == "find"
                    else words.get(one.outcome, "What the school says in public"),
                    "at": one.decided_at,
                    "who": offices.get(one.decided_by, ""),
                    "reasons": str(keyring.words(one, case_id=case.id, key=key)["reasons"]) if names else "",
                }
                for one in decisions
            ],
            "matter": matter_rows(case, request.viewer.person, now, names=names),
            "timeline": timeline(case, now),
            "seats": seat_rows(case, names, now),
            "contacts": contacts(case.school_id),
            "base": f"/allegations/{case.id}/",
            "laws": law_notes("8.1"),
        },
    )


def corrects(case: Case, person: Person, at: datetime) -> str:
    """Where a site is asked to correct or remove the post: the report's own case, for somebody who may see it."""
    for one in linked_to(case=case, person=person, at=at):
        if one.kind == Kind.REPORT:
            return f"/cases/{one.id}/open-takedown/"
    return ""


class WeighForm(asking.Form):
    """Whether the threshold may be met."""

    threshold = fields.Choice(
        label="Could what is alleged mean that a child was harmed, or is at risk from this person?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
        hint="This asks what is alleged, not whether it is true. Yes or not sure: ask the designated officer first.",
    )
    words = fields.Words(
        label="What was done at once, and why do you think so?", longest=5000, rows=4, missing="Say why in a few words."
    )


@page
def weigh_allegation(request: Request, case: Case) -> HttpResponseBase:
    """Act promptly: say what it is and what was done."""
    found, home = allegation_of(case), f"/allegations/{case.id}/"
    return acts.act(
        request,
        WeighForm(request.POST if request.method == "POST" else None),
        lambda said: allegations.weigh_allegation(
            allegation=found, **said, by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="What was done at once",
        button="Save",
        done="It is noted.",
        back_href=home,
    )


class PublicForm(asking.Form):
    """Words for the public."""

    words = fields.Words(
        label="What does the school say?",
        longest=5000,
        rows=5,
        missing="Write the words.",
        hint="No names, and nothing of what was done about a person. First words, to change as you like.",
    )


PUBLIC = "We know of posts about the school. We look into what is said, and we say nothing about any person."


@page
def state_publicly(request: Request, case: Case) -> HttpResponseBase:
    """Keep what the school says in public, word for word."""
    found, home = allegation_of(case), f"/allegations/{case.id}/"
    return acts.act(
        request,
        PublicForm(request.POST if request.method == "POST" else None, initial={"words": PUBLIC}),
        lambda said: allegations.state_publicly(allegation=found, **said, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="What the school says in public",
        button="Keep these words",
        done="The words are kept.",
        template="forethought/allegations/public.html",
        back_href=home,
    )


class FindForm(acts.Versioned):
    """What was found."""

    found = fields.Choice(label="What was found?", choices=Found.choices(), missing="Choose what was found.")
    reasons = fields.Words(label="Why?", longest=10_000, rows=4, missing="Say why in a few words.")


@page
def find_allegation(request: Request, case: Case) -> HttpResponseBase:
    """Say what was found, and end it."""
    found, home = allegation_of(case), f"/allegations/{case.id}/"
    refused = allegations.why_not_yet(found)
    return acts.act(
        request,
        FindForm(request.POST if request.method == "POST" else None, initial={"version": case.version}),
        lambda said: allegations.find_allegation(allegation=found, **said, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="What was found",
        button="Save and end it",
        done="What was found is kept.",
        row=case,
        back_href=home,
        reason=refused if request.method == "GET" else None,
    )
