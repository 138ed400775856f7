"""Taking adults on, engaging them once more, and when they leave."""

from datetime import date, timedelta

import pytest
from builders import FRIDAY_6PM, World, a_version_in_force, an_account
from reading_acts import ring

from forethought.acknowledgements import procedures as acknowledgements
from forethought.acknowledgements.models import Task
from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london
from forethought.core.errors import Refused
from forethought.people import procedures, taking_on
from forethought.people.models import Account, Appointment, Doorway, Engagement, Kind, Person

AT = FRIDAY_6PM
TODAY = london(AT).date()
DAY = timedelta(days=1)


def somebody(world: World, name: str = "Vera Lind", **more: object) -> Person:
    said: dict[str, object] = {"kind": Kind.AGENCY, "starts_on": TODAY, **more}
    return procedures.add_person(school=world.school, name=name, by=world.head, at=AT, **said)  # type: ignore[arg-type]


def engage(world: World, person: Person, kind: Kind, first: date, last: date | None = None) -> Engagement:
    return procedures.engage(person=person, kind=kind, starts_on=first, ends_on=last, by=world.head, at=AT)


# --- Being engaged ---


@pytest.mark.policy("2.5")
def test_supply_for_one_day_on_29_february_is_one_engagement(world: World) -> None:
    leap = date(2028, 2, 29)
    person = somebody(world, starts_on=leap, ends_on=leap)
    made = person.engagements.get()
    assert (made.kind, made.starts_on, made.ends_on) == ("agency", leap, leap)
    assert Entry.objects.get(about=person.pk).verb == "people.add_person"
    with pytest.raises(Refused, match="The last day cannot be before the first"):
        somebody(world, starts_on=leap, ends_on=leap - DAY)
    assert Person.objects.filter(name="Vera Lind").count() == 1


@pytest.mark.policy("2.5")
def test_supply_comes_on_other_days_and_not_twice_on_one(world: World) -> None:
    person = somebody(world, starts_on=TODAY + 7 * DAY, ends_on=TODAY + 7 * DAY)
    engage(world, person, Kind.AGENCY, TODAY, TODAY + 6 * DAY)
    engage(world, person, Kind.AGENCY, TODAY + 8 * DAY)
    engage(world, person, Kind.VOLUNTEER, TODAY)
    for first, last in ((TODAY + 7 * DAY, TODAY + 7 * DAY), (TODAY - DAY, None), (TODAY + 20 * DAY, TODAY + 21 * DAY)):
        with pytest.raises(Refused, match="engaged as that on those days already"):
            engage(world, person, Kind.AGENCY, first, last)
    assert person.engagements.count() == 4


@pytest.mark.policy("2.5")
def test_a_leaver_who_is_back_is_the_same_person_and_their_sign_in_stays_closed(world: World) -> None:
    an_account(world.teacher)
    procedures.leave(person=world.teacher, by=world.head, at=AT)
    engage(world, world.teacher, Kind.AGENCY, TODAY + DAY)
    world.teacher.refresh_from_db()
    assert world.teacher.left_at is None
    assert not Account.objects.get(person_id=world.teacher.pk).is_active
    assert world.teacher.engagements.count() == 2


@pytest.mark.policy("2.5")
def test_somebody_who_left_before_they_began_can_begin_after_all(world: World) -> None:
    person = somebody(world, starts_on=TODAY + 30 * DAY)
    procedures.leave(person=person, by=world.head, at=AT)
    assert person.engagements.get().ends_on == TODAY
    engage(world, person, Kind.AGENCY, TODAY - DAY, TODAY + 60 * DAY)
    assert [one for one, _ in acknowledgements.engaged(TODAY + 31 * DAY)].count(person) == 1


@pytest.mark.policy("2.5")
def test_an_end_before_the_beginning_is_refused_and_the_day_itself_counts(world: World) -> None:
    a_version_in_force(world)
    made = world.teacher.engagements.get()
    with pytest.raises(Refused, match="The last day cannot be before the first"):
        procedures.end_engagement(engagement=made, ends_on=made.starts_on - DAY, by=world.head, at=AT)
    procedures.end_engagement(engagement=made, ends_on=TODAY, by=world.head, at=AT)
    ring(world, AT)
    task = Task.objects.get(person=world.teacher)
    assert task.closed_at is None
    ring(world, AT + DAY)
    task.refresh_from_db()
    assert task.closed_at == AT + DAY


