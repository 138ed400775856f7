"""What tests of the pages of one takedown share: the takedown, the head's browser, and filled-in forms."""

from collections.abc import Iterator

import pytest
from builders import World, a_case, ask_the_host, the_takedown
from django.test import Client
from pytest_django.fixtures import Settings
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.takedowns.models import Takedown

MAIL = {
    "recipient": "Board Ltd",
    "contact": "abuse@board.example",
    "found": "page",
    "grounds": ["false"],
    "facts": "She was not there.",
    "sender_address": "1 School Lane, Larkfield",
    "reply_to": "office@larkfield.example",
}
FORM = {
    "recipient": "Board",
    "account": "school",
    "grounds": ["abuse", "private"],
    "reply_to": "office@larkfield.example",
}


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def found(world: World) -> Takedown:
    return the_takedown(a_case(world, at=world.at, where="https://board.example/t/1"))


@pytest.fixture
def head(world: World) -> Iterator[Client]:
    yield client_of(world.head)


@pytest.fixture
def with_mail(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.larkfield.example"


def at(found: Takedown, path: str = "") -> str:
    return f"/takedowns/{found.id}/{path}"


def shown(head: Client, found: Takedown, path: str = "") -> str:
    head.post(f"/cases/{found.case_id}/show-names/")
    return text_of(head.get(at(found, path)))


def asked(world: World, found: Takedown) -> Takedown:
    return ask_the_host(found, by=world.senior, at=world.at)


def fresh(found: Takedown) -> Takedown:
    return the_takedown(found.case)
