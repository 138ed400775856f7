"""Where the vault of this installation is: a folder, a bucket, or for a while both (docs/decisions/0044).

New objects go to one place, which the file `place` in the vault's folder names. What is not found there is looked for
in the other one, so that everything can be read while `manage.py move_vault` is at work.
"""

import logging
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from forethought.evidence.bucket import Bucket, Place, read_key
from forethought.evidence.bucket_vault import BucketVault
from forethought.evidence.disk import Disk, write_all
from forethought.evidence.keys import Binding, Key
from forethought.evidence.store import Incoming, Referenced, Store, StoreAway, Swept
from forethought.evidence.vault import Vault, make_store
from forethought.rows import school_in_scope

FOLDER, BUCKET = "folder", "bucket"

log = logging.getLogger(__name__)


def vault(school: UUID | None = None) -> Store:
    """The vault of a school, or of the one that was entered; made when first used.

    Outside every school nothing can be kept in a bucket, and what is there is found by listing it.
    """
    stores = by_place()
    home = place_of_new(stores)
    store: Store = stores[home]
    if len(stores) > 1:
        store = Both(store, stores[FOLDER if home == BUCKET else BUCKET])
    school = school or school_in_scope()
    return store.of(school) if school else store


def let_go(school: UUID, names: Iterable[str]) -> None:
    """Take objects away for good once this act is committed. Without their keys, which went before, they are noise.

    One that cannot be reached then stays, and is named in the log.
    """
    names = list(names)

    def now() -> None:
        for name in names:
            try:
                vault(school).remove(name)
            except (OSError, StoreAway):
                log.error("An object that was let go could not be removed: %s.", name)

    transaction.on_commit(now)


def by_place() -> dict[str, Store]:
    """The stores of this installation: the folder, and the bucket where one is configured."""
    # Not shared with a forked child, which would share the bucket's connections.
    return dict(_stores(os.getpid(), str(settings.VAULT), settings.FREE_SPACE_RESERVE, _configured()))


def place_of_new(stores: dict[str, Store]) -> str:
    """The place to which new objects go. Asked first with a bucket, it is the bucket unless the folder holds any."""
    if BUCKET not in stores:
        return FOLDER
    path = settings.VAULT / "place"
    with suppress(FileNotFoundError):
        if (said := path.read_text().strip()) in stores:
            return said
        raise RuntimeError(f"{path} names no place. It must hold one word: {FOLDER} or {BUCKET}.")
    any_here = any(one.is_file() for one in (settings.VAULT / "objects").rglob("*"))
    set_place(FOLDER if any_here else BUCKET)
    return place_of_new(stores)


def set_place(name: str) -> None:
    """From now on new objects go there, in every process. Lasting once this returns."""
    disk, path = Disk(), settings.VAULT / "place"
    # A name of its own: several files that come first, all at once, each find that nothing was said yet.
    fresh = path.with_suffix(f".{secrets.token_hex(8)}")
    fd = disk.create(fresh)
    try:
        write_all(disk, fd, f"{name}\n".encode())
        disk.sync(fd)
    finally:
        disk.close(fd)
    disk.rename(fresh, path)
    disk.sync_folder(path.parent)


def is_left_in_a_bucket() -> bool:
    """Whether new objects went to a bucket last, and none is configured any more."""
    with suppress(FileNotFoundError):
        return not settings.S3_BUCKET and (settings.VAULT / "place").read_text().strip() == BUCKET
    return False


def bucket_place() -> Place:
    """The bucket as it is configured. Raises BadKeyFile when its key cannot be had."""
    key_id, secret = settings.S3_KEY_ID, settings.S3_SECRET
    if not (key_id and secret):
        key_id, secret = read_key(Path(settings.S3_KEY_FILE))
    bucket, endpoint, region, prefix, ca_file, limit, lock_days = _configured()
    return Place(bucket, endpoint, region, prefix, ca_file, limit, lock_days, key_id=key_id, secret=secret)


def _configured() -> tuple[str, str, str, str, str, int, int]:
    return (
        settings.S3_BUCKET,
        settings.S3_ENDPOINT,
        settings.S3_REGION,
        settings.S3_PREFIX,
        settings.S3_CA_FILE,
        settings.S3_LIMIT,
        settings.S3_LOCK_DAYS,
    )


@lru_cache(maxsize=2)
def _stores(pid: int, root: str, reserve: int, configured: tuple[object, ...]) -> tuple[tuple[str, Store], ...]:
    make_store(Path(root))
    folder = Vault(Path(root), reserve=reserve)
    if not settings.S3_BUCKET:
        return ((FOLDER, folder),)
    return ((FOLDER, folder), (BUCKET, BucketVault(Bucket(bucket_place()), here=folder)))


class Both:
    """A store for what is new, and another in which things may still lie."""

    def __init__(self, home: Store, other: Store) -> None:
        """`home` takes what is new, and is looked into first."""
        self._home, self._other = home, other
        self.disk, self.incoming = home.disk, home.incoming
        self.has_room, self.has_room_to_wait = home.has_room, home.has_room_to_wait
        self.adopt, self.confirm = home.adopt, home.confirm

    def of(self, school: UUID) -> "Both":
        """Both stores' parts of one school."""
        return Both(self._home.of(school), self._other.of(school))

    def begin(self, *, key: Key, about: Binding, ceiling: int) -> Incoming:
        """Start an exhibit in the home."""
        return self._home.begin(key=key, about=about, ceiling=ceiling)

    def open(self, object_name: str) -> BinaryIO:
        """The sealed bytes, from wherever they are. Raises FileNotFoundError when they are in neither."""
        try:
            return self._home.open(object_name)
        except FileNotFoundError:
            pass
        try:
            return self._other.open(object_name)
        except FileNotFoundError:
            # It may have been moved between the two looks.
            return self._home.open(object_name)

    def holds(self, object_name: str) -> bool:
        """Whether an object is in either."""
        return self._home.holds(object_name) or self._other.holds(object_name)

    def put_file(self, object_name: str, file: BinaryIO) -> None:
        """Keep sealed bytes that lay elsewhere, in the home."""
        self._home.put_file(object_name, file)

    def names(self) -> Iterator[str]:
        """The names of all objects in either, each once."""
        seen = set()
        for store in (self._home, self._other):
            for name in store.names():
                if name not in seen:
                    seen.add(name)
                    yield name

    def returning(self, object_name: str) -> AbstractContextManager[BinaryIO]:
        """A file for an object that comes back. It comes back into the folder, whichever is the home."""
        return self._home.returning(object_name)

    def remove(self, object_name: str) -> bool:
        """Take an object away from both.

        A move may be copying it. It looks whether the old place still holds it after it has copied, so the old place
        must come before the new one, whichever is the home.
        """
        removed = self._home.remove(object_name)
        removed = self._other.remove(object_name) or removed
        return self._home.remove(object_name) or removed

    def sweep(self, *, older_than: datetime, referenced: Referenced) -> Swept:
        """Clear up in both."""
        home = self._home.sweep(older_than=older_than, referenced=referenced)
        return home + self._other.sweep(older_than=older_than, referenced=referenced)
