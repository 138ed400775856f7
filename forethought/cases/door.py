"""The door of one case: the case with the seat that opens it to somebody, or nothing, in one look compiled once.

Every page of a case begins here, so it is asked as `Case.objects.seen_by` asks, but from the side of the seat: where
somebody has none, the same index gives the same nothing whether there is such a case or not.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from forethought.cases.models import Case, Exclusion, Seat, live
from forethought.people.models import Person, School
from forethought.prepared import Prepared, columns_of

_OF_CASE, _OF_PERSON, _OF_SCHOOL = columns_of(Case), columns_of(Person), columns_of(School)


def _seat(person: uuid.UUID, case_id: uuid.UUID, at: datetime) -> "QuerySet[Seat, Any]":
    out = Exclusion.objects.filter(case=OuterRef("case"), person=person)
    return Seat.objects.filter(
        live(at), ~Exists(out), person=person, case=case_id, case__school_id=F("school_id")
    ).values_list(
        "why",
        "ends_at",
        *(f"case__{name}" for name in _OF_CASE),
        *(f"case__manager__{name}" for name in _OF_PERSON),
        *(f"case__school__{name}" for name in _OF_SCHOOL),
    )


_opened = Prepared(_seat, uuid.UUID, uuid.UUID, datetime)


def opened_to(person: Person, case_id: uuid.UUID, at: datetime) -> Case | None:
    """A case on whose list somebody is at an instant (UTC) and which they are not kept out of, else nothing.

    It comes with its manager and its school, with `own_seat`, why they are on the list, and `own_seat_ends_at`.
    """
    rows = _opened(person.pk, case_id, at)
    if not rows:
        return None
    why, ends_at, *values = rows[0]
    end_of_case, end_of_manager = len(_OF_CASE), len(_OF_CASE) + len(_OF_PERSON)
    case = Case.from_db("default", _OF_CASE, values[:end_of_case])
    if case.manager_id is not None:
        case.manager = Person.from_db("default", _OF_PERSON, values[end_of_case:end_of_manager])
    case.school = School.from_db("default", _OF_SCHOOL, values[end_of_manager:])
    case.own_seat, case.own_seat_ends_at = why, ends_at  # type: ignore[attr-defined]
    return case
