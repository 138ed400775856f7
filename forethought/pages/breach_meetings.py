"""Meetings and hearings: planned, moved because the companion cannot come, held, minutes answered. Clause 9.5."""

import uuid
from datetime import date, time
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import NoSuchTime, TwiceThatTime, from_london, london, spoken_day
from forethought.investigations import companions, meetings
from forethought.investigations.companions import Way
from forethought.investigations.models import Breach, Meeting
from forethought.investigations.standing import breach_of
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.breach_acts import first, pick, refusal, staff
from forethought.pages.breaches import address
from forethought.pages.law_notes import law_notes


class WhenForm(acts.Versioned):
    """A day and a time in London."""

    on_day = fields.DateBoxes(label="On which day?", missing="Enter the day.")
    at_time = fields.TimeText(label="At what time?", missing="Enter the time.", hint="For example, 2pm.")

    def clean(self) -> dict[str, Any]:
        """Day and time as one instant; a time that the clocks skip or repeat is asked for again."""
        cleaned = super().clean()
        day, clock = cleaned.get("on_day"), cleaned.get("at_time")
        if isinstance(day, date) and isinstance(clock, time):
            try:
                cleaned["starts_at"] = from_london(day, clock)
            except (NoSuchTime, TwiceThatTime) as error:
                self.add_error("at_time", error.sentence)
            except OverflowError:
                self.add_error("on_day", "Choose another day.")
        return cleaned


class PlanForm(WhenForm):
    """A meeting to plan."""

    kind = fields.Choice(
        label="What kind of meeting?",
        choices=list(meetings.KINDS.items()),
        missing="Choose what kind of meeting it is.",
    )
    place = fields.Line(label="Where, or how to join?", longest=300, missing="Say where it is, or how to join.")
    adjustments = fields.Words(
        label="What would make it easier for them to take part?",
        longest=5000,
        rows=3,
        required=False,
        hint="Ask them. Breaks, another room, papers in large print, somebody to sign. What was agreed goes here.",
    )

    field_order = ("kind", "on_day", "at_time", "place", "adjustments")


