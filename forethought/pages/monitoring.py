"""Leave to monitor the school's own systems: asking, deciding, its end and what follows. Clause 10.1.

Nothing here shows, takes or keeps a message.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case, Kind, Seat, live
from forethought.core.clock import london
from forethought.investigations.standing import breach_of
from forethought.monitoring import procedures, rules, running
from forethought.monitoring.models import Monitoring
from forethought.monitoring.rules import Asked
from forethought.monitoring.standing import officer_on, status_now
from forethought.pages import acts, asking, monitoring_rows
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import title_of
from forethought.pages.cases import names_shown
from forethought.pages.law_notes import law_notes
from forethought.pages.monitoring_forms import (
    CommentForm,
    CommentForOther,
    DecideForm,
    DestroyForm,
    NoticeForm,
    ReasonsForm,
    RequestForm,
    ReviewForm,
)
from forethought.people.models import Person, Role

#: Who may ask for it, beside whoever investigates a matter.
ASKERS = frozenset({Role.HEAD, Role.SENIOR, Role.HR, Role.LEAD, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD})
NOTERS = frozenset({Role.HEAD, Role.CLERK, Role.HR, Role.TRUST_LEAD, Role.IT, Role.PROTECTION})


def may_ask(request: Request) -> bool:
    """Whether somebody may ask for it: by their role, or because they investigate something now."""
    if request.viewer.roles & ASKERS:
        return True
    return Seat.objects.filter(live(timezone.now()), person=request.viewer.person, why="investigator").exists()


def link_from(request: Request, case: Case) -> str:
    """Where leave to monitor is asked for in a case, for those who may ask; else nothing. Clause 10.1."""
    if case.own_seat == "glass" or not may_ask(request):  # type: ignore[attr-defined]
        return ""
    return f"/monitoring/request-monitoring/?case={case.pk}"


@page
def listing(request: Request) -> HttpResponseBase:
    """The requests that one may see, how everybody is told, and the way to ask."""
    now = timezone.now()
    asks, notes = may_ask(request), bool(request.viewer.roles & NOTERS)
    found = Case.objects.seen_by(request.viewer.person, now).filter(kind=Kind.MONITORING)
    rows = [
        {
            "href": f"/monitoring/{row.case_id}/",
            "text": title_of(row.case.opened_at, "", now, kind=Kind.MONITORING),
            "status": rules.STATES[status_now(row, now)],
        }
        for row in Monitoring.objects.filter(case__in=found).select_related("case").order_by("-asked_at", "id")[:50]
    ]
    if not (asks or notes or rows):
        raise Http404
    return render(
        request,
        "forethought/monitoring/listing.html",
        {
            "title": "Monitoring",
            "rows": rows,
            "asks": asks,
            "notes": notes,
            "notices": monitoring_rows.notice_rows(now),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "laws": law_notes("10.1"),
            "back_href": "/",
        },
    )


def chosen_case(request: Request, text: str) -> Case | None:
    """The case it comes of, which whoever asks may see; “no such page” for any other."""
    if not text:
        return None
    try:
        case_id = uuid.UUID(text)
    except ValueError:
        raise Http404 from None
    person, now = request.viewer.person, timezone.now()
    found = Case.objects.seen_by(person, now).filter(pk=case_id).first()
    # Whoever reads a case in an emergency does nothing with it.
    if found is None or Seat.objects.filter(live(now), case=found, person=person, why="glass").exists():
        raise Http404
    return found


@page
def request_monitoring(request: Request) -> HttpResponseBase:
    """Ask for leave to monitor."""
    if not may_ask(request):
        raise Http404
    now = timezone.now()
    today = london(now).date()
    people = Person.objects.filter(left_at__isnull=True).order_by("name")
    initial = {
        "case": request.GET.get("case", ""),
        "starts_on": today,
        "ends_on": today + timedelta(days=rules.LONGEST_DAYS - 1),
    }
    form = RequestForm(request.POST if request.method == "POST" else None, initial=initial)
    form.fields["about"].choices = [("", "Choose"), *((str(p.id), p.name) for p in people)]  # type: ignore[attr-defined]
    came_of = chosen_case(request, request.POST.get("case") or request.GET.get("case", ""))
    if came_of is not None and came_of.kind == Kind.BREACH:
        form.initial["about"] = str(breach_of(came_of).subject_id or "")

    def do(said: dict[str, Any]) -> Case:
        chosen, _ = said.pop("about"), said.pop("case")
        about = next(one for one in people if str(one.id) == chosen)
        return procedures.request_monitoring(
            school=request.viewer.person.school,
            asked=Asked(**{**said, "exclusions": frozenset(said["exclusions"])}),
            about=about,
            from_case=came_of,
            by=request.viewer.person,
            at=now,
        )

    return acts.act(
        request,
        form,
        do,
        to=lambda case: f"/monitoring/{case.id}/",
        title="Ask for leave to monitor",
        button="Send it for comment",
        done="It is with the data protection officer.",
        back_href="/monitoring/",
        template="forethought/monitoring/request.html",
        laws=law_notes("10.1"),
    )


@page
def note_notice(request: Request) -> HttpResponseBase:
    """Put a notice to everybody on record."""
    form = NoticeForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: procedures.note_notice(
            school=request.viewer.person.school, **said, by=request.viewer.person, at=timezone.now()
        ),
        to="/monitoring/",
        title="How everybody is told",
        button="Put it on record",
        done="The notice is on record.",
        back_href="/monitoring/",
        lead=["Before any leave is given, everybody who uses the school’s systems must know that it can happen."],
    )


def monitoring_of(case: Case) -> Monitoring:
    """The request that a case is about."""
    found = Monitoring.objects.select_related("case__manager", "case__school", "about", "requester").filter(case=case)
    row = found.first()
    if row is None:
        raise Http404
    return row


@page
def monitoring(request: Request, case: Case) -> HttpResponseBase:
    """One request: how it stands, what is asked, what was said, what can be done now."""
    row, now, names = monitoring_of(case), timezone.now(), names_shown(request, case)
    status = status_now(row, now)
    return render(
        request,
        "forethought/monitoring/monitoring.html",
        {
            "title": "Case",
            "heading": title_of(case.opened_at, "", now, kind=case.kind),
            "case": case,
            "names": names,
            "base": f"/monitoring/{case.id}/",
            "status": rules.STATES[status],
            "colour": monitoring_rows.COLOURS.get(status, "blue"),
            "owed": monitoring_rows.owed_lines(case, row, now),
            "asked": monitoring_rows.asked_rows(row, names, now),
            "said": monitoring_rows.said_rows(row, names, now),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "laws": law_notes("10.1"),
            "back_href": "/monitoring/",
            **monitoring_rows.buttons(case, row, request.viewer.person, now),
        },
    )


def act(request: Request, row: Monitoring, form: asking.Form, do: Any, **values: Any) -> HttpResponseBase:
    """One act on a request, and back to its page."""
    home = f"/monitoring/{row.case_id}/"
    if request.method == "POST":
        values.pop("reason", None)
    return acts.act(request, form, do, row=row, to=home, back_href=home, **values)


def at_now(request: Request) -> dict[str, Any]:
    """Who acts, and when."""
    moment: datetime = timezone.now()
    return {"by": request.viewer.person, "at": moment}


@page
def comment_on_request(request: Request, case: Case) -> HttpResponseBase:
    """Comment, as the data protection officer; or write in the comment of another where there is none."""
    row = monitoring_of(case)
    officer = officer_on(case, timezone.now())
    kind = CommentForm if officer else CommentForOther
    form = kind(request.POST if request.method == "POST" else None, initial={"version": row.version})
    own = officer is not None and officer.pk == request.viewer.person.pk
    why_not = rules.why_not_comment(
        status=row.status, is_officer=own, officer_there=officer is not None, who="-", words="-"
    )
    return act(
        request,
        row,
        form,
        lambda said: procedures.comment_on_request(monitoring=row, **said, **at_now(request)),
        title="Comment on this request",
        button="Save the comment",
        done="The comment is kept. Now it can be decided.",
        reason=why_not,
    )


@page
def authorise_monitoring(request: Request, case: Case) -> HttpResponseBase:
    """Give leave, as whoever may."""
    row = monitoring_of(case)
    form = DecideForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    values = monitoring_rows.buttons(case, row, request.viewer.person, timezone.now())
    return act(
        request,
        row,
        form,
        lambda said: procedures.authorise_monitoring(monitoring=row, **said, **at_now(request)),
        title="Give leave",
        button="Give leave",
        done="Your decision is kept.",
        reason=values["why_not_authorise"],
        lead=[
            "It ends by itself on its last day. Nobody can make it longer.",
            "IT support sees where to look and what to leave out. They do not see why.",
        ],
    )


@page
def refuse_monitoring(request: Request, case: Case) -> HttpResponseBase:
    """Refuse it, with reasons."""
    row = monitoring_of(case)
    form = ReasonsForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    values = monitoring_rows.buttons(case, row, request.viewer.person, timezone.now())
    return act(
        request,
        row,
        form,
        lambda said: procedures.refuse_monitoring(monitoring=row, **said, **at_now(request)),
        title="Refuse this request",
        button="Refuse it",
        done="It is refused. Nothing is looked at.",
        reason=values["why_not_refuse"],
    )


@page
def stop_monitoring(request: Request, case: Case) -> HttpResponseBase:
    """Stop it early."""
    row = monitoring_of(case)
    form = ReasonsForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    return act(
        request,
        row,
        form,
        lambda said: running.stop_monitoring(monitoring=row, **said, **at_now(request)),
        title="Stop this now",
        button="Stop it",
        done="It is stopped. What was produced is to be gone through.",
        reason=rules.why_not_move("stop_monitoring", status_now(row, timezone.now())),
        lead=["IT support can no longer see what to look for. Tell them too."],
    )


@page
def review_product(request: Request, case: Case) -> HttpResponseBase:
    """Go through what was produced: how much, how much is kept, where."""
    row, now = monitoring_of(case), timezone.now()
    form = ReviewForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    return act(
        request,
        row,
        form,
        lambda said: running.review_product(
            monitoring=row, **{**said, "produced": said["produced"] == "yes"}, **at_now(request)
        ),
        title="What was produced",
        button="Save the review",
        done="The review is kept.",
        reason=rules.why_not_move("review_product", status_now(row, now)),
        lead=["What is not kept as evidence is destroyed. You are asked for that next."],
    )


@page
def note_destruction(request: Request, case: Case) -> HttpResponseBase:
    """Note that what was not needed is destroyed."""
    row = monitoring_of(case)
    people = Person.objects.filter(left_at__isnull=True).order_by("name")
    form = DestroyForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    form.fields["second"].choices = [("", "Choose"), *((str(p.id), p.name) for p in people)]  # type: ignore[attr-defined]

    def do(said: dict[str, Any]) -> object:
        chosen = said.pop("second")
        second = next(one for one in people if str(one.id) == chosen)
        return running.note_destruction(monitoring=row, second=second, **said, **at_now(request))

    return act(
        request,
        row,
        form,
        do,
        title="What was not needed is destroyed",
        button="Note it",
        done="It is noted. Nothing more is owed.",
        reason=rules.why_not_move("note_destruction", row.status),
    )
