"""A complaint from outside: a page for anybody, without an account, and where their code leads. Clause 8.1."""

import uuid
from datetime import datetime

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.audit.procedures import Visitor
from forethought.core.clock import spoken
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.pages import acts, asking, crowding, fields, visits
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.contacts import contacts
from forethought.people.models import School, Wake
from forethought.reports import complaints, held
from forethought.reports.forking import COMPLAINANTS
from forethought.reports.models import Complaint, HeldComplaint
from forethought.rows import inside, school_in_scope


class ComplaintForm(asking.Form):
    """What somebody outside tells the school."""

    masks = True
    danger = fields.Choice(
        label="Is anyone in danger now?", choices=asking.YES_NO_NOT_SURE, missing="Choose yes, no or not sure."
    )
    who = fields.Choice(
        label="Who are you to the school?",
        choices=list(COMPLAINANTS.items()),
        missing="Choose who you are to the school.",
    )
    happened = fields.Words(
        label="What happened?",
        longest=20_000,
        rows=7,
        hint="Your own words. Leave out passwords. Do not send or describe pictures of children.",
        missing="Tell us what happened. A few words are enough.",
    )
    where = fields.Line(label="Where is it, if it is online?", longest=2000, required=False)
    staff = fields.Choice(
        label="Is it about somebody who works or helps at the school?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
    )
    about = fields.Line(label="If so, who?", longest=200, required=False, hint="A guess is fine. Say it is one.")
    head = fields.Choice(
        label="Could it be the headteacher?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
        hints={"yes": "The chair of governors deals with it. The headteacher never sees it."},
    )
    child = fields.Choice(
        label="May a child be at risk?", choices=asking.YES_NO_NOT_SURE, missing="Choose yes, no or not sure."
    )
    name = fields.Line(
        label="Your name", longest=120, required=False, hint="Without it we can look into less, and cannot check."
    )
    reach = fields.Line(
        label="How can we reach you?", longest=200, required=False, hint="A phone number or an email address."
    )
    press = fields.Line(label="", longest=36, required=False, widget=asking.forms.HiddenInput)

    def clean_press(self) -> str:
        """The form's own mark; one that is none gets a new one."""
        try:
            return str(uuid.UUID(self.cleaned_data["press"]))
        except ValueError:
            return str(uuid.uuid4())


def school_for(school_id: uuid.UUID | None) -> uuid.UUID:
    """The school whose page this is: the only one here, or the one that the address names. Else no such page."""
    known = set(Wake.objects.values_list("school_id", flat=True)[:2]) if school_id is None else {school_id}
    if school_id is not None and not Wake.objects.filter(school_id=school_id).exists():
        raise Http404
    if len(known) != 1:
        raise Http404
    return known.pop()


@page
def complain(request: Request, school_id: uuid.UUID | None = None) -> HttpResponseBase:
    """The short address that a school prints: it leads to the form."""
    school_for(school_id)
    if school_id is None:
        return redirect("receive_complaint")
    return redirect("receive_complaint_at_school", school_id=school_id)


@page
def receive_complaint(request: Request, school_id: uuid.UUID | None = None) -> HttpResponseBase:
    """Take a complaint from anybody. No file is taken here."""
    with inside(school_for(school_id)):
        school = School.objects.get(pk=school_in_scope())  # type: ignore[misc]
        form = ComplaintForm(request.POST if request.method == "POST" else None, initial={"press": str(uuid.uuid4())})
        if form.is_valid():
            answers = dict(form.cleaned_data)
            press = uuid.UUID(answers.pop("press"))
            try:
                # Not the press: whoever sends chooses it, and might choose the id of somebody here.
                return take(request, school, answers, press)
            except Refused as refusal:
                asking.refuse(form, refusal)
        return asking.ask(
            request,
            form,
            title="Complain to the school",
            button="Send",
            template="forethought/complaints/complain.html",
            back_href="/",
            contacts=contacts(school.id),
            school_name=school.name,
        )


def take(request: Request, school: School, answers: dict[str, object], press: uuid.UUID) -> HttpResponseBase:
    """Receive a complaint; in a flood, keep it until its sender has shown that a person sent it. Raises Refused."""
    by, now = Visitor(uuid.uuid4()), timezone.now()
    if held.is_crowded(from_here=crowding.counted(request, "complaint"), at=now):
        row, code = held.hold_complaint(school=school, answers=answers, press=press, by=by, at=now)
        answer = held_page(request, row, code)
        return visits.with_visit(answer, school.pk, row.pk, now)
    complaint, code = complaints.receive_complaint(school=school, answers=answers, press=press, by=by, at=now)
    return received(request, complaint, code)


