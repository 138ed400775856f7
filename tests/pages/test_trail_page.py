"""The page on the trail and the weekly mail: what they say, to whom, and that neither shows the trail growing."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from builders import World, a_report, an_account
from django.core.management import call_command
from django.utils import timezone
from doors import client_of, without_token
from pytest_django.fixtures import Settings

from forethought.audit.checkpoints import make_checkpoint, newest
from forethought.audit.codes import code_of
from forethought.audit.models import Checkpoint, Entry, Verification
from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Exclusion
from forethought.evidence.nightly_models import NightlyLook
from forethought.management.rounds import Rounds
from forethought.people import procedures as people
from forethought.people.models import Kind, Letter, Person, Role, Telling
from forethought.people.post import composed
from forethought.people.witnessing import is_due, week_of

pytestmark = pytest.mark.django_db

MONDAY_9AM = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer(world: World) -> Person:
    """A data protection officer."""
    made = people.add_person(
        school=world.school,
        name="Dara Voss",
        email="dara@one.example",
        kind=Kind.CONTRACTOR,
        starts_on=world.at.date(),
        by=PROGRAM,
        at=world.at,
    )
    people.appoint(person=made, role=Role.PROTECTION, by=PROGRAM, at=world.at)
    return made


def shown(person: Person, query: str = "") -> str:
    answer = client_of(person).get(f"/trail/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def go_round_at(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at)
    Rounds().go()


# --- The page ---


@pytest.mark.parametrize("who", ["head", "chair", "vice"])
def test_those_who_answer_for_the_school_see_it_and_find_it_from_home(world: World, who: str) -> None:
    person = getattr(world, who)

    assert "The trail" in shown(person)
    assert "/trail/" in client_of(person).get("/").content.decode()


@pytest.mark.parametrize("who", ["teacher", "colleague", "lead", "senior"])
def test_to_all_others_there_is_no_such_page(world: World, who: str) -> None:
    assert client_of(getattr(world, who)).get("/trail/").status_code == 404
    assert "/trail/" not in client_of(getattr(world, who)).get("/").content.decode()


def test_without_authority_check_and_checkpoint_it_says_so(world: World) -> None:
    said = shown(world.head)

    assert "is not signed yet" in said and "No time authority is set" in said and "Never." in said


def test_after_a_round_and_a_check_all_is_in_order(world: World, officer: Person) -> None:
    an_account(world.head)
    Rounds().go()
    call_command("verify")

    said = shown(world.head)
    assert "Yes, everything older than 20 minutes" in said
    assert "everything was as it should be" in said and Verification.objects.get().faults == 0
    assert "the chair of governors and the data protection officer" in said


def test_faults_of_the_last_check_are_said(world: World) -> None:
    from forethought.audit.checkpoints import note_verification

    note_verification(faults=3, by=PROGRAM, at=timezone.now())

    assert "3 faults were found" in shown(world.head)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ({"whole": True}, "13 November 2026: everything was as it should be."),
        ({"whole": False}, "The others have their turn."),
        ({"whole": True, "faults": 2}, "the record does not verify. 2 faults were found."),
        ({"whole": True, "faults": 1}, "the record does not verify. 1 fault was found."),
    ],
)
def test_what_the_last_night_found_is_said(world: World, found: dict[str, object], sentence: str) -> None:
    assert "It is done every night" in shown(world.head)
    at = datetime(2026, 11, 13, 3, 0, tzinfo=UTC)
    NightlyLook.objects.create(school=world.school, due_at=at, looked_at=at, **found)

    assert sentence in shown(world.head)


def test_an_authority_that_has_not_answered_is_said_to(world: World, settings: Settings, tmp_path: object) -> None:
    from pathlib import Path

    from authority import Authority as Server

    make_checkpoint(by=PROGRAM, at=world.at)
    with Server(Path(str(tmp_path)), "one") as server:
        settings.TIME_AUTHORITIES = [(server.url, str(server.folder / "root.pem"))]
        assert "not yet independently timed" in shown(world.head)
        Rounds().go()
        assert "up to date" in shown(world.head)
    settings.TIME_AUTHORITIES = [("http://one.example/", "/nonexistent")]
    assert "cannot be read" in shown(world.head)


def test_an_old_code_holds_and_another_does_not(world: World) -> None:
    code = code_of(bytes(make_checkpoint(by=PROGRAM, at=world.at).root))
    a_report(world)
    Rounds().go()

    assert "Yes, the code still holds" in shown(world.chair, f"?code={code}")
    assert "Yes, the code still holds" in shown(world.chair, f"?code={code.upper().replace(' ', '-')}")
    assert "does not know this code" in shown(world.chair, "?code=3f2a9c0177de10ab")


@pytest.mark.parametrize("code", ["", "x", "3f2a", "%00", "a" * 5000, "%F0%9F%98%80" * 16])
def test_what_is_no_code_gets_a_sentence(world: World, code: str) -> None:
    said = shown(world.head, f"?code={code}")

    assert "govuk-error-message" in said and "still holds. The trail" not in said


def test_no_page_and_no_mail_says_how_long_the_trail_is(world: World, officer: Person, settings: Settings) -> None:
    """To somebody who is kept out of a case, here the head, the page is the same with and without it, byte by byte."""
    an_account(world.head)
    Rounds().go()
    before, held = without_token(shown(world.head).encode()), newest()
    assert held is not None
    case = a_report(world, head="yes", group="staff").case
    assert Exclusion.objects.filter(case=case, person=world.head).exists()
    Rounds().go()

    assert newest() != held
    assert without_token(shown(world.head).encode()) == before
    [letter] = Letter.objects.filter(kind="witness", person=officer)
    text = " ".join(composed(letter, code="CODE"))
    assert re.findall(r"\d+", text.replace(settings.SITE, "")) == []


# --- The mail ---


def test_on_monday_both_are_told_the_code_once_and_nothing_else(
    world: World, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes in (0, 10, 24 * 60):
        go_round_at(monkeypatch, MONDAY_9AM + timedelta(minutes=minutes))

    told = Letter.objects.filter(kind="witness")
    assert {letter.person_id for letter in told} == {world.chair.id, officer.id} and len(told) == 2
    assert Telling.objects.get().week_on == MONDAY_9AM.date()
    code = code_of(bytes(Telling.objects.get().checkpoint.root))
    subject, text = composed(told[0], code=code)
    assert code in text and "/trail/" in text and "keep this mail" in text
    assert subject == "The trail’s code for this week"


def test_the_next_week_they_are_told_again_even_if_nothing_happened(
    world: World, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_round_at(monkeypatch, MONDAY_9AM)
    checkpoint = newest()
    go_round_at(monkeypatch, MONDAY_9AM + timedelta(days=6, hours=23))
    assert Telling.objects.count() == 1
    go_round_at(monkeypatch, MONDAY_9AM + timedelta(days=7))

    assert Telling.objects.count() == 2
    assert newest() == checkpoint, "the mail alone is no reason for another checkpoint"


def test_before_nine_in_london_it_is_still_the_week_before() -> None:
    assert week_of(MONDAY_9AM - timedelta(seconds=1)) == datetime(2026, 11, 16, tzinfo=UTC).date()
    assert week_of(datetime(2026, 7, 6, 8, 0, tzinfo=UTC)) == datetime(2026, 7, 6, tzinfo=UTC).date()


def test_without_anybody_to_tell_nothing_is_noted_and_it_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (world.chair, world.vice):
        people.appoint(person=person, role=Role.IT, by=PROGRAM, at=world.at)
    go_round_at(monkeypatch, MONDAY_9AM)

    assert not Telling.objects.exists() and not is_due(MONDAY_9AM)
    assert "Nobody gets it" in shown(world.head)
    assert "is IT support as well" in shown(world.head)


def test_the_mail_that_goes_out_has_the_code(
    world: World, officer: Person, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    from django.core import mail

    from forethought.people import mailing

    settings.EMAIL_HOST = "mail.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    go_round_at(monkeypatch, MONDAY_9AM)
    mailing.send_due(world.school.id, MONDAY_9AM, postman=mailing.Postman(), withheld=lambda letters, at: {})

    code = code_of(bytes(Checkpoint.objects.latest("size").root))
    sent = [one for one in mail.outbox if "code" in one.subject]
    assert sorted(one.to[0] for one in sent) == ["chair@one.example", "dara@one.example"]
    assert all(code in str(one.body) for one in sent)
    assert Entry.objects.filter(verb="people.tell_witnesses").count() == 1
