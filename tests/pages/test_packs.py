"""Where only the person concerned may complain, they find what they need on their own page. Clause 8.4."""

import pytest
from builders import World, a_case, the_takedown
from doors import client_of

from forethought.people.models import Letter
from forethought.takedowns.procedures import hand_to_complainant


@pytest.mark.policy("8.4")
def test_the_person_concerned_finds_their_words_and_their_helper(world: World) -> None:
    case = a_case(world)
    takedown = the_takedown(case)
    report = case.reports.get()
    hand_to_complainant(
        takedown=takedown, version=takedown.version, helper=world.colleague, by=world.senior, at=world.at
    )
    page = client_of(world.teacher).get(f"/reports/{report.id}/").content.decode()
    assert "For you to send" in page
    assert "Ben Foster" in page
    assert "https://board.example/t/1" in page
    assert "I am the person this is about" in page
    assert "signs in as you" in page
    assert Letter.objects.filter(person=world.teacher, kind="news").exists()


@pytest.mark.policy("8.4")
def test_nobody_else_is_given_the_pack(world: World) -> None:
    case = a_case(world)
    takedown = the_takedown(case)
    report = case.reports.get()
    hand_to_complainant(
        takedown=takedown, version=takedown.version, helper=world.colleague, by=world.senior, at=world.at
    )
    assert client_of(world.colleague).get(f"/reports/{report.id}/").status_code == 404
