"""An emergency reading, as pages: one answer for everybody, a second person, a mark, an end; and tries at the door."""

import re
from datetime import timedelta

import pytest
from builders import World, a_case, a_report
from django.test import Client
from django.utils import timezone
from doors import without_token
from monitoring_acts import a_request, an_officer, somebody
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.cases import glass_rules as rules
from forethought.cases.models import Glass, Seat
from forethought.people.models import Role

pytestmark = pytest.mark.policy("7.2")

REASON = "She wrote that she will harm herself tonight and nobody answers."
ASK = "/emergency/ask-to-read/"
#: Times of the day: a minute may pass between one page and the next.
CLOCK = re.compile(rb"\d{1,2}(?::\d\d)?[ap]m|midday|midnight|today, ")


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def asks(client: Client, reference: str) -> None:
    answer = client.post(ASK, {"reference": reference, "category": "life", "reason": REASON})
    assert answer.status_code == 302 and answer["Location"] == "/emergency/", answer.content.decode()


def let_in(world: World, reference: str) -> Client:
    """The safeguarding lead, whom the chair let into a case."""
    client = client_of(world.lead)
    asks(client, reference)
    glass = Glass.objects.latest("asked_at")
    client_of(world.chair).post(f"/emergency/{glass.id}/approve-reading/")
    return client


def test_the_answer_is_the_same_for_a_case_no_case_and_one_that_is_kept_from_the_asker(world: World) -> None:
    real = a_case(world, at=world.at)
    hidden = a_report(world, at=world.at, group="staff", name="Susan Patel").case
    seen = []
    for reference in (real.reference, hidden.reference, "NOSUCHCASE"):
        client = client_of(world.lead)
        asks(client, reference)
        first, second = client.get("/emergency/").content, client.get("/emergency/").content
        assert rules.ANSWER.encode() in first
        seen.append([CLOCK.sub(b"", without_token(page)) for page in (first, second)])
        glass = Glass.objects.get()
        assert (glass.case is not None) is (reference == real.reference)
        Glass.objects.all().delete()
    assert seen[0] == seen[1] == seen[2]


def test_whoever_decides_sees_reference_emergency_and_reason_and_no_word_of_the_case(world: World) -> None:
    case = a_case(world, at=world.at)
    asks(client_of(world.lead), case.reference)
    glass, chair = Glass.objects.get(), client_of(world.chair)
    page = f"/emergency/{glass.id}/approve-reading/"

    assert page in text_of(chair.get("/"))
    assert chair.get("/next/")["Location"] == page
    html = text_of(chair.get(page))
    assert case.reference in html and REASON in html
    assert "something vile" not in html and str(case.id) not in html
    for who in (world.head, world.lead, world.senior):
        assert client_of(who).get(page).status_code == 404
        assert client_of(who).post(page).status_code == 404
    assert client_of(world.teacher).get("/emergency/").status_code == 404


def test_for_an_hour_it_is_read_with_a_mark_and_nothing_can_be_done_or_taken(world: World) -> None:
    case = a_case(world, at=world.at)
    client = let_in(world, case.reference)
    page = f"/cases/{case.id}/"
    assert page in text_of(client.get("/emergency/"))

    html = text_of(client.get(page))

    assert f"Emergency reading by {world.lead.name}, ends at " in html
    assert "something vile" in html
    for gone in (
        "Show names",
        "Close this case",
        "Take it up",
        "Add a record",
        "Download",
        "/seats/",
        'method="post" act',
    ):
        assert gone not in html.split("<main")[1], gone
    takedown = case.takedowns.get()
    assert "Emergency reading by" in text_of(client.get(f"/takedowns/{takedown.id}/"))
    for path in (
        f"{page}take-up/",
        f"{page}close/",
        f"{page}seats/",
        f"{page}grant-seat/",
        f"{page}open-papers/",
        f"{page}answer-gate/",
        f"{page}exhibits/{case.id}/",
        f"/takedowns/{takedown.id}/ask-host/",
        f"/takedowns/{takedown.id}/check-removal/",
    ):
        assert client.get(path).status_code == 404, path
        assert client.post(path).status_code == 404, path
    for path in (page, f"{page}show-names/", f"{page}hide-names/"):
        assert client.post(path).status_code == 404, path

    Seat.objects.filter(why="glass").update(ends_at=timezone.now())
    assert client.get(page).status_code == 404
    Glass.objects.update(ends_at=timezone.now())
    assert "Your reading is over." in text_of(client.get("/emergency/"))


