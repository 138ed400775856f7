"""People with accounts, for tests about signing in."""

import time
from datetime import UTC, date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from forethought.audit.procedures import PROGRAM
from forethought.pages import signin
from forethought.people import procedures
from forethought.people.models import Account, Kind
from forethought.rows import inside

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
PASSWORD = "correct horse battery"
NEW_PASSWORD = "seven green bottles"
SIGN_IN = "/accounts/login/"
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def begin(settings: Any) -> None:
    """No counts left over from another test, and a password check that takes no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def an_account(email: str = "amira@cedar.example", password: str | None = PASSWORD) -> Account:
    """Somebody with an account, at a demonstration school of their own."""
    school = procedures.found_school(name="Cedar Hill School", demonstration=True, by=PROGRAM, at=NOW)
    with inside(school.id):
        person = procedures.add_person(
            school=school, name="Amira Canarybird", kind=Kind.EMPLOYEE, starts_on=date(2024, 9, 1), by=PROGRAM, at=NOW
        )
        return procedures.make_account(person=person, email=email, password=password, by=PROGRAM, at=NOW)


def give_app(account: Account) -> Authenticator:
    """An app for codes whose secret is APP_SECRET."""
    sealed = signin.SecondStep().encrypt(APP_SECRET)
    return Authenticator.objects.create(user=account, type="totp", data={"secret": sealed})


def code(windows: int = 0, secret: str = APP_SECRET) -> str:
    """What the app shows now, or so many half minutes later."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + windows))


def say(client: Client, email: str, password: str, **more: str) -> HttpResponse:
    """Send the sign-in form."""
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def is_in(client: Client) -> bool:
    """Whether somebody is signed in."""
    return "_auth_user_id" in client.session


def at_second_step(account: Account) -> Client:
    """A browser in which the right password was given."""
    client = Client()
    say(client, account.email, PASSWORD)
    return client


def signed_in(account: Account, *, app: bool = False) -> Client:
    """A browser in which somebody is signed in, with an app for codes if asked for."""
    if app:
        give_app(account)
    client = at_second_step(account)
    if app:
        client.post("/accounts/second-step/code/", {"code": code()})
        cache.clear()  # so that a test may use the code of this half minute again
    assert is_in(client)
    return client


def age_records(client: Client, seconds: float) -> None:
    """Make everything that was proved in a session that much older."""
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - seconds} for record in session["account_authentication_methods"]
    ]
    session.save()


def asking(client: Client, account: Account, path: str = "/cases/") -> HttpRequest:
    """A request in that browser's session."""
    request = RequestFactory().get(path)
    request.session, request.user = client.session, account
    return request


def mails(outbox: list[EmailMessage]) -> list[EmailMessage]:
    """The mails, once they have left."""
    signin.post.submit(int).result()
    return outbox
