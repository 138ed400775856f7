"""Recording what the approving body decided, and publishing: who may, what they see, what a bad form says."""

import uuid
from datetime import date

import pytest
from builders import World, a_revision, a_version_in_force
from django.conf import settings
from policy_acts import (
    DAY,
    HOUR,
    a_closed_consultation,
    a_year_after,
    again,
    answer_all,
    approve,
    ask,
    close,
    say,
    the_policy,
)
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.acknowledgements.models import Task
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london, spoken_day
from forethought.people import procedures as people
from forethought.people.models import Person, Role
from forethought.policies import procedures as policies
from forethought.policies.models import Approval, Revision, Version
from forethought.policies.rules import Basis, Body, Outcome, Stance, Status


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def revision(world: World) -> Revision:
    """A change by one word, three weeks old."""
    return again(a_revision(world, at=world.at - 21 * DAY))


def consulted(world: World, revision: Revision) -> None:
    """Asked three weeks ago for five working days, and closed yesterday. Nobody answered."""
    ask(world, revision, days=5, at=world.at - 20 * DAY)
    close(world, revision, at=world.at - DAY)


def page_of(revision: Revision) -> str:
    return f"/policy/revisions/{revision.pk}/"


def in_boxes(name: str, day: date | None) -> dict[str, str]:
    parts = {"day": day.day, "month": day.month, "year": day.year} if day else {}
    return {f"{name}_{part}": str(parts.get(part, "")) for part in ("day", "month", "year")}


def decided(world: World, version: int, *, met: date | None = None, review: date | None = None, **more: str) -> dict:  # type: ignore[type-arg]
    met = met or london(world.at).date()
    said = {"version": str(version), "body": "full_board", "minute": "GB 7", **more}
    return {**said, **in_boxes("met_on", met), **in_boxes("review_on", review)}


def a_clerk(world: World, role: Role = Role.CLERK) -> Person:
    person = people.add_person(
        school=world.school,
        name=f"The {role.label}",
        email=f"{role}@one.example",
        kind="employee",  # type: ignore[arg-type]
        starts_on=world.at.date(),
        by=PROGRAM,
        at=world.at - 21 * DAY,
    )
    people.appoint(person=person, role=role, by=PROGRAM, at=world.at - 21 * DAY)
    return person


def give_to(body: Body, *, by: Person, world: World) -> None:
    policy = the_policy()
    policies.change_ownership(
        policy=policy,
        version=policy.version,
        author="",
        body=body,
        consult_days=20,
        read_days=10,
        answer_days=2,
        own_words=False,
        decides=True,
        by=by,
        at=world.at,
    )


# --- Approving ---


@pytest.mark.policy("F1", "F3")
def test_the_body_sees_what_its_approval_rests_on(world: World, revision: Revision) -> None:
    consultation = ask(world, revision, days=5, at=world.at - 20 * DAY)
    say(consultation, world.teacher, Stance.COMMENTS, at=consultation.opened_at + DAY)
    answer_all(world, consultation, at=world.at - DAY)
    close(world, revision, Outcome.COMMENTS, reasons="It is shorter now.", at=world.at - DAY)

    html = text_of(client_of(world.chair).get(page_of(revision) + "approve/"))

    assert "Agreed, with comments. Closed on" in html and "1 view in time." in html and "It is shorter now." in html
    assert "shields" in html
    assert "without a consultation" not in html
    assert "The body’s reasons" not in html
    assert f"Decided today, it is {spoken_day(a_year_after(london(world.at).date()), year=True)}." in html


@pytest.mark.policy("F1", "F3")
def test_the_chair_records_the_approval_and_the_review_falls_a_year_later(world: World, revision: Revision) -> None:
    consulted(world, revision)

    client = client_of(world.chair)
    answer = client.post(page_of(revision) + "approve/", decided(world, again(revision).version))

    assert answer["Location"] == "/"
    assert "The approval is recorded. The text can be published now." in text_of(client.get("/")), (
        "said where they land"
    )
    assert "The approval is recorded." not in text_of(client.get("/"))
    made = Approval.objects.get(revision=revision)
    assert (made.basis, made.body, made.minute, made.approved_by) == (
        Basis.CONSULTED,
        "full_board",
        "GB 7",
        world.chair,
    )
    assert made.review_on == a_year_after(made.met_on)
    assert again(revision).status == Status.APPROVED


