"""Meetings and hearings: planned, moved because the companion cannot come, held, and their minutes."""

from datetime import UTC, datetime

import breach_steps as steps
import pytest
from breach_steps import DAY, HOUR, an_adult, because
from builders import World

from forethought.cases import sweep
from forethought.cases.models import Owed
from forethought.core.clock import london
from forethought.investigations import meetings
from forethought.investigations.models import Breach, Meeting
from forethought.investigations.standing import breach_of, last_step, words_of
from forethought.people.models import Letter

#: Monday 30 November 2026, ten days after the world begins.
MONDAY = datetime(2026, 11, 30, 14, tzinfo=UTC)


def a_planned_hearing(world: World, kind: str = "employee") -> tuple[Breach, Meeting]:
    somebody = an_adult(world, "Abe Ode", kind)
    breach = steps.to_answer(
        world, steps.reported(world, steps.under_way(world, steps.a_breach(world, subject=somebody)))
    )
    return breach, steps.a_hearing(world, breach, starts_at=MONDAY)


@pytest.mark.policy("9.5")
@pytest.mark.parametrize("kind", ["employee", "agency"])
def test_a_hearing_on_monday_must_be_moved_to_the_following_monday_but_not_beyond(world: World, kind: str) -> None:
    breach, meeting = a_planned_hearing(world, kind)
    about = {"breach": breach, "meeting": meeting, "words": "No.", "version": 1, "by": world.head, "at": world.at}
    reason = because(meetings.keep_date, alternative=MONDAY + 7 * DAY, **about)
    assert reason.startswith("The school must move it.") and "Monday 7 December 2026" in reason

    meetings.keep_date(alternative=MONDAY + 8 * DAY, **about)  # type: ignore[arg-type]
    meeting.refresh_from_db()
    assert (meeting.moved_to, meeting.version) == (None, 2)


@pytest.mark.policy("9.5")
def test_a_volunteers_hearing_may_stay_where_it_is(world: World) -> None:
    breach, meeting = a_planned_hearing(world, "volunteer")
    meetings.keep_date(
        breach=breach, meeting=meeting, alternative=MONDAY + DAY, words="No.", version=1, by=world.head, at=world.at
    )


@pytest.mark.policy("9.5")
def test_a_moved_hearing_takes_its_place_companion_adjustments_and_clock_along(world: World) -> None:
    breach, meeting = a_planned_hearing(world)
    meetings.name_companion(
        breach=breach,
        meeting=meeting,
        person=None,
        name="Uma Rao, the union",
        way="official",
        version=1,
        by=world.head,
        at=world.at,
    )
    new = meetings.move_hearing(
        breach=breach,
        meeting=meeting,
        starts_at=MONDAY + 7 * DAY,
        why="companion",
        words="She is away.",
        version=2,
        by=world.head,
        at=world.at,
    )
    said = meetings.words_of_meeting(new)
    assert said == {"place": "The library", "adjustments": "A break.", "companion": "Uma Rao, the union"}
    assert new.companion_way == "official"
    meeting.refresh_from_db()
    assert meeting.moved_to == new
    owed = {row.about: row for row in Owed.objects.filter(case=breach.case, kind="breach_meeting")}
    assert owed[meeting.id].done_at is not None and owed[new.id].due_at == MONDAY + 7 * DAY
    assert last_step(breach.case, "move_hearing").choice == "companion"  # type: ignore[union-attr]
    moved = because(
        meetings.move_hearing,
        breach=breach,
        meeting=meeting,
        starts_at=MONDAY + 3 * DAY,
        why="asked",
        words="",
        version=3,
        by=world.head,
        at=world.at,
    )
    assert moved == "This meeting was moved. See the new one."


@pytest.mark.policy("9.5")
def test_it_can_move_to_another_hour_of_the_same_day(world: World) -> None:
    breach, meeting = a_planned_hearing(world)
    about = {"breach": breach, "why": "asked", "words": "", "by": world.head, "at": world.at}
    same = because(meetings.move_hearing, meeting=meeting, starts_at=MONDAY, version=1, **about)
    assert same == "It is to be held on that day already."
    new = meetings.move_hearing(meeting=meeting, starts_at=MONDAY + HOUR, version=1, **about)  # type: ignore[arg-type]
    assert london(new.starts_at).hour == 15


@pytest.mark.policy("9.5")
@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("investigation", "Start looking into it first."),
        ("hearing", "First decide whether there is a case to answer."),
        ("appeal", "Nobody has appealed."),
        ("party", "Choose what kind of meeting it is."),
    ],
)
def test_each_meeting_has_its_stage(world: World, kind: str, begins: str) -> None:
    breach = steps.a_breach(world)
    reason = because(steps.a_hearing, world, breach, starts_at=MONDAY, kind=kind)
    assert reason == begins


def test_one_hearing_at_a_time_and_none_in_the_past_or_in_a_year_nobody_knows(world: World) -> None:
    breach, _ = a_planned_hearing(world)
    assert because(steps.a_hearing, world, breach, starts_at=MONDAY) == "One is planned already. Move it instead."
    for when, begins in ((world.at, "That time has passed."), (datetime(2300, 1, 1, tzinfo=UTC), "Choose a day in")):
        assert because(steps.a_hearing, world, breach, starts_at=when).startswith(begins)


@pytest.mark.policy("9.5")
def test_minutes_are_agreed_or_disputed_and_both_versions_stand(world: World) -> None:
    breach, after = steps.heard(world)
    meeting = breach.case.meetings.get(kind="hearing")
    about = {"breach": breach, "meeting": meeting, "by": world.head, "at": after}
    silent = because(meetings.answer_minutes, answer="disputed", words="", **about)
    assert silent == "Write what they say instead."
    meetings.answer_minutes(answer="disputed", words="I never said that.", **about)  # type: ignore[arg-type]
    assert words_of(last_step(breach.case, "hold_meeting"))["minutes"] == "Both sides spoke."
    assert words_of(last_step(breach.case, "answer_minutes"))["words"] == "I never said that."


@pytest.mark.policy("9.5")
def test_a_hearing_is_not_held_before_notice_was_given_or_before_it_begins(world: World) -> None:
    breach, meeting = a_planned_hearing(world)
    assert because(steps.held, world, breach, meeting) == "Give notice of the hearing first."
    meeting.refresh_from_db()
    assert meeting.held_at is None
    early = because(
        meetings.hold_meeting,
        breach=breach,
        meeting=meeting,
        who="All",
        minutes="All",
        version=1,
        by=world.head,
        at=MONDAY - HOUR,
    )
    assert early == "It has not begun yet."
    assert breach_of(breach.case).stage == "to_answer"


@pytest.mark.policy("9.5")
def test_a_reminder_goes_out_the_day_before_to_whoever_handles_it_and_not_to_the_person(world: World) -> None:
    breach, _ = a_planned_hearing(world)
    before = set(Letter.objects.values_list("pk", flat=True))
    sweep.fire_due(world.school.id, MONDAY - DAY)
    new = [one for one in Letter.objects.exclude(pk__in=before) if one.by_when == MONDAY]
    assert {(one.person, one.kind) for one in new} == {(world.head, "due_soon")}
    assert breach.subject not in {one.person for one in new}
