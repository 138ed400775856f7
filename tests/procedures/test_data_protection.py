"""Breaches of personal data and complaints about data: what is kept, who is asked when, which events are left."""

import uuid
from datetime import datetime, timedelta

import pytest
from builders import World, found_in_the_clear
from data_protection_acts import GRAVE, MILD, SAID, a_data_breach, a_data_complaint, an_officer
from django.db import DatabaseError, transaction

from forethought.audit.models import Entry
from forethought.audit.procedures import Visitor
from forethought.core.clock import from_london
from forethought.core.errors import Refused, TooLate
from forethought.evidence import keyring
from forethought.management.commands.worker import BELLS
from forethought.people import alarms
from forethought.people import procedures as people
from forethought.people.models import Alarm, Doorway, Letter, Person
from forethought.protection import breaches, complaints, standing
from forethought.protection.models import DataBreach, DataBreachStep, DataComplaint, DataComplaintNote

pytestmark = pytest.mark.policy("11.1")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


def verbs() -> list[str]:
    found = Entry.objects.filter(verb__startswith="protection.").order_by("seq").values_list("verb", flat=True)
    return [one.removeprefix("protection.") for one in found]


def owed(person: Person, kind: str) -> int:
    return Letter.objects.filter(person=person, kind=kind, dropped="").count()


def ring(world: World, at: datetime) -> None:
    assert alarms.ring_due(world.school.pk, at, bells=BELLS)


def rings_at(row: DataBreach | DataComplaint) -> datetime | None:
    found = Alarm.objects.filter(about=row.pk, rung_at=None).first()
    return found.rings_at if found else None


def weigh(row: DataBreach, by: Person, at: datetime, answers: dict[str, str] = GRAVE, **said: str) -> None:
    breaches.weigh_breach(
        data_breach=row, version=row.version, answers=answers, **{"risk": "high", "reason": "", **said}, by=by, at=at
    )


def test_anybody_tells_of_a_breach_and_those_who_see_to_it_are_told(world: World, officer: Person) -> None:
    row = a_data_breach(world)
    assert row.due_at == world.at + 72 * HOUR and rings_at(row) == world.at + 24 * HOUR
    assert (owed(officer, "due_soon"), owed(world.head, "due_soon"), owed(world.chair, "due_soon")) == (1, 1, 0)
    assert verbs() == ["note_data_breach"]
    assert keyring.words_at_school(row, "content") == SAID
    assert found_in_the_clear("wrong family") == []


def test_what_may_be_about_the_head_is_told_to_the_chair_instead(world: World, officer: Person) -> None:
    row = a_data_breach(world, about="head")
    assert set(standing.who_sees_to(row.about, world.at)) == {officer, world.chair, world.vice}
    assert owed(world.head, "due_soon") == 0
    with pytest.raises(Refused, match="Others see to this"):
        breaches.see_data_breach(data_breach=row, by=world.head, at=world.at)
    assert set(standing.who_sees_to("not_sure", world.at)) == {world.chair, world.vice}


def test_in_a_school_without_an_officer_the_head_is_asked(world: World) -> None:
    a_data_breach(world)
    assert owed(world.head, "due_soon") == 1


def test_the_clock_asks_at_its_marks_says_when_it_is_late_and_rests_when_the_ico_was_told(
    world: World, officer: Person
) -> None:
    row = a_data_breach(world)
    for hours, kind, times in ((24, "due_soon", 2), (48, "due_soon", 3), (66, "due_soon", 4), (72, "late", 1)):
        ring(world, world.at + hours * HOUR)
        assert owed(officer, kind) == times
    ring(world, world.at + 96 * HOUR)
    assert owed(officer, "late") == 2
    weigh(row, officer, world.at + 97 * HOUR)
    assert rings_at(row) == world.at + 120 * HOUR
    told_at = world.at + 98 * HOUR
    breaches.note_ico_told(
        data_breach=row, version=row.version, told_at=told_at, reference="IC-1", by=officer, at=told_at
    )
    assert rings_at(row) is None
    assert Entry.objects.get(verb="protection.note_ico_told").body.count('"late":true') == 1
    ring(world, world.at + 200 * HOUR)
    assert owed(officer, "late") == 0, "what was not sent yet is taken back"


def test_a_person_confirms_the_risk_and_says_why_where_they_think_otherwise(world: World, officer: Person) -> None:
    row = a_data_breach(world)
    with pytest.raises(Refused, match="Say why"):
        weigh(row, officer, world.at, risk="unlikely")
    weigh(row, officer, world.at, risk="unlikely", reason="It was one sheet, and it was burnt.")
    assert row.risk == "unlikely" and rings_at(row) is None
    step = DataBreachStep.objects.get()
    assert step.choice == "unlikely" and keyring.words_at_school(step, "content")["came_to"] == "high"
    weigh(row, officer, world.at + HOUR)
    assert row.risk == "high" and rings_at(row) == world.at + 24 * HOUR, "weighed again, the clock runs again"
    row.version = 1
    with pytest.raises(TooLate):
        weigh(row, officer, world.at + HOUR)


def test_a_near_miss_has_no_clock_until_it_turns_out_to_have_happened(world: World, officer: Person) -> None:
    row = a_data_breach(world, near_miss=True)
    assert rings_at(row) is None and owed(officer, "needs_you") == 1
    at = world.at + 80 * HOUR
    breaches.treat_as_breach(data_breach=row, version=1, words="A parent has it.", by=officer, at=at)
    assert rings_at(row) == world.at + 96 * HOUR, "it runs from when the school knew"
    with pytest.raises(Refused, match="already"):
        breaches.treat_as_breach(data_breach=row, version=2, words="Again.", by=officer, at=at)


