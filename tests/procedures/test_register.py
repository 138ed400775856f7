"""The register of acknowledgements: the picture in numbers, names, paper, and links."""

import uuid
from datetime import date, timedelta

import pytest
from builders import FRIDAY_6PM, World, a_school, a_version_in_force
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading_acts import a_newer_version, confirms, guidance, reading_of, ring, task_for

from forethought import prepared
from forethought.acknowledgements import procedures, reminding, rules
from forethought.acknowledgements.models import Acknowledgement, Method, Task
from forethought.acknowledgements.picture import by_name, in_all, narrowed, of_reading, of_team, open_readings, picture
from forethought.acknowledgements.rules import Row
from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london
from forethought.core.errors import Refused
from forethought.people import procedures as people
from forethought.people.models import Account, Doorway, Engagement, Kind, Letter, Person
from forethought.policies.models import Version
from forethought.rows import inside

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


@pytest.mark.policy("2.5")
def test_who_has_not_begun_reads_a_new_version_before_they_do(world: World, version: Version) -> None:
    soon = somebody(world, "Vera Lind", starts=TODAY + 3 * DAY)
    later = somebody(world, "Gus Petersen", starts=TODAY + 60 * DAY)

    newer = a_newer_version(world, at=AT + DAY)

    general = reading_of(newer).due_on
    assert task_for(soon, newer).due_on == TODAY + 3 * DAY < general
    assert task_for(later, newer).due_on == TODAY + 60 * DAY > general
    assert task_for(world.teacher, newer).due_on == general


# --- The picture ---


@pytest.mark.policy("2.5", "3.7")
def test_the_picture_counts_by_kind_in_one_look(world: World, version: Version) -> None:
    somebody(world, "Vera Lind")
    governor = somebody(world, "Gus Petersen", kind=Kind.GOVERNOR)
    reading = reading_of(version)
    for person in (world.head, world.teacher, governor):
        confirms(person, version, at=AT)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        rows = picture(reading.pk, reading.due_on)
    assert len(asked) == 1
    assert rows == (Row("employee", 7, 2, 0), Row("governor", 1, 1, 0), Row("volunteer", 1, 0, 1))
    assert [row.waiting for row in rows] == [5, 0, 1]
    assert in_all(rows) == Row("", 9, 3, 1)
    assert in_all(picture(reading.pk, reading.due_on + DAY)).late == 6
    assert picture(uuid.uuid4(), TODAY) == ()


@pytest.mark.policy("2.5")
def test_a_governor_without_a_sign_in_who_signed_on_paper_is_counted(world: World, version: Version) -> None:
    governor = somebody(world, "Gus Petersen", kind=Kind.GOVERNOR)
    procedures.record_paper(task=task_for(governor, version), signed_on=TODAY, by=world.head, at=AT)
    assert Row("governor", 1, 1, 0) in picture(reading_of(version).pk, TODAY)


@pytest.mark.policy("2.5", "3.7")
def test_somebody_engaged_twice_counts_once(world: World, version: Version) -> None:
    people.engage(person=world.teacher, kind=Kind.GOVERNOR, starts_on=TODAY, by=world.head, at=AT)
    ring(world, AT)
    assert in_all(picture(reading_of(version).pk, TODAY)) == Row("", 7, 0, 0)


@pytest.mark.policy("2.5", "3.7")
@pytest.mark.parametrize("confirmed", [True, False])
def test_whoever_left_is_not_counted_and_what_they_confirmed_stays(
    world: World, version: Version, confirmed: bool
) -> None:
    if confirmed:
        confirms(world.teacher, version, at=AT)
    people.leave(person=world.teacher, by=world.head, at=AT)
    ring(world, AT)
    assert in_all(picture(reading_of(version).pk, TODAY)) == Row("", 6, 0, 0)
    assert Acknowledgement.objects.filter(person=world.teacher).exists() is confirmed

    back = AT + 10 * DAY
    people.engage(person=world.teacher, kind=Kind.AGENCY, starts_on=TODAY + 10 * DAY, by=world.head, at=back)
    ring(world, back)
    assert Row("agency", 1, int(confirmed), 0) in picture(reading_of(version).pk, TODAY + 10 * DAY)
    assert bool(letters_to(world.teacher)) is not confirmed


