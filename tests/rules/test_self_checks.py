"""The lists of the self-check: each platform has steps, any other gets the generic ones, and each says when checked."""

import re

import pytest

from forethought.boundaries import self_checks


@pytest.mark.policy("3.5")
def test_a_platform_that_is_not_listed_gets_the_generic_steps() -> None:
    found = self_checks.steps_for("some-new-app")
    assert found.name == "Any other app or site" and len(found.steps) >= 5


@pytest.mark.policy("3.5")
def test_each_platform_has_steps_and_a_key_that_fits_an_address() -> None:
    listed = self_checks.platforms()
    assert len(listed) >= 5 and len({one.key for one in listed}) == len(listed)
    for one in listed:
        assert re.fullmatch("[a-z][a-z-]*", one.key) and len(one.steps) >= 5
        assert self_checks.steps_for(one.key) == one
        assert "second" in str(one.steps).lower() or "two-" in str(one.steps).lower(), one.key


@pytest.mark.policy("3.1")
def test_there_is_something_to_search_for_and_somebody_to_read_for() -> None:
    assert self_checks.search_yourself() and self_checks.audience()
