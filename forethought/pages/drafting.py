"""A draft as pages use it: what was typed so far, and who may put words into it once a sign-in has run out."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from forethought.cases.models import Draft, Report
from forethought.core.errors import Refused
from forethought.core.text import tidy
from forethought.evidence.models import Exhibit
from forethought.pages import fields
from forethought.pages.access import actor_of
from forethought.pages.asked import Request
from forethought.prepared import Prepared
from forethought.reports import drafts, paper

#: A draft takes more than a report does, so that nothing is cut off before the form says how much is too much.
MOST = 100_000
#: How long a form may lie open and still be kept. Longer than any session.
OPEN_FOR = 24 * 3600


def drafts_of(request: Request) -> "list[DraftLine]":
    """Drafts the viewer has not sent, newest first."""
    actor = actor_of(request)
    if actor is None:
        return []
    now = timezone.now()
    return [DraftLine(*row) for row in _unsent(actor.id, now)]


#: The answers that are days.
DAYS = ("first_seen", *(f"{name}_on" for name in paper.TIMES))


class DraftLine(NamedTuple):
    """A draft as a list shows it."""

    id: UUID
    started_at: datetime
    saved_at: datetime


_unsent = Prepared(
    lambda holder, now: (
        Draft.objects.filter(holder=holder, sent_at__isnull=True, ends_at__gt=now)
        .order_by("-saved_at")
        .values_list("id", "started_at", "saved_at")[:3]
    ),
    UUID,
    datetime,
)


def initial_of(kept: dict[str, Any]) -> dict[str, Any]:
    """Kept answers as a form shows them."""
    shown = dict(kept)
    for name in DAYS:
        try:
            shown[name] = date.fromisoformat(str(kept.get(name) or ""))
        except ValueError:
            shown[name] = None
    return shown


def typed_in(request: Request, classes: Iterable[type[forms.Form]]) -> dict[str, Any]:
    """What a half-filled form holds: every answer that can be used, and words as they stand, finished or not."""
    typed: dict[str, Any] = {}
    for form_class in classes:
        form = form_class(request.POST)
        form.is_valid()
        for name, field in form.fields.items():
            if field.widget.value_omitted_from_data(request.POST, request.FILES, name):
                continue
            if name in form.cleaned_data:
                typed[name] = form.cleaned_data[name]
            elif isinstance(field, fields.Words):
                typed[name] = tidy(request.POST.get(name, ""))[:MOST]
    return typed


def mark_of(draft: Draft) -> str:
    """What the page of a draft carries, so that its form is still kept when the sign-in has run out meanwhile.

    Somebody who only finds the address of a draft, in a browser that others use, cannot write into it.
    """
    return signing.dumps(str(draft.id), salt="draft")


def is_from_its_page(request: Request, draft: Draft) -> bool:
    """Whether a form carries that mark, from a page opened within a day."""
    try:
        return signing.loads(request.POST.get("mark", ""), salt="draft", max_age=OPEN_FOR) == str(draft.id)
    except signing.BadSignature:
        return False


def keep_for_later(request: Request, draft: Draft, classes: Iterable[type[forms.Form]], back: str) -> HttpResponseBase:
    """Keep a form that was sent after its writer's sign-in ran out, for them alone, and lead to the sign-in."""
    kept = False
    if is_from_its_page(request, draft):
        try:
            drafts.save_draft(draft=draft, answers=typed_in(request, classes), at=timezone.now())
            kept = True
        except Refused:
            # It was sent meanwhile. Signed in again, they see the receipt.
            pass
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': back, **({'kept': 1} if kept else {})})}")


def own_exhibits(draft: Draft) -> Any:
    """The records that the writer of a report added: here, or after coming back with the code. Not the school's."""
    by = [str(draft.holder)]
    if draft.sent_at is not None:
        by += [str(one) for one in Report.objects.filter(draft=draft).values_list("id", flat=True)]
    return Exhibit.objects.filter(case_id=draft.case_id, received_by__in=by).order_by("received_at", "id")
