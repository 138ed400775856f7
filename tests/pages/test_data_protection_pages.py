"""Data protection on its pages: what anybody may do, what those who see to it may, and what a bad form says."""

import re
import uuid

import pytest
from builders import World
from data_protection_acts import GRAVE, a_data_breach, a_data_complaint, an_officer
from django.core.cache import cache
from django.test import Client
from doors import without_token
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.people.models import Person
from forethought.protection import rules
from forethought.protection.models import DataBreach, DataComplaint

pytestmark = pytest.mark.policy("11.1")

TOLD = {"near": "no", "happened": "A list went to the wrong family.", "about": "neither"}
COMPLAINT = {"happened": "My address was passed on.", "wanted": "", "name": "Pat", "reach": "", "about": "neither"}
FORM = "/data-protection/complain/receive-data-complaint/"


@pytest.fixture
def world(school_now: World) -> World:
    cache.clear()
    return school_now


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


def test_a_teacher_tells_of_a_breach_and_sees_only_that_it_is_seen_to(world: World, officer: Person) -> None:
    client = client_of(world.teacher)
    client.get("/")
    page = client.post("/data-protection/note-data-breach/", {**TOLD, "happened": "", "about": ""})
    assert page.status_code == 422 and "Say what happened" in page.content.decode()
    page = client.post("/data-protection/note-data-breach/", {**TOLD, "happened": "The password: hunter2 went out"})
    assert page.status_code == 422 and "Passwords are never kept here" in page.content.decode()
    assert client.post("/data-protection/note-data-breach/", TOLD).status_code == 302
    html = text_of(client.get("/data-protection/"))
    assert "Being seen to" in html and "Registers" not in html
    row = DataBreach.objects.get()
    assert client.get(f"/data-protection/breaches/{row.pk}/").status_code == 404
    assert client.get("/data-protection/breaches/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day_day": "1", "day_month": "1", "day_year": "2026", "time": ""}, "Write about what time it was"),
        ({"day_day": "29", "day_month": "3", "day_year": "2026", "time": "1:30am"}, "no 1:30am that day"),
        ({"day_day": "1", "day_month": "1", "day_year": "2027", "time": "2pm"}, "not come yet"),
        ({"time": "nonsense"}, "time"),
    ],
)
def test_a_time_that_cannot_be_is_said_in_a_sentence(world: World, typed: dict[str, str], said: str) -> None:
    page = client_of(world.teacher).post("/data-protection/note-data-breach/", {**TOLD, **typed})
    assert page.status_code == 422 and said in page.content.decode()
    assert "A list went to the wrong family." in page.content.decode(), "what was typed is kept"


def test_the_officer_weighs_tells_and_closes(world: World, officer: Person) -> None:
    row = a_data_breach(world)
    client, base = client_of(officer), f"/data-protection/breaches/{row.pk}/"
    assert "A breach of personal data. Something is due by" in text_of(client.get("/"))
    assert client.get("/next/").headers["Location"] == base
    assert "Clock runs" in text_of(client.get("/data-protection/breaches/"))
    html = text_of(client.get(base))
    assert "went to the wrong family" in html and "Weigh the risk to people" in html
    answers = {"version": "1", **GRAVE}
    assert "Choose an answer" in client.post(f"{base}weigh-breach/", {"version": "1"}).content.decode()
    proposal = text_of(client.post(f"{base}weigh-breach/", answers))
    assert "Your answers come to: The risk to people is high" in proposal
    assert DataBreach.objects.get().risk == "", "seeing the proposal decides nothing"
    refused = client.post(f"{base}weigh-breach/", {**answers, "risk": "unlikely", "reason": ""})
    assert refused.status_code == 422 and "Say why" in refused.content.decode()
    assert client.post(f"{base}weigh-breach/", {**answers, "risk": "high"}).status_code == 302
    late = client.post(f"{base}weigh-breach/", {**answers, "risk": "likely", "reason": "No."})
    assert late.status_code == 409
    text = text_of(client.get(f"{base}text-for-ico/"))
    assert "Grace Adeyemi" in text and "not known yet" in text and "28" in text
    version = DataBreach.objects.get().version
    assert client.post(f"{base}note-ico-told/", {"version": version, "reference": "IC-7"}).status_code == 302
    told = {"version": version + 1, "words": "By phone, each family."}
    assert client.post(f"{base}note-people-told/", told).status_code == 302
    lesson = {"kind": "lesson", "words": "A second look."}
    assert client.post(f"{base}note-breach-step/", lesson).status_code == 302
    assert client.post(f"{base}close-data-breach/", {"version": version + 2, "reason": ""}).status_code == 302
    html = text_of(client.get(base))
    assert "This is closed." in html and "What to do" not in html and "IC-7" in html
    assert Entry.objects.filter(verb="protection.see_data_breach").count() >= 3


