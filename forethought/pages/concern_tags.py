"""The words for kinds of risk: which the school uses, and how often in a year, without small numbers. Clause 6.1."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.core.errors import Refused
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.law_notes import law_notes
from forethought.people.models import Role, School
from forethought.safeguarding import tagging


@page
def listing(request: Request) -> HttpResponseBase:
    """Each word, whether it is offered, and how many concerns carried it, of those that one may see."""
    counts = tagging.counts_for(request.viewer.person, timezone.now())
    return render(
        request,
        "forethought/concerns/tags.html",
        {
            "title": "Kinds of risk",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [
                {"key": key, "words": words, "on": on, "count": counts[key]}
                for key, (words, on) in tagging.every_tag().items()
            ],
            "may_change": bool(request.viewer.roles & {Role.HEAD, Role.LEAD}),
            "laws": law_notes("6.1"),
        },
    )


class TagWordForm(asking.Form):
    """A word of the school's own."""

    words = fields.Line(label="The word", longest=60, missing="Write the word.", hint="For example: gambling.")


@page
def add_tag(request: Request) -> HttpResponseBase:
    """Add a word for a kind of risk."""
    person = request.viewer.person
    return acts.act(
        request,
        TagWordForm(request.POST if request.method == "POST" else None),
        lambda said: tagging.add_tag(
            school=School.objects.get(pk=person.school_id), words=said["words"], by=person, at=timezone.now()
        ),
        to="/concern-tags/",
        title="Add a kind of risk",
        button="Add it",
        done="The word is added.",
        back_href="/concern-tags/",
        lead=["National guidance names new risks each September."],
    )


@page
@require_POST
def put_tag(request: Request) -> HttpResponseBase:
    """Put a word away, or back."""
    person = request.viewer.person
    key, on = request.POST.get("key", ""), request.POST.get("on") == "yes"
    try:
        tagging.put_tag(school=School.objects.get(pk=person.school_id), key=key, on=on, by=person, at=timezone.now())
        acts.note(request, "The word is back." if on else "The word is put away. Concerns that carry it keep it.")
    except Refused as refusal:
        acts.note(request, refusal.sentence)
    return redirect("concern_tags")
