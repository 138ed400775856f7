"""What the gate told the safeguarding lead. Clause 6.5."""

import uuid

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.cases.models import Case, Kind
from forethought.pages import proving
from forethought.pages.access import page, to_sign_in
from forethought.pages.asked import Request
from forethought.pages.contacts import contacts
from forethought.safeguarding import procedures
from forethought.safeguarding.models import AlertTold


@page
def see_alert(request: Request, alert_id: uuid.UUID) -> HttpResponseBase:
    """One alert, for those it was told to. Opening it is noted."""
    if request.viewer is None:
        return to_sign_in(request)
    person = request.viewer.person
    told = AlertTold.objects.select_related("alert").filter(alert_id=alert_id, person=person).first()
    if told is None or not procedures.may_hear(told.alert, [person]):
        raise Http404
    if not proving.proved_within(request, settings.STEP_UP_ENTER_SECONDS):
        return proving.ask_to_prove(request)
    now = timezone.now()
    said = procedures.see_alert(told=told, by=person, at=now)
    told.refresh_from_db(fields=["seen_at"])
    case = Case.objects.seen_by(person).filter(pk=told.alert.case_id).first()
    # A concern is read on its own page at once: the alert only says that there is one.
    if case is not None and case.kind == Kind.CONCERN:
        return redirect("concern", case_id=case.id)
    return render(
        request,
        "forethought/alerts/alert.html",
        {
            "title": "Words that may mean danger" if said.get("words") else "A child may be at risk",
            "told": told,
            "said": said,
            "sealed_href": f"/sealed/{said['sealed']}/see-sealed/" if said.get("sealed") else "",
            "contacts": contacts(told.school_id),
            "back_href": "/",
            "case_href": f"/cases/{told.alert.case_id}/" if case else "",
        },
    )
