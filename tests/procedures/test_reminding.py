"""Reminders: by hand once a day at most, and by the clock until nobody waits; and a thousand people at once."""

from datetime import date, datetime, timedelta

import pytest
from builders import FRIDAY_6PM, World, a_version_in_force
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading_acts import a_newer_version, confirms, reading_of, ring, task_for

from forethought.acknowledgements import reminding
from forethought.acknowledgements.models import Reading, Task
from forethought.audit.models import Entry
from forethought.core.clock import from_london, london
from forethought.core.errors import Refused
from forethought.people import procedures as people
from forethought.people.models import Alarm, Engagement, Kind, Letter, Person
from forethought.people.post import composed
from forethought.policies.consulting import NINE
from forethought.policies.models import Version

AT = FRIDAY_6PM
TODAY = london(AT).date()
DAY = timedelta(days=1)


@pytest.fixture
def version(world: World) -> Version:
    return a_version_in_force(world)


def somebody(
    world: World, name: str = "Vera Lind", *, kind: Kind = Kind.VOLUNTEER, email: str = "", starts: date = TODAY
) -> Person:
    """One more adult, asked by the clock to read."""
    person = people.add_person(
        school=world.school, name=name, email=email, kind=kind, starts_on=starts, by=world.head, at=AT
    )
    ring(world, AT)
    return person


def letters_to(person: Person) -> list[Letter]:
    """The letters that somebody is still owed."""
    return list(Letter.objects.filter(person=person, kind="to_read", try_at__isnull=False).order_by("owed_at"))


def nine(day: date) -> datetime:
    return from_london(day, NINE)


# --- Reminders by hand ---


@pytest.mark.policy("3.7")
def test_a_reminder_goes_once_a_day_and_takes_the_place_of_a_letter_that_waits(world: World, version: Version) -> None:
    task = task_for(world.teacher, version)
    reminding.remind(task=task, by=world.head, at=AT + DAY)
    assert [one.owed_at for one in letters_to(world.teacher)] == [AT + DAY]
    assert len(letters_to(world.colleague)) == 1

    for later in (timedelta(0), DAY - timedelta(seconds=1)):
        with pytest.raises(Refused, match="Once a day is the most"):
            reminding.remind(task=task, by=world.senior, at=AT + DAY + later)
    reminding.remind(task=task, by=world.head, at=AT + 2 * DAY)
    assert [one.owed_at for one in letters_to(world.teacher)] == [AT + 2 * DAY]
    assert Entry.objects.filter(verb="acknowledgements.remind").count() == 2


@pytest.mark.policy("3.7")
def test_of_two_who_press_at_once_one_reminds(world: World, version: Version) -> None:
    first, second = task_for(world.teacher, version), task_for(world.teacher, version)
    reminding.send_reminders([first], AT + DAY)
    assert reminding.send_reminders([second], AT + DAY) == 0
    assert len(letters_to(world.teacher)) == 1


@pytest.mark.policy("3.7")
def test_there_is_nothing_to_remind_of_once_confirmed_left_or_without_an_address(
    world: World, version: Version
) -> None:
    vera = somebody(world)
    confirms(world.teacher, version, at=AT)
    people.leave(person=world.colleague, by=world.head, at=AT)
    ring(world, AT)
    for person, sentence in (
        (world.teacher, "They have confirmed"),
        (world.colleague, "not asked of them any more"),
        (vera, "No email address is on the list"),
    ):
        with pytest.raises(Refused, match=sentence):
            reminding.remind(task=task_for(person, version), by=world.head, at=AT + DAY)
    assert task_for(vera, version).reminded_at is None


@pytest.mark.policy("3.7")
def test_reminding_all_leaves_out_who_confirmed_or_was_reminded_today(world: World, version: Version) -> None:
    somebody(world)
    confirms(world.head, version, at=AT)
    reminding.remind(task=task_for(world.teacher, version), by=world.head, at=AT + DAY)
    reading = reading_of(version)
    assert reminding.remind_all(reading=reading, by=world.head, at=AT + DAY) == 5
    assert reminding.remind_all(reading=reading, by=world.head, at=AT + DAY) == 0
    assert Letter.objects.filter(kind="to_read", try_at__isnull=False).count() == 6
    entry = Entry.objects.filter(verb="acknowledgements.remind_all").order_by("seq")[0]
    assert '"reminded":5' in entry.body.replace(" ", "")


@pytest.mark.policy("3.7")
def test_a_manager_reminds_their_own_people_alone(world: World, version: Version) -> None:
    engagement = Engagement.objects.get(person=world.teacher)
    people.name_manager(engagement=engagement, manager=world.senior, by=world.head, at=AT)
    assert reminding.remind_own(manager=world.senior, by=world.senior, at=AT + DAY) == 1
    assert task_for(world.teacher, version).reminded_at == AT + DAY
    assert task_for(world.colleague, version).reminded_at is None
    assert reminding.remind_own(manager=world.senior, by=world.senior, at=AT + DAY) == 0


