"""Everyone's home: what is owed next, what somebody told the school, and how to get help."""

import uuid
from datetime import datetime, time
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.cases import listing
from forethought.cases.models import Case, Exclusion, Kind, Report
from forethought.core.clock import from_london, spoken, spoken_near
from forethought.core.errors import Refused
from forethought.founding.standing import undone_for
from forethought.pages import (
    acts,
    asked_changes,
    asking,
    backups,
    disclosure_rows,
    fields,
    glass,
    home_concerns,
    home_policy,
    home_protection,
    leaving,
    offices,
    owing,
    proving,
    public,
    quorum,
    restoring,
    retention_rows,
    room,
    sealed,
)
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import row_of
from forethought.pages.cooperating import asked_on_home
from forethought.pages.door_rules import BACKERS, HANDLERS, READERS
from forethought.pages.drafting import drafts_of
from forethought.pages.following import LINE, own_reports
from forethought.pages.following import line_of as line_of_report
from forethought.pages.matrix import EMERGENCY, MATRIX, NAMERS
from forethought.pages.papers import papers_on_home
from forethought.people import casting
from forethought.people import procedures as people
from forethought.people.models import Absence, Person, Role
from forethought.people.office_rules import SECONDS
from forethought.prepared import Prepared
from forethought.questions import standing as questions
from forethought.retention.people import OFFICES
from forethought.safeguarding.models import AlertTold
from forethought.safeguarding.procedures import UNSEEN
from forethought.signing_in.restoring_rules import RESTORERS


@page
def home(request: Request) -> HttpResponseBase:
    """One home from every role somebody holds; the start page for everybody else."""
    viewer = request.viewer
    if viewer is None:
        if request.visitor:
            mine = Q(pk=request.visitor.id) | Q(draft__holder=request.visitor.id, draft__by_visitor=True)
            reports = Report.objects.filter(mine).order_by("-reported_at").values_list(*LINE)
            return render(
                request,
                "forethought/home/visitor.html",
                {
                    "title": "Report or come back",
                    "drafts": drafts_of(request),
                    "reports": [line_of_report(*row) for row in reports],
                },
            )
        return public.page(request, "/")
    if proving.needs_second_step(request):
        return redirect("second_step")
    now = timezone.now()
    values: dict[str, Any] = {"title": "Home", "drafts": drafts_of(request)}
    # Many acts end here, and who did one has to read that it is recorded.
    values |= {"notice": acts.noted(request), "notice_kind": "success"}
    values["keeps_names"] = bool(viewer.roles & NAMERS)
    values["sees_trail"] = bool(viewer.roles & MATRIX["trail.trail"].roles)
    values["sets_sign_in"] = bool(viewer.roles & MATRIX["sign_in_settings.listing"].roles)
    values["reports"] = own_reports(viewer.person)[:3]
    owed = [line_of(row, now) for row in owed_next(viewer.person, 3, now)]
    values["owed"] = [{**row, "state": "late" if row["late"] else "normal", "button": "Open"} for row in owed]
    if viewer.roles & READERS:
        values["owed"] = home_protection.among(values["owed"], home_protection.parts_for(viewer.person, now))
    if viewer.roles & READERS or owed:
        values["handles"] = True
    if viewer.roles & READERS:
        values["may_be_away"] = True
        away = _absences(viewer.person.pk, now)
        values["away"] = bool(away)
        values["away_until"] = spoken(away[0][0], now) if away and away[0][0] else ""
    if viewer.roles & EMERGENCY:
        # Below an alert, which is the more urgent of the two.
        waits = [*sealed.lines_for(viewer.person, now), *disclosure_rows.lines_for(viewer.person, now)]
        if viewer.roles & OFFICES:
            values["lets_go"] = True
            waits += retention_rows.lines_for(viewer.person, now)
        if Role.PROTECTION in viewer.roles:
            waits += quorum.lines_for(viewer.person, now)
        values["handles"] = values.get("handles") or bool(waits)
        values["owed"] = [*waits, *values["owed"]]
    if viewer.roles & {Role.LEAD, Role.DEPUTY_LEAD, Role.HEAD}:
        alerts = alerts_of(viewer.person, now)
        values["told"] = True
        unseen = [{**one, "button": "Open"} for one in alerts if not one["seen_at"]]
        values["owed"] = [*unseen, *values.get("owed", [])]
        values["seen"] = [one for one in alerts if one["seen_at"]]
    if viewer.roles & {Role.HEAD, Role.CHAIR}:
        values["on_duty"] = casting.on_duty_said(viewer.person.school_id, now)
    if viewer.roles & EMERGENCY:
        waiting = glass.lines_for(viewer.person, now)
        values["emergency"], values["owed"] = True, [*waiting, *values.get("owed", [])]
        values["handles"] = values.get("handles") or bool(waiting)
    values["undone"] = undone_for(viewer.person.school_id, viewer.roles, now)
    values["own_school"] = bool(viewer.roles & MATRIX["own_school.own_school"].roles)
    values["names_offices"] = bool(viewer.roles & MATRIX["offices.listing"].roles)
    if viewer.roles & SECONDS and (chair := offices.lines_for(viewer.person, now)):
        values["owed"], values["handles"] = [*chair, *values.get("owed", [])], True
    if viewer.roles & RESTORERS:
        values["restores"] = True
        if lost := restoring.lines_for(viewer.person, now):
            values["owed"], values["handles"] = [*lost, *values["owed"]], True
    if about_data := home_protection.lines_for(viewer.person, viewer.roles, now):
        values["owed"], values["handles"] = home_protection.among(values["owed"], about_data), True
    values["safeguarding"] = home_concerns.block(viewer.person, viewer.roles, now)
    values["backup"] = backups.banner_for(viewer.roles, now)
    values["disk"] = room.banner_for(viewer.roles)
    values["sees_backups"] = bool(viewer.roles & BACKERS)
    values["papers"] = papers_on_home(viewer.person, now)
    values["asked"] = [
        *asked_on_home(viewer.person, now),
        *asked_changes.lines_for(viewer.person, viewer.roles),
    ]
    values["policy"] = home_policy.block(viewer.person, viewer.roles, now)
    if Role.UNION in viewer.roles:
        values["speaks"], values["union"] = True, home_policy.for_union(viewer.person, values["policy"], now)
    return render(request, "forethought/home/home.html", values)


