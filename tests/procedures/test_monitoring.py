"""Leave to monitor: who decides, who never learns of it, that it ends alone, and what is destroyed."""

from datetime import timedelta

import pytest
from builders import World, found_in_the_clear
from monitoring_acts import (
    DAY,
    a_leave,
    a_request,
    an_officer,
    asked,
    authorise,
    comment,
    everybody_is_told,
    of,
    review,
    somebody,
)

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases import sweep
from forethought.cases.models import Case, Exclusion, Owed, Papers, Seat
from forethought.cases.opened_papers import open_to, read_papers
from forethought.core.errors import Refused, TooLate
from forethought.evidence import keyring
from forethought.management.commands.worker import BELLS
from forethought.monitoring import procedures, running
from forethought.monitoring.models import Monitoring, MonitoringNote, UserNotice
from forethought.monitoring.rules import Status
from forethought.monitoring.standing import about, said_of, status_now
from forethought.people import alarms
from forethought.people import procedures as people
from forethought.people.models import Engagement, Letter, Person, Role

pytestmark = pytest.mark.policy("10.1")


def ring(world: World, days: float) -> None:
    assert alarms.ring_due(world.school.id, world.at + days * DAY, bells=BELLS)


def whys(row: Monitoring) -> dict[Person, str]:
    return {seat.person: seat.why for seat in Seat.objects.filter(case=row.case, ended_at__isnull=True)}


def test_a_request_goes_to_officer_and_head_and_the_person_is_kept_out_before_the_answer(world: World) -> None:
    officer = an_officer(world)
    row = a_request(world)

    assert whys(row) == {world.senior: "requester", world.head: "manager", officer: "dpo"}
    assert Exclusion.objects.filter(case=row.case, person=world.teacher).exists()
    assert not Case.objects.seen_by(world.teacher, world.at).filter(pk=row.case_id).exists()
    assert list(Owed.objects.filter(case=row.case, done_at__isnull=True).values_list("kind", flat=True)) == [
        "monitor_comment"
    ]
    assert said_of(row)["assessment"] == "DPIA 7"
    assert not Letter.objects.filter(person=world.teacher, case_id=row.case_id).exists()


@pytest.mark.parametrize(
    ("subject", "requester", "decides"),
    [
        ("teacher", "senior", "head"),
        ("teacher", "head", "chair"),
        ("head", "senior", "chair"),
        ("senior", "lead", "head"),
        ("lead", "senior", "head"),
        ("chair", "senior", "vice"),
        ("head", "chair", "vice"),
    ],
)
def test_whoever_decides_is_neither_asker_nor_subject_nor_below_the_subject(
    world: World, subject: str, requester: str, decides: str
) -> None:
    row = a_request(world, about=getattr(world, subject), by=getattr(world, requester))

    assert row.case.manager == getattr(world, decides)
    assert getattr(world, subject) not in whys(row)


def test_where_nobody_at_the_school_may_decide_it_waits_and_the_outside_one_is_named(world: World) -> None:
    row = a_request(world, about=world.lead, by=world.head)

    assert row.case.manager is None
    assert row.case.outside
    with pytest.raises(Refused):
        authorise(row, by=world.chair, at=world.at)


def test_the_subjects_line_manager_may_ask_and_sees_it_and_another_line_manager_is_kept_out(world: World) -> None:
    for boss, other in ((world.senior, False), (world.colleague, True)):
        Engagement.objects.filter(person=world.teacher).update(manager=boss)
        row = a_request(world, by=world.senior)
        assert whys(row)[world.senior] == "requester"
        assert Exclusion.objects.filter(case=row.case, person=boss).exists() is other


def test_the_asker_cannot_give_leave_even_as_head(world: World) -> None:
    everybody_is_told(world)
    row = comment(a_request(world, by=world.head), by=world.chair, at=world.at, who="The trust’s officer")

    with pytest.raises(Refused, match="You asked for this"):
        authorise(row, by=world.head, at=world.at)
    assert authorise(row, by=world.chair, at=world.at).authorised_by == world.chair


