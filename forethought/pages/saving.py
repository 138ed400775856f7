"""Save from your browser: the extension to take away, and where to hand over what it captured. Clauses 7.3, 7.4."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases import listing
from forethought.evidence.bundle_zip import of_bytes, zip_pieces
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import title_of
from forethought.pages.door_rules import NARROW
from forethought.pages.drafting import drafts_of
from forethought.pages.matrix import MATRIX

_ADD = MATRIX["exhibits.add"]


@cache
def packed() -> bytes:
    """The extension as one zip, of the same bytes wherever it is made: its SHA-256 can be compared between schools."""
    folder = Path(settings.ROOT) / "extension"
    return b"".join(zip_pieces([of_bytes(one.name, one.read_bytes()) for one in sorted(folder.iterdir())]))


@page
def about(request: Request) -> HttpResponseBase:
    """What the extension does, what it may see, and how to install it from here."""
    values = {"title": "Save from your browser", "sha256": sha256(packed()).hexdigest(), "school": settings.SITE}
    return render(request, "forethought/records/browser.html", {**values, "back_href": "/"})


@page
def package(request: Request) -> HttpResponseBase:
    """The zip. It holds nothing of any school."""
    response = HttpResponse(packed(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="forethought-extension.zip"'
    return response


@page
def choose(request: Request) -> HttpResponseBase:
    """Where a captured page belongs: a report that somebody is writing, or a case to which they may add."""
    now, viewer = timezone.now(), request.viewer
    lines, more = listing.newest(viewer.person, now)
    cases = [
        {"title": title_of(line.opened_at, line.label, now, kind=line.kind), "reference": line.reference,
         "href": f"/cases/{line.case_id}/answer-gate/"}
        for line in lines
        if may_add(viewer.roles, line)
    ]  # fmt: skip
    values = {"title": "Where does it belong?", "drafts": drafts_of(request), "cases": cases, "more": more}
    return render(request, "forethought/records/choose.html", {**values, "back_href": "/browser/"})


def may_add(roles: frozenset[str], line: listing.CaseLine) -> bool:
    """Whether the door that takes records of this case opens to somebody, as the door itself will ask."""
    if line.kind not in _ADD.kinds or line.why == "glass":
        return False
    return line.why in _ADD.seats or (line.why not in NARROW and bool(roles & _ADD.roles))