def test_a_breach_closes_with_a_lesson_and_changes_no_more(world: World, officer: Person) -> None:
    row = a_data_breach(world)
    weigh(row, officer, world.at, MILD, risk="unlikely")
    with pytest.raises(Refused, match="does not happen again"):
        breaches.close_data_breach(data_breach=row, version=row.version, reason="", by=officer, at=world.at)
    breaches.note_breach_step(data_breach=row, kind="lesson", words="A second look.", by=officer, at=world.at)
    breaches.note_people_told(
        data_breach=row, version=row.version, told_at=world.at, words="By phone.", by=officer, at=world.at
    )
    breaches.close_data_breach(data_breach=row, version=row.version, reason="", by=officer, at=world.at)
    with pytest.raises(Refused, match="closed"):
        breaches.note_breach_step(data_breach=row, kind="found", words="More.", by=officer, at=world.at)
    assert verbs() == ["note_data_breach", "weigh_breach", "note_breach_step", "note_people_told", "close_data_breach"]
    with pytest.raises(DatabaseError), transaction.atomic():
        DataBreachStep.objects.filter(kind="lesson").update(kind="found")


def test_times_that_cannot_be_are_refused(world: World, officer: Person) -> None:
    with pytest.raises(Refused, match="not come yet"):
        breaches.note_data_breach(
            said=SAID, near_miss=False, about="neither", known_at=world.at + HOUR, by=officer, at=world.at
        )
    row = a_data_breach(world)
    with pytest.raises(Refused, match="before the school knew"):
        breaches.note_ico_told(
            data_breach=row, version=1, told_at=world.at - HOUR, reference="", by=officer, at=world.at
        )


# --- Complaints ---


def test_a_complaint_comes_with_a_code_once_and_its_clock_is_thirty_days(world: World, officer: Person) -> None:
    press = uuid.uuid4()
    row, code = a_data_complaint(world, press=press)
    again, other = a_data_complaint(world, press=press)
    assert row.pk == again.pk and code != other and Doorway.objects.filter(opens=row.pk).count() == 2
    assert row.due_at == from_london(world.at.date() + 30 * DAY, datetime.min.time())
    assert (owed(officer, "needs_you"), owed(world.head, "needs_you")) == (1, 1)
    assert found_in_the_clear("passed on") == []
    assert verbs() == ["receive_data_complaint", "give_data_complaint_code"]


def test_until_it_is_said_to_be_here_it_is_asked_for_and_then_until_it_is_answered(
    world: World, officer: Person
) -> None:
    row, _ = a_data_complaint(world)
    for days, kind, times in ((7, "due_soon", 1), (21, "due_soon", 2), (27, "due_soon", 3), (29, "due_soon", 4)):
        ring(world, world.at + days * DAY)
        assert owed(officer, kind) == times, days
    ring(world, world.at + 33 * DAY)
    assert owed(officer, "late") == 1
    at = world.at + 34 * DAY
    with pytest.raises(Refused, match="Tell them first"):
        complaints.answer_data_complaint(
            data_complaint=row, version=1, words="No.", outcome="upheld", by=officer, at=at
        )
    complaints.acknowledge_data_complaint(data_complaint=row, version=1, words="We have it.", by=officer, at=at)
    assert '"late":true' in Entry.objects.get(verb="protection.acknowledge_data_complaint").body
    complaints.note_complaint_step(data_complaint=row, kind="word", words="Soon.", by=officer, at=at)
    complaints.answer_data_complaint(
        data_complaint=row, version=row.version, words="It is put right.", outcome="upheld", by=officer, at=at
    )
    last = DataComplaintNote.objects.get(kind="answer")
    assert "Information Commissioner" in keyring.words_at_school(last, "content")["words"]
    assert rings_at(row) is None and owed(officer, "late") == 0
    with pytest.raises(Refused, match="closed"):
        complaints.note_complaint_step(data_complaint=row, kind="step", words="More.", by=officer, at=at)


def test_one_of_very_many_at_once_is_kept_with_its_clock_and_sends_no_mail(world: World, officer: Person) -> None:
    row, code = a_data_complaint(world, crowded=True)
    complaints.add_to_data_complaint(data_complaint=row, words="And this.", by=Visitor(row.pk), at=world.at)
    assert code and rings_at(row) is not None
    assert not Letter.objects.filter(about=row.pk).exists()


def test_a_letter_is_written_down_with_the_day_on_which_it_came(world: World, officer: Person) -> None:
    came = world.at - 10 * DAY
    row = complaints.log_data_complaint(
        said={"happened": "A letter."}, about="neither", way="letter", received_at=came, by=officer, at=world.at
    )
    assert row.due_at < world.at + 20 * DAY and (row.logged_by, row.logged_at) == (officer, world.at)
    assert (owed(officer, "needs_you"), owed(world.head, "needs_you")) == (0, 1)
    with pytest.raises(Refused, match="about you"):
        complaints.log_data_complaint(
            said={"happened": "A letter."}, about="officer", way="letter", received_at=came, by=officer, at=world.at
        )


def test_whoever_no_longer_holds_the_office_sees_to_nothing_more(world: World, officer: Person) -> None:
    row, _ = a_data_complaint(world)
    people.end_appointment(appointment=officer.appointments.get(), by=world.head, at=world.at)
    with pytest.raises(Refused, match="Others see to this"):
        complaints.see_data_complaint(data_complaint=row, by=officer, at=world.at + HOUR)