@pytest.mark.policy("3.7")
def test_a_reminder_says_that_the_day_is_past_only_when_it_is(world: World, version: Version) -> None:
    task = task_for(world.teacher, version)
    reminding.remind(task=task, by=world.head, at=AT + DAY)
    assert "Please read it by 11:59pm" in composed(letters_to(world.teacher)[0])[1]
    late = nine(task.due_on + DAY)
    reminding.remind(task=task, by=world.head, at=late)
    assert "It was to be read by 11:59pm" in composed(letters_to(world.teacher)[0])[1]


# --- Reminders by the clock ---


@pytest.mark.policy("3.7")
def test_the_clock_reminds_before_the_last_day_and_each_week_until_all_have_confirmed(
    world: World, version: Version
) -> None:
    due = reading_of(version).due_on
    ring(world, nine(due - 3 * DAY) - timedelta(seconds=1))
    assert task_for(world.teacher, version).reminded_at is None
    ring(world, soon := nine(due - 3 * DAY))
    assert task_for(world.teacher, version).reminded_at == soon

    for week in range(3):
        ring(world, late := nine(due + DAY + week * 7 * DAY))
        assert task_for(world.teacher, version).reminded_at == late

    for person in world.everybody():
        confirms(person, version, at=AT + 60 * DAY)
    ring(world, nine(due + DAY + 21 * DAY))
    assert not Alarm.objects.filter(kind="read_late", rung_at__isnull=True).exists()
    assert Entry.objects.filter(verb="acknowledgements.remind_due").count() == 4
    assert not Letter.objects.filter(kind="to_read", try_at__isnull=False).exists()


@pytest.mark.policy("3.7")
def test_the_weekly_reminder_keeps_to_nine_in_london_when_the_clocks_change(world: World) -> None:
    before = datetime(2027, 3, 10, 12, tzinfo=AT.tzinfo)
    version = a_version_in_force(world, at=before)
    due = reading_of(version).due_on
    assert due < date(2027, 3, 28)
    ring(world, nine(due + DAY))
    [alarm] = Alarm.objects.filter(kind="read_late", rung_at__isnull=True)
    assert alarm.rings_at == nine(due + 8 * DAY)
    assert london(alarm.rings_at).hour == 9


@pytest.mark.policy("3.7")
def test_the_clock_leaves_out_whoever_has_more_time(world: World, version: Version) -> None:
    due = reading_of(version).due_on
    vera = somebody(world, email="vera@home.example", starts=due + 30 * DAY)
    ring(world, nine(due - 3 * DAY))
    ring(world, nine(due + DAY))
    assert task_for(vera, version).reminded_at is None
    assert task_for(world.teacher, version).reminded_at == nine(due + DAY)


@pytest.mark.policy("2.5", "3.7")
def test_somebody_new_is_reminded_too_after_everybody_else_has_confirmed(world: World, version: Version) -> None:
    due = reading_of(version).due_on
    for person in world.everybody():
        confirms(person, version, at=AT)
    ring(world, nine(due + DAY))
    assert not Alarm.objects.filter(kind="read_late", rung_at__isnull=True).exists()

    came = nine(due + 10 * DAY)
    vera = people.add_person(
        school=world.school,
        name="Vera Lind",
        email="vera@home.example",
        kind=Kind.VOLUNTEER,
        starts_on=due + 12 * DAY,
        by=world.head,
        at=came,
    )
    ring(world, came)
    ring(world, late := nine(due + 13 * DAY))
    assert task_for(vera, version).reminded_at == late


def test_what_was_replaced_is_not_rung_for(world: World, version: Version) -> None:
    old = reading_of(version)
    a_newer_version(world, at=AT + timedelta(hours=1))
    reminding.ring_late(old.pk, nine(old.due_on + DAY))
    reminding.ring_soon(old.pk, nine(old.due_on))
    assert not Entry.objects.filter(verb="acknowledgements.remind_due").exists()


# --- Many at once ---


@pytest.mark.policy("3.7")
def test_a_thousand_people_are_asked_and_reminded_in_a_few_queries(world: World) -> None:
    crowd = [Person(school=world.school, name=f"Reader {n}", email=f"r{n}@readers.example") for n in range(1000)]
    Person.objects.bulk_create(crowd)
    Engagement.objects.bulk_create(
        [Engagement(school=world.school, person=one, kind="employee", starts_on=TODAY) for one in crowd]
    )
    with CaptureQueriesContext(connection) as asked:
        version = a_version_in_force(world)
    # On SQLite a statement holds 999 values at most, so many rows take a few dozen statements.
    assert len(asked) < 120, len(asked)
    assert Task.objects.filter(reading__about=version.pk).count() == 1007
    assert Letter.objects.filter(kind="to_read").values("person").distinct().count() == 1007
    assert Letter.objects.filter(kind="to_read").count() == 1007

    reading = Reading.objects.get()
    with CaptureQueriesContext(connection) as asked:
        assert reminding.remind_all(reading=reading, by=world.head, at=AT + DAY) == 1007
    assert len(asked) < 60, len(asked)
    assert Letter.objects.filter(kind="to_read", try_at__isnull=False).count() == 1007
