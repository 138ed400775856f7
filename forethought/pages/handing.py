"""A pupil posted it: handed to the behaviour lead, and what came back. Clause 8.2."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case, Report
from forethought.evidence import keyring
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import title_of
from forethought.pages.case_rows import seat_rows, timeline
from forethought.pages.cases import names_shown
from forethought.pages.concerns import owed_rows
from forethought.pages.law_notes import law_notes
from forethought.people.models import Person
from forethought.reports import handing
from forethought.reports.models import Handed


class HandForm(asking.Form):
    """The pack for the behaviour lead."""

    behaviour = fields.Pick(label="Who leads on behaviour?", choices=[], missing="Choose a person.")
    pupil = fields.Line(
        label="The pupil’s reference",
        longest=60,
        width=20,
        hint="Their number in the school’s system, or initials and class. Not the full name.",
        missing="Give the pupil’s reference.",
    )
    summary = fields.Words(
        label="What happened?",
        longest=5000,
        rows=5,
        hint="As little as is needed. Leave out who was hurt, unless it cannot be understood without.",
        missing="Write what happened in a few words.",
    )
    parent = fields.Words(label="Has anybody spoken to the parents?", longest=1000, rows=2, required=False)
    vulnerable = fields.Words(
        label="Is there a special need, or a worry about the pupil?",
        longest=1000,
        rows=2,
        required=False,
        hint="Whoever posts may need help too. The safeguarding lead sees this.",
    )


@page
def hand_over(request: Request, case: Case) -> HttpResponseBase:
    """Hand a pupil's post to the behaviour lead."""
    people = Person.objects.filter(left_at__isnull=True).order_by("name")
    form = HandForm(request.POST if request.method == "POST" else None)
    form.fields["behaviour"].choices = [("", "Choose"), *((str(p.id), p.name) for p in people)]  # type: ignore[attr-defined]
    home = f"/cases/{case.id}/"

    def do(said: dict[str, Any]) -> Handed:
        chosen = said.pop("behaviour")
        behaviour = next(one for one in people if str(one.id) == chosen)
        return handing.hand_over(case=case, behaviour=behaviour, **said, by=request.viewer.person, at=timezone.now())

    return acts.act(
        request,
        form,
        do,
        to=home,
        title="Hand it to the behaviour lead",
        button="Hand it over",
        done="It was handed over. You are told when the outcome comes back.",
        back_href=home,
        lead=[
            "The behaviour policy deals with pupils, also for what they do outside school. Staff discipline does not.",
            f"A list of {len(handing.records_to_hand(case))} records goes along, without the records themselves.",
        ],
        laws=law_notes("8.2"),
    )


class SkipForm(asking.Form):
    """Why not."""

    reason = fields.Words(label="Why?", longest=5000, rows=3, missing="Say why in a few words.")


@page
def skip_hand_off(request: Request, case: Case) -> HttpResponseBase:
    """Say why it is not handed over, or not waited for."""
    home = f"/cases/{case.id}/"
    return acts.act(
        request,
        SkipForm(request.POST if request.method == "POST" else None),
        lambda said: handing.skip_hand_off(case=case, **said, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="Do not wait for the behaviour lead",
        button="Save",
        done="Your reason is kept.",
        back_href=home,
    )


class ReleaseForm(asking.Form):
    """What the reporter may know."""

    sentence = fields.Words(
        label="What may the person who reported it know?",
        longest=2000,
        rows=3,
        missing="Write what they may know.",
        hint="They see this and nothing else of the outcome. Leave the pupil out of it.",
    )


@page
def release(request: Request, case: Case) -> HttpResponseBase:
    """Tell everybody who reported it as much as the head releases."""
    home = f"/cases/{case.id}/"

    def do(said: dict[str, Any]) -> None:
        for report in Report.objects.filter(case=case).select_related("reporter", "case"):
            handing.release(report=report, sentence=said["sentence"], by=request.viewer.person, at=timezone.now())

    return acts.act(
        request,
        ReleaseForm(request.POST if request.method == "POST" else None),
        do,
        to=home,
        title="Tell them what came of it",
        button="Send",
        done="They were told.",
        back_href=home,
    )


def handed_of(case: Case) -> Handed:
    """The hand-over of a case, or “no such page”."""
    found = Handed.objects.select_related("source__manager", "case").filter(case=case).first()
    if found is None:
        raise Http404
    return found


@page
def handed(request: Request, case: Case) -> HttpResponseBase:
    """The pack, as the behaviour lead reads it."""
    now, names, found = timezone.now(), names_shown(request, case), handed_of(case)
    said = keyring.words(found, case_id=case.id) if names else {}
    rows = [
        ("The pupil", said.get("pupil")),
        ("What happened", said.get("summary")),
        ("Parents", said.get("parent")),
        ("Needs or worries", said.get("vulnerable")),
        ("Records the school has", "\n".join(one["kind"] for one in said.get("records", []))),
    ]
    return render(
        request,
        "forethought/handed/handed.html",
        {
            "title": "Case",
            "heading": title_of(case.opened_at, case.label, now, kind=case.kind),
            "case": case,
            "names": names,
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "owed": owed_rows(case, now),
            "said": [{"key": key, "value": str(value)} for key, value in rows if value],
            "returned": found.returned_at,
            "return_href": f"/handed/{case.id}/return-outcome/",
            "may_return": case.own_seat == "behaviour",  # type: ignore[attr-defined]
            "timeline": timeline(case, now),
            "seats": seat_rows(case, names, now),
            "laws": law_notes("8.2"),
        },
    )


class OutcomeForm(asking.Form):
    """The outcome, without the file."""

    words = fields.Words(
        label="What was decided?",
        longest=5000,
        rows=4,
        missing="Write the outcome in a few words.",
        hint="The outcome only. Nothing from the pupil’s file.",
    )


@page
def return_outcome(request: Request, case: Case) -> HttpResponseBase:
    """Give the outcome back."""
    found, home = handed_of(case), f"/handed/{case.id}/"
    return acts.act(
        request,
        OutcomeForm(request.POST if request.method == "POST" else None),
        lambda said: handing.return_outcome(handed=found, **said, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="What came of it",
        button="Give it back",
        done="The outcome went back.",
        back_href=home,
    )