_absences = Prepared(
    lambda person, at: (
        Absence.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), person=person, starts_at__lte=at)
        .order_by("-starts_at")
        .values_list("ends_at")[:1]
    ),
    uuid.UUID,
    datetime,
)
_alerts = Prepared(
    lambda person: (
        AlertTold.objects.filter(
            ~Exists(Exclusion.objects.filter(case=OuterRef("alert__case_id"), person=person)), person=person
        )
        .order_by(F("seen_at").desc(nulls_first=True), "told_at")
        .values_list("alert_id", "told_at", "seen_at", "alert__passes_on_at", "alert__urgency")[:20]
    ),
    uuid.UUID,
)


def alerts_of(person: Person, at: datetime) -> list[dict[str, object]]:
    """What the gate told somebody: unseen ones first, then the last three seen."""
    told = [AlertLine(*row) for row in _alerts(person.pk)]
    unseen = [one for one in told if one.seen_at is None]
    return [alert_row(one, at) for one in unseen + [one for one in told if one.seen_at is not None][:3]]


class AlertLine(NamedTuple):
    """One alert as home shows it."""

    alert_id: uuid.UUID
    told_at: datetime
    seen_at: datetime | None
    passes_on_at: datetime | None
    #: Set where it is the words of a report that may mean danger, and no picture.
    urgency: uuid.UUID | None = None


def alert_row(told: AlertLine, at: datetime) -> dict[str, object]:
    """One alert in a list: that there is one, and how long it waits for this person."""
    passes_on = told.passes_on_at
    what = "The words of a report may mean danger." if told.urgency else "A child may be at risk."
    words = f"{what} Told at {spoken(told.told_at, at)}."
    if told.seen_at:
        words += f" You opened it at {spoken(told.seen_at, at)}."
    elif passes_on and passes_on > at:
        words += f" Unseen, it goes on to the next person at {spoken_near(passes_on, at)}."
    else:
        words += " You have not opened it yet."
    late = told.seen_at is None and told.told_at + UNSEEN < at
    return {
        "href": f"/alerts/{told.alert_id}/see-alert/",
        "seen_at": told.seen_at,
        "state": "late" if late else "normal",
        "text": words,
    }


