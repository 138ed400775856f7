"""Having an address captured by the server, and what came of it. Clause 7.4."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.capture.addresses import shown
from forethought.cases import capturing
from forethought.cases.capture_models import Capture
from forethought.cases.models import Case
from forethought.core.clock import spoken
from forethought.evidence.gate import Outcome
from forethought.evidence.procedures import why_not_use
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.cases import names_shown
from forethought.pages.records import grant_for, place_of_case


class CaptureForm(asking.Form):
    """Which address."""

    address = fields.Line(
        label="Address of the page",
        longest=2000,
        missing="Enter the address of the page.",
        hint="The whole web address, from “https”. Copy it from the address bar.",
    )


@page
def capture_address(request: Request, case: Case, grant_id: uuid.UUID) -> HttpResponseBase:
    """Have a public page visited and kept by the server, for whoever passed the gate."""
    grant = grant_for(request, grant_id, case.id)
    place = place_of_case(case, grant)
    if grant.verdict != Outcome.PASS:
        return redirect(f"{place.add}stop/")
    if request.method != "POST" and why_not_use(grant, by=request.viewer.person, at=timezone.now()):
        return redirect(place.gate)
    form = CaptureForm(request.POST if request.method == "POST" else None)

    def capture(said: dict[str, Any]) -> Capture:
        return capturing.capture_address(case=case, grant=grant, **said, by=request.viewer.person, at=timezone.now())

    return acts.act(
        request,
        form,
        capture,
        to=f"/cases/{case.id}/captures/",
        title="Have a page captured",
        button="Capture this address",
        back_href=place.add,
        lead=[
            "The school's server opens the page once, as anybody could. It is signed in nowhere.",
            "It keeps pictures of the whole page, its words, and what the site sent. The site may notice the visit.",
            "Is it in a group, or behind a sign-in? Then add a screen print instead. That counts just as much.",
        ],
    )


@page
def captures(request: Request, case: Case) -> HttpResponseBase:
    """The addresses of a case that were captured, and what came of each."""
    names = names_shown(request, case)
    rows = [row(case, one, said, names) for one, said in capturing.captures_of(case)]
    return render(
        request,
        "forethought/cases/captures.html",
        {
            "title": "Captured pages",
            "captures": rows,
            "names": names,
            "back_href": f"/cases/{case.id}/",
        },
    )


def row(case: Case, one: Capture, said: dict[str, Any], names: bool) -> dict[str, Any]:
    """One capture in words. The address shows with the names, for it may be one."""
    found = {
        "address": shown(said["address"]) if names else "",
        "asked_at": spoken(one.asked_at),
        "ended": one.ended,
        "sentence": said.get("sentence", ""),
        "notes": [],
        "facts": [],
        "records": [],
    }
    if facts := said.get("facts"):
        found["notes"] = facts["notes"]
        found["facts"] = [
            {"key": "Answered", "value": spoken(datetime.fromisoformat(facts["answered_at"]))},
            {"key": "The site's answer", "value": str(facts["status"] or "not known")},
            {"key": "Number dialled", "value": facts["dialled"]},
            {"key": "Certificate", "value": facts["verdict"]},
        ]
        found["records"] = [f"/cases/{case.id}/exhibits/{pk}/" for pk in said["exhibits"]]
    return found
