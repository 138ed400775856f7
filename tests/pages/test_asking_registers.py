"""Who stands behind a website, asked by the program: one press, a real register on this machine, and its source."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from builders import World, a_case, found_in_the_clear, the_takedown
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from rdap_server import RdapServer, busy, never
from signed import client_of, school_now, text_of  # noqa: F401
from takedown_pages import at, shown

from forethought.audit.models import Entry
from forethought.takedowns import asking_registers
from forethought.takedowns.asking_models import RegisterQuestion
from forethought.takedowns.models import RegisterAnswer, Takedown

NUMBER = "93.184.216.40"


def entity(roles: list[str], name: str, mail: str) -> dict[str, Any]:
    lines = [["fn", {}, "text", name], ["email", {}, "text", mail]]
    return {"objectClassName": "entity", "roles": roles, "vcardArray": ["vcard", lines]}


ANSWERS: dict[str, Any] = {
    "domain/example.org": {
        "objectClassName": "domain",
        "ldhName": "example.org",
        "entities": [entity(["abuse"], "Names Ltd", "abuse@names.example")],
    },
    f"ip/{NUMBER}": {
        "objectClassName": "ip network",
        "name": "BOXES-NET",
        "entities": [entity(["abuse"], "Boxes Ltd", "abuse@boxes.example")],
    },
}


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def head(world: World) -> Client:
    return client_of(world.head)


@pytest.fixture
def found(world: World) -> Takedown:
    return the_takedown(a_case(world, at=world.at, where="https://board.example.org/t/1"))


def work(found: Takedown, server: RdapServer, *, numbers: Sequence[str] = (NUMBER,), later: Any = timedelta()) -> None:
    now = timezone.now() + later
    ways = asking_registers.Ways(
        fetch=lambda: server.fetcher(most_seconds=2),
        numbers=lambda host: numbers if host == "board.example.org" else (),
        bootstrap=server.bootstrap("org"),
        now=lambda: now,
    )
    asking_registers.take_due(found.school_id, now, aside=lambda do: do(), own=ways)


@pytest.mark.policy("8.6")
def test_one_press_asks_both_registers_and_the_answers_say_where_they_are_from(head: Client, found: Takedown) -> None:
    assert "Ask the public registers" in shown(head, found, "whom-to-ask/")
    assert head.post(at(found, "ask-register/")).status_code == 302
    page = shown(head, found, "whom-to-ask/")
    assert "The registers are being asked." in page and "Paste the answer" in page
    assert head.post(at(found, "ask-register/")).status_code == 422, "It is being asked already."

    with RdapServer(ANSWERS) as server:
        work(found, server)
        assert server.asked == ["domain/example.org", f"ip/{NUMBER}"]
        work(found, server, later=timedelta(hours=1))
        assert len(server.asked) == 2
    page = shown(head, found, "whom-to-ask/")
    assert "abuse@names.example" in page and "abuse@boxes.example" in page
    assert "by the program about example.org" in page and f"by the program about {NUMBER}" in page
    assert server.url in page and "Pasted by somebody" not in page
    assert RegisterAnswer.objects.count() == 2 and RegisterQuestion.objects.get().ended == "kept"
    assert Entry.objects.filter(verb="takedowns.keep_register_answers").count() == 1
    assert not found_in_the_clear("abuse@boxes.example") and not found_in_the_clear("board.example.org")
    # Whom it names stands in no field of any form.
    assert "abuse@boxes.example" not in text_of(head.get(at(found, "ask-host/?by=letter")))


@pytest.mark.policy("8.6")
def test_a_register_that_asks_to_wait_is_asked_then_and_one_that_knows_nothing_is_said(
    head: Client, found: Takedown
) -> None:
    head.post(at(found, "ask-register/"))
    with RdapServer({"domain/example.org": busy}) as server:
        work(found, server, numbers=())
        row = RegisterQuestion.objects.get()
        assert row.ended == "" and row.due_at is not None and row.due_at > timezone.now()
        server.answers.clear()
        work(found, server, numbers=(), later=timedelta(days=1))
    assert RegisterQuestion.objects.get().ended == "failed"
    assert "The register knows nothing of it (404)." in shown(head, found, "whom-to-ask/")
    assert head.post(at(found, "ask-register/")).status_code == 302


@pytest.mark.policy("8.6")
def test_where_there_is_no_way_out_it_is_tried_again_and_then_said(head: Client, found: Takedown) -> None:
    head.post(at(found, "ask-register/"))
    with RdapServer({"domain/example.org": never}) as server:
        for hours in (0, 1, 5):
            assert RegisterQuestion.objects.get().ended == ""
            work(found, server, numbers=(), later=timedelta(hours=hours))
    assert RegisterQuestion.objects.get().ended == "failed" and not RegisterAnswer.objects.exists()
    assert "The last time: " in shown(head, found, "whom-to-ask/")


def test_switched_off_only_the_pasted_answer_is_offered(head: Client, found: Takedown, settings: Settings) -> None:
    settings.LOOKS = False
    page = shown(head, found, "whom-to-ask/")
    assert "Asking by itself is not set up here." in page and "Paste the answer" in page
    assert head.post(at(found, "ask-register/")).status_code == 422
    assert asking_registers.next_question() is None


@pytest.mark.policy("8.6")
def test_a_question_that_dies_with_its_worker_is_asked_again(head: Client, found: Takedown) -> None:
    head.post(at(found, "ask-register/"))
    asking_registers.take_due(found.school_id, timezone.now(), aside=lambda do: None)
    with RdapServer(ANSWERS) as server:
        work(found, server)
        assert server.asked == []
        work(found, server, later=asking_registers.LEASE + timedelta(seconds=1))
    assert RegisterAnswer.objects.count() == 2
