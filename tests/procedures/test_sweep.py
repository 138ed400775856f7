"""What falls due fires once, never early, and in one piece with its letters and its event."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import FRIDAY_6PM, World, a_case, a_school
from django.db import DatabaseError

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM, acting
from forethought.cases import sweep
from forethought.cases.models import Case, Owed
from forethought.cases.owed import owe, settle
from forethought.cases.seating import keep_out
from forethought.management.clock_guard import ClockGuard
from forethought.management.commands import worker
from forethought.people import procedures as people
from forethought.people.models import Letter, Wake
from forethought.rows import inside
from forethought.takedowns.asking_models import SiteLook

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DUE = FRIDAY_6PM + timedelta(hours=20)


@pytest.mark.parametrize(
    ("kind", "warned", "at", "verb", "letter", "next_at"),
    [
        ("answer", False, DUE - HOUR, "cases.warn", "due_soon", DUE),
        ("answer", False, DUE - SECOND, "cases.warn", "due_soon", DUE),
        ("answer", False, DUE, "cases.fall_late", "late", None),
        ("answer", True, DUE, "cases.fall_late", "late", None),
        ("answer", False, DUE + SECOND, "cases.fall_late", "late", None),
        ("look", False, DUE, "cases.remind", "press_due", DUE + sweep.GRACE),
        ("look", False, DUE + sweep.GRACE - SECOND, "cases.remind", "press_due", DUE + sweep.GRACE),
        ("look", False, DUE + sweep.GRACE, "cases.fall_late", "late", None),
        ("look", True, DUE + sweep.GRACE, "cases.fall_late", "late", None),
        ("revisit", False, DUE, "cases.remind", "press_due", DUE + sweep.GRACE),
    ],
)
def test_each_step_is_taken_at_its_time(
    kind: str, warned: bool, at: datetime, verb: str, letter: str, next_at: datetime | None
) -> None:
    step = sweep.step_of(kind=kind, due_at=DUE, warned_at=DUE - HOUR if warned else None, at=at)

    assert (step.verb, step.letter, step.next_at) == (verb, letter, next_at)


def test_a_letter_names_a_time_that_is_still_to_come_unless_it_is_late() -> None:
    assert sweep.step_of(kind="look", due_at=DUE, warned_at=None, at=DUE).by_when == DUE + sweep.GRACE
    assert sweep.step_of(kind="answer", due_at=DUE, warned_at=None, at=DUE - HOUR).by_when == DUE
    assert sweep.step_of(kind="answer", due_at=DUE, warned_at=None, at=DUE).by_when == DUE


@pytest.fixture
def case(world: World) -> Case:
    """A case with nothing owed but what a test puts on the clock, and every letter of its making gone."""
    made = a_case(world)
    with acting("tests.clear", by=PROGRAM, at=world.at):
        Owed.objects.filter(case=made).update(fires_at=None)
        Letter.objects.update(try_at=None)
    return made


def put(case: Case, kind: str, due_at: datetime = DUE, at: datetime = FRIDAY_6PM) -> Owed:
    about = uuid.uuid4()
    with acting("tests.owe", by=PROGRAM, at=at):
        owe(case=case, kind=kind, about=about, due_at=due_at, at=at)
    return Owed.objects.get(kind=kind, about=about)


def fire(case: Case, at: datetime) -> bool:
    return sweep.fire_due(case.school_id, at)


def told(owed: Owed, kind: str) -> list[str]:
    letters = Letter.objects.filter(about=owed.about, kind=kind, case_id=owed.case_id)
    return sorted(letters.values_list("person__name", flat=True))


def events(owed: Owed) -> list[str]:
    return list(Entry.objects.filter(about=owed.about).order_by("seq").values_list("verb", flat=True))


@pytest.mark.policy("8.1")
def test_nothing_fires_a_second_early(case: Case) -> None:
    owed = put(case, "answer")

    fire(case, DUE - HOUR - SECOND)

    owed.refresh_from_db()
    assert (owed.warned_at, owed.fires_at, events(owed)) == (None, DUE - HOUR, [])


@pytest.mark.policy("8.1")
def test_a_warning_goes_to_the_manager_alone(case: Case, world: World) -> None:
    owed = put(case, "answer")

    assert fire(case, DUE - HOUR)

    owed.refresh_from_db()
    assert (owed.warned_at, owed.fires_at, owed.late_at) == (DUE - HOUR, DUE, None)
    assert told(owed, "due_soon") == [world.senior.name]
    assert events(owed) == ["cases.warn"]


@pytest.mark.policy("8.1")
def test_what_is_late_is_told_to_everyone_on_the_case_and_once(case: Case, world: World) -> None:
    owed = put(case, "answer")
    fire(case, DUE - HOUR)

    fire(case, DUE)
    fire(case, DUE)
    fire(case, DUE + timedelta(days=30))

    owed.refresh_from_db()
    assert (owed.late_at, owed.fires_at) == (DUE, None)
    assert told(owed, "late") == sorted([world.head.name, world.senior.name])
    assert events(owed) == ["cases.warn", "cases.fall_late"]


@pytest.mark.policy("8.3")
def test_while_the_manager_is_away_the_others_are_warned(case: Case, world: World) -> None:
    owed = put(case, "resolve")
    people.be_away(person=world.senior, until=None, by=world.senior, at=world.at)

    fire(case, DUE - HOUR)

    assert told(owed, "due_soon") == sorted([world.head.name, world.senior.name])


@pytest.mark.policy("8.5")
def test_a_look_asks_for_one_press_and_is_late_a_day_after(case: Case, world: World) -> None:
    owed = put(case, "look")

    fire(case, DUE - SECOND)
    assert events(owed) == []
    fire(case, DUE)
    fire(case, DUE + sweep.GRACE - SECOND)
    assert (told(owed, "press_due"), told(owed, "late")) == ([world.senior.name], [])
    fire(case, DUE + sweep.GRACE)

    assert told(owed, "late") == sorted([world.head.name, world.senior.name])
    assert events(owed) == ["cases.remind", "cases.fall_late"]


@pytest.mark.policy("8.1")
def test_after_a_night_switched_off_it_is_late_without_a_warning(case: Case) -> None:
    owed = put(case, "answer")

    fire(case, DUE + 9 * HOUR)

    assert (told(owed, "due_soon"), events(owed)) == ([], ["cases.fall_late"])


@pytest.mark.policy("7.2")
def test_somebody_kept_out_or_gone_is_told_nothing(case: Case, world: World) -> None:
    owed = put(case, "answer")
    with acting("tests.keep_out", by=PROGRAM, at=world.at):
        keep_out(case=case, people={world.head.id: "conflict"}, at=world.at)
    people.leave(person=world.senior, by=world.head, at=world.at)

    fire(case, DUE)

    assert told(owed, "late") == []
    assert events(owed) == ["cases.fall_late"]


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda case, owed: settle(case=case, kind=owed.kind, about=owed.about, by=PROGRAM, at=FRIDAY_6PM),
        lambda case, owed: owe(case=case, kind=owed.kind, about=owed.about, due_at=DUE + HOUR, at=FRIDAY_6PM),
    ],
    ids=["done", "put off"],
)
def test_what_was_done_or_moved_meanwhile_does_not_fire(case: Case, meanwhile: Callable[[Case, Owed], None]) -> None:
    stale = put(case, "answer")
    with acting("tests.meanwhile", by=PROGRAM, at=FRIDAY_6PM):
        meanwhile(case, stale)
    entries = Entry.objects.count()

    assert not sweep.fire(owed=stale, at=DUE)

    assert (Entry.objects.count(), told(stale, "late")) == (entries, [])


def test_the_second_of_two_workers_finds_it_fired(case: Case) -> None:
    first, second = (put(case, "answer") for _ in range(2))
    stale = Owed.objects.get(pk=first.pk)

    assert sweep.fire(owed=first, at=DUE)
    assert not sweep.fire(owed=stale, at=DUE)

    assert events(first) == ["cases.fall_late"]
    assert events(second) == []


def test_a_fault_in_the_middle_leaves_it_due_and_the_next_row_fires(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = put(case, "answer", DUE - SECOND), put(case, "answer")
    real = sweep.owe_letter

    def fails(**what: object) -> object:
        if what["about"] == broken.about:
            raise DatabaseError
        return real(**what)  # type: ignore[arg-type]

    monkeypatch.setattr(sweep, "owe_letter", fails)
    assert not fire(case, DUE)
    broken.refresh_from_db()
    assert (broken.late_at, broken.fires_at, events(broken)) == (None, broken.due_at - HOUR, [])
    assert events(whole) == ["cases.fall_late"]

    monkeypatch.undo()
    assert fire(case, DUE + SECOND)
    assert events(broken) == ["cases.fall_late"]


# --- The worker's look at one school after another ---


def look(at: datetime) -> int:
    postman = worker.mailing.Postman()
    return worker.look(at, worker.queues(postman))


def woken(world: World) -> datetime | None:
    return Wake.objects.get(pk=world.school.id).at


def test_a_school_is_entered_only_when_something_is_due(case: Case, world: World) -> None:
    owed = put(case, "answer")
    look(FRIDAY_6PM)

    assert woken(world) == DUE - HOUR
    assert look(DUE - HOUR - SECOND) == 0
    assert look(DUE - HOUR) == 1
    assert events(owed) == ["cases.warn"]
    assert woken(world) == DUE


def test_with_nothing_more_to_do_a_school_is_left_alone(case: Case, world: World) -> None:
    put(case, "answer")
    SiteLook.objects.update(due_at=None)

    look(DUE + HOUR)

    assert woken(world) is None


def test_one_school_in_trouble_holds_up_no_other(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ill, well = a_school(tag="ill"), a_school(tag="well")
    done: list[uuid.UUID] = []

    def work(school_id: uuid.UUID, at: datetime) -> bool:
        if school_id == ill.school.id:
            raise RuntimeError("words of a case")
        done.append(school_id)
        return True

    Wake.objects.update(at=FRIDAY_6PM)
    worker.look(FRIDAY_6PM, [worker.Queue(work, lambda: FRIDAY_6PM)])

    assert done == [well.school.id]
    assert woken(ill) == FRIDAY_6PM + worker.TRY_AGAIN
    assert woken(well) == FRIDAY_6PM


def test_every_school_is_looked_at_once_when_the_worker_starts(world: World) -> None:
    Wake.objects.update(at=None)

    worker.look_everywhere(FRIDAY_6PM)

    assert woken(world) == FRIDAY_6PM


def test_two_schools_fire_apart(db: None) -> None:
    owed = {}
    for tag in ("one", "two"):
        world = a_school(tag=tag)
        with inside(world.school.id):
            made = a_case(world)
            owed[world.school.id] = put(made, "answer")

    look(DUE + HOUR)

    for school_id, row in owed.items():
        with inside(school_id):
            assert events(row) == ["cases.fall_late"]
            assert set(Letter.objects.values_list("school_id", flat=True)) == {school_id}


# --- The clock ---


def test_a_clock_that_runs_on_holds_nothing() -> None:
    guard = ClockGuard()

    assert not any(guard.holds(FRIDAY_6PM + n * SECOND, n * SECOND) for n in range(5))


@pytest.mark.parametrize("jump", [timedelta(minutes=11), timedelta(minutes=-11), timedelta(days=400)])
def test_a_clock_that_jumps_holds_all_firing_for_a_minute(jump: timedelta, caplog: pytest.LogCaptureFixture) -> None:
    guard = ClockGuard()
    guard.holds(FRIDAY_6PM, timedelta())

    assert guard.holds(FRIDAY_6PM + jump, SECOND)
    assert guard.holds(FRIDAY_6PM + jump + 59 * SECOND, 60 * SECOND)
    assert not guard.holds(FRIDAY_6PM + jump + 60 * SECOND, 61 * SECOND)
    assert "The clock was moved" in caplog.text


def test_a_machine_that_slept_has_not_had_its_clock_moved() -> None:
    guard = ClockGuard()
    guard.holds(FRIDAY_6PM, timedelta())

    assert not guard.holds(FRIDAY_6PM + timedelta(days=3), timedelta(days=3))


def test_a_worker_that_dies_while_the_clock_is_wrong_and_starts_again_believes_it_no_sooner(tmp_path: Path) -> None:
    memory = tmp_path / "worker.clock"
    wrong = FRIDAY_6PM + timedelta(days=366)
    ClockGuard(memory, "boot").holds(FRIDAY_6PM, timedelta())

    again = ClockGuard(memory, "boot")
    assert again.holds(wrong, SECOND) and again.holds(wrong + 59 * SECOND, 60 * SECOND)
    # Put right within the minute, and dead once more: nothing is held that need not be.
    assert not ClockGuard(memory, "boot").holds(FRIDAY_6PM + 61 * SECOND, 61 * SECOND)
    # Another start of the machine counts from nothing, and says nothing about the clock.
    assert not ClockGuard(memory, "another boot").holds(wrong, SECOND)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"boot": "boot"}', '{"boot": "boot", "offset": 1e300}'])
def test_a_memory_of_the_clock_that_cannot_be_read_holds_nothing_up(content: str, tmp_path: Path) -> None:
    memory = tmp_path / "worker.clock"
    memory.write_text(content)

    assert not ClockGuard(memory, "boot").holds(FRIDAY_6PM, timedelta())
    assert not ClockGuard(tmp_path / "no such folder" / "worker.clock", "boot").holds(FRIDAY_6PM, timedelta())


@pytest.mark.policy("8.1")
def test_a_letter_that_a_wrong_clock_put_off_goes_when_it_is_put_right(case: Case) -> None:
    owed = put(case, "answer")
    fire(case, DUE)
    # Tried a year ahead, when the mail server was away.
    Letter.objects.filter(about=owed.about).update(tries=5, try_at=DUE + timedelta(days=366))
    turns = worker.Turns([], ClockGuard())
    turns.take(DUE + timedelta(days=366), timedelta())
    turns.take(DUE + SECOND, SECOND)
    assert set(Letter.objects.filter(about=owed.about).values_list("try_at", flat=True)) == {DUE + timedelta(days=366)}

    turns.take(DUE + 62 * SECOND, 62 * SECOND)

    assert set(Letter.objects.filter(about=owed.about).values_list("try_at", flat=True)) == {DUE + 62 * SECOND}


def test_the_steady_time_only_grows() -> None:
    assert worker.steady() <= worker.steady()


def test_the_worker_does_what_is_due_and_ends(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    owed = put(case, "answer", datetime(2020, 1, 1, tzinfo=UTC), datetime(2019, 12, 31, tzinfo=UTC))

    worker.run(once=True)

    assert events(owed) == ["cases.fall_late"]