def held_page(request: Request, row: HeldComplaint, code: str = "") -> HttpResponse:
    """What the sender of a held complaint sees: that it is kept, and how it goes on."""
    return render(
        request,
        "forethought/complaints/held.html",
        {
            "title": "One more step",
            "code": code,
            "mailed": row.mail_at is not None or row.mailed_at is not None,
            "confirm_href": f"/complaint/{row.id}/confirm-complaint/",
            "until": spoken(row.ends_at, timezone.now()),
            "contacts": contacts(row.school_id),
        },
    )


class ConfirmForm(asking.Form):
    """The code from the mail."""

    code = fields.Line(
        label="The code from the mail",
        longest=20,
        width=10,
        required=False,
        hint="You gave no address, or no mail came? Come back in half an hour, and leave this empty.",
    )


@page
def confirm_complaint(request: Request, complaint_id: uuid.UUID) -> HttpResponseBase:
    """Show that a person sent it."""
    if request.visitor is None or request.visitor.id != complaint_id:
        raise Http404
    row = HeldComplaint.objects.select_related("school").filter(pk=complaint_id).first()
    if row is None:
        raise Http404

    def do(said: dict[str, str]) -> Complaint:
        try:
            return held.confirm_complaint(held=row, code=said["code"], by=request.visitor, at=timezone.now())
        except Refused:
            if said["code"]:
                held.note_wrong_code(held=row, by=request.visitor, at=timezone.now())
            raise

    return acts.act(
        request,
        ConfirmForm(request.POST if request.method == "POST" else None),
        do,
        to=lambda complaint: f"/complaint/{complaint.id}/",
        title="Show that a person sent it",
        button="Send it to the school",
        done="The school has it now.",
        back_href=f"/complaint/{row.id}/",
        lead=["Very many are being sent at the moment. In danger now? Call 999."],
    )


def received(request: Request, complaint: Complaint, code: str = "") -> HttpResponse:
    """What the sender sees: that it was received, and what the school has written to them."""
    now = timezone.now()
    letters = complaint.notes.filter(kind__in=("answer", "letter")).order_by("noted_at")
    return render(
        request,
        "forethought/complaints/received.html",
        {
            "title": "We have your complaint",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "reference": complaint.case.reference,
            "received_at": spoken(complaint.received_at, now),
            "code": code,
            "by_when": due_of(complaint, now),
            "letters": [
                {"at": one.noted_at, "words": keyring.words(one, case_id=complaint.case_id)["words"]} for one in letters
            ],
            "ended": complaint.case.status == "closed",
            "outside": complaint.case.outside,
            "held": complaint.case.manager_id is None,
            "add_href": f"/complaint/{complaint.id}/add-to-complaint/",
            "contacts": contacts(complaint.school_id),
        },
    )


def due_of(complaint: Complaint, at: datetime) -> str:
    """By when a person answers, or nothing once one has."""
    due = complaint.case.owed.filter(kind="answer", done_at__isnull=True).first()
    return spoken(due.due_at, at) if due else ""


def own_of(request: Request, complaint_id: uuid.UUID) -> Complaint:
    """The complaint that a code opened, or “no such page”."""
    if request.visitor is None or request.visitor.id != complaint_id:
        raise Http404
    found = Complaint.objects.select_related("case__manager", "school").filter(pk=complaint_id).first()
    if found is None:
        raise Http404
    return found


@page
def own_complaint(request: Request, complaint_id: uuid.UUID) -> HttpResponseBase:
    """What one sent, and what the school wrote: by code only."""
    if request.visitor is None and request.viewer is None:
        return redirect("come_back_to_report")
    if request.visitor is not None and request.visitor.id == complaint_id:
        row = HeldComplaint.objects.filter(pk=complaint_id).first()
        if row is not None:
            return held_page(request, row)
    return received(request, own_of(request, complaint_id))


class AddForm(asking.Form):
    """Something more."""

    masks = True
    words = fields.Words(
        label="What would you like to add?", longest=20_000, rows=5, missing="Write a few words first."
    )


@page
def add_to_complaint(request: Request, complaint_id: uuid.UUID) -> HttpResponseBase:
    """Add something to a complaint."""
    complaint = own_of(request, complaint_id)
    home = f"/complaint/{complaint.id}/"
    return acts.act(
        request,
        AddForm(request.POST if request.method == "POST" else None),
        lambda said: complaints.add_to_complaint(complaint=complaint, **said, by=request.visitor, at=timezone.now()),
        to=home,
        title="Add something",
        button="Send",
        done="It was added.",
        back_href=home,
    )
