"""Reading without an account: the link, the name, the visit, and what stays shut."""

import re
import uuid
from datetime import timedelta
from http.cookies import Morsel

import pytest
from builders import World, a_case, a_school, a_version_in_force, found_in_the_clear
from django.conf import settings as the_settings
from django.test import Client
from django.utils import timezone
from doors import ours, without_token
from live import MailServer
from pytest_django.fixtures import Settings
from reading_acts import a_newer_version, ring, task_for
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.acknowledgements import procedures, rules
from forethought.acknowledgements.models import Acknowledgement, Method
from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases import sweep
from forethought.cases.models import Draft
from forethought.pages.door_rules import Door
from forethought.pages.matrix import MATRIX
from forethought.people import mailing
from forethought.people import procedures as people
from forethought.people.models import Doorway, Kind, Letter, Person
from forethought.people.post import Link, composed
from forethought.policies.models import Version
from forethought.questions.models import Question
from forethought.questions.procedures import answer_question, ask_question
from forethought.rows import inside

HOUR = timedelta(hours=1)
MISMATCH = "This link was made for someone else. Ask for yours."
ENDED = "Ask the school office for a new link."


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def version(world: World) -> Version:
    return a_version_in_force(world)


@pytest.fixture
def vera(world: World, version: Version) -> Person:
    """A volunteer without an account, who has been asked to read."""
    person = people.add_person(
        school=world.school,
        name="Vera Lindqvist",
        email="vera@home.example",
        kind=Kind.VOLUNTEER,
        starts_on=world.at.date(),
        by=world.head,
        at=world.at,
    )
    ring(world, world.at)
    return person


def link_of(world: World, person: Person) -> str:
    return f"/read/{procedures.make_link(person=person, by=world.head, at=timezone.now())}/"


def reader(world: World, person: Person) -> Client:
    """A browser in which somebody came by their link and typed their name."""
    client = Client()
    assert client.post(link_of(world, person), {"name": person.name}).status_code == 302
    return client


def doors() -> list[object]:
    return list(Doorway.objects.order_by("pk").values())


# --- The link ---


@pytest.mark.policy("2.5", "3.7")
def test_a_link_says_nothing_of_anybody_and_opening_it_changes_nothing(world: World, vera: Person) -> None:
    link, client = link_of(world, vera), Client()
    before, entries = doors(), Entry.objects.count()
    answer = client.get(link)
    html = text_of(answer)
    assert "A policy to read" in html and "Larkfield Primary School" in html and "It ends at" in html
    assert "about 1 minute." in html
    for word in ("Vera", "Lindqvist", "vera@", "olunteer", str(vera.id)):
        assert word not in html
    assert client.head(link).status_code == 200
    assert doors() == before and Entry.objects.count() == entries
    assert (
        the_settings.READER_COOKIE_NAME not in client.cookies and the_settings.SESSION_COOKIE_NAME not in client.cookies
    )
    assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.policy("2.5")
