"""Who can open a case, as pages: the list, seats given by hand, a guest's one page, papers."""

from datetime import timedelta

import pytest
from builders import World, a_case
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.cases import granting
from forethought.cases.models import Case, Papers, Seat, Try
from forethought.cases.opened_papers import Part, open_papers
from forethought.investigations.models import Disclosure

GRANT = {"part": "guest", "length": "task", "reason": "Speaks for her union."}


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def granted(world: World, case: Case) -> Seat:
    return granting.grant_seat(
        case=case, person=world.colleague, part="guest", length="task", reason="Union.", by=world.senior, at=world.at
    )


def some_papers(world: World, case: Case, words: str = "What was said of you.") -> Papers:
    return open_papers(
        case=case,
        person=world.colleague,
        audience="subject",
        title="Papers",
        parts=[Part("What", words)],
        by=world.head,
        at=world.at,
    )


@pytest.mark.policy("8.1")
def test_a_manager_puts_somebody_on_the_list_and_reads_until_when(world: World) -> None:
    case, client = a_case(world, at=world.at), client_of(world.senior)
    page = f"/cases/{case.id}/seats/"
    assert page in text_of(client.get(f"/cases/{case.id}/"))

    answer = client.post(f"/cases/{case.id}/grant-seat/", {**GRANT, "person": str(world.colleague.id)})

    assert answer["Location"] == page
    html = text_of(client.get(page))
    assert "They are on the list." in html
    assert "Guest: union representative" in html
    assert "Let it run on" in html
    assert "Ben Foster" not in html
    client.post(f"/cases/{case.id}/show-names/", {"back": page})
    assert "Ben Foster" in text_of(client.get(page))


@pytest.mark.policy("8.1")
def test_a_form_without_an_answer_says_what_is_missing_and_keeps_the_rest(world: World) -> None:
    case, client = a_case(world, at=world.at), client_of(world.senior)

    answer = client.post(f"/cases/{case.id}/grant-seat/", {"reason": "Speaks for her union."})

    assert answer.status_code == 422
    html = answer.content.decode()
    assert all(word in html for word in ("Choose a person.", "Choose what they are", "Choose for how long."))
    assert "Speaks for her union." in html


@pytest.mark.policy("7.2")
def test_the_person_reported_is_refused_a_seat(world: World) -> None:
    case, client = a_case(world, at=world.at, group="staff", name="Ben Foster"), client_of(world.head)

    answer = client.post(f"/cases/{case.id}/grant-seat/", {**GRANT, "person": str(world.colleague.id)})

    assert answer.status_code == 422
    assert "kept out of this case" in answer.content.decode()


@pytest.mark.policy("8.1")
def test_a_guest_opens_one_page_and_nothing_else_of_the_case(world: World) -> None:
    case = a_case(world, at=world.at)
    granted(world, case)
    client = client_of(world.colleague)

    assert f"/cases/{case.id}/guest/" in text_of(client.get("/cases/"))
    assert client.get(f"/cases/{case.id}/")["Location"] == f"/cases/{case.id}/guest/"
    assert "You were asked to help with one part of this." in text_of(client.get(f"/cases/{case.id}/guest/"))
    for end in ("seats/", "take-up/", "close/", "answer-gate/", "grant-seat/", "open-papers/"):
        assert client.get(f"/cases/{case.id}/{end}").status_code == 404, end
    assert client_of(world.head).get(f"/cases/{case.id}/guest/").status_code == 404


@pytest.mark.policy("8.1")
def test_a_seat_is_taken_back_and_the_next_click_finds_nothing(world: World) -> None:
    case, client = a_case(world, at=world.at), client_of(world.senior)
    seat = granted(world, case)
    reader = client_of(world.colleague)
    assert reader.get(f"/cases/{case.id}/guest/").status_code == 200

    client.post(f"/cases/{case.id}/seats/{seat.id}/end-seat/")

    assert reader.get(f"/cases/{case.id}/guest/").status_code == 404
    manager = Seat.objects.get(case=case, person=world.senior, ended_at__isnull=True)
    assert client.post(f"/cases/{case.id}/seats/{manager.id}/end-seat/").status_code == 422


