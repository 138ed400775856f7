"""What the store needs done by itself, once a day and a little at a time: clearing up, and reading everything through.

Half-sent files that took too long go, with what a crash left. Objects that no row names are reported and never adopted.
Each record is read from end to end every thirty days, so that rot is found while a backup still has it (evidence.md 7,
case 16). The worker gives it a fifth of a second when it has nothing else to do.
"""

import logging
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.utils import timezone

from forethought.audit.procedures import PROGRAM
from forethought.evidence.arriving import end_uploads
from forethought.evidence.away_standing import SealedAway
from forethought.evidence.bundle_models import BundleFile
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.derived_models import Derived
from forethought.evidence.models import Exhibit
from forethought.evidence.places import vault
from forethought.evidence.reading import Damaged, opened
from forethought.evidence.store import StoreAway
from forethought.evidence.viewing import note_fault
from forethought.people.models import Wake
from forethought.rows import inside

#: In so many days every record is read through once.
ROUND = 30
#: What nobody touched for so long is left over: longer than an upload may stand still.
LEFT_OVER = timedelta(hours=49)
#: After a start the pages come first.
FIRST_AFTER = 300.0

log = logging.getLogger(__name__)


class Upkeep:
    """The day's work, in small steps. Stopped in the middle, the rest of the day's share waits for its next turn."""

    def __init__(self) -> None:
        self._begins = time.monotonic() + FIRST_AFTER
        self._day: date | None = None
        self._steps: Iterator[None] = iter(())

    def a_little(self, seconds: float) -> None:
        """Go on for so long at most, or not at all when the day's work is done."""
        latest = time.monotonic() + seconds
        if time.monotonic() < self._begins:
            return
        today = timezone.now().date()
        if today != self._day:
            self._day, self._steps = today, days_work(timezone.now())
        for _ in self._steps:
            if time.monotonic() >= latest:
                return


def days_work(now: datetime) -> Iterator[None]:
    """Everything that is due on this day (an instant in UTC). Gives way after each small step."""
    for school_id in _schools():
        with inside(school_id):
            end_uploads(by=PROGRAM, at=now)
        yield
    sweep(now)
    yield
    for school_id in _schools():
        yield from remove_what_was_let_go(school_id, now)
        with inside(school_id):
            rows = Exhibit.objects.exclude(object_name="").values_list("id", flat=True)
            due = [one for one in rows if one.int % ROUND == now.toordinal() % ROUND]
        for one in due:
            yield from read_through(school_id, one)


def remove_what_was_let_go(school_id: uuid.UUID, now: datetime) -> Iterator[None]:
    """Take away the bytes of what was destroyed, where that failed at the time: the bucket or the disk was away.

    Without its key nobody opens them, but they should not be there. Each is looked at once in thirty days.
    """
    with inside(school_id):
        names = [
            name
            for model, key in ((Exhibit, "key"), (Derived, "key"), (RedactedCopy, "key"), (BundleFile, "bundle__key"))
            for one, name in model.objects.filter(**{f"{key}__isnull": True})
            .exclude(object_name="")
            .values_list("pk", "object_name")
            if one.int % ROUND == now.toordinal() % ROUND
        ]
    store = vault(school_id)
    for name in names:
        try:
            if store.remove(name):
                log.warning("An object that was let go before is removed now.")
        except (OSError, StoreAway):
            return
        yield


def sweep(now: datetime) -> None:
    """Clear the store of what is left over, and report what no row names."""
    try:
        swept = vault().sweep(older_than=now - LEFT_OVER, referenced=named)
    except StoreAway:
        log.error("The vault could not be cleared up today, because its bucket did not answer.")
        return
    if swept.removed:
        log.warning("%s half-sent files were cleared away.", swept.removed)
    for name in swept.orphans:
        log.error("The vault holds an object that no row names: %s. It was not touched.", name)
    for path in swept.strangers:
        log.error("The vault holds a file that is not its own: %s. It was not touched.", path)


def named(names: list[str]) -> Collection[str]:
    """Of these objects, those that a row of any school names, in whichever table has a column for it."""
    found: set[str] = set()
    for school_id in _schools():
        with inside(school_id):
            for model in _with_objects():
                found.update(model.objects.filter(object_name__in=names).values_list("object_name", flat=True))
    return found


def names_here() -> set[str]:
    """All objects that rows of the school that was entered name, those that were let go as well."""
    found: set[str] = set()
    for model in _with_objects():
        found.update(model.objects.exclude(object_name="").values_list("object_name", flat=True))
    return found


def read_through(school_id: uuid.UUID, exhibit_id: uuid.UUID) -> Iterator[None]:
    """Read one record from end to end, a few pieces at a time; what is wrong with it is noted as an alarm."""
    found, exhibit = sha256(), None
    try:
        with ExitStack() as stack:
            with inside(school_id):
                exhibit = Exhibit.objects.select_related("key").filter(pk=exhibit_id).first()
                if exhibit is None:
                    return
                opener = stack.enter_context(opened(exhibit))
            for number, piece in enumerate(opener.chunks()):
                found.update(piece)
                if number % 8 == 7:
                    yield
        if found.digest() != bytes(exhibit.sha256 or b""):
            raise Damaged("its content is not what its row says.")
    except (SealedAway, StoreAway):
        return
    except Damaged as damaged:
        log.error("A record is not what was kept. Run: manage.py verify")
        with inside(school_id):
            assert exhibit is not None
            note_fault(exhibit=exhibit, piece=damaged.piece, by=PROGRAM, at=timezone.now())
    yield


def _schools() -> list[uuid.UUID]:
    return list(Wake.objects.order_by("school_id").values_list("school_id", flat=True))


def _with_objects() -> Iterator[Any]:
    for model in apps.get_app_config("forethought").get_models():
        if any(field.name == "object_name" for field in model._meta.local_fields):
            yield model
