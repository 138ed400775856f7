"""Reading records: asked for when one is kept or by a press, done by the worker, kept as things derived from it."""

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min

from forethought.audit.procedures import PROGRAM, Actor, acting, queue_up
from forethought.core.errors import insist
from forethought.evidence import derived, keyring
from forethought.evidence.derived_models import Derived, ToRead
from forethought.evidence.intake import exhibit_binding, exhibit_key_binding
from forethought.evidence.keys import BrokenSeal, unwrap
from forethought.evidence.likeness import Copies, copies_in
from forethought.evidence.mail_keys import LookUp
from forethought.evidence.models import Exhibit
from forethought.evidence.places import vault
from forethought.evidence.readable import may_be_read
from forethought.evidence.reading_out import READ, Reading, Source, read_out
from forethought.evidence.scanning import scan
from forethought.evidence.sealing import Opener
from forethought.evidence.to_read import read_again
from forethought.evidence.viewing import note_fault
from forethought.people.post import wake
from forethought.rows import inside

#: How long a reading may take before another worker takes it for lost, in which case it is begun again.
LEASE = timedelta(minutes=15)
#: A record on which reading dies this often is called unreadable.
MOST_TRIES = 3
#: When a mail's key is asked for again, counted from each try before.
ASK_AGAIN = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
#: Records of one school that one look hands over.
BATCH = 20

log = logging.getLogger(__name__)

#: Does something now, or on a thread of its own.
Aside = Callable[[Callable[[], None]], None]


def why_not_read(exhibit: Exhibit) -> str | None:
    """Why a record is not read: it may not be, its kind never is, or it is about to be. Policy 7.3."""
    if not may_be_read(exhibit):
        return "This record is never read."
    if exhibit.media not in READ and not settings.VIRUS_SCANNER:
        return "Files of this kind are kept as they came, and never opened."
    waiting = ToRead.objects.filter(exhibit=exhibit, due_at__isnull=False, only="").exists()
    return "It is being read. Look again in a minute." if waiting else None


def read_record(*, exhibit: Exhibit, by: Actor, at: datetime) -> None:
    """Have a record read again, as after a program that was missing has been put in. What was read before stays.

    Policy 7.3.
    """
    insist(why_not_read(exhibit), "7.3")
    with acting("evidence.read_record", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id):
        read_again(exhibit, at=at)


def keep_reading(
    *, exhibit: Exhibit, readings: Sequence[Reading], first: bool = True, by: Actor, at: datetime
) -> list[Derived]:
    """Keep what was read out of a record, each thing apart. The trail commits to each; the record is not touched.

    Keeps nothing of a record that may no longer be read, whatever was found meanwhile. `first`: also say whether the
    case has the same already. Policy 7.3.
    """
    with acting("evidence.keep_reading", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id) as event:
        kept: list[Derived] = []
        if may_be_read(exhibit):
            for number, one in enumerate(readings):
                row, committed = derived.keep(
                    exhibit, recipe=one.recipe, content=one.content, tools=one.tools, by=by, at=at
                )
                event.commitments[f"derived_{number}"] = committed
                kept.append(row)
            if first:
                found = copies_in(exhibit, [exhibit.case_id])
                if found:
                    notice_copies(exhibit=exhibit, copies=found, by=by, at=at)
        event.facts["read"] = ", ".join(one.recipe for one in kept)
    return kept


def notice_copies(*, exhibit: Exhibit, copies: Copies, by: Actor, at: datetime) -> None:
    """Note in the trail that a case has a record already, or a picture that looks the same. Policy 7.3.

    The entry counts, and names nothing of another case.
    """
    facts = {"same": len(copies.same), "alike": len(copies.alike)}
    with acting("evidence.notice_copies", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id, facts=facts):
        pass


def notice_elsewhere(*, exhibit: Exhibit, records: int, by: Actor, at: datetime) -> None:
    """Note that somebody was shown that other cases of theirs hold the same as a record. Policy 7.3.

    In the school's trail and not in the case's, which may be handed out: it must not tell of another case.
    """
    with acting("evidence.notice_elsewhere", by=by, at=at, about=exhibit.id, facts={"records": records}):
        pass


def view_reading(*, exhibit: Exhibit, elsewhere: int = 0, by: Actor, at: datetime) -> None:
    """Note that somebody was shown what was read out of a record, before it is shown. Policy 7.3."""
    with acting("evidence.view_reading", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id):
        if elsewhere:
            notice_elsewhere(exhibit=exhibit, records=elsewhere, by=by, at=at)


# --- What the worker does ---


def next_reading() -> datetime | None:
    """When a record is next to be read in the school that was entered, in UTC."""
    soonest: datetime | None = ToRead.objects.filter(due_at__isnull=False).aggregate(soonest=Min("due_at"))["soonest"]
    return soonest


