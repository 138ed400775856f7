"""What falls due: the list, one thing on it, and what may be done: keep it longer, hold it, propose to let it go."""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import add_months, london, spoken_day
from forethought.evidence import bundle_rules, custody
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.paging import paged
from forethought.pages.retention_rows import LIST, due_item, due_rows, going_among, held_among, what_it_is
from forethought.retention import people, procedures, viewing
from forethought.retention.due import find
from forethought.retention.models import Due, What
from forethought.retention.schedule import Moment, rules

SHOWN = 25


@page
def list_due(request: Request) -> HttpResponseBase:
    """What is due, and what falls due in the next three months. By reference: no names."""
    now = timezone.now()
    rows = viewing.list_due(by=request.viewer.person, at=now)
    shown, links = paged(rows, request.GET.get("page", ""), SHOWN, LIST)
    ids = [row.about for row in shown]
    held, going, today = held_among(ids), going_among(ids), london(now).date()
    return render(
        request,
        "forethought/retention/due.html",
        {
            "title": "What falls due",
            "items": [due_item(row, held, going, today) for row in shown],
            "count": len(rows),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "back_href": "/keeping/",
            **links,
        },
    )


def due_for(request: Request, due_id: uuid.UUID) -> Due:
    """One thing on the list, or “no such page” for whoever may not see it."""
    found = people.sees_due(request.viewer.person, Due.objects.filter(pk=due_id), timezone.now())
    if not found:
        raise Http404
    return found[0]


def home_of(row: Due) -> str:
    """The page of one thing on the list."""
    return f"/keeping/due/{row.pk}/see-due/"


@page
def see_due(request: Request, due_id: uuid.UUID) -> HttpResponseBase:
    """One thing that falls due, and what may be done about it. Nothing of what is in it."""
    row, now = due_for(request, due_id), timezone.now()
    reasons = viewing.see_due(due=row, by=request.viewer.person, at=now)
    thing, proposed = find(row.what, row.about), procedures.open_disposal(row.what, row.about)
    why_not = procedures.why_not_now(thing, now) if thing else procedures.GONE
    is_case = row.what == What.CASE
    return render(
        request,
        "forethought/retention/see_due.html",
        {
            "title": f"{row.reference} falls due",
            "rows": due_rows(row, thing.kind if thing else "", london(now).date()),
            "reasons": [f"Until {spoken_day(kept.until_on, year=True)}: {said}" for kept, said in reasons],
            "base": f"/keeping/due/{row.pk}/",
            "proposed": proposed,
            "why_not": why_not,
            "holds": held_among([row.about]),
            "may_hold": is_case,
            "asks_birth": is_case and rules()[row.rule].moment in {Moment.CHILD_BORN, Moment.ALLEGED},
            "on_list": is_case and Case.objects.seen_by(request.viewer.person, now).filter(pk=row.about).exists(),
            "case_href": f"/cases/{row.about}/custody/" if is_case else "",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "back_href": LIST,
        },
    )


class KeepForm(asking.Form):
    """Until when, and why."""

    until_on = fields.DateBoxes(label="Until which day?", hint="Somebody looks at it again then. Ten years at most.")
    reason = fields.Words(
        label="Why?",
        longest=1000,
        rows=3,
        hint="No names. It goes with the record.",
        missing="Say why, in a few words.",
    )


@page
def keep_longer(request: Request, due_id: uuid.UUID) -> HttpResponseBase:
    """Keep one thing longer than the schedule says."""
    row = due_for(request, due_id)
    return acts.act(
        request,
        KeepForm(request.POST if request.method == "POST" else None),
        lambda said: procedures.keep_longer(due=row, by=request.viewer.person, at=timezone.now(), **said),
        to=home_of(row),
        title="Keep it longer",
        button="Keep it",
        done="It is kept until that day.",
        back_href=home_of(row),
        lead=["One person is enough. Two are needed to let it go."],
    )


class BirthForm(asking.Form):
    """Whose birthday, and which day."""

    whose = fields.Choice(
        label="Whose birthday?",
        choices=[("child", "The child’s"), ("adult", "The adult’s whom it is about")],
        missing="Choose whose birthday it is.",
    )
    born_on = fields.DateBoxes(label="Born on", earliest=1900)


@page
def note_birth(request: Request, due_id: uuid.UUID) -> HttpResponseBase:
    """Note a birthday, so that it is kept to the right day."""
    row = due_for(request, due_id)
    if row.what != What.CASE:
        raise Http404
    return acts.act(
        request,
        BirthForm(request.POST if request.method == "POST" else None),
        lambda said: procedures.note_birth(due=row, by=request.viewer.person, at=timezone.now(), **said),
        to=LIST,
        title="Note a birthday",
        button="Note it",
        done="The day is worked out anew.",
        back_href=home_of(row),
        lead=["It is sealed with the case, and shown nowhere. It goes with the case."],
    )


class HoldForm(asking.Form):
    """Why nothing may be destroyed, and when somebody looks again."""

    kind = fields.Choice(label="Why?", choices=list(bundle_rules.HOLDS.items()), missing="Choose why.")
    reason = fields.Words(
        label="What must be kept, and for whom?",
        longest=2000,
        rows=3,
        missing="Say in a few words what must be kept, and for whom.",
    )
    review_on = fields.DateBoxes(label="When do you look again?")


@page
def place_hold(request: Request, due_id: uuid.UUID) -> HttpResponseBase:
    """Stop the disposal of a case."""
    row = due_for(request, due_id)
    if row.what != What.CASE:
        raise Http404
    begins = {"review_on": add_months(london(timezone.now()).date(), custody.REVIEWED_AFTER)}
    return acts.act(
        request,
        HoldForm(request.POST if request.method == "POST" else None, initial=begins),
        lambda said: custody.place_hold(
            case_id=row.about, school_id=row.school_id, by=request.viewer.person, at=timezone.now(), **said
        ),
        to=home_of(row),
        title="Hold this case",
        button="Place the hold",
        done="Nothing of this case is destroyed while the hold stands.",
        back_href=home_of(row),
        lead=["Your name is enough. Two people lift it again, on the page of the case."],
    )


class ProposeForm(asking.Form):
    """That somebody looked."""

    looked = fields.Tick(
        label="I looked whether a claim, the police, an inquiry or the person it is about needs it kept",
        missing="Tick that you looked whether anything speaks for keeping it.",
    )


@page
def propose_disposal(request: Request, due_id: uuid.UUID) -> HttpResponseBase:
    """Propose to let a thing go."""
    row, now = due_for(request, due_id), timezone.now()
    thing = find(row.what, row.about)
    refused = procedures.why_not_now(thing, now) if thing else procedures.GONE

    def do(said: dict[str, Any]) -> Any:
        return procedures.propose_disposal(due=row, looked=said["looked"], by=request.viewer.person, at=timezone.now())

    return acts.act(
        request,
        ProposeForm(request.POST if request.method == "POST" else None),
        do,
        to=lambda made: f"/keeping/disposals/{made.pk}/see-disposal/",
        title="Propose to let it go",
        button="Propose this",
        done="Proposed. A second person must agree.",
        back_href=home_of(row),
        reason=refused if request.method == "GET" else None,
        lead=[
            f"{row.reference}: {what_it_is(row.what, thing.kind if thing else '').lower()}.",
            "A second person must agree, who had no hand in it if there is anybody. Then it waits for two weeks, and "
            "can be stopped. After that its words, its records and their keys are destroyed for good.",
        ],
    )
