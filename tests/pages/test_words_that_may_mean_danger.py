"""Handlers see that the words of a report may mean danger, say so when they did not, and no mail tells a word of it."""

import pytest
from builders import World, a_report
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Report
from forethought.safeguarding import concerns, heeding
from forethought.safeguarding.models import Concern, Urgency

pytestmark = pytest.mark.policy("6.5")

SAID = "The words of this report may mean danger: read it now."


@pytest.fixture
def raised(school_now: World) -> tuple[World, Report]:
    report = a_report(school_now)
    heeding.raise_urgency(report=report, by=PROGRAM, at=school_now.at)
    return school_now, report


def test_it_stands_at_the_top_of_the_case_until_somebody_says_it_was_none(raised: tuple[World, Report]) -> None:
    world, report = raised
    address = f"/cases/{report.case_id}/"
    client: Client = client_of(world.lead)
    html = text_of(client.get(address))
    assert html.index(SAID) < html.index("Owed next") and "it says nothing about anybody" in html
    assert client.post(f"{address}dismiss-urgency/").status_code == 302
    html = text_of(client.get(address))
    assert SAID not in html and "You read it, and it was no danger." in html
    assert Urgency.objects.get().dismissed_by == world.lead
    assert client.post(f"{address}dismiss-urgency/").status_code == 404


def test_the_lead_finds_it_on_their_home_and_is_led_to_the_report(raised: tuple[World, Report]) -> None:
    world, report = raised
    client = client_of(world.lead)
    home = text_of(client.get("/"))
    assert "The words of a report may mean danger. Told at" in home and "A child may be at risk" not in home
    html = text_of(client.get(f"/alerts/{Urgency.objects.get().alert_id}/see-alert/"))
    assert "Words that may mean danger" in html and f'href="/cases/{report.case_id}/"' in html
    assert "add a picture" not in html and "Do not open, copy" not in html


def test_somebody_who_is_not_on_its_list_cannot_say_it(raised: tuple[World, Report]) -> None:
    world, report = raised
    for person in (world.teacher, world.chair):
        assert client_of(person).post(f"/cases/{report.case_id}/dismiss-urgency/").status_code == 404
    assert Urgency.objects.get().dismissed_at is None


def test_a_concern_says_it_too(school_now: World) -> None:
    world = school_now
    case = concerns.raise_concern(
        school=world.school,
        answers={"told": "A child said something.", "danger": "no", "adult": "no"},
        reporter=world.teacher,
        by=world.teacher,
        at=world.at,
    )
    heeding.raise_urgency(report=Concern.objects.get(case=case), by=PROGRAM, at=world.at)
    client = client_of(world.lead)
    assert SAID in text_of(client.get(f"/concerns/{case.id}/"))
    assert client.post(f"/cases/{case.id}/dismiss-urgency/").status_code == 302
    assert SAID not in text_of(client.get(f"/concerns/{case.id}/"))