def test_a_request_to_monitor_is_read_with_the_mark_too(world: World) -> None:
    row = a_request(world, at=world.at)
    client = let_in(world, row.case.reference)
    html = text_of(client.get(f"/monitoring/{row.case_id}/"))
    assert "Emergency reading by" in html and "Show names" not in html
    assert "Give leave" not in html
    for end in ("comment-on-request/", "authorise-monitoring/", "refuse-monitoring/", "stop-monitoring/"):
        assert client.get(f"/monitoring/{row.case_id}/{end}").status_code == 404


def test_a_no_shows_the_asker_nothing(world: World) -> None:
    case = a_case(world, at=world.at)
    client = client_of(world.lead)
    asks(client, case.reference)
    client.get("/emergency/")
    before = without_token(client.get("/emergency/").content)
    glass, chair = Glass.objects.get(), client_of(world.chair)
    assert chair.get(f"/emergency/{glass.id}/refuse-reading/").status_code == 405
    chair.post(f"/emergency/{glass.id}/refuse-reading/")
    assert without_token(client.get("/emergency/").content) == before
    assert client.get(f"/cases/{case.id}/").status_code == 404


def test_it_is_reviewed_by_the_data_protection_officer_who_sees_no_case(world: World) -> None:
    officer = an_officer(world)
    case = a_case(world, at=world.at)
    let_in(world, case.reference)
    glass, client = Glass.objects.get(), client_of(officer)
    page = f"/emergency/{glass.id}/review-reading/"

    assert page in text_of(client.get("/"))
    html = text_of(client.get(page))
    assert REASON in html and "something vile" not in html
    assert client_of(world.chair).get(page).status_code == 404
    assert "was let into one case" in text_of(client_of(world.chair).get("/emergency/"))
    assert "was let into one case" in text_of(client_of(world.senior).get("/emergency/"))
    assert client.post(page, {"outcome": "right", "words": ""}).status_code == 422
    client.post(page, {"outcome": "right", "words": "I asked both."})
    glass.refresh_from_db()
    assert glass.reviewed_by == str(officer.id)
    assert page not in text_of(client.get("/"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": "Too short"}, "at least 40"),
        ({"category": ""}, "Choose what the emergency is."),
        ({"reference": ""}, "Write the reference."),
    ],
)
def test_a_form_without_an_answer_says_what_is_missing(world: World, change: dict[str, str], words: str) -> None:
    said = {"reference": "7K3M", "category": "life", "reason": REASON, **change}
    answer = client_of(world.lead).post(ASK, said)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_who_may_ask(world: World) -> None:
    for who, code in (("head", 200), ("senior", 200), ("lead", 200), ("chair", 200), ("vice", 200), ("colleague", 404)):
        assert client_of(getattr(world, who)).get(ASK).status_code == code, who
    support = somebody(world, "Ines Park", Role.IT)
    assert client_of(support).get(ASK).status_code == 404


def test_it_needs_a_fresh_second_step(world: World) -> None:
    client = client_of(world.lead)
    session = client.session
    methods = session["account_authentication_methods"]
    methods[0]["at"] -= timedelta(hours=1).total_seconds()
    session["account_authentication_methods"] = methods
    session.save()
    assert client.get(ASK).status_code == 302
    assert not Glass.objects.exists()


def test_the_manager_reads_of_tries_from_the_third_of_a_day_on_every_kind_of_case(world: World) -> None:
    case = a_report(world, at=world.at, group="staff", name="Ben Foster").case
    request = a_request(world, about=world.colleague, at=world.at).case
    head, excluded = client_of(world.head), client_of(world.colleague)
    for page in (f"/cases/{case.id}/", f"/monitoring/{request.id}/"):
        for _ in range(2):
            assert excluded.get(page).status_code == 404
        assert "tried to open it" not in text_of(head.get(page))
        excluded.get(page)
        assert "Somebody who is kept out of this case tried to open it 3 times on " in text_of(head.get(page))
        assert "Ben Foster" not in text_of(head.get(page))
