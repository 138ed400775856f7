"""Looks by the program: asking for one, what each saw and came to, and the press that makes it the case's word. 8.5."""

import uuid

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.errors import Refused
from forethought.pages import acts, asking, program_looks
from forethought.pages.asked import Request
from forethought.pages.cases import names_shown
from forethought.pages.takedowns import load, of_takedown
from forethought.takedowns import site_looks
from forethought.takedowns.asking_models import SiteLook
from forethought.takedowns.rules import Result


class LookForm(asking.Form):
    """One press, nothing to fill in."""


@of_takedown
def look_now(request: Request, case: Case, takedown_id: uuid.UUID) -> HttpResponseBase:
    """Have the program look as soon as it can."""
    found = load(case, takedown_id)
    return acts.act(
        request,
        LookForm(request.POST if request.method == "POST" else None),
        lambda said: site_looks.look_now(takedown=found, by=request.viewer.person, at=timezone.now()),
        to=f"/takedowns/{found.id}/#program",
        title="Have the program look",
        button="Look now",
        done="The program looks as soon as it can. That takes a minute or two.",
        back_href=f"/takedowns/{found.id}/",
        reason=site_looks.why_not_look_now(found) if request.method != "POST" else None,
        lead=[
            "The school's server asks for the page, for an address beside it that nobody made, and for its first "
            "page. It is signed in nowhere. The site may notice the visit.",
            "It compares what it finds with what was captured. You decide what that means.",
        ],
    )


@of_takedown
def confirm_site_look(request: Request, case: Case, takedown_id: uuid.UUID, look_id: uuid.UUID) -> HttpResponseBase:
    """What one look saw, and the press that makes it the case's word or says otherwise."""
    found, names = load(case, takedown_id), names_shown(request, case)
    look = SiteLook.objects.filter(pk=look_id, takedown=found).exclude(ended="").first()
    if look is None:
        raise Http404
    look.takedown = found
    error = ""
    if request.method == "POST":
        try:
            result = Result(request.POST.get("result", ""))
            said = site_looks.confirm_site_look(look=look, result=result, by=request.viewer.person, at=timezone.now())
            return redirect(f"/takedowns/{found.id}/check-removal/?seen={said.id}")
        except ValueError:
            error = "Press one of the buttons."
        except Refused as refusal:
            error = refusal.sentence
            found.refresh_from_db()
    return render(
        request,
        "forethought/takedowns/site_look.html",
        {
            "title": "Case",
            "case": case,
            "takedown": found,
            "names": names,
            "row": program_looks.row_of(look, names),
            "errors": [{"text": error}] if error else [],
            "back_href": f"/takedowns/{found.id}/",
        },
        status=422 if error else 200,
    )
