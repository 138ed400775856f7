"""One home from all the roles somebody holds: what is owed next, in neutral words, and the way to report."""

import pytest
from builders import World, a_draft, a_grant, a_report
from django.test import Client
from django.utils import timezone
from reporters import text_of
from signed import client_of, school_now  # noqa: F401

from forethought.evidence.gate import Answer
from forethought.people.models import Absence
from forethought.reports.procedures import answer_gate
from forethought.safeguarding.models import Alert


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def an_alert(world: World) -> Alert:
    """What the gate told the safeguarding lead about a draft."""
    draft = a_draft(world, at=timezone.now())
    answer_gate(
        case_id=draft.case_id,
        school=world.school,
        answers={},
        under_18=Answer.YES,
        adult_intimate=Answer.NO,
        danger=Answer.NO,
        by=world.teacher,
        at=timezone.now(),
    )
    return Alert.objects.get()


@pytest.mark.policy("6.7")
def test_everybodys_home_leads_to_a_report(world: World) -> None:
    for person in world.everybody():
        page = client_of(person).get("/").content.decode()
        assert 'href="/report/"' in page and "Something online has hurt or worried you" in page


def test_a_member_of_staff_sees_their_own_reports_and_no_cases(world: World) -> None:
    report = a_report(world, at=timezone.now())
    words = text_of(client_of(world.teacher).get("/"))
    assert report.case.reference in words and "What is owed next" not in words
    words = text_of(client_of(world.colleague).get("/"))
    assert "You have sent no report." in words and report.case.reference not in words


def test_what_is_owed_next_is_said_without_a_name_or_a_word_of_the_report(world: World) -> None:
    report = a_report(world, at=timezone.now(), name="A. Parent", happened="Something vile about Year 4.")
    page = client_of(world.senior).get("/").content.decode()
    assert f'href="/cases/{report.case_id}/"' in page
    assert "website. Something is due by" in text_of(client_of(world.head).get("/"))
    assert not any(one in page for one in ("Tess Harlow", "A. Parent", "vile", "board.example"))


def test_at_most_three_are_shown_and_nothing_due_is_said_to_everyone_alike(world: World) -> None:
    assert "Nothing due." in text_of(client_of(world.chair).get("/"))
    for _ in range(4):
        a_report(world, at=timezone.now())
    assert client_of(world.senior).get("/").content.decode().count("ft-deadline__text") == 3


def test_the_safeguarding_lead_sees_an_alert_first_and_that_it_was_opened(world: World) -> None:
    alert, client = an_alert(world), client_of(world.lead)
    words = text_of(client.get("/"))
    assert "A child may be at risk." in words and "Unseen, it goes on to the next person at" in words
    assert client.get("/next/").headers["Location"] == f"/alerts/{alert.id}/see-alert/"
    client.get(f"/alerts/{alert.id}/see-alert/")
    assert "You opened it at" in text_of(client.get("/"))
    assert client.get("/next/").headers["Location"] == "/"
    assert "A child may be at risk." not in text_of(client_of(world.senior).get("/"))


@pytest.mark.parametrize("day", [("", "", ""), ("1", "3", "2099")])
def test_somebody_who_is_away_says_so_and_comes_back(world: World, day: tuple[str, str, str]) -> None:
    client = client_of(world.senior)
    form = dict(zip(("until_day", "until_month", "until_year"), day, strict=True))
    assert client.get("/").content.decode().count("I am away") == 1
    away, back = "/be-away/", "/work/come-back/"
    assert client.post(away, form).headers["Location"] == "/"
    assert "You are away" in text_of(client.get("/"))
    client.post(back)
    assert "You are away" not in text_of(client.get("/"))
    assert Absence.objects.get().ends_at <= timezone.now()


def test_a_day_that_has_been_is_no_day_to_come_back(world: World) -> None:
    client = client_of(world.senior)
    answer = client.post("/be-away/", {"until_day": "1", "until_month": "3", "until_year": "2020"})
    assert answer.status_code == 422 and not Absence.objects.exists()


def test_leaving_signs_out_and_forgets_the_visit(world: World) -> None:
    client = client_of(world.teacher)
    assert client.get("/leave/").status_code == 405
    client.post("/leave/")
    assert "What do you need?" not in text_of(client.get("/"))
    assert client.get("/reports/").status_code == 302


def test_a_grant_that_passed_tells_nobody(world: World) -> None:
    a_grant(a_draft(world, at=timezone.now()), by=world.teacher, at=timezone.now())
    assert not Alert.objects.exists()
    assert Client().get("/next/").status_code == 302