@pytest.mark.policy("9.1")
def test_papers_stand_on_the_readers_home_and_are_no_page_for_anybody_else(world: World) -> None:
    case = a_case(world, at=world.at, group="staff", name="Ben Foster")
    before = text_of(client_of(world.colleague).get("/"))
    papers = some_papers(world, case)
    address = f"/papers/{papers.id}/read-papers/"
    reader = client_of(world.colleague)

    assert address in text_of(reader.get("/"))
    assert "Papers open to you" not in before
    html = text_of(reader.get(address))
    assert "What was said of you." in html and "Support for you" in html
    assert Entry.objects.filter(verb="cases.read_papers").count() == 1
    for other in (world.head, world.teacher, world.chair):
        assert client_of(other).get(address).status_code == 404
    Papers.objects.filter(pk=papers.pk).update(ends_at=world.at - timedelta(minutes=1))
    assert reader.get(address).status_code == 404
    assert "Papers open to you" not in text_of(reader.get("/"))


@pytest.mark.policy("9.1")
def test_papers_are_opened_and_closed_by_whoever_handles_the_case(world: World) -> None:
    case, client = a_case(world, at=world.at, group="staff", name="Ben Foster"), client_of(world.head)
    words = {"person": str(world.colleague.id), "audience": "subject", "words": "This is said of you."}

    assert client.post(f"/cases/{case.id}/open-papers/", words)["Location"] == f"/cases/{case.id}/seats/"
    pack = Disclosure.objects.select_related("second").get(case=case)
    assert pack.second is not None and not Papers.objects.filter(case=case).exists()
    client_of(pack.second).post(f"/disclosures/{pack.pk}/open-disclosure/")
    papers = Papers.objects.get(case=case)
    assert "Open until" in text_of(client.get(f"/cases/{case.id}/seats/"))
    client.post(f"/cases/{case.id}/papers/{papers.id}/end-papers/")
    assert client_of(world.colleague).get(f"/papers/{papers.id}/read-papers/").status_code == 404
    late = client.post(
        f"/cases/{case.id}/open-papers/", {**words, "ends_on_day": "1", "ends_on_month": "1", "ends_on_year": "2020"}
    )
    assert late.status_code == 422
    assert "That end has passed." in late.content.decode()
    assert "This is said of you." in late.content.decode()


@pytest.mark.policy("7.2")
def test_trying_the_door_of_ones_own_case_tells_the_tried_nothing_and_is_counted(world: World) -> None:
    case = a_case(world, at=world.at, group="staff", name="Ben Foster")
    client = client_of(world.colleague)

    for _ in range(3):
        assert client.get(f"/cases/{case.id}/").status_code == 404

    assert Try.objects.get(case=case).times == 3
    assert Entry.objects.filter(verb="cases.turn_away", by=str(world.colleague.id)).count() == 3


@pytest.mark.policy("6.5")
def test_nothing_is_opened_to_the_person_reported_before_the_designated_officer_was_asked(world: World) -> None:
    case, client = a_case(world, at=world.at, group="staff", name="Ben Foster"), client_of(world.head)
    Case.objects.filter(pk=case.pk).update(child="yes")
    words = {"person": str(world.colleague.id), "words": "This is said of you."}

    for audience in ("subject", "companion"):
        answer = client.post(f"/cases/{case.id}/open-papers/", {**words, "audience": audience})
        assert answer.status_code == 422
        assert "designated officer" in answer.content.decode() and "This is said of you." in answer.content.decode()
    assert not Papers.objects.filter(case=case).exists()
    adviser = {**words, "person": str(world.vice.id), "audience": "authority"}
    assert client.post(f"/cases/{case.id}/open-papers/", adviser).status_code == 302