@pytest.mark.policy("3.7")
def test_a_manager_is_somebody_else_who_is_here(world: World) -> None:
    made = world.teacher.engagements.get()
    with pytest.raises(Refused, match="Nobody manages themselves"):
        procedures.name_manager(engagement=made, manager=world.teacher, by=world.head, at=AT)
    procedures.leave(person=world.senior, by=world.head, at=AT)
    world.senior.refresh_from_db()
    with pytest.raises(Refused, match="They have left"):
        procedures.name_manager(engagement=made, manager=world.senior, by=world.head, at=AT)
    procedures.name_manager(engagement=made, manager=world.lead, by=world.head, at=AT)
    procedures.name_manager(engagement=made, manager=None, by=world.head, at=AT)
    made.refresh_from_db()
    assert made.manager is None


@pytest.mark.policy("2.5")
def test_with_a_new_address_a_link_that_went_to_the_older_one_ends(world: World) -> None:
    person = somebody(world, email="wrong@home.example")
    acknowledgements.make_link(person=person, by=world.head, at=AT)
    procedures.change_person(person=person, name="Vera Lynn", email="WRONG@home.example", by=world.head, at=AT)
    assert Doorway.objects.filter(opens=person.pk, ends_at__gt=AT).exists()
    person.refresh_from_db()
    procedures.change_person(person=person, name="Vera Lynn", email="", by=world.head, at=AT)
    assert not Doorway.objects.filter(opens=person.pk, ends_at__gt=AT).exists()
    person.refresh_from_db()
    assert (person.name, person.email) == ("Vera Lynn", "")


# --- Leaving ---


@pytest.mark.policy("2.5")
def test_leaving_ends_roles_engagements_sign_in_links_and_whom_they_managed(world: World) -> None:
    an_account(world.senior)
    made = world.teacher.engagements.get()
    procedures.name_manager(engagement=made, manager=world.senior, by=world.head, at=AT)
    procedures.leave(person=world.senior, by=world.head, at=AT)
    made.refresh_from_db()
    world.senior.refresh_from_db()
    assert world.senior.left_at == AT and made.manager is None
    assert not Appointment.objects.filter(person=world.senior, ends_at__isnull=True).exists()
    assert world.senior.engagements.get().ends_on == TODAY
    assert not Account.objects.get(person_id=world.senior.pk).is_active


@pytest.mark.policy("2.5")
def test_nobody_leaves_twice_or_by_their_own_hand(world: World) -> None:
    with pytest.raises(Refused, match="You cannot take yourself off the list"):
        procedures.leave(person=world.head, by=world.head, at=AT)
    procedures.leave(person=world.teacher, by=world.head, at=AT)
    with pytest.raises(Refused, match="off the list already"):
        procedures.leave(person=world.teacher, by=world.head, at=AT + DAY)
    assert Entry.objects.filter(verb="people.leave").count() == 1


@pytest.mark.policy("2.5")
def test_the_last_day_is_the_one_in_london(world: World) -> None:
    late = AT.replace(month=7, day=1, hour=23, minute=30) + timedelta(days=365)
    procedures.leave(person=world.teacher, by=PROGRAM, at=late)
    assert world.teacher.engagements.get().ends_on == date(2027, 7, 2)


# --- Who is on the list already ---


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("name", "email", "found"),
    [
        ("tess  HARLOW", "", True),
        ("Somebody Else", "Teacher@one.example", True),
        ("Somebody Else", "", False),
        ("Tess Harlowe", "tess@home.example", False),
    ],
)
def test_somebody_is_known_by_name_or_address(world: World, name: str, email: str, found: bool) -> None:
    assert taking_on.same_person(name=name, email=email) == ([world.teacher] if found else [])


def test_two_people_of_one_name_are_both_shown(world: World) -> None:
    first, second = somebody(world), somebody(world)
    assert set(taking_on.same_person(name="Vera Lind", email="")) == {first, second}
