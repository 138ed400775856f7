"""“Is it gone?”: the buttons, what they record, and the way to take a wrong press back. Clause 8.5."""

import uuid

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.core.clock import spoken_moment
from forethought.core.errors import Refused
from forethought.pages import owing, takedown_rows, wording
from forethought.pages.asked import Request
from forethought.pages.door_rules import HANDLERS
from forethought.takedowns import procedures
from forethought.takedowns.models import Look, Takedown
from forethought.takedowns.rules import Result, starts_another

_MORE = (
    Result.AMENDED_AS_ASKED,
    Result.CHANGED_OTHERWISE,
    Result.PRIVATE,
    Result.MOVED,
    Result.COPY_FOUND,
    Result.CANNOT_TELL,
)


def check_removal(request: Request, found: Takedown, names: bool) -> HttpResponseBase:
    """Show the buttons; pressed, keep what was seen and say so. No version: a look is a fact, not a decision."""
    if request.method == "POST":
        try:
            result = Result(request.POST.get("result", ""))
        except ValueError:
            return show(request, found, names, "Press the button that fits.")
        try:
            look = procedures.check_removal(
                takedown=found,
                result=result,
                corrects=look_of(found, request.POST.get("corrects", "")),
                by=request.viewer.person,
                at=timezone.now(),
            )
        except Refused as refusal:
            found.refresh_from_db()
            return show(request, found, names, refusal.sentence)
        # Led on rather than shown: a page that is loaded again must not look again.
        return redirect(f"/takedowns/{found.id}/check-removal/?seen={look.id}")
    if seen := look_of(found, request.GET.get("seen", "")):
        return recorded(request, found, seen, names)
    return show(request, found, names)


def show(request: Request, found: Takedown, names: bool, error: str = "") -> HttpResponseBase:
    """The buttons. Which come first hangs on whether anybody can look signed out."""
    target, _ = procedures.target_of(found)
    first = [Result.GONE_SIGNED_OUT, Result.GONE_SIGNED_IN, Result.STILL_THERE]
    if target.closed:
        first = [Result.GONE_INSIDE_GROUP, Result.STILL_THERE]
    wrong = look_of(found, request.GET.get("corrects", "") or request.POST.get("corrects", ""))
    return render(
        request,
        "forethought/takedowns/is_it_gone.html",
        {
            "title": "Case",
            "case": found.case,
            "takedown": found,
            "names": names,
            "back_href": f"/takedowns/{found.id}/",
            "first": [(r, wording.LOOKS[r]) for r in first],
            "more": [(r, wording.LOOKS[r]) for r in _MORE],
            "wrong": wrong,
            "wrong_said": wording.LOOKS[Result(wrong.result)] if wrong else "",
            "errors": [{"text": error}] if error else [],
            "closed": target.closed,
            **takedown_rows.what_and_where(found, names),
            "why_not": takedown_rows.why_not(found, timezone.now()),
        },
        status=422 if error else 200,
    )


def recorded(request: Request, found: Takedown, look: Look, names: bool) -> HttpResponseBase:
    """What was recorded and when, after the commit, with what can be done about it."""
    base = f"/takedowns/{found.id}/"
    return render(
        request,
        "forethought/takedowns/looked.html",
        {
            "title": "Case",
            "case": found.case,
            "takedown": found,
            "names": names,
            "look": look,
            "heading": f"Recorded {spoken_moment(look.seen_at, timezone.now())}.",
            "said": wording.LOOKS[Result(look.result)],
            "gate": f"/cases/{found.case_id}/answer-gate/",
            "handles": bool(request.viewer.roles & HANDLERS),
            "wrong_href": f"{base}check-removal/?corrects={look.id}",
            "back_href": base,
            "case_href": f"/cases/{found.case_id}/",
            "another": starts_another(Result(look.result)),
            "changed": look.result == Result.CHANGED_OTHERWISE,
            "next": owing.takedown_row(found, timezone.now(), handles=bool(request.viewer.roles & HANDLERS)),
        },
    )


def look_of(found: Takedown, text: str) -> Look | None:
    """A look of this takedown by its id, or nothing."""
    try:
        return found.looks.filter(pk=uuid.UUID(text)).first()
    except ValueError:
        return None
