"""Coming in without an account: the staffroom code, and the code of a receipt. Clause 2.5.

Limits here slow one browser down, never an address: a whole school may sit behind one.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from forethought.pages import asking, doorways, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.people import codes
from forethought.people.models import Doorway
from forethought.protection.access_models import AccessRequest
from forethought.protection.models import DataComplaint
from forethought.reports.models import Complaint, HeldComplaint
from forethought.rows import inside
from forethought.safeguarding.models import Concern

VISIT = timedelta(hours=8)
UNKNOWN = "That code is not known here. Check it letter by letter, or ask the school office."


class StaffroomForm(asking.Form):
    """The code on the staffroom wall."""

    code = fields.Line(
        label="Staffroom code",
        longest=20,
        width=10,
        hint="It hangs in the staffroom, or the office has it. For example, K7QW-4M2X.",
        missing="Type the code from the staffroom.",
    )


class ReceiptForm(asking.Form):
    """The code of a receipt."""

    code = fields.Line(
        label="Your code",
        longest=60,
        width=30,
        hint="The one you wrote down when you sent your report.",
        missing="Type the code you were given.",
    )


@page
def enter(request: Request) -> HttpResponseBase:
    """Come in with the staffroom code. It lets somebody report; it lets nobody read."""
    form = StaffroomForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = timezone.now()
        door = doorways.find("staffroom", codes.tidy(form.cleaned_data["code"]), now)
        if door is not None:
            then = "raise_concern" if request.GET.get("for") == "concern" else "report_start"
            return with_visit(redirect(then), door.school_id, uuid.uuid4(), now)
        form.add_error("code", UNKNOWN)
    return asking.ask(
        request,
        form,
        title="Report without an account",
        button="Go on",
        back_href="/report/",
        exit_url="/leave/",
        lead=["For agency staff, governors, volunteers and anybody without an account."],
    )


@page
def come_back_to_report(request: Request) -> HttpResponseBase:
    """Come back with the code of a receipt. Typed, never in an address."""
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = timezone.now()
        code = codes.tidy(form.cleaned_data["code"])
        door = None if codes.mistyped(code) else doorways.find("receipt", code, now)
        if door is not None:
            with inside(door.school_id):
                is_concern = Concern.objects.filter(pk=door.opens).exists()
                is_of_data = DataComplaint.objects.filter(pk=door.opens).exists()
                asks_for_own = AccessRequest.objects.filter(pk=door.opens).exists()
                is_complaint = Complaint.objects.filter(pk=door.opens).exists() or is_held(door.opens)
            if is_concern:
                response = redirect("own_concern", concern_id=door.opens)
            elif asks_for_own:
                response = redirect("access_request_by_code", access_request_id=door.opens)
            elif is_of_data:
                response = redirect("own_data_complaint", data_complaint_id=door.opens)
            elif is_complaint:
                response = redirect("own_complaint", complaint_id=door.opens)
            else:
                response = redirect("follow_report", report_id=door.opens)
            # A receipt opens its own report alone: the visit's id is the report's.
            return with_visit(response, door.school_id, door.opens, now)
        form.add_error("code", "That code is not known here. Check it letter by letter.")
    return asking.ask(
        request, form, title="Come back to a report", button="Open my report", back_href="/", exit_url="/leave/"
    )


def is_held(complaint_id: uuid.UUID) -> bool:
    """Whether this is a complaint that its sender has still to confirm."""
    return HeldComplaint.objects.filter(pk=complaint_id).exists()


def with_visit(response: HttpResponseBase, school_id: uuid.UUID, visit: uuid.UUID, now: datetime) -> HttpResponseBase:
    """Give a browser the cookie of a visit. Only a keyed hash of it is kept."""
    token = codes.new_token()
    Doorway.objects.create(
        key_hash=codes.key_hash("visit", token),
        kind="visit",
        school_id=school_id,
        opens=visit,
        made_at=now,
        ends_at=now + VISIT,
    )
    response.set_cookie(
        settings.DRAFT_COOKIE_NAME,
        token,
        max_age=int(VISIT.total_seconds()),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response