def read_due(school_id: uuid.UUID, at: datetime, *, look_up: LookUp, aside: Aside) -> bool:
    """Take what is due to be read in a school, and have it read aside: letters and clocks do not wait for it.

    Taken first, by moving its time on, so that no other worker takes it too, and one that dies with this worker comes
    up again. Part of what the worker does.
    """
    with inside(school_id), transaction.atomic():
        due = list(ToRead.objects.filter(due_at__lte=at).order_by("due_at", "id")[:BATCH])
        taken = [one.id for one in due if _taken(one.pk, one.due_at, due_at=at + LEASE)]
    for one in taken:
        aside(lambda pk=one: read_one(school_id, pk, at, look_up=look_up))  # type: ignore[misc]
    return True


def _taken(pk: uuid.UUID, before: datetime | None, **now: Any) -> bool:
    """Whether the row stood as it was last seen, and so is taken. Its time is what it is taken by."""
    return bool(ToRead.objects.filter(pk=pk, due_at=before).update(**now))


def read_one(school_id: uuid.UUID, to_read: uuid.UUID, at: datetime, *, look_up: LookUp) -> None:
    """Read one record that was taken at this instant (UTC), and keep what it says. No database is held meanwhile.

    Does nothing when it waited so long that it was taken again. The try is counted before it begins, so that a record
    on which this program dies is not tried for ever; one that only waited behind it loses no try.
    """
    until = at + LEASE + LEASE
    with inside(school_id):
        if not _taken(to_read, at + LEASE, due_at=until, tries=F("tries") + 1):
            return
        waiting = ToRead.objects.select_related("exhibit__key").get(pk=to_read)
        exhibit, only, tries = waiting.exhibit, waiting.only, waiting.tries
        allowed = may_be_read(exhibit)
        source = source_of(exhibit) if allowed else None
    readings: list[Reading] = []
    broken: BrokenSeal | FileNotFoundError | None = None
    if source is not None and tries > MOST_TRIES and not only:
        readings = [Reading("unreadable", {"why": "failed"})]
    elif source is not None:
        try:
            readings = read_out(exhibit.media, source, look_up=look_up, at=at, only=only)
            if settings.VIRUS_SCANNER and not only:
                readings.append(scanned(source))
        except (BrokenSeal, FileNotFoundError) as fault:
            readings, broken = [Reading("unreadable", {"why": "seal"})], fault
    with inside(school_id), transaction.atomic():
        queue_up(school_id)
        if not _settled(waiting, until, readings, at):
            return
        if broken is not None:
            note_fault(exhibit=exhibit, piece=getattr(broken, "chunk", None), by=PROGRAM, at=at)
        if not only or not any(one.again for one in readings):
            # Asked for a key in vain, once more: nothing new to keep.
            keep_reading(exhibit=exhibit, readings=readings, first=not only, by=PROGRAM, at=at)


def scanned(source: Source) -> Reading:
    """What the school's virus scanner says of a record, as one more thing that was read. Policy 7.3."""
    said = scan(source(), settings.VIRUS_SCANNER)
    return Reading("virus", {"state": said.state, "name": said.name}, said.scanner)


def _settled(waiting: ToRead, until: datetime, readings: Iterable[Reading], at: datetime) -> bool:
    """It has been read; or one thing of it is tried again, later each time, until nobody could expect an answer.

    False when it was taken again meanwhile, or is not to be read any more: then nothing of this reading is kept.
    """
    again = any(one.again for one in readings)
    asked = waiting.tries - 1 if waiting.only else 0
    if again and asked < len(ASK_AGAIN):
        later = at + ASK_AGAIN[asked]
        tries = waiting.tries if waiting.only else 1
        wake(waiting.school_id, later)
        return _taken(waiting.pk, until, due_at=later, only="signatures", tries=tries)
    return _taken(waiting.pk, until, due_at=None)


def source_of(exhibit: Exhibit) -> Source:
    """How the bytes of a record are had, each piece verified. Its key is opened now; the reading needs no database."""
    where = {"school": exhibit.school_id, "case": exhibit.case_id, "exhibit": exhibit.id}
    case_key = keyring.case_key(exhibit.school_id, exhibit.case_id)
    key = unwrap(bytes(exhibit.key.wrapped), under=case_key, about=exhibit_key_binding(**where))

    def pieces() -> Iterable[bytes]:
        with vault(exhibit.school_id).open(exhibit.object_name) as file:
            opener = Opener(file, key=key, about=exhibit_binding(**where), object_name=exhibit.object_name)
            if opener.size != exhibit.size:
                raise BrokenSeal("The stored object is of another size than its row says.")
            yield from opener.chunks()

    return pieces  # type: ignore[return-value]
