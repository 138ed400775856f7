"""Who has read it: the picture in numbers, the register by name, a manager's own people, and one person."""

import re
import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
from builders import World, a_school, a_version_in_force, an_account
from django.test import Client
from reading_acts import a_newer_version, confirms, reading_of, ring, task_for
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.acknowledgements import procedures
from forethought.acknowledgements.models import Acknowledgement, Method, Task
from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london
from forethought.people import procedures as people
from forethought.people.models import Doorway, Engagement, Kind, Letter, Person, Role
from forethought.policies.models import Version
from forethought.rows import inside

DAY = timedelta(days=1)


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def version(world: World) -> Version:
    return a_version_in_force(world)


def somebody(world: World, name: str = "Vera Lind", *, kind: Kind = Kind.VOLUNTEER, email: str = "") -> Person:
    person = people.add_person(
        school=world.school,
        name=name,
        email=email,
        kind=kind,
        starts_on=london(world.at).date(),
        by=world.head,
        at=world.at,
    )
    ring(world, world.at)
    return person


def holder(world: World, role: Role) -> Person:
    """Somebody with one role alone."""
    person = somebody(world, f"Holder of {role}", email=f"{role}@one.example", kind=Kind.CONTRACTOR)
    people.appoint(person=person, role=role, by=PROGRAM, at=world.at)
    return person


def make_manager(world: World, manager: Person, *managed: Person) -> None:
    for person in managed:
        engagement = Engagement.objects.get(person=person)
        people.name_manager(engagement=engagement, manager=manager, by=world.head, at=world.at)


