"""Asking a manager: who is told, what the clock does, who may answer, and what becomes of the answer."""

from datetime import UTC, datetime, timedelta

import pytest
from builders import FRIDAY_6PM, World, found_in_the_clear

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import spoken
from forethought.core.errors import Refused, TooLate
from forethought.evidence import keyring
from forethought.evidence.keys import BrokenSeal
from forethought.evidence.models import SchoolKey
from forethought.management.commands.worker import BELLS
from forethought.people import alarms
from forethought.people import procedures as people
from forethought.people.models import Alarm, Letter, Person, Role
from forethought.policies.models import Policy
from forethought.questions import procedures, standing
from forethought.questions.models import CommonQuestion, Question

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
#: Friday 20 November 2026 and two working days: Tuesday 24 November, 5pm.
DUE = datetime(2026, 11, 24, 17, tzinfo=UTC)


def ask(world: World, **changes: object) -> Question:
    """A question of a teacher to a senior manager."""
    given: dict[str, object] = {
        "words": "May I post our trip?",
        "draft": "",
        "child": "no",
        "manager": world.senior,
        "may_be_shared": True,
        "by": world.teacher,
        "at": world.at,
    }
    return procedures.ask_question(**{**given, **changes})  # type: ignore[arg-type]


def answer(question: Question, by: Person, *, at: datetime, words: str = "Yes, without faces.") -> None:
    procedures.answer_question(question=question, version=question.version, words=words, by=by, at=at)


def ring(world: World, at: datetime) -> None:
    assert alarms.ring_due(world.school.id, at, bells=BELLS)


def letters(person: Person) -> list[str]:
    """The letters to somebody that were not taken back."""
    return list(
        Letter.objects.filter(person=person, dropped="").order_by("owed_at", "id").values_list("kind", flat=True)
    )


def verbs() -> list[str]:
    return [verb for verb in Entry.objects.order_by("seq").values_list("verb", flat=True) if "questions." in verb]


# --- Asking ---


@pytest.mark.policy("3.6")
def test_a_question_is_put_before_the_chosen_manager_and_nobody_else(world: World) -> None:
    question = ask(world, draft="We had such fun!")

    assert (question.manager, question.senior, question.due_at) == (world.senior, None, DUE)
    assert letters(world.senior) == ["needs_you"]
    seen = {
        person.name: standing.part_of(question, person, world.at)
        for person in world.everybody()
        if standing.part_of(question, person, world.at)
    }
    assert seen == {"Tess Harlow": "asker", "David Reed": "manager"}
    assert [standing.waiting_for(person, world.at) for person in (world.senior, world.head, world.lead)] == [
        [question],
        [],
        [],
    ]
    assert verbs() == ["questions.ask_question"]


def test_the_words_lie_sealed_and_open_in_no_other_place(world: World) -> None:
    one = ask(world, words="Quetzal one?", draft="Quetzal two", at=world.at)
    answer(one, world.senior, at=world.at, words="Quetzal three")
    other = ask(world, words="Something else?")

    assert found_in_the_clear("quetzal") == []
    assert standing.words_of(one).everything == "Quetzal one?\nQuetzal two"
    assert standing.answer_of(one) == "Quetzal three"
    other.content = one.content
    with pytest.raises(BrokenSeal):
        standing.words_of(other)
    one.content = one.answer  # type: ignore[assignment]
    with pytest.raises(BrokenSeal):
        standing.words_of(one)


def test_a_question_opens_after_the_school_has_a_new_key(world: World) -> None:
    question = ask(world)
    keyring.make_school_key(school_id=world.school.id, at=world.at + HOUR)

    assert SchoolKey.objects.count() == 2
    assert standing.words_of(question).words == "May I post our trip?"


@pytest.mark.policy("3.6")
def test_the_schools_own_target_holds(world: World) -> None:
    Policy.objects.create(school=world.school, answer_days=1, started_at=world.at, moved_at=world.at, moved_by="x")

    assert spoken(ask(world).due_at) == "5pm on Monday 23 November"