def test_nothing_is_decided_before_the_comment_or_before_everybody_is_told(world: World) -> None:
    officer = an_officer(world)
    row = a_request(world)
    with pytest.raises(Refused, match="comments first"):
        authorise(row, by=world.head, at=world.at)
    with pytest.raises(Refused, match="themselves"):
        comment(row, by=world.head, at=world.at, who="Another")
    row = comment(row, by=officer, at=world.at)
    with pytest.raises(Refused, match="Everybody must be told first"):
        authorise(row, by=world.head, at=world.at)
    everybody_is_told(world)
    with pytest.raises(Refused, match="still shown"):
        procedures.authorise_monitoring(
            monitoring=row, version=row.version, reasons="Needed.", by=world.head, at=world.at
        )
    assert authorise(row, by=world.head, at=world.at).status == Status.AUTHORISED


def test_an_officer_whom_it_is_about_does_not_comment(world: World) -> None:
    officer = an_officer(world)
    row = a_request(world, about=officer)

    assert officer not in whys(row)
    assert row.case.manager == world.chair
    assert comment(row, by=world.chair, at=world.at, who="The trust’s officer").status == Status.COMMENTED


@pytest.mark.parametrize("change", [{"ends_on": None}, {"assessment": ""}, {"system": "false_profile"}])
def test_what_the_rules_refuse_leaves_no_case(world: World, change: dict[str, object]) -> None:
    with pytest.raises(Refused):
        a_request(world, **change)
    assert not Monitoring.objects.exists()


def test_a_request_without_an_assessment_is_refused_at_the_decision_too(world: World) -> None:
    everybody_is_told(world)
    row = comment(a_request(world), by=world.head, at=world.at, who="The trust’s officer")
    Monitoring.objects.filter(pk=row.pk).update(
        content=keyring.seal(row, {**said_of(row), "assessment": " "}, case_id=row.case_id)
    )
    with pytest.raises(Refused, match="impact assessment"):
        authorise(of(row.case), by=world.head, at=world.at)


def test_refused_is_the_end_of_it(world: World) -> None:
    row = comment(a_request(world), by=world.head, at=world.at, who="The trust’s officer")
    procedures.refuse_monitoring(
        monitoring=row, version=row.version, reasons="Ask her first.", by=world.head, at=world.at
    )
    row = of(row.case)

    assert (row.status, row.case.status) == (Status.REFUSED, "closed")
    assert not Owed.objects.filter(case=row.case, done_at__isnull=True).exists()
    with pytest.raises(Refused):
        authorise(row, by=world.head, at=world.at)


def test_whoever_saw_an_older_state_is_told_who_was_first(world: World) -> None:
    row = a_request(world)
    old = of(row.case)
    comment(row, by=world.head, at=world.at, who="The trust’s officer")
    with pytest.raises(TooLate, match="Amina Okafor"):
        procedures.refuse_monitoring(monitoring=old, version=1, reasons="No.", by=world.head, at=world.at)


def test_it_support_is_shown_the_scope_and_nothing_else_until_the_end(world: World) -> None:
    support = somebody(world, "Ines Park", Role.IT)
    row = a_leave(world)
    papers = open_to(support, world.at).get()
    read = str(read_papers(papers=papers, by=support, at=world.at))

    assert papers.ends_at == row.ends_at
    assert "Mailbox t.harlow" in read and "Union business" in read
    for kept_back in ("exam papers", "Whether more went out", "DPIA 7", world.senior.name, world.teacher.name):
        assert kept_back not in read
    assert not open_to(support, row.ends_at).exists()
    assert not Case.objects.seen_by(support, world.at).filter(pk=row.case_id).exists()


def test_it_support_whom_it_is_about_carries_nothing_out(world: World) -> None:
    support = somebody(world, "Ines Park", Role.IT)
    a_leave(world, about=support)
    assert not Papers.objects.exists()


