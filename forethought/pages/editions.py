"""The editions of guidance that everybody reads. Clause 6.4."""

import re
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.acknowledgements.models import Matter, Reading
from forethought.acknowledgements.small_numbers import FEWEST
from forethought.core.clock import london, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import KEEPERS, REGISTRARS
from forethought.pages.law_notes import SURE
from forethought.people.models import Role, School
from forethought.reviews import registers
from forethought.reviews.models import GuidanceEdition
from forethought.reviews.register import Guidance, guidance

LIST = "/guidance/"

#: Who sets an edition: whoever keeps the policy, and the safeguarding lead.
SETTERS = KEEPERS | {Role.LEAD}

#: How long people get to read an edition, unless another day is chosen.
READ_IN = timedelta(days=28)

_PART = re.compile(r"Part (?:[a-z]+|\d+)")


def not_set() -> tuple[Guidance, ...]:
    """The shipped editions newer than any that was set here, the newest first."""
    newest = GuidanceEdition.objects.order_by("-in_force_on").first()
    return tuple(one for one in guidance() if newest is None or one.in_force_on > newest.in_force_on)


@page
def listing(request: Request) -> HttpResponseBase:
    """Each edition with how many have read it. Numbers alone: names are with whoever keeps the readings."""
    editions = list(GuidanceEdition.objects.order_by("-in_force_on", "-set_at"))
    asked = Q(tasks__closed_at__isnull=True) | Q(tasks__done_at__isnull=False)
    readings = {
        reading.about: reading
        for reading in Reading.objects.filter(matter=Matter.GUIDANCE).annotate(
            asked=Count("tasks", filter=asked), done=Count("tasks", filter=Q(tasks__done_at__isnull=False))
        )
    }
    new = not_set()[:1]
    exact = bool(request.viewer.roles & REGISTRARS)
    return render(
        request,
        "forethought/reviews/guidance.html",
        {
            "title": "Guidance that everybody reads",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "sets": bool(request.viewer.roles & SETTERS),
            "new": [{"name": one.name, "when": spoken_day(one.in_force_on, year=True)} for one in new],
            "rows": [edition_row(one, readings.get(one.id), exact) for one in editions],
        },
    )


def edition_row(edition: GuidanceEdition, reading: Any, exact: bool) -> dict[str, Any]:
    """One edition, and how many have read it: to whoever sees no names, no number that gives one away."""
    asked, done = (reading.asked, reading.done) if reading is not None else (0, 0)
    now = reading is not None and reading.ended_at is None
    # Once a newer one came, those who had not read it are asked no more and cannot be counted.
    hides = not exact and 0 < (min(done, asked - done) if now else done) < FEWEST
    said = f"{done} of {asked} have read it." if now else f"Confirmed before the newer one came: {done}."
    return {
        "name": edition.name,
        "to_read": edition.to_read,
        "link": edition.link,
        "when": spoken_day(edition.in_force_on, year=True),
        "read": "Numbers under 5 are not shown." if hides else said,
        "due": spoken_day(reading.due_on, year=True) if now else "",
        "now": now,
    }


class EditionForm(asking.Form):
    """What everybody is asked to read."""

    name = fields.Line(label="Which edition?", longest=120, missing="Write the name of the edition, with its year.")
    part = fields.Line(
        label="Which part of it?",
        longest=60,
        required=False,
        hint="People confirm: “I have read and understood Part one of …”. Leave it empty for the whole.",
    )
    to_read = fields.Words(
        label="What is to be read?",
        longest=500,
        rows=3,
        missing="Say what people are to read.",
        hint="Everybody sees this above the link.",
    )
    link = fields.Line(label="Web address", longest=300, required=False, hint="It begins with https://")
    in_force_on = fields.DateBoxes(label="In force from", missing="Enter the day from which it holds.")
    minutes = fields.Line(
        label="How many minutes does it take?", longest=4, width=4, missing="Say how many minutes it takes to read."
    )
    due_on = fields.DateBoxes(label="To be read by", missing="Enter the day by which it is to be read.")

    def clean_minutes(self) -> int:
        """Whole minutes. How many are too many is a rule's to say."""
        text: str = self.cleaned_data["minutes"]
        if not (text.isascii() and text.isdigit()):
            raise asking.forms.ValidationError("Write the minutes as a number, like 40.")
        return int(text)


def begins_with(today: Any) -> dict[str, Any]:
    """What the form begins with: the newest edition that is not set here yet, if the program knows one."""
    new = next(iter(not_set()), None)
    if new is None:
        return {"due_on": today + READ_IN}
    part = _PART.search(new.to_read)
    return {
        "name": new.name,
        "part": part[0] if part else "",
        "to_read": new.to_read,
        "link": new.link,
        "in_force_on": new.in_force_on,
        "due_on": today + READ_IN,
    }


@page
def set_edition(request: Request) -> HttpResponseBase:
    """Set an edition and ask everybody to read it."""
    now = timezone.now()
    form = EditionForm(request.POST if request.method == "POST" else None, initial=begins_with(london(now).date()))
    new = next(iter(not_set()), None)
    return acts.act(
        request,
        form,
        lambda said: registers.set_edition(
            school=School.objects.get(pk=request.viewer.person.school_id), **said, by=request.viewer.person, at=now
        ),
        to=LIST,
        title="Set a new edition",
        button="Ask everybody to read it",
        done="The edition is set. Everybody is asked to read it.",
        back_href=LIST,
        lead=[
            "Every adult here is asked to read it, paid or not. Each gets one mail.",
            "What people confirmed before stays on record.",
            *([f"{SURE[new.certainty]} Look at the official page first."] if new is not None else []),
        ],
    )
