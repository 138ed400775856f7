"""Reading what people said, answering each view, closing with a true outcome: who gets in, and what they see."""

import uuid

import pytest
from builders import World, a_revision
from policy_acts import DAY, HOUR, a_union, again, answer_all, ask, close, say
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.policies import consulting
from forethought.policies.models import Consultation, Reply, Response, Revision
from forethought.policies.rules import Outcome, Stance, Status


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def revision(world: World) -> Revision:
    """A change by one word, three weeks old."""
    return again(a_revision(world, at=world.at - 21 * DAY))


def asked_today(world: World, revision: Revision) -> Consultation:
    return ask(world, revision, at=world.at - HOUR)


def over_by_now(world: World, revision: Revision) -> Consultation:
    """Asked three weeks ago for five working days."""
    return ask(world, revision, days=5, at=world.at - 20 * DAY)


def page_of(revision: Revision) -> str:
    return f"/policy/revisions/{revision.pk}/"


@pytest.mark.policy("F3")
def test_keepers_and_the_body_read_all_views_and_nobody_else_does(world: World, revision: Revision) -> None:
    union = a_union(world)
    consultation = asked_today(world, revision)
    response = say(consultation, world.teacher, Stance.COMMENTS, words="Shorter.", at=world.at)
    address = f"/consultations/{consultation.pk}/views/"

    for person in (world.teacher, world.colleague, world.senior, world.lead, union.representative):
        assert client_of(person).get(address).status_code == 404
        assert client_of(person).get(f"{address}{response.pk}/reply/").status_code == 404
    for person in (world.head, world.chair, world.vice):
        assert "Shorter." in text_of(client_of(person).get(address))
    assert "Answer this view" not in text_of(client_of(world.chair).get(address))
    assert client_of(world.chair).get(f"{address}{response.pk}/reply/").status_code == 404


@pytest.mark.policy("F3")
def test_staff_are_shown_without_a_name_and_a_union_with_its_speakers(world: World, revision: Revision) -> None:
    union = a_union(world)
    consultation = asked_today(world, revision)
    say(consultation, world.teacher, Stance.NOT_AGREE, words="Too vague.", at=world.at)
    say(consultation, union.representative, at=world.at)

    html = text_of(client_of(world.head).get(f"/consultations/{consultation.pk}/views/"))

    assert "Too vague." in html and world.teacher.name not in html
    assert union.representative.name in html and "Answered" in html
    assert Entry.objects.filter(verb="policies.view_responses", by=str(world.head.pk)).count() == 1


@pytest.mark.policy("F3")
def test_each_view_is_answered_once(world: World, revision: Revision) -> None:
    consultation = asked_today(world, revision)
    response = say(consultation, world.teacher, Stance.COMMENTS, words="Shorter.", at=world.at)
    address, client = f"/consultations/{consultation.pk}/views/", client_of(world.head)
    assert "Shorter." in text_of(client.get(f"{address}{response.pk}/reply/"))
    assert client.post(f"{address}{response.pk}/reply/", {"words": " "}).status_code == 422

    assert client.post(f"{address}{response.pk}/reply/", {"words": "It is."})["Location"] == address

    assert "The answer is sent." in text_of(client.get(address))
    second = client.post(f"{address}{response.pk}/reply/", {"words": "Another one."})
    assert second.status_code == 422
    assert "answered already" in second.content.decode() and "Another one." in second.content.decode()
    assert Reply.objects.get().words == "It is."
    assert "answered already" in text_of(client.get(f"{address}{response.pk}/reply/"))
    assert client.get(f"{address}{uuid.uuid4()}/reply/").status_code == 404


@pytest.mark.policy("F3")
def test_the_dead_button_says_what_is_missing(world: World, revision: Revision) -> None:
    consultation = asked_today(world, revision)
    html = text_of(client_of(world.head).get(f"/consultations/{consultation.pk}/views/"))
    assert "disabled" in html and "It is open until the end of" in html
    posted = client_of(world.head).post(
        page_of(revision) + "close-consultation/",
        {"version": str(again(revision).version), "outcome": "no_response"},
    )
    assert posted.status_code == 422


@pytest.mark.policy("F3")
def test_two_unions_one_silent_and_a_true_outcome(world: World, revision: Revision) -> None:
    loud, silent = a_union(world, "Loud Union"), a_union(world, "Silent Union")
    consultation = over_by_now(world, revision)
    say(consultation, loud.representative, Stance.COMMENTS, words="Shorter.", at=consultation.opened_at + DAY)
    client = client_of(world.head)
    address = f"/consultations/{consultation.pk}/views/"
    assert "One view still waits for a written reply." in text_of(client.get(address))
    answer_all(world, consultation, at=world.at)
    closing = page_of(revision) + "close-consultation/"
    assert f'href="{closing}"' in text_of(client.get(address))

    untrue = client.post(closing, {"version": str(again(revision).version), "outcome": "no_response"})
    assert untrue.status_code == 422 and "Somebody did answer." in untrue.content.decode()
    done = client.post(closing, {"version": str(again(revision).version), "outcome": "comments", "reasons": "Cut."})

    assert done["Location"] == page_of(revision)
    assert again(revision).status == Status.CONSULTED
    html = text_of(client.get(address))
    assert "No response" in html and "No answer in time: noted at" in html
    assert "Silent Union speaker was asked." in html and silent.name in html
    told = text_of(client_of(world.teacher).get(f"/consultations/{consultation.pk}/"))
    assert "Agreed, with comments." in told and "Cut." in told


@pytest.mark.policy("F3")
def test_closing_twice_tells_the_second_who_was_first(world: World, revision: Revision) -> None:
    over_by_now(world, revision)
    version = str(again(revision).version)
    close(world, revision, Outcome.NO_RESPONSE, at=world.at)

    answer = client_of(world.head).post(
        page_of(revision) + "close-consultation/",
        {"version": version, "outcome": "no_response", "reasons": "Nobody wrote."},
    )

    assert answer.status_code == 409
    assert "Amina Okafor did this" in answer.content.decode() and "Nobody wrote." in answer.content.decode()


@pytest.mark.policy("F3")
def test_many_views_come_page_by_page_with_the_unanswered_first(world: World, revision: Revision) -> None:
    consultation = asked_today(world, revision)
    for number in range(30):
        say(consultation, world.teacher, Stance.COMMENTS, words=f"Thought {number}.", at=world.at)
    consulting.reply(response=Response.objects.get(words="Thought 0."), words="Yes.", by=world.head, at=world.at)
    client, address = client_of(world.head), f"/consultations/{consultation.pk}/views/"

    assert "Thought 0." not in text_of(client.get(address))
    assert "Thought 0." in text_of(client.get(address + "?page=2"))
