"""Papers that wait for a second person, on the pages of the case and of whoever is asked; a link to monitoring."""

import uuid

import breach_steps as steps
import pytest
from builders import World
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.cases.opened_papers import open_to
from forethought.cases.seating import keep_out
from forethought.investigations import handing_over
from forethought.investigations.models import Breach, Disclosure
from forethought.investigations.standing import breach_of


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def pack(world: World) -> Disclosure:
    breach = steps.to_answer(world)
    return proposed(world, breach)


def proposed(world: World, breach: Breach) -> Disclosure:
    return handing_over.propose_to(
        breach=breach,
        to="subject",
        words="It is said that you posted it.",
        ends_on=None,
        version=breach.version,
        by=world.head,
        at=world.at,
    )


@pytest.mark.policy("9.1")
def test_papers_that_wait_are_seen_by_their_second_person_alone(world: World, pack: Disclosure) -> None:
    second, page = pack.second, f"/disclosures/{pack.pk}/"
    assert second is not None
    html = text_of(client_of(second).get(page + "open-disclosure/"))
    assert "It is said that you posted it." in html and "Ben Foster" in html
    for person in world.everybody():
        if person == second:
            continue
        client = client_of(person)
        for end in ("open-disclosure/", "decline-disclosure/"):
            assert client.get(page + end).status_code == 404
            assert client.post(page + end, {"words": "No."}).status_code == 404
        assert "/disclosures/" not in text_of(client.get("/"))
    assert not open_to(world.colleague, world.at).exists()


@pytest.mark.policy("9.1")
def test_the_second_person_declines_with_words_that_the_case_shows(world: World, pack: Disclosure) -> None:
    assert pack.second is not None
    client, page = client_of(pack.second), f"/disclosures/{pack.pk}/decline-disclosure/"
    assert client.post(page, {"words": ""}).status_code == 422
    assert client.post(page, {"words": "It names a pupil."})["Location"] == "/"
    head, case = client_of(world.head), f"/breaches/{pack.case_id}/"
    assert "Declined" in text_of(head.get(case)) and "It names a pupil." not in text_of(head.get(case))
    head.post(f"/cases/{pack.case_id}/show-names/", {"back": case})
    assert "It names a pupil." in text_of(head.get(case))


@pytest.mark.policy("9.1")
def test_whoever_wrote_papers_takes_them_back(world: World, pack: Disclosure) -> None:
    head, page = client_of(world.head), f"/cases/{pack.case_id}/disclosures/{pack.pk}/withdraw-disclosure/"
    assert page in text_of(head.get(f"/breaches/{pack.case_id}/"))
    assert head.post(page)["Location"] == f"/cases/{pack.case_id}/"
    assert head.post(page).status_code == 422
    assert pack.second is not None
    assert client_of(pack.second).post(f"/disclosures/{pack.pk}/open-disclosure/").status_code == 422
    assert head.get(page.replace(str(pack.pk), str(uuid.uuid4()))).status_code == 404


@pytest.mark.policy("7.2", "9.1")
def test_a_second_person_who_is_kept_out_since_finds_no_such_page(world: World, pack: Disclosure) -> None:
    assert pack.second is not None
    client, page = client_of(pack.second), f"/disclosures/{pack.pk}/open-disclosure/"
    assert client.get(page).status_code == 200
    keep_out(case=pack.case, people={pack.second.pk: "Named since"}, at=world.at)
    assert client.get(page).status_code == client.post(page).status_code == 404
    assert "/disclosures/" not in text_of(client.get("/"))


@pytest.mark.policy("9.1")
def test_papers_for_the_person_it_is_about_wait_wherever_they_are_written(world: World) -> None:
    breach = steps.to_answer(world)
    head, page = client_of(world.head), f"/cases/{breach.case_id}/open-papers/"
    form = {"person": str(world.colleague.pk), "audience": "subject", "words": "The post."}
    assert head.post(page, form)["Location"] == f"/cases/{breach.case_id}/seats/"
    assert not open_to(world.colleague, world.at).exists()
    assert "Not open yet. It waits for: " in text_of(head.get(f"/cases/{breach.case_id}/seats/"))


@pytest.mark.policy("10.1")
def test_leave_to_monitor_is_asked_for_from_the_matter_by_those_who_may_ask(world: World) -> None:
    breach = steps.to_answer(world)
    link = f"/monitoring/request-monitoring/?case={breach.case_id}"
    client = client_of(world.head)
    assert link in text_of(client.get(f"/breaches/{breach.case_id}/"))
    asked = text_of(client.get(link))
    assert f'<option value="{world.colleague.pk}" selected' in asked
    note_taker = steps.an_adult(world, "Noor Taker")
    steps.chose(world, breach_of(breach.case), "note_taker", note_taker)
    shown = text_of(client_of(note_taker).get(f"/breaches/{breach.case_id}/"))
    assert "request-monitoring" not in shown
    assert client_of(note_taker).get(link).status_code == 404
    assert client_of(world.vice).get(link).status_code == 404
    nowhere = client.get(link.replace(str(breach.case_id), str(uuid.uuid4())))
    assert nowhere.status_code == 404
