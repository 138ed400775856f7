"""What a record in words says of a post: its words, who could see it, and never that it was private."""

import pytest
from builders import World, a_draft
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.cases.models import Draft
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import said_of
from forethought.investigations.seriousness import SPREAD, why_not_weigh_seriousness
from forethought.pages.record_forms import FORMS
from forethought.pages.wording import particulars_in_words


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def teacher(world: World) -> Client:
    return client_of(world.teacher)


@pytest.fixture
def draft(world: World) -> Draft:
    return a_draft(world)


def address_of(draft: Draft) -> str:
    return f"/report/{draft.id}/records/note-record/"


@pytest.mark.policy("5.1")
def test_a_friends_only_post_was_limited_at_the_time_and_may_have_spread_all_the_same(
    teacher: Client, draft: Draft
) -> None:
    said = {"kind": "social", "words": "The school is a joke.", "audience": "limited", "zone": "Europe/London"}

    assert teacher.post(address_of(draft), said).status_code == 302

    rows = {one["key"]: one["value"] for one in particulars_in_words(said_of(Exhibit.objects.get()))}
    assert rows["Who could see it"] == "Limited at the time" and rows["Says"] == "The school is a joke."
    why = dict.fromkeys(("nature", "spread", "effect"), "The words.")
    for spread in SPREAD:
        asked = {"nature": "rude", "spread": spread, "effect": ["people"], "evidence": why, "flags": ["none"]}
        assert why_not_weigh_seriousness(**asked) is None  # type: ignore[arg-type]


@pytest.mark.policy("5.1")
def test_no_field_about_a_record_calls_a_post_private(teacher: Client, draft: Draft) -> None:
    for kind in FORMS:
        main = text_of(teacher.get(f"{address_of(draft)}?kind={kind}")).partition("<main")[2].partition("</main>")[0]
        assert "private" not in main.lower() and 'name="words"' in main


@pytest.mark.policy("7.3")
def test_a_record_that_says_nothing_but_the_zone_is_refused(teacher: Client, draft: Draft) -> None:
    answer = teacher.post(address_of(draft), {"kind": "social", "zone": "Europe/London"})
    assert "Write what the record is, in a few words." in answer.content.decode()
    assert not Exhibit.objects.exists()