@pytest.mark.policy("F3")
def test_without_a_consultation_the_body_ticks_it_and_gives_reasons(world: World, revision: Revision) -> None:
    client, address, version = client_of(world.chair), page_of(revision) + "approve/", revision.version
    html = text_of(client.get(address))
    assert "Nobody has been asked about this text." in html and "The body decided without a consultation" in html

    unticked = client.post(address, decided(world, version, reasons="A court ruled today."))
    assert unticked.status_code == 422 and "Ask staff and unions first." in unticked.content.decode()
    assert "A court ruled today." in unticked.content.decode()
    silent = client.post(address, decided(world, version, without="on", reasons=" "))
    assert silent.status_code == 422 and "reasons for deciding without a consultation" in silent.content.decode()
    done = client.post(address, decided(world, version, without="on", reasons="A court ruled today."))

    assert done.status_code == 302
    made = Approval.objects.get(revision=revision)
    assert (made.basis, made.reasons) == (Basis.DECIDED, "A court ruled today.")


@pytest.mark.policy("F3")
def test_without_agreement_reasons_are_asked_for(world: World, revision: Revision) -> None:
    consultation = ask(world, revision, days=5, at=world.at - 20 * DAY)
    say(consultation, world.teacher, Stance.NOT_AGREE, at=consultation.opened_at + DAY)
    answer_all(world, consultation, at=world.at - DAY)
    close(world, revision, Outcome.NOT_AGREED, reasons="We differ.", at=world.at - DAY)
    client, address, version = client_of(world.chair), page_of(revision) + "approve/", again(revision).version
    assert "People did not agree." in text_of(client.get(address))

    assert client.post(address, decided(world, version)).status_code == 422
    assert client.post(address, decided(world, version, reasons="The law asks for it.")).status_code == 302


@pytest.mark.policy("F1", "F3")
def test_a_keeper_who_may_not_decide_is_told_who_can(world: World, revision: Revision) -> None:
    consulted(world, revision)
    for person in (world.head, a_clerk(world, Role.HR)):
        html = text_of(client_of(person).get(page_of(revision) + "approve/"))
        assert "Somebody else decides this" in html and "The full governing body" in html and "chair" in html
        client_of(person).post(page_of(revision) + "approve/", decided(world, again(revision).version))
        assert "Somebody else decides this" in text_of(client_of(person).get("/policy/approve-again/"))
    assert not Approval.objects.filter(revision=revision).exists()
    assert client_of(world.teacher).get(page_of(revision) + "approve/").status_code == 404
    assert client_of(world.teacher).get(page_of(revision) + "publish/").status_code == 404
    assert client_of(world.teacher).get("/policy/approve-again/").status_code == 404


@pytest.mark.policy("F1")
def test_where_the_policy_is_the_heads_they_record_their_own_decision_alone(world: World, revision: Revision) -> None:
    consulted(world, revision)
    give_to(Body.HEAD, by=world.head, world=world)
    client, address, version = client_of(world.head), page_of(revision) + "approve/", again(revision).version
    html = text_of(client.get(address))
    assert 'value="head"' in html and 'value="full_board"' not in html

    assert client.post(address, decided(world, version)).status_code == 422
    assert client.post(address, decided(world, version, body="head")).status_code == 302
    assert Approval.objects.get(revision=revision).body == "head"


@pytest.mark.policy("F1")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"met_on_day": "31", "met_on_month": "2"}, "date"),
        ({"met_on_day": "", "met_on_month": "", "met_on_year": ""}, "date"),
        ({"met_on_year": "next"}, "That meeting has not been yet."),
        ({"met_on_year": "2020"}, "The consultation closed on"),
        ({"review_on_day": "1", "review_on_month": "1", "review_on_year": "2020"}, "The review must come after"),
        ({"review_on_day": "1", "review_on_month": "1", "review_on_year": "in ten"}, "more than five years away"),
        ({"minute": " "}, "Write the number of the minute"),
        ({"minute": "x" * 81}, "too long"),
        ({"body": "the_king"}, "Choose who decided."),
        ({"version": "0"}, "before you"),
        ({"version": "x"}, "before you"),
    ],
)
def test_a_decision_that_cannot_be_stays_on_the_screen(
    world: World, revision: Revision, changes: dict[str, str], sentence: str
) -> None:
    consulted(world, revision)
    years = {"next": str(world.at.year + 1), "in ten": str(world.at.year + 10)}
    said = {**decided(world, again(revision).version), **{key: years.get(one, one) for key, one in changes.items()}}

    answer = client_of(world.chair).post(page_of(revision) + "approve/", said)

    assert answer.status_code == (409 if "version" in changes else 422)
    assert sentence in answer.content.decode()
    assert not Approval.objects.filter(revision=revision).exists()