def test_a_second_press_is_no_second_question(world: World) -> None:
    first = ask(world)

    assert ask(world, at=world.at + SECOND) == first
    assert ask(world, at=world.at + 2 * SECOND, words="And this?") != first
    assert (Question.objects.count(), len(letters(world.senior))) == (2, 2)


@pytest.mark.parametrize("who", ["teacher", "colleague", "lead"])
def test_a_question_goes_to_nobody_who_is_not_on_the_list(world: World, who: str) -> None:
    with pytest.raises(Refused, match="Choose somebody from the list"):
        ask(world, manager=getattr(world, who))
    assert verbs() == []


@pytest.mark.policy("3.6")
def test_the_line_manager_comes_first_and_their_own_manager_is_next(world: World) -> None:
    for person, manager in ((world.teacher, world.colleague), (world.colleague, world.vice)):
        engagement = person.engagements.get()
        people.name_manager(engagement=engagement, manager=manager, by=PROGRAM, at=world.at)
    question = ask(world, manager=world.colleague)

    ring(world, DUE)

    question.refresh_from_db()
    assert (question.manager, question.senior) == (world.colleague, world.vice)


# --- A child at risk ---


@pytest.mark.policy("3.6", "6.5")
@pytest.mark.parametrize("child", ["yes", "not_sure"])
def test_a_child_at_risk_goes_to_the_lead_at_once_whoever_was_chosen(world: World, child: str) -> None:
    question = ask(world, child=child)

    assert (question.manager, question.due_at) == (world.lead, world.at + HOUR)
    assert (letters(world.lead), letters(world.senior), letters(world.head)) == (["needs_you_now"], [], [])
    assert standing.part_of(question, world.senior, world.at) is None


@pytest.mark.policy("3.6", "6.5")
@pytest.mark.parametrize(("after", "told"), [(HOUR - SECOND, []), (HOUR, ["needs_you_now"])])
def test_unseen_for_an_hour_it_goes_on_to_the_head(world: World, after: timedelta, told: list[str]) -> None:
    question = ask(world, child="yes")

    ring(world, world.at + after)

    assert letters(world.head) == told
    question.refresh_from_db()
    assert (question.senior == world.head) is bool(told)


@pytest.mark.policy("3.6", "6.5")
def test_seen_and_not_answered_the_lead_is_told_and_an_hour_later_the_head(world: World) -> None:
    question = ask(world, child="yes")
    procedures.see_question(question=question, by=world.lead, at=world.at + SECOND)
    assert letters(world.lead) == []

    ring(world, world.at + HOUR)
    assert (letters(world.lead), letters(world.head)) == (["late"], [])

    ring(world, world.at + 2 * HOUR)
    assert (letters(world.lead), letters(world.head)) == (["late"], ["needs_you_now"])
    question.refresh_from_db()
    assert (question.late_at, question.senior) == (world.at + HOUR, world.head)


@pytest.mark.policy("3.6", "6.5")
def test_deputies_see_it_too_and_only_while_they_are_deputies(world: World) -> None:
    appointment = people.appoint(person=world.colleague, role=Role.DEPUTY_LEAD, by=PROGRAM, at=world.at - HOUR)
    question = ask(world, child="yes")

    assert letters(world.colleague) == ["needs_you_now"]
    assert standing.part_of(question, world.colleague, world.at) == "lead"
    assert standing.waiting_for(world.colleague, world.at) == [question]
    people.end_appointment(appointment=appointment, by=PROGRAM, at=world.at + HOUR)
    assert standing.part_of(question, world.colleague, world.at + HOUR) is None
    assert standing.waiting_for(world.colleague, world.at + HOUR) == []


@pytest.mark.policy("3.6", "6.5")
def test_it_goes_past_the_lead_who_asks_and_past_whoever_is_named(world: World) -> None:
    assert ask(world, child="yes", by=world.lead).manager == world.head
    named = ask(world, child="yes", words="Mrs Patel hit a child.")
    assert named.manager == world.head
    assert standing.part_of(named, world.lead, world.at) is None
    both = ask(world, child="yes", words="Mrs Patel and Mrs Okafor laughed at a child.")
    assert both.manager not in {world.lead, world.head}


