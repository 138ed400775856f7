"""Sealing a record away, as pages: one press for whoever sees it, two people for what comes after."""

import uuid

import pytest
from builders import World, a_case, an_exhibit
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.cases.models import Case, Draft, Report
from forethought.evidence.away_models import Away
from forethought.evidence.models import Exhibit
from forethought.safeguarding import sealing_away

pytestmark = pytest.mark.policy("7.4")


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world)


@pytest.fixture
def exhibit(world: World, case: Case) -> Exhibit:
    draft = Draft.objects.get(pk=Report.objects.get(case=case).draft_id)
    return an_exhibit(draft, by=world.teacher, at=world.at)


def seal(world: World, case: Case, exhibit: Exhibit, why: str = "not_ours") -> Away:
    client = client_of(world.senior)
    answer = client.post(f"/cases/{case.id}/{exhibit.id}/seal-away/", {"why": why, "words": ""})
    assert answer.status_code == 302, answer.content.decode()
    return Away.objects.get()


def test_whoever_handles_a_case_seals_a_record_away_and_nobody_can_open_it(
    world: World, case: Case, exhibit: Exhibit
) -> None:
    manager = client_of(world.senior)
    fingerprint = bytes(exhibit.sha256).hex()
    assert fingerprint in text_of(manager.get(f"/cases/{case.id}/"))
    seal(world, case, exhibit)
    page = text_of(manager.get(f"/cases/{case.id}/"))
    assert "Nobody can open it" in page and fingerprint not in page
    assert manager.get(f"/cases/{case.id}/exhibits/{exhibit.id}/").status_code == 404
    assert manager.get(f"/cases/{case.id}/{exhibit.id}/describe-record/").status_code == 404


def test_the_reporter_seals_away_what_they_added(world: World, case: Case, exhibit: Exhibit) -> None:
    reporter = client_of(world.teacher)
    draft = Report.objects.get(case=case).draft_id
    records = f"/report/{draft}/records/"
    assert "I should not have added this" in text_of(reporter.get(records))
    address = f"{records}{exhibit.id}/seal-away/"
    assert "You have done nothing wrong" in text_of(reporter.get(address))
    assert reporter.post(address, {"why": "child", "words": ""}).status_code == 302
    assert "Nobody can open it" in text_of(reporter.get(records))
    assert client_of(world.colleague).get(address).status_code == 404


def test_a_form_without_a_reason_asks_for_one(world: World, case: Case, exhibit: Exhibit) -> None:
    answer = client_of(world.senior).post(f"/cases/{case.id}/{exhibit.id}/seal-away/", {"why": "", "words": "Mine."})
    assert answer.status_code == 422
    assert "Choose a reason." in answer.content.decode() and "Mine." in answer.content.decode()


def test_two_people_release_it_by_their_own_pages(world: World, case: Case, exhibit: Exhibit) -> None:
    row = seal(world, case, exhibit)
    first, second = (client_of(person) for person in sealing_away.settlers(row)[:2])
    here = f"/sealed/{row.id}/"
    assert here in text_of(first.get("/"))
    assert "Propose to release it" in text_of(first.get(f"{here}see-sealed/"))
    assert first.post(f"{here}propose-release/", {"words": "It is the post."}).status_code == 302
    assert "It waits for a second person" in text_of(first.get(f"{here}see-sealed/"))
    assert first.post(f"{here}agree-to-proposal/").status_code == 422
    assert "Agree" in text_of(second.get(f"{here}see-sealed/"))
    assert second.post(f"{here}agree-to-proposal/").status_code == 302
    assert "Two people released it" in text_of(second.get(f"{here}see-sealed/"))
    assert client_of(world.senior).get(f"/cases/{case.id}/exhibits/{exhibit.id}/").status_code == 200


def test_it_is_destroyed_and_the_page_is_the_certificate(world: World, case: Case, exhibit: Exhibit) -> None:
    row = seal(world, case, exhibit, why="child")
    first, second = (client_of(person) for person in sealing_away.settlers(row)[:2])
    here = f"/sealed/{row.id}/"
    said = {"instructed_by": "lead", "from_whom": "PC Example", "given_on": "13 November", "reference": "46/1"}
    refused = first.post(f"{here}propose-destruction/", said)
    assert refused.status_code == 422 and "Only the police or a court" in refused.content.decode()
    assert first.post(f"{here}propose-destruction/", {**said, "instructed_by": "police"}).status_code == 302
    assert second.post(f"{here}agree-to-proposal/").status_code == 302
    page = text_of(first.get(f"{here}see-sealed/"))
    assert "This page is the certificate" in page and "The police: PC Example, 13 November, 46/1" in page
    assert "Destroyed for good" in text_of(client_of(world.senior).get(f"/cases/{case.id}/"))


def test_to_everybody_else_there_is_no_such_page(world: World, case: Case, exhibit: Exhibit) -> None:
    row = seal(world, case, exhibit)
    stranger = client_of(world.colleague)
    for address in ("see-sealed/", "propose-release/", "propose-destruction/", "agree-to-proposal/"):
        real = stranger.get(f"/sealed/{row.id}/{address}")
        none = stranger.get(f"/sealed/{uuid.uuid4()}/{address}")
        assert real.status_code == none.status_code == 404, address


def test_the_alert_of_a_sealed_record_leads_to_it(world: World, case: Case, exhibit: Exhibit) -> None:
    row = seal(world, case, exhibit, why="child")
    lead = client_of(world.lead)
    alert = lead.get("/next/", follow=True)
    assert f"/sealed/{row.id}/" in alert.content.decode()
