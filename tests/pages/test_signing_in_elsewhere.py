"""Signing in at a provider, against a real one: who gets in, and that all others are told one and the same sentence."""

import time
import uuid
from typing import Any

import pytest
from accounts import is_in, mails
from builders import World, a_school
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from elsewhere_visits import (
    PASSWORD,
    account_of,
    address,
    an_hour_ago,
    back,
    came_in,
    connected,
    fresh,  # noqa: F401
    going,
    just_now,
    say_where,
    teacher,  # noqa: F401
    through,
    told,
    world,  # noqa: F401
)
from identity_provider import SECRET, Provider, one_provider, provider, query_of  # noqa: F401
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.pages import elsewhere_views
from forethought.people.models import Account
from forethought.people.procedures import leave
from forethought.rows import inside
from forethought.signing_in import rules
from forethought.signing_in.models import Identity

pytestmark = [pytest.mark.django_db, pytest.mark.policy("2.5")]


# --- Who gets in ---


def test_whoever_connected_their_account_signs_in_with_it_and_is_asked_for_the_second_step(
    world: World, provider: Provider, teacher: Account, mailoutbox: list[EmailMessage]
) -> None:
    client = connected(world, provider, teacher)
    assert Entry.objects.filter(verb="signing_in.connect_identity", about=teacher.pk).count() == 1
    assert [one.to for one in mails(mailoutbox)] == [[teacher.email]]
    assert "Connected" in text_of(client.get("/accounts/second-step/"))

    other = Client()
    assert "Sign in with the school’s sign-in" in text_of(other.get("/accounts/login/"))
    answer = through(other, world, provider)
    assert answer.headers["location"] == "/accounts/second-step/code/"
    assert not is_in(other)


def test_what_one_asked_for_comes_after_signing_in(world: World, provider: Provider, teacher: Account) -> None:
    connected(world, provider, teacher, app=False)

    client = Client()
    assert through(client, world, provider, next="/help/").headers["location"] == "/help/"
    assert is_in(client)
    client = Client()
    assert through(client, world, provider, next="//evil.example/").headers["location"] == "/"


def test_nobody_gets_an_account_by_it(world: World, provider: Provider, teacher: Account) -> None:
    before = Account.objects.count()
    client = Client()

    answer = through(client, world, provider)

    assert answer.headers["location"] == "/accounts/login/"
    assert told(client) == elsewhere_views.NOT_KNOWN
    assert not is_in(client)
    assert Account.objects.count() == before
    assert not Identity.objects.exists()


def test_a_leaver_and_whoever_disconnected_are_told_what_a_stranger_is(
    world: World, provider: Provider, teacher: Account
) -> None:
    connected(world, provider, teacher, app=False)
    colleague = account_of(world.colleague)
    client = connected(world, provider, colleague, app=False)
    client.post(address(world, "disconnect-identity"))
    leave(person=world.teacher, by=world.head, at=timezone.now())

    for email in (teacher.email, colleague.email):
        client = Client()
        assert through(client, world, provider, email=email).headers["location"] == "/accounts/login/"
        assert (told(client), is_in(client)) == (elsewhere_views.NOT_KNOWN, False)


def test_an_account_of_another_school_does_not_open_one_here(
    world: World, provider: Provider, teacher: Account
) -> None:
    connected(world, provider, teacher, app=False)
    other = a_school(at=timezone.now(), name="Another School", tag="two")
    with inside(other.school.id):
        say_where(other, provider)
    client = Client()

    assert through(client, other, provider).headers["location"] == "/accounts/login/"
    assert (told(client), is_in(client)) == (elsewhere_views.NOT_KNOWN, False)
    assert client.get(f"/accounts/elsewhere/{uuid.uuid4()}/").status_code == 404
    assert text_of(client.get(f"/accounts/elsewhere/{other.school.id}/")).count("<form") >= 1


def test_an_address_that_somebody_else_was_given_opens_nothing(
    world: World, provider: Provider, teacher: Account
) -> None:
    """The provider may give a leaver's address to a newcomer. Who somebody is stands in `sub` alone."""
    connected(world, provider, teacher, app=False)
    provider.says(claims={"email": teacher.email, "email_verified": True})
    client = Client()

    through(client, world, provider, email="colleague@one.example")

    assert (told(client), is_in(client)) == (elsewhere_views.NOT_KNOWN, False)


# --- Connecting ---


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email_verified": "true"}, {"email": "somebody@else.example"}, {"email": 7}]
)
def test_an_address_that_is_not_verified_or_another_is_not_connected(
    world: World, provider: Provider, teacher: Account, claims: dict[str, Any]
) -> None:
    provider.says(claims=claims)

    client = connected(world, provider, teacher)

    assert told(client) == elsewhere_views.NOT_CONNECTED
    assert not Identity.objects.exists()


def test_nothing_is_connected_before_its_owner_has_seen_which_and_said_yes(
    world: World, provider: Provider, teacher: Account
) -> None:
    client = came_in(teacher)
    through(client, world, provider, "connect")

    assert teacher.email in text_of(client.get("/accounts/elsewhere/connect-identity/"))
    assert not Identity.objects.exists()


def test_one_account_elsewhere_opens_one_here(world: World, provider: Provider, teacher: Account) -> None:
    connected(world, provider, teacher)
    colleague = account_of(world.colleague)
    provider.says(claims={"email": colleague.email})

    client = came_in(colleague)
    through(client, world, provider, "connect", teacher.email)
    client.post("/accounts/elsewhere/connect-identity/")

    assert told(client) == elsewhere_views.NOT_CONNECTED
    assert Identity.objects.get().account_id == teacher.pk


