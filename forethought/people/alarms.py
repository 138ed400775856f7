"""What the clock does outside cases: an alarm is set with the act that causes it, and rings once.

Ringing is a conditional UPDATE in the same transaction as its effects, so that two workers, or one that was killed and
came back, cannot ring it twice (architecture.md, decision 3).
"""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from forethought.audit.procedures import put_off, queue_up
from forethought.people.models import Alarm
from forethought.people.post import wake
from forethought.rows import inside

#: Alarms of one school in one sweep. The rest are still due a moment later.
BATCH = 200

log = logging.getLogger(__name__)

#: What an alarm does: one act, told the row that it is about and the instant, in UTC.
Bell = Callable[[uuid.UUID, datetime], None]


def set_alarm(*, school_id: uuid.UUID, kind: str, about: uuid.UUID, rings_at: datetime) -> None:
    """Have something done at an instant (UTC), or move it there. Part of a larger act."""
    put_off(
        ("alarm", kind, about),
        Alarm(school_id=school_id, kind=kind, about=about, rings_at=rings_at),
        _write,
        of_two=lambda _, later: later,
    )
    wake(school_id, rings_at)


def set_alarms(*, school_id: uuid.UUID, kind: str, about: Sequence[uuid.UUID], rings_at: datetime) -> None:
    """As `set_alarm`, of many at one instant (UTC): written together. Part of a larger act."""
    if about:
        _write(*(Alarm(school_id=school_id, kind=kind, about=one, rings_at=rings_at) for one in about))
        wake(school_id, rings_at)


def _write(*alarms: Alarm) -> None:
    Alarm.objects.bulk_create(
        alarms,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["school", "kind", "about"],
        update_fields=["rings_at", "rung_at"],
    )


def stop_alarm(*, kind: str, about: uuid.UUID, at: datetime) -> None:
    """See to it that something is not done any more. Nothing happens when it was not set. Part of a larger act."""
    Alarm.objects.filter(kind=kind, about=about, rung_at__isnull=True).update(rung_at=at)


def next_ring() -> datetime | None:
    """When something next rings in the school that was entered, in UTC."""
    soonest: datetime | None = Alarm.objects.filter(rung_at__isnull=True).aggregate(soonest=Min("rings_at"))["soonest"]
    return soonest


def ring_due(school_id: uuid.UUID, at: datetime, *, bells: Mapping[str, Bell]) -> bool:
    """Ring what is due in a school at this instant (UTC), up to one batch. Whether all went well.

    One that cannot be rung does not hold up the others, and is tried again.
    """
    with inside(school_id):
        due = list(Alarm.objects.filter(rings_at__lte=at, rung_at__isnull=True).order_by("rings_at", "id")[:BATCH])
    well = True
    for alarm in due:
        try:
            with inside(school_id):
                ring(alarm, at, bells)
        except Exception:
            log.exception("Something could not be done at its time.")
            well = False
    return well


def ring(alarm: Alarm, at: datetime, bells: Mapping[str, Bell]) -> bool:
    """Ring one alarm, with what it does. False when another worker was first or it was moved. Part of a larger act."""
    with transaction.atomic():
        # As every act does, before anything is written: writers of one school queue and never deadlock.
        queue_up(alarm.school_id)
        rung = Alarm.objects.filter(pk=alarm.pk, rings_at=alarm.rings_at, rung_at__isnull=True).update(rung_at=at)
        if rung:
            # It may set itself again, for a later time.
            bells[alarm.kind](alarm.about, at)
    return bool(rung)
