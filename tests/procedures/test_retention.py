"""Keeping and letting go: the schedule, the list, two people, and what is left once something is gone."""

import json
from datetime import datetime, timedelta

import pytest
from builders import World, a_case, found_in_the_clear
from django.db import DatabaseError, IntegrityError, connection, transaction
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks
from retention_acts import DAY, SEVEN_YEARS, a_closed_case, agreed, an_officer, due_row, proposed

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.backups import ledger
from forethought.cases import procedures as cases
from forethought.cases.models import Case, Decision, Exclusion, Owed, Report
from forethought.core.errors import Refused, TooLate
from forethought.evidence import custody, keyring
from forethought.evidence.bundle_models import Hold
from forethought.evidence.models import CaseKey, Exhibit, ExhibitKey
from forethought.evidence.reading import vault
from forethought.evidence.vault import Vault
from forethought.management.commands.verify import wrong_in_trail
from forethought.people.models import Alarm, Doorway, Letter, Person
from forethought.retention import again, disposing, due, known, people, procedures
from forethought.retention.models import Disposal, Due
from forethought.retention.rules import WAITS
from forethought.retention.schedule import Period


@pytest.fixture
def later(world: World) -> datetime:
    return world.at + SEVEN_YEARS


@pytest.fixture
def case(world: World) -> Case:
    return a_closed_case(world)


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


def left_of(case: Case) -> list[str]:
    """The tables that still hold a row of a case."""
    return [
        model.__name__
        for model, asked in disposing.rows_of("case", case.pk).items()
        if model._default_manager.filter(asked).exists()
    ]


# --- The list ---


@pytest.mark.policy("11.1")
def test_the_list_holds_what_is_due_soon_and_names_nobody(world: World, case: Case, later: datetime) -> None:
    due.refresh(world.school.id, world.at)
    assert not Due.objects.exists()
    row = due_row(world, case, later)
    assert (row.rule, row.reference) == ("report", case.reference)
    again = due_row(world, case, later)
    assert again.pk == row.pk, "its address stays the same"


def test_a_case_that_is_opened_again_leaves_the_list(world: World, case: Case, later: datetime) -> None:
    due_row(world, case, later)
    cases.reopen(case=case, version=case.version, reasons="It is back.", by=world.senior, at=later)
    due.refresh(world.school.id, later)
    assert not Due.objects.exists()


def test_what_is_kept_longer_does_not_go(world: World, case: Case, later: datetime) -> None:
    row = due_row(world, case, later)
    until = later.date() + timedelta(days=400)
    procedures.keep_longer(due=row, until_on=until, reason="A reunion of the class.", by=world.head, at=later)
    assert found_in_the_clear("reunion") == []
    assert [said for _, said in procedures.reasons_kept("case", case.pk)] == ["A reunion of the class."]
    with pytest.raises(Refused, match="kept longer, until"):
        procedures.propose_disposal(due=row, looked=True, by=world.head, at=later)
    procedures.propose_disposal(due=row, looked=True, by=world.head, at=later + 401 * DAY)


def test_a_birthday_that_is_noted_puts_the_day_right(world: World, case: Case, later: datetime) -> None:
    row = due_row(world, case, later)
    with pytest.raises(Refused, match="before this was told"):
        procedures.note_birth(due=row, whose="child", born_on=later.date(), by=world.head, at=later)
    procedures.note_birth(due=row, whose="child", born_on=world.at.date() - 3000 * DAY, by=world.head, at=later)
    assert known.Facts([case]).of(case).child_born_on == world.at.date() - 3000 * DAY
    assert found_in_the_clear((world.at.date() - 3000 * DAY).isoformat()) == []


# --- Two people ---


