"""Asking for the data about oneself: signed in or without an account, and reading the answer. Clause 11.1."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.audit.procedures import Visitor
from forethought.core.clock import spoken, spoken_day
from forethought.core.errors import Refused
from forethought.evidence.reading import Damaged
from forethought.evidence.viewing import note_fault
from forethought.pages import acts, asking, crowding, fields, sealed
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.complaining import school_for
from forethought.pages.content import plain
from forethought.pages.middleware import Viewer
from forethought.pages.streaming import while_allowed
from forethought.people.models import Person, School
from forethought.protection import access, answer_files, answering, rules
from forethought.protection.access_models import AccessRequest
from forethought.rows import inside, school_in_scope

HOME = "/data-protection/"


class AskForm(asking.Form):
    """What somebody wants to see."""

    asks = fields.Words(
        label="What would you like to see?",
        longest=rules.LONGEST,
        rows=4,
        required=False,
        hint="Leave it empty for everything that this system holds about you. A time or a matter makes it quicker.",
    )


@page
def ask_for_own_data(request: Request) -> HttpResponseBase:
    """Ask, signed in, for the data about oneself."""
    return acts.act(
        request,
        AskForm(request.POST if request.method == "POST" else None),
        lambda said: access.ask_for_own_data(**said, by=request.viewer.person, at=timezone.now()),
        to=lambda row: f"{HOME}own/{row.pk}/",
        title="Ask for your own data",
        button="Ask for it",
        done="The school has it.",
        back_href=HOME,
        lead=[
            "The school answers within a month. Names of others are taken out.",
            "You need give no reason. Asking is never held against you.",
        ],
    )


class VisitorForm(AskForm):
    """The same, from somebody without an account."""

    name = fields.Line(label="Your name", longest=rules.LONGEST_NAME, missing="Write your name.")
    reach = fields.Line(
        label="How can we reach you?",
        longest=rules.LONGEST_NAME,
        missing="Write a phone number, a mail address or an address.",
        hint="Somebody checks with you who you are before anything is shown. Do not send papers here.",
    )
    press = fields.Line(label="", longest=36, required=False, widget=asking.forms.HiddenInput)

    def clean_press(self) -> str:
        """The form's own mark; one that is none gets a new one."""
        try:
            return str(uuid.UUID(self.cleaned_data["press"]))
        except ValueError:
            return str(uuid.uuid4())


@page
def receive_access_request(request: Request, school_id: uuid.UUID | None = None) -> HttpResponseBase:
    """Take a request from anybody. No file is taken here."""
    with inside(school_for(school_id)):
        school, now = School.objects.get(pk=school_in_scope()), timezone.now()  # type: ignore[misc]
        form = VisitorForm(request.POST if request.method == "POST" else None, initial={"press": str(uuid.uuid4())})
        form.order_fields(["name", "reach", "asks", "press"])
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("name", "reach", "asks")}
            try:
                row, code = access.receive_access_request(
                    school_id=school.pk,
                    said=said,
                    press=uuid.UUID(form.cleaned_data["press"]),
                    crowded=rules.is_crowded(
                        from_here=crowding.counted(request, "data request"), in_last_hour=access.in_last_hour(now)
                    ),
                    by=Visitor(uuid.uuid4()),
                    at=now,
                )
                return shown(request, row, code=code)
            except Refused as refusal:
                asking.refuse(form, refusal)
        return asking.ask(
            request,
            form,
            title="Ask for the data about you",
            button="Send",
            back_href="/",
            lead=[
                f"{school.name} answers within a month. You need no account and give no reason.",
                "After you send it you get a code, with which you come back to read the answer.",
            ],
        )


def shown(request: Request, row: AccessRequest, *, code: str = "") -> HttpResponse:
    """What whoever asked sees: how far it is, and once it is answered, the answer."""
    now = timezone.now()
    return render(
        request,
        "forethought/protection/own_request.html",
        {
            "title": "Your request",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "code": code,
            "received_on": spoken_day(row.received_at, now),
            "due": spoken(row.due_at, now) if row.due_at else "",
            "waits_for": row.waits_for,
            "identity": row.identity_at is not None,
            "answer": answering.answer_of(row, None) if row.closed_at else None,
            "file_href": f"{own_href(request, row)}file/",
            "file_base": own_href(request, row),
            "back_href": HOME if request.viewer else "/",
        },
    )


