"""The keys by which a school's directory keeps the list of adults up to date: made, shown once, ended. Clause 2.5."""

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import spoken
from forethought.core.errors import Refused
from forethought.directory import keys
from forethought.directory.models import DirectoryKey
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.people import LIST
from forethought.people.models import School

HOME = "/people/directory/"


class KeyForm(asking.Form):
    """What a key is for."""

    label = fields.Line(
        label="What is it for?", longest=60, width=20, hint="For example: Entra.", missing="Write what it is for."
    )


@page
def listing(request: Request) -> HttpResponseBase:
    """The keys there are, when each was used last, and those that ended."""
    now = timezone.now()
    rows = [
        {
            "id": row.pk,
            "label": row.label,
            "made": spoken(row.made_at, now),
            "used": spoken(row.used_at, now) if row.used_at else "",
            "ended": spoken(row.ended_at, now) if row.ended_at else "",
        }
        for row in DirectoryKey.objects.order_by("ended_at", "-made_at")[:30]
    ]
    return render(
        request,
        "forethought/people/directory.html",
        {
            "title": "Kept up to date by a directory",
            "back_href": LIST,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": rows,
            "address": f"{settings.SITE}/scim/v2",
        },
    )


@page
def make_directory_key(request: Request) -> HttpResponseBase:
    """Make a key. It is shown on the answer to this press, and never again."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    values: dict[str, Any] = {
        "title": "Make a key for a directory",
        "button": "Make the key",
        "back_href": HOME,
        "lead": [
            "With it, Microsoft Entra, Okta or another directory sees who works here and keeps their names, addresses "
            "and leaving up to date. It sees nothing of any case, and gives nobody a role.",
            "The key is shown once. Keep it nowhere but in the directory.",
        ],
    }
    if request.method != "POST" or not form.is_valid():
        return asking.ask(request, form, **values)
    try:
        _, token = keys.make_directory_key(
            school=School.objects.get(pk=request.viewer.person.school_id),
            label=form.cleaned_data["label"],
            by=request.viewer.person,
            at=timezone.now(),
        )
    except Refused as refusal:
        return acts.refused(request, form, refusal, **values)
    return render(
        request,
        "forethought/people/directory_key.html",
        {"title": "Copy the key now", "token": token, "address": f"{settings.SITE}/scim/v2", "back_href": HOME},
    )


@page
def end_directory_key(request: Request, directory_key_id: uuid.UUID) -> HttpResponseBase:
    """End a key."""
    key = DirectoryKey.objects.filter(pk=directory_key_id, ended_at__isnull=True).first()
    if key is None:
        raise Http404
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: keys.end_directory_key(key=key, by=request.viewer.person, at=timezone.now()),
        to=HOME,
        title="End this key",
        button="End it",
        done="The key has ended.",
        lead=[f"Key: {key.label}.", "From now on it opens nothing. The people it brought stay as they are."],
        back_href=HOME,
    )
