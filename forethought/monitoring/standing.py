"""How a request to monitor stands now: read from what is kept, for the rules to judge."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet

from forethought.cases.models import Case, Exclusion, live
from forethought.core.clock import from_london, london
from forethought.core.working_time import add_working_days
from forethought.evidence import keyring
from forethought.monitoring import rules
from forethought.monitoring.models import Monitoring, MonitoringNote, UserNotice
from forethought.monitoring.rules import Asked, Deciding, Status
from forethought.people import casting, conflicts
from forethought.people.cast import Cast, Facts, PersonId
from forethought.people.conflicts import Route
from forethought.people.models import Person


def about(person: Person) -> "QuerySet[Monitoring]":
    """Every request about somebody, refused and destroyed ones too: what their own access request must find.

    For retention and for a subject access request. Policy 10.1.
    """
    return Monitoring.objects.filter(about=person).select_related("case").order_by("asked_at", "id")


def said_of(row: Monitoring) -> dict[str, Any]:
    """What was asked for, opened."""
    return keyring.words(row, case_id=row.case_id)


def sealed(row: Monitoring, asked: Asked) -> bytes:
    """What was asked for, sealed. Part of a larger act."""
    days = {name: day.isoformat() if (day := getattr(asked, name)) else "" for name in ("starts_on", "ends_on")}
    return keyring.seal(row, {**asdict(asked), "exclusions": sorted(asked.exclusions), **days}, case_id=row.case_id)


def notes_of(row: Monitoring, kind: str = "") -> list[tuple[MonitoringNote, dict[str, Any]]]:
    """What was said about it, oldest first, opened."""
    found = row.notes.filter(kind=kind) if kind else row.notes.all()
    return [(one, keyring.words(one, case_id=row.case_id)) for one in found.order_by("said_at", "id")]


def status_now(row: Monitoring, at: datetime) -> Status:
    """How it stands at an instant (UTC), whatever the clock has noted so far. Policy 10.1."""
    return rules.status_at(row.status, starts_at=row.starts_at, ends_at=row.ends_at, at=at)


def due_after(at: datetime, days: int) -> datetime:
    """The end of a working day so many on, 5pm in London, as UTC."""
    return from_london(add_working_days(london(at).date(), days), time(17))


def bounds(starts_on: date, ends_on: date) -> tuple[datetime, datetime]:
    """When the first day begins and the last day is over, as UTC. Policy 10.1."""
    return from_london(starts_on, time(0)), from_london(date.fromordinal(ends_on.toordinal() + 1), time(0))


def told_on(day: date) -> set[str]:
    """The ways in which everybody had been told by a day, in London. Policy 10.1."""
    return set(UserNotice.objects.filter(given_on__lte=day).values_list("how", flat=True))


def deciders_cast(subject: Person, at: datetime) -> Cast:
    """The offices of the moment, for a decision that only head, governors or trust may take. Policy 10.1.

    Senior managers are left out: nobody stands in for the head here.
    """
    return replace(casting.cast_at(at), senior_managers=())


def route_for(*, subject: Person, requester: Person, conflicted: Sequence[uuid.UUID] = (), at: datetime) -> Route:
    """Who decides, and who must not know: asked of the conflict rules as they stand now. Policy 7.2, 10.1."""
    facts = Facts(subjects=frozenset({subject.pk}), reporter=requester.pk, conflicted=frozenset(conflicted))
    return conflicts.route(deciders_cast(subject, at), facts)


def pair_of(row: Monitoring, at: datetime) -> list[PersonId]:
    """Head and chair, where both may decide about this one; otherwise nobody. Policy 10.1."""
    cast = deciders_cast(row.about, at)
    pair = [cast.head, cast.chair]
    return [one for one in pair if one] if all(_free(row, one, at) for one in pair) and pair[0] != pair[1] else []


def _free(row: Monitoring, person: PersonId | None, at: datetime) -> bool:
    """Neither asker nor subject, nor kept out, nor too close to the subject as things stand now."""
    if person is None or person in {row.requester_id, row.about_id}:
        return False
    out = list(Exclusion.objects.filter(case=row.case_id).values_list("person_id", flat=True))
    found = route_for(subject=row.about, requester=row.requester, conflicted=out, at=at)
    return person not in found.excluded


def deciding_of(row: Monitoring, *, by: Person, at: datetime) -> Deciding:
    """Who wants to decide, and what is on record. Policy 10.1."""
    cast, said = deciders_cast(row.about, at), said_of(row)
    offices = {one for one in (cast.head, cast.chair, cast.vice_chair, cast.trust_lead) if one}
    pair = pair_of(row, at)
    seated = row.case.seats.filter(live(at), person=by, why__in=("manager", "decider")).exists()
    return Deciding(
        status=status_now(row, at),
        is_requester=by.pk == row.requester_id,
        is_subject=by.pk == row.about_id,
        may_decide=seated and by.pk in offices and _free(row, by.pk, at),
        has_assessment=bool(str(said["assessment"]).strip()),
        ends_at=row.ends_at,
        told=told_on(london(at).date()),
        covert=row.covert,
        is_head_or_chair=by.pk in pair,
        gave_first_yes=row.notes.filter(kind="first_yes", said_by=str(by.pk)).exists(),
    )


def officer_on(case: Case, at: datetime) -> Person | None:
    """The data protection officer who has a seat in it, if any can."""
    seat = case.seats.filter(live(at), why="dpo").select_related("person").first()
    return seat.person if seat else None


def product_of(row: Monitoring) -> dict[str, Any] | None:
    """What its review said, or nothing yet."""
    return next((words for _, words in notes_of(row, "review")), None)


def left_over(row: Monitoring) -> bool:
    """Whether something was produced that was not needed. Policy 10.1."""
    found = product_of(row)
    return found is not None and rules.leaves_over(looked_at=int(found["looked_at"]), kept=int(found["kept"]))
