"""The trail, for those who answer for the school: is it signed, is it timed, does an old code still hold."""

from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.audit import standing
from forethought.core.clock import london, spoken_day
from forethought.core.text import faults_found
from forethought.evidence import nightly
from forethought.pages import asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.people.witness_rules import SAID
from forethought.people.witnessing import witnesses_at

NEVER_TIMED = "No time authority is set. The times are those of this server’s own clock."


class CodeForm(asking.Form):
    """A code from an old mail or from a bundle."""

    code = fields.Line(
        label="Code from an old mail",
        hint="16 digits and letters, like 3f2a 9c01 77de 10ab",
        longest=60,
        width=20,
        missing="Type the code.",
    )


@page
def trail(request: Request) -> HttpResponseBase:
    """How the trail stands, and whether it grew from the state that an old code is of."""
    now = timezone.now()
    values: dict[str, Any] = {"title": "The trail", "back_href": "/", "rows": rows_at(now), "form": CodeForm()}
    if "code" in request.GET:
        form = values["form"] = CodeForm(request.GET)
        if form.is_valid():
            try:
                values["holds"] = standing.still_holds(form.cleaned_data["code"])
                values["asked"] = True
            except ValueError as error:
                form.add_error("code", str(error))
    return render(request, "forethought/trail.html", values)


def rows_at(now: datetime) -> list[dict[str, str]]:
    """The lines of the page."""
    signed = standing.is_signed(now)
    return [
        {
            "key": "Signed",
            "value": "Yes, everything older than 20 minutes."
            if signed
            else "No. Something older than 20 minutes is not signed yet. Ask IT whether the worker runs.",
        },
        {"key": "Independent time", "value": timed(now)},
        {"key": "Last night’s check", "value": looked_at_night()},
        {"key": "Last full check by IT", "value": checked()},
        {"key": "Weekly code", "value": told(now)},
    ]


def timed(now: datetime) -> str:
    """Whether somebody outside says what time it was."""
    try:
        found = standing.stamped(now)
    except ValueError:
        return "The certificate of a time authority cannot be read, so nothing is timed. Ask IT."
    lines = []
    for one in found:
        if one.current:
            lines.append(f"{one.name}: up to date.")
        elif one.last_at is None:
            lines.append(f"{one.name}: not yet independently timed.")
        else:
            day = spoken_day(london(one.last_at).date(), year=True)
            lines.append(f"{one.name}: not yet independently timed since {day}. It is asked again by itself.")
    return "\n".join(lines) or NEVER_TIMED


def looked_at_night() -> str:
    """What the program found by itself, in its last look that came to an end."""
    last = nightly.last_look()
    if last is None or last.looked_at is None:
        return "Not yet. It is done every night, from three."
    day = spoken_day(london(last.looked_at).date(), year=True)
    if last.faults:
        return (
            f"{day}: the record does not verify. {faults_found(last.faults)}. Change nothing, and ask IT to run: "
            "manage.py verify"
        )
    if not last.whole:
        return f"{day}: the trail, and the records read that night, were as they should be. The others have their turn."
    return f"{day}: everything was as it should be."


def checked() -> str:
    """When IT last had everything worked out anew."""
    last = standing.last_verification()
    if last is None:
        return "Never. IT does it with: manage.py verify"
    day = spoken_day(london(last.verified_at).date(), year=True)
    if last.faults:
        return f"{day}: {faults_found(last.faults)}. Nothing may be changed until somebody has helped."
    return f"{day}: everything was as it should be."


def told(now: datetime) -> str:
    """Who gets the code each week, and why it is not the usual two."""
    found = witnesses_at(now)
    who = " and ".join(SAID[one.office] for one in found.told)
    line = f"Mailed on Mondays to {who}." if who else "Nobody gets it."
    return "\n".join([line, *found.said])
