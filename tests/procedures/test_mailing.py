"""Letters go out once, to nobody who may no longer have them, and are tried until they are taken."""

import socket
from datetime import datetime, timedelta

import pytest
from builders import FRIDAY_6PM, World, a_case
from live import MailServer
from pytest_django.fixtures import Settings

from forethought.audit.procedures import PROGRAM, acting
from forethought.cases import sweep
from forethought.cases.models import Case
from forethought.cases.seating import keep_out
from forethought.people import mailing
from forethought.people import procedures as people
from forethought.people.models import Letter, Person
from forethought.people.post import WORDS, owe_letter

AT = FRIDAY_6PM + timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def case(world: World) -> Case:
    made = a_case(world)
    Letter.objects.update(try_at=None)
    return made


@pytest.fixture
def mail(mail_server: MailServer, settings: Settings) -> MailServer:
    """A mail server that takes letters, in use."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.host, mail_server.port
    return mail_server


def owed(
    person: Person,
    kind: str = "needs_you",
    *,
    case: Case | None = None,
    at: datetime = AT,
    by_when: datetime | None = None,
) -> Letter:
    with acting("tests.owe_letter", by=PROGRAM, at=at):
        letter = owe_letter(person=person, kind=kind, at=at, case_id=case.id if case else None, by_when=by_when)
    assert letter is not None
    return letter


def send(world: World, at: datetime = AT, postman: mailing.Postman | None = None) -> None:
    mailing.send_due(world.school.id, at, postman=postman or mailing.Postman(), withheld=sweep.withheld)


def state(letter: Letter) -> tuple[datetime | None, datetime | None, int, str]:
    letter.refresh_from_db()
    return letter.sent_at, letter.try_at, letter.tries, letter.dropped


def test_a_letter_arrives_as_it_was_written(world: World, mail: MailServer) -> None:
    letter = owed(world.senior)

    send(world)

    [message] = mail.messages
    assert message["To"] == world.senior.email
    assert message["Subject"] == WORDS["needs_you"][0]
    assert message["Message-ID"] == letter.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert world.senior.name not in message.as_string()
    assert state(letter) == (AT, None, 1, "")


def test_a_letter_goes_once(world: World, mail: MailServer) -> None:
    owed(world.senior)

    send(world)
    send(world)
    send(world, AT + timedelta(days=1))

    assert len(mail.messages) == 1


def test_a_letter_never_goes_early(world: World, mail: MailServer) -> None:
    letter = owed(world.senior)

    send(world, AT - timedelta(seconds=1))

    assert (mail.messages, state(letter)) == ([], (None, AT, 0, ""))


def test_without_a_mail_server_letters_wait_and_nothing_is_due(world: World, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    letter = owed(world.senior)

    send(world)

    assert state(letter) == (None, AT, 0, "")
    assert mailing.next_try() is None


def test_a_letter_that_is_not_taken_is_tried_again_ever_more_slowly(world: World, mail: MailServer) -> None:
    letter, at, waits = owed(world.senior), AT, []
    mail.refuse = True
    for _ in range(8):
        send(world, at)
        _, again, _, _ = state(letter)
        assert again is not None
        waits.append((again - at) // MINUTE)
        at = again

    assert waits == [1, 2, 5, 15, 60, 60, 60, 60]
    assert mailing.next_try() == at
    mail.refuse = False
    send(world, at)
    assert [m["Message-ID"] for m in mail.messages] == [letter.message_id]


def test_a_mail_server_that_is_gone_is_left_alone_for_a_minute(
    world: World, mail: MailServer, settings: Settings
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody.getsockname()[1]
        now = [0.0]
        postman = mailing.Postman(clock=lambda: now[0])
        letters = [owed(world.senior), owed(world.head)]
        send(world, AT, postman)
    settings.EMAIL_PORT = mail.port
    assert [state(letter)[2] for letter in letters] == [1, 1]

    now[0] = mailing.REST - 1
    send(world, AT + MINUTE, postman)
    assert mail.messages == []
    now[0] = mailing.REST
    send(world, AT + 3 * MINUTE, postman)

    assert len(mail.messages) == 2


def test_a_crash_after_the_mail_repeats_it_with_the_same_id(
    world: World, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = owed(world.senior)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mailing, "_note_sent", killed)
    with pytest.raises(KeyboardInterrupt):
        send(world)
    monkeypatch.undo()
    send(world, AT + MINUTE)

    assert [m["Message-ID"] for m in mail.messages] == [letter.message_id] * 2
    assert state(letter)[0] == AT + MINUTE


def test_a_crash_before_the_mail_loses_nothing(world: World, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = owed(world.senior)

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(mailing.Postman, "deliver", killed)
    with pytest.raises(KeyboardInterrupt):
        send(world)
    monkeypatch.undo()
    assert state(letter) == (None, AT + MINUTE, 1, "")
    send(world, AT + MINUTE)

    assert len(mail.messages) == 1


# --- Asked again as it is sent ---


@pytest.mark.policy("7.2")
def test_somebody_kept_out_meanwhile_gets_nothing(case: Case, world: World, mail: MailServer) -> None:
    letter = owed(world.senior, case=case)
    with acting("tests.keep_out", by=PROGRAM, at=AT):
        keep_out(case=case, people={world.senior.id: "conflict"}, at=AT)
    # As if the letter had been owed in the same moment by somebody who did not know yet.
    Letter.objects.filter(pk=letter.pk).update(try_at=AT, dropped="")

    send(world)

    assert (mail.messages, state(letter)[3]) == ([], "kept_out")


@pytest.mark.policy("7.2")
def test_somebody_never_or_no_longer_on_the_case_gets_nothing(case: Case, world: World, mail: MailServer) -> None:
    letter = owed(world.colleague, case=case)

    send(world)

    assert (mail.messages, state(letter)[1:]) == ([], (None, 0, "not_seated"))


def test_somebody_who_left_gets_nothing(world: World, mail: MailServer) -> None:
    letter = owed(world.senior)
    people.leave(person=world.senior, by=world.head, at=AT)

    send(world)

    assert (mail.messages, state(letter)[3]) == ([], "left")


def test_an_address_that_cannot_be_written_stops_no_other_letter(world: World, mail: MailServer) -> None:
    bad, good = owed(world.head, at=AT - MINUTE), owed(world.senior)
    Person.objects.filter(pk=world.head.pk).update(email="head@one.example\nBcc: all@one.example")

    send(world)

    assert [m["To"] for m in mail.messages] == [world.senior.email]
    assert (state(bad)[0], state(good)[0]) == (None, AT)


# --- One mail for several ---


def test_several_that_are_due_soon_come_as_one_mail(case: Case, world: World, mail: MailServer) -> None:
    later = owed(world.senior, "due_soon", case=case, by_when=AT + 3 * MINUTE)
    sooner = owed(world.senior, "due_soon", case=case, by_when=AT + MINUTE)
    other = owed(world.head, "due_soon", case=case, by_when=AT + MINUTE)
    late = owed(world.senior, "late", case=case, by_when=AT)

    send(world)

    assert sorted(m["Message-ID"] for m in mail.messages) == sorted(x.message_id for x in (sooner, other, late))
    assert state(later) == (None, None, 1, "joined")
    assert mailing.next_try() is None


def test_a_joined_mail_that_fails_leaves_each_letter_owed(case: Case, world: World, mail: MailServer) -> None:
    letters = [owed(world.senior, "late", case=case, by_when=AT + n * MINUTE) for n in range(3)]
    mail.refuse = True

    send(world)

    assert [state(letter) for letter in letters] == [(None, AT + MINUTE, 1, "")] * 3


def test_letters_that_ask_for_something_new_come_one_by_one(world: World, mail: MailServer) -> None:
    for _ in range(3):
        owed(world.senior)

    send(world)

    assert len(mail.messages) == 3


def test_a_hundred_letters_use_one_connection(world: World, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    real = mailing.Postman.close
    monkeypatch.setattr(mailing.Postman, "close", lambda self: (opened.append(1), real(self))[1])
    for _ in range(100):
        owed(world.senior)
    postman = mailing.Postman()

    send(world, AT, postman)

    assert (len(mail.messages), opened) == (100, [])
    postman.close()
