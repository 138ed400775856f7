"""Who is told when a backup is missing or does not hold, and how a school that came back from one is released."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from builders import World
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.backups import coming_back, owners, owning, procedures
from forethought.backups.models import Backing, Quarantine
from forethought.backups.places import Folder
from forethought.backups.standing import standing
from forethought.core.errors import Refused
from forethought.management.backing import Backups, is_quiet
from forethought.management.commands.worker import BELLS, queues, see_to
from forethought.people import alarms
from forethought.people.mailing import Postman
from forethought.people.models import Letter, Role
from forethought.people.procedures import appoint

NOW = datetime(2026, 11, 27, 18, tzinfo=UTC)


def ring(world: World, at: datetime) -> list[tuple[str, str]]:
    """Ring what is due at an instant. Who was told of backups then, and what."""
    before = set(Letter.objects.values_list("pk", flat=True))
    alarms.ring_due(world.school.id, at, bells=BELLS)
    new = Letter.objects.exclude(pk__in=before).filter(kind__startswith="backup").select_related("person")
    return sorted((one.kind, one.person.name if one.person else "") for one in new)


def test_without_a_backup_the_head_and_it_hear_after_26_hours_and_the_chair_after_72(world: World) -> None:
    appoint(person=world.colleague, role=Role.IT, by=PROGRAM, at=world.at - timedelta(days=1))
    at, names = world.at, sorted([world.head.name, world.colleague.name])
    procedures.await_backup(school_id=world.school.id, backed_up_at=at, at=at)

    assert ring(world, at + timedelta(hours=26) - timedelta(seconds=1)) == []
    assert ring(world, at + timedelta(hours=26)) == [("backup_late", name) for name in names]
    assert ring(world, at + timedelta(hours=50)) == [("backup_late", name) for name in names]
    assert ("backup_gone", world.chair.name) in ring(world, at + timedelta(hours=74))


def test_a_good_backup_puts_the_bells_off_and_one_that_failed_does_not(world: World) -> None:
    at = world.at
    for hour in range(30):
        procedures.await_backup(school_id=world.school.id, backed_up_at=at, at=at + timedelta(hours=hour))
    assert ring(world, at + timedelta(hours=26)) != []
    procedures.await_backup(school_id=world.school.id, backed_up_at=at, at=at + timedelta(hours=27))
    procedures.await_backup(school_id=world.school.id, backed_up_at=None, at=at + timedelta(hours=27))
    assert ring(world, at + timedelta(hours=28)) == []

    later = at + timedelta(hours=30)
    procedures.await_backup(school_id=world.school.id, backed_up_at=later, at=later)

    assert ring(world, later + timedelta(hours=25)) == []
    assert Backing.objects.get().backed_up_at == later


def test_a_school_that_never_had_one_is_told_of_too(world: World) -> None:
    for hour in range(3):
        procedures.await_backup(school_id=world.school.id, backed_up_at=None, at=world.at + timedelta(hours=hour))

    assert ring(world, world.at + timedelta(hours=26)) == [("backup_late", world.head.name)]


def test_the_test_of_the_night_is_one_event_and_faults_are_told_in_the_morning(world: World) -> None:
    row = procedures.backing(world.school.id, world.at)
    night = datetime(2026, 11, 28, 3, 30, tzinfo=UTC)

    procedures.note_trial(backing=row, faults=2, name="a", by=PROGRAM, at=night)

    assert Entry.objects.filter(verb="backups.note_trial").count() == 1
    assert ring(world, night + timedelta(hours=3)) == []
    assert ring(world, datetime(2026, 11, 28, 7, tzinfo=UTC)) == [("backup_faulty", world.head.name)]
    procedures.note_trial(backing=row, faults=0, name="b", by=PROGRAM, at=night + timedelta(days=1))
    assert ring(world, night + timedelta(days=2)) == []


def test_the_head_reads_what_is_wrong_and_nothing_when_all_is_well(world: World, settings: Settings) -> None:
    settings.BACKUP_TO = []
    assert "There is no backup" in str(standing().wrong(world.at))
    settings.BACKUP_TO = ["/mnt/backup"]
    assert "no backup yet" in str(standing().wrong(world.at))
    procedures.await_backup(school_id=world.school.id, backed_up_at=world.at, at=world.at)
    assert standing().wrong(world.at + timedelta(hours=26)) is None
    assert "more than a day" in str(standing().wrong(world.at + timedelta(hours=26, seconds=1)))
    procedures.note_trial(backing=Backing.objects.get(), faults=1, name="a", by=PROGRAM, at=world.at)
    assert "did not pass" in str(standing().wrong(world.at))


def test_a_copy_of_the_keys_that_cannot_be_reached_is_a_fault(world: World, settings: Settings) -> None:
    settings.BACKUP_TO, settings.BACKUP_KEYS_TO = [], "/nowhere"

    Backups()._test([world.school.id], world.at, Event())

    assert Backing.objects.get().faults == 1
    settings.BACKUP_KEYS_TO = ""
    Backups()._test([world.school.id], world.at, Event())
    assert Backing.objects.get().faults == 0


def a_quarantine(world: World) -> Quarantine:
    return Quarantine.objects.create(
        school_id=world.school.id, backup_at=world.at - timedelta(hours=1), restored_at=world.at
    )


def test_a_school_back_from_a_backup_sends_nothing_until_two_people_release_it(world: World) -> None:
    row = a_quarantine(world)
    procedures.await_backup(school_id=world.school.id, backed_up_at=world.at, at=world.at)
    due = world.at + timedelta(hours=26)
    work = queues(Postman())

    see_to(world.school.id, due, work)
    assert is_quiet(world.school.id)
    assert not Letter.objects.filter(kind="backup_late").exists()

    assert not procedures.release_school(quarantine=row, by=world.chair, at=due)
    assert is_quiet(world.school.id)
    with pytest.raises(Refused, match="Somebody else"):
        procedures.release_school(quarantine=row, by=world.chair, at=due)
    with pytest.raises(Refused, match="headteacher"):
        procedures.release_school(quarantine=row, by=world.vice, at=due)
    assert procedures.release_school(quarantine=row, by=world.head, at=due)
    with pytest.raises(Refused, match="already"):
        procedures.release_school(quarantine=row, by=world.vice, at=due)

    assert not is_quiet(world.school.id)
    see_to(world.school.id, due, work)
    assert Letter.objects.filter(kind="backup_late").exists()


def test_a_school_is_quiet_while_a_restore_has_not_ended(world: World, settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    assert not is_quiet(world.school.id)
    coming_back.unfinished().parent.mkdir()
    coming_back.unfinished().touch()

    assert is_quiet(world.school.id)


def test_a_drill_is_recorded_with_its_time(world: World) -> None:
    procedures.record_drill(school_id=world.school.id, minutes=41, whole=True, by=world.head, at=world.at)

    drill = standing().drill
    assert drill is not None and (drill.minutes, drill.whole) == (41, True)
    with pytest.raises(Refused, match="minutes"):
        procedures.record_drill(school_id=world.school.id, minutes=0, whole=True, by=world.head, at=world.at)


def a_place_of_another(settings: Settings, folder: Path) -> Folder:
    """A place that is set, and that another installation claimed."""
    place = Folder(folder / "disk", new=True)
    settings.DATA = folder / "another"
    owning.insist_ours(place, at=NOW)
    settings.DATA, settings.BACKUP_TO, settings.BACKUP_KEYS_TO = folder / "this", [place.address], ""
    return place


def test_a_place_of_another_installation_is_told_in_the_morning_and_each_day_until_it_is_taken_over(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    place, seven = a_place_of_another(settings, tmp_path), datetime(2026, 11, 28, 7, tzinfo=UTC)
    procedures.await_backup(school_id=world.school.id, backed_up_at=NOW, at=NOW)
    for minutes in (0, 10):
        procedures.note_elsewhere(school_id=world.school.id, elsewhere=True, at=NOW + timedelta(minutes=minutes))

    assert "belongs to another installation" in str(standing().wrong(NOW))
    assert ring(world, seven - timedelta(seconds=1)) == []
    assert ring(world, seven) == [("backup_elsewhere", world.head.name)]
    assert ("backup_elsewhere", world.head.name) in ring(world, seven + timedelta(hours=24))
    assert procedures.take_over_places(by=world.head, at=seven) == 1
    assert standing().wrong(NOW) is None
    assert [one.number for one in owning.claims(place)] in ([1, 2], [2, 1])
    assert not owning.is_anothers(place)
    assert ("backup_elsewhere", world.head.name) not in ring(world, seven + timedelta(hours=49))
    # It is known who did so. Done again it changes nothing.
    assert procedures.take_over_places(by=world.head, at=seven) == 0
    entries = Entry.objects.filter(verb="backups.take_over_places").order_by("seq")
    assert [one.by for one in entries] == [str(world.head.id)] * 2


def test_a_place_that_went_away_cannot_be_taken_over_and_nothing_is_noted(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    a_place_of_another(settings, tmp_path)
    settings.BACKUP_TO.append(str(tmp_path / "not-mounted"))

    with pytest.raises(Refused, match="never made a place"):
        procedures.take_over_places(by=world.head, at=NOW)
    assert not Entry.objects.filter(verb="backups.take_over_places").exists()


def test_the_command_takes_over_in_the_name_of_somebody_who_may(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    place = a_place_of_another(settings, tmp_path)
    for address in (world.teacher.email, "nobody@elsewhere.example"):
        with pytest.raises(CommandError, match="Nobody of that address"):
            call_command("backup", take_over=address)
    assert owners.last_of(owning.claims(place))[0].number == 1

    # And goes on to make a backup, for which this installation has no card.
    with pytest.raises(CommandError, match="No card opens"):
        call_command("backup", take_over=world.head.email.upper())

    assert not owning.is_anothers(place)
    assert Entry.objects.get(verb="backups.take_over_places").by == str(world.head.id)
