"""The lists of cases that somebody may see, in the two orders that pages need: newest first, and soonest due first.

Both read the seats of one person through an index in that order, so a list of 25 costs the same among 400 cases and
100,000. Those kept out of a case are left out here too, whatever their seats say.
"""

import uuid
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from forethought.cases.models import Exclusion, Seat, live
from forethought.people.models import Person
from forethought.prepared import Prepared

#: Rows on one page of the list.
PAGE = 25


class CaseLine(NamedTuple):
    """A case as a list shows it while names are hidden."""

    seat_id: uuid.UUID
    case_id: uuid.UUID
    reference: str
    label: str
    status: str
    opened_at: datetime
    owed_at: datetime | None
    kind: str
    why: str


_COLUMNS = (
    "id",
    "case_id",
    "case__reference",
    "case__label",
    "case__status",
    "opened_at",
    "owed_at",
    "case__kind",
    "why",
)


def _seats(person: uuid.UUID, at: datetime) -> "QuerySet[Seat]":
    out = Exclusion.objects.filter(case=OuterRef("case"), person=person)
    # Told twice, so that the index of live seats is used: of those that run out there are few.
    return Seat.objects.filter(live(at), ~Exists(out), person=person, ended_at__isnull=True)


_owed_next = Prepared(
    lambda person, at: _seats(person, at).filter(owed_at__isnull=False).order_by("owed_at").values_list(*_COLUMNS)[:3],
    uuid.UUID,
    datetime,
)
_newest = Prepared(
    lambda person, at: _seats(person, at).order_by("-opened_at", "id").values_list(*_COLUMNS)[: PAGE + 1],
    uuid.UUID,
    datetime,
)
_older = Prepared(
    lambda person, at, opened_at, seat_id: (
        _seats(person, at)
        .filter(Q(opened_at__lt=opened_at) | Q(opened_at=opened_at, id__gt=seat_id), opened_at__lte=opened_at)
        .order_by("-opened_at", "id")
        .values_list(*_COLUMNS)[: PAGE + 1]
    ),
    uuid.UUID,
    datetime,
    datetime,
    uuid.UUID,
)


def owed_next(person: Person, at: datetime) -> list[CaseLine]:
    """The three cases that somebody may see at an instant (UTC) with something due soonest."""
    return [CaseLine(*row) for row in _owed_next(person.pk, at)]


def newest(person: Person, at: datetime, after: uuid.UUID | None = None) -> tuple[list[CaseLine], bool]:
    """A page of the cases somebody may see at an instant (UTC), newest first, from after a seat; and if there are more.

    `after` is a seat of theirs.
    """
    mark = Seat.objects.filter(pk=after, person=person).values_list("opened_at", "id").first() if after else None
    rows = _older(person.pk, at, *mark) if mark else _newest(person.pk, at)
    return [CaseLine(*row) for row in rows[:PAGE]], len(rows) > PAGE
