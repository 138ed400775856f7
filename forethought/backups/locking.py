"""Which files in a bucket of backups are locked anew: those that the newest backup needs, and no others.

A file of a record is copied once and needed for years, so its lock would end while it is needed. What was destroyed
here is in no new list: its lock runs out, and the next letting go removes it.
"""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from forethought.backups import keeping, manifest
from forethought.backups.bucket import Bucket
from forethought.backups.places import Place


class BackupLocks:
    """The locks of a bucket of backups."""

    def __init__(self, bucket: Bucket) -> None:
        """Never for longer than keys are kept in backups: after that nothing of what was destroyed may be left."""
        self._bucket = bucket
        self.days = min(bucket.keeps_days, settings.BACKUPS_KEPT_DAYS)

    def keys(self, after: str) -> Iterator[str]:
        """The paths of the files of records that come after this one, in the order of the alphabet."""
        return self._bucket.keys(after)

    def locked_until(self, key: str) -> datetime | None:
        """Until when a file is locked. Raises FileNotFoundError."""
        return self._bucket.locked_until(key)

    def lock(self, key: str, until: datetime) -> None:
        """Lock a file until then. Raises Refused or FileNotFoundError."""
        self._bucket.lock(key, until)


def locks_of(place: Place) -> BackupLocks | None:
    """The locks of a place of backups; nothing where none are set, or the place cannot lock."""
    found = BackupLocks(place) if isinstance(place, Bucket) else None
    return found if found is not None and found.days else None


def needed(place: Place) -> set[str]:
    """The paths of the files that the newest backup needs. Raises BadBackup; none where there is no backup."""
    names = keeping.whole_backups(place)
    if not names:
        return set()
    made = keeping.read_manifest(place, names[0], keys=[keeping.signing_key().public()])
    return {manifest.place_of(one) for one in keeping.objects_of(place, made)}
