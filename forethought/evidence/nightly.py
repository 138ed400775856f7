"""Every night the program does by itself what `manage.py verify` does: the trail worked out anew, every record opened.

A night is long enough for all but the largest stores. Where it is not, the next one goes on where it ended, so that
all are read by turns; what was found broken is read again every night until it is whole.
"""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as clock
from typing import TYPE_CHECKING, Any

from forethought.audit.checkpoints import signing_key
from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.audit.verifying import wrong_in_trail
from forethought.core.clock import from_london, london
from forethought.core.key_file import BadKeyFile
from forethought.evidence.away_models import Away
from forethought.evidence.away_standing import SealedAway
from forethought.evidence.bundle_models import Bundle
from forethought.evidence.bundling import insist_bundle_whole
from forethought.evidence.models import Destruction, Exhibit
from forethought.evidence.nightly_models import NightlyLook
from forethought.evidence.reading import Damaged, insist_whole
from forethought.evidence.store import StoreAway
from forethought.evidence.viewing import note_fault
from forethought.people.alarms import Bell, set_alarm, stop_alarm
from forethought.people.models import Person, Role
from forethought.people.post import owe_letters
from forethought.rows import inside, school_in_scope

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from forethought.audit.notes import PublicNoteKey

#: When it begins, London; and from when somebody is woken by what it found.
BEGINS, WAKES = clock(3), clock(7)
#: Seconds in which one school's records are read in one night. At 200 MB a second that is 240 GB.
NIGHT = 1200.0
#: How long a look may take before another worker takes it for lost.
LEASE = timedelta(hours=2)
#: Seconds after which it is written down how far it came.
WRITE_EVERY = 60.0

#: Those who are told when the record does not verify.
TOLD = (Role.PROTECTION, Role.HEAD)

log = logging.getLogger(__name__)


# --- What is opened ---


def open_records() -> "QuerySet[Exhibit]":
    """The records with a file that anybody may open: what was sealed away or destroyed is not read."""
    away = Away.objects.exclude(ended_as="released").values("exhibit_id")
    found: QuerySet[Exhibit] = Exhibit.objects.exclude(object_name="")
    return found.exclude(pk__in=away).exclude(pk__in=Destruction.objects.values("exhibit_id"))


def open_bundles() -> "QuerySet[Bundle]":
    """The bundles whose file was written and is there to be given out."""
    found: QuerySet[Bundle] = Bundle.objects.filter(file__isnull=False, key__isnull=False).exclude(key__wrapped=b"")
    return found


def wrong_with(exhibit: Exhibit) -> str | None:
    """What is wrong with a record that has a file, in a sentence; nothing when every byte of it is as it came."""
    try:
        insist_whole(exhibit)
    except Damaged as damaged:
        return f"Record {exhibit.id}: {damaged}"
    return None


def wrong_with_bundle(bundle: Bundle) -> str | None:
    """The same of a bundle that was made."""
    try:
        insist_bundle_whole(bundle)
    except Damaged as damaged:
        return f"Bundle {bundle.id}: {damaged}"
    return None


def is_broken(one: uuid.UUID, at: datetime) -> bool:
    """Whether a record or bundle is not what was kept, in the school that was entered. A record's alarm is noted."""
    if exhibit := open_records().select_related("key").filter(pk=one).first():
        try:
            insist_whole(exhibit)
        except SealedAway:
            return False
        except Damaged as damaged:
            note_fault(exhibit=exhibit, piece=damaged.piece, by=PROGRAM, at=at)
            return True
    elif bundle := open_bundles().filter(pk=one).first():
        return wrong_with_bundle(bundle) is not None
    return False


# --- The look ---


def next_night(at: datetime) -> datetime:
    """The next three in the morning after an instant, London, in UTC."""
    day = london(at).date()
    today = from_london(day, BEGINS)
    return today if at < today else from_london(day + timedelta(days=1), BEGINS)