def test_where_nobody_can_take_it_the_numbers_are_said(world: World) -> None:
    for person in world.everybody():
        for appointment in person.appointments.all():
            people.end_appointment(appointment=appointment, by=PROGRAM, at=world.at - HOUR)

    with pytest.raises(Refused, match="Call 999"):
        ask(world, child="yes")


@pytest.mark.policy("3.6", "6.5")
def test_a_manager_who_sees_a_child_at_risk_passes_it_to_the_lead_and_sees_it_no_more(world: World) -> None:
    question = ask(world)
    procedures.see_question(question=question, by=world.senior, at=world.at)

    procedures.pass_to_lead(question=question, version=1, by=world.senior, at=world.at + HOUR)

    assert (question.manager, question.child, question.due_at) == (world.lead, "yes", world.at + 2 * HOUR)
    assert standing.part_of(question, world.senior, world.at + HOUR) is None
    assert (letters(world.senior), letters(world.lead), letters(world.teacher)) == ([], ["needs_you_now"], ["news"])
    with pytest.raises(TooLate):
        procedures.answer_question(question=question, version=1, words="Yes", by=world.senior, at=world.at + HOUR)
    ring(world, world.at + 2 * HOUR)
    assert letters(world.head) == ["needs_you_now"]


# --- Late ---


@pytest.mark.policy("3.6")
@pytest.mark.parametrize("after", [-SECOND, SECOND * 0])
def test_unanswered_at_the_target_it_is_overdue_to_their_senior(world: World, after: timedelta) -> None:
    question = ask(world)
    rings = after >= timedelta()

    ring(world, DUE + after)

    question.refresh_from_db()
    assert (question.late_at == DUE) is rings
    assert standing.waiting_for(world.head, DUE) == ([question] if rings else [])
    assert letters(world.head) == (["needs_you"] if rings else [])
    assert letters(world.senior) == (["needs_you", "late"] if rings else ["needs_you"])


@pytest.mark.policy("3.6")
def test_an_alarm_that_rings_twice_tells_nobody_twice(world: World) -> None:
    question = ask(world)
    ring(world, DUE)
    procedures.pass_on_question(question=standing.load(question.pk), by=PROGRAM, at=DUE + HOUR)  # type: ignore[arg-type]

    assert (letters(world.head), letters(world.senior)) == (["needs_you"], ["needs_you", "late"])


@pytest.mark.policy("3.6")
def test_it_goes_on_to_the_one_the_asker_was_told_of(world: World) -> None:
    question = ask(world)
    people.name_manager(
        engagement=world.senior.engagements.get(), manager=world.colleague, by=PROGRAM, at=world.at + HOUR
    )

    ring(world, DUE)

    question.refresh_from_db()
    assert question.senior == world.head


def test_where_that_one_has_left_it_goes_on_to_whoever_stands_there_now(world: World) -> None:
    question = ask(world)
    people.leave(person=world.head, by=PROGRAM, at=world.at + HOUR)
    people.appoint(person=world.vice, role=Role.HEAD, by=PROGRAM, at=world.at + HOUR)

    ring(world, DUE)

    question.refresh_from_db()
    assert question.senior == world.vice


def test_answered_in_time_nothing_rings(world: World) -> None:
    answer(ask(world), world.senior, at=DUE - SECOND)

    ring(world, DUE)

    assert not Alarm.objects.filter(rung_at__isnull=True, kind__startswith="question").exists()
    assert (letters(world.senior), letters(world.head)) == ([], [])


# --- Answering and reading ---


@pytest.mark.policy("3.6")
def test_the_answer_is_for_the_asker_who_is_told(world: World) -> None:
    question = ask(world)
    said = procedures.see_question(question=question, by=world.senior, at=world.at)
    answer(question, world.senior, at=world.at + HOUR)

    assert said.words == "May I post our trip?"
    assert letters(world.teacher) == ["answered"]
    assert procedures.read_answer(question=question, by=world.teacher, at=world.at + 2 * HOUR) == "Yes, without faces."
    question.refresh_from_db()
    assert (question.seen_at, question.read_at) == (world.at, world.at + 2 * HOUR)
    assert letters(world.teacher) == []
    assert verbs() == [
        f"questions.{verb}" for verb in ("ask_question", "see_question", "answer_question", "read_answer")
    ]
    assert not [body for body in Entry.objects.values_list("body", flat=True) if "trip" in body]


