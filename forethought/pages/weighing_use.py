"""Use in work time, what the school counts as it, and until when a warning is live. Clauses 3.3, 9.3, 9.6."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import london, spoken_day
from forethought.investigations import earlier, outcomes, work_hours, work_time
from forethought.investigations import weighing as procedures
from forethought.investigations.models import Breach
from forethought.investigations.weighing import Thread
from forethought.investigations.weighing_models import Weighs
from forethought.investigations.work_time import Hours
from forethought.pages import acts
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.cases import names_shown
from forethought.pages.door_rules import REGISTRARS
from forethought.pages.law_notes import law_notes
from forethought.pages.weighing import address, weigh
from forethought.pages.weighing_forms import UseForm, WarningForm, WorkTimeForm
from forethought.pages.weighing_rows import hours_said


@page
def note_use(request: Request, case: Case) -> HttpResponseBase:
    """Note use in work time."""
    form = UseForm(
        request.POST if request.method == "POST" else None, initial={"version": Thread(case, Weighs.USE).version}
    )
    return weigh(
        request,
        case,
        Weighs.USE,
        form,
        lambda said: procedures.note_use(case=case, **said, by=request.viewer.person, at=timezone.now()),
        title="Use in work time",
        button="Save",
        done="It is noted.",
        concludes=False,
        clauses=("3.3",),
        lead=(work_time.NO_WATCHING, hours_said(timezone.now())),
    )


@page
def work_time_here(request: Request) -> HttpResponseBase:
    """What counts as work time here, for everybody who asks."""
    return render(
        request,
        "forethought/weighing/work_time.html",
        {
            "title": "What is work time here?",
            "hours": hours_said(timezone.now()),
            "no_watching": work_time.NO_WATCHING,
            "excuses": [words for key, words in work_time.EXCUSES.items() if key != "none"],
            "may_change": bool(request.viewer.roles & REGISTRARS),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "laws": law_notes("3.3"),
            "back_href": "/",
        },
    )


@page
def set_work_time(request: Request) -> HttpResponseBase:
    """Say what counts as work time here."""
    today = london(timezone.now()).date()
    form = WorkTimeForm(
        request.POST if request.method == "POST" else None, initial=hours_initial(work_hours.hours_on(today))
    )
    return acts.act(
        request,
        form,
        lambda said: work_hours.set_work_time(
            school=request.viewer.person.school,
            hours=form.hours(),
            from_day=said["from_day"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to="/work-time/",
        title="What is work time here?",
        button="Save",
        done="The work time is noted.",
        back_href="/work-time/",
        lead=[
            "Outside these times, nobody is asked why they were online. A post can still fall under the policy.",
            hours_said(timezone.now()),
            f"Today is {spoken_day(today, year=True)}. What holds for earlier days stays as it was.",
        ],
        laws=law_notes("3.3"),
    )


def hours_initial(hours: Hours) -> dict[str, Any]:
    """The work time as the fields of its form."""
    initial: dict[str, Any] = {"starts": hours.starts, "ends": hours.ends}
    for one in hours.breaks:
        name = "lunch" if one.name == "Lunch" else "break"
        initial |= {f"{name}_starts": one.starts, f"{name}_ends": one.ends}
    return initial


@page
def note_live_warning(request: Request, case: Case) -> HttpResponseBase:
    """Say until when a warning is live."""
    breach = Breach.objects.filter(case=case).first()
    if breach is None or breach.outcome not in outcomes.LIVE_FOR:
        raise Http404
    given_on = london(breach.moved_at).date()
    initial = {"given_on": given_on, "ends_on": outcomes.suggested_end(breach.outcome, given_on)}
    form = WarningForm(request.POST if request.method == "POST" else None, initial=initial)
    return acts.act(
        request,
        form,
        lambda said: earlier.note_live_warning(case=case, **said, by=request.viewer.person, at=timezone.now()),
        to=address(case, "warnings"),
        title="Until when is the warning live?",
        button="Save",
        done="The end of the warning is noted.",
        template="forethought/weighing/ask.html",
        case=case,
        names=names_shown(request, case),
        back_href=address(case, "warnings"),
        lead=[
            outcomes.LIVE_FOR[outcomes.Outcome(breach.outcome)].said,
            "After that day it is spent. It is then not shown in any later matter.",
        ],
        laws=law_notes("9.6"),
    )
