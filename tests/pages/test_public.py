"""The pages that are the same for everybody: what they must say, and what they must not."""

import re
from pathlib import Path

import pytest
from django.test import Client

from forethought.pages import public

DEPARTURES = Path(__file__).resolve().parents[2] / "docs" / "departures.md"


def text_of(path: str) -> str:
    """The words of a page's own part."""
    page = Client().get(path).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.mark.parametrize("path", public.PAGES)
def test_a_page_for_everybody_needs_no_database(path: str) -> None:
    # Without the mark for a database, pytest-django refuses every query.
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("path", public.PAGES)
def test_only_999_and_101_are_printed(path: str) -> None:
    page = Client().get(path).content.decode()

    assert set(re.findall(r'href="tel:([^"]+)"', page)) <= {"999", "101"}
    assert re.findall(r"(?<![\d.])\d(?:[ -]?\d){4,}", text_of(path)) == []


@pytest.mark.policy("7.1")
def test_help_says_what_not_to_do_and_blames_nobody() -> None:
    said = text_of("/help/")

    for act in ("reply", "like", "follow", "sign in as somebody else", "new profile", "ask a pupil", "crop"):
        assert act in said[said.index("Please do not") :]
    assert "Nobody will blame you" in said and "that a post is wrong is not replying" in said


@pytest.mark.policy("4.1", "6.5")
def test_help_leads_to_the_safeguarding_lead_and_to_what_is_covered() -> None:
    html = Client().get("/help/").content.decode()
    assert 'href="/concern/"' in html and 'href="/policy/media/"' in html


@pytest.mark.policy("6.5")
def test_help_names_the_direct_way_to_police_and_social_care() -> None:
    said = text_of("/help/")

    assert "straight to the police or to the children’s social care team" in said
    assert "You need nobody’s permission." in said


def test_the_start_leads_to_everything_that_needs_no_account() -> None:
    page = Client().get("/").content.decode()

    for path in ("/report/", "/help/", "/come-back/", "/accounts/login/"):
        assert f'href="{path}"' in page


def test_privacy_says_who_answers_a_data_complaint_first() -> None:
    said = text_of("/privacy/")

    assert said.index("data protection officer") < said.index("Information Commissioner")


def test_every_departure_with_a_chapter_of_its_own_is_told_in_short() -> None:
    chapters = re.findall(r"^## .*\((.+)\)$", DEPARTURES.read_text(encoding="utf-8"), re.MULTILINE)
    clauses = {clause for chapter in chapters for clause in re.findall(r"F?\d+(?:\.\d+)?[a-z]?", chapter)}
    said = text_of("/departures/")

    assert clauses and [clause for clause in sorted(clauses) if not re.search(rf"\b{clause}\b", said)] == []
