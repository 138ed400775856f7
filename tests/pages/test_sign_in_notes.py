"""Coming in, going and a wrong second step each leave one event that names nobody, and a line for its owner alone."""

import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from accounts import PASSWORD, an_account, at_second_step, begin, code, give_app, is_in, say, signed_in
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

import forethought
from forethought.audit.models import Entry
from forethought.management import nights
from forethought.people.models import Account
from forethought.rows import inside
from forethought.signing_in import noting
from forethought.signing_in.models import SignInNote

pytestmark = [pytest.mark.django_db, pytest.mark.policy("10.1")]

CODE = "/accounts/second-step/code/"
OWN = "/accounts/second-step/"


@pytest.fixture(autouse=True)
def fresh(settings) -> None:
    begin(settings)


@pytest.fixture
def account() -> Account:
    return an_account()


def events(account: Account) -> list[Entry]:
    with inside(account.school_id):
        return list(Entry.objects.filter(verb__startswith="signing_in.").order_by("seq"))


def verbs(account: Account) -> list[str]:
    return [one.verb.removeprefix("signing_in.") for one in events(account)]


def notes(account: Account) -> list[SignInNote]:
    with inside(account.school_id):
        return list(SignInNote.objects.order_by("noted_at"))


def test_a_session_leaves_one_event_when_it_begins_and_one_when_it_ends(account: Account) -> None:
    give_app(account)
    client = at_second_step(account)
    assert verbs(account) == [], "a password alone is no sign-in where there is a second step"
    client.post(CODE, {"code": code()})
    for _ in range(3):
        client.get("/")
    assert verbs(account) == ["sign_in"]
    client.post("/accounts/logout/")
    assert not is_in(client)
    assert verbs(account) == ["sign_in", "sign_out"]
    [note] = notes(account)
    assert (note.way, note.failed, note.person_id) == ("code", False, account.person_id)
    assert note.ended_at is not None


def test_no_event_of_it_names_anybody_an_address_or_a_device(account: Account) -> None:
    give_app(account)
    client = Client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Mozilla/5.0 (Unheard-of telephone)")
    say(client, account.email, PASSWORD)
    client.post(CODE, {"code": "000000"})
    client.post(CODE, {"code": code()})
    client.post("/accounts/logout/")
    found = events(account)
    assert [one.verb for one in found] == [
        "signing_in.fail_second_step",
        "signing_in.sign_in",
        "signing_in.sign_out",
    ]
    for one in found:
        for word in (str(account.pk), str(account.person_id), account.email, "203.0.113.77", "Unheard-of"):
            assert word not in one.body
    assert found[1].by == found[2].by != found[0].by
    rows = str([[str(value) for value in vars(one).values()] for one in notes(account)])
    assert "203.0.113.77" not in rows and "Unheard-of" not in rows


def test_wrong_codes_are_noted_up_to_the_limit_on_tries_and_no_further(account: Account) -> None:
    give_app(account)
    client = at_second_step(account)
    for number in range(12):
        client.post(CODE, {"code": f"00000{number % 10}"})
    assert not is_in(client)
    assert set(verbs(account)) == {"fail_second_step"}
    assert 1 <= len(verbs(account)) <= 5


def test_a_code_that_is_used_again_is_noted(account: Account) -> None:
    give_app(account)
    first, second, now = at_second_step(account), at_second_step(account), code()
    first.post(CODE, {"code": now})
    second.post(CODE, {"code": now})
    assert verbs(account) == ["sign_in", "fail_second_step"]


def test_leaving_in_a_hurry_is_a_sign_out(account: Account) -> None:
    client = signed_in(account)
    client.post("/leave/")
    assert verbs(account) == ["sign_in", "sign_out"]
    assert notes(account)[0].way == "password"


def test_where_it_cannot_be_noted_nobody_comes_in_and_everybody_gets_out(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**kwargs: object) -> None:
        raise OSError("No space left on device")

    inside_already = signed_in(account)
    client = Client(raise_request_exception=False)
    monkeypatch.setattr(noting, "sign_in", fails)
    monkeypatch.setattr(noting, "sign_out", fails)
    assert say(client, account.email, PASSWORD).status_code == 500
    assert not is_in(client)
    inside_already.raise_request_exception = False
    inside_already.post("/accounts/logout/")
    assert not is_in(inside_already)


def test_its_owner_sees_it_and_nobody_else(account: Account) -> None:
    give_app(account)
    client = at_second_step(account)
    client.post(CODE, {"code": "000000"})
    cache.clear()
    client.post(CODE, {"code": code()})
    page = re.sub(r"\s+", " ", client.get(OWN).content.decode())
    assert "Only you see these" in page
    assert "Code from an app. It was wrong, and opened nothing" in page
    assert "This is where you are now" in page
    other = an_account("other@cedar.example")
    elses = signed_in(other).get(OWN).content.decode()
    assert "Password, no second step yet" in elses
    assert "Code from an app. " not in elses


def test_after_ninety_days_nobody_can_say_who_it_was_and_the_trail_stays_whole(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(account)
    signed_in(account)
    first, second = notes(account)
    with inside(account.school_id):
        now = timezone.now()
        SignInNote.objects.filter(pk=first.pk).update(noted_at=now - noting.KEPT - timedelta(seconds=1))
        SignInNote.objects.filter(pk=second.pk).update(noted_at=now - noting.KEPT + timedelta(minutes=5))
    monkeypatch.setattr(nights.nightly, "look", lambda *args, **kwargs: True)
    nights.look(account.school_id, threading.Event())
    assert [one.pk for one in notes(account)] == [second.pk]
    assert verbs(account) == ["sign_in", "sign_in"]


def test_one_module_alone_reads_who_signed_in() -> None:
    """No page, list or command for anybody but its owner: whoever wants one meets this test first."""
    root = Path(forethought.__file__).parent
    named = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "migrations" not in path.parts
        and re.search(r"\bSignInNote\b|sign_in_notes\b(?=\.(all|filter|count))", path.read_text())
    }
    assert named == {"signing_in/models.py", "signing_in/noting.py"}
