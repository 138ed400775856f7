"""What is done on a case: taking it up, answering, support, the police question, closing."""

import re

import pytest
from builders import World, a_case, a_report, ask_the_host, harmed_in, the_takedown
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.cases import procedures, referring
from forethought.cases.models import Capacity, Case, Message, Offer
from forethought.safeguarding.models import Consent, PoliceReport
from forethought.takedowns import procedures as takedowns
from forethought.takedowns.rules import Result

CLOSING = {"outcome": "gone", "reasons": "Removed by the site.", "sentence": "It is gone. Thank you."}


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def page_of(case: Case) -> str:
    return f"/cases/{case.id}/"


def ready_to_close(world: World) -> Case:
    case = a_case(world, at=world.at)
    takedown = ask_the_host(the_takedown(case), by=world.senior, at=world.at)
    takedowns.check_removal(takedown=takedown, result=Result.GONE_SIGNED_OUT, by=world.senior, at=world.at)
    procedures.offer_support(case=case, party=harmed_in(case), offered=["manager"], by=world.senior, at=world.at)
    case.refresh_from_db()
    return case


# --- Acts ---


@pytest.mark.policy("1.2", "8.1")
def test_taking_up_asks_what_only_a_manager_knows_and_needs_none_of_it(world: World) -> None:
    case, client = a_report(world, at=world.at).case, client_of(world.head)
    html = text_of(client.get(page_of(case) + "take-up/"))
    assert all(word in html for word in ("replied", "working time", "Whose device", "network", "safe at home"))
    assert "The school never asks to look into somebody’s own device." in html

    answer = client.post(page_of(case) + "take-up/", {"version": "1", "hours": "own"})

    assert answer["Location"] == page_of(case)
    case.refresh_from_db()
    assert (case.status, case.manager) == ("open", world.head)
    assert "The case is yours." in text_of(client.get(page_of(case)))
    assert "The case is yours." not in text_of(client.get(page_of(case)))


@pytest.mark.policy("8.1")
def test_who_takes_it_up_second_is_told_who_was_first(world: World) -> None:
    case, second = a_report(world, at=world.at).case, client_of(world.senior)
    client_of(world.head).post(page_of(case) + "take-up/", {"version": "1"})

    answer = second.post(page_of(case) + "take-up/", {"version": "1", "harmed": "Somebody Else"})

    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Amina Okafor did this at" in html and 'value="Somebody Else"' in html and 'name="version" value="2"' in html


@pytest.mark.policy("8.1", "8.8")
def test_the_button_to_close_is_dead_until_nothing_is_owed_and_says_why(world: World) -> None:
    case, client = a_case(world, at=world.at), client_of(world.senior)
    html = text_of(client.get(page_of(case)))
    assert re.search(
        r"disabled[^>]*>Close this case</button><p[^>]*>One thing you wanted taken down or changed is not settled\.",
        html,
    )
    form = text_of(client.get(page_of(case) + "close/"))
    assert "is not settled" in form and "<textarea" not in form

    answer = client.post(page_of(case) + "close/", {"version": str(case.version), **CLOSING})

    assert answer.status_code == 422 and "is not settled" in answer.content.decode()
    case.refresh_from_db()
    assert case.status == "open"


@pytest.mark.policy("8.1", "7.2")
def test_closing_begins_with_what_is_known_and_ends_with_a_sentence_for_the_reporter(world: World) -> None:
    case, client = ready_to_close(world), client_of(world.senior)
    html = text_of(client.get(page_of(case) + "close/"))
    assert re.search(r'value="gone"[^>]*checked', html) and "It has been removed. We saw that at" in html

    answer = client.post(page_of(case) + "close/", {"version": str(case.version), **CLOSING})

    assert answer["Location"] == page_of(case)
    after = text_of(client.get(page_of(case)))
    assert "The case is closed." in after and "Open it again" in after and "Look again by" in after
    assert Message.objects.filter(case=case, kind="end").count() == 1


