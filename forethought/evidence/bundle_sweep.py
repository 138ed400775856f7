"""Writing the files of bundles that were decided: small ones at once, the rest by the worker, one after another."""

import logging
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Min

from forethought.audit.checkpoints import make_checkpoint
from forethought.audit.procedures import PROGRAM
from forethought.evidence.away_models import Away
from forethought.evidence.bundle_models import Bundle, BundleItem
from forethought.evidence.bundling import give_up_bundle, keep_bundle, members_of, write_bundle
from forethought.evidence.models import Destruction
from forethought.evidence.reading import Damaged
from forethought.people.models import Person
from forethought.people.post import owe_letter, wake
from forethought.rows import inside

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: What is written while its maker waits, in bytes of items: a second or two. PostgreSQL keeps other writers of the
#: school waiting for as long.
AT_ONCE = 64 * 1024 * 1024

#: Where a file could not be written (no room, no log key), how long until the next try.
AGAIN = timedelta(minutes=5)

log = logging.getLogger(__name__)


def _waiting() -> "QuerySet[Bundle]":
    """Bundles without a file that were not given up.

    One with a record that was sealed away since, or with a copy that was discarded since, is never written.
    """
    gone = Away.objects.exclude(ended_as="released").values("exhibit")
    lost = BundleItem.objects.filter(copy__isnull=False, copy__key__isnull=True).values("bundle")
    waiting: QuerySet[Bundle] = Bundle.objects.filter(file__isnull=True, key__isnull=True)
    destroyed = Destruction.objects.values("exhibit")
    waiting = waiting.exclude(items__exhibit__in=destroyed)
    return waiting.exclude(items__exhibit__in=gone).exclude(pk__in=lost)


def write_now(*, bundle: Bundle, size: int, at: datetime) -> bool:
    """Write a small bundle while its maker waits, in the school that was entered; a large one is left to the worker.

    Whether it is written. `size` is that of its items, in bytes.
    """
    if size > AT_ONCE:
        wake(bundle.school_id, at)
        return False
    make_checkpoint(by=PROGRAM, at=at)
    parts, checkpoint = members_of(bundle)
    kept, wrapped = write_bundle(bundle, parts)
    keep_bundle(bundle=bundle, kept=kept, wrapped=wrapped, checkpoint=checkpoint, by=PROGRAM, at=at)
    return True


def write_due(school_id: uuid.UUID, at: datetime) -> bool:
    """Write the oldest bundle that waits, and tell its maker. Whether all went well. Policy 7.3.

    In three stays, so that nobody at the school waits while gigabytes are written.
    """
    with inside(school_id):
        bundle = _waiting().order_by("made_at").first()
        if bundle is None:
            return True
        make_checkpoint(by=PROGRAM, at=at)
    try:
        with inside(school_id):
            parts, checkpoint = members_of(bundle)
            kept, wrapped = write_bundle(bundle, parts)
    except Damaged:
        log.error("A bundle was given up: a record in it is not what was kept. Run: manage.py verify")
        with inside(school_id):
            give_up_bundle(bundle=bundle, by=PROGRAM, at=at)
        return True
    except Exception:
        log.exception("A bundle could not be written. It is tried again.")
        return False
    with inside(school_id):
        keep_bundle(bundle=bundle, kept=kept, wrapped=wrapped, checkpoint=checkpoint, by=PROGRAM, at=at)
        maker = Person.objects.filter(pk=bundle.made_by, left_at__isnull=True).first()
        if maker is not None:
            owe_letter(person=maker, kind="news", at=at)
    return True


def next_writing() -> datetime | None:
    """When the school that was entered next has a bundle to write: at once, or not at all."""
    found: datetime | None = _waiting().aggregate(next=Min("made_at"))["next"]
    return found