def line_of(row: dict[str, object], at: datetime) -> dict[str, object]:
    """A case that owes something, as one sentence: neutral, and by when."""
    due = row["due_at"]
    words = spoken_near(due, at) if isinstance(due, datetime) else ""
    return {
        **row,
        "text": f"{row['title']}. " + (f"It was due by {words}." if row["late"] else f"Something is due by {words}."),
    }


def owed_next(person: Person, most: int, at: datetime) -> list[dict[str, object]]:
    """The cases with something due soonest, as neutral rows. One look in an index, however many cases there are."""
    return [row_of(row, at) for row in listing.owed_next(person, at)[:most]]


@page
def next_due(request: Request) -> HttpResponseBase:
    """Where a mail leads after sign-in: what is due first, else home. The address itself names nothing."""
    for told in alerts_of(request.viewer.person, timezone.now()):
        if not told["seen_at"]:
            return redirect(str(told["href"]))
    if request.viewer.roles & EMERGENCY:
        for line in glass.lines_for(request.viewer.person, timezone.now()):
            if line["kind"] != "told":
                return redirect(line["href"])
        for line in disclosure_rows.lines_for(request.viewer.person, timezone.now()):
            return redirect(line["href"])
    if urgent := questions.urgent_for(request.viewer.person, timezone.now()):
        return redirect("question", question_id=urgent.pk)
    rows = owed_next(request.viewer.person, 1, timezone.now())
    if not rows and (lines := home_protection.lines_for(request.viewer.person, request.viewer.roles, timezone.now())):
        return redirect(str(lines[0]["href"]))
    if not rows:
        return redirect(home_policy.first_due(request.viewer.person, request.viewer.roles, timezone.now()) or "/")
    if rows[0]["kind"] != Kind.REPORT:
        return redirect(str(rows[0]["href"]))
    case = Case.objects.get(pk=str(rows[0]["id"]))
    handles = bool(request.viewer.roles & HANDLERS)
    return redirect(owing.first_press(case, timezone.now(), person=request.viewer.person, handles=handles))


@page
@require_POST
def stay(request: Request) -> HttpResponseBase:
    """Go on with the session: somebody pressed Stay."""
    request.session["seen"] = int(timezone.now().timestamp())
    return HttpResponse(status=204)


@page
@require_POST
def leave(request: Request) -> HttpResponseBase:
    """Leave quickly. Back shows only the sign-in page."""
    return leaving.leave(request)


@page
def public_page(request: Request) -> HttpResponseBase:
    """A page that is the same for everyone, for somebody signed in."""
    if request.path not in public.PAGES:
        raise Http404
    return public.page(request, request.path)


class AwayForm(asking.Form):
    """I am away."""

    until = fields.DateBoxes(label="When are you back?", required=False, hint="Leave it empty if you do not know.")


@page
def be_away(request: Request) -> HttpResponseBase:
    """Say “I am away”: what is due goes to the next person."""
    form = AwayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        day = form.cleaned_data["until"]
        try:
            until = from_london(day, time(7)) if day else None
            people.be_away(person=request.viewer.person, until=until, by=request.viewer.person, at=timezone.now())
            return redirect("/")
        except Refused as refusal:
            asking.refuse(form, refusal)
    return asking.ask(
        request,
        form,
        title="I am away",
        button="I am away",
        back_href="/",
        lead=[
            "While you are away, new reports go to the next person on the list.",
            "What you are working on stays yours. Press “I am back” on your home page when you return.",
        ],
    )


@page
@require_POST
def come_back(request: Request) -> HttpResponseBase:
    """Say that one is here again."""
    people.come_back(person=request.viewer.person, by=request.viewer.person, at=timezone.now())
    return redirect("/")
