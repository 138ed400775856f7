"""A notice that goes by mail: after the commit, once, word for word, until the host's mail server has it."""

from datetime import timedelta

import pytest
from builders import World, a_case, notice_fields, the_takedown
from live import MailServer
from pytest_django.fixtures import Settings

from forethought.audit.models import Entry
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.people.mailing import Postman
from forethought.people.models import Wake
from forethought.takedowns import mailing, procedures
from forethought.takedowns.models import Notice, NoticeSent, Takedown
from forethought.takedowns.rules import Result

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mail(mail_server: MailServer, settings: Settings) -> MailServer:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.host, mail_server.port
    settings.DEFAULT_FROM_EMAIL = "forethought@larkfield.example"
    return mail_server


def a_letter(world: World, **changes: object) -> Notice:
    takedown = the_takedown(a_case(world))
    fields = notice_fields(
        takedown,
        contact="abuse@board.example",
        unlawful="It says she was arrested. She was not.",
        sender_address="1 School Lane, Larkfield",
        **changes,
    )
    return procedures.ask_host(
        takedown=takedown,
        version=takedown.version,
        kind="N2",
        way="mail",
        fields=fields,  # type: ignore[arg-type]
        by=world.senior,
        at=world.at,
    )


def send(world: World, after: timedelta = timedelta()) -> None:
    mailing.send_due(world.school.id, world.at + after, postman=Postman())


def post_of(notice: Notice) -> NoticeSent:
    return NoticeSent.objects.get(notice=notice)


@pytest.mark.policy("8.3")
def test_a_letter_to_a_host_arrives_word_for_word(world: World, mail: MailServer) -> None:
    notice = a_letter(world)
    assert mail.messages == []

    send(world)

    [message] = mail.messages
    said = keyring.words(notice, case_id=notice.takedown.case_id)
    assert message["To"] == "abuse@board.example"
    assert message["Reply-To"] == "office@larkfield.example"
    assert message["Subject"] == said["subject"]
    assert message["Message-ID"] == f"<{notice.id.hex}@larkfield.example>"
    assert message["Auto-Submitted"] is None
    assert message.get_content().replace("\r\n", "\n").rstrip() == said["text"].rstrip()
    assert "She was not." in said["text"] and "She was not." not in said["subject"]
    assert post_of(notice).taken_at == world.at
    assert Entry.objects.filter(verb="takedowns.note_taken", about=notice.id).count() == 1


@pytest.mark.policy("8.3")
def test_it_goes_once(world: World, mail: MailServer) -> None:
    a_letter(world)
    for minutes in (0, 1, 60 * 24):
        send(world, minutes * MINUTE)
    assert len(mail.messages) == 1
    assert mailing.next_try() is None


@pytest.mark.policy("8.3")
def test_it_is_tried_until_it_is_taken_with_one_message_id(world: World, mail: MailServer) -> None:
    notice = a_letter(world)
    mail.refuse = True
    send(world)
    post = post_of(notice)
    assert (post.tries, post.taken_at, post.try_at) == (1, None, world.at + MINUTE)
    send(world)
    assert post_of(notice).tries == 1

    mail.refuse = False
    send(world, MINUTE)

    assert [m["Message-ID"] for m in mail.messages] == [post.message_id]
    assert post_of(notice).taken_at == world.at + MINUTE


@pytest.mark.policy("8.3")
def test_a_crash_before_it_is_noted_sends_a_twin_that_mailboxes_know(
    world: World, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_letter(world)

    def crash(**_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as until_then:
        until_then.setattr(mailing, "note_taken", crash)
        with pytest.raises(RuntimeError):
            send(world)
    send(world, MINUTE)

    assert len({m["Message-ID"] for m in mail.messages}) == 1
    assert len(mail.messages) == 2


@pytest.mark.policy("8.3")
def test_a_notice_that_is_no_longer_needed_does_not_go(world: World, mail: MailServer) -> None:
    notice = a_letter(world)
    takedown = Takedown.objects.get(pk=notice.takedown_id)
    procedures.check_removal(takedown=takedown, result=Result.GONE_SIGNED_OUT, by=world.senior, at=world.at)

    send(world)

    assert mail.messages == []
    assert (post_of(notice).dropped, post_of(notice).try_at) == ("not_needed", None)


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("to", "reply_to"),
    [
        ("", "office@school.example"),
        ("abuse", "office@school.example"),
        ("a@b.example, c@d.example", "office@school.example"),
        ("a@b.example\nBcc: c@d.example", "office@school.example"),
        ("a@b.example", "office"),
    ],
)
def test_it_needs_one_plain_address_each_way(world: World, to: str, reply_to: str) -> None:
    takedown = the_takedown(a_case(world))
    fields = notice_fields(takedown, contact=to, reply_to=reply_to)
    with pytest.raises(Refused, match="Give one mail address"):
        procedures.ask_host(
            takedown=takedown,
            version=takedown.version,
            kind="N1",
            way="mail",
            fields=fields,  # type: ignore[arg-type]
            by=world.senior,
            at=world.at,
        )
    assert not NoticeSent.objects.exists()
    takedown.refresh_from_db()
    assert takedown.status == "to_ask"


@pytest.mark.policy("8.3")
def test_the_worker_is_woken_for_it_and_without_a_mail_server_it_waits(world: World, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    Wake.objects.update(at=None)
    notice = a_letter(world)
    assert Wake.objects.get().at is not None

    send(world)

    assert post_of(notice).tries == 0
    assert mailing.next_try() is None
