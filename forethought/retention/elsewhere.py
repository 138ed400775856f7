"""Things of areas that stand above this one, and are let go of here all the same: each area says which it has.

An area adds itself to AREAS when the program starts (apps.py).
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from forethought.people.models import Person
from forethought.retention import dates


@dataclass(frozen=True)
class Thing:
    """One thing that may be let go of, as its rows say at this moment. `kind` is a case's kind, or what it is."""

    what: str
    about: uuid.UUID
    reference: str
    kind: str
    opened_on: date
    closed: bool
    due: dates.Due | None


@dataclass(frozen=True)
class Record:
    """One thing of an area, with when it was begun, in UTC. `what` is one of models.What."""

    what: str
    about: uuid.UUID
    begun_at: datetime
    due: dates.Due | None


@dataclass(frozen=True)
class Area:
    """What an area has that falls due, and what only it knows of each: who must not see it, and what stays."""

    records: Callable[[dates.Periods], Iterator[Record]]
    #: The ids of what somebody must not see, at an instant (UTC).
    hidden_from: Callable[[Person, datetime], set[uuid.UUID]]
    #: The ids of the people who must not see one thing: what it is, and its id.
    kept_out_of: Callable[[str, uuid.UUID, datetime], set[uuid.UUID]]
    #: Take what stays off a thing that is about to go. Part of a larger act.
    part_from: Callable[[str, uuid.UUID], None]


AREAS: list[Area] = []


def part_from(what: str, about: uuid.UUID) -> None:
    """Take what stays off a thing that is about to go, so that it goes alone. Part of a larger act. Policy 11.1."""
    for area in AREAS:
        area.part_from(what, about)
