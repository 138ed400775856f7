"""Bringing a list of adults in, undoing it, inviting those who joined, and forgetting what the list said."""

import uuid
from datetime import date, timedelta
from io import BytesIO

import pytest
from builders import FRIDAY_6PM, World, a_case, a_version_in_force, an_account
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading_acts import ring, task_for

from forethought.acknowledgements.models import Task
from forethought.audit.models import Entry
from forethought.core.clock import london
from forethought.core.errors import Refused
from forethought.directory import bringing, importing, inviting, reading_files, undoing
from forethought.directory.bringing import Chosen, bring_list, lines_of, plan_of
from forethought.directory.models import Asked, Outside, StaffList
from forethought.people import procedures as people
from forethought.people.models import Account, Appointment, Doorway, Engagement, Kind, Letter, Person
from forethought.people.post import composed

AT = FRIDAY_6PM
TODAY = london(AT).date()
SOON = AT + timedelta(minutes=5)
DAY = timedelta(days=1)
HEAD = "Name,Email,Staff number,Kind,First day,Last day\n"
#: The school of the tests as a payroll would write it.
EVERYBODY = HEAD + "".join(
    f"{name},{key}@one.example,,,,\n"
    for name, key in (
        ("Amina Okafor", "head"),
        ("David Reed", "senior"),
        ("Susan Patel", "lead"),
        ("Joan Whitfield", "chair"),
        ("Colin Marsh", "vice"),
        ("Tess Harlow", "teacher"),
        ("Ben Foster", "colleague"),
    )
)


def a_list(world: World, words: str, *everybody: str) -> StaffList:
    return bring_list(
        school=world.school,
        table=reading_files.read_pasted(words),
        source="pasted",
        chosen=Chosen("employee", TODAY, everybody),
        by=world.head,
        at=AT,
    )


def mark_of(row: StaffList, world: World) -> str:
    lines = lines_of(row)
    assert lines is not None
    return plan_of(lines, by=world.head, at=SOON).mark()


def brought(world: World, words: str, *everybody: str, count: str = "") -> StaffList:
    row = a_list(world, words, *everybody)
    return importing.import_list(staff_list=row, mark=mark_of(row, world), count=count, by=world.head, at=SOON)


def undo(world: World, row: StaffList, after: timedelta = timedelta(hours=1)) -> undoing.Undone:
    return undoing.undo_list(staff_list=row, by=world.head, at=SOON + after)


def without(name: str) -> str:
    return "".join(line for line in EVERYBODY.splitlines(keepends=True) if name not in line)


# --- Bringing in ---


@pytest.mark.policy("2.5")
def test_nothing_is_changed_by_looking_and_only_what_is_read_is_kept(world: World) -> None:
    before = Person.objects.count()
    row = a_list(world, "NI number,Name,Email\nQQ123456C,Di Eff,di@one.example\n")
    lines = lines_of(row)
    assert Person.objects.count() == before and lines is not None
    assert lines.passed_over == ("NI number",) and "QQ123456C" not in str(lines.rows)
    assert b"Di Eff" not in bytes(row.content) and Entry.objects.get(about=row.pk).verb == "directory.bring_list"


@pytest.mark.policy("2.5")
def test_joiners_changes_and_leavers_are_done_in_one_act(world: World) -> None:
    an_account(world.colleague)
    words = (
        without("Ben Foster").replace("Tess Harlow,", "Tess Marlowe,") + "Di Eff,di@one.example,55,Supply,1/9/2027,\n"
    )
    row = brought(world, words, "employee", count="1")
    assert (row.joined, row.changed, row.left) == (1, 1, 1)
    world.teacher.refresh_from_db()
    world.colleague.refresh_from_db()
    assert world.teacher.name == "Tess Marlowe" and world.colleague.left_at == SOON
    assert not Account.objects.get(person_id=world.colleague.pk).is_active
    joined = Person.objects.get(name="Di Eff")
    made = joined.engagements.get()
    assert (made.kind, made.starts_on) == ("agency", date(2027, 9, 1))
    assert Outside.objects.get(person=joined).number == "55"
    verbs = set(Entry.objects.filter(about=joined.pk).values_list("verb", flat=True))
    assert verbs == {"people.add_person"}
    assert Entry.objects.filter(verb="people.leave", about=world.colleague.pk).count() == 1
    last = Entry.objects.order_by("-seq")[0]
    assert last.verb == "directory.import_list" and '"joined":1' in last.body


@pytest.mark.policy("2.5")
def test_the_same_list_again_does_nothing(world: World) -> None:
    words = EVERYBODY + "Di Eff,di@one.example,55,,,\n"
    brought(world, words, "employee")
    with pytest.raises(Refused, match="There is nothing to do"):
        brought(world, words, "employee")