def test_a_leave_is_over_by_the_clock_with_no_act_by_anybody(world: World) -> None:
    row = a_leave(world)
    ring(world, 0)
    assert of(row.case).status == Status.RUNNING
    end = row.ends_at

    # Shown as over at its very end, before the worker has noted anything.
    assert status_now(of(row.case), end - timedelta(seconds=1)) is Status.RUNNING
    assert status_now(of(row.case), end) is Status.EXPIRED
    with pytest.raises(Refused):
        running.stop_monitoring(
            monitoring=of(row.case), version=of(row.case).version, reasons="Now.", by=world.head, at=end
        )

    assert alarms.ring_due(world.school.id, end, bells=BELLS)
    row = of(row.case)
    assert (row.status, row.over_at, row.moved_by) == (Status.EXPIRED, end, "program")
    assert Entry.objects.filter(verb="monitoring.expire_monitoring", by="program").count() == 1
    assert Owed.objects.filter(case=row.case, kind="monitor_review", done_at__isnull=True).exists()


def test_a_leave_is_over_even_where_no_worker_ran_and_can_be_reviewed(world: World) -> None:
    row = a_leave(world)
    late = row.ends_at + 3 * DAY

    row = review(of(row.case), by=world.head, at=late)

    assert row.status == Status.REVIEWED
    assert Entry.objects.filter(verb="monitoring.expire_monitoring").count() == 1
    ring(world, 30)
    assert of(row.case).status == Status.REVIEWED


def test_stopped_early_the_scope_is_closed_at_once(world: World) -> None:
    support = somebody(world, "Ines Park", Role.IT)
    row = a_leave(world)
    running.stop_monitoring(
        monitoring=row, version=row.version, reasons="Enough is known.", by=world.head, at=world.at + DAY
    )
    assert of(row.case).status == Status.ENDED
    assert not open_to(support, world.at + DAY).exists()


def test_a_second_period_is_a_second_request(world: World) -> None:
    first = a_leave(world)
    later = first.ends_at + DAY
    second = a_request(world, at=later)

    assert second.case_id != first.case_id
    assert second.status == Status.REQUESTED
    assert of(first.case).ends_at == first.ends_at


def test_what_was_produced_is_reviewed_and_the_rest_destroyed_with_two_names(world: World) -> None:
    row = a_leave(world)
    ring(world, 15)
    after = row.ends_at + DAY
    row = review(of(row.case), by=world.head, at=after)
    assert Owed.objects.filter(case=row.case, kind="monitor_destroy", done_at__isnull=True).exists()
    gone = {"way": "erased", "done_on": after.date(), "by": world.head, "at": after}
    for wrong in (world.head, world.teacher):
        with pytest.raises(Refused):
            running.note_destruction(monitoring=row, version=row.version, second=wrong, **gone)

    note = running.note_destruction(monitoring=row, version=row.version, second=world.chair, **gone)

    row = of(row.case)
    assert (row.status, row.case.status) == (Status.DESTROYED, "closed")
    kept = keyring.words(note, case_id=row.case_id)
    assert kept["names"] == [world.head.name, world.chair.name]
    assert kept["done_on"] == after.date().isoformat()


def test_with_nothing_left_over_the_review_ends_it(world: World) -> None:
    row = a_leave(world)
    row = review(row, by=world.head, at=row.ends_at, looked_at=0, kept=0)
    assert (row.status, row.case.status) == (Status.REVIEWED, "closed")
    assert not Owed.objects.filter(case=row.case, done_at__isnull=True).exists()


def test_what_is_not_done_is_reminded_of_every_week_until_it_is(world: World) -> None:
    row = a_leave(world)
    ring(world, 14.5)
    row = of(row.case)
    assert row.review_due_at is not None
    due = (row.review_due_at - world.at) / DAY

    def reminders() -> int:
        return Letter.objects.filter(kind="late", person=world.head, case_id=row.case_id).count()

    ring(world, due + 6.9)
    assert reminders() == 0
    for week in (7, 14, 21):
        ring(world, due + week)
        assert reminders() == week // 7
    row = review(of(row.case), by=world.head, at=world.at + (due + 22) * DAY)
    running.note_destruction(
        monitoring=row,
        version=row.version,
        way="erased",
        done_on=world.at.date(),
        second=world.chair,
        by=world.head,
        at=world.at + (due + 22) * DAY,
    )
    ring(world, due + 60)
    assert reminders() == 3


