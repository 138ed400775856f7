"""Slides for induction are of the version in force, in its own words, and say so where there is none."""

import pytest
from builders import World, a_version_in_force
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.pages.policy_text import short
from forethought.policies import standing

pytestmark = pytest.mark.policy("3.7")

PAGE = "/policy/induction/"


def test_a_school_without_a_policy_has_slides_of_the_program_alone(school_now: World) -> None:
    page = text_of(client_of(school_now.teacher).get(PAGE))

    assert "No policy is in force here yet" in page
    assert "Three questions before any picture" in page and "What this program never does" in page
    assert "From our policy" not in page


def test_the_slides_are_of_the_version_in_force_and_name_it(school_now: World) -> None:
    version = a_version_in_force(school_now)
    page = text_of(client_of(school_now.teacher).get(PAGE))

    assert f"version {version.label}" in page
    assert version.text is not None and short(version.text.fingerprint) in page
    assert standing.text_of(version.text)


def test_the_pictures_are_those_of_the_guides(school_now: World) -> None:
    page = text_of(client_of(school_now.teacher).get(PAGE))

    assert "guide/report-phone.png" in page and "guide/gate-phone.png" in page
