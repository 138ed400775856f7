"""A lost phone: two people help, all three are told, every session ends, and a password alone sets up nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from accounts import APP_SECRET, PASSWORD, begin, code, give_app, is_in, say
from allauth.mfa.models import Authenticator
from builders import World, an_account
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.core.errors import Refused
from forethought.people.models import Account, Letter, Person, Role
from forethought.people.procedures import appoint, leave
from forethought.signing_in import restoring
from forethought.signing_in.models import Restoring
from forethought.signing_in.procedures import connect_identity
from forethought.signing_in.rules import Told
from forethought.signing_in.standing import account_of

pytestmark = [pytest.mark.django_db, pytest.mark.policy("2.5")]

PROPOSE = "/restorings/propose-restoring/"
CODE = "/accounts/second-step/use-restoring-code/"
SET_UP = "/accounts/second-step/set-up/"


@pytest.fixture(autouse=True)
def fresh(settings: Any) -> None:
    begin(settings)


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def teacher(world: World) -> Account:
    """Somebody who has an app for codes."""
    account = an_account(world.teacher, password=PASSWORD)
    give_app(account)
    return account


def proposed(world: World, teacher: Account) -> Restoring:
    client_of(world.senior).post(PROPOSE, {"person": str(teacher.person_id), "how": "met"})
    return Restoring.objects.get()


def restored(world: World, teacher: Account) -> str:
    """Two people have helped: the code that the second one reads out."""
    row = proposed(world, teacher)
    page = text_of(client_of(world.head).post(f"/restorings/{row.pk}/confirm-restoring/"))
    found = re.search(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4})</code>", page)
    assert found
    return found[1]


def by_password(account: Account) -> Client:
    client = Client()
    say(client, account.email, PASSWORD)
    assert is_in(client)
    return client


def test_two_people_help_and_the_code_sets_up_a_new_second_step(world: World, teacher: Account) -> None:
    old = Client()
    old.force_login(teacher)
    said = restored(world, teacher)

    assert old.get("/accounts/second-step/").status_code == 302, "what was signed in is signed out"
    client = by_password(teacher)
    assert client.get("/cases/").headers["location"] == SET_UP
    assert client.get(SET_UP).headers["location"] == CODE
    assert client.post(CODE, {"code": said.lower().replace("-", " ")}).headers["location"] == SET_UP
    page = text_of(client.get("/accounts/second-step/app/add/"))
    secret = str(re.search(r'id="totp-key"[^>]*>([^<]+)<', page)[1]).replace(" ", "")  # type: ignore[index]
    client.post("/accounts/second-step/app/add/", {"code": code(secret=secret)})
    assert Authenticator.objects.filter(user_id=teacher.pk, type="totp").exists()
    assert client.get("/").status_code == 200
    verbs = Entry.objects.filter(about=teacher.person_id, verb__startswith="signing_in.").values_list("verb", flat=True)
    assert list(verbs.order_by("seq")) == [
        "signing_in.propose_restoring",
        "signing_in.confirm_restoring",
        "signing_in.use_restoring_code",
    ]


def test_all_three_are_told_and_no_letter_says_who_or_what(world: World, teacher: Account) -> None:
    restored(world, teacher)

    told = {(one.person_id, one.kind) for one in Letter.objects.filter(kind__in=("restoring", "restored"))}
    assert told == {
        (world.teacher.pk, "restoring"),
        (world.teacher.pk, "restored"),
        (world.senior.pk, "restored"),
        (world.head.pk, "restored"),
    }


def test_a_password_alone_sets_up_nothing_after_a_loss(world: World, teacher: Account) -> None:
    said = restored(world, teacher)
    thief, owner = by_password(teacher), by_password(teacher)

    # An account elsewhere, whose second step may count here, is a way round the code as well.
    elsewhere = "/accounts/elsewhere/connect-identity/", f"/accounts/elsewhere/{world.school.pk}/other/connect/"
    for path in (SET_UP, "/accounts/second-step/app/add/", "/accounts/second-step/passkeys/add/", *elsewhere):
        assert thief.get(path).headers["location"] == CODE
        assert thief.post(path, {"code": code(secret=APP_SECRET)}).headers["location"] == CODE
    owner.post(CODE, {"code": said})
    assert owner.get(SET_UP).status_code == 200
    # The code is used up, and was for the session in which it was typed.
    assert thief.post(CODE, {"code": said}).status_code == 422
    assert thief.get(SET_UP).headers["location"] == CODE


def test_an_account_elsewhere_that_the_lost_phone_may_be_signed_in_to_opens_nothing_either(
    world: World, teacher: Account
) -> None:
    told = Told("https://login.one.example", "7", teacher.email, True, teacher.email, None, False)
    connect_identity(account=teacher, kind="other", told=told, by=world.teacher, at=timezone.now())
    assert account_of(issuer=told.issuer, subject=told.subject) == teacher

    restored(world, teacher)

    assert account_of(issuer=told.issuer, subject=told.subject) is None


def test_five_wrong_codes_end_it(world: World, teacher: Account) -> None:
    said = restored(world, teacher)
    client = by_password(teacher)

    for _ in range(5):
        assert restoring.WRONG_CODE in client.post(CODE, {"code": "AAAA-AAAA"}).content.decode()
    assert "no code that works" in client.post(CODE, {"code": said}).content.decode()
    assert client.get(SET_UP).headers["location"] == CODE
    # The two can do it again.
    assert client_of(world.senior).post(PROPOSE, {"person": str(teacher.person_id), "how": "met"}).status_code == 302


def test_nobody_does_it_alone_or_for_themselves(world: World, teacher: Account) -> None:
    row = proposed(world, teacher)
    confirm = f"/restorings/{row.pk}/confirm-restoring/"

    assert client_of(world.senior).post(confirm).status_code == 422
    assert client_of(world.teacher).post(confirm).status_code == 404
    assert client_of(world.colleague).post(confirm).status_code == 404
    own = {"person": str(world.senior.pk), "how": "met"}
    assert client_of(world.senior).post(PROPOSE, own).status_code == 422
    with pytest.raises(Refused):
        restoring.confirm_restoring(restoring=row, by=world.teacher, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Restoring.objects.filter(pk=row.pk).update(confirmed_by=world.senior, confirmed_at=timezone.now())
    assert Authenticator.objects.filter(user_id=teacher.pk).exists()


def test_the_heads_own_comes_back_through_the_chair_and_another(world: World) -> None:
    account = an_account(world.head, password=PASSWORD)
    give_app(account)
    client_of(world.senior).post(PROPOSE, {"person": str(world.head.pk), "how": "called"})
    confirm = f"/restorings/{Restoring.objects.get().pk}/confirm-restoring/"

    answer = client_of(world.lead).post(confirm)
    assert answer.status_code == 422
    assert "chair" in answer.content.decode()
    assert client_of(world.head).get(confirm).status_code == 404
    assert client_of(world.chair).post(confirm).status_code == 200
    assert not Authenticator.objects.filter(user_id=account.pk).exists()


def test_the_chairs_own_does_not_come_back_by_the_head_and_those_who_work_to_them(world: World) -> None:
    account = an_account(world.chair, password=PASSWORD)
    give_app(account)
    client_of(world.senior).post(PROPOSE, {"person": str(world.chair.pk), "how": "met"})
    confirm = f"/restorings/{Restoring.objects.get().pk}/confirm-restoring/"

    assert client_of(world.head).post(confirm).status_code == 422
    assert Authenticator.objects.filter(user_id=account.pk).exists()
    assert client_of(world.vice).post(confirm).status_code == 200
    assert not Authenticator.objects.filter(user_id=account.pk).exists()


def test_whoever_has_it_still_stops_it(world: World, teacher: Account) -> None:
    row = proposed(world, teacher)
    client = client_of(world.teacher)
    assert "It is not lost. Stop this" in text_of(client.get("/accounts/second-step/"))

    client.post("/accounts/second-step/stop-restoring/")

    assert client_of(world.head).post(f"/restorings/{row.pk}/confirm-restoring/").status_code in {409, 422}
    assert Authenticator.objects.filter(user_id=teacher.pk).exists()
    row.refresh_from_db()
    assert row.declined_by_id == world.teacher.pk


def test_a_second_no_and_a_second_yes_come_too_late(world: World, teacher: Account) -> None:
    row = proposed(world, teacher)
    client_of(world.chair).post(f"/restorings/{row.pk}/decline-restoring/")

    assert client_of(world.head).post(f"/restorings/{row.pk}/confirm-restoring/").status_code == 422
    client_of(world.head).post(f"/restorings/{row.pk}/decline-restoring/")
    assert Entry.objects.filter(verb="signing_in.decline_restoring").count() == 1
    # It can be proposed anew.
    assert client_of(world.senior).post(PROPOSE, {"person": str(teacher.person_id), "how": "met"}).status_code == 302


def test_it_stands_on_the_home_of_those_who_can_be_the_second(world: World, teacher: Account) -> None:
    proposed(world, teacher)

    words = "You can be the second of the two"
    assert words in text_of(client_of(world.head).get("/"))
    assert words not in text_of(client_of(world.senior).get("/"))
    assert words not in text_of(client_of(world.teacher).get("/"))
    assert world.teacher.name not in text_of(client_of(world.head).get("/restorings/"))


def test_for_somebody_without_a_second_step_or_who_left_there_is_nothing_to_bring_back(world: World) -> None:
    account = an_account(world.teacher, password=PASSWORD)
    said = {"person": str(world.teacher.pk), "how": "met"}
    assert client_of(world.senior).post(PROPOSE, said).status_code == 422
    give_app(account)
    leave(person=world.teacher, by=world.head, at=timezone.now())
    assert client_of(world.senior).post(PROPOSE, said).status_code == 422
    assert not Restoring.objects.exists()


def named(world: World, person: Person, role: Role, *, days: int) -> None:
    """Somebody who got an account, and an office so many days ago."""
    if not Account.objects.filter(person_id=person.pk).exists():
        an_account(person)
    appoint(person=person, role=role, by=world.head, at=timezone.now() - timedelta(days=days, seconds=1))


@pytest.mark.parametrize(("days", "answers"), [(0, 422), (13, 422), (14, 200)])
def test_the_head_brings_nobody_back_with_somebody_they_named_for_it(world: World, days: int, answers: int) -> None:
    """The lead's phone, by the head and a colleague whom the head made a senior manager."""
    give_app(an_account(world.lead, password=PASSWORD))
    an_account(world.senior)
    named(world, world.colleague, Role.SENIOR, days=days)
    client_of(world.head).post(PROPOSE, {"person": str(world.lead.pk), "how": "met"})
    confirm = f"/restorings/{Restoring.objects.get().pk}/confirm-restoring/"

    answer = client_of(world.colleague).post(confirm)

    assert answer.status_code == answers
    if answers == 422:
        assert "less than 14 days" in answer.content.decode()
        assert client_of(world.senior).post(confirm).status_code == 200
    assert not Letter.objects.filter(kind="restored_by_new").exists()


def test_nor_the_other_way_round(world: World, teacher: Account) -> None:
    an_account(world.senior)
    an_account(world.head)
    named(world, world.colleague, Role.SENIOR, days=1)
    answer = client_of(world.colleague).post(PROPOSE, {"person": str(teacher.person_id), "how": "met"})
    assert answer.status_code == 422
    assert not Restoring.objects.exists()


def test_where_they_are_the_only_ones_they_help_and_the_chair_is_told(world: World, teacher: Account) -> None:
    an_account(world.head)
    named(world, world.colleague, Role.SENIOR, days=1)
    client_of(world.head).post(PROPOSE, {"person": str(teacher.person_id), "how": "met"})
    assert (
        client_of(world.colleague).post(f"/restorings/{Restoring.objects.get().pk}/confirm-restoring/").status_code
        == 200
    )
    told = {one.person_id for one in Letter.objects.filter(kind="restored_by_new")}
    assert told == {world.chair.pk}
    assert not Authenticator.objects.filter(user_id=teacher.pk).exists()
