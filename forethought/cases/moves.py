"""Moving a case from one status to another: one conditional UPDATE, so of two people at once one wins."""

from datetime import datetime

from django.db.models import F

from forethought.audit.procedures import Actor
from forethought.cases.models import Case
from forethought.cases.rules import MOVES, lost_race
from forethought.core.errors import TooLate
from forethought.people.models import Person


def unmoved(case: Case, version: int) -> None:
    """Refuse whoever saw an older state, before any rule speaks of the new one. Part of every decision.

    Raises TooLate, naming who was first and when.
    """
    now = Case.objects.only("version", "moved_at", "moved_by").get(pk=case.pk)
    if now.version != version:
        raise TooLate(lost_race(role=name_of(now.moved_by), at=now.moved_at))


def move(case: Case, verb: str, *, version: int, by: Actor, at: datetime) -> None:
    """Move a case as its state table allows, if it is still at the version the person saw.

    Raises TooLate, naming who was first and when, otherwise. Part of a larger act.
    """
    sources, target = MOVES[verb]
    changed = Case.objects.filter(pk=case.pk, version=version, status__in=sources).update(
        status=target, version=F("version") + 1, moved_at=at, moved_by=str(by.id)
    )
    if not changed:
        now = Case.objects.get(pk=case.pk)
        raise TooLate(lost_race(role=name_of(now.moved_by), at=now.moved_at))
    case.status, case.version, case.moved_at, case.moved_by = target, version + 1, at, str(by.id)


def name_of(actor: str) -> str:
    """Who somebody was, for the person who came second: both are on the case's list, so the name may be said."""
    if actor == "program":
        return "The clock"
    person = Person.objects.filter(pk=actor).first()
    return person.name if person else "Somebody"
