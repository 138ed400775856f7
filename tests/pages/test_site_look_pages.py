"""On the page of a takedown: what the program saw and why, one press to say so, and what comes back."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from builders import World, a_case, the_takedown
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from seeing_sites import ADDRESS, GONE, LIVE, Board, a_board, captured, look
from signed import client_of, school_now, text_of  # noqa: F401
from takedown_pages import at, fresh, shown

from forethought.takedowns import site_looks
from forethought.takedowns.asking_models import SiteLook
from forethought.takedowns.models import Look, Takedown


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def head(world: World) -> Client:
    return client_of(world.head)


@pytest.fixture
def board() -> Iterator[Board]:
    with a_board() as made:
        yield made


@pytest.fixture
def found(world: World) -> Takedown:
    began = timezone.now() - timedelta(hours=30)
    case = a_case(world, at=began, where=ADDRESS)
    captured(world, case, began)
    return the_takedown(case)


def looked(found: Takedown, board: Board, when: datetime, html: tuple[int, str]) -> SiteLook:
    board.pages["/t/1"] = html
    site_looks.plan_look(found, "asked", when, at=when)
    look(fresh(found), board, when)
    last = site_looks.latest(fresh(found))
    assert last is not None
    return last


def gone_twice(found: Takedown, board: Board) -> SiteLook:
    looked(found, board, timezone.now() - timedelta(hours=2), (404, GONE))
    return looked(found, board, timezone.now() - timedelta(hours=1), (404, GONE))


@pytest.mark.policy("8.5")
def test_the_page_says_what_the_program_saw_and_one_press_makes_it_the_cases_word(
    head: Client, found: Takedown, board: Board
) -> None:
    looked(found, board, timezone.now() - timedelta(hours=2), (404, GONE))
    page = text_of(head.get(at(found)))
    assert "It looks removed" in page and "Yes, it is gone" not in page and "looked at again after 15 minutes" in page
    last = looked(found, board, timezone.now() - timedelta(hours=1), (404, GONE))
    page = text_of(head.get(at(found)))
    assert "Yes, it is gone" in page and "Another page of the site is there." in page
    assert "board.example.org" not in page
    page = shown(head, found)
    assert "A made-up address beside it" in page and "Nothing is here, or it never was." in page
    assert f'href="{ADDRESS}' not in page
    press = at(found, f"site-looks/{last.id}/confirm-site-look/")
    answer = head.post(press, {"result": "gone_signed_out"})
    assert "Recorded" in text_of(head.get(answer["Location"]))
    assert fresh(found).status == "gone" and Look.objects.get().site_look == last
    # Pressed again, or by two at once: one press counts.
    assert head.post(press, {"result": "gone_signed_out"}).status_code == 422
    assert Look.objects.count() == 1


@pytest.mark.policy("8.5")
def test_somebody_says_otherwise_or_presses_nothing_that_is_offered(
    head: Client, found: Takedown, board: Board
) -> None:
    last = gone_twice(found, board)
    press = at(found, f"site-looks/{last.id}/confirm-site-look/")
    assert head.post(press, {"result": "nonsense"}).status_code == 422
    assert head.post(press, {"result": "amended_as_asked"}).status_code == 422
    assert head.post(press, {"result": "still_there"}).status_code == 302
    assert fresh(found).status == "to_ask" and Look.objects.get().result == "still_there"


@pytest.mark.policy("8.5")
def test_the_person_harmed_is_not_the_one_who_presses(world: World, found: Takedown, board: Board) -> None:
    last = gone_twice(found, board)
    press = at(found, f"site-looks/{last.id}/confirm-site-look/")
    assert client_of(world.teacher).post(press, {"result": "gone_signed_out"}).status_code == 404
    assert client_of(world.teacher).post(at(found, "look-now/")).status_code == 404


@pytest.mark.policy("8.5")
def test_what_is_partly_back_is_shown_and_started_again_with_one_press(
    head: Client, found: Takedown, board: Board
) -> None:
    last = gone_twice(found, board)
    head.post(at(found, f"site-looks/{last.id}/confirm-site-look/"), {"result": "gone_signed_out"})
    changed = LIVE.replace("whole charity box home on Friday evening after the fair was over", "money")
    last = looked(fresh(found), board, timezone.now() + timedelta(seconds=1), (200, changed))
    assert last.verdict == "altered" and "It is back: start the clock again" in text_of(head.get(at(found)))
    head.post(at(found, f"site-looks/{last.id}/confirm-site-look/"), {"result": "still_there"})
    assert (fresh(found).status, fresh(found).rounds) == ("to_ask", 2)


@pytest.mark.policy("8.5")
def test_what_is_wholly_back_is_opened_by_the_look_and_the_page_says_who(
    head: Client, found: Takedown, board: Board
) -> None:
    last = gone_twice(found, board)
    head.post(at(found, f"site-looks/{last.id}/confirm-site-look/"), {"result": "gone_signed_out"})
    looked(fresh(found), board, timezone.now() + timedelta(seconds=1), (200, LIVE))
    page = shown(head, found)
    assert "Opened again" in page and "by the program" in page and "for the second time" in page
    assert "The program looked, and found it there again." in page


@pytest.mark.policy("8.5")
def test_somebody_has_it_looked_at_and_the_page_says_when(head: Client, found: Takedown) -> None:
    assert "It looks next" in text_of(head.get(at(found))) or "about to look" in text_of(head.get(at(found)))
    assert head.post(at(found, "look-now/")).status_code == 302
    page = text_of(head.get(at(found)))
    assert "The program looks as soon as it can." in page and "It is about to look." in page
    assert SiteLook.objects.get(due_at__isnull=False).mark == "asked"


@pytest.mark.policy("8.5")
def test_without_a_capture_the_page_says_what_to_do(world: World, head: Client) -> None:
    found = the_takedown(a_case(world, at=world.at, where=ADDRESS))
    page = text_of(head.get(at(found)))
    assert "nothing to compare with" in page and "Have the page captured" in page
    assert "Have the program look now" not in page
    assert head.post(at(found, "look-now/")).status_code == 422
    group = the_takedown(a_case(world, at=world.at, where="Zibzab, the group “Year 4 mums”"))
    assert "Looks by the program" not in text_of(head.get(at(group)))


def test_switched_off_the_page_says_so(head: Client, found: Takedown, settings: Settings) -> None:
    settings.LOOKS = False
    assert "Looking by itself is not set up here." in text_of(head.get(at(found)))
    assert head.post(at(found, "look-now/")).status_code == 422


def test_a_look_of_another_takedown_is_no_such_page(world: World, head: Client, found: Takedown, board: Board) -> None:
    last = gone_twice(found, board)
    other = the_takedown(a_case(world, at=world.at, where="https://elsewhere.example/1"))
    assert head.get(at(other, f"site-looks/{last.id}/confirm-site-look/")).status_code == 404
    assert "What the program saw" in text_of(head.get(at(found, f"site-looks/{last.id}/confirm-site-look/")))
