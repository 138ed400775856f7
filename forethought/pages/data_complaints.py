"""Complaints about how personal data was treated, for those who see to them. Clause 11.1."""

import uuid
from datetime import datetime, time
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import from_london, spoken, spoken_day, spoken_until
from forethought.evidence import keyring
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.data_complaining import ComplaintWords
from forethought.people.models import Person
from forethought.protection import complaints, rules, standing
from forethought.protection.models import DataComplaint
from forethought.protection.rules import Outcome, Way

HOME = "/data-protection/complaints/"
NOTES = {
    "here": "Told that it is here",
    "step": "Looked at or done",
    "word": "Written to them",
    "added": "Added by the sender",
    "answer": "The answer",
}
FIRST_WORDS = (
    "Thank you for telling us. We have your complaint and look into it. We write to you here as soon as we know more. "
    "You can also ask the Information Commissioner’s Office (ICO)."
)


@page
def listing(request: Request) -> HttpResponseBase:
    """All complaints about data, open ones first. No word of them stands in it."""
    now, found = timezone.now(), standing.complaints(request.viewer.roles)
    waiting = list(found.filter(answered_at=None).order_by("due_at", "id"))
    return render(
        request,
        "forethought/protection/complaints.html",
        {
            "title": "Complaints about data",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "open": [_line(one, now) for one in waiting if not one.crowded],
            "crowded": [_line(one, now) for one in waiting if one.crowded],
            "closed": [
                _line(one, now) for one in found.exclude(answered_at=None).order_by("-answered_at")[: standing.MOST]
            ],
            "back_href": "/data-protection/",
        },
    )


def _line(row: DataComplaint, now: datetime) -> dict[str, str]:
    line = {"text": f"Came on {spoken_day(row.received_at, now)}", "href": f"{HOME}{row.pk}/"}
    if row.answered_at is not None:
        return line | {"status": "Answered"}
    if row.acknowledged_at is not None:
        return line | {"status": "To answer", "colour": "blue"}
    late = row.due_at <= now
    line["hint"] = f"Say that you have it by {spoken(row.due_at, now)}: {spoken_until(row.due_at, now)}."
    return line | ({"status": "Late", "colour": "red"} if late else {"status": "New", "colour": "orange"})


def load(request: Request, data_complaint_id: uuid.UUID) -> DataComplaint:
    """A complaint that the viewer sees to, or “no such page”."""
    rows = standing.complaints(request.viewer.roles)
    found: DataComplaint | None = rows.filter(pk=data_complaint_id).first()
    if found is None:
        raise Http404
    return found


@page
def data_complaint(request: Request, data_complaint_id: uuid.UUID) -> HttpResponseBase:
    """One complaint: its clock, what it says, what was done, what is still to do."""
    found, now = load(request, data_complaint_id), timezone.now()
    said = complaints.see_data_complaint(data_complaint=found, by=request.viewer.person, at=now)
    late = found.due_at <= now
    told = [
        ("What happened", said.get("happened")),
        ("What they want", said.get("wanted")),
        ("Name", said.get("name") or "No name given"),
        ("How to reach them", said.get("reach")),
        ("How it came", Way(found.way).words),
        ("When it came", spoken_day(found.received_at, year=True)),
        ("May be about", "" if found.about == "neither" else rules.About(found.about).words),
    ]
    return render(
        request,
        "forethought/protection/complaint.html",
        {
            "title": "Complaint about data",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "row": found,
            "base": f"{HOME}{found.pk}/",
            "clock": f"{'It was to be said' if late else 'Say'} by {spoken(found.due_at, now)} that you have it: "
            f"{spoken_until(found.due_at, now)}.",
            "state": "late" if late else "normal",
            "outcome": Outcome(found.outcome).words if found.outcome else "",
            "by_code": found.way == Way.FORM,
            "rows": [{"key": key, "value": str(value)} for key, value in told if value],
            "notes": _notes(found, now),
            "back_href": HOME,
        },
    )


def _notes(row: DataComplaint, now: datetime) -> list[dict[str, str]]:
    rows = list(row.notes.order_by("noted_at", "id"))
    by = [uuid.UUID(one.noted_by) for one in rows if one.kind != "added"]
    names = {str(pk): name for pk, name in Person.objects.filter(pk__in=by).values_list("id", "name")}
    return [
        {
            "what": NOTES[one.kind],
            "at": spoken(one.noted_at, now),
            "who": names.get(one.noted_by, "the sender"),
            "words": keyring.words_at_school(one, "content")["words"],
        }
        for one in rows
    ]


