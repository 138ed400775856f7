"""The log of low-level concerns: who tells, who reads, and what is looked at together."""

import uuid

import pytest
from builders import World
from django.test import Client
from doors import without_token
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Case, Kind
from forethought.people import procedures as people
from forethought.safeguarding import low_level
from forethought.safeguarding.models import Concern, PatternReview


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.mark.policy("6.5")
def test_a_visitor_writes_a_name_and_is_shown_no_list_of_people(world: World) -> None:
    visitor = Client()
    code = people.make_staffroom_code(school=world.school, by=PROGRAM, at=world.at)
    visitor.post("/enter/", {"code": code})
    at, form = "/low-level-concern/raise-low-level/", {"sort": "photos", "told": "Photos.", "unnamed": "no"}
    assert "Ben Foster" not in text_of(visitor.get(at))
    visitor.post(at, {**form, "name": "Amina Okafor", "reporter_name": ""})
    case = Case.objects.get(kind=Kind.LOW_LEVEL)
    assert case.manager == world.chair
    visitor.post(at, {**form, "name": "the new one in 4B", "reporter_name": "Vera"})
    other = Case.objects.exclude(pk=case.pk).get(kind=Kind.LOW_LEVEL)
    assert other.manager == world.chair and Concern.objects.get(case=other).about is None


@pytest.mark.policy("6.5")
def test_three_people_in_one_place_are_looked_at_together(world: World) -> None:
    for about in (world.colleague, world.senior, world.lead):
        low(world, about, place="Music room")
    head = client_of(world.head)
    html = text_of(head.get("/low-level/"))
    assert "3 different people in one place" in html and "music room" not in html
    review = html.split('href="/low-level/')[1].split('"')[0]
    assert review.endswith("review-place/")
    assert head.post(f"/low-level/{review}", {"choice": "talk", "reasons": "A window."})["Location"] == "/low-level/"
    assert PatternReview.objects.get().about is None


def low(world: World, about: object, place: str = "") -> Case:
    return low_level.raise_low_level(
        school=world.school,
        about=about,
        sort="photos",
        told="Took photos of the class.",
        place=place,
        unnamed=True,  # type: ignore[arg-type]
        reporter=world.teacher,
        press=uuid.uuid4(),
        by=world.teacher,
        at=world.at,
    )


@pytest.mark.policy("6.5")
def test_anybody_tells_the_head_of_a_smaller_worry(world: World) -> None:
    client = client_of(world.teacher)
    form = {"about": str(world.colleague.id), "sort": "photos", "told": "Took photos.", "unnamed": "no"}
    answer = client.post("/low-level-concern/raise-low-level/", {**form, "press": str(uuid.uuid4())}, follow=True)
    assert "Thank you for telling us" in text_of(answer)
    case = Case.objects.get(kind=Kind.LOW_LEVEL)
    page = f"/low-level/{case.id}/"
    assert client.get(page).status_code == 404
    assert "Took photos." not in text_of(client_of(world.head).get(page))
    bad = client.post("/low-level-concern/raise-low-level/", {**form, "about": "nobody"})
    assert bad.status_code == 422 and "Took photos." in bad.content.decode()


@pytest.mark.policy("6.5")
def test_the_head_reads_the_log_and_looks_at_two_together(world: World) -> None:
    for _ in range(2):
        low(world, world.colleague)
    head = client_of(world.head)
    html = text_of(head.get("/low-level/"))
    assert "2 in the last 12 months" in html and "Ben Foster" not in html
    assert "Ben Foster" in text_of(head.get("/low-level/?names=yes"))
    review = f"/low-level/people/{world.colleague.id}/review-pattern/"
    assert head.post(review, {"choice": "talk", "reasons": "Guidance given."})["Location"] == "/low-level/"
    assert PatternReview.objects.count() == 1
    assert client_of(world.chair).get(review).status_code == 404
    assert "Nothing is in it" in text_of(client_of(world.chair).get("/low-level/"))
    assert client_of(world.lead).get("/low-level/").status_code == 404


@pytest.mark.policy("6.5")
def test_one_about_the_head_changes_nothing_on_the_heads_pages(world: World) -> None:
    head = client_of(world.head)
    pages = ("/low-level/", "/", "/reviews/")
    before = [without_token(head.get(address).content) for address in pages]
    low(world, world.head)
    assert [without_token(head.get(address).content) for address in pages] == before
