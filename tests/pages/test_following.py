"""The reporter's own page: what happens next, support, and the police question, changeable and for them alone."""

import pytest
from builders import World, a_report, harmed_in, the_takedown
from django.test import Client
from django.utils import timezone
from reporters import text_of
from signed import client_of, school_now  # noqa: F401

from forethought.cases import procedures as cases
from forethought.cases.models import Offer, Report
from forethought.safeguarding import procedures as safeguarding
from forethought.safeguarding.rules import Basis, standing_answer
from forethought.takedowns import procedures as takedowns
from forethought.takedowns.rules import Result


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def teacher(world: World) -> Client:
    return client_of(world.teacher)


def offered(report: Report, world: World) -> Offer:
    party = harmed_in(report.case)
    return cases.offer_support(
        case=report.case, party=party, offered=["manager", "counselling"], by=world.senior, at=timezone.now()
    )


def standing(report: Report) -> str:
    return standing_answer(safeguarding.steps_of(harmed_in(report.case)))


@pytest.mark.policy("7.2")
def test_it_says_what_happens_next_and_what_has_been_done(world: World, teacher: Client) -> None:
    report = a_report(world, at=timezone.now())
    words = text_of(teacher.get(f"/reports/{report.id}/"))
    assert "A person answers you by" in words and "Nobody has been asked yet." in words
    cases.answer_reporter(report=report, sentence="We are on it.", by=world.senior, at=timezone.now())
    words = text_of(teacher.get(f"/reports/{report.id}/"))
    assert "From the school We are on it." in words and "The school has answered you." in words


def test_nobody_else_opens_it_or_answers_for_its_reporter(world: World) -> None:
    report = a_report(world, at=timezone.now(), danger="yes")
    offered(report, world)
    base = f"/reports/{report.id}/"
    for client in (client_of(world.colleague), client_of(world.senior), client_of(world.head)):
        assert client.get(base).status_code == 404
        for act in ("add-to-report/", "answer-offer/", "answer-consent/", "withdraw-consent/"):
            assert client.post(f"{base}{act}", {"answer": "yes", "kind": "stop"}).status_code == 404
    assert Client().get(base).status_code == 302
    assert Offer.objects.get().answer == "" and standing(report) == "unasked"


@pytest.mark.policy("8.8")
def test_support_is_answered_with_one_press_and_can_be_changed(world: World, teacher: Client) -> None:
    report = a_report(world, at=timezone.now())
    base = f"/reports/{report.id}/"
    assert "The school owes you an offer of support" in text_of(teacher.get(base))
    assert teacher.post(f"{base}answer-offer/", {"answer": "yes"}).status_code == 404
    offered(report, world)
    assert "counselling" in text_of(teacher.get(base))
    for answer, said in (("no", "No thank you"), ("later", "Not now"), ("yes", "Yes please")):
        assert teacher.post(f"{base}answer-offer/", {"answer": answer}).headers["Location"] == base
        assert f"You said: {said}." in text_of(teacher.get(base))
    assert teacher.post(f"{base}answer-offer/", {"answer": "perhaps"}).status_code == 404


@pytest.mark.policy("8.8")
def test_an_offer_is_made_to_whoever_reads_it(world: World, teacher: Client) -> None:
    report = a_report(world, at=timezone.now())
    party, now = harmed_in(report.case), timezone.now()
    cases.offer_support(case=report.case, party=party, offered=["manager", "union"], by=world.senior, at=now)
    words = text_of(teacher.get(f"/reports/{report.id}/"))
    assert "Time with your line manager" in words and "Your union" in words and "Time with their" not in words


@pytest.mark.policy("8.5")
def test_what_was_gone_and_is_back_is_not_said_to_have_been_asked_of_nobody(world: World, teacher: Client) -> None:
    report = a_report(world, at=timezone.now())
    for result in (Result.GONE_SIGNED_OUT, Result.STILL_THERE):
        takedown = the_takedown(report.case)
        takedowns.check_removal(takedown=takedown, result=result, by=world.senior, at=timezone.now())
    words = text_of(teacher.get(f"/reports/{report.id}/"))
    assert "It was gone and is back. Nobody has been asked again yet." in words
    assert "Nobody has been asked yet." not in words


@pytest.mark.policy("8.7")
def test_the_police_question_is_put_only_when_something_threatens_and_a_yes_can_be_taken_back(
    world: World, teacher: Client
) -> None:
    calm, threat = a_report(world, at=timezone.now()), a_report(world, at=timezone.now(), danger="not_sure")
    assert "Shall the school report it?" not in text_of(teacher.get(f"/reports/{calm.id}/"))
    assert teacher.post(f"/reports/{calm.id}/answer-consent/", {"answer": "yes"}).status_code == 404

    base = f"/reports/{threat.id}/"
    words = text_of(teacher.get(base))
    assert "Shall the school report it?" in words and "To call them yourself: 999 in danger, else 101" in words
    for answer in ("no", "not_now", "yes"):
        teacher.post(f"{base}answer-consent/", {"answer": answer})
        assert standing(threat) == answer
    for _ in range(2):
        assert teacher.post(f"{base}withdraw-consent/").headers["Location"] == base
    assert standing(threat) == "withdrawn" and "You took your yes back." in text_of(teacher.get(base))


@pytest.mark.policy("8.7")
def test_only_a_report_to_the_police_with_a_yes_is_told_by_the_page(world: World, teacher: Client) -> None:
    report = a_report(world, at=timezone.now(), danger="yes")
    party = harmed_in(report.case)
    told = "The school has reported it to the police."
    safeguarding.report_to_police(
        case=report.case,
        party=party,
        basis=Basis.DANGER,
        reason="He waits outside.",
        second=None,
        by=world.senior,
        at=timezone.now(),
    )
    assert told not in text_of(teacher.get(f"/reports/{report.id}/"))
    safeguarding.answer_consent(party=party, answer="yes", by=world.teacher, at=timezone.now())
    safeguarding.report_to_police(
        case=report.case, party=party, basis=Basis.CONSENT, reason="", second=None, by=world.senior, at=timezone.now()
    )
    assert told in text_of(teacher.get(f"/reports/{report.id}/"))


@pytest.mark.parametrize(
    ("form", "status", "kept"),
    [
        ({"kind": "added", "sentence": "One thing more"}, 302, 1),
        ({"kind": "back", "sentence": ""}, 302, 1),
        ({"kind": "stop", "sentence": ""}, 302, 1),
        ({"kind": "asked", "sentence": " "}, 422, 0),
        ({"kind": "nonsense", "sentence": "x"}, 422, 0),
        ({"kind": "added", "sentence": "My password is hunter2secret!"}, 422, 0),
    ],
)
def test_something_is_added_asked_or_marked_and_nothing_is_deleted(
    world: World, teacher: Client, form: dict[str, str], status: int, kept: int
) -> None:
    report = a_report(world, at=timezone.now())
    assert teacher.post(f"/reports/{report.id}/add-to-report/", form).status_code == status
    assert report.messages.count() == kept
    report.refresh_from_db()
    assert report.case.status == "received"
