"""Where people sign in is said by the headteacher or IT, after a fresh proof. The secret never comes out again."""

from typing import Any

import pytest
from accounts import age_records, begin
from builders import World, found_in_the_clear
from django.test import Client
from django.utils import timezone
from elsewhere_visits import address, say_where
from identity_provider import CLIENT, SECRET, Provider, one_provider, provider  # noqa: F401
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.core.errors import Refused
from forethought.people.models import Role
from forethought.people.procedures import appoint
from forethought.signing_in import asking, procedures, standing
from forethought.signing_in.models import SignInProvider

pytestmark = [pytest.mark.django_db, pytest.mark.policy("2.5")]

PAGE = "/sign-in-elsewhere/"


@pytest.fixture(autouse=True)
def fresh(settings: Any, one_provider: Provider) -> None:
    begin(settings)
    settings.SITE = "http://localhost:8000"
    settings.SIGN_IN_PLAIN_ORIGINS = [one_provider.url]


@pytest.fixture
def world(school_now: World) -> World:
    appoint(person=school_now.colleague, role=Role.IT, by=PROGRAM, at=timezone.now())
    return school_now


def said(provider: Provider, **more: str) -> dict[str, str]:
    return {"tenant": provider.url, "client_id": CLIENT, "client_secret": SECRET, "counts": "no", **more}


def test_it_support_says_where_and_the_secret_is_sealed_and_shown_no_more(
    world: World,
    provider: Provider,
) -> None:
    client = client_of(world.colleague)
    assert address(world, "come-back") in text_of(client.get(PAGE))

    assert client.post(f"{PAGE}other/set-provider/", said(provider)).status_code == 302

    assert SECRET not in text_of(client.get(PAGE))
    assert SECRET not in text_of(client.get(f"{PAGE}other/set-provider/"))
    assert not found_in_the_clear(SECRET)
    found = standing.provider(world.school.id, "other")
    assert found is not None
    assert found.secret == SECRET
    entry = Entry.objects.get(verb="signing_in.set_provider")
    assert SECRET not in entry.body


def test_only_the_head_lets_the_second_step_elsewhere_count(world: World, provider: Provider) -> None:
    answer = client_of(world.colleague).post(f"{PAGE}other/set-provider/", said(provider, counts="yes"))
    assert answer.status_code == 422
    assert "Only the headteacher" in answer.content.decode()

    assert client_of(world.head).post(f"{PAGE}other/set-provider/", said(provider, counts="yes")).status_code == 302


def test_all_others_find_no_such_page_and_an_old_proof_is_asked_for_again(
    world: World,
    provider: Provider,
) -> None:
    for who in (world.teacher, world.senior, world.chair):
        assert client_of(who).get(PAGE).status_code == 404
        assert client_of(who).post(f"{PAGE}other/set-provider/", said(provider)).status_code == 404
    client = client_of(world.head)
    age_records(client, 1000)
    for path in ("set-provider", "try-provider", "end-provider"):
        assert client.post(f"{PAGE}other/{path}/", said(provider)).headers["location"].startswith("/accounts/"), path
    assert not SignInProvider.objects.exists()
    assert client_of(world.head).get(f"{PAGE}yahoo/set-provider/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "tenant", "words"),
    [
        ("microsoft", "common", "tenant"),
        ("google", "not a domain", "domain"),
        ("other", "http://login.oak.example", "https"),
        ("other", "https://login.oak.example?x=1", "whole address"),
        ("other", "javascript:alert(1)", "whole address"),
    ],
)
def test_a_tenant_that_is_not_one_is_refused_with_a_sentence(
    world: World,
    provider: Provider,
    kind: str,
    tenant: str,
    words: str,
) -> None:
    answer = client_of(world.head).post(f"{PAGE}{kind}/set-provider/", said(provider, tenant=tenant))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert SECRET in answer.content.decode(), "what was typed is kept for another try"


def test_trying_says_how_far_a_sign_in_would_come(world: World, provider: Provider) -> None:
    client = client_of(world.head)

    def tried() -> str:
        client.post(f"{PAGE}other/try-provider/")
        return str(client.session["note"])

    assert procedures.NONE_THERE in tried()
    say_where(world, provider)
    assert "It answers, and it knows" in tried()
    say_where(world, provider, secret="another secret")
    assert "does not take this client ID and secret" in tried()
    provider.says(down=True)
    assert "It does not answer" in tried()
    provider.says(issuer="https://login.evil.example")
    assert "It does not answer" in tried()
    assert Entry.objects.filter(verb="signing_in.try_provider").count() == 4


def test_ending_it_ends_it_at_once_and_empties_the_secret(world: World, provider: Provider) -> None:
    say_where(world, provider)
    client = client_of(world.head)

    client.post(f"{PAGE}other/end-provider/")

    assert Client().post(address(world, "sign-in")).status_code == 404
    assert "Sign in with the school" not in text_of(Client().get("/accounts/login/"))
    assert {bytes(one.content) for one in SignInProvider.objects.all()} == {b""}
    with pytest.raises(Refused):
        procedures.end_provider(school=world.school, kind="other", by=world.head, at=timezone.now())


def test_a_new_secret_takes_the_place_of_the_old_one(world: World, provider: Provider) -> None:
    say_where(world, provider)
    say_where(world, provider, secret="the secret of next year")

    found = standing.provider(world.school.id, "other")
    assert found is not None
    assert found.secret == "the secret of next year"
    assert sorted(len(bytes(one.content)) > 0 for one in SignInProvider.objects.all()) == [False, True]


def test_the_settings_of_an_installation_hold_until_a_school_says_something_else(
    world: World,
    provider: Provider,
    settings: Any,
) -> None:
    settings.SIGN_IN_PROVIDER = {
        "kind": "google",
        "tenant": "oak.example",
        "client_id": CLIENT,
        "secret": SECRET,
        "second_step_counts": False,
    }
    assert "In the settings of this installation" in text_of(client_of(world.head).get(PAGE))
    found = standing.provider(world.school.id, "google")
    assert found is not None
    assert (found.issuer, found.by_school) == ("https://accounts.google.com", False)

    client_of(world.head).post(f"{PAGE}google/end-provider/")
    assert standing.provider(world.school.id, "google") is None


def test_an_answer_without_end_is_not_read(world: World, provider: Provider, monkeypatch: Any) -> None:
    monkeypatch.setattr(asking, "MOST_BYTES", 100)

    with pytest.raises(asking.NotAnswered):
        asking.discovered(f"{provider.url}")
