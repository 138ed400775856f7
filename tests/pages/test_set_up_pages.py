"""A school is set up in the browser: one link, seven questions, back and forth, and nobody else finds anything."""

import re
import smtplib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from builders import a_school
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from signed import client_of

from forethought.cases import quorum
from forethought.founding import links, rules
from forethought.founding.models import SettingUp
from forethought.people.models import Account, School, Wake
from forethought.rows import inside

pytestmark = [pytest.mark.django_db, pytest.mark.policy("2.5")]

SCHOOL = {"name": "Mosside School", "urn": "123456", "phase": "primary", "run_by": "authority", "runs": "Here"}
HEAD = {"head_name": "Hester Vale", "head_email": "hester@mosside.example", "lead_email": "hester@mosside.example"}
CHAIR = {"chair_name": "Corin Blythe", "chair_email": "corin@mosside.example"}
OFFICERS = {"protection_name": "Grace Ade", "protection_email": "grace@dpo.example"}


@pytest.fixture(autouse=True)
def clean() -> None:
    cache.clear()


@pytest.fixture
def browser_in(db: None) -> Client:
    """A browser that came by the link."""
    client = Client()
    token = links.make_link(another=False, at=timezone.now())
    assert client.post(f"/set-up/begin/{token}/").headers["Location"] == "/set-up/"
    return client


def said(client: Client, key: str, **answers: str) -> str:
    """Answer a question that must be taken. Where it leads."""
    answer = client.post(f"/set-up/{key}/", answers)
    assert answer.status_code == 302, re.sub(r"\s+", " ", answer.content.decode())[-3000:]
    return str(answer.headers["Location"])


def fewest(client: Client) -> None:
    """The three answers without which nothing goes live; the others later."""
    said(client, "school", **SCHOOL)
    said(client, "head", **HEAD)
    said(client, "governors", **CHAIR)
    for one in rules.QUESTIONS[3:]:
        said(client, one.key, later="yes")


def answers() -> dict[str, Any]:
    return links.answers_of(SettingUp.objects.get())


# --- Coming in ---


