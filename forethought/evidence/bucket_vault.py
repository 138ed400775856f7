"""The vault as a bucket of an S3 store (docs/decisions/0044).

The order is: the sealed bytes in parts, each with its SHA-256, which the server checks; the call that makes one object
of them, unless one of that name is there; its answer; and a look at the object's size and checksum. Only then may a row
name it. What breaks off is dropped, or cleared away by the sweep.

    <prefix>/<school>/<32 hex>
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from forethought.evidence.bucket import Bucket, Missing, NotOffered, Taken
from forethought.evidence.bucket_objects import Reader, Upload, remove_object
from forethought.evidence.keys import Binding, Key
from forethought.evidence.locks import VaultLocks
from forethought.evidence.sealing import CHUNK
from forethought.evidence.store import (
    ASK,
    NAME,
    PART,
    Incoming,
    Referenced,
    StoreAway,
    StoreFull,
    Swept,
    insist_on_name,
    not_in,
)
from forethought.evidence.vault import Vault, sweep_incoming

#: Seconds for which the count of what is stored holds.
_COUNTED = 3600.0
#: Seconds after which the bucket is listed anew for a name that a listing did not have.
_LISTED = 10.0


class BucketVault:
    """The store in one bucket, with a folder on this machine for what comes in pieces."""

    def __init__(self, bucket: Bucket, *, here: Vault, school: UUID | None = None) -> None:
        """Without a school nothing can be kept in it, and what is there is found by listing it."""
        self._bucket, self._here, self._school = bucket, here, school
        self.incoming, self.disk = here.incoming, here.disk
        self.has_room_to_wait = here.has_room_to_wait
        self._used = _Used(bucket)
        self._listed: dict[str, str] = {}
        self._listed_at = -_LISTED

    def of(self, school: UUID) -> "BucketVault":
        """The part of the bucket that holds one school's objects."""
        found = BucketVault(self._bucket, here=self._here, school=school)
        found._used = self._used
        return found

    def locks(self, *, days: int) -> VaultLocks | None:
        """The locks of the objects of every school, to be renewed for so many days; nothing where none are set."""
        asked = self._bucket.place.lock_days
        if not asked or not self._bucket.facts.locks:
            return None
        return VaultLocks(self._bucket, days=min(asked, days))

    def has_room(self, size: int = 0) -> bool:
        """Whether this many bytes more stay within the limit, where there is one."""
        limit = self._bucket.place.limit
        return not limit or self._used.count() + size <= limit

    def begin(self, *, key: Key, about: Binding, ceiling: int) -> Incoming:
        """Start an exhibit of at most `ceiling` bytes, sealed under its own key. Raises StoreFull over the limit."""
        if not self.has_room():
            raise StoreFull
        name = secrets.token_hex(16)
        return Incoming(name, self._sink(name), key, about, ceiling)

    def adopt(self, object_name: str) -> None:
        """Send what lies whole in `incoming`, and take it away here. It stays when the bucket cannot be reached.

        Called again after a kill it finds what it sent before.
        """
        path = self.incoming / (object_name + PART)
        with path.open("rb") as file:
            self.put_file(object_name, file)
        self.disk.remove(path)

    def put_file(self, object_name: str, file: BinaryIO) -> None:
        """Keep sealed bytes that lie elsewhere under this name. Durable once this returns."""
        insist_on_name(object_name)
        sink = self._sink(object_name)
        try:
            while piece := file.read(CHUNK):
                sink.put(memoryview(piece))
            sink.make_last()
        except BaseException:
            sink.drop()
            raise

    def confirm(self, object_name: str) -> None:
        """Nothing is left to do: a bucket answers when it is durable."""

    def open(self, object_name: str) -> BinaryIO:
        """The sealed bytes of an object, for an Opener. Raises FileNotFoundError when it is not here."""
        try:
            return cast(BinaryIO, Reader(self._bucket, self._key(object_name)))
        except Missing:
            raise FileNotFoundError(object_name) from None
        except NotOffered:
            raise StoreAway from None

    def holds(self, object_name: str) -> bool:
        """Whether an object is here."""
        try:
            self._bucket.ask("head_object", Key=self._key(object_name))
            return True
        except NotOffered:
            raise StoreAway from None
        except Missing:
            self._insist_on_bucket()
            return False

    def names(self) -> Iterator[str]:
        """The names of all objects that are here, in no order."""
        self._list()
        yield from self._listed

    def returning(self, object_name: str) -> AbstractContextManager[BinaryIO]:
        """A file for an object that comes back: into the folder, from which it can be moved (move_vault)."""
        return self._here.returning(object_name)

    def remove(self, object_name: str) -> bool:
        """Take an object away for good, with every version of it and whatever lock we set, and say if it was here."""
        was_here = self._bucket.facts.versions or self.holds(object_name)
        try:
            return remove_object(self._bucket, self._key(object_name)) > 0 and was_here
        except (NotOffered, Missing):
            raise StoreAway from None

    def sweep(self, *, older_than: datetime, referenced: Referenced) -> Swept:
        """Clear up after crashes, of all schools, and report objects that no row names. See `Store.sweep`."""
        left = sweep_incoming(self.incoming, older_than=older_than, disk=self.disk)
        removed = freed = 0
        strangers: list[str] = []
        orphans: list[str] = []
        asked: list[str] = []
        try:
            for upload in self._bucket.pages("list_multipart_uploads", "Uploads", Prefix=self._prefix):
                if upload["Initiated"] < older_than and self._name_in(upload["Key"]):
                    freed += self._end_upload(upload["Key"], upload["UploadId"])
                    removed += 1
            for one in self._bucket.pages("list_objects_v2", "Contents", Prefix=self._prefix):
                name = self._name_in(one["Key"])
                if not name:
                    strangers.append(one["Key"])
                elif one["LastModified"] < older_than:
                    asked.append(name)
                if len(asked) == ASK:
                    orphans += not_in(asked, referenced(asked))
                    asked = []
        except NotOffered:
            raise StoreAway from None
        if asked:
            orphans += not_in(asked, referenced(asked))
        return left + Swept(removed, freed, tuple(orphans), tuple(strangers))

    def _end_upload(self, key: str, upload_id: str) -> int:
        """Drop an upload that broke off; how many bytes lay in it."""
        which: dict[str, Any] = {"Key": key, "UploadId": upload_id}
        try:
            size = sum(int(part["Size"]) for part in self._bucket.pages("list_parts", "Parts", **which))
            self._bucket.ask("abort_multipart_upload", **which)
        except (Missing, Taken):
            return 0
        return size

    def _insist_on_bucket(self) -> None:
        """Raise StoreAway when it is the bucket that is not there: a look at an object is answered alike."""
        try:
            self._bucket.ask("head_bucket")
        except (Missing, NotOffered):
            raise StoreAway from None

    @property
    def _prefix(self) -> str:
        return (
            f"{self._bucket.place.prefix}/" if self._school is None else f"{self._bucket.place.prefix}/{self._school}/"
        )

    def _key(self, object_name: str, *, new: bool = False) -> str:
        insist_on_name(object_name)
        if self._school is not None:
            return self._prefix + object_name
        if new:
            raise RuntimeError("Say of which school the object is: each has its own part of the bucket.")
        if object_name not in self._listed and time.monotonic() > self._listed_at + _LISTED:
            self._list()
        # Of none: a name that is not there.
        return self._listed.get(object_name, f"{self._prefix}none/{object_name}")

    def _list(self) -> None:
        try:
            keys = [one["Key"] for one in self._bucket.pages("list_objects_v2", "Contents", Prefix=self._prefix)]
        except NotOffered:
            raise StoreAway from None
        self._listed_at = time.monotonic()
        self._listed = {name: key for key in keys if (name := self._name_in(key))}

    def _name_in(self, key: str) -> str:
        """The object's name in a key of ours; nothing for what the vault did not make."""
        rest = key.removeprefix(self._prefix)
        school, _, name = rest.rpartition("/")
        with suppress(ValueError):
            if NAME.fullmatch(name) and (str(UUID(school)) == school if self._school is None else not school):
                return name
        return ""

    def _sink(self, object_name: str) -> Upload:
        return Upload(self._bucket, self._key(object_name, new=True), kept=self._used.add)


class _Used:
    """How many bytes lie in the bucket: counted once an hour, with what this process has added since."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._bytes, self._counted_at = 0, -_COUNTED

    def add(self, size: int) -> None:
        self._bytes += size

    def count(self) -> int:
        if time.monotonic() - self._counted_at >= _COUNTED:
            self._counted_at = time.monotonic()
            prefix = f"{self._bucket.place.prefix}/"
            try:
                pages = self._bucket.pages("list_objects_v2", "Contents", Prefix=prefix)
                self._bytes = sum(int(one["Size"]) for one in pages)
            except NotOffered:
                raise StoreAway from None
        return self._bytes