@page
def plan_meeting(request: Request, case: Case) -> HttpResponseBase:
    """Plan a meeting."""
    row = breach_of(case)
    return acts.act(
        request,
        first(request, PlanForm, row, kind=request.GET.get("kind", "")),
        lambda said: meetings.plan_meeting(
            breach=row,
            kind=said["kind"],
            starts_at=said["starts_at"],
            place=said["place"],
            adjustments=said["adjustments"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=address(case) + "#dates",
        title="Plan a meeting",
        button="Plan it",
        done="The meeting is planned. A reminder goes out the day before.",
        back_href=address(case),
        reason=refusal(request, row, "plan_meeting"),
        lead=[
            companions.companionship(row.engagement).sentence,
            "At a meeting that only looks into it, a companion is good practice for all.",
        ],
        laws=law_notes("9.5"),
    )


def meeting_in(case: Case, meeting_id: uuid.UUID) -> tuple[Breach, Meeting]:
    """A meeting of this case, or “no such page”."""
    found = case.meetings.filter(pk=meeting_id).select_related("case", "companion").first()
    if found is None:
        raise Http404
    return breach_of(case), found


def form_for(request: Request, form: type[asking.Form], meeting: Meeting, **initial: Any) -> asking.Form:
    """A form about a meeting, with the version that its reader saw."""
    return form(request.POST if request.method == "POST" else None, initial={"version": meeting.version, **initial})


def refused(request: Request, meeting: Meeting) -> str | None:
    """Why a meeting is not changed any more."""
    return meetings.why_not_change(meeting) if request.method == "GET" else None


class CompanionForm(acts.Versioned):
    """Who comes with them."""

    way = fields.Choice(label="What is the companion?", choices=Way.choices(), missing="Choose what the companion is.")
    person = fields.Pick(label="Who?", choices=[], required=False)
    name = fields.Line(label="Or somebody from outside", longest=200, required=False, hint="Their name, and the union.")


@page
def name_companion(request: Request, case: Case, meeting_id: uuid.UUID) -> HttpResponseBase:
    """Name the companion."""
    row, meeting = meeting_in(case, meeting_id)
    everybody = staff(without=[row.subject_id] if row.subject_id else [])
    form = form_for(request, CompanionForm, meeting, way=meeting.companion_way)
    pick(form, "person", everybody, "Nobody from here")
    return acts.act(
        request,
        form,
        lambda said: meetings.name_companion(
            breach=row,
            meeting=meeting,
            **{**said, "person": everybody.get(said["person"])},
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=address(case) + "#dates",
        title="Who comes with them?",
        button="Save",
        done="The companion is noted.",
        row=meeting,
        back_href=address(case),
        reason=refused(request, meeting),
        lead=[companions.companionship(row.engagement).sentence],
        laws=law_notes("9.1"),
    )


class MoveForm(WhenForm):
    """Another time."""

    why = fields.Choice(
        label="Why does it move?",
        choices=[
            ("companion", "The companion cannot come"),
            ("asked", "They asked for another time"),
            ("school", "The school needs another time"),
        ],
        missing="Choose why it moves.",
    )
    answer = fields.Choice(
        label="What do you say to the other time?",
        choices=[("moved", "It is moved"), ("kept", "It stays as it is")],
        missing="Choose one.",
        hint="For a companion, the school must move it to any fair time in the next five working days.",
    )
    words = fields.Words(label="Anything to add", longest=5000, rows=3, required=False)

    field_order = ("why", "on_day", "at_time", "answer", "words")


@page
def move_hearing(request: Request, case: Case, meeting_id: uuid.UUID) -> HttpResponseBase:
    """Move a meeting, or say why it stays."""
    row, meeting = meeting_in(case, meeting_id)
    day = london(meeting.starts_at).date()
    latest = spoken_day(companions.latest_alternative(day), timezone.now())

    def do(said: dict[str, Any]) -> Any:
        shared = {
            "breach": row,
            "meeting": meeting,
            "words": said["words"],
            "version": said["version"],
            "by": request.viewer.person,
            "at": timezone.now(),
        }
        if said["answer"] == "kept":
            return meetings.keep_date(alternative=said["starts_at"], **shared)
        return meetings.move_hearing(starts_at=said["starts_at"], why=said["why"], **shared)

    return acts.act(
        request,
        form_for(request, MoveForm, meeting, at_time=london(meeting.starts_at).time(), answer="moved"),
        do,
        to=address(case) + "#dates",
        title="Another time",
        button="Save",
        done="It is noted. Tell everybody the time that holds.",
        row=meeting,
        back_href=address(case),
        reason=refused(request, meeting),
        lead=[
            f"It is planned for {spoken_day(day, timezone.now())}.",
            f"Five working days from the first working day after that end on {latest}.",
            "Bank holidays do not count. School holidays do.",
            companions.companionship(row.engagement).sentence,
        ],
        laws=law_notes("9.5"),
    )


class HoldForm(acts.Versioned):
    """How a meeting went."""

    who = fields.Words(label="Who was there?", longest=2000, rows=2, missing="Write who was there.")
    minutes = fields.Words(
        label="What was said?",
        longest=20_000,
        rows=10,
        missing="Write what was said: both sides, in short.",
        hint="Both sides, in short. They get to read it and may agree or say what is wrong.",
    )


@page
def hold_meeting(request: Request, case: Case, meeting_id: uuid.UUID) -> HttpResponseBase:
    """Note how a meeting went."""
    row, meeting = meeting_in(case, meeting_id)
    early = meeting.starts_at > timezone.now()
    reason = refused(request, meeting) or refusal(request, row, "hold_meeting")
    return acts.act(
        request,
        form_for(request, HoldForm, meeting),
        lambda said: meetings.hold_meeting(
            breach=row, meeting=meeting, **said, by=request.viewer.person, at=timezone.now()
        ),
        to=address(case) + "#dates",
        title="How the meeting went",
        button="Save",
        done="The minutes are kept. Let them read the minutes and say whether they agree.",
        row=meeting,
        back_href=address(case),
        reason=reason or ("It has not begun yet." if early and request.method == "GET" else None),
    )


class MinutesForm(asking.Form):
    """What they said about the minutes."""

    answer = fields.Choice(
        label="What did they say about the minutes?",
        choices=[("agreed", "They agree"), ("disputed", "They say that something is wrong")],
        missing="Choose what they said.",
    )
    words = fields.Words(
        label="What do they say instead?",
        longest=10_000,
        rows=5,
        required=False,
        hint="In their own words. Both versions stand side by side.",
    )


@page
def answer_minutes(request: Request, case: Case, meeting_id: uuid.UUID) -> HttpResponseBase:
    """Note what they said about the minutes."""
    row, meeting = meeting_in(case, meeting_id)
    return acts.act(
        request,
        form_for(request, MinutesForm, meeting),
        lambda said: meetings.answer_minutes(
            breach=row, meeting=meeting, **said, by=request.viewer.person, at=timezone.now()
        ),
        to=address(case) + "#dates",
        title="The minutes",
        button="Save",
        done="What they said is noted.",
        back_href=address(case),
        reason=None if meeting.held_at or request.method == "POST" else "The meeting has not been held.",
    )
