"""Whoever has no account is mailed a link of their own to what they may read, and to nothing else."""

import re

import pytest
from builders import World
from live import MailServer
from posting import AT, HOUR, MINUTE, SECOND, links, mail, owed, send, text  # noqa: F401
from pytest_django.fixtures import Settings

from forethought.people import codes
from forethought.people.models import Account, Doorway
from forethought.people.personal import LASTS
from forethought.people.post import WITHOUT_ACCOUNT, WORDS


def the_door() -> Doorway:
    return Doorway.objects.get(kind="personal")


@pytest.mark.policy("2.5")
@pytest.mark.parametrize("kind", sorted(WITHOUT_ACCOUNT))
def test_somebody_without_an_account_gets_a_link_of_their_own(kind: str, world: World, mail: MailServer) -> None:
    letter = owed(world.teacher, kind)

    send(world)

    [message] = mail.messages
    token = codes.personal_token(letter.id)
    assert links(message) == [f"http://localhost:8000/read/{token}/"]
    assert "for you alone. It ends at midday on Saturday 5 December. Please do not pass it on." in text(message)
    door = the_door()
    assert bytes(door.key_hash) == codes.key_hash("personal", token)
    assert (door.school_id, door.opens) == (world.school.id, world.teacher.id)
    assert (door.made_at, door.ends_at) == (AT, AT + LASTS)
    assert str(letter.id) not in message.as_string()


def test_a_token_is_long_fits_an_address_and_is_each_letters_own(world: World, settings: Settings) -> None:
    one, other = owed(world.teacher), owed(world.teacher)
    token = codes.personal_token(one.id)

    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert codes.personal_token(one.id) == token != codes.personal_token(other.id)
    settings.SECRET_KEY = "another key, so that nobody can work it out from the id"
    assert codes.personal_token(one.id) != token


def test_somebody_with_an_account_signs_in(world: World, mail: MailServer) -> None:
    owed(world.head)

    send(world)

    assert links(mail.messages[0]) == ["http://localhost:8000/next/"]
    assert not Doorway.objects.filter(kind="personal").exists()


def test_an_account_that_was_ended_lets_nobody_in_so_they_get_a_link(world: World, mail: MailServer) -> None:
    Account.objects.filter(person_id=world.head.id).update(is_active=False)
    owed(world.head)

    send(world)

    assert "/read/" in links(mail.messages[0])[0]


@pytest.mark.parametrize("kind", sorted(set(WORDS) - WITHOUT_ACCOUNT - {"witness"}))
def test_nothing_else_is_opened_by_a_link(kind: str, world: World, mail: MailServer) -> None:
    owed(world.teacher, kind)

    send(world)

    # Whoever is invited has no password yet to sign in with.
    page = "accounts/password/reset/" if kind == "invited" else "next/"
    assert links(mail.messages[0]) == [f"http://localhost:8000/{page}"]
    assert not Doorway.objects.filter(kind="personal").exists()


def test_one_mail_with_a_link_tells_nobody_to_sign_in(world: World, mail: MailServer) -> None:
    for kind in ("to_read", "answered"):
        owed(world.teacher, kind)

    send(world)

    assert "/read/" in links(mail.messages[0])[0]
    assert "\n\nAn answer waits for you. It stands under “Your questions”.\n\n" in f"\n\n{text(mail.messages[0])}"
    assert "ign in" not in text(mail.messages[0])


def test_a_link_lasts_from_the_last_try(world: World, mail: MailServer) -> None:
    owed(world.teacher)
    mail.refuse = True
    send(world)
    mail.refuse = False

    send(world, AT + HOUR)

    assert (the_door().made_at, the_door().ends_at) == (AT, AT + HOUR + LASTS)
    assert "It ends at 1pm on Saturday 5 December." in text(mail.messages[0])


def test_a_link_that_was_ended_is_not_opened_again_by_a_second_try(world: World, mail: MailServer) -> None:
    owed(world.teacher)
    mail.refuse = True
    send(world)
    Doorway.objects.filter(kind="personal").update(ends_at=AT + SECOND)
    mail.refuse = False

    send(world, AT + MINUTE)

    assert the_door().ends_at == AT + SECOND
    assert links(mail.messages[0]) == ["http://localhost:8000/next/"]
