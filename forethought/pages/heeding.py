"""The words of a report that may mean danger, before whoever is on its case's list. Clause 6.5."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.cases.models import Case
from forethought.core.errors import Refused
from forethought.pages import acts
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import address_of
from forethought.safeguarding import heeding


@page
@require_POST
def dismiss_urgency(request: Request, case: Case) -> HttpResponseBase:
    """Say, having read it, that it was no danger. Nothing that was told is taken back."""
    standing = heeding.standing_for(case)
    if not standing:
        raise Http404
    for one in standing:
        try:
            heeding.dismiss_urgency(urgency=one, by=request.viewer.person, at=timezone.now())
        except Refused as refusal:
            acts.note(request, refusal.sentence)
            break
    else:
        acts.note(request, "You read it, and it was no danger.")
    return redirect(address_of(case.kind, case.id))
