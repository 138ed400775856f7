"""The reporter's own page: what happens next, what was done, support, the police question. Clauses 7.2, 8.7, 8.8."""

import uuid
from contextlib import suppress
from datetime import datetime

from django.db.models import Q
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.cases import procedures as cases
from forethought.cases.models import Capacity, Case, Offer, Party, Report
from forethought.core import clock
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.pages import asking, drafting, fields
from forethought.pages.access import actor_of, page
from forethought.pages.asked import Request
from forethought.pages.wording import OFFERED_TO_YOU
from forethought.people.models import Person
from forethought.prepared import Prepared
from forethought.reports import paper
from forethought.safeguarding import procedures as safeguarding
from forethought.safeguarding.rules import EXPLAINED, standing_answer
from forethought.takedowns.models import Takedown
from forethought.takedowns.packs import pack
from forethought.takedowns.procedures import target_of
from forethought.takedowns.rules import Wanted
from forethought.takedowns.special_notices import special_notices

KINDS = {
    "added": "Add something",
    "asked": "Ask something",
    "back": "Say that it is back",
    "stop": "Ask the school to stop",
}
KIND_HINTS = {
    "back": "It was gone and somebody has put it up again. You need not look for it.",
    "stop": "Nothing is deleted. A person talks to you about what stopping would mean.",
}
#: What a reporter is told of a takedown: how it stands, in words that hold no one's name.
STANDS = {
    "to_ask": "Nobody has been asked yet.",
    "author_asked": "The person who posted it has been asked to take it down.",
    "host_asked": "The site or app has been asked.",
    "escalated": "The site did not help. The school has gone a step further.",
    "left_up": "The school decided not to ask the site. Ask it why, below.",
    "handed": "Only you can complain about this one. What you need is below.",
    "seen_signed_in": "It looks gone. Somebody is making sure.",
    "gone": "It has been seen gone.",
    "amended": "It has been changed as asked.",
    "withdrawn": "The school has stopped asking.",
}

#: The same where it was gone, is there again, and nobody has been asked since.
BACK = "It was gone and is back. Nobody has been asked again yet."

#: Over each thing that was said, who said it.
HEADINGS = {
    "answer": "From the school",
    "end": "From the school, at the end",
    "added": "You added",
    "asked": "You asked",
    "back": "You said that it is back",
    "stop": "You asked the school to stop",
}
SUPPORT_ANSWERS = [("yes", "Yes please"), ("later", "Not now"), ("no", "No thank you")]
CONSENT_ANSWERS = [("yes", "Yes"), ("no", "No"), ("not_now", "Not now")]
CONSENT_SAID = {
    "yes": "You said yes: the school may report it.",
    "no": "You said no: the school does not report it for you.",
    "not_now": "You said not now.",
    "withdrawn": "You took your yes back.",
}


def report_of(request: Request, report_id: uuid.UUID) -> Report:
    """A report of the viewer's own, or “no such page”. A receipt's visit opens that report alone."""
    mine = Report.objects.select_related("case__manager", "school", "draft").filter(pk=report_id)
    if request.viewer:
        mine = mine.filter(reporter=request.viewer.person)
    else:
        mine = mine.filter(Q(pk=request.visitor.id) | Q(draft__holder=request.visitor.id, draft__by_visitor=True))
    found = mine.first()
    if found is None:
        raise Http404
    return found


def own_party(report: Report) -> Party | None:
    """The reporter as the person harmed, when they are."""
    harmed = Party.objects.filter(case=report.case, capacity=Capacity.HARMED)
    if report.reporter_id:
        return harmed.filter(person_id=report.reporter_id).first()
    return harmed.filter(person__isnull=True).order_by("added_at").first()


@page
def reports(request: Request) -> HttpResponseBase:
    """One's own reports."""
    if request.viewer is None:
        return redirect("/")
    return render(
        request,
        "forethought/following/reports.html",
        {
            "title": "Your reports",
            "rows": own_reports(request.viewer.person),
            "drafts": drafting.drafts_of(request),
        },
    )


LINE = ("id", "reported_at", "case__label", "case__status", "case__reference")
_own = Prepared(
    lambda person: Report.objects.filter(reporter=person).order_by("-reported_at").values_list(*LINE)[:50], uuid.UUID
)


def own_reports(person: Person) -> list[dict[str, object]]:
    """One's own reports as lines, newest first."""
    return [line_of(*row) for row in _own(person.pk)]


def line_of(report_id: uuid.UUID, at: datetime, label: str, status: str, reference: str) -> dict[str, object]:
    """A report of one's own, in a list: when, what kind of place, how it stands. Nothing of what it says."""
    stands = {"received": "Received", "open": "Being worked on", "closed": "Closed"}[status]
    return {
        "text": f"{clock.spoken_day(at, timezone.now())}, {label}",
        "hint": f"{stands}. Reference {reference}",
        "href": f"/reports/{report_id}/",
    }


class AddForm(asking.Form):
    """Something more."""

    masks = True
    kind = fields.Choice(
        label="What would you like to do?", choices=list(KINDS.items()), hints=KIND_HINTS, missing="Choose one."
    )
    sentence = fields.Words(
        label="In your own words", longest=5000, required=False, rows=4, hint="Leave out passwords."
    )