def test_opening_a_link_uses_nothing_up_and_pressing_does_once(db: None) -> None:
    token = links.make_link(another=False, at=timezone.now())
    for _ in range(3):
        assert "Begin" in Client().get(f"/set-up/begin/{token}/").content.decode()
    first, second = Client(), Client()
    assert first.post(f"/set-up/begin/{token}/").status_code == 302
    late = second.post(f"/set-up/begin/{token}/")
    assert late.status_code == 404
    assert "opens nothing" in late.content.decode()
    cookie = first.cookies["set-up" if "set-up" in first.cookies else "__Host-set-up"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_used_ended_and_unknown_links_and_a_browser_without_one_are_the_same_page(db: None) -> None:
    used = links.make_link(another=False, at=timezone.now())
    Client().post(f"/set-up/begin/{used}/")
    old = links.make_link(another=True, at=timezone.now() - links.LINK)
    bodies = set()
    for path in (f"/set-up/begin/{used}/", f"/set-up/begin/{old}/", "/set-up/begin/nothing/", "/set-up/", "/set-up/x/"):
        answer = Client().get(path)
        assert answer.status_code == 404, path
        bodies.add(answer.content)
    assert len(bodies) == 1


def test_wrong_links_are_slowed_down_and_the_right_one_waits_with_them(db: None) -> None:
    token = links.make_link(another=False, at=timezone.now())
    client = Client(REMOTE_ADDR="203.0.113.9")
    codes = [client.get(f"/set-up/begin/{uuid.uuid4()}/").status_code for _ in range(25)]
    assert codes[0] == 404
    assert codes[-1] == 429
    assert client.get(f"/set-up/begin/{token}/").status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.10").get(f"/set-up/begin/{token}/").status_code == 200


def test_somebody_signed_in_at_a_school_sees_nothing_of_a_set_up(db: None, browser_in: Client) -> None:
    world = a_school(at=timezone.now())
    with inside(world.school.id):
        client = client_of(world.head)
    for path in ("/set-up/", "/set-up/school/", "/set-up/open-school/", "/set-up/live/"):
        assert client.get(path).status_code == 404


# --- Seven questions ---


def test_each_question_is_shown_with_its_number_and_the_way_back(browser_in: Client) -> None:
    for number, one in enumerate(rules.QUESTIONS, start=1):
        page = browser_in.get(f"/set-up/{one.key}/").content.decode()
        assert f"Question {number} of 7" in page
        assert 'class="govuk-back-link"' in page
        assert ('value="yes"' in page and ">Later<" in re.sub(r"\s", "", page)) is not one.needed
    assert browser_in.get("/set-up/eighth/").status_code == 404


def test_an_answer_is_kept_stands_there_again_and_leads_on(browser_in: Client) -> None:
    assert said(browser_in, "school", **SCHOOL) == "/set-up/head/"
    page = browser_in.get("/set-up/school/").content.decode()
    assert 'value="Mosside School"' in page
    assert "Done" in browser_in.get("/set-up/").content.decode()
    assert said(browser_in, "school", **{**SCHOOL, "name": "Moss Side School"}) == "/set-up/head/"
    assert answers()["school"]["name"] == "Moss Side School"


def test_what_was_begun_goes_on_elsewhere_with_a_new_link(browser_in: Client) -> None:
    said(browser_in, "school", **SCHOOL)
    token, other = links.make_link(another=False, at=timezone.now()), Client()
    other.post(f"/set-up/begin/{token}/")
    assert 'value="Mosside School"' in other.get("/set-up/school/").content.decode()
    assert browser_in.get("/set-up/").status_code == 404


@pytest.mark.parametrize(
    ("key", "sent", "sentence"),
    [
        ("school", {**SCHOOL, "name": ""}, "Write the school"),
        ("school", {**SCHOOL, "urn": "12"}, "six figures"),
        ("school", {**SCHOOL, "runs": ""}, "name of the local authority"),
        ("school", {**SCHOOL, "phase": "castle"}, "Choose the phase"),
        ("head", {}, "write their name and email address"),
        ("head", {"head_name": "Hester Vale"}, "write their email address"),
        ("head", {"head_name": "Hester Vale", "head_email": "hester"}, "Write an email address"),
        ("head", {"head_name": "Hester\x00Vale", "head_email": "h@oak.example"}, "hidden character"),
        (
            "head",
            {**HEAD, "lead_name": "A B", "lead_email": "a@b.example", "deputy_name": "C D"},
            "Deputy: write their",
        ),
        ("officers", {"union_name": "A B", "union_email": "a@b.example"}, "Write the name of the union"),
        ("officers", {"union": "NEU"}, "write their name and email"),
        ("duty", {"closed": "then"}, "Line 1: write it like"),
        ("policy", {"text": "model", "answer_hours": "99", "approach_hours": "4"}, "1 to 9 working hours"),
        ("policy", {"text": "model", "answer_hours": "4", "approach_hours": "0"}, "1 to 12 hours"),
        ("policy", {"text": "model", "answer_hours": "four", "approach_hours": "4"}, "whole number"),
        ("mail", {"to": ""}, "Write an email address"),
    ],
)
def test_a_wrong_answer_is_explained_and_keeps_what_was_typed(
    browser_in: Client, key: str, sent: dict[str, str], sentence: str
) -> None:
    answer = browser_in.post(f"/set-up/{key}/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page.replace("&#x27;", "'")
    assert key not in answers() if SettingUp.objects.get().answers else True
    assert all(value in page for name, value in sent.items() if name.endswith("_email"))


def test_what_is_needed_cannot_be_left_for_later(browser_in: Client) -> None:
    assert browser_in.post("/set-up/head/", {"later": "yes"}).status_code == 422
    assert browser_in.post("/set-up/open-school/").status_code == 422
    assert not Wake.objects.exists()


def test_an_address_of_another_school_is_refused_where_it_is_typed(browser_in: Client) -> None:
    Account.objects.create(
        school_id=uuid.uuid4(), person_id=uuid.uuid4(), email="h@trust.example", made_at=timezone.now()
    )
    answer = browser_in.post("/set-up/head/", {"head_name": "Hester Vale", "head_email": "H@trust.example"})
    assert answer.status_code == 422
    assert "at another school" in answer.content.decode()


# --- Mail ---


def test_a_real_message_brings_the_number_back(browser_in: Client, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example"
    assert said(browser_in, "mail", to="office@mosside.example") == "/set-up/mail/?sent=yes"
    [message] = mail.outbox
    assert message.to == ["office@mosside.example"]
    assert "Mosside" not in message.body + message.subject
    number = re.search(r"\d{6}", str(message.body))
    assert number
    page = browser_in.get("/set-up/mail/?sent=yes").content.decode()
    assert number[0] not in page
    wrong = "100000" if number[0] != "100000" else "100001"
    assert "not the number" in browser_in.post("/set-up/mail/", {"number": wrong}).content.decode()
    assert not rules.is_done(answers(), "mail")
    said(browser_in, "mail", number=f"{number[0][:3]} {number[0][3:]}")
    assert rules.is_done(answers(), "mail")


def test_a_mail_server_that_refuses_is_said_in_plain_words(
    browser_in: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No mail server is set" in browser_in.post("/set-up/mail/", {"to": "a@b.example"}).content.decode()
    settings.EMAIL_HOST = "mail.example"

    def refuse(*args: object, **kwargs: object) -> Any:
        raise smtplib.SMTPAuthenticationError(535, b"go away a@b.example")

    monkeypatch.setattr("forethought.founding.mail_try.get_connection", refuse)
    answer = browser_in.post("/set-up/mail/", {"to": "a@b.example"})
    assert answer.status_code == 422
    assert "did not take the name or the password" in answer.content.decode()
    assert "go away" not in answer.content.decode()


# --- Shares ---


@pytest.mark.policy("7.2")
def test_shares_are_shown_once_kept_nowhere_and_read_back(browser_in: Client) -> None:
    fewest(browser_in)
    assert "Name a chair of governors and a data protection officer first" in (
        browser_in.get("/set-up/shares/").content.decode()
    )
    said(browser_in, "officers", **OFFICERS)
    page = browser_in.post("/set-up/shares/", {"make": "yes"}).content.decode()
    made = re.findall(r"<strong>((?:[0-9A-Z]{4}-){7}[0-9A-Z]{4})</strong>", page)
    assert len(made) == 3
    kept = str(answers()["shares"])
    assert not any(one in kept or one[:-5] in kept for one in made)
    assert made[0] not in browser_in.get("/set-up/shares/?written=yes").content.decode()
    ends = {"chair": made[0][-4:], "officer": made[1][-4:], "safe": made[2][-4:]}
    swapped = browser_in.post("/set-up/shares/", {**ends, "chair": ends["safe"], "safe": ends["chair"]})
    assert swapped.status_code == 422
    said(browser_in, "shares", **{name: one.lower() for name, one in ends.items()})
    browser_in.post("/set-up/open-school/")
    with inside(SettingUp.objects.get().founded):  # type: ignore[arg-type]
        assert quorum.fits([made[0], made[2]])
        assert quorum.fits([made[1], made[2]])


# --- Live ---


def test_the_fewest_answers_make_a_live_school_and_end_the_set_up(browser_in: Client) -> None:
    fewest(browser_in)
    check = browser_in.get("/set-up/open-school/").content.decode()
    assert "Hester Vale" in check
    assert "Name a vice-chair" in check
    assert browser_in.post("/set-up/open-school/").headers["Location"] == "/set-up/live/"
    page = browser_in.get("/set-up/live/").content.decode()
    assert "Your school is live" in page
    for path in ("/set-up/", "/set-up/head/", "/set-up/open-school/"):
        assert browser_in.get(path).headers["Location"] == "/set-up/live/"
    assert browser_in.post("/set-up/head/", HEAD).headers["Location"] == "/set-up/live/"
    head = Account.objects.get(email="hester@mosside.example")
    with inside(head.school_id):
        assert School.objects.get().name == "Mosside School"
    leads = browser_in.post("/set-up/live/set-first-password/").headers["Location"]
    assert leads.startswith("/accounts/password/reset/key/")
    assert browser_in.get(leads, follow=True).status_code == 200


def test_nobody_gets_to_a_password_that_is_set_or_after_the_hour(browser_in: Client) -> None:
    fewest(browser_in)
    browser_in.post("/set-up/open-school/")
    head = Account.objects.get(email="hester@mosside.example")
    head.set_password("correct horse battery")
    head.save()
    assert browser_in.post("/set-up/live/set-first-password/").headers["Location"] == "/accounts/login/"
    SettingUp.objects.update(cookie_ends_at=timezone.now() - timedelta(seconds=1))
    assert browser_in.get("/set-up/live/").status_code == 404
    assert browser_in.post("/set-up/live/set-first-password/").status_code == 404


def test_two_presses_found_one_school(browser_in: Client) -> None:
    fewest(browser_in)
    twin = Client()
    twin.cookies = browser_in.cookies
    assert browser_in.post("/set-up/open-school/").status_code == 302
    assert twin.post("/set-up/open-school/").status_code == 302
    assert Wake.objects.count() == 1


def test_a_school_founded_meanwhile_is_said_where_there_can_be_one(browser_in: Client) -> None:
    fewest(browser_in)
    a_school(at=timezone.now())
    answer = browser_in.post("/set-up/open-school/")
    assert answer.status_code == (422 if connection.vendor == "sqlite" else 302)


def test_after_the_three_that_cannot_wait_somebody_is_told_that_it_is_enough(browser_in: Client) -> None:
    for key, sent in (("school", SCHOOL), ("head", HEAD)):
        assert said(browser_in, key, **sent) != "/set-up/"
    assert said(browser_in, "governors", **CHAIR) == "/set-up/"
    assert "enough to go live" in browser_in.get("/set-up/").content.decode()
    assert browser_in.post("/set-up/open-school/").headers["Location"] == "/set-up/live/"
