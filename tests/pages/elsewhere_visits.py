"""Going to the provider and coming back, for tests of signing in elsewhere."""

import html
import re
import time
from typing import Any

import pytest
from accounts import begin, code, give_app, is_in, say
from builders import World
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from identity_provider import CLIENT, SECRET, Provider

from forethought.people.models import Account, Person
from forethought.people.procedures import make_account
from forethought.signing_in import procedures
from forethought.signing_in.models import SignInProvider

PASSWORD = "correct horse battery"


def address(world: World, why: str, kind: str = "other") -> str:
    return f"/accounts/elsewhere/{world.school.id}/{kind}/{why}/"


def say_where(
    world: World, provider: Provider, *, kind: str = "other", counts: bool = False, **more: Any
) -> SignInProvider:
    """The head says that people may sign in at the provider, which knows this school's address."""
    provider.known(f"http://localhost:8000{address(world, 'come-back', kind)}")
    said = {"tenant": provider.url, "client_id": CLIENT, "secret": SECRET, **more}
    return procedures.set_provider(
        school=world.school, kind=kind, second_step_counts=counts, by=world.head, at=timezone.now(), **said
    )


def account_of(person: Person) -> Account:
    """An account with a password."""
    now = timezone.now()
    return make_account(person=person, email=person.email, password=PASSWORD, by=person, at=now)


def came_in(account: Account, *, app: bool = True) -> Client:
    """A browser in which somebody signed in by password, with an app for codes unless said otherwise."""
    client = Client()
    if app:
        give_app(account)
    say(client, account.email, PASSWORD)
    if app:
        client.post("/accounts/second-step/code/", {"code": code()})
        cache.clear()
    assert is_in(client)
    return client


def going(client: Client, world: World, why: str = "sign-in", kind: str = "other", **said: str) -> str:
    """Press the button and see where it leads."""
    page = client.post(address(world, why, kind), said)
    assert page.status_code == 200, (page.status_code, page.headers)
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert found
    return html.unescape(found[1])


def back(client: Client, to: str) -> Any:
    """Come back with what the provider gave."""
    return client.get(to.removeprefix("http://localhost:8000"))


def through(
    client: Client,
    world: World,
    provider: Provider,
    why: str = "sign-in",
    email: str = "teacher@one.example",
    **said: str,
) -> Any:
    """There and back again."""
    return back(client, provider.visit(going(client, world, why, **said), email))


def connected(world: World, provider: Provider, account: Account, **more: Any) -> Client:
    """A browser in which somebody signed in by password and connected their account."""
    client = came_in(account, **more)
    assert through(client, world, provider, "connect", account.email).headers["location"].endswith("/connect-identity/")
    client.post("/accounts/elsewhere/connect-identity/")
    return client


def told(client: Client) -> str:
    """The sentence kept for the next page."""
    return str(client.session.get("told", {}).get("sentence", ""))


def just_now(**more: Any) -> dict[str, Any]:
    """Claims of somebody who signed in there a second ago, with two steps."""
    return {"auth_time": int(time.time()) - 1, "amr": ["pwd", "mfa"], **more}


def an_hour_ago() -> int:
    return int(time.time()) - 3600


@pytest.fixture(autouse=True)
def fresh(settings: Any, one_provider: Provider) -> None:
    begin(settings)
    settings.SITE = "http://localhost:8000"
    settings.SIGN_IN_PLAIN_ORIGINS = [one_provider.url]


@pytest.fixture
def world(school_now: World, provider: Provider) -> World:
    say_where(school_now, provider)
    return school_now


@pytest.fixture
def teacher(world: World) -> Account:
    return account_of(world.teacher)
