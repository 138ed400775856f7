"""The worker keeps the locks in buckets, of the vault and of backups: some files every ten minutes."""

import hashlib
import logging
import threading
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from forethought.backups import keeping, locking, owning, procedures
from forethought.backups.manifest import BadBackup
from forethought.backups.places import NoPlace
from forethought.core.key_file import BadKeyFile
from forethought.evidence.bucket_vault import BucketVault
from forethought.evidence.lock_rules import is_due, is_failing
from forethought.evidence.locks import Living, Locked, go_on, read_walk, write_walk
from forethought.evidence.places import BUCKET, by_place
from forethought.evidence.store import StoreAway
from forethought.management.backing import is_quiet
from forethought.people.models import Wake
from forethought.retention import locked
from forethought.rows import inside

#: Seconds from one turn to the next, and files in one turn: a hundred thousand are looked at in a day.
EVERY, MOST = 600.0, 1000

_AWAY = (NoPlace, BadBackup, BadKeyFile, StoreAway, OSError)

log = logging.getLogger(__name__)


def keep_going(stop: threading.Event) -> None:
    """Take a turn now and then until told to stop. After a start the pages come first."""
    while not stop.wait(EVERY):
        try:
            look(timezone.now())
        except Exception:
            log.exception("The locks in the buckets could not be seen to.")
        close_old_connections()


def look(at: datetime) -> None:
    """Lock some files anew where that is due at this instant (UTC), and have somebody told where it cannot be done."""
    turns = [_of_vault(at), *(_of_place(address, at) for address in settings.BACKUP_TO if address.startswith("s3://"))]
    failing = any(turns)
    for school_id in list(Wake.objects.order_by("school_id").values_list("school_id", flat=True)):
        if not is_quiet(school_id):
            with inside(school_id):
                procedures.note_locks(school_id=school_id, failing=failing, at=at)


def _of_vault(at: datetime) -> bool:
    store = by_place().get(BUCKET)
    if not isinstance(store, BucketVault) or not settings.S3_LOCK_DAYS:
        return False
    try:
        place = store.locks(days=locked.MOST_DAYS)
    except _AWAY:
        log.error("The vault’s bucket does not answer, and its locks wait.")
        return is_failing(read_walk(_file("vault"), at), at, min(settings.S3_LOCK_DAYS, locked.MOST_DAYS))
    return place is not None and _turn("vault", place, locked.living, at)


def _of_place(address: str, at: datetime) -> bool:
    name = f"backups-{hashlib.sha256(address.encode()).hexdigest()[:12]}"
    days = min(settings.BACKUP_LOCK_DAYS, settings.BACKUPS_KEPT_DAYS)
    if not days:
        return False
    try:
        place = keeping.place_of(address)
        locks = locking.locks_of(place)
        if locks is None or owning.is_anothers(place):
            return False
        if not is_due(read_walk(_file(name), at), at, days):
            return is_failing(read_walk(_file(name), at), at, days)
        needed = locking.needed(place)
    except _AWAY:
        log.error("A bucket for backups does not answer, and its locks wait.")
        return is_failing(read_walk(_file(name), at), at, days)
    return _turn(name, locks, lambda keys: {key: None for key in keys if key in needed}, at)


def _turn(name: str, place: Locked, living: Living, at: datetime) -> bool:
    """Look at some files of one bucket. Whether somebody is to be told."""
    before = read_walk(_file(name), at)
    after = before
    try:
        after = go_on(place, before, living=living, at=at, most=MOST)
    except _AWAY:
        log.error("A bucket does not answer, and its locks wait.")
    if after != before or not _file(name).exists():
        write_walk(_file(name), after)
    if after.ended_at != before.ended_at:
        log.info("Locks in a bucket: %s files looked at, %s locked anew.", after.looked, after.renewed)
        if after.left_open:
            log.error("%s files in a bucket could not be locked anew. May its key lock objects?", after.left_open)
    return is_failing(after, at, place.days)


def _file(name: str) -> Path:
    found: Path = settings.DATA / "locks" / f"{name}.json"
    return found