def show(request: Request, report: Report, form: AddForm | None = None, status: int = 200) -> HttpResponseBase:
    """The page of one report."""
    case, now = report.case, timezone.now()
    key = keyring.case_key(report.school_id, case.id)
    said = [
        {
            "kind": m.kind,
            "heading": HEADINGS.get(m.kind, ""),
            "at": m.said_at,
            "words": keyring.words(m, case_id=case.id, key=key)["words"],
        }
        for m in report.messages.order_by("said_at")
    ]
    party = own_party(report)
    takedowns = list(Takedown.objects.filter(case=case).select_related("helper", "case").order_by("reported_at"))
    due = case.owed.filter(kind="answer", done_at__isnull=True).first()
    offer = party.offers.order_by("-offered_at").first() if party else None
    consent = standing_answer(safeguarding.steps_of(party)) if party else "unasked"
    return render(
        request,
        "forethought/following/report.html",
        {
            "title": f"Your report of {clock.spoken_day(report.reported_at, now)}",
            "report": report,
            "knew_at": paper.known_at(keyring.words(report, case_id=case.id, key=key)),
            "case": case,
            "said": said,
            "answer_at": due.due_at if due else None,
            "answer_late": bool(due and due.due_at < now),
            "takedowns": [standing_of(one, now) for one in takedowns],
            # Only for the person it is about: nobody else may send it.
            "packs": [pack_of(one, case, now) for one in takedowns if party and one.status == "handed"],
            "form": form or AddForm(initial={"kind": "added"}),
            "offer": offer,
            "support_owed": bool(party),
            "offered": [OFFERED_TO_YOU.get(one, one) for one in offer.offered] if offer else [],
            "answers": SUPPORT_ANSWERS,
            "police": bool(party and case.threat),
            "explained": EXPLAINED,
            "consent": consent,
            "consent_answers": CONSENT_ANSWERS,
            "consent_said": CONSENT_SAID.get(consent, ""),
            # One made without a yes is told by a person, when that is safe; never by a page that others may see.
            "police_told": case.police_reports.filter(basis="consent", reported_at__isnull=False).exists()
            if party
            else False,
            "exhibits": drafting.own_exhibits(report.draft).count(),
            "exit_url": "/leave/",
            "back_href": "/reports/" if request.viewer else "/",
        },
        status=status,
    )


def pack_of(takedown: Takedown, case: Case, at: datetime) -> dict[str, object]:
    """What the person concerned needs to complain about one thing, and who helps them."""
    target, wording = target_of(takedown)
    blocks = pack(
        target=target,
        wanted=Wanted(takedown.wish),
        wording=wording,
        first_known_at=takedown.reported_at,
        reference=case.reference,
    )
    shown = [{"label": label, "text": text, "id": f"pack-{takedown.id}-{n}"} for n, (label, text) in enumerate(blocks)]
    chosen = set(takedown.reasons.filter(verb="hand_to_complainant").values_list("rung", flat=True))
    sent = set(takedown.notices.filter(rung="person").values_list("kind", flat=True))
    return {
        "takedown": takedown,
        "blocks": shown,
        "helper": takedown.helper.name if takedown.helper else "",
        "notices": [
            {"notice": one, "sent": one.number in sent} for one in special_notices().values() if one.number in chosen
        ],
    }


def standing_of(takedown: Takedown, at: datetime) -> dict[str, object]:
    """How one thing to be taken down stands, as its reporter reads it."""
    resting = takedown.status in {"gone", "amended", "withdrawn", "left_up"}
    back = takedown.status == "to_ask" and takedown.rounds > 1
    return {
        "stands": BACK if back else STANDS[takedown.status],
        "resting": resting,
        "due_at": takedown.resolve_due_at,
        "late": not resting and takedown.resolve_due_at < at,
        "gone": takedown.status in {"gone", "amended"},
    }


@page
def report(request: Request, report_id: uuid.UUID) -> HttpResponseBase:
    """One report of one's own."""
    return show(request, report_of(request, report_id))


@page
@require_POST
def add_to_report(request: Request, report_id: uuid.UUID) -> HttpResponseBase:
    """Add, ask, say it is back, or ask the school to stop."""
    mine, form = report_of(request, report_id), AddForm(request.POST)
    if form.is_valid():
        try:
            cases.add_to_report(
                report=mine,
                kind=form.cleaned_data["kind"],
                sentence=form.cleaned_data["sentence"],
                by=actor_of(request),
                at=timezone.now(),
            )
            return redirect("follow_report", report_id=mine.id)
        except Refused as refusal:
            asking.refuse(form, refusal)
    return show(request, mine, form, 422)


@page
@require_POST
def answer_offer(request: Request, report_id: uuid.UUID) -> HttpResponseBase:
    """Yes please, not now, or no thank you. Changeable."""
    mine = report_of(request, report_id)
    party, answer = own_party(mine), request.POST.get("answer", "")
    offer = Offer.objects.filter(party=party).order_by("-offered_at").first() if party else None
    if offer is None or answer not in {"yes", "later", "no"}:
        raise Http404
    cases.answer_offer(offer=offer, answer=answer, by=actor_of(request), at=timezone.now())
    return redirect("follow_report", report_id=mine.id)


@page
@require_POST
def answer_consent(request: Request, report_id: uuid.UUID) -> HttpResponseBase:
    """Whether the school shall report it to the police: yes, no, not now."""
    mine = report_of(request, report_id)
    party = own_party(mine)
    if party is None or not mine.case.threat or request.POST.get("answer") not in {"yes", "no", "not_now"}:
        raise Http404
    safeguarding.answer_consent(party=party, answer=request.POST["answer"], by=actor_of(request), at=timezone.now())
    return redirect("follow_report", report_id=mine.id)


@page
@require_POST
def withdraw_consent(request: Request, report_id: uuid.UUID) -> HttpResponseBase:
    """Take a yes back."""
    mine = report_of(request, report_id)
    party = own_party(mine)
    if party is None:
        raise Http404
    # Taken back twice is taken back.
    with suppress(Refused):
        safeguarding.withdraw_consent(party=party, by=actor_of(request), at=timezone.now())
    return redirect("follow_report", report_id=mine.id)
