"""A complaint about how personal data was treated: a page for anybody, without an account. Clause 11.1."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.audit.procedures import Visitor
from forethought.core.clock import spoken, spoken_day
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.pages import acts, asking, crowding, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.complaining import school_for
from forethought.pages.data_protection import ABOUT
from forethought.people.models import School
from forethought.protection import complaints, rules, standing
from forethought.protection.models import DataComplaint
from forethought.protection.rules import About
from forethought.rows import inside, school_in_scope

LETTERS = {"here": "We have it", "word": "How far it is", "answer": "The answer"}


class ComplaintWords(asking.Form):
    """What somebody complains of, whoever types it in."""

    masks = True
    happened = fields.Words(
        label="What was done with the data that should not have been?",
        longest=rules.LONGEST,
        rows=6,
        hint="Or what was not done: an answer that never came, a mistake that was not put right. Leave out passwords.",
        missing="Say what happened. A few words are enough.",
    )
    wanted = fields.Words(label="What should the school do?", longest=rules.LONGEST, rows=3, required=False)
    name = fields.Line(label="Name", longest=rules.LONGEST_NAME, required=False)
    reach = fields.Line(label="A phone number or mail address", longest=rules.LONGEST_NAME, required=False)
    about = fields.Choice(
        label="Is it about something that one of these did?",
        choices=About.choices(),
        hints=ABOUT,
        missing="Choose one.",
    )

    def said(self) -> dict[str, str]:
        """What was said, as the procedures take it."""
        return {name: self.cleaned_data[name] for name in ("happened", "wanted", "name", "reach")}


class DataComplaintForm(ComplaintWords):
    """The same, from the one who complains."""

    press = fields.Line(label="", longest=36, required=False, widget=asking.forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Your name"
        self.fields["name"].help_text = "Without it we may not find the data that you mean."
        self.fields["reach"].label = "How can we reach you?"

    def clean_press(self) -> str:
        """The form's own mark; one that is none gets a new one."""
        try:
            return str(uuid.UUID(self.cleaned_data["press"]))
        except ValueError:
            return str(uuid.uuid4())


@page
def complain_of_data(request: Request, school_id: uuid.UUID | None = None) -> HttpResponseBase:
    """The short address that a school prints in its privacy notices: it leads to the form."""
    school_for(school_id)
    if school_id is None:
        return redirect("receive_data_complaint")
    return redirect("receive_data_complaint_at_school", school_id=school_id)


@page
def receive_data_complaint(request: Request, school_id: uuid.UUID | None = None) -> HttpResponseBase:
    """Take a complaint about data from anybody. No file is taken here."""
    with inside(school_for(school_id)):
        school, now = School.objects.get(pk=school_in_scope()), timezone.now()  # type: ignore[misc]
        begins = {"press": str(uuid.uuid4())}
        form = DataComplaintForm(request.POST if request.method == "POST" else None, initial=begins)
        if form.is_valid():
            here = crowding.counted(request, "data complaint")
            try:
                row, code = complaints.receive_data_complaint(
                    school=school,
                    said=form.said(),
                    about=form.cleaned_data["about"],
                    press=uuid.UUID(form.cleaned_data["press"]),
                    crowded=rules.is_crowded(from_here=here, in_last_hour=standing.in_last_hour(now)),
                    by=Visitor(uuid.uuid4()),
                    at=now,
                )
                return received(request, row, code)
            except Refused as refusal:
                asking.refuse(form, refusal)
        return asking.ask(
            request,
            form,
            title="Complain about how your data was treated",
            button="Send",
            template="forethought/protection/complain.html",
            back_href="/",
            school_name=school.name,
        )


def received(request: Request, row: DataComplaint, code: str = "") -> HttpResponse:
    """What the sender sees: that it was received, by when they hear, and what the school has written."""
    now = timezone.now()
    letters = row.notes.filter(kind__in=LETTERS).order_by("noted_at", "id")
    return render(
        request,
        "forethought/protection/received.html",
        {
            "title": "We have your complaint",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "received_at": spoken(row.received_at, now),
            "code": code,
            "by_when": spoken_day(row.due_at, now) if row.acknowledged_at is None else "",
            "letters": [
                {
                    "title": LETTERS[one.kind],
                    "at": spoken(one.noted_at, now),
                    "words": keyring.words_at_school(one, "content")["words"],
                }
                for one in letters
            ],
            "answered": row.answered_at is not None,
            "add_href": f"/data-complaint/{row.pk}/add-to-data-complaint/",
        },
    )


def own_of(request: Request, data_complaint_id: uuid.UUID) -> DataComplaint:
    """The complaint that a code opened, or “no such page”."""
    if request.visitor is None or request.visitor.id != data_complaint_id:
        raise Http404
    found: DataComplaint | None = DataComplaint.objects.filter(pk=data_complaint_id).first()
    if found is None:
        raise Http404
    return found


@page
def own_data_complaint(request: Request, data_complaint_id: uuid.UUID) -> HttpResponseBase:
    """What one sent, and what the school wrote: by code only."""
    if request.visitor is None and request.viewer is None:
        return redirect("come_back_to_report")
    return received(request, own_of(request, data_complaint_id))


class AddForm(asking.Form):
    """Something more."""

    masks = True
    words = fields.Words(
        label="What would you like to add?", longest=rules.LONGEST, rows=5, missing="Write a few words first."
    )


@page
def add_to_data_complaint(request: Request, data_complaint_id: uuid.UUID) -> HttpResponseBase:
    """Add something to a complaint one sent."""
    found = own_of(request, data_complaint_id)
    home = f"/data-complaint/{found.pk}/"
    return acts.act(
        request,
        AddForm(request.POST if request.method == "POST" else None),
        lambda said: complaints.add_to_data_complaint(
            data_complaint=found, **said, by=request.visitor, at=timezone.now()
        ),
        to=home,
        title="Add something",
        button="Send",
        done="It was added.",
        back_href=home,
    )
