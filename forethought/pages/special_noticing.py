"""Notices with a form of their own: the school's, and those that only the person concerned may send. 8.3, 8.4, 8.6."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.errors import Refused
from forethought.pages import acts, asking, fields, following
from forethought.pages.access import actor_of, page
from forethought.pages.asked import Request
from forethought.pages.takedowns import load, of_takedown
from forethought.takedowns import sending
from forethought.takedowns.models import Takedown
from forethought.takedowns.rules import Status
from forethought.takedowns.special_notices import Asked, Special, special_notices


class SpecialForm(asking.Form):
    """What one notice must say, asked one by one."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, notice: Special, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for one in notice.fields:
            self.fields[one.name] = field_of(one)


def field_of(asked: Asked) -> Any:
    """The question for one thing that a notice must say."""
    if asked.confirm:
        return fields.Choice(
            label=asked.label,
            choices=[("yes", "Yes"), ("no", "No")],
            hint=f"It will say: “{asked.confirm}”",
            missing=asked.missing,
        )
    if asked.choices:
        choices = [(value, said) for value, said, _ in asked.choices]
        return fields.Choice(
            label=asked.label, choices=choices, hint=asked.why, missing=asked.missing, required=not asked.optional
        )
    kept: dict[str, Any] = {
        "label": asked.label,
        "hint": asked.why,
        "missing": asked.missing,
        "required": not asked.optional,
    }
    return fields.Words(longest=3000, rows=3, **kept) if asked.long else fields.Line(longest=300, **kept)


@of_takedown
def send_special(request: Request, case: Case, takedown_id: uuid.UUID, number: str) -> HttpResponseBase:
    """Write a notice with a form of its own, see it whole, and note that it was sent."""
    found, notice = load(case, takedown_id), special(number)
    initial = {
        "name": request.viewer.person.name,
        "setting": case.school.name,
        "email": case.school.contacts.get("school", {}).get("email", "") or request.viewer.person.email,
    }
    return fill(
        request,
        found,
        notice,
        initial=initial,
        reason=sending.why_not_send_special(notice, Status(found.status)),
        keep=lambda said: sending.send_special(
            takedown=found, number=number, said=said, by=request.viewer.person, at=timezone.now()
        ),
        back_href=f"/takedowns/{found.id}/",
        to=lambda made: f"/takedowns/{found.id}/notices/{made.id}/note-ticket/",
    )


@page
def keep_own_notice(request: Request, report_id: uuid.UUID, takedown_id: uuid.UUID, number: str) -> HttpResponseBase:
    """The person concerned writes a notice of their own, sends it themselves, and says that they did."""
    mine, notice = following.report_of(request, report_id), special(number)
    found = Takedown.objects.select_related("case__school").filter(pk=takedown_id, case=mine.case).first()
    if found is None or following.own_party(mine) is None or found.status != "handed" or not notice.personal:
        raise Http404
    return fill(
        request,
        found,
        notice,
        initial={},
        reason=None,
        keep=lambda said: sending.keep_own_notice(
            takedown=found, number=number, said=said, by=actor_of(request), at=timezone.now()
        ),
        back_href=f"/reports/{mine.id}/",
        also=[
            "You send it yourself. Once you say that you have, a copy stays with the case, and those who handle it can "
            "read it. Leave the page before that, and nothing is kept."
        ],
        to=lambda made: f"/reports/{mine.id}/",
    )


def special(number: str) -> Special:
    """A notice by its number, or “no such page”."""
    found = special_notices().get(number)
    if found is None:
        raise Http404
    return found


def fill(
    request: Request,
    found: Takedown,
    notice: Special,
    *,
    initial: dict[str, str],
    reason: str | None,
    keep: Callable[[dict[str, str]], Any],
    back_href: str,
    to: Callable[[Any], str],
    also: Sequence[str] = (),
) -> HttpResponseBase:
    """First the questions, then the whole notice, then the press that keeps it as sent."""
    form = SpecialForm(request.POST if request.method == "POST" else None, notice=notice, initial=initial)
    values: dict[str, Any] = {
        "title": notice.name,
        "button": "Show me the notice",
        "back_href": back_href,
        "reason": reason,
        "leaves": True,
        "lead": [f"It goes to: {notice.to}. {notice.clock}", *notice.limits, *also],
    }
    if request.method != "POST" or reason or not form.is_valid():
        return asking.ask(request, form, **values)
    said = {name: str(value or "") for name, value in form.cleaned_data.items()}
    needed = sending.lacking(found, notice.number, said)
    for sentence in needed:
        form.add_error(None, sentence)
    if needed or "change" in request.POST:
        return asking.ask(request, form, **values)
    if request.POST.get("step") != "send":
        composed = sending.written(found, notice.number, said, timezone.now())
        return render(
            request,
            "forethought/takedowns/notice.html",
            {
                **values,
                "title": "The notice",
                "composed": composed,
                "mail": False,
                "hidden": [(name, value) for name, value in said.items() if value],
            },
        )
    try:
        made = keep(said)
    except Refused as refusal:
        return acts.refused(request, form, refusal, **values)
    acts.note(request, "The notice is kept, word for word.")
    return redirect(to(made))