def test_the_right_name_opens_a_visit_and_the_token_leaves_the_address(world: World, vera: Person) -> None:
    link, client = link_of(world, vera), Client()
    assert "Type your name" in text_of(client.post(link))
    assert the_settings.READER_COOKIE_NAME not in client.cookies

    answer = client.post(link, {"name": "vera  LINDQVIST"})

    assert answer["Location"] == "/reading/"
    cookie: Morsel[str] = client.cookies[the_settings.READER_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 7200
    door = Doorway.objects.get(kind="reader")
    assert door.opens == vera.id and door.ends_at == door.made_at + 2 * HOUR
    html = text_of(client.get("/reading/"))
    assert "Version 1 of the policy" in html and "Leave and forget this visit" in html
    assert "Vera" not in html


@pytest.mark.policy("2.5")
def test_the_typed_name_is_kept_nowhere(world: World, vera: Person) -> None:
    client, link = Client(), link_of(world, vera)
    client.post(link, {"name": "Xanthippe Quillfeather"})
    client.post(link, {"name": "Vera Quillfeather Lindqvist"})
    assert found_in_the_clear("Quillfeather") == []


@pytest.mark.policy("2.5")
def test_a_forwarded_link_stops_at_the_name_and_ends_after_five(world: World, vera: Person) -> None:
    link, client = link_of(world, vera), Client()
    for _ in range(rules.MOST_NAMES - 1):
        answer = client.post(link, {"name": "Ben Foster"})
        assert answer.status_code == 422 and MISMATCH in answer.content.decode()
        assert "Vera" not in answer.content.decode() and 'value="Ben Foster"' in answer.content.decode()
    assert client.post(link, {"name": ""}).status_code == 422
    assert Doorway.objects.get(kind="personal", opens=vera.id).tries == rules.MOST_NAMES - 1

    last = client.post(link, {"name": "Ben Foster"})

    assert last.status_code == 404 and ENDED in last.content.decode()
    assert client.post(link, {"name": "Vera Lindqvist"}).status_code == 404
    assert not Doorway.objects.filter(kind="reader").exists()


@pytest.mark.policy("2.5")
def test_a_link_that_ended_one_that_never_was_and_a_leavers_are_one_page(world: World, vera: Person) -> None:
    unknown = Client().get("/read/never-was/")
    assert unknown.status_code == 404 and "This link has ended" in unknown.content.decode()
    older = link_of(world, vera)
    newer = link_of(world, vera)
    expired = link_of(world, world.colleague)
    Doorway.objects.filter(kind="personal", opens=world.colleague.id).update(ends_at=timezone.now())
    people.leave(person=vera, by=PROGRAM, at=timezone.now())
    for link in (older, newer, expired):
        for answer in (Client().get(link), Client().post(link), Client().post(link, {"name": vera.name})):
            assert answer.status_code == 404
            assert without_token(answer.content) == without_token(unknown.content)
    for odd in ("/read/%00/", "/read/" + "a" * 4000 + "/", "/read/“x”/"):
        assert Client().get(odd).status_code == 404


@pytest.mark.policy("2.5")
def test_whoever_is_signed_in_never_reads_as_somebody_else(world: World, vera: Person) -> None:
    mine, client = link_of(world, world.teacher), client_of(world.teacher)
    assert client.post(mine)["Location"] == "/reading/"
    theirs = link_of(world, vera)
    answer = client.post(theirs, {"name": "Vera Lindqvist"})
    assert answer.status_code == 422 and MISMATCH in answer.content.decode()
    assert "Sign out first" in answer.content.decode()
    assert not Doorway.objects.filter(kind="reader").exists()
    assert Doorway.objects.get(kind="personal", opens=vera.id).tries == 0


# --- The visit ---


@pytest.mark.policy("2.5", "3.7")
def test_a_volunteer_without_an_account_confirms(world: World, version: Version, vera: Person) -> None:
    client, task = reader(world, vera), task_for(vera, version)
    base = f"/reading/{task.id}/"
    assert "Your part" in text_of(client.get(base))
    client.post(f"{base}part/1/")
    html = text_of(client.get(f"{base}acknowledge/"))
    assert "Ask your manager" in html and "/questions/" not in html and "Larkfield Primary School" in html

    answer = client.post(f"{base}acknowledge/")

    assert answer["Location"] == f"{base}receipt/"
    made = Acknowledgement.objects.get(person=vera)
    assert made.method == Method.LINK
    assert Entry.objects.get(about=made.id).by == str(vera.id)
    assert "Thank you" in text_of(client.get(f"{base}receipt/"))
    # Come back later by the link that was used: still only after the name.
    again = Client()
    link = link_of(world, vera)
    assert "You confirmed" not in text_of(again.get(link))
    again.post(link, {"name": "Vera Lindqvist"})
    assert "You confirmed version 1 of the policy on" in text_of(again.get("/reading/"))


@pytest.mark.policy("2.5")
def test_whoever_came_by_a_link_opens_nothing_else(world: World, version: Version, vera: Person) -> None:
    case = a_case(world, at=world.at)
    client = reader(world, vera)
    for route, one in ours():
        name = getattr(one.callback, "matrix_name", "")
        if not name or MATRIX[name].door in {Door.ANYONE, Door.READER}:
            continue
        address = "/" + re.sub(r"<(\w+):\w+>", lambda part: "1" if part[1] == "int" else str(case.id), route)
        for answer in (client.get(address), client.post(address)):
            entrances = ("/accounts/login/", "/enter/", "/concern/")
            shut = answer.status_code in {403, 404, 405} or (
                answer.status_code == 302 and answer["Location"].startswith(entrances)
            )
            assert shut, (address, answer.status_code)
    assert "Sign in" in client.get("/", follow=True).content.decode()
    other = task_for(world.teacher, version)
    assert client.get(f"/reading/{other.id}/").status_code == 404


@pytest.mark.policy("2.5")
def test_a_visit_ends_after_two_hours_and_says_how_to_go_on(world: World, version: Version, vera: Person) -> None:
    client, task = reader(world, vera), task_for(vera, version)
    Doorway.objects.filter(kind="reader").update(ends_at=timezone.now())
    answer = client.get("/reading/")
    assert answer.status_code == 403 and "Open your link again to go on." in answer.content.decode()
    sent = client.post(f"/reading/{task.id}/acknowledge/", {"own_words": "I report what I see."})
    assert sent.status_code == 403 and "I report what I see." in sent.content.decode()
    assert not Acknowledgement.objects.exists()


@pytest.mark.policy("2.5")
def test_a_visit_ends_with_the_person_and_when_they_leave_it(world: World, vera: Person) -> None:
    client = reader(world, vera)
    token = client.cookies[the_settings.READER_COOKIE_NAME].value
    answer = client.post("/reading/forget-visit/")
    assert "You have left" in text_of(answer) and answer["Clear-Site-Data"] == '"cache"'
    assert client.cookies[the_settings.READER_COOKIE_NAME].value == ""
    client.cookies[the_settings.READER_COOKIE_NAME] = token
    assert client.get("/reading/").status_code == 403
    assert client.get("/reading/forget-visit/").status_code == 405

    second = reader(world, vera)
    people.leave(person=vera, by=PROGRAM, at=timezone.now())
    assert second.get("/reading/").status_code == 403


def test_a_link_of_one_school_opens_that_school_alone(world: World, version: Version, vera: Person) -> None:
    other = a_school(tag="two", name="Another School", at=world.at)
    with inside(other.school.id):
        theirs = a_version_in_force(other)
        link = link_of(other, other.teacher)
        task = task_for(other.teacher, theirs)
    client = Client()
    assert "Another School" in text_of(client.get(link)) and "Larkfield" not in text_of(client.get(link))
    client.post(link, {"name": other.teacher.name})
    assert "Another School" in text_of(client.get(f"/reading/{task.id}/"))
    assert client.get(f"/reading/{task_for(vera, version).id}/").status_code == 404


def test_a_made_up_cookie_opens_nothing(world: World, vera: Person) -> None:
    client = Client()
    client.cookies[the_settings.READER_COOKIE_NAME] = "made-up"
    assert client.get("/reading/").status_code == 403
    personal = link_of(world, vera).split("/")[2]
    client.cookies[the_settings.READER_COOKIE_NAME] = personal
    assert client.get("/reading/").status_code == 403


# --- By mail ---


@pytest.mark.policy("2.5", "3.7")
def test_the_link_in_the_mail_works_and_leads_to_only_the_difference_next_time(
    world: World, version: Version, vera: Person, mail_server: MailServer, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.host, mail_server.port
    # The school's day is today, and tests run at any hour.
    settings.MAIL_BY_DAY = False

    def mailed(at: timedelta) -> str:
        mail_server.messages.clear()
        mailing.send_due(world.school.id, world.at + at, postman=mailing.Postman(), withheld=sweep.withheld)
        [message] = [one for one in mail_server.messages if one["To"] == vera.email]
        assert isinstance(message["Subject"], str)
        found = re.search(rf"{re.escape(the_settings.SITE)}(/read/\S+/)", message.get_content())
        assert found is not None
        return found[1]

    client = Client()
    client.post(mailed(HOUR), {"name": "Vera Lindqvist"})
    base = f"/reading/{task_for(vera, version).id}/"
    client.post(f"{base}part/1/")
    client.post(f"{base}acknowledge/")

    second = a_newer_version(world, at=world.at + 3 * HOUR)
    again = Client()
    again.post(mailed(timedelta(days=2)), {"name": "Vera Lindqvist"})
    base = f"/reading/{task_for(vera, second).id}/"
    assert "You confirmed version 1 of the policy before." in text_of(again.get(base))


# --- Asking and reporting by the link ---


@pytest.mark.policy("2.5", "3.6")
def test_whoever_came_by_a_link_asks_a_manager_and_reads_the_answer_there(
    world: World, vera: Person, mail_server: MailServer, settings: Settings
) -> None:
    browser = reader(world, vera)
    assert "Ask a manager" in text_of(browser.get("/reading/"))
    assert "Leave and forget this visit" in text_of(browser.get("/reading/ask-question/"))
    said = {"child": "no", "manager": str(world.head.pk), "words": "May I post a picture of the fair?", "draft": ""}
    there = browser.post("/reading/ask-question/", said).headers["location"]
    assert "May I post a picture of the fair?" in text_of(browser.get(there))

    question = Question.objects.get()
    assert (question.asker_id, question.manager_id) == (vera.pk, world.head.pk)
    answer_question(question=question, version=1, words="Yes, without faces.", by=world.head, at=timezone.now())
    assert "Yes, without faces." in text_of(browser.get(there))
    assert there in text_of(browser.get("/reading/"))
    letter = Letter.objects.get(kind="answered")
    subject, text = composed(letter, link=Link("https://a.example/read/x/", timezone.now()))
    assert subject == "An answer waits for you"
    assert "Your questions" in text and "Sign in" not in text


@pytest.mark.policy("2.5", "6.5")
def test_what_may_be_about_a_child_is_not_shown_by_a_link(world: World, vera: Person) -> None:
    browser = reader(world, vera)
    said = {"child": "yes", "manager": "", "words": "A pupil wrote that she is scared at home.", "draft": ""}
    there = browser.post("/reading/ask-question/", said).headers["location"]

    html = text_of(browser.get(there))
    assert "It is with the safeguarding lead" in html
    assert "scared" not in html
    assert Question.objects.get().manager_id == world.lead.pk


@pytest.mark.policy("2.5")
def test_a_question_is_its_askers_alone_whatever_link_somebody_came_by(world: World, vera: Person) -> None:
    other = ask_question(
        words="May I?",
        draft="",
        child="no",
        manager=world.head,
        may_be_shared=False,
        by=world.teacher,
        at=timezone.now(),
    )
    browser = reader(world, vera)

    theirs = browser.get(f"/reading/questions/{other.pk}/")
    nobodys = browser.get(f"/reading/questions/{uuid.uuid4()}/")
    assert theirs.status_code == nobodys.status_code == 404
    assert without_token(theirs.content) == without_token(nobodys.content)
    for path in ("/questions/", f"/questions/{other.pk}/", "/questions/ask-question/"):
        assert browser.get(path).status_code == 302


@pytest.mark.policy("2.5", "7.1")
def test_whoever_came_by_a_link_reports_without_a_code_and_the_report_leads_to_nobody(
    world: World, vera: Person
) -> None:
    browser = reader(world, vera)
    assert browser.get("/report/start-draft/").status_code in {302, 405}
    assert "no account and no code" in text_of(browser.get("/reading/report/"))

    assert browser.post("/reading/report/").headers["location"] == "/report/"
    assert "/what/" in browser.post("/report/start-draft/").headers["location"]
    assert Draft.objects.get().holder != vera.pk
    assert Draft.objects.get().by_visitor


@pytest.mark.policy("2.5")
def test_without_a_link_these_lead_to_signing_in(world: World) -> None:
    for path in ("/reading/ask-question/", "/reading/report/", f"/reading/questions/{uuid.uuid4()}/"):
        assert Client().get(path).headers["location"].startswith("/accounts/login/")
        assert Client().post(path).status_code in {302, 403}