def look(
    school_id: uuid.UUID, at: datetime, *, seconds: float = NIGHT, stopped: Callable[[], bool] = lambda: False
) -> bool:
    """Do a school's look of the night, if it is due at this instant (UTC). Whether it was done to its end.

    Nothing is held between one record and the next. Stopped, it begins again after its lease, at the record it was at.
    """
    with inside(school_id):
        row = _taken(school_id, at)
        if row is None:
            return False
        faults = len(wrong_in_trail(school_id, key=_key(school_id)))
        ids = sorted([*open_records().values_list("id", flat=True), *open_bundles().values_list("id", flat=True)])
    known, latest, wrote, seen = [uuid.UUID(one) for one in row.faulty], time.monotonic() + seconds, time.monotonic(), 0
    faulty: set[str] = set()
    position = row.position
    turn = [one for one in ids if position is None or one > position]
    turn += [one for one in ids if position is not None and one <= position]
    for number, one in enumerate([*known, *turn]):
        if stopped():
            return False
        if number > len(known) and time.monotonic() > latest:
            break
        with inside(school_id):
            try:
                broken = is_broken(one, at)
            except StoreAway:
                # Nothing can be said of a record that cannot be reached. After its lease the look begins here again.
                _come_to(row, position, faulty)
                return False
            if broken:
                faulty.add(str(one))
            if number >= len(known):
                position, seen = one, seen + 1
            if time.monotonic() > wrote + WRITE_EVERY:
                _come_to(row, position, faulty)
                wrote = time.monotonic()
    with inside(school_id):
        found = {"position": position, "faulty": sorted(faulty), "faults": faults + len(faulty)}
        note_look(look=row, found={**found, "whole": seen == len(ids)}, by=PROGRAM, at=at)
    return True


def note_look(*, look: NightlyLook, found: dict[str, Any], by: Actor, at: datetime) -> None:
    """Note what a night's look found. Faults wake the head and the data protection officer, each day anew.

    Policy 7.3.
    """
    facts = {"faults": found["faults"], "whole": found["whole"]}
    with acting("evidence.note_look", by=by, at=at, about=look.id, facts=facts):
        NightlyLook.objects.filter(pk=look.pk).update(**found, looked_at=at, due_at=next_night(at))
        if found["faults"]:
            log.error("The record does not verify. Run: manage.py verify")
            wakes = from_london(london(at).date(), WAKES)
            set_alarm(school_id=look.school_id, kind="unverified", about=look.id, rings_at=max(at, wakes))
        else:
            stop_alarm(kind="unverified", about=look.id, at=at)


def ring_unverified(about: uuid.UUID, at: datetime) -> None:
    """The record did not verify in the night: whoever answers for it is told."""
    if NightlyLook.objects.filter(pk=about, faults__gt=0).exists():
        tell_unverified(about=about, by=PROGRAM, at=at)


def tell_unverified(*, about: uuid.UUID, by: Actor, at: datetime) -> None:
    """Tell the head and the data protection officer that the record does not verify. Policy 7.3."""
    held = Person.objects.filter(left_at__isnull=True, appointments__role__in=TOLD, appointments__starts_at__lte=at)
    people = list(held.exclude(appointments__ends_at__lte=at).distinct())
    with acting("evidence.tell_unverified", by=by, at=at, about=about, facts={"told": len(people)}):
        owe_letters(people=people, kind="unverified", at=at)


def last_look() -> NightlyLook | None:
    """The last look that came to its end, in the school that was entered."""
    found: NightlyLook | None = NightlyLook.objects.filter(looked_at__isnull=False).first()
    return found


def _taken(school_id: uuid.UUID, at: datetime) -> NightlyLook | None:
    """The look that is due, taken by moving its time on. A school that has none yet gets one for its next night."""
    assert school_in_scope() == school_id
    row, made = NightlyLook.objects.get_or_create(school_id=school_id, defaults={"due_at": next_night(at)})
    if made or row.due_at > at:
        return None
    taken = NightlyLook.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=at + LEASE)
    return row if taken else None


def _come_to(row: NightlyLook, position: uuid.UUID | None, faulty: set[str]) -> None:
    """How far a look came, for whoever goes on after a kill."""
    NightlyLook.objects.filter(pk=row.pk).update(position=position, faulty=sorted({*row.faulty, *faulty}))


def _key(school_id: uuid.UUID) -> "PublicNoteKey | None":
    try:
        return signing_key(school_id).public()
    except BadKeyFile as error:
        log.error("No signature of the trail is looked at. %s", error)
        return None


BELLS: dict[str, Bell] = {"unverified": ring_unverified}
