"""Slides for whoever is new: the school's own policy in force, how to report, and what this program never does.

A page to show on a wall or to print, one slide to a sheet. Clause 3.7.
"""

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import render

from forethought.core.clock import spoken_day
from forethought.pages import policy_text
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.policies import standing
from forethought.policies.induction import slides_of


@page
def induction(request: Request) -> HttpResponseBase:
    """The slides, made anew each time from the version in force, so that they cannot be of an older one."""
    found = standing.policy_of(request.viewer.person.school_id)
    version = found.in_force if found else None
    text = standing.text_of(version.text) if version else ()
    slides = slides_of(text, standing.links_of(text))
    return render(
        request,
        "forethought/policy/induction.html",
        {
            "title": "Slides for induction",
            "back_href": "/policy/",
            "school": request.viewer.school_name,
            "version": version,
            "since": spoken_day(version.in_force_on, year=True) if version else "",
            "fingerprint": policy_text.short(version.text.fingerprint) if version and version.text else "",
            "slides": slides,
            "site": settings.SITE,
        },
    )