class LogForm(ComplaintWords):
    """A complaint that came on paper, by mail, by phone or in person."""

    day = fields.DateBoxes(label="On which day did it come?", missing="Write the day on which it came.")
    way = fields.Choice(
        label="How did it come?",
        choices=[(one.value, one.words) for one in (Way.LETTER, Way.SPOKEN)],
        missing="Choose.",
    )


@page
def log_data_complaint(request: Request) -> HttpResponseBase:
    """Write down a complaint that came otherwise. Its clock runs from the day on which it came."""
    form = LogForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: complaints.log_data_complaint(
            said=form.said(),
            about=said["about"],
            way=said["way"],
            received_at=from_london(said["day"], time(0)),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=lambda row: f"{HOME}{row.pk}/",
        title="A complaint that came otherwise",
        button="Write it down",
        done="It is written down. The clock runs from the day on which it came.",
        back_href=HOME,
    )


def _act(request: Request, found: DataComplaint, form: asking.Form, do: Any, **values: Any) -> HttpResponseBase:
    back = f"{HOME}{found.pk}/"
    return acts.act(
        request,
        form,
        lambda said: do(data_complaint=found, **said, by=request.viewer.person, at=timezone.now()),
        to=back,
        back_href=back,
        row=found,
        **values,
    )


def how_they_read_it(found: DataComplaint) -> str:
    """Where whoever complained finds what is written to them."""
    if found.way == Way.FORM:
        return "They read it here, with their code."
    return "They have no code. Send it to them as they came to you, and keep it here as sent."


class AcknowledgeForm(acts.Versioned):
    """That it is here."""

    words = fields.Words(
        label="What would you like to tell them?", longest=5000, rows=5, missing="Write a sentence for them."
    )


@page
def acknowledge_data_complaint(request: Request, data_complaint_id: uuid.UUID) -> HttpResponseBase:
    """Tell whoever complained that it is here."""
    found = load(request, data_complaint_id)
    form = AcknowledgeForm(
        request.POST if request.method == "POST" else None, initial={"version": found.version, "words": FIRST_WORDS}
    )
    return _act(
        request,
        found,
        form,
        complaints.acknowledge_data_complaint,
        title="Say that you have it",
        button="Send",
        done="It is kept as sent.",
        lead=[how_they_read_it(found)],
    )


class NoteForm(asking.Form):
    """Something that was done, or a word to the sender."""

    kind = fields.Choice(
        label="Whom is it for?",
        choices=[("step", "For those who see to it: what was looked at or done"), ("word", "For whoever complained")],
        missing="Choose whom it is for.",
    )
    words = fields.Words(label="In a few words", longest=rules.LONGEST, rows=5, missing="Write a few words.")


@page
def note_complaint_step(request: Request, data_complaint_id: uuid.UUID) -> HttpResponseBase:
    """Note what was done, or write how far it is."""
    found = load(request, data_complaint_id)
    return _act(
        request,
        found,
        NoteForm(request.POST if request.method == "POST" else None),
        complaints.note_complaint_step,
        title="Note something",
        button="Save",
        done="It is noted.",
        lead=[how_they_read_it(found)],
    )


class AnswerForm(acts.Versioned):
    """The answer."""

    words = fields.Words(
        label="The answer",
        longest=rules.LONGEST,
        rows=9,
        missing="Write the answer.",
        hint="What you found, and what is done. Name nobody else. That they can go to the ICO is added by itself.",
    )
    outcome = fields.Choice(label="What came of it?", choices=Outcome.choices(), missing="Choose what came of it.")


@page
def answer_data_complaint(request: Request, data_complaint_id: uuid.UUID) -> HttpResponseBase:
    """Answer a complaint and end it. The answer is kept as sent."""
    found = load(request, data_complaint_id)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return _act(
        request,
        found,
        form,
        complaints.answer_data_complaint,
        title="Answer and end it",
        button="Send the answer",
        done="The answer is kept as sent.",
        lead=[how_they_read_it(found)],
    )