def plain(response: object) -> str:
    """A page's words, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(response).split("<main")[1].split("</main>")[0]).split())


def title_of(response: object) -> str:
    return text_of(response).split("<title>")[1].split("</title>")[0]


def boxes(name: str, day: object) -> dict[str, str]:
    return {f"{name}_day": f"{day:%d}", f"{name}_month": f"{day:%m}", f"{name}_year": f"{day:%Y}"}


# --- Who gets in ---

NAMES = (Role.HEAD, Role.HR, Role.CLERK)
NUMBERS = (Role.LEAD, Role.CHAIR, Role.PROTECTION, Role.TRUST_LEAD)


@pytest.mark.policy("2.5", "3.7")
@pytest.mark.parametrize("role", list(Role))
def test_names_are_for_few_numbers_for_some_and_nothing_for_the_others(
    world: World, version: Version, role: Role
) -> None:
    client = client_of(holder(world, role))
    register = f"/readers/{reading_of(version).pk}/"
    task = f"/readers/tasks/{task_for(world.teacher, version).pk}/"
    assert client.get("/readers/").status_code == (200 if role in NAMES + NUMBERS else 404)
    for path in (register, f"{register}remind-all/", task, f"{task}remind/", f"{task}record-paper/"):
        assert client.get(path).status_code == (200 if role in NAMES else 404), path
    for path in (f"{register}remind-all/", f"{task}remind/", f"{task}record-paper/", f"{task}make-link/"):
        if role not in NAMES:
            assert client.post(path).status_code == 404, path
    assert client.get("/my-people/").status_code == 404


def test_nobody_comes_in_without_signing_in(version: Version) -> None:
    task = Task.objects.all()[0]
    for path in ("/readers/", f"/readers/{task.reading_id}/", "/my-people/", f"/readers/tasks/{task.pk}/"):
        answer = Client().get(path)
        assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/"), path


def test_another_schools_register_is_none(world: World, version: Version) -> None:
    other = a_school(tag="two", name="Another School", at=world.at)
    with inside(other.school.id):
        theirs = a_version_in_force(other)
        reading, task = reading_of(theirs).pk, task_for(other.teacher, theirs).pk
    client = client_of(world.head)
    for path in (f"/readers/{reading}/", f"/readers/{uuid.uuid4()}/", f"/readers/tasks/{task}/"):
        assert client.get(path).status_code == 404, path
    for end in ("remind/", "record-paper/", "make-link/"):
        assert client.post(f"/readers/tasks/{task}/{end}").status_code == 404


# --- The picture ---


@pytest.mark.policy("2.5", "3.7")
def test_the_head_sees_how_many_have_confirmed_in_numbers_and_words(world: World, version: Version) -> None:
    somebody(world)
    governor = somebody(world, "Gus Petersen", kind=Kind.GOVERNOR)
    procedures.record_paper(
        task=task_for(governor, version), signed_on=london(world.at).date(), by=world.head, at=world.at
    )
    confirms(world.head, version, at=world.at)
    Task.objects.filter(person=world.teacher).update(due_on=london(world.at).date() - DAY)
    words = plain(client_of(world.head).get("/readers/"))
    assert "2 of 9 have confirmed. One is late." in words
    assert re.search(r"Employee Asked 7 Confirmed 1 Waiting 6 Late 1 Per cent 14%", words), words
    assert re.search(r"Governor or trustee Asked 1 Confirmed 1 Waiting 0 Late 0 Per cent 100%", words)
    assert re.search(r"Everybody Asked 9 Confirmed 2 Waiting 7 Late 1 Per cent 22%", words)
    assert "See the names" in words and "Remind everybody who waits" in words
    assert "Harlow" not in words


@pytest.mark.policy("3.7")
def test_the_chair_sees_no_small_number_and_no_way_to_names(world: World, version: Version) -> None:
    for number in range(30):
        somebody(world, f"Person {number}", kind=Kind.EMPLOYEE)
    for person in [task.person for task in Task.objects.select_related("person")[:35]]:
        procedures.acknowledge(
            task=task_for(person, version),
            method=Method.LINK,
            left_to_open=0,
            own_words="",
            asked_own_words=False,
            since=None,
            by=person,
            at=world.at,
        )
    html = text_of(client_of(world.chair).get("/readers/"))
    words = plain(client_of(world.chair).get("/readers/"))
    assert "Fewer than 5 of 37 have not confirmed yet. Fewer than 5 are late." in words
    assert re.search(r"Everybody Asked 37 Confirmed not shown Waiting fewer than 5 Late fewer than 5", words)
    assert "35" not in words and "94%" not in words
    assert "See the names" not in words and "Remind everybody" not in words and "/people/" not in html
    assert "35 of 37 have confirmed. Nobody is late." in plain(client_of(world.head).get("/readers/"))


@pytest.mark.policy("3.7")
def test_with_everybody_done_or_nothing_asked_the_page_says_so(world: World) -> None:
    assert "Nobody is asked to read anything now." in plain(client_of(world.head).get("/readers/"))
    version = a_version_in_force(world)
    for person in world.everybody():
        confirms(person, version, at=world.at)
    words = plain(client_of(world.head).get("/readers/"))
    assert "All 7 have confirmed." in words and "Nobody waits." in words


# --- Names ---


@pytest.mark.policy("3.7")
def test_names_come_a_page_at_a_time_and_looking_is_noted(world: World, version: Version) -> None:
    for number in range(30):
        somebody(world, f"Person {number:02}")
    client, base = client_of(world.head), f"/readers/{reading_of(version).pk}/"
    first = client.get(f"{base}?kind=volunteer&state=waiting")
    html = text_of(first)
    assert html.count("/readers/tasks/") == 25 and "Person 24" in html and "Person 25" not in html
    assert "Previous" not in html
    [following] = re.findall(r'href="([^"]+)" rel="next"', html)
    second = text_of(client.get(base + following.replace("&amp;", "&").split("/")[-1]))
    assert "kind=volunteer" in following and "state=waiting" in following
    assert second.count("/readers/tasks/") == 5 and "Person 29" in second and "The beginning" in second
    entries = Entry.objects.filter(verb="acknowledgements.view_register", about=reading_of(version).pk)
    assert entries.count() == 2 and {one.by for one in entries} == {str(world.head.pk)}
    assert "Person" not in title_of(first)


@pytest.mark.policy("3.7")
def test_a_name_stands_with_how_and_when(world: World, version: Version) -> None:
    today = london(world.at).date()
    vera = somebody(world)
    procedures.record_paper(task=task_for(vera, version), signed_on=today, by=world.head, at=world.at)
    confirms(world.head, version, at=world.at)
    procedures.want_paper(task=task_for(world.teacher, version), by=world.teacher, at=world.at)
    Task.objects.filter(person=world.senior).update(due_on=today - DAY)
    words = plain(client_of(world.head).get(f"/readers/{reading_of(version).pk}/"))
    assert "Amina Okafor Engaged as Employee Stands Confirmed How Signed in When" in words
    assert "Vera Lind Engaged as Volunteer Stands Confirmed How On paper" in words
    assert "Tess Harlow Engaged as Employee Stands Wants paper" in words
    assert "David Reed Engaged as Employee Stands Late" in words


@pytest.mark.parametrize(
    "query",
    [
        "?after=x",
        "?after=" + "9" * 40,
        "?after=5cbcfa8e-29e7-4430-9c3f-9fa4a609aeda",
        "?state=%00&kind=%F0%9F",
        "?kind=head",
    ],
)
def test_what_is_no_query_is_the_first_page(world: World, version: Version, query: str) -> None:
    html = text_of(client_of(world.head).get(f"/readers/{reading_of(version).pk}/{query}"))
    assert html.count("/readers/tasks/") == 7


@pytest.mark.policy("3.7")
def test_of_what_was_replaced_the_names_stay_and_nobody_is_reminded(world: World, version: Version) -> None:
    confirms(world.teacher, version, at=world.at)
    old = reading_of(version)
    a_newer_version(world, at=world.at)
    client = client_of(world.head)
    words = plain(client.get(f"/readers/{old.pk}/"))
    assert "This is not asked any more." in words and "Tess Harlow" in words and "Remind" not in words
    assert "Nobody can be reminded now" in plain(client.get(f"/readers/{old.pk}/remind-all/"))


# --- Reminding ---


@pytest.mark.policy("3.7")
def test_everybody_who_waits_is_reminded_with_one_press_once_a_day(world: World, version: Version) -> None:
    confirms(world.teacher, version, at=world.at)
    client, path = client_of(world.head), f"/readers/{reading_of(version).pk}/remind-all/"
    assert client.post(path)["Location"] == "/readers/"
    assert "6 people are being reminded by mail." in plain(client.get("/readers/"))
    client.post(path)
    assert "Nobody was left to remind." in plain(client.get("/readers/"))
    assert "Nobody can be reminded now" in plain(client.get(path))
    assert Letter.objects.filter(kind="to_read", try_at__isnull=False).count() == 6


@pytest.mark.policy("3.7")
def test_one_person_is_reminded_once_a_day(world: World, version: Version) -> None:
    client, base = client_of(world.head), f"/readers/tasks/{task_for(world.teacher, version).pk}/"
    assert client.post(f"{base}remind/")["Location"] == base
    words = plain(client.get(base))
    assert "They are being reminded by mail." in words and "Once a day is the most." in words
    answer = client.post(f"{base}remind/")
    assert answer.status_code == 422 and "Once a day is the most." in answer.content.decode()


# --- A manager's own people ---


@pytest.mark.policy("3.7")
def test_a_manager_sees_only_their_own_people(world: World, version: Version) -> None:
    make_manager(world, world.senior, world.teacher)
    client = client_of(world.senior)
    page = client.get("/my-people/")
    assert "Tess Harlow" in text_of(page) and "Ben Foster" not in text_of(page) and "Harlow" not in title_of(page)
    assert "Version 1 of the policy" in text_of(page)
    own, others = (f"/readers/tasks/{task_for(one, version).pk}/" for one in (world.teacher, world.colleague))
    assert client.get(own).status_code == 200
    for end in ("", "remind/", "record-paper/", "make-link/"):
        assert client.get(f"{others}{end}").status_code == 404
        assert client.post(f"{others}{end}").status_code == 404
    assert client.get("/readers/").status_code == 404
    assert Entry.objects.filter(verb="acknowledgements.view_register", by=str(world.senior.pk)).count() == 2
    assert client_of(world.colleague).get("/my-people/").status_code == 404
    assert client_of(world.colleague).post("/my-people/remind-own/").status_code == 404


@pytest.mark.policy("3.7")
def test_a_manager_reminds_their_own_and_once_they_are_gone_sees_nothing(world: World, version: Version) -> None:
    make_manager(world, world.senior, world.teacher)
    client = client_of(world.senior)
    assert client.post("/my-people/remind-own/")["Location"] == "/my-people/"
    assert "One person is being reminded by mail." in plain(client.get("/my-people/"))
    assert task_for(world.colleague, version).reminded_at is None
    people.leave(person=world.teacher, by=world.head, at=world.at)
    task = f"/readers/tasks/{task_for(world.teacher, version).pk}/"
    assert client.get("/my-people/").status_code == client.get(task).status_code == 404


# --- One person ---


@pytest.mark.policy("3.7", "10.3")
def test_nobody_sees_answers_or_own_words_here(world: World, version: Version) -> None:
    """The head, HR, a clerk and their own manager: none of the pages has what somebody wrote, or how far they read."""
    confirms(world.teacher, version, at=world.at, own_words="Zebra crossing at dawn.")
    Task.objects.filter(person=world.colleague).update(seen=["0-999"])
    make_manager(world, world.senior, world.teacher, world.colleague)
    tasks = [task_for(one, version).pk for one in (world.teacher, world.colleague)]
    lists = ["/readers/", f"/readers/{reading_of(version).pk}/"]
    own = [f"/readers/tasks/{task}/" for task in tasks]
    readers = [(holder(world, role), [*lists, *own]) for role in (Role.HR, Role.CLERK)]
    for person, paths in [*readers, (world.head, [*lists, *own]), (world.senior, ["/my-people/", *own])]:
        client = client_of(person)
        for path in paths:
            html = text_of(client.get(path))
            assert "Zebra" not in html and "0-999" not in html, path
    assert Acknowledgement.objects.get(person=world.teacher).own_words == "Zebra crossing at dawn."


@pytest.mark.policy("2.5")
def test_a_paper_form_is_recorded_and_a_bad_day_keeps_the_form(world: World, version: Version) -> None:
    vera, today = somebody(world), london(world.at).date()
    procedures.want_paper(task=task_for(vera, version), by=vera, at=world.at)
    client, base = client_of(world.head), f"/readers/tasks/{task_for(vera, version).pk}/"
    assert "They asked for a paper form on" in plain(client.get(base))
    for day, sentence in (
        (today - 40 * DAY, "before this version was to be read"),
        (today + 2 * DAY, "That day has not come yet."),
    ):
        answer = client.post(f"{base}record-paper/", boxes("signed_on", day))
        assert answer.status_code == 422
        assert sentence in answer.content.decode() and f'value="{day:%Y}"' in answer.content.decode()
    bad = {"signed_on_day": "29", "signed_on_month": "2", "signed_on_year": "2027"}
    assert "Enter a real date" in client.post(f"{base}record-paper/", bad).content.decode()
    assert client.post(f"{base}record-paper/", boxes("signed_on", today))["Location"] == base
    words = plain(client.get(base))
    assert "Stands Confirmed" in words and "How On paper" in words and "Signed on paper" in words
    assert "They have confirmed already." in plain(client.get(f"{base}record-paper/"))


@pytest.mark.policy("2.5")
def test_nobody_records_their_own_paper(world: World, version: Version) -> None:
    client, base = client_of(world.head), f"/readers/tasks/{task_for(world.head, version).pk}/"
    assert "nobody records their own paper form" in plain(client.get(base))
    answer = client.post(f"{base}record-paper/", boxes("signed_on", london(world.at).date()))
    assert answer.status_code == 422 and not Acknowledgement.objects.exists()


@pytest.mark.policy("2.5")
def test_a_link_is_shown_once_with_its_end_and_opens_the_way_in(world: World, version: Version) -> None:
    vera = somebody(world)
    client, base = client_of(world.head), f"/readers/tasks/{task_for(vera, version).pk}/"
    assert client.get(f"{base}make-link/").status_code == 200
    assert not Doorway.objects.filter(opens=vera.pk).exists()

    page = client.post(f"{base}make-link/")

    html = text_of(page)
    [link] = re.findall(r"(https?://\S+?/read/[\w-]+/)", html)
    assert "It says nothing about them. Give it to nobody else." in html and "It works until" in html
    assert "Vera" not in html and "no-store" in page["Cache-Control"]
    way_in = Client().get("/read/" + link.split("/read/")[1])
    assert way_in.status_code == 200 and "Vera" not in way_in.content.decode()
    assert link not in text_of(client.get(base))


@pytest.mark.policy("2.5")
def test_whoever_can_sign_in_gets_no_link(world: World, version: Version) -> None:
    an_account(world.teacher)
    client, base = client_of(world.head), f"/readers/tasks/{task_for(world.teacher, version).pk}/"
    assert "They can sign in, so they read it there." in plain(client.get(base))
    assert "They can sign in" in plain(client.get(f"{base}make-link/"))
    assert client.post(f"{base}make-link/").status_code == 422
    assert not Doorway.objects.filter(kind="personal").exists()


def test_no_address_or_title_holds_a_name(world: World, version: Version) -> None:
    make_manager(world, world.head, world.teacher)
    client, base = client_of(world.head), f"/readers/tasks/{task_for(world.teacher, version).pk}/"
    for path in (base, f"{base}remind/", f"{base}record-paper/", f"{base}make-link/", "/my-people/", "/readers/"):
        page = client.get(path)
        assert "Harlow" not in title_of(page)
        links = re.findall(r'(?:href|action)="([^"]+)"', text_of(page))
        assert not [one for one in links if "harlow" in one.lower() or quote("Tess Harlow") in one]
