"""The look of the night: due once, found by turns, and whoever answers for the school is told what does not verify."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import World, a_draft, an_exhibit

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.evidence import nightly
from forethought.evidence.models import Exhibit
from forethought.evidence.nightly_models import NightlyLook
from forethought.evidence.reading import vault
from forethought.management.commands import worker
from forethought.people import alarms
from forethought.people import procedures as people
from forethought.people.models import Alarm, Kind, Letter, Role
from forethought.safeguarding import sealing_away

pytestmark = [pytest.mark.policy("7.3"), pytest.mark.usefixtures("in_a_folder")]

THREE_AT_NIGHT = datetime(2026, 11, 13, 3, 0, tzinfo=UTC)


@pytest.fixture
def exhibits(world: World) -> list[Exhibit]:
    draft = a_draft(world)
    return [an_exhibit(draft, by=world.teacher, at=world.at) for _ in range(3)]


def first_night(world: World) -> datetime:
    """The school has a look that is due; the instant at which it is."""
    nightly.look(world.school.id, world.at)
    due: datetime = NightlyLook.objects.get().due_at
    return due


def place_of(exhibit: Exhibit) -> Path:
    return vault()._place(exhibit.object_name)


def broken(exhibit: Exhibit) -> None:
    place = place_of(exhibit)
    content = bytearray(place.read_bytes())
    content[-1] ^= 1
    place.write_bytes(content)


def test_a_look_is_due_from_three_in_the_morning_and_once_a_night(world: World, exhibits: list[Exhibit]) -> None:
    due = first_night(world)
    assert due == nightly.next_night(world.at) and due.astimezone(UTC).hour in {2, 3}
    assert not nightly.look(world.school.id, due - timedelta(seconds=1))
    assert nightly.look(world.school.id, due)
    assert not nightly.look(world.school.id, due)
    look = NightlyLook.objects.get()
    assert (look.faults, look.whole, look.looked_at) == (0, True, due)
    assert look.due_at == due + timedelta(days=1)
    assert Entry.objects.filter(verb="evidence.note_look").count() == 1
    assert not Alarm.objects.filter(kind="unverified").exists()


def test_a_night_that_is_too_short_goes_on_in_the_next_until_all_had_their_turn(
    world: World, exhibits: list[Exhibit], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    monkeypatch.setattr(nightly, "insist_whole", lambda exhibit: read.append(exhibit.id))
    due = first_night(world)
    for night in range(3):
        assert nightly.look(world.school.id, due + timedelta(days=night), seconds=-1)
        assert not NightlyLook.objects.get().whole
    assert len(read) >= 3 and set(read) == {one.id for one in exhibits}


def test_a_look_that_was_stopped_goes_on_after_its_lease(world: World, exhibits: list[Exhibit]) -> None:
    due = first_night(world)
    assert not nightly.look(world.school.id, due, stopped=lambda: True)
    assert not nightly.look(world.school.id, due + timedelta(minutes=5))
    assert nightly.look(world.school.id, due + nightly.LEASE) and NightlyLook.objects.get().whole


def test_a_broken_record_is_told_each_morning_until_it_is_whole(world: World, exhibits: list[Exhibit]) -> None:
    officer = people.add_person(
        school=world.school, name="Dara Voss", email="dara@one.example", kind=Kind.CONTRACTOR,
        starts_on=world.at.date(), by=PROGRAM, at=world.at,
    )  # fmt: skip
    people.appoint(person=officer, role=Role.PROTECTION, by=PROGRAM, at=world.at)
    due = first_night(world)
    whole = place_of(exhibits[0]).read_bytes()
    broken(exhibits[0])

    for night in range(2):
        at = due + timedelta(days=night)
        # A night of no time: what was broken is read again all the same.
        assert nightly.look(world.school.id, at, seconds=-1 if night else nightly.NIGHT)
        look, alarm = NightlyLook.objects.get(), Alarm.objects.get(kind="unverified")
        assert look.faults == 1 and look.faulty == [str(exhibits[0].id)]
        assert alarm.rings_at - at == timedelta(hours=4)
        assert alarms.ring_due(world.school.id, at, bells=worker.BELLS)
        assert Letter.objects.filter(kind="unverified").count() == night * 2
        assert alarms.ring_due(world.school.id, alarm.rings_at, bells=worker.BELLS)
        assert Letter.objects.filter(kind="unverified").count() == night * 2 + 2
    told = Letter.objects.filter(kind="unverified").values_list("person_id", flat=True)
    assert set(told) == {world.head.id, officer.id}
    assert Entry.objects.filter(verb="evidence.note_fault", about=exhibits[0].id).exists()

    place_of(exhibits[0]).write_bytes(whole)
    at = due + timedelta(days=2)
    assert nightly.look(world.school.id, at)
    assert NightlyLook.objects.get().faults == 0
    assert alarms.ring_due(world.school.id, at + timedelta(hours=9), bells=worker.BELLS)
    assert Letter.objects.filter(kind="unverified").count() == 4


def test_an_entry_that_was_changed_is_found_by_night(
    world: World, exhibits: list[Exhibit], monkeypatch: pytest.MonkeyPatch
) -> None:
    due = first_night(world)
    monkeypatch.setattr(nightly, "wrong_in_trail", lambda *args, **more: ["Entry 3 and its leaf disagree."])
    assert nightly.look(world.school.id, due)
    assert NightlyLook.objects.get().faults == 1 and Alarm.objects.filter(kind="unverified").exists()


def test_a_record_that_was_sealed_away_is_not_read(world: World, exhibits: list[Exhibit]) -> None:
    due = first_night(world)
    sealing_away.seal_away(exhibit=exhibits[1], why="child", words="", answers={}, by=world.teacher, at=world.at)
    assert {one.id for one in nightly.open_records()} == {exhibits[0].id, exhibits[2].id}
    assert nightly.look(world.school.id, due) and NightlyLook.objects.get().whole
