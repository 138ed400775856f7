"""How well taking things down works: a picture and a table for governors, without small numbers. Clauses 8.3, 8.5."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.takedowns.counting import taken_since
from forethought.takedowns.figures import FEWEST_IN_A_LINE, Figures, Line, figures
from forethought.takedowns.picture import picture

YEAR = timedelta(days=365)
HEADINGS = ("How many", "Within 24 hours", "At all", "Usual time to asking", "Usual time to removal")
TITLE = "Amended or removed, in the last 12 months"


@page
def takedown_figures(request: Request) -> HttpResponseBase:
    """The figures as a picture and as a table."""
    found = _found(request)
    return render(
        request,
        "forethought/takedowns/figures.html",
        {
            "title": "How well taking things down works",
            "back_href": "/cases/",
            "found": found,
            "whole": table([found.whole], "All") if found.whole else [],
            "by_medium": table(found.by_medium, "App or site"),
            "by_route": table(found.by_route, "First asked by"),
            "fewest": FEWEST_IN_A_LINE,
        },
    )


@page
def takedown_picture(request: Request) -> HttpResponseBase:
    """The picture as a file of its own, to paste into a paper."""
    found = _found(request)
    if found.whole is None:
        raise Http404
    answer = HttpResponse(picture(_all(found), title=TITLE), content_type="image/svg+xml")
    answer["Content-Disposition"] = 'inline; filename="takedowns.svg"'
    return answer


def table(lines: Sequence[Line], name: str) -> list[list[dict[str, str]]]:
    """Lines as rows of a table."""
    return [
        [
            {"label": name, "text": line.name},
            *({"label": label, "text": text} for label, text in zip(HEADINGS, line.said, strict=True)),
        ]
        for line in lines
    ]


def _found(request: Request) -> Figures:
    return figures(taken_since(timezone.now() - YEAR, person=request.viewer.person))


def _all(found: Figures) -> list[Line]:
    return [*([found.whole] if found.whole else []), *found.by_medium]
