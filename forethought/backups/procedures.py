"""What is noted of backups, and who is told when one is missing or does not hold."""

import uuid
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction

from forethought.audit.procedures import PROGRAM, Actor, acting, queue_up
from forethought.backups import keeping, owning, rules
from forethought.backups.models import Backing, Drill, Quarantine
from forethought.backups.places import NoPlace
from forethought.core.clock import from_london, london
from forethought.core.errors import Refused, insist
from forethought.people.alarms import Bell, set_alarm, stop_alarm
from forethought.people.models import Alarm, Person, Role
from forethought.people.post import owe_letters, wake

#: Who is told first when a backup is missing; and who then.
FIRST, THEN = (Role.HEAD, Role.IT), (Role.CHAIR,)

#: Seconds for which somebody at a page waits for a second machine.
_WAITED = 10.0

#: Nobody is woken for a backup that did not pass its test.
MORNING = time(7)


def backing(school_id: uuid.UUID, at: datetime) -> Backing:
    """How a school's backups stand; begun at this instant when nothing was noted yet. Part of a larger act."""
    found, _ = Backing.objects.get_or_create(school_id=school_id, defaults={"since": at})
    return found


def await_backup(*, school_id: uuid.UUID, backed_up_at: datetime | None, at: datetime) -> None:
    """Note the last good backup, and have somebody told when none follows it. Part of what the worker does by itself.

    No event: it comes every hour, and an idle school's trail stands still. The test of each night leaves one.
    """
    with transaction.atomic():
        queue_up(school_id)
        row = backing(school_id, at)
        if row.since != at and backed_up_at in {None, row.backed_up_at}:
            # Nothing new: bells that were rung are not set again.
            return
        last = backed_up_at or row.since
        Backing.objects.filter(pk=row.pk).update(backed_up_at=backed_up_at)
        set_alarm(school_id=school_id, kind="backup_late", about=row.pk, rings_at=last + rules.TOLD_AFTER)
        set_alarm(school_id=school_id, kind="backup_gone", about=row.pk, rings_at=last + rules.CHAIR_AFTER)


def note_elsewhere(*, school_id: uuid.UUID, elsewhere: bool, at: datetime) -> None:
    """Note whether a place of backups belongs to another installation. Part of what the worker does by itself.

    The head and IT support are told in the morning: somebody had another machine take over, or this one is the copy.
    """
    with transaction.atomic():
        queue_up(school_id)
        row = backing(school_id, at)
        if row.elsewhere == elsewhere:
            return
        Backing.objects.filter(pk=row.pk).update(elsewhere=elsewhere)
        if elsewhere:
            set_alarm(school_id=school_id, kind="backup_elsewhere", about=row.pk, rings_at=_morning(at))
        else:
            stop_alarm(kind="backup_elsewhere", about=row.pk, at=at)


def note_locks(*, school_id: uuid.UUID, failing: bool, at: datetime) -> None:
    """Note whether files in a bucket could not be locked anew. Part of what the worker does by itself.

    The head and IT support are told in the morning, and each day until they could.
    """
    standing = Alarm.objects.filter(kind="lock_failing", about=school_id, rung_at__isnull=True).exists()
    if standing == failing:
        return
    with transaction.atomic():
        queue_up(school_id)
        if failing:
            set_alarm(school_id=school_id, kind="lock_failing", about=school_id, rings_at=_morning(at))
        else:
            stop_alarm(kind="lock_failing", about=school_id, at=at)


def _morning(at: datetime) -> datetime:
    """The next 7am in London, UTC."""
    today = from_london(london(at).date(), MORNING)
    return today if today > at else from_london(london(at).date() + timedelta(days=1), MORNING)


def take_over_places(*, by: Actor, at: datetime) -> int:
    """Say that this installation keeps its backups in the places that are set from now on, whoever had them before.

    The former owner refuses to write there from then on, and tells its own people. How many changed hands. A place that
    cannot be reached refuses all that follow it, and this is done again then.
    """
    try:
        # Outside the act: nobody waits for a slow disk, and the event says what is so. What was taken stays taken.
        taken = sum([owning.take_over(place, at=at) for place in keeping.all_places(patience=_WAITED)])
    except (NoPlace, OSError) as error:
        sentence = str(error) if isinstance(error, NoPlace) else "A place for backups cannot be reached now. Try again."
        raise Refused(sentence) from None
    with acting("backups.take_over_places", by=by, at=at, facts={"places": taken}):
        for row in Backing.objects.filter(elsewhere=True):
            Backing.objects.filter(pk=row.pk).update(elsewhere=False)
            stop_alarm(kind="backup_elsewhere", about=row.pk, at=at)
    return taken


