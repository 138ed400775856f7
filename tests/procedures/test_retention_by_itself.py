"""What goes by itself in the night, and the people and questions that two people let go of."""

from datetime import datetime, timedelta

import pytest
from builders import World, a_case, a_draft, a_report, an_account, an_exhibit, found_in_the_clear
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks
from retention_acts import DAY, SEVEN_YEARS, an_officer

from forethought.audit.checkpoints import signing_key
from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Case, Draft, Report
from forethought.core.errors import Refused
from forethought.evidence import custody, keyring, nightly
from forethought.evidence.models import CaseKey, Destruction, ExhibitKey
from forethought.evidence.reading import vault
from forethought.management.commands.verify import wrong_in_trail
from forethought.people import procedures as people
from forethought.people.models import Account, Appointment, Doorway, Engagement, Letter, Person
from forethought.people.sessions import roles_of
from forethought.questions import procedures as questions
from forethought.questions.models import CommonQuestion, Question
from forethought.reports.drafts import KEPT, save_draft
from forethought.retention import by_itself, disposing, due, leavers, procedures
from forethought.retention.models import Due
from forethought.retention.rules import WAITS
from forethought.retention.schedule import Period
from forethought.safeguarding.procedures import raise_alert

pytestmark = pytest.mark.policy("11.1")
SECOND = timedelta(seconds=1)


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


def night(world: World, at: datetime) -> int:
    return by_itself.of_tonight(world.school.id, at)


# --- Reports that were never sent ---


