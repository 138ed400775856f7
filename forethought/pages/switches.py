"""What the school turns on or off from a day: the personal reporting duty, the full tracker. Clauses 6.5, 9.5."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import london, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.law_notes import law_notes
from forethought.people import switches
from forethought.people.models import School, Switch


@page
def listing(request: Request) -> HttpResponseBase:
    """Each switch, how it stands today, and its history."""
    today = london(timezone.now()).date()
    history: dict[str, list[str]] = {}
    for one in Switch.objects.order_by("-from_day", "-set_at"):
        said = f"{'On' if one.on else 'Off'} from {spoken_day(one.from_day, year=True)}. {one.source}"
        history.setdefault(one.kind, []).append(said)
    rows = [
        {"words": words, "on": switches.is_on(kind, today), "history": history.get(kind, [])}
        for kind, words in switches.KINDS.items()
    ]
    return render(
        request,
        "forethought/switches.html",
        {
            "title": "What is turned on",
            "rows": rows,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "back_href": "/",
            "laws": law_notes("6.5"),
        },
    )


class TurnForm(asking.Form):
    """Which switch, which way, from when and why."""

    kind = fields.Choice(label="Which one?", choices=list(switches.KINDS.items()), missing="Choose one.")
    on = fields.Choice(label="On or off?", choices=[("yes", "On"), ("no", "Off")], missing="Choose on or off.")
    from_day = fields.DateBoxes(label="From which day?", missing="Enter the day from which it holds.")
    source = fields.Words(
        label="Where is this written, or who decided it?",
        longest=500,
        rows=2,
        missing="Say where this is written, or who decided it.",
    )


@page
def turn(request: Request) -> HttpResponseBase:
    """Turn a switch from a day on."""

    def do(said: dict[str, Any]) -> Switch:
        school = School.objects.get(pk=request.viewer.person.school_id)
        said["on"] = said["on"] == "yes"
        return switches.turn(school=school, **said, by=request.viewer.person, at=timezone.now())

    return acts.act(
        request,
        TurnForm(request.POST if request.method == "POST" else None),
        do,
        to="/switches/",
        title="Turn something on or off",
        button="Save",
        done="It is turned from that day on.",
        back_href="/switches/",
        lead=[
            "Earlier days stay as they were.",
            "No start date of the reporting duty was found. Check before you turn it on.",
        ],
    )
