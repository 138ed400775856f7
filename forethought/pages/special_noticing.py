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
from forethought.takedowns import mailing, sending
from forethought.takedowns.models import Takedown
from forethought.takedowns.rules import Status, why_not_mail
from forethought.takedowns.sending import ByMail
from forethought.takedowns.special_notices import Asked, Special, special_notices


class SpecialForm(asking.Form):
    """What one notice must say, asked one by one."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, notice: Special, by_mail: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        for one in notice.fields:
            self.fields[one.name] = field_of(one)
        if by_mail:
            self.fields["mail_to"] = fields.Line(
                label="Send it by mail to",
                longest=254,
                required=False,
                hint="Their address for this, which you have checked. Leave it empty to use their form yourself.",
                attrs={"inputmode": "email"},
            )
            self.fields["mail_reply_to"] = fields.Line(
                label="Answers to a mail come to", longest=254, required=False, attrs={"inputmode": "email"}
            )


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
    initial["mail_reply_to"] = initial["email"]
    return fill(
        request,
        found,
        notice,
        initial=initial,
        reason=sending.why_not_send_special(notice, Status(found.status)),
        keep=lambda said, mail: sending.send_special(
            takedown=found, number=number, said=said, mail=mail, by=request.viewer.person, at=timezone.now()
        ),
        back_href=f"/takedowns/{found.id}/",
        to=lambda made: (
            f"/takedowns/{found.id}/#notices"
            if made.way == "mail"
            else f"/takedowns/{found.id}/notices/{made.id}/note-ticket/"
        ),
        by_mail=mailing.is_possible(),
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
        keep=lambda said, _: sending.keep_own_notice(
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
    keep: Callable[[dict[str, str], ByMail | None], Any],
    back_href: str,
    to: Callable[[Any], str],
    also: Sequence[str] = (),
    by_mail: bool = False,
) -> HttpResponseBase:
    """First the questions, then the whole notice, then the press that sends it by mail or keeps it as sent."""
    posted = request.POST if request.method == "POST" else None
    form = SpecialForm(posted, notice=notice, by_mail=by_mail, initial=initial)
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
    typed = {name: str(value or "") for name, value in form.cleaned_data.items()}
    said = {name: value for name, value in typed.items() if name not in {"mail_to", "mail_reply_to"}}
    mail = ByMail(typed["mail_to"], typed["mail_reply_to"]) if typed.get("mail_to") else None
    needed = sending.lacking(found, notice.number, said)
    if mail and (refusal := why_not_mail(to=mail.to, reply_to=mail.reply_to)):
        needed.append(refusal)
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
                "mail": mail is not None,
                "to": mail.to if mail else "",
                "subject": sending.subject_of_mail(found),
                "hidden": [(name, value) for name, value in typed.items() if value],
            },
        )
    try:
        made = keep(said, mail)
    except Refused as refused:
        return acts.refused(request, form, refused, **values)
    acts.note(request, "The notice is kept, word for word." + (" It goes by mail now." if mail else ""))
    return redirect(to(made))
