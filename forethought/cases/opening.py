"""Beginning a case of any kind, and noting which cases came of one matter. Parts of larger acts."""

import uuid
from datetime import datetime

from django.db.models import Q

from forethought.audit.procedures import Actor
from forethought.cases.models import Case, Kind, Link
from forethought.cases.rules import URGENT
from forethought.cases.seating import keep_out, seat
from forethought.evidence import keyring
from forethought.people import casting, codes
from forethought.people.conflicts import Route
from forethought.people.models import Person, School
from forethought.people.post import owe_letter


def begin(
    *,
    kind: Kind,
    school: School,
    label: str,
    child: str = "no",
    threat: bool = False,
    case_id: uuid.UUID | None = None,
    manager_id: uuid.UUID | None = None,
    outside: str = "",
    by: Actor,
    at: datetime,
) -> Case:
    """Make a case with nobody on its list yet. Part of a larger act.

    `case_id` is an id reserved before, with its key; without one both are made. `label` is the neutral word in lists.
    """
    if case_id is None:
        case_id = uuid.uuid4()
        keyring.make_case_key(school_id=school.id, case_id=case_id, at=at)
    return Case.objects.create(
        id=case_id,
        school=school,
        kind=kind,
        reference=codes.reference(),
        label=label,
        child=child,
        threat=threat,
        opened_at=at,
        moved_at=at,
        moved_by=str(by.id),
        manager_id=manager_id,
        outside=outside,
    )


def place(*, case: Case, route: Route, at: datetime) -> None:
    """Seat the people a route names: the manager, and who must know. Part of a larger act."""
    urgent = case.threat or case.child != "no"
    seats = casting.seats_of(route)
    people = Person.objects.in_bulk(list(seats))
    seat(
        case=case,
        people={people[person_id]: why for person_id, why in seats.items()},
        at=at,
        letter="needs_you_now" if urgent else "needs_you",
        by_when=at + URGENT if urgent else None,
    )
    for person in casting.told_of(route):
        owe_letter(person=person, kind="waits", at=at)
    manager, outside = casting.manager_of(route), casting.outside_name(route)
    if (case.manager_id, case.outside) != (manager, outside):
        Case.objects.filter(pk=case.pk).update(manager=manager, outside=outside)
        case.manager_id, case.outside = manager, outside


def begin_routed(
    *,
    kind: Kind,
    school: School,
    label: str,
    route: Route,
    child: str = "no",
    threat: bool = False,
    case_id: uuid.UUID | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Make a case and put it before those whom the conflict rules allow, and nobody else. Part of a larger act.

    Policy 7.2. When nobody at the school may act, it is held, and the outside one is named.
    """
    case = begin(
        kind=kind,
        school=school,
        label=label,
        child=child,
        threat=threat,
        case_id=case_id,
        manager_id=casting.manager_of(route),
        outside=casting.outside_name(route),
        by=by,
        at=at,
    )
    keep_out(case=case, people=casting.excluded_by(route), at=at)
    place(case=case, route=route, at=at)
    return case


def link(*, case: Case, other: Case, by: Actor, at: datetime) -> None:
    """Note that two cases came of one matter, once, whichever is named first. Part of a larger act."""
    pair = Q(case=case, other=other) | Q(case=other, other=case)
    if not Link.objects.filter(pair).exists():
        Link.objects.create(school_id=case.school_id, case=case, other=other, linked_at=at, linked_by=str(by.id))


def linked_to(*, case: Case, person: Person, at: datetime) -> list[Case]:
    """The cases of the same matter that somebody may see too, oldest first. Of the others, nothing."""
    pairs = Link.objects.filter(Q(case=case) | Q(other=case)).values_list("case_id", "other_id")
    ids = {one for pair in pairs for one in pair} - {case.pk}
    return list(Case.objects.seen_by(person, at).filter(pk__in=ids).order_by("opened_at"))