def test_another_schools_readers_are_not_counted(world: World, version: Version) -> None:
    other = a_school(tag="two", name="Another School")
    with inside(other.school.id):
        theirs = reading_of(a_version_in_force(other))
        assert in_all(picture(theirs.pk, TODAY)).asked == 7
    assert picture(theirs.pk, TODAY) == ()
    assert [one.pk for one in open_readings()] == [reading_of(version).pk]


def test_the_policy_comes_before_guidance_and_what_was_replaced_is_gone(world: World, version: Version) -> None:
    guidance(world, at=AT)
    newer = a_newer_version(world, at=AT + DAY)
    assert [one.title for one in open_readings()] == [
        "version 2 of the policy",
        "Keeping children safe 2026, Part one",
    ]
    assert open_readings()[0].about == newer.pk


@pytest.mark.policy("3.7")
def test_the_picture_is_answered_from_its_index_alone(
    world: World, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many tasks other schools have: the index begins with the school, and holds all that is counted."""
    reading = reading_of(version)
    # A query whose plan PostgreSQL keeps is not logged with its values, and so could not be explained.
    monkeypatch.setattr(prepared, "_cursor", connection.cursor)
    with CaptureQueriesContext(connection) as asked:
        picture(reading.pk, TODAY)
    [query] = asked
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table of seven rows is read whole; what counts is that the index answers once it is larger.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"{explain} {query['sql']}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    if connection.vendor == "postgresql":
        assert "Index Only Scan using task_picture" in plan, plan
    else:
        assert "USING COVERING INDEX task_picture (school_id=? AND reading_id=?)" in plan, plan


# --- By name ---


def names(world: World, version: Version, **only: str) -> list[str]:
    asked = {"state": "", "kind": "", **only}
    tasks = narrowed(of_reading(reading_of(version)), today=TODAY, **asked)
    return [task.person.name for task in by_name(tasks).tasks]


@pytest.mark.policy("3.7")
def test_names_are_narrowed_to_a_state_or_a_kind(world: World, version: Version) -> None:
    vera = somebody(world)
    confirms(world.head, version, at=AT)
    procedures.want_paper(task=task_for(vera, version), by=vera, at=AT)
    Task.objects.filter(person=world.senior).update(due_on=TODAY - DAY)
    assert names(world, version, state="confirmed") == ["Amina Okafor"]
    assert names(world, version, state="late") == ["David Reed"]
    assert names(world, version, state="paper") == ["Vera Lind"]
    assert names(world, version, kind="volunteer") == ["Vera Lind"]
    assert len(names(world, version, state="waiting")) == 7
    assert len(names(world, version, state="nonsense", kind="nonsense")) == 8


@pytest.mark.policy("3.7")
def test_pages_of_names_meet_and_two_of_one_name_are_both_there(world: World, version: Version) -> None:
    today = london(AT).date()
    for number in range(50):
        name = "Sam Obi" if number % 2 else f"Person {number:02}"
        people.add_person(school=world.school, name=name, kind=Kind.AGENCY, starts_on=today, by=world.head, at=AT)
    ring(world, AT)
    tasks = of_reading(reading_of(version))
    seen: list[Task] = []
    after = None
    for size in (25, 25, 7):
        with CaptureQueriesContext(connection) as asked:
            page = by_name(tasks, after)
        assert len(page.tasks) == size and len(asked) <= 2
        seen, after = [*seen, *page.tasks], page.after
    assert after is None and len({task.pk for task in seen}) == 57
    assert [task.person.name for task in seen] == list(
        tasks.order_by("person__name", "person_id").values_list("person__name", flat=True)
    )
    assert by_name(tasks, uuid.uuid4()).tasks == by_name(tasks).tasks


@pytest.mark.policy("3.7")
def test_a_manager_has_their_own_people_and_nobody_elses(world: World, version: Version) -> None:
    for person, ends in ((world.teacher, None), (world.colleague, TODAY - DAY)):
        engagement = Engagement.objects.get(person=person)
        people.name_manager(engagement=engagement, manager=world.senior, by=world.head, at=AT)
        Engagement.objects.filter(pk=engagement.pk).update(ends_on=ends)
    assert [task.person for task in of_team(world.senior, TODAY)] == [world.teacher]
    assert not of_team(world.lead, TODAY).exists()
    people.engage(
        person=world.teacher, kind=Kind.VOLUNTEER, starts_on=TODAY, manager=world.senior, by=world.head, at=AT
    )
    assert of_team(world.senior, TODAY).count() == 1


@pytest.mark.policy("3.7")
def test_seeing_names_leaves_an_entry(world: World, version: Version) -> None:
    about = reading_of(version).pk
    reminding.view_register(about=about, by=world.head, at=AT)
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.verb, entry.about, entry.by) == ("acknowledgements.view_register", about, str(world.head.id))


# --- Paper and links ---


@pytest.mark.policy("2.5", "3.7")
def test_a_paper_form_is_kept_with_its_day_and_who_recorded_it(world: World, version: Version) -> None:
    vera = somebody(world)
    task = task_for(vera, version)
    made = procedures.record_paper(task=task, signed_on=TODAY + DAY, by=world.head, at=AT + 2 * DAY)
    assert (made.method, made.signed_on, made.recorded_by) == (Method.PAPER, TODAY + DAY, world.head)
    assert made.said == rules.said("version 1 of the policy") and made.own_words == ""
    assert Entry.objects.get(about=made.pk).verb == "acknowledgements.record_paper"


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("signed_on", "sentence"),
    [(TODAY - DAY, "before this version was to be read"), (TODAY + DAY, "That day has not come yet.")],
)
def test_a_paper_form_has_a_day_on_which_there_was_something_to_sign(
    world: World, version: Version, signed_on: date, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        procedures.record_paper(task=task_for(world.teacher, version), signed_on=signed_on, by=world.head, at=AT)
    assert not Acknowledgement.objects.exists()


@pytest.mark.policy("2.5")
def test_nobody_records_their_own_paper_nor_a_second_one_nor_for_what_was_replaced(
    world: World, version: Version
) -> None:
    with pytest.raises(Refused, match="confirm here"):
        procedures.record_paper(task=task_for(world.head, version), signed_on=TODAY, by=world.head, at=AT)
    task = task_for(world.teacher, version)
    procedures.record_paper(task=task, signed_on=TODAY, by=world.head, at=AT)
    with pytest.raises(Refused, match="They have confirmed already"):
        procedures.record_paper(task=task, signed_on=TODAY, by=world.head, at=AT)
    a_newer_version(world, at=AT + DAY)
    with pytest.raises(Refused, match="not asked of them any more"):
        procedures.record_paper(task=task_for(world.colleague, version), signed_on=TODAY, by=world.head, at=AT + DAY)


@pytest.mark.policy("2.5")
def test_a_link_is_made_for_somebody_here_who_cannot_sign_in(world: World, version: Version) -> None:
    vera = somebody(world)
    token = procedures.make_link(person=vera, by=world.head, at=AT)
    door = Doorway.objects.get(kind="personal", opens=vera.pk)
    assert door.ends_at == AT + timedelta(days=14)
    body = Entry.objects.filter(verb="acknowledgements.make_link").get().body
    assert token not in body and "Vera" not in body

    people.make_account(person=vera, email="vera@home.example", password=None, by=PROGRAM, at=AT)
    with pytest.raises(Refused, match="They can sign in"):
        procedures.make_link(person=vera, by=world.head, at=AT)
    people.leave(person=vera, by=world.head, at=AT)
    vera.refresh_from_db()
    assert not Account.objects.filter(person_id=vera.pk, is_active=True).exists()
    with pytest.raises(Refused, match="They have left"):
        procedures.make_link(person=vera, by=world.head, at=AT)
