"""Lies, replays and strangers at the door of signing in elsewhere: none gets in, none is told more, none is logged."""

import socket
import uuid
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest
from accounts import is_in
from builders import World
from django.test import Client
from elsewhere_visits import (
    PASSWORD,
    account_of,
    address,
    an_hour_ago,
    back,
    connected,
    fresh,  # noqa: F401
    going,
    teacher,  # noqa: F401
    through,
    told,
    world,  # noqa: F401
)
from identity_provider import SECRET, Provider, one_provider, provider, query_of  # noqa: F401
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.pages import elsewhere_views
from forethought.people.models import Account
from forethought.signing_in import asking

pytestmark = [pytest.mark.django_db, pytest.mark.policy("2.5")]


LIES: list[dict[str, Any]] = [
    {"claims": {"nonce": "another"}},
    {"drop": ["nonce"]},
    {"claims": {"aud": "another-site"}},
    {"claims": {"aud": ["forethought-here", "another-site"]}},
    {"claims": {"azp": "another-site"}},
    {"claims": {"iss": "https://login.evil.example"}},
    {"claims": {"exp": an_hour_ago()}},
    {"drop": ["exp"]},
    {"drop": ["sub"]},
    {"claims": {"iat": "yesterday"}},
    {"claims": {"sub": ""}},
    {"claims": {"sub": "x" * 300}},
    {"sign": "none"},
    {"sign": "secret"},
    {"sign": "stranger"},
]


def test_a_token_that_does_not_hold_lets_nobody_in(world: World, provider: Provider, teacher: Account) -> None:
    connected(world, provider, teacher, app=False)
    for lie in LIES:
        provider.says(**lie)
        client = Client()
        answer = through(client, world, provider)
        assert answer.headers["location"] == "/accounts/login/", lie
        assert (told(client), is_in(client)) == (elsewhere_views.NOT_KNOWN, False), lie
    provider.says()
    client = Client()
    through(client, world, provider)
    assert is_in(client)


def test_an_answer_counts_once_and_in_the_browser_that_asked(
    world: World, provider: Provider, teacher: Account
) -> None:
    connected(world, provider, teacher, app=False)
    first, second = Client(), Client()
    to = provider.visit(going(first, world))

    # A link with somebody else's state, as in a mail that signs its reader in as another.
    assert back(second, to).headers["location"] == "/accounts/login/"
    assert not is_in(second)
    back(first, to)
    assert is_in(first)
    first.post("/accounts/logout/")
    assert back(first, to).headers["location"] == "/accounts/login/"
    assert not is_in(first)

    # The code of one sign-in with the state of another.
    replayed = query_of(to)["code"]
    state = query_of(going(second, world))["state"]
    back(second, f"http://localhost:8000{address(world, 'come-back')}?code={replayed}&state={state}")
    assert not is_in(second)


def test_the_answer_of_another_provider_is_not_taken(world: World, provider: Provider, teacher: Account) -> None:
    connected(world, provider, teacher, app=False)
    client = Client()
    to = provider.visit(going(client, world))

    back(client, f"{to}&iss=https%3A%2F%2Flogin.evil.example")

    assert not is_in(client)


def test_whoever_is_signed_in_is_not_turned_into_somebody_else(
    world: World, provider: Provider, teacher: Account
) -> None:
    connected(world, provider, teacher, app=False)
    client = Client()
    to = provider.visit(going(client, world))
    client.force_login(account_of(world.colleague))

    back(client, to)

    assert client.session["_auth_user_id"] != str(teacher.pk)


def test_odd_answers_are_no_faults(world: World, provider: Provider, teacher: Account) -> None:
    client = Client()
    for query in (
        "",
        "?code=x",
        "?state=x",
        "?error=access_denied",
        "?code=x&state=x&error=%00",
        "?state=" + "x" * 5000,
    ):
        answer = client.get(address(world, "come-back") + query)
        assert answer.headers["location"] == "/accounts/login/", query
    for path in (address(world, "sign-in", "yahoo"), f"/accounts/elsewhere/{uuid.uuid4()}/other/come-back/"):
        assert client.get(path).status_code == 404
    state = query_of(going(client, world))["state"]
    assert client.get(f"{address(world, 'come-back')}?error=x&state={state}").headers["location"] == "/accounts/login/"


def test_a_provider_that_breaks_off_is_no_fault_and_is_not_asked_at_once_again(settings: Any) -> None:
    asked = []
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                with line:
                    asked.append(line.recv(65536))
                    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")

    thread = Thread(target=answer, daemon=True)
    thread.start()
    issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings.SIGN_IN_PLAIN_ORIGINS = [issuer]
    try:
        for _ in range(3):
            with pytest.raises(asking.NotAnswered):
                asking.discovered(issuer)
        assert len(asked) == 1
        assert asking.try_out(issuer=issuer, client_id="x", secret="x", come_back="x") == "no_answer"
        assert len(asked) == 2, "whoever looks after it asks it each time"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def test_each_sign_in_asks_with_a_nonce_a_verifier_and_an_address_of_its_own(world: World, provider: Provider) -> None:
    client = Client()
    asked = [query_of(going(client, world)) for _ in range(2)]

    for one in asked:
        assert one["code_challenge_method"] == "S256"
        assert one["redirect_uri"] == f"http://localhost:8000{address(world, 'come-back')}"
        assert SECRET not in str(one)
    assert len({one[name] for one in asked for name in ("nonce", "state", "code_challenge")}) == 6


def test_nothing_secret_is_logged(
    world: World, provider: Provider, teacher: Account, caplog: pytest.LogCaptureFixture
) -> None:
    connected(world, provider, teacher, app=False)
    caplog.set_level(0)
    client = Client()
    to = provider.visit(going(client, world))
    back(client, to)
    provider.says(sign="stranger")
    other = Client()
    wrong = provider.visit(going(other, world))
    back(other, wrong)

    ours = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith(("forethought", "allauth")))
    for secret in (SECRET, PASSWORD, *query_of(to).values(), *query_of(wrong).values(), teacher.email):
        assert secret not in ours