@pytest.mark.policy("2.5")
def test_a_list_gives_nobody_a_role(world: World) -> None:
    row = a_list(world, "Name,Email,Role\nDi Eff,di@one.example,Headteacher\nEd Fox,ed@one.example,DSL\n")
    lines = lines_of(row)
    assert lines is not None and any("roles are given by hand" in note for note in lines.notes)
    before = Appointment.objects.count()
    importing.import_list(staff_list=row, mark=mark_of(row, world), count="", by=world.head, at=SOON)
    assert Person.objects.filter(name="Ed Fox").exists() and Appointment.objects.count() == before


@pytest.mark.policy("2.5", "7.2")
def test_a_new_address_of_whoever_holds_a_role_or_signs_in_waits(world: World) -> None:
    an_account(world.teacher)
    an_account(world.colleague, password="lantern copper meadow")
    brought(
        world,
        EVERYBODY.replace("senior@", "thief@").replace("teacher@", "tess@").replace("colleague@", "other@"),
    )
    for person in (world.senior, world.teacher, world.colleague):
        person.refresh_from_db()
    assert world.senior.email == "senior@one.example" and world.colleague.email == "colleague@one.example"
    # Whoever has never signed in could not say yes.
    assert world.teacher.email == "tess@one.example"
    asked = {one.person_id: bytes(one.content) for one in Asked.objects.all()}
    assert set(asked) == {world.senior.pk, world.colleague.pk} and b"thief" not in asked[world.senior.pk]


@pytest.mark.policy("2.5", "7.2")
def test_nobody_with_a_role_leaves_by_a_list_and_what_it_shows_says_nothing_of_a_case(world: World) -> None:
    def shown(words: str) -> tuple[set[str], set[str], set[str]]:
        lines = lines_of(a_list(world, words, "employee"))
        assert lines is not None
        plan = plan_of(lines, by=world.head, at=SOON)
        parts = {f"{one.person.name}: {part.what}" for one in plan.changes for part in one.parts}
        return {one.name for one in plan.stay}, {one.person.name for one in plan.leavers}, parts

    nearly_empty, all_new = HEAD + "Amina Okafor,head@one.example,,,,\n", EVERYBODY.replace("@one.", "@new.")
    before = [shown(nearly_empty), shown(all_new)]
    case = a_case(world)
    assert case.parties.filter(person=world.teacher).exists()
    stay, leave, _ = before[0]
    assert {"David Reed", "Susan Patel", "Joan Whitfield", "Colin Marsh"} <= stay
    assert leave == {"Tess Harlow", "Ben Foster"}
    # Whoever reported something is told from nobody by a list that leaves everybody out, or gives all a new address.
    assert [shown(nearly_empty), shown(all_new)] == before


@pytest.mark.policy("2.5")
@pytest.mark.parametrize("count", ["", "1", "3", "two"])
def test_nobody_leaves_without_the_number_typed(world: World, count: str) -> None:
    with pytest.raises(Refused, match="2 people leave by this list"):
        brought(
            world, without("Ben Foster").replace("Tess Harlow,teacher@one.example,,,,\n", ""), "employee", count=count
        )
    assert not Person.objects.filter(left_at__isnull=False).exists()


@pytest.mark.policy("2.5")
def test_what_changed_since_it_was_shown_is_shown_again(world: World) -> None:
    row = a_list(world, EVERYBODY + "Di Eff,di@one.example,,,,\n")
    mark = mark_of(row, world)
    people.add_person(school=world.school, name="Di Eff", kind=Kind.EMPLOYEE, starts_on=TODAY, by=world.head, at=AT)
    with pytest.raises(Refused, match="Something changed here meanwhile"):
        importing.import_list(staff_list=row, mark=mark, count="", by=world.head, at=SOON)


@pytest.mark.policy("2.5")
def test_a_list_is_forgotten_after_an_hour_and_what_it_did_after_a_day(world: World) -> None:
    row = a_list(world, EVERYBODY + "Di Eff,di@one.example,,,,\n")
    bringing.ring_list_over(row.pk, AT + timedelta(minutes=59))
    row.refresh_from_db()
    assert row.content is not None
    bringing.ring_list_over(row.pk, AT + timedelta(hours=1))
    row.refresh_from_db()
    assert row.content is None
    with pytest.raises(Refused, match="forgotten"):
        importing.import_list(staff_list=row, mark="x", count="", by=world.head, at=AT + timedelta(hours=1))
    done = brought(world, EVERYBODY + "Di Eff,di@one.example,,,,\n")
    bringing.ring_list_over(done.pk, SOON + timedelta(hours=24))
    done.refresh_from_db()
    assert done.content is None and done.joined == 1
    with pytest.raises(Refused, match="can be undone for a day"):
        undo(world, done, timedelta(hours=25))