def test_what_may_be_about_the_head_is_no_page_to_the_head(world: World, officer: Person) -> None:
    row, (complaint, _) = a_data_breach(world, about="head"), a_data_complaint(world, about="head")
    head, chair = client_of(world.head), client_of(world.chair)
    for page in (f"/data-protection/breaches/{row.pk}/", f"/data-protection/complaints/{complaint.pk}/"):
        assert head.get(page).status_code == 404
        nowhere = f"{page.rsplit('/', 2)[0]}/{uuid.uuid4()}/"
        assert without_token(head.get(page).content) == without_token(head.get(nowhere).content)
        assert chair.get(page).status_code == 200
    assert "personal data." not in text_of(head.get("/")) and "about data." not in text_of(head.get("/"))


def code_in(html: str) -> str:
    return re.findall(r"<strong>([0-9A-Z]{5}(?:-[0-9A-Z]+)+-.)</strong>", html)[0]


def test_somebody_without_an_account_complains_comes_back_and_reads_the_answer(world: World, officer: Person) -> None:
    sender = Client()
    assert sender.get("/data-protection/complain/").headers["Location"] == FORM
    assert "You need no account" in text_of(sender.get(FORM))
    page = sender.post(FORM, {**COMPLAINT, "happened": "My password: hunter2 was read out"})
    assert "Hide it and" in page.content.decode()
    html = text_of(sender.post(FORM, {**COMPLAINT, "press": str(uuid.uuid4())}))
    code, row = code_in(html), DataComplaint.objects.get()
    own = f"/data-complaint/{row.pk}/"
    assert Client().get(own).status_code in {302, 404}
    back = Client()
    assert back.post("/come-back/", {"code": code}).headers["Location"] == own
    assert "Somebody writes to you here before" in text_of(back.get(own))
    assert back.post(f"{own}add-to-data-complaint/", {"words": "It was on Monday."}).status_code == 302

    client, base = client_of(officer), f"/data-protection/complaints/{row.pk}/"
    assert "A complaint about data. Something is due by" in text_of(client.get("/"))
    html = text_of(client.get(base))
    assert "It was on Monday." in html and "Say that you have it" in html
    assert client.post(f"{base}acknowledge-data-complaint/", {"version": 1, "words": "We have it."}).status_code == 302
    assert client.post(f"{base}note-complaint-step/", {"kind": "step", "words": "Asked Ben."}).status_code == 302
    done = {"version": 2, "words": "It was a mistake. We are sorry.", "outcome": "upheld"}
    assert client.post(f"{base}answer-data-complaint/", done).status_code == 302
    assert "They were right" in text_of(client.get(base))
    html = text_of(back.get(own))
    assert "We are sorry." in html and "Asked Ben." not in html and "Information Commissioner" in html
    other, _ = a_data_complaint(world)
    assert back.get(f"/data-complaint/{other.pk}/").status_code == 404


def test_a_flood_is_kept_apart_and_shuts_nobody_out(world: World, officer: Person) -> None:
    for _ in range(rules.MOST_FROM_ONE + 1):
        answer = Client().post(FORM, {**COMPLAINT, "press": str(uuid.uuid4())}, REMOTE_ADDR="203.0.113.9")
        assert "Write down this code now" in text_of(answer)
    assert DataComplaint.objects.filter(crowded=True).count() == 1
    html = text_of(client_of(officer).get("/data-protection/complaints/"))
    assert "Very many at once" in html


def test_a_letter_is_typed_in_by_whoever_sees_to_complaints(world: World, officer: Person) -> None:
    client = client_of(officer)
    page = "/data-protection/complaints/log-data-complaint/"
    day = {"day_day": "2", "day_month": "1", "day_year": "2026"}
    assert client.post(page, {**COMPLAINT, "way": "letter"}).status_code == 422
    answer = client.post(page, {**COMPLAINT, **day, "way": "letter"})
    row = DataComplaint.objects.get()
    assert answer.headers["Location"] == f"/data-protection/complaints/{row.pk}/"
    html = text_of(client.get(answer.headers["Location"]))
    assert "Friday 2 January 2026" in html and "they have no code" in html and "It was to be said by" in html
    assert client_of(world.teacher).get(page).status_code == 404