def test_a_draft_goes_thirty_days_after_it_was_last_saved_with_its_records_and_its_key(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    draft = a_draft(world)
    exhibit = an_exhibit(draft, by=world.teacher, at=world.at)
    save_draft(draft=draft, answers={"what": "Three weeks later"}, at=world.at + 20 * DAY)
    assert night(world, world.at + 20 * DAY + KEPT - SECOND) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert night(world, world.at + 20 * DAY + KEPT) == 1
    assert not Draft.objects.exists() and not ExhibitKey.objects.exists()
    assert not CaseKey.objects.filter(case_id=draft.case_id).exists()
    assert not Doorway.objects.filter(opens=draft.pk).exists()
    assert exhibit.object_name not in set(vault().names())
    # That a record was there stays, and nothing calls it missing.
    assert Destruction.objects.get().exhibit_id == exhibit.pk
    assert not nightly.open_records().exists()
    assert wrong_in_trail(world.school.id, key=signing_key(world.school.id).public()) == []
    assert list(Entry.objects.order_by("-seq").values_list("verb", flat=True)[:2]) == [
        "retention.clear_draft",
        "evidence.destroy_exhibit",
    ]
    assert night(world, world.at + 90 * DAY) == 0


def test_what_was_sent_never_goes_by_itself(world: World) -> None:
    report = a_report(world)
    assert night(world, world.at + SEVEN_YEARS) == 0
    assert Report.objects.filter(pk=report.pk).exists()
    assert CaseKey.objects.filter(case_id=report.case_id).exists()


def test_a_draft_that_is_sent_or_saved_while_the_night_reads_is_left(world: World) -> None:
    draft = a_draft(world)
    at = world.at + KEPT
    [read] = by_itself.run_out(at)
    save_draft(draft=draft, answers={"what": "At midnight"}, at=at)
    with pytest.raises(Refused, match="saved again"):
        by_itself.clear_draft(draft=read, by=PROGRAM, at=at)
    assert Draft.objects.exists()


def test_what_the_gate_told_the_lead_outlives_the_draft(world: World) -> None:
    draft = a_draft(world)
    alert = raise_alert(
        school=world.school, case_id=draft.case_id, answers={}, reporter=world.teacher, by=world.teacher, at=world.at
    )
    assert night(world, world.at + KEPT + DAY) == 1
    assert not Draft.objects.exists()
    assert keyring.words(alert, case_id=draft.case_id)["reporter"] == world.teacher.name


def test_a_hold_keeps_a_draft_and_the_others_go(world: World) -> None:
    kept, other = a_draft(world), a_draft(world, by=world.colleague)
    an_exhibit(kept, by=world.teacher, at=world.at)
    custody.place_hold(
        case_id=kept.case_id, school_id=world.school.id, kind="police", reason="They asked.", by=world.head, at=world.at
    )
    assert night(world, world.at + KEPT) == 1
    assert list(Draft.objects.all()) == [kept] and other.pk != kept.pk


# --- Questions ---


def asked(world: World, *, child: str = "no", words: str = "May I post the trip?") -> Question:
    return questions.ask_question(
        words=words, draft="", child=child, manager=None if child != "no" else world.senior, may_be_shared=True,
        by=world.teacher, at=world.at,
    )  # fmt: skip


def answered(world: World, row: Question) -> Question:
    by = row.manager
    questions.answer_question(question=row, version=row.version, words="Yes, without names.", by=by, at=world.at)
    row.refresh_from_db()
    return row


def test_a_question_goes_a_year_after_its_answer_and_what_was_shared_of_it_stays(world: World) -> None:
    row = answered(world, asked(world))
    CommonQuestion.objects.create(
        school=world.school, question="Trips?", answer="Yes.", shared_at=world.at, shared_by=world.senior
    )
    year = world.at.replace(year=world.at.year + 1)
    assert night(world, year - DAY) == 0
    assert night(world, year) == 1
    assert not Question.objects.exists() and not Letter.objects.filter(about=row.pk).exists()
    assert CommonQuestion.objects.count() == 1
    assert Entry.objects.filter(verb="retention.let_question_go", about=row.pk, by="program").count() == 1


def test_one_that_nobody_answered_stays_and_a_school_may_keep_them_longer(world: World) -> None:
    asked(world)
    other = answered(world, asked(world, words="And the fair?"))
    procedures.change_rule(
        school=world.school,
        key="question_plain",
        period=Period(years=3),
        reason="A dispute.",
        by=world.head,
        at=world.at,
    )
    assert night(world, world.at + 2 * 366 * DAY) == 0
    assert night(world, world.at + 3 * 366 * DAY) == 1
    assert Question.objects.count() == 1 and not Question.objects.filter(pk=other.pk).exists()


def test_one_that_may_be_about_a_child_waits_25_years_for_two_people(world: World, officer: Person) -> None:
    row = answered(world, asked(world, child="not_sure", words="She wrote to me at night."))
    assert night(world, world.at + 24 * 366 * DAY) == 0
    due.refresh(world.school.id, world.at + 24 * 365 * DAY)
    assert not Due.objects.filter(what="question").exists()
    at = world.at + 26 * 366 * DAY
    due.refresh(world.school.id, at)
    listed = Due.objects.get(what="question")
    assert listed.cautious and listed.reference.startswith("Q-")
    disposal = procedures.propose_disposal(due=listed, looked=True, by=world.head, at=at)
    procedures.confirm_disposal(disposal=disposal, by=officer, at=at)
    disposing.carry_out_disposal(disposal=disposal, by=PROGRAM, at=at + WAITS)
    assert not Question.objects.filter(pk=row.pk).exists()


# --- People who left ---

LATER = timedelta(days=6 * 366)


def gone(world: World, person: Person) -> datetime:
    people.leave(person=person, by=world.head, at=world.at)
    person.refresh_from_db()
    return world.at + LATER


def test_somebody_goes_six_years_after_they_left_and_their_number_stays(world: World, officer: Person) -> None:
    account = an_account(world.colleague)
    at = gone(world, world.colleague)
    due.refresh(world.school.id, world.at + timedelta(days=5 * 365))
    assert not Due.objects.filter(what="person").exists()
    due.refresh(world.school.id, at)
    listed = Due.objects.get(what="person")
    assert listed.about == world.colleague.pk and world.colleague.name not in listed.reference
    disposal = procedures.propose_disposal(due=listed, looked=True, by=world.head, at=at)
    procedures.confirm_disposal(disposal=disposal, by=officer, at=at)
    secret = disposing.carry_out_disposal(disposal=disposal, by=PROGRAM, at=at + WAITS)
    assert secret == [b"colleague@one.example"]
    row = Person.objects.get(pk=world.colleague.pk)
    assert (row.name, row.email) == (leavers.NOBODY, "")
    assert not Account.objects.filter(pk=account.pk).exists()
    assert not Engagement.objects.filter(person=row).exists()
    assert found_in_the_clear("colleague@one.example") == [] == found_in_the_clear("Ben Foster")
    due.refresh(world.school.id, at + 400 * DAY)
    assert not Due.objects.filter(what="person").exists()


def test_nobody_goes_whom_a_case_still_names(world: World, officer: Person) -> None:
    """The teacher reported, the senior handled: neither is on the list while the case is there."""
    case = a_case(world)
    Case.objects.filter(pk=case.pk).update(manager=world.head)
    for person in (world.teacher, world.senior):
        at = gone(world, person)
        assert leavers.naming(person.pk)
    due.refresh(world.school.id, at)
    assert not Due.objects.filter(what="person").exists()
    thing = due.find("person", world.teacher.pk)
    assert thing is not None
    assert "still names them" in str(procedures.why_not_now(thing, at))


def test_somebody_who_came_back_is_not_due(world: World) -> None:
    at = gone(world, world.colleague)
    Person.objects.filter(pk=world.colleague.pk).update(left_at=None)
    due.refresh(world.school.id, at)
    assert not Due.objects.filter(what="person").exists()
    assert roles_of(world.colleague, at) == frozenset() and Appointment.objects.exists()