def test_something_late_is_told_by_the_clock_of_cases(world: World) -> None:
    row = a_request(world)
    due = Owed.objects.get(case=row.case)
    assert sweep.fire_due(world.school.id, due.due_at)
    assert Letter.objects.filter(kind="late", case_id=row.case_id, person=world.head).exists()


COVERT = {"covert": True, "suspicion": "crime", "covert_reason": "The papers would be gone."}


def test_without_notice_head_and_chair_must_both_say_yes(world: World) -> None:
    row = comment(a_request(world, **COVERT), by=world.head, at=world.at, who="The trust’s officer")
    row = authorise(row, by=world.head, at=world.at)
    assert row.status == Status.COMMENTED
    assert whys(row)[world.chair] == "decider"
    with pytest.raises(Refused, match="The other"):
        authorise(row, by=world.head, at=world.at)

    row = authorise(row, by=world.chair, at=world.at)

    assert (row.status, row.authorised_by) == (Status.AUTHORISED, world.chair)
    assert row.second_by == world.head


@pytest.mark.parametrize(("subject", "requester"), [("head", "senior"), ("chair", "senior"), ("teacher", "head")])
def test_without_notice_is_refused_where_head_or_chair_cannot_decide(
    world: World, subject: str, requester: str
) -> None:
    row = a_request(world, about=getattr(world, subject), by=getattr(world, requester), **COVERT)
    manager = row.case.manager
    assert manager is not None
    row = comment(row, by=manager, at=world.at, who="The trust’s officer")
    with pytest.raises(Refused, match="together"):
        authorise(row, by=manager, at=world.at)


def test_a_decider_who_has_since_become_conflicted_cannot_decide(world: World) -> None:
    everybody_is_told(world)
    row = comment(a_request(world), by=world.head, at=world.at, who="The trust’s officer")
    people.appoint(person=world.teacher, role=Role.HEAD, by=PROGRAM, at=world.at - DAY)
    Exclusion.objects.create(
        school=world.school, case=row.case, person=world.head, why="Cannot act in this", given_at=world.at
    )
    with pytest.raises(Refused, match="Somebody else decides"):
        authorise(row, by=world.head, at=world.at)


def test_the_persons_own_access_request_finds_every_record_about_them(world: World) -> None:
    first = a_leave(world)
    row = review(first, by=world.head, at=first.ends_at, looked_at=0, kept=0)
    second = a_request(world, at=first.ends_at + DAY)
    procedures.refuse_monitoring(
        monitoring=second, version=second.version, reasons="No.", by=world.head, at=first.ends_at + DAY
    )
    a_request(world, about=world.colleague)

    assert [one.pk for one in about(world.teacher)] == [row.pk, second.pk]
    assert said_of(about(world.teacher)[0])["facts"]


def test_no_table_of_monitoring_has_room_for_a_message(world: World) -> None:
    names = {field.name for model in (Monitoring, MonitoringNote, UserNotice) for field in model._meta.get_fields()}
    assert not names & {"message", "body", "text", "mail", "attachment", "product", "log", "keys"}
    row = a_leave(world)
    review(row, by=world.head, at=row.ends_at)
    kept = {name for note in row.notes.all() for name in keyring.words(note, case_id=row.case_id)}
    assert kept <= {"advice", "words", "who", "told", "still_shown", "produced", "looked_at", "kept", "kept_where"}


def test_no_word_of_a_request_stands_in_the_clear(world: World) -> None:
    a_request(world, facts=asked(world.at).facts + " Quetzalcoatlus.")
    assert found_in_the_clear("Quetzalcoatlus") == []
    assert not Entry.objects.filter(body__contains=world.teacher.name).exists()
