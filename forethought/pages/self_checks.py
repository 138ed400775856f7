"""My settings and reputation: a check of oneself that nobody sees. Clauses 3.1, 3.5."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.boundaries import procedures, self_checks, standing
from forethought.core.clock import spoken_day
from forethought.pages import acts, asking
from forethought.pages.access import page
from forethought.pages.asked import Request


@page
def self_check(request: Request) -> HttpResponseBase:
    """Where to begin: the platforms, what to search for, and how others may read it."""
    done = standing.self_check_of(request.viewer.person)
    return render(
        request,
        "forethought/boundaries/self_check.html",
        {
            "title": "My settings and reputation",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "platforms": self_checks.platforms(),
            "search": self_checks.search_yourself(),
            "audience": self_checks.audience(),
            "done_on": spoken_day(done, year=True) if done else "",
            "back_href": "/",
        },
    )


@page
def platform_steps(request: Request, platform: str) -> HttpResponseBase:
    """The steps of one platform; the generic ones for any other."""
    found = self_checks.steps_for(platform)
    return render(
        request,
        "forethought/boundaries/platform_steps.html",
        {
            "title": found.name,
            "steps": found.steps,
            "checked": spoken_day(found.checked_on, year=True) if found.checked_on else "",
            "back_href": "/self-check/",
        },
    )


@page
def note_self_check(request: Request) -> HttpResponseBase:
    """Keep the day, if one wishes."""
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: procedures.note_self_check(by=request.viewer.person, at=timezone.now()),
        to="/self-check/",
        title="Keep the day?",
        button="Keep the day",
        done="The day is kept.",
        back_href="/self-check/",
        lead=[
            "You need not. Only you see the day, on your own page. It shows you when a year is over.",
            "Nothing is kept of what you looked at or found. The school’s record of acts says that you kept a day.",
        ],
    )