@pytest.mark.policy("11.1")
def test_the_second_is_never_the_first_and_has_no_hand_in_it(
    world: World, case: Case, officer: Person, later: datetime
) -> None:
    row = proposed(world, case, by=world.head, at=later)
    with pytest.raises(Refused, match="second person must agree"):
        procedures.confirm_disposal(disposal=row, by=world.head, at=later)
    hands = people.had_a_hand_in(case.pk)
    assert world.senior.pk in hands and officer.pk not in hands
    procedures.confirm_disposal(disposal=row, by=officer, at=later)
    assert not row.in_hand and row.waits_until == later + WAITS
    with pytest.raises(Refused, match="agreed already"):
        procedures.confirm_disposal(disposal=row, by=world.chair, at=later)


def test_in_the_smallest_school_somebody_with_a_hand_in_it_may_be_the_second(world: World, later: datetime) -> None:
    case = a_closed_case(world)
    Case.objects.filter(pk=case.pk).update(manager=world.chair)
    Person.objects.filter(pk=world.vice.pk).update(left_at=later)
    row = proposed(world, case, by=world.head, at=later)
    assert [one.pk for one in people.confirmers(row, later)] == [world.chair.pk]
    procedures.confirm_disposal(disposal=row, by=world.chair, at=later)
    assert row.in_hand, "and the certificate says so"


def test_somebody_kept_out_of_a_case_never_lets_it_go(world: World, case: Case, later: datetime) -> None:
    Exclusion.objects.create(school=world.school, case=case, person=world.chair, why="tie", given_at=world.at)
    row = proposed(world, case, by=world.head, at=later)
    assert world.chair.pk not in {one.pk for one in people.confirmers(row, later)}
    assert not people.may_open(row, world.chair, later) and not people.may_open(row, world.teacher, later)


@pytest.mark.policy("11.1")
def test_nothing_is_proposed_before_its_time_unlooked_or_twice(world: World, case: Case, later: datetime) -> None:
    row = due_row(world, case, later)
    with pytest.raises(Refused, match="not due before"):
        procedures.propose_disposal(due=row, looked=True, by=world.head, at=world.at)
    with pytest.raises(Refused, match="Tick that you looked"):
        procedures.propose_disposal(due=row, looked=False, by=world.head, at=later)
    procedures.propose_disposal(due=row, looked=True, by=world.head, at=later)
    with pytest.raises(Refused, match="proposed already"):
        procedures.propose_disposal(due=row, looked=True, by=world.chair, at=later)


def test_an_open_case_is_never_let_go_of(world: World, later: datetime) -> None:
    case = a_case(world)
    row = Due.objects.create(
        school=world.school, what="case", about=case.pk, reference=case.reference, rule="report",
        from_on=world.at.date(), due_on=world.at.date(),
    )  # fmt: skip
    with pytest.raises(Refused, match="case is open"):
        procedures.propose_disposal(due=row, looked=True, by=world.head, at=later)


# --- Gone ---