def test_connecting_asks_who_one_is_first_when_that_is_long_ago(
    world: World, provider: Provider, teacher: Account
) -> None:
    client = came_in(teacher)
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - 400} for record in session["account_authentication_methods"]
    ]
    session.save()

    for path in (
        address(world, "connect"),
        "/accounts/elsewhere/connect-identity/",
        address(world, "disconnect-identity"),
    ):
        assert client.post(path).headers["location"].startswith("/accounts/second-step/again/"), path


# --- The second step, and proving it again ---


@pytest.fixture
def counting(world: World, provider: Provider) -> World:
    """A school that lets the provider's second step count."""
    say_where(world, provider, counts=True)
    return world


def test_a_second_step_elsewhere_counts_only_where_the_school_says_so(
    world: World, provider: Provider, teacher: Account
) -> None:
    connected(world, provider, teacher)
    provider.says(claims=just_now())
    client = Client()
    through(client, world, provider)
    assert not is_in(client)

    say_where(world, provider, counts=True)
    for claims in ({"amr": ["pwd"]}, {"amr": "mfa"}, {"amr": ["mfa"], "auth_time": int(time.time()) - 9 * 3600}, {}):
        provider.says(claims=claims)
        client = Client()
        through(client, world, provider)
        assert not is_in(client), claims
    for claims in (just_now(), {"acr": "phr", "auth_time": int(time.time())}):
        provider.says(claims=claims)
        client = Client()
        through(client, world, provider)
        assert is_in(client), claims
        assert client.get("/").status_code == 200


def test_a_sign_in_elsewhere_of_this_morning_opens_no_case_until_it_is_proved_again(
    counting: World, provider: Provider, teacher: Account
) -> None:
    connected(counting, provider, teacher)
    provider.says(claims=just_now(auth_time=an_hour_ago()))
    client = Client()
    through(client, counting, provider)
    assert is_in(client)
    case = f"/cases/{uuid.uuid4()}/"
    assert client.get(case).status_code == 302

    there = client.get(address(counting, "prove"))
    assert "Is it you?" in text_of(there)
    asked = query_of(going(client, counting, "prove", next="/cases/"))
    assert (asked["max_age"], asked["prompt"]) == ("0", "login")
    for claims in (just_now(auth_time=an_hour_ago()), just_now(amr=["pwd"]), {"amr": ["mfa"]}):
        provider.says(claims=claims)
        through(client, counting, provider, "prove", next="/cases/")
        assert client.get(case).status_code == 302, claims
    provider.says(claims=just_now())
    through(client, counting, provider, "prove", email="colleague@one.example", next="/cases/")
    assert client.get(case).status_code == 302, "as somebody else"

    assert through(client, counting, provider, "prove", next="/cases/").headers["location"] == "/cases/"
    assert client.get(case).status_code == 404


def test_proving_elsewhere_is_no_way_where_the_school_does_not_let_it_count(
    world: World, provider: Provider, teacher: Account
) -> None:
    client = connected(world, provider, teacher)

    assert client.get(address(world, "prove")).status_code == 404
    assert address(world, "prove") not in text_of(client.get("/accounts/second-step/again/"))


# --- Microsoft ---


def test_microsoft_is_known_by_oid_and_tenant_and_not_by_any_address(
    school_now: World,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "MICROSOFT", provider.url)
    tenant, oid = str(uuid.uuid4()), str(uuid.uuid4())
    say_where(school_now, provider, kind="microsoft", tenant=tenant)
    teacher = account_of(school_now.teacher)
    client = came_in(teacher)

    def comes(client: Client, why: str, **claims: Any) -> None:
        provider.says(claims=claims)
        back(client, provider.visit(going(client, school_now, why, "microsoft")))

    comes(client, "connect", tid=tenant, oid=oid, email="anything@else.example", email_verified=False)
    client.post("/accounts/elsewhere/connect-identity/")
    assert Identity.objects.get().subject == oid

    for claims in (
        {"tid": str(uuid.uuid4()), "oid": oid},
        {"tid": tenant},
        {"oid": oid},
        {"tid": tenant, "oid": [oid]},
    ):
        client = Client()
        comes(client, "sign-in", **claims)
        assert told(client) == elsewhere_views.NOT_KNOWN, claims
    client = Client()
    comes(client, "sign-in", tid=tenant, oid=oid, sub="another for each registration")
    assert client.session["account_authentication_methods_user"] == str(teacher.pk)


# --- Without the provider ---


def test_with_the_provider_down_a_password_still_works(world: World, provider: Provider, teacher: Account) -> None:
    connected(world, provider, teacher, app=False)
    provider.says(down=True)
    from django.core.cache import cache

    cache.clear()
    client = Client()

    answer = client.post(address(world, "sign-in"))

    assert answer.headers["location"] == "/accounts/login/"
    assert "Your password still works" in told(client)
    client.post("/accounts/login/", {"login": teacher.email, "password": PASSWORD})
    assert is_in(client)


def test_signing_out_says_that_the_provider_goes_on(world: World, provider: Provider, teacher: Account) -> None:
    connected(world, provider, teacher, app=False)
    client = Client()
    through(client, world, provider)

    page = client.post("/accounts/logout/")

    assert f"{provider.url}/identity/o/logout" in text_of(page)
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client)