@pytest.mark.policy("2.5")
def test_columns_can_be_chosen_by_hand_and_the_others_are_forgotten(world: World) -> None:
    row = a_list(world, "Kollege,Geheim,Post\nDi Eff,xyzzy,di@one.example\n")
    lines = lines_of(row)
    assert lines is not None and not lines.known
    with pytest.raises(Refused, match="Say which column holds the full name"):
        bringing.choose_columns(staff_list=row, places={"email": 2}, headed=True, by=world.head, at=AT)
    bringing.choose_columns(staff_list=row, places={"name": 0, "email": 2}, headed=True, by=world.head, at=AT)
    row.refresh_from_db()
    lines = lines_of(row)
    assert lines is not None and lines.known and "xyzzy" not in str(lines) and row.lines == 1


@pytest.mark.policy("2.5")
def test_somebody_who_is_back_begins_after_what_they_were_before(world: World) -> None:
    brought(world, without("Ben Foster"), "employee", count="1")
    words = EVERYBODY.replace("colleague@one.example,,,,", "colleague@one.example,,,1/9/2019,")
    row = brought(world, words)
    world.colleague.refresh_from_db()
    assert world.colleague.left_at is None and row.changed == 1
    assert sorted(world.colleague.engagements.values_list("starts_on", flat=True))[-1] == TODAY + DAY
    assert undo(world, row).not_back == ()
    world.colleague.refresh_from_db()
    assert world.colleague.left_at == SOON


# --- Undoing ---


def state() -> list[object]:
    engagements = Engagement.objects.values_list("id", "kind", "starts_on", "ends_on")
    return [
        sorted(Person.objects.values_list("id", "name", "email", "left_at")),
        sorted(str(row) for row in engagements),
        sorted(Account.objects.values_list("person_id", "is_active")),
        sorted((bytes(key), ends) for key, ends in Doorway.objects.values_list("key_hash", "ends_at")),
        Outside.objects.count(),
    ]


@pytest.mark.policy("2.5")
def test_undoing_puts_back_exactly_what_was_there(world: World) -> None:
    a_version_in_force(world)
    an_account(world.colleague)
    governor = people.engage(person=world.teacher, kind=Kind.GOVERNOR, starts_on=TODAY, by=world.head, at=AT)
    before = state()
    words = (
        without("Ben Foster").replace("Tess Harlow,teacher@one.example,", "Tess Marlowe,tess@one.example,5")
        + f"Tess Marlowe,tess@one.example,5,Governor,,{TODAY + 30 * DAY:%d/%m/%Y}\n"
        + "Tess Marlowe,tess@one.example,5,Volunteer,,\n"
        + "Di Eff,di@one.example,55,Supply,1/9/2027,\nEd Fox,,,,,\n"
    )
    words = words.replace("Susan Patel,lead@", "Susan Patel,other@")
    row = brought(world, words.replace("Tess Marlowe,tess@", "Tess Marlowe,teacher@"), "employee", count="1")
    assert state() != before and (row.joined, row.left) == (2, 1)
    assert governor.pk in Engagement.objects.values_list("pk", flat=True)
    found = undo(world, row)
    assert found.not_back == () and state() == before
    assert not Asked.objects.filter(answered_at__isnull=True).exists()
    row.refresh_from_db()
    assert row.content is None and row.undone_at is not None
    with pytest.raises(Refused, match="undone already"):
        undo(world, row)


@pytest.mark.policy("2.5")
def test_what_happened_since_stays_and_is_said(world: World) -> None:
    words = without("Ben Foster").replace("Tess Harlow,", "Tess Marlowe,") + "Di Eff,di@one.example,,,,\nEd Fox,,,,,\n"
    row = brought(world, words, "employee", count="1")
    later = SOON + timedelta(minutes=10)
    di = Person.objects.get(name="Di Eff")
    people.change_person(person=di, name="Di Effing", email="", by=world.head, at=later)
    world.teacher.refresh_from_db()
    people.change_person(person=world.teacher, name="Tess Third", email="", by=world.head, at=later)
    world.colleague.refresh_from_db()
    people.engage(person=world.colleague, kind=Kind.AGENCY, starts_on=TODAY, by=world.head, at=later)
    found = undo(world, row)
    assert [name for name, _ in found.not_back] == ["Ben Foster", "Di Effing", "Tess Third"]
    assert found.back == 1 and not Person.objects.filter(name="Ed Fox").exists()
    assert Person.objects.filter(name="Di Effing").exists()


