"""Who is close to whom, as people declare it: it keeps them out of each other's matters, from that moment on.

Nobody handles a report about somebody they live with, work for in a business, or serve a union with; nor does a line
manager whom the table does not name (reliability.md 3.3). A declaration holds at once, in open cases too.
"""

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.cases.models import Capacity, Case, Party, Status
from forethought.cases.procedures import route_again
from forethought.core.errors import insist
from forethought.investigations.people import end_for_kept_out
from forethought.people import casting, rules
from forethought.people.models import Person, Tie


def declare_tie(*, person: Person, other: Person, kind: str, by: Person, at: datetime) -> Tie:
    """Declare that two adults share a household, a contract or a union duty. One of them does, or the headteacher.

    Whoever is close to somebody reported loses sight of the case before this answers, and it goes on to the next.
    Policy 7.2.
    """
    insist(
        rules.why_not_declare_tie(
            same=person.pk == other.pk,
            left=person.left_at is not None or other.left_at is not None,
            may=by.pk == person.pk or by.pk == casting.cast_at(at).head,
            known=between(person, other).filter(kind=kind).exists(),
            kind=kind,
            kinds=[key for key, _ in Tie.KINDS],
        ),
        "7.2",
    )
    with acting("investigations.declare_tie", by=by, at=at) as event:
        row = Tie.objects.create(
            school_id=person.school_id, person=person, other=other, kind=kind, declared_at=at, declared_by=str(by.id)
        )
        event.about = row.id
        for one in (person, other):
            _route_their_cases(one.pk, by=by, at=at)
    return row


def end_tie(*, tie: Tie, by: Person, at: datetime) -> None:
    """Say that two adults are no longer close. Whoever was kept out of a case because of it stays out of that case.

    Never by one of the two: nobody makes themselves free to handle a matter. Policy 7.2.
    """
    insist(rules.why_not_end_tie(may=may_end(tie, by, at), ended=tie.ended_at is not None), "7.2")
    with acting("investigations.end_tie", by=by, at=at, about=tie.id):
        Tie.objects.filter(pk=tie.pk, ended_at__isnull=True).update(ended_at=at, ended_by=str(by.id))


def follow_manager(*, person_id: uuid.UUID, by: Actor, at: datetime) -> None:
    """Keep a new line manager out of the open cases about somebody, as the conflict rules say. Policy 7.2."""
    with acting("investigations.follow_manager", by=by, at=at, about=person_id):
        _route_their_cases(person_id, by=by, at=at)


def _route_their_cases(person_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Ask the conflict rules anew about every open case in which somebody is reported."""
    reported = Party.objects.filter(person=person_id, capacity=Capacity.REPORTED).values("case_id")
    for case in Case.objects.filter(pk__in=reported).exclude(status=Status.CLOSED).select_related("school"):
        parties = case.parties.filter(capacity=Capacity.REPORTED, person__isnull=False)
        route_again(case=case, reported=list(parties.values_list("person_id", flat=True)), by=by, at=at)
        end_for_kept_out(case, at=at)


# Looking


def between(person: Person, other: Person) -> "QuerySet[Tie]":
    """What holds between two adults now, whoever of them declared it."""
    pair = Q(person=person, other=other) | Q(person=other, other=person)
    return Tie.objects.filter(pair, ended_at__isnull=True)


def ties_of(person: Person) -> "QuerySet[Tie]":
    """What holds between somebody and others, by name."""
    rows = Tie.objects.filter(Q(person=person) | Q(other=person), ended_at__isnull=True)
    return rows.select_related("person", "other").order_by("declared_at", "id")


def keeper_of(tie: Tie, at: datetime) -> uuid.UUID | None:
    """Who keeps one declaration: the headteacher; one that the headteacher is in, the next who is not in it."""
    cast = casting.cast_at(at)
    offices = (cast.head, cast.chair, cast.vice_chair, cast.trust_lead)
    return next((uuid.UUID(str(one)) for one in offices if one and one not in {tie.person_id, tie.other_id}), None)


def may_end(tie: Tie, person: Person, at: datetime) -> bool:
    """Whether somebody keeps this declaration, and so may end it. Policy 7.2."""
    return keeper_of(tie, at) == person.pk


def kept_by(person: Person, at: datetime) -> list[Tie]:
    """The declarations that somebody keeps, with their people: those of others, never their own. Policy 7.2."""
    rows = Tie.objects.filter(ended_at__isnull=True).select_related("person", "other").order_by("declared_at", "id")
    return [one for one in rows if may_end(one, person, at)]


def ring_manager_named(about: uuid.UUID, at: datetime) -> None:
    """Somebody has a line manager they did not have."""
    follow_manager(person_id=about, by=PROGRAM, at=at)


BELLS = {"manager_named": ring_manager_named}