def note_trial(*, backing: Backing, faults: int, name: str, by: Actor, at: datetime) -> None:
    """Note what the night's test of a backup found. With faults, the head and IT support are told in the morning."""
    with acting("backups.note_trial", by=by, at=at, about=backing.id, facts={"faults": faults, "backup": name}):
        Backing.objects.filter(pk=backing.pk).update(tried_at=at, faults=faults)
        if faults:
            wakes = from_london(london(at).date(), MORNING)
            set_alarm(school_id=backing.school_id, kind="backup_faulty", about=backing.id, rings_at=max(at, wakes))
        else:
            stop_alarm(kind="backup_faulty", about=backing.id, at=at)


def tell_of_backup(*, about: uuid.UUID, kind: str, by: Actor, at: datetime) -> None:
    """Tell those who answer for it that a backup is missing or does not hold. Again each day until one does."""
    roles = THEN if kind == "backup_gone" else FIRST
    people = holders(roles, at)
    with acting("backups.tell_of_backup", by=by, at=at, about=about, facts={"kind": kind, "told": len(people)}):
        owe_letters(people=people, kind=kind, at=at)


def ring_late(about: uuid.UUID, at: datetime) -> None:
    """No good backup for 26 hours: the head and IT support are told, and again a day later."""
    tell_of_backup(about=about, kind="backup_late", by=PROGRAM, at=at)
    _again("backup_late", about, at)


def ring_gone(about: uuid.UUID, at: datetime) -> None:
    """None for 72 hours: the chair of governors is told, and again a day later."""
    tell_of_backup(about=about, kind="backup_gone", by=PROGRAM, at=at)
    _again("backup_gone", about, at)


def ring_faulty(about: uuid.UUID, at: datetime) -> None:
    """The backup did not pass the test of the night. The next night asks again."""
    if Backing.objects.filter(pk=about, faults__gt=0).exists():
        tell_of_backup(about=about, kind="backup_faulty", by=PROGRAM, at=at)


def ring_elsewhere(about: uuid.UUID, at: datetime) -> None:
    """A place of backups is another installation's: the head and IT support are told, each day while it is."""
    if Backing.objects.filter(pk=about, elsewhere=True).exists():
        tell_of_backup(about=about, kind="backup_elsewhere", by=PROGRAM, at=at)
        _again("backup_elsewhere", about, at)


def ring_lock(about: uuid.UUID, at: datetime) -> None:
    """Files in a bucket could not be locked anew: the head and IT support are told, each day until they could."""
    tell_of_backup(about=about, kind="lock_failing", by=PROGRAM, at=at)
    set_alarm(school_id=about, kind="lock_failing", about=about, rings_at=at + timedelta(days=1))


def _again(kind: str, about: uuid.UUID, at: datetime) -> None:
    row = Backing.objects.get(pk=about)
    set_alarm(school_id=row.school_id, kind=kind, about=about, rings_at=at + timedelta(days=1))


BELLS: dict[str, Bell] = {
    "backup_late": ring_late,
    "backup_gone": ring_gone,
    "backup_faulty": ring_faulty,
    "backup_elsewhere": ring_elsewhere,
    "lock_failing": ring_lock,
}


def record_drill(*, school_id: uuid.UUID, minutes: int, whole: bool, by: Actor, at: datetime) -> Drill:
    """Record that somebody brought a backup back from the card, how long it took, and whether all was there."""
    insist(None if 1 <= minutes <= 10_000 else "Give the minutes that it took, as a whole number.")
    with acting("backups.record_drill", by=by, at=at, facts={"minutes": minutes, "whole": whole}) as event:
        row: Drill = Drill.objects.create(
            school_id=school_id, minutes=minutes, whole=whole, drilled_at=at, drilled_by=str(by.id)
        )
        event.about = row.id
    return row


def release_school(*, quarantine: Quarantine, by: Actor, at: datetime) -> bool:
    """Say that one has looked at what is missing, and that letters and deadlines may go on. The second of two ends it.

    One of the two is the headteacher. Whether it has ended.
    """
    with acting("backups.release_school", by=by, at=at, about=quarantine.id) as event:
        row: Quarantine = Quarantine.objects.select_for_update().get(pk=quarantine.pk)
        insist("It was released already." if row.released_at else None)
        heads = {str(one.id) for one in holders([Role.HEAD], at)}
        insist(
            rules.why_not_release(reviewed_by=row.reviewed_by, by=str(by.id), may=heads, is_head=str(by.id) in heads)
        )
        ended = row.reviewed_by is not None
        if ended:
            # Whatever waited is due.
            wake(row.school_id, at)
        which = "released" if ended else "reviewed"
        Quarantine.objects.filter(pk=row.pk).update(**{f"{which}_at": at, f"{which}_by": str(by.id)})
        event.facts["ended"] = ended
    return ended


def holders(roles: Iterable[Role], at: datetime) -> list[Person]:
    """Who holds one of these roles at an instant (UTC) in the school that was entered."""
    held = Person.objects.filter(
        left_at__isnull=True, appointments__role__in=list(roles), appointments__starts_at__lte=at
    )
    return list(held.exclude(appointments__ends_at__lte=at).distinct())