@pytest.mark.policy("3.6")
def test_of_two_who_may_answer_the_second_is_told_who_was_first(world: World) -> None:
    question = ask(world)
    ring(world, DUE)
    stale = standing.load(question.pk)
    assert stale is not None
    question.refresh_from_db()
    answer(question, world.head, at=DUE + HOUR)

    with pytest.raises(TooLate, match="Amina Okafor did this at 6pm"):
        answer(stale, world.senior, at=DUE + HOUR + SECOND)
    assert standing.answer_of(question) == "Yes, without faces."
    assert verbs().count("questions.answer_question") == 1


@pytest.mark.parametrize("who", ["teacher", "head", "colleague", "lead", "chair"])
def test_nobody_else_sees_answers_passes_on_or_shares(world: World, who: str) -> None:
    question, other = ask(world), getattr(world, who)

    with pytest.raises(Refused):
        procedures.see_question(question=question, by=other, at=world.at)
    with pytest.raises(Refused):
        answer(question, other, at=world.at)
    with pytest.raises(Refused):
        procedures.pass_to_lead(question=question, version=1, by=other, at=world.at)
    answer(question, world.senior, at=world.at)
    with pytest.raises(Refused):
        procedures.share_answer(question=question, asked="May we?", answer="Yes.", by=other, at=world.at)
    if who != "teacher":
        with pytest.raises(Refused):
            procedures.read_answer(question=question, by=other, at=world.at)


# --- For all ---


@pytest.mark.policy("3.6")
def test_what_all_may_read_leads_nowhere_and_can_be_taken_back(world: World) -> None:
    question = ask(world)
    answer(question, world.senior, at=world.at)
    made = procedures.share_answer(
        question=question, asked="May staff write of a trip?", answer="Yes.", by=world.senior, at=world.at + HOUR
    )

    entry = Entry.objects.get(verb="questions.share_answer")
    assert entry.about == made.pk and str(question.pk) not in entry.body
    assert str(question.pk) not in {str(value) for value in CommonQuestion.objects.values_list()[0]}
    assert list(standing.common()) == [made]
    with pytest.raises(Refused, match="All can read this already"):
        procedures.share_answer(
            question=question, asked="May staff write of a trip?", answer="Yes.", by=world.senior, at=world.at + HOUR
        )
    with pytest.raises(Refused, match="Only the person who shared it"):
        procedures.withdraw_common_question(common=made, by=world.teacher, at=world.at + HOUR)
    procedures.withdraw_common_question(common=made, by=world.head, at=world.at + HOUR)
    assert list(standing.common()) == []


@pytest.mark.policy("3.6")
def test_nothing_is_shared_that_the_asker_did_not_allow(world: World) -> None:
    question = ask(world, may_be_shared=False)
    answer(question, world.senior, at=world.at)

    with pytest.raises(Refused, match="did not say"):
        procedures.share_answer(question=question, asked="May we?", answer="Yes.", by=world.senior, at=world.at)


@pytest.mark.policy("3.6", "6.5")
def test_what_waits_comes_overdue_first_and_a_child_before_all_else(world: World) -> None:
    later = ask(world, at=FRIDAY_6PM + timedelta(days=4), words="Second?", manager=world.head)
    first = ask(world, manager=world.head)
    assert standing.waiting_for(world.head, DUE) == [first, later]
    assert standing.urgent_for(world.head, DUE) is None

    child = ask(world, child="yes", by=world.lead, at=DUE)

    assert standing.waiting_for(world.head, DUE) == [first, child, later]
    assert standing.urgent_for(world.head, DUE) == child
    answer(child, world.head, at=DUE)
    assert standing.urgent_for(world.head, DUE) is None
