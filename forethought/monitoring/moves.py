"""Moving a request to monitor from one state to another, and keeping what was said. Parts of larger acts."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db.models import F

from forethought.audit.procedures import Actor
from forethought.cases.models import Case
from forethought.cases.models import Status as CaseStatus
from forethought.cases.moves import name_of
from forethought.cases.owed import settle_all
from forethought.cases.rules import lost_race
from forethought.core.errors import TooLate
from forethought.evidence import keyring
from forethought.monitoring.models import Monitoring, MonitoringNote
from forethought.monitoring.rules import MOVES, Status
from forethought.people.alarms import stop_alarm
from forethought.people.models import Person


def concerned(monitoring: Monitoring) -> list[Person]:
    """Whoever handles it, and who asked."""
    people = [monitoring.case.manager, monitoring.requester]
    return [one for one in people if one is not None]


def unmoved(monitoring: Monitoring, version: int) -> None:
    """Refuse whoever saw an older state, before any rule speaks of the new one. Part of every decision.

    Raises TooLate, naming who was first and when.
    """
    now = Monitoring.objects.only("version", "moved_at", "moved_by").get(pk=monitoring.pk)
    if now.version != version:
        raise TooLate(lost_race(role=name_of(now.moved_by), at=now.moved_at))


def move(monitoring: Monitoring, verb: str, *, version: int, by: Actor, at: datetime, **changes: object) -> None:
    """Move it as the state table allows, if it is still at the version the person saw. Part of a larger act."""
    sources, target = MOVES[verb]
    change(monitoring, sources, version=version, by=by, at=at, status=target, **changes)


def change(
    monitoring: Monitoring, sources: frozenset[Status], *, version: int, by: Actor, at: datetime, **changes: object
) -> None:
    """Change it by one conditional UPDATE, so of two at once one wins. Part of a larger act."""
    moved = Monitoring.objects.filter(pk=monitoring.pk, version=version, status__in=sources).update(
        version=F("version") + 1, moved_at=at, moved_by=str(by.id), **changes
    )
    if not moved:
        now = Monitoring.objects.get(pk=monitoring.pk)
        raise TooLate(lost_race(role=name_of(now.moved_by), at=now.moved_at))
    monitoring.refresh_from_db()


def note(monitoring: Monitoring, kind: str, words: Mapping[str, object], by: Actor, at: datetime) -> MonitoringNote:
    """Keep what was said or decided, sealed. Part of a larger act."""
    row = MonitoringNote(
        id=uuid.uuid4(),
        school_id=monitoring.school_id,
        monitoring=monitoring,
        kind=kind,
        said_at=at,
        said_by=str(by.id),
    )
    row.content = keyring.seal(row, dict(words), case_id=monitoring.case_id)
    row.save(force_insert=True)
    return row


def end_case(monitoring: Monitoring, by: Actor, at: datetime) -> None:
    """Nothing more is owed: the case is closed, and its clocks stop. Part of a larger act."""
    settle_all(case=monitoring.case, by=by, at=at)
    stop_alarm(kind="monitoring_remind", about=monitoring.id, at=at)
    Case.objects.filter(pk=monitoring.case_id).update(status=CaseStatus.CLOSED)