@pytest.mark.policy("8.1")
def test_closing_twice_at_once_closes_once_and_keeps_what_was_typed(world: World) -> None:
    case = ready_to_close(world)
    form = {"version": str(case.version), **CLOSING}
    client_of(world.head).post(page_of(case) + "close/", form)

    answer = client_of(world.senior).post(page_of(case) + "close/", {**form, "reasons": "My own long reasons."})

    assert answer.status_code == 409
    assert "Amina Okafor did this at" in answer.content.decode() and "My own long reasons." in answer.content.decode()
    assert case.decisions.count() == 1


def test_a_bad_form_says_what_is_missing_and_keeps_the_rest(world: World) -> None:
    case = ready_to_close(world)
    answer = client_of(world.senior).post(
        page_of(case) + "close/", {"version": str(case.version), "reasons": "Because."}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose how it ended." in html and "It is how they hear the end." in html and "Because." in html
    assert "<title>Error: " in html


@pytest.mark.policy("8.8")
def test_support_is_offered_answered_and_asked_about_again(world: World) -> None:
    case, client = a_case(world, at=world.at), client_of(world.senior)
    party = harmed_in(case)
    base = f"{page_of(case)}support/{party.id}/"
    assert re.search(r'value="counselling"[^>]*checked', text_of(client.get(base + "offer-support/")))

    client.post(base + "offer-support/", {"offered": ["counselling", "duties"]})
    client.post(base + "answer-offer/", {"answer": "later"})

    assert Offer.objects.get(party=party).answer == "later"
    html = text_of(client.get(page_of(case)))
    assert "stress counselling, a change of duties" in html and "They said not now." in html
    assert "Ask again how they are: support for the person harmed by" in html
    assert client.post(base + "offer-support/", {}).status_code == 422


@pytest.mark.policy("8.8")
def test_support_is_offered_to_a_colleague_who_is_reported_and_to_nobody_else(world: World) -> None:
    case, client = a_case(world, at=world.at, group="staff", name="Ben Foster"), client_of(world.head)
    assert "Offer support to the person reported by" in text_of(client.get(page_of(case)))
    reporter = case.parties.get(capacity=Capacity.REPORTER)
    assert client.get(f"{page_of(case)}support/{reporter.id}/offer-support/").status_code == 404


@pytest.mark.policy("8.1", "8.8")
def test_nobody_is_told_to_speak_to_somebody_before_the_designated_officer_was_asked(world: World) -> None:
    said = {"group": "staff", "name": "Ben Foster", "happened": "He hit a child."}
    case, client = a_case(world, at=world.at, **said, child="yes"), client_of(world.head)
    reported, officer = case.parties.get(capacity=Capacity.REPORTED), "Ask the designated officer when you may speak"
    offering = f"{page_of(case)}support/{reported.id}/offer-support/"
    assert officer in text_of(client.get(page_of(case)))
    html = text_of(client.get(offering))
    assert officer in html and "Speak to them first." not in html
    assert "Speak to them first." in text_of(client.get(f"{page_of(case)}support/{harmed_in(case).id}/offer-support/"))

    asked = {"agency": "lado", "step": "consulted", "reason": "First of all.", "matter": "child"}
    referring.note_referral(case=case, **asked, done_at=world.at, by=world.head, at=world.at)
    assert officer not in text_of(client.get(page_of(case)))
    assert "Speak to them first." in text_of(client.get(offering))

    other = a_case(world, at=world.at, group="staff", name="Ben Foster", child="no")
    assert officer not in text_of(client.get(page_of(other)))


@pytest.mark.policy("7.2")
def test_the_reporter_is_answered_with_words_that_are_ready(world: World) -> None:
    case, client = a_case(world, at=world.at), client_of(world.senior)
    assert "Thank you for telling us." in text_of(client.get(page_of(case) + "answer-reporter/"))
    client.post(page_of(case) + "answer-reporter/", {"sentence": "We are on it."})
    assert Message.objects.filter(case=case, kind="answer").count() == 1
    assert "Answer the reporter by" not in text_of(client.get(page_of(case)))


@pytest.mark.policy("9.2a")
def test_a_password_is_refused_and_kept_nowhere(world: World) -> None:
    case = a_case(world, at=world.at)
    answer = client_of(world.senior).post(page_of(case) + "answer-reporter/", {"sentence": "Her password: hunter2"})
    assert answer.status_code == 422 and "Passwords are never kept here" in answer.content.decode()
    assert not Message.objects.exists()


@pytest.mark.policy("7.2")
def test_naming_oneself_as_reported_ends_ones_own_sight_of_the_case(world: World) -> None:
    case, client = a_case(world, at=world.at), client_of(world.senior)
    answer = client.post(page_of(case) + "name-person/", {"person": str(world.senior.id), "capacity": "reported"})
    assert answer["Location"] == "/"
    assert client.get(page_of(case)).status_code == 404


# --- The police question ---


@pytest.mark.policy("8.7")
def test_the_police_question_stands_wherever_something_threatens(world: World) -> None:
    threat, quiet = a_case(world, at=world.at, danger="not_sure"), a_case(world, at=world.at)
    client = client_of(world.senior)
    html = text_of(client.get(page_of(threat)))
    assert 'id="police"' in html and 'href="tel:101"' in html and "A life or a child may be in danger" in html
    other = text_of(client.get(page_of(quiet)))
    assert 'id="police"' not in other and "It threatens somebody: ask about the police" in other


@pytest.mark.policy("8.7")
def test_after_a_no_the_button_is_dead_and_danger_still_opens_at_once(world: World) -> None:
    case, client = a_case(world, at=world.at, danger="yes"), client_of(world.senior)
    base = f"{page_of(case)}police/{harmed_in(case).id}/"
    client.post(base + "ask-consent/")
    client.post(base + "answer-consent/", {"answer": "no"})

    html = text_of(client.get(page_of(case)))
    assert re.search(
        r"disabled[^>]*>Report it, with their yes</button><p[^>]*>They said no\. The school cannot report this", html
    )
    refused = client.post(base + "report-to-police/", {"basis": "consent"})
    assert refused.status_code == 422 and "They said no." in refused.content.decode()
    assert re.search(r'value="danger"[^>]*checked', text_of(client.get(base + "report-to-police/?basis=danger")))
    assert client.post(base + "report-to-police/", {"basis": "danger", "reason": "He named a day."}).status_code == 302

    row = PoliceReport.objects.get(case=case)
    assert row.reported_at is not None and row.second == world.head
    assert client.get(f"{page_of(case)}police/{row.id}/second-police-report/").status_code == 404
    told = client_of(world.head)
    assert "Say that you know of the report to the police" in text_of(told.get(page_of(case)))
    told.post(f"{page_of(case)}police/{row.id}/second-police-report/")
    client.post(f"{page_of(case)}police/{row.id}/note-crime-reference/", {"reference": "CR/123"})
    assert "CR/123" not in text_of(client.get(page_of(case)))
    client.post(page_of(case) + "show-names/")
    assert "CR/123" in text_of(client.get(page_of(case)))


@pytest.mark.policy("8.7")
def test_somebody_seated_only_to_give_the_second_name_sees_the_case_and_can_answer(world: World) -> None:
    case, client = a_case(world, at=world.at, danger="yes"), client_of(world.senior)
    base = f"{page_of(case)}police/{harmed_in(case).id}/"
    client.post(
        base + "report-to-police/",
        {"basis": "protection", "reason": "Others are at risk.", "second": str(world.chair.id)},
    )
    row = PoliceReport.objects.get(case=case)
    second = client_of(world.chair)
    assert "It waits for the second name." in text_of(second.get(page_of(case)))
    assert "A second name is needed" in text_of(second.get(f"{page_of(case)}police/{row.id}/second-police-report/"))
    second.post(f"{page_of(case)}police/{row.id}/second-police-report/")
    row.refresh_from_db()
    assert row.reported_at is not None
    assert Consent.objects.count() == 0
