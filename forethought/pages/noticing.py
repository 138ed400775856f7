"""Writing a notice: the questions, the whole text, then sent by mail or copied into a form. Clauses 8.3, 8.6."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.core.clock import london, spoken_day
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.evidence.away_standing import away_in
from forethought.evidence.models import Exhibit
from forethought.pages import acts, asking, takedown_rows
from forethought.pages.asked import Request
from forethought.pages.notice_forms import ACCOUNTS, FOUND, WAYS, NoticeForm, StepForm
from forethought.people.names import office_of
from forethought.reports import paper
from forethought.takedowns import grounds, ladder, mailing, notices, procedures, rules
from forethought.takedowns.ladder import Refusal
from forethought.takedowns.models import Notice, Takedown
from forethought.takedowns.rules import Status
from forethought.takedowns.targets import Target, shown_host

NO_MAIL = "No mail server is set up here. Send the letter from your own mail, or paste it into their form."


def ask_host(request: Request, found: Takedown) -> HttpResponseBase:
    """First the questions for one way to ask, then the whole notice, then the press that sends it."""
    target, wording = procedures.target_of(found)
    way = WAYS.get(request.GET.get("by", ""), WAYS["mail" if target.address and mailing.is_possible() else "form"])
    form = NoticeForm(request.POST if request.method == "POST" else None, initial=initial_of(request, found, target))
    form.leave_out((*way.without, "description") if target.address else way.without)
    reason = rules.why_not_ask_host(status=Status(found.status))
    if way.way == "mail" and not mailing.is_possible():
        reason = reason or NO_MAIL
    here = f"/takedowns/{found.id}/ask-host/"
    values: dict[str, Any] = {
        "title": "Ask the host",
        "button": "Show me the notice",
        "back_href": f"/takedowns/{found.id}/",
        "reason": reason,
        "template": "forethought/takedowns/ask_host.html",
        "leaves": True,
        "way": way,
        "others": [(other.name, f"{here}?by={other.key}") for other in WAYS.values() if other.key != way.key],
    }
    if request.method != "POST" or reason or not form.is_valid():
        return asking.ask(request, form, **values)
    said, now = form.cleaned_data, timezone.now()
    filled = {
        **fields_of(request, found, target, wording, said, now),
        "unlawful": said_in(said),
        "rule": said_in(said),
        "category": grounds.called(said["grounds"]),
        "account_used": ACCOUNTS.get(said.get("account", ""), ""),
    }

    def send() -> Notice:
        return procedures.ask_host(
            takedown=found,
            version=said["version"],
            kind=way.kind,
            way=way.way,
            fields=filled,
            by=request.viewer.person,
            at=now,
        )

    return send_or_show(request, found, form, way.kind, way.way, filled, values, send)


def escalate(request: Request, found: Takedown) -> HttpResponseBase:
    """A next step, shown whole before it goes."""
    target, wording = procedures.target_of(found)
    initial = initial_of(request, found, target)
    taken = {*found.notices.values_list("rung", flat=True), *found.reasons.values_list("rung", flat=True)}
    suggested = ladder.next_rung(done=taken)
    last = last_asked(found)
    chosen = ladder.RUNGS.get(request.GET.get("rung", ""))
    initial |= {
        "host": last.get("recipient") or initial["recipient"],
        "recipient": "",
        "way": "copied",
        "facts": last.get("why", ""),
        "rung": chosen.key if chosen else suggested.key if suggested else "",
    }
    form = StepForm(request.POST if request.method == "POST" else None, initial=initial)
    form.leave_out(("description",) if target.address else ())
    reason = takedown_rows.why_not_escalate(found, timezone.now())
    values: dict[str, Any] = {
        "title": chosen.name if chosen else "The next step",
        "button": "Show me the notice",
        "reason": reason,
        "back_href": f"/takedowns/{found.id}/",
        "lead": [f"{chosen.can} {chosen.cannot}", f"Who asks: {chosen.who_asks.lower()}."]
        if chosen
        else ["Each step says what it can do and what it cannot. Any step can be left out with a reason."],
    }
    if chosen:
        form.fields["rung"].widget = asking.forms.HiddenInput()
    if request.method != "POST" or reason or not form.is_valid():
        return asking.ask(request, form, **values)
    said, now = form.cleaned_data, timezone.now()
    # Before the notice is shown, for whoever sees it copies and sends it.
    refused = rules.why_not_escalate(
        status=Status(found.status), refusal=Refusal(said["refusal"]), resolve_due_at=found.resolve_due_at, at=now
    )
    if refused:
        form.add_error(None, refused)
        return asking.ask(request, form, **values)
    filled = {
        **fields_of(request, found, target, wording, said, now),
        "reason": said_in(said),
        "asked_at": found.asked_at,
        "host": said["host"],
        "refusal": said["refusal"],
        "refusal_words": said["refusal_words"],
        "rung": said["rung"],
    }

    def send() -> Notice:
        return procedures.escalate(
            takedown=found,
            version=said["version"],
            rung=said["rung"],
            refusal=Refusal(said["refusal"]),
            answer=said["refusal_words"],
            fields=filled,
            way=said["way"],
            by=request.viewer.person,
            at=now,
        )

    return send_or_show(request, found, form, notices.Kind.STEP, said["way"], filled, values, send)


def initial_of(request: Request, found: Takedown, target: Target) -> dict[str, object]:
    """What can be filled in before anybody types: the site's name, the school's address, who asks."""
    kept = found.case.school.contacts.get("school", {})
    return {
        "version": found.version,
        "recipient": shown_host(target.address) if target.address else target.platform,
        "found": "page",
        "account": "school",
        "description": target.description,
        "sender_address": kept.get("address", ""),
        "reply_to": kept.get("email", "") or request.viewer.person.email,
        "grounds": ["threat"] if found.case.threat else [],
    }


def last_asked(found: Takedown) -> dict[str, str]:
    """The last notice to the host: to whom it went and what was wrong, so that nothing is typed twice."""
    last = found.notices.filter(rung="host").order_by("-sent_at").first()
    return dict(keyring.words(last, case_id=found.case_id)) if last else {}


def said_in(said: dict[str, Any]) -> str:
    """What is wrong with it, from ticks and facts."""
    return grounds.said(said["grounds"], said["facts"])


def fields_of(
    request: Request, found: Takedown, target: Target, wording: str, said: dict[str, Any], now: datetime
) -> dict[str, notices.Value]:
    """The fields that every notice has: what the form says, and what the case knows."""
    case = found.case
    shots = Exhibit.objects.filter(case_id=case.id, sha256__isnull=False).exclude(pk__in=away_in(case.id))
    shot = shots.order_by("received_at").first()
    # “the headteacher” in a sentence is “Headteacher” in a signature.
    office = office_of(request.viewer.person, now).removeprefix("the ").removeprefix("a ")
    found_how = FOUND[said.get("found") or "form"]
    return {
        "reference": case.reference,
        "sent_at": now,
        "sender_name": request.viewer.person.name,
        "sender_role": f"{office[:1].upper()}{office[1:]}, {case.school.name}",
        "authority": "school",
        "recipient": said["recipient"],
        "contact": said.get("contact", ""),
        "found_how": f"{found_how}, {london(now):%-d %B %Y}",
        "sender_address": said.get("sender_address", ""),
        "first_seen_at": first_seen(found),
        "reply_by": found.resolve_due_at,
        "reply_to": said["reply_to"],
        "wanted": found.wish,
        "wording": wording,
        "capture_hash": bytes(shot.sha256).hex() if shot and shot.sha256 else "",
        "address": target.address,
        # A reporter names app and group in one breath; the app is then whom the notice goes to.
        "platform": said["recipient"] if target.group and target.group == target.platform else target.platform,
        "group": target.group,
        "handle": target.handle,
        "description": said.get("description", target.description),
    }


def first_seen(found: Takedown) -> notices.Value:
    """When it was first seen: the day that the reporter gave, else when it was reported."""
    for report in found.case.reports.order_by("reported_at"):
        said = keyring.words(report, case_id=found.case_id)
        if found.reported_at in {report.reported_at, paper.known_at(said)}:
            day = str(said.get("first_seen") or "")
            return spoken_day(date.fromisoformat(day), year=True) if day else found.reported_at
    return found.reported_at


def send_or_show(
    request: Request,
    found: Takedown,
    form: asking.Form,
    kind: notices.Kind,
    way: str,
    filled: dict[str, notices.Value],
    values: dict[str, Any],
    send: Callable[[], Notice],
) -> HttpResponseBase:
    """What is missing by name; else the notice whole; else, once it was seen, send it and go on.

    After a mail, back to the takedown; after copying, on to the number that their form gives.
    """
    missing = notices.missing(kind, filled)
    if way == "mail" and (refusal := rules.why_not_mail(to=str(filled["contact"]), reply_to=str(filled["reply_to"]))):
        missing.append(refusal)
    for sentence in missing:
        form.add_error(None, sentence)
    if missing or "change" in request.POST:
        return asking.ask(request, form, **values)
    if request.POST.get("step") != "send":
        values.pop("template", None)
        sent = [
            (name, value)
            for name, found_values in request.POST.lists()
            for value in found_values
            if name not in {"csrfmiddlewaretoken", "step", "change"}
        ]
        return render(
            request,
            "forethought/takedowns/notice.html",
            {
                **values,
                "title": "The notice",
                "composed": notices.compose(kind, filled),
                "takedown": found,
                "mail": way == "mail",
                "to": filled["contact"],
                "hidden": sent,
            },
        )
    try:
        notice = send()
    except Refused as refusal:
        return acts.refused(request, form, refusal, row=found, **values)
    if way == "mail":
        acts.note(request, "The notice is on its way.")
        return redirect("takedown", takedown_id=found.id)
    acts.note(request, "The host has been asked.")
    return redirect("note_ticket", takedown_id=found.id, notice_id=notice.id)