@pytest.mark.policy("11.1", "7.3")
def test_what_two_agreed_to_goes_in_one_act_and_the_trail_still_verifies(
    world: World,
    case: Case,
    officer: Person,
    later: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    exhibit = Exhibit.objects.get(case_id=case.pk)
    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    with pytest.raises(Refused, match="It waits until"):
        disposing.carry_out_disposal(disposal=row, by=PROGRAM, at=then - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        gone = disposing.carry_out_disposal(disposal=row, by=PROGRAM, at=then)

    assert left_of(case) == [] and not vault().holds(exhibit.object_name)
    assert len(gone) > 4 and not CaseKey.objects.filter(case_id=case.pk).exists()
    assert not ExhibitKey.objects.filter(exhibit_id=exhibit.pk).exists()
    assert not Letter.objects.filter(case_id=case.pk).exists() and not Doorway.objects.filter(opens=case.pk).exists()
    assert not Alarm.objects.filter(about=case.pk).exists() and not Due.objects.exists()
    assert row.done_at == then and row.exhibits == 1 and row.rows > 10
    assert (row.reference, row.kind, row.proposed_by, row.confirmed_by) == (
        case.reference,
        "report",
        str(world.head.pk),
        str(officer.pk),
    )
    assert wrong_in_trail(world.school.id) == []
    assert Entry.objects.filter(case_id=case.pk).exists(), "that it was there can still be shown"
    bodies = "".join(Entry.objects.filter(case_id=case.pk).values_list("body", flat=True))
    assert "vile" not in bodies and case.reference not in bodies
    with pytest.raises(Refused, match="was stopped"):
        disposing.carry_out_disposal(disposal=row, by=PROGRAM, at=then)


@pytest.mark.policy("7.3")
def test_a_hold_in_the_same_minute_wins(world: World, case: Case, officer: Person, later: datetime) -> None:
    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    custody.place_hold(
        case_id=case.pk, school_id=case.school_id, kind="police", reason="They asked.", by=world.senior, at=then
    )
    assert disposing.carry_or_stop(row, then) is None
    row.refresh_from_db()
    assert (row.stopped_why, row.done_at) == ("hold", None) and Case.objects.filter(pk=case.pk).exists()
    with pytest.raises(Refused, match="hold stands"):
        procedures.propose_disposal(due=due_row(world, case, then), looked=True, by=world.head, at=then)


def test_a_case_opened_again_after_the_second_agreed_stays(
    world: World, case: Case, officer: Person, later: datetime
) -> None:
    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    cases.reopen(case=case, version=case.version, reasons="It is back.", by=world.senior, at=then)
    assert disposing.carry_or_stop(row, then) is None
    row.refresh_from_db()
    assert row.stopped_why == "reopened"


@pytest.mark.policy("11.1")
def test_a_longer_period_for_the_whole_kind_stops_what_waits(
    world: World, case: Case, officer: Person, later: datetime
) -> None:
    """As an inquiry may ask of every school at once."""
    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    procedures.change_rule(
        school=world.school, key="report", period=Period(years=75), reason="An inquiry.", by=world.head, at=then
    )
    assert disposing.carry_or_stop(row, then) is None
    row.refresh_from_db()
    assert row.stopped_why == "not_due" and Case.objects.filter(pk=case.pk).exists()


def test_what_is_still_owed_in_a_case_makes_it_wait_and_what_was_forgotten_does_not(
    world: World, case: Case, officer: Person, later: datetime
) -> None:
    assert Owed.objects.filter(case=case, done_at__isnull=True).exists(), "asking again about support"
    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    Owed.objects.filter(case=case, done_at__isnull=True).update(due_at=then - timedelta(days=89))
    assert disposing.carry_or_stop(row, then) is None
    row.refresh_from_db()
    assert row.stopped_at is None
    assert disposing.carry_or_stop(row, then + timedelta(days=2))


def test_anybody_who_may_see_it_stops_it_until_it_is_gone(
    world: World, case: Case, officer: Person, later: datetime
) -> None:
    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    procedures.stop_disposal(disposal=row, why="withdrawn", by=world.chair, at=then)
    with pytest.raises(Refused, match="stopped already"):
        procedures.stop_disposal(disposal=row, why="withdrawn", by=world.head, at=then)
    with pytest.raises(Refused, match="was stopped"):
        disposing.carry_out_disposal(disposal=row, by=PROGRAM, at=then)
    again = proposed(world, case, by=world.chair, at=then)
    assert again.pk != row.pk


def test_a_database_that_was_restored_lets_nothing_go(
    world: World, case: Case, officer: Person, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    monkeypatch.setattr(due, "STOPS", [lambda: "This was restored. Two people look at it first."])
    assert disposing.carry_or_stop(row, then) is None
    row.refresh_from_db()
    assert row.stopped_at is None, "it waits on"
    monkeypatch.setattr(due, "STOPS", [])
    assert disposing.carry_or_stop(row, then)


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("model", [Report, Decision, Exhibit])
def test_the_database_itself_lets_no_evidence_go_without_two_people(
    world: World, case: Case, officer: Person, later: datetime, model: type[Report]
) -> None:
    def try_it() -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            found = model.objects.filter(case_id=case.pk)
            assert found._raw_delete(using="default") == -1, "it went"

    try_it()
    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    try_it()
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.filter(pk=row.pk).update(begun_at=then - timedelta(seconds=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.filter(pk=row.pk).update(confirmed_by=row.proposed_by)
    custody.place_hold(
        case_id=case.pk, school_id=case.school_id, kind="claim", reason="A claim.", by=world.senior, at=then
    )
    with transaction.atomic():
        Disposal.objects.filter(pk=row.pk).update(begun_at=then)
        try_it()
        transaction.set_rollback(True)


def test_a_night_carries_out_proves_and_works_the_list_out_anew(
    world: World, case: Case, officer: Person, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    searched: list[list[bytes]] = []
    monkeypatch.setattr(disposing, "prove_absence", lambda gone, tables: searched.append(gone) or ["Searched."])
    assert disposing.of_tonight(world.school.id, then - timedelta(hours=1)) == 0
    assert disposing.of_tonight(world.school.id, then) == 1
    row.refresh_from_db()
    assert row.proof == ["Searched."] and row.proved_at and len(searched[0]) > 4
    assert disposing.of_tonight(world.school.id, then) == 0


def test_bytes_that_cannot_be_reached_keep_nothing_else_from_going(
    world: World,
    case: Case,
    officer: Person,
    later: datetime,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def away(self: Vault, name: str) -> bool:
        raise OSError

    _, then = agreed(world, case, by=world.head, second=officer, at=later)
    monkeypatch.setattr(Vault, "remove", away)
    with django_capture_on_commit_callbacks(execute=True):
        assert disposing.of_tonight(world.school.id, then) == 1
    assert left_of(case) == []


def test_a_proof_that_could_not_be_made_is_said(
    world: World, case: Case, officer: Person, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(gone: list[bytes], tables: object) -> list[str]:
        raise RuntimeError("The log is in use.")

    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    monkeypatch.setattr(disposing, "prove_absence", busy)
    disposing.of_tonight(world.school.id, then)
    row.refresh_from_db()
    assert row.proof == [disposing.UNSEARCHED if connection.vendor == "sqlite" else disposing.NOT_ANEW]


@pytest.mark.policy("11.1")
def test_what_an_older_backup_brings_back_goes_again_with_the_certificate_it_had(
    world: World, case: Case, officer: Person, later: datetime
) -> None:
    hold = custody.place_hold(
        case_id=case.pk, school_id=case.school_id, kind="claim", reason="A claim.", by=world.senior, at=later
    )
    with transaction.atomic():
        custody.ask_to_lift(hold=hold, by=world.senior, at=later)
        hold.refresh_from_db()
        custody.lift_hold(hold=hold, by=world.head, at=later)
        row, then = agreed(world, case, by=world.head, second=officer, at=later)
        disposing.carry_out_disposal(disposal=row, by=PROGRAM, at=then)
        kept = json.loads(json.dumps(again.gone()))
        # The backup is from before all that.
        transaction.set_rollback(True)
    assert Case.objects.filter(pk=case.pk).exists() and not Disposal.objects.exists()
    [one] = kept
    assert again.let_go_again(one=one, by=PROGRAM, at=then + DAY)
    assert left_of(case) == [] and again.gone() == kept
    assert not again.let_go_again(one=one, by=PROGRAM, at=then + DAY)
    assert wrong_in_trail(world.school.id) == []
    assert str(world.teacher.pk) in people.barred(Disposal.objects.get())


def test_a_school_that_came_back_lets_go_again_and_then_nothing_until_it_is_released(
    world: World, case: Case, officer: Person, later: datetime
) -> None:
    other = a_closed_case(world)
    with transaction.atomic():
        row, then = agreed(world, case, by=world.head, second=officer, at=later)
        disposing.carry_out_disposal(disposal=row, by=PROGRAM, at=then)
        custody.place_hold(
            case_id=other.pk, school_id=other.school_id, kind="claim", reason="A claim.", by=world.senior, at=then
        )
        kept = json.loads(ledger.written())[str(world.school.id)]
        transaction.set_rollback(True)
    # Agreed to when the backup was made. The hold came afterwards.
    waiting, _ = agreed(world, other, by=world.head, second=officer, at=later)
    quarantine = ledger.come_back(
        school_id=world.school.id, ledger=kept, known=0, backup_at=later, by=PROGRAM, at=then + DAY
    )
    assert left_of(case) == [] and quarantine.gap["gone"] == 1
    waiting.refresh_from_db()
    assert (waiting.stopped_why, waiting.done_at) == ("came_back", None)
    [hold] = Hold.objects.filter(case_id=other.pk)
    assert hold.lifted_at is None and keyring.words(hold, case_id=other.pk) == {"reason": "A claim."}
    assert Alarm.objects.filter(about=hold.pk, kind="hold_review").exists()
    with pytest.raises(Refused, match="until two people have released it"):
        procedures.propose_disposal(due=due_row(world, other, then), looked=True, by=world.head, at=then + DAY)


# --- Holds ---


@pytest.mark.policy("7.3")
def test_a_hold_has_a_day_on_which_it_is_looked_at_again(world: World, case: Case) -> None:
    with pytest.raises(Refused, match="still to come"):
        custody.place_hold(
            case_id=case.pk, school_id=case.school_id, kind="claim", reason="A claim.",
            review_on=world.at.date(), by=world.senior, at=world.at,
        )  # fmt: skip
    hold = custody.place_hold(
        case_id=case.pk, school_id=case.school_id, kind="claim", reason="A claim.", by=world.senior, at=world.at
    )
    alarm = Alarm.objects.get(kind="hold_review")
    custody.ring_hold_review(hold.pk, alarm.rings_at)
    assert Letter.objects.filter(about=hold.pk, person=world.senior, kind="to_decide").count() == 1
    alarm.refresh_from_db()
    custody.review_hold(hold=hold, review_on=alarm.rings_at.date() + 90 * DAY, by=world.head, at=alarm.rings_at)
    hold.refresh_from_db()
    assert hold.review_on == alarm.rings_at.date() + 90 * DAY and hold.lifted_at is None
    custody.ask_to_lift(hold=hold, by=world.senior, at=world.at)
    hold.refresh_from_db()
    custody.lift_hold(hold=hold, by=world.head, at=world.at)
    custody.ring_hold_review(hold.pk, alarm.rings_at)
    hold.refresh_from_db()
    with pytest.raises(Refused, match="lifted"):
        custody.review_hold(hold=hold, review_on=alarm.rings_at.date() + 90 * DAY, by=world.head, at=alarm.rings_at)


def test_a_hold_on_what_is_gone_is_refused(world: World, case: Case, officer: Person, later: datetime) -> None:
    row, then = agreed(world, case, by=world.head, second=officer, at=later)
    disposing.carry_out_disposal(disposal=row, by=PROGRAM, at=then)
    with pytest.raises(Refused, match="let go of"):
        custody.place_hold(
            case_id=case.pk, school_id=case.school_id, kind="police", reason="They asked.", by=world.senior, at=then
        )


def test_of_two_seconds_at_once_one_is_told(world: World, case: Case, officer: Person, later: datetime) -> None:
    row = proposed(world, case, by=world.head, at=later)
    stale = Disposal.objects.get(pk=row.pk)
    procedures.confirm_disposal(disposal=row, by=officer, at=later)
    with pytest.raises(TooLate, match="first"):
        procedures.confirm_disposal(disposal=stale, by=world.chair, at=later)
