"""The walk through a bucket that keeps its locks: some files at a time, where it was left, counting.

How far it is stands in a file of the data folder: after a restart it goes on there. Losing that file costs one walk.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

from forethought.evidence.bucket import Bucket, Missing, NotOffered
from forethought.evidence.disk import Disk, make_folders, write_all
from forethought.evidence.lock_rules import Walk, is_due, new_end
from forethought.evidence.store import StoreAway

#: So many files are asked about at once, of the database.
_TOGETHER = 200

#: Of some keys those whose file lives on, each with when it may be destroyed, if that is known.
Living = Callable[[list[str]], Mapping[str, datetime | None]]


class Refused(Exception):
    """The bucket does not let this lock be renewed."""


class Locked(Protocol):
    """A bucket that locks its files. What does not answer raises StoreAway or OSError."""

    days: int

    def keys(self, after: str) -> Iterator[str]:
        """The keys of all files that come after this one, in the order of the alphabet."""

    def locked_until(self, key: str) -> datetime | None:
        """Until when a file is locked. Raises FileNotFoundError."""

    def lock(self, key: str, until: datetime) -> None:
        """Lock a file until then. Raises Refused or FileNotFoundError."""


class VaultLocks:
    """The locks of the vault's bucket, all schools together."""

    def __init__(self, bucket: Bucket, *, days: int) -> None:
        """For so many days each renewal locks."""
        self._bucket, self.days = bucket, days

    def keys(self, after: str) -> Iterator[str]:
        """The keys of all files that come after this one, in the order of the alphabet."""
        start = {"StartAfter": after} if after else {}
        try:
            prefix = f"{self._bucket.place.prefix}/"
            for one in self._bucket.pages("list_objects_v2", "Contents", Prefix=prefix, **start):
                yield one["Key"]
        except (NotOffered, Missing):
            raise StoreAway from None

    def locked_until(self, key: str) -> datetime | None:
        """Until when a file is locked. Raises FileNotFoundError."""
        try:
            found: datetime | None = self._bucket.ask("head_object", Key=key).get("ObjectLockRetainUntilDate")
        except Missing:
            raise FileNotFoundError(key) from None
        except NotOffered:
            raise StoreAway from None
        return found

    def lock(self, key: str, until: datetime) -> None:
        """Lock a file until then. Raises Refused or FileNotFoundError."""
        try:
            self._bucket.ask(
                "put_object_retention", Key=key, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until}
            )
        except Missing:
            raise FileNotFoundError(key) from None
        except NotOffered:
            raise Refused from None


def go_on(place: Locked, walk: Walk, *, living: Living, at: datetime, most: int) -> Walk:
    """Look at so many files at most, and lock anew what needs it. How far the walk is then.

    `at` is UTC. A bucket that does not answer ends it for now: the walk stays where it was.
    """
    if not is_due(walk, at, place.days):
        return walk
    if not walk.under_way:
        walk = replace(walk, after="", looked=0, renewed=0, refused=0, under_way=True)
    keys = place.keys(walk.after)
    while most > 0:
        some = list(islice(keys, min(_TOGETHER, most)))
        if not some:
            return replace(walk, under_way=False, ended_at=at, left_open=walk.refused)
        walk = _some(place, walk, some, living(some), at)
        most -= len(some)
    return walk


def _some(place: Locked, walk: Walk, keys: list[str], lives: Mapping[str, datetime | None], at: datetime) -> Walk:
    renewed = refused = 0
    for key in keys:
        if key not in lives:
            continue
        try:
            held = place.locked_until(key)
            until = new_end(locked_until=held, at=at, days=place.days, not_beyond=lives[key])
            if until is not None:
                place.lock(key, until)
                renewed += 1
        except Refused:
            refused += 1
        except FileNotFoundError:
            # Destroyed a moment ago.
            continue
    return replace(
        walk,
        after=keys[-1],
        looked=walk.looked + len(keys),
        renewed=walk.renewed + renewed,
        refused=walk.refused + refused,
    )


def read_walk(path: Path, at: datetime) -> Walk:
    """How far the walk is, by its file; a new one, begun now, without a file that can be read."""
    try:
        said = json.loads(path.read_text())
        for name in ("began_at", "ended_at"):
            said[name] = datetime.fromisoformat(said[name]) if said[name] else None
        return Walk(**said)
    except (OSError, ValueError, TypeError, KeyError):
        return Walk(began_at=at)


def write_walk(path: Path, walk: Walk) -> None:
    """Note how far the walk is. Whole or not at all."""
    disk, part = Disk(), path.with_name(f".{path.name}.part")
    make_folders(disk, path.parent)
    part.unlink(missing_ok=True)
    said = asdict(walk) | {
        "began_at": walk.began_at.isoformat(),
        "ended_at": walk.ended_at.isoformat() if walk.ended_at else None,
    }
    fd = disk.create(part)
    try:
        write_all(disk, fd, json.dumps(said).encode())
        disk.sync(fd)
    finally:
        disk.close(fd)
    disk.rename(part, path)
    disk.sync_folder(path.parent)
