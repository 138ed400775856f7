"""A browser in which one of the cast is signed in, second step and all, and a school whose clock is the real one."""

from collections.abc import Iterator

import pytest
from builders import World, a_school
from django.utils import timezone
from doors import client_of

from forethought.rows import inside

__all__ = ["client_of", "school_now", "text_of"]


@pytest.fixture
def school_now(db: None) -> Iterator[World]:
    """A school whose day is today: pages ask what time it is."""
    made = a_school(at=timezone.now())
    with inside(made.school.id):
        yield made


def text_of(response: object) -> str:
    """A page's HTML, which must be one that is shown."""
    assert response.status_code == 200, response.status_code  # type: ignore[attr-defined]
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]