@pytest.mark.policy("2.5")
def test_a_leaver_who_is_brought_back_is_asked_to_read_and_their_links_open_again(world: World) -> None:
    version = a_version_in_force(world)
    ring(world, AT + timedelta(minutes=1))
    row = brought(world, without("Ben Foster"), "employee", count="1")
    ring(world, SOON + timedelta(minutes=1))
    task = task_for(world.colleague, version)
    assert task.closed_at is None
    undo(world, row)
    ring(world, SOON + timedelta(days=3))
    task.refresh_from_db()
    assert task.closed_at is None


# --- Inviting ---


@pytest.mark.policy("2.5")
def test_joiners_are_written_to_only_once_somebody_invites_them(world: World) -> None:
    a_version_in_force(world)
    ring(world, AT)
    row = brought(world, EVERYBODY + "Di Eff,di@one.example,,,,\nEd Fox,,,,,\nFlo Gee,head@two.example,,,,\n")
    joined = Person.objects.filter(name__in=["Di Eff", "Ed Fox", "Flo Gee"])
    ring(world, SOON + timedelta(minutes=1))
    assert not Letter.objects.filter(person__in=joined).exists() and not Task.objects.filter(person__in=joined).exists()
    other = people.make_account(person=world.teacher, email="head@two.example", password=None, by=world.head, at=AT)
    assert inviting.invite_joiners(staff_list=row, by=world.head, at=SOON + timedelta(minutes=2)) == 1
    account = Account.objects.get(email="di@one.example")
    assert not account.has_usable_password() and account.pk != other.pk
    letter = Letter.objects.get(kind="invited")
    subject, text = composed(letter)
    assert subject == "You can sign in now" and text.count("/accounts/password/reset/") == 1 and "Di" not in text
    ring(world, SOON + timedelta(minutes=3))
    assert Task.objects.filter(person__in=joined).values("person").distinct().count() == 3
    with pytest.raises(Refused, match="invited already"):
        inviting.invite_joiners(staff_list=row, by=world.head, at=SOON + timedelta(minutes=4))
    found = undo(world, row)
    assert found.back == 0 and len(found.not_back) == 3


@pytest.mark.policy("2.5")
def test_those_not_invited_are_asked_to_read_after_a_day(world: World) -> None:
    a_version_in_force(world)
    brought(world, EVERYBODY + "Di Eff,di@one.example,,,,\n")
    ring(world, SOON + timedelta(hours=23))
    assert not Task.objects.filter(person__name="Di Eff").exists()
    ring(world, SOON + timedelta(hours=24))
    assert Task.objects.filter(person__name="Di Eff").exists()


# --- Many ---


@pytest.mark.policy("2.5")
def test_as_many_questions_are_asked_of_the_database_for_few_as_for_many(world: World) -> None:
    def asked(many: int, tag: str) -> int:
        words = EVERYBODY + "".join(f"Person {tag}{n},{tag}{n}@one.example,{tag}{n},,,\n" for n in range(many))
        row = a_list(world, words)
        mark = mark_of(row, world)
        with CaptureQueriesContext(connection) as queries:
            importing.import_list(staff_list=row, mark=mark, count="", by=world.head, at=SOON)
            undoing.undo_list(staff_list=StaffList.objects.get(pk=row.pk), by=world.head, at=SOON + DAY / 2)
        return len(queries)

    few, many = asked(5, "a"), asked(205, "b")
    assert many - few <= 12


# --- Spreadsheets ---


def workbook(rows: list[list[object]], *others: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for title in others:
        book.create_sheet(title)
    data = BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.policy("2.5")
def test_a_spreadsheet_is_read_in_another_process_days_and_numbers_as_people_see_them() -> None:
    data = workbook(
        [
            ["Staff list"],
            [],
            ["Staff number", "Surname", "Forename", "Start date"],
            [1042, "Li", "Bo", date(2026, 9, 1)],
        ],
        "Notes",
    )
    found = reading_files.read_file(data)
    assert found.rows[-1] == (4, ("1042", "Li", "Bo", "2026-09-01"))
    assert found.notes == ("Only the first sheet with lines was read. There is another sheet.",)


def test_a_formula_is_not_worked_out() -> None:
    data = workbook(
        [["Name", "Email"], ['=HYPERLINK("http://x.example","Bo Li")', "b@one.example"], ["Di Eff", "d@e.example"]]
    )
    found = reading_files.read_file(data)
    assert found.rows[1] == (2, ("", "b@one.example"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04" + uuid.uuid4().bytes * 20, "could not be read"),
        (b"PK\x03\x04xl/workbook.bin", "kind of Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "older Excel file"),
        (b"%PDF-1.7", "That is no list"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_list_is_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        reading_files.read_file(data)