def own_href(request: Request, row: AccessRequest) -> str:
    """Where whoever asked reads it: signed in, or by their code."""
    return f"{HOME}own/{row.pk}/" if request.viewer else f"/data-request/{row.pk}/"


def own_of(request: Request, access_request_id: uuid.UUID) -> AccessRequest:
    """A request of the viewer's own, or “no such page”."""
    found: AccessRequest | None = AccessRequest.objects.filter(
        pk=access_request_id, person=request.viewer.person
    ).first()
    if found is None:
        raise Http404
    return found


@page
def own_access_request(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """One's own request and its answer, signed in and proved anew."""
    if (way := sealed.unproved(request)) is not None:
        return way
    return shown(request, own_of(request, access_request_id))


@page
def own_answer_file(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """The answer as a file."""
    if (way := sealed.unproved(request)) is not None:
        return way
    return as_file(own_of(request, access_request_id))


def by_code(request: Request, access_request_id: uuid.UUID) -> AccessRequest:
    """The request that a code opened, or “no such page”."""
    if request.visitor is None or request.visitor.id != access_request_id:
        raise Http404
    found: AccessRequest | None = AccessRequest.objects.filter(pk=access_request_id).first()
    if found is None:
        raise Http404
    return found


@page
def access_request_by_code(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """A request and its answer, by the code of whoever sent it."""
    if request.visitor is None and request.viewer is None:
        return redirect("come_back_to_report")
    return shown(request, by_code(request, access_request_id))


@page
def answer_file_by_code(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """The answer as a file, by the code."""
    return as_file(by_code(request, access_request_id))


def as_file(row: AccessRequest) -> HttpResponse:
    """The answer as a text file whose name says nothing."""
    if row.closed_at is None:
        raise Http404
    headers: dict[str, Any] = {"Content-Disposition": 'attachment; filename="answer.txt"'}
    text = answering.answer_of(row, None).text()
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


@page
def own_answer_copy(request: Request, access_request_id: uuid.UUID, number: int) -> HttpResponseBase:
    """One of the files of one's own answer, signed in and proved anew."""
    if (way := sealed.unproved(request)) is not None:
        return way
    return answer_copy(request, own_of(request, access_request_id), number, reader=None, by=request.viewer.person)


@page
def answer_copy_by_code(request: Request, access_request_id: uuid.UUID, number: int) -> HttpResponseBase:
    """One of the files of an answer, by the code."""
    found = by_code(request, access_request_id)
    return answer_copy(request, found, number, reader=None, by=Visitor(found.pk))


def answer_copy(
    request: Request, row: AccessRequest, number: int, *, reader: Person | None, by: Person | Visitor
) -> HttpResponseBase:
    """A file of an answer that this reader has, to take along; its name says nothing. Else no such page."""
    if reader is None and row.closed_at is None:
        raise Http404
    files = {one.number: one for one in answering.answer_of(row, reader).files}
    file = files.get(number)
    if file is None or not file.is_here:
        raise Http404
    try:
        pieces = answer_files.fetch_answer_file(access_request=row, file=file, by=by, at=timezone.now())
    except Damaged as damaged:
        assert file.recording is not None
        note_fault(exhibit=file.recording, piece=damaged.piece, by=by, at=timezone.now())
        return plain("This file is not what was kept. Nothing of it is given out. Ask the school.", 409)
    response: HttpResponse | StreamingHttpResponse
    if file.recording is not None:
        # A film may be gigabytes: it is read while it is sent.
        def still(viewer: Viewer, at: datetime) -> bool:
            return any(one.number == number and one.is_here for one in answering.answer_of(row, reader).files)

        sent = while_allowed(request, pieces, still) if request.viewer else pieces
        response = StreamingHttpResponse(sent, content_type=file.media_type)
        response["Content-Length"] = str(file.recording.size)
    else:
        response = HttpResponse(b"".join(pieces), content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
