"""What the tests of letters share: a mail server in use, letters owed at a calm hour, and what came of them."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from builders import World, an_account
from live import MailServer
from pytest_django.fixtures import Settings

from forethought.audit.procedures import PROGRAM, acting
from forethought.cases import sweep
from forethought.people import mailing
from forethought.people.models import Letter, Person
from forethought.people.post import owe_letter

#: A Saturday, midday in London.
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def mail(world: World, mail_server: MailServer, settings: Settings) -> MailServer:
    """A mail server that takes letters, in use. The two teachers have no account, everybody else has one."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.host, mail_server.port
    for person in (world.head, world.senior, world.lead, world.chair, world.vice):
        an_account(person)
    return mail_server


def owed(
    person: Person, kind: str = "to_read", *, at: datetime = AT, by_when: datetime | None = AT + 5 * DAY
) -> Letter:
    with acting("tests.owe_letter", by=PROGRAM, at=at):
        letter = owe_letter(person=person, kind=kind, at=at, by_when=by_when)
    assert letter is not None
    return letter


def send(world: World, at: datetime = AT) -> None:
    postman = mailing.Postman()
    mailing.send_due(world.school.id, at, postman=postman, withheld=sweep.withheld)
    postman.close()


def state(letter: Letter) -> tuple[datetime | None, datetime | None, int, str]:
    letter.refresh_from_db()
    return letter.sent_at, letter.try_at, letter.tries, letter.dropped


def text(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def links(message: EmailMessage) -> list[str]:
    return re.findall(r"http\S+", text(message))
