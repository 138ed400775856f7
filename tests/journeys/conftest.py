"""A demonstration school on a server of its own, and people who come to it with real browsers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from live import Live
from walking import Walker


@pytest.fixture
def school(demonstration: Live) -> Live:
    """The demonstration school, on a server of its own."""
    return demonstration


@pytest.fixture
def somebody(browser: Any, school: Live, request: pytest.FixtureRequest) -> Iterator[Callable[..., Walker]]:
    """People who come to it. At the end, none of them may have met anything wrong.

    A module's `STORY` stands before each of theirs, in the names of their screenshots.
    """
    came: list[Walker] = []

    def comes(story: str, **how: Any) -> Walker:
        came.append(Walker(browser, school, getattr(request.module, "STORY", "") + story, **how))
        return came[-1]

    yield comes
    wrong = [one for walker in came for one in walker.wrong]
    for walker in came:
        walker.leaves()
    assert wrong == [], school.said()[-4000:]