@pytest.mark.policy("F1")
def test_deciding_and_publishing_ask_who_it_is(world: World, revision: Revision) -> None:
    client = client_of(world.chair)
    session = client.session
    records = session["account_authentication_methods"]
    records[0]["at"] -= settings.STEP_UP_DECIDE_SECONDS + 60
    session["account_authentication_methods"] = records
    session.save()

    for address in (page_of(revision) + "approve/", page_of(revision) + "publish/", "/policy/approve-again/"):
        assert client.get(address).status_code == 302, address


# --- Publishing ---


@pytest.mark.policy("F3", "F4")
def test_publish_cannot_be_pressed_before_approval(world: World, revision: Revision) -> None:
    client, address = client_of(world.head), page_of(revision) + "publish/"
    html = text_of(client.get(address))
    assert "disabled" in html and "This text is not approved yet." in html

    answer = client.post(address, {"version": str(again(revision).version)})

    assert answer.status_code == 422
    assert not Version.objects.filter(brought=False).exists()


@pytest.mark.policy("F3", "F4")
def test_publishing_says_what_will_happen_and_does_it(world: World, revision: Revision) -> None:
    consulted(world, revision)
    approve(world, revision, at=world.at)
    client, address = client_of(world.head), page_of(revision) + "publish/"
    html = text_of(client.get(address))
    assert "Version 2 will be in force from today" in html
    assert "7 people are asked to read it. They have until the end of" in html
    assert "reads only what changed since" in html

    answer = client.post(address, {"version": str(again(revision).version)})

    assert answer["Location"] == "/policy/"
    made = Version.objects.get(label="2")
    assert the_policy().in_force == made
    assert Task.objects.filter(reading__about=made.pk).count() == 7


@pytest.mark.policy("F4")
def test_of_two_publishing_at_once_the_second_is_told_on_the_page(world: World, revision: Revision) -> None:
    consulted(world, revision)
    approve(world, revision, at=world.at)
    address, version = page_of(revision) + "publish/", str(again(revision).version)
    client_of(world.chair).post(address, {"version": version})

    answer = client_of(world.head).post(address, {"version": version})

    assert answer.status_code == 409
    assert "Joan Whitfield did this" in answer.content.decode()
    assert Version.objects.filter(brought=False).count() == 1


# --- Approved again, unchanged ---


@pytest.mark.policy("F1", "10.2")
def test_the_version_in_force_is_approved_again_and_only_its_review_moves(world: World) -> None:
    version = a_version_in_force(world, at=world.at - 21 * DAY, reviewed=london(world.at).date() - 10 * DAY)
    client = client_of(world.chair)
    assert "approved it as it is" in text_of(client.get("/policy/approve-again/"))

    answer = client.post("/policy/approve-again/", decided(world, the_policy().version))

    assert answer["Location"] == "/policy/"
    assert (the_policy().in_force, Version.objects.count()) == (version, 1)
    assert the_policy().review_on == a_year_after(london(world.at).date())
    assert Approval.objects.order_by("-approved_at").first().basis == Basis.UNCHANGED  # type: ignore[union-attr]
    again_at_once = client.post("/policy/approve-again/", decided(world, the_policy().version - 1))
    assert again_at_once.status_code == 409


def test_pages_of_no_change_are_no_pages(world: World) -> None:
    client = client_of(world.chair)
    assert client.get("/policy/approve-again/").status_code == 404
    a_version_in_force(world, at=world.at - 21 * DAY)
    for act in ("approve", "publish"):
        assert client.get(f"/policy/revisions/{uuid.uuid4()}/{act}/").status_code == 404
        assert client.post(f"/policy/revisions/{uuid.uuid4()}/{act}/").status_code == 404


@pytest.mark.policy("F1")
def test_a_closed_consultation_and_an_hour_are_enough(world: World) -> None:
    revision = again(a_revision(world, at=world.at - 21 * DAY))
    later = a_closed_consultation(world, revision, at=world.at - 60 * DAY)
    assert approve(world, revision, at=max(later, world.at - HOUR)).basis == Basis.CONSULTED
