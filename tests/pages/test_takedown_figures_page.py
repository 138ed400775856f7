"""The figures of takedowns: for those who answer for them, and without a number that points at somebody."""

from datetime import timedelta

import pytest
from builders import World, a_case, ask_the_host, the_takedown
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.takedowns import procedures
from forethought.takedowns.counting import medium_of, taken_since
from forethought.takedowns.figures import OTHERS
from forethought.takedowns.rules import Result
from forethought.takedowns.targets import Target


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.mark.policy("8.3")
def test_few_are_not_said_and_enough_are_a_picture_and_a_table(world: World) -> None:
    head = client_of(world.head)
    for number in range(10):
        made = the_takedown(a_case(world, at=world.at, where=f"https://www.tiktok.com/@x/video/{number}"))
        if number == 8:
            assert "once 10 things" in text_of(head.get("/takedowns/figures/"))
            assert head.get("/takedowns/figures/picture.svg").status_code == 404
        if number % 2:
            asked = ask_the_host(made, by=world.head, at=world.at + timedelta(hours=1))
            procedures.check_removal(
                takedown=asked, result=Result.GONE_SIGNED_OUT, by=world.head, at=world.at + timedelta(hours=3)
            )
    words = text_of(head.get("/takedowns/figures/"))
    assert "50 per cent" in words and "1 hour" in words and "3 hours" in words
    drawn = head.get("/takedowns/figures/picture.svg")
    assert drawn["Content-Type"] == "image/svg+xml" and b"50%" in drawn.content and b"<script" not in drawn.content
    assert client_of(world.teacher).get("/takedowns/figures/").status_code == 404
    assert {row.medium for row in taken_since(world.at - timedelta(days=1), person=world.head)} == {"TikTok"}


@pytest.mark.policy("4.2")
@pytest.mark.parametrize(
    ("target", "name"),
    [
        (Target(address="https://twitter.com/a/status/1"), "X"),
        (Target(address="https://x.com/a/status/1"), "X"),
        (Target(address="https://www.facebook.com/x"), "Facebook"),
        (Target(platform="WhatsApp group", group="Year 9"), "WhatsApp"),
        (Target(address="https://small.example/x"), OTHERS),
    ],
)
def test_a_medium_goes_by_one_name(target: Target, name: str) -> None:
    assert medium_of(target) == name
