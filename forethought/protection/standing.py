"""Breaches and complaints about data as they stand: who sees to each, and which wait. Clause 11.1."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from forethought.people.models import Appointment, Person
from forethought.protection import rules
from forethought.protection.document_models import DataDocument
from forethought.protection.document_rules import FOR_ALL, SIGNERS
from forethought.protection.models import DataBreach, DataComplaint

#: Lists show this many of what is closed.
MOST = 50


def who_sees_to(about: str, at: datetime) -> list[Person]:
    """Everybody who sees to what may be about these, of those whose office holds at an instant (UTC). Policy 11.1."""
    held: dict[uuid.UUID, set[str]] = defaultdict(set)
    rows = Appointment.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at, person__left_at__isnull=True
    )
    for person_id, role in rows.values_list("person_id", "role"):
        held[person_id].add(role)
    ids = [one for one, roles in held.items() if rules.may_see_to(about=about, roles=roles)]
    return list(Person.objects.filter(pk__in=ids).order_by("name", "id"))


def seen_with(roles: Collection[str]) -> list[str]:
    """What may be about whom, of all that somebody with these roles sees to."""
    return [one.value for one in rules.About if rules.may_see_to(about=one, roles=roles)]


def breaches(roles: Collection[str]) -> "QuerySet[DataBreach]":
    """The breaches that somebody with these roles sees to."""
    found: QuerySet[DataBreach] = DataBreach.objects.filter(about__in=seen_with(roles))
    return found


def complaints(roles: Collection[str]) -> "QuerySet[DataComplaint]":
    """The complaints that somebody with these roles sees to."""
    found: QuerySet[DataComplaint] = DataComplaint.objects.filter(about__in=seen_with(roles))
    return found


def told_by(person: Person) -> "QuerySet[DataBreach]":
    """The breaches that somebody told of, newest first."""
    found: QuerySet[DataBreach] = DataBreach.objects.filter(told_by=person).order_by("-told_at", "-id")
    return found


def holders(role: str, at: datetime) -> list[Person]:
    """Everybody who holds an office at an instant (UTC)."""
    held = Appointment.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at), role=role, starts_at__lte=at, person__left_at__isnull=True
    )
    return list(Person.objects.filter(pk__in=held.values("person_id")).order_by("name", "id"))


def reads_document(row: DataDocument, roles: Collection[str]) -> bool:
    """Whether somebody with these roles reads a document: those who sign all of them, others what holds for all."""
    if SIGNERS & frozenset(roles):
        return True
    return row.kind in FOR_ALL and row.signed_at is not None


def in_last_hour(at: datetime) -> int:
    """How many complaints came by the form in the hour before an instant (UTC)."""
    return DataComplaint.objects.filter(way=rules.Way.FORM, logged_at__gt=at - timedelta(hours=1)).count()


def clock_runs(row: DataBreach) -> bool:
    """Whether the 72 hours of a breach still matter: the ICO may have to be told, and was not."""
    return not row.near_miss and row.closed_at is None and row.ico_told_at is None and row.risk != rules.Risk.UNLIKELY
