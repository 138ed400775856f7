"""One object of a bucket: on its way in, being read, being removed."""

import hashlib
import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from forethought.evidence.bucket import Bucket, Missing, NotOffered, Taken, checksum_of
from forethought.evidence.sealing import CHUNK
from forethought.evidence.store import StoreAway, TooLarge

#: One part of an upload, in bytes. A server takes 5 MiB at the least, and ten thousand of them.
PART_SIZE = 8 * CHUNK
MOST_PARTS = 10_000
#: So many parts of one upload are on their way while the next one is filled.
_FLYING = 2
#: What is fetched first of an object, and at most at once of one that is read on and on.
_FIRST, _MOST_AHEAD = 64 * 1024, 8 * CHUNK


def remove_object(bucket: Bucket, key: str, *, tries: int = 0) -> int:
    """Delete an object with every version of it. How many were deleted; of a bucket without versions always one."""
    if not bucket.facts.versions:
        bucket.ask("delete_object", tries=tries, Key=key)
        return 1
    bypass = {"BypassGovernanceRetention": True} if bucket.facts.locks else {}
    found = bucket.versions(key)
    for version in found:
        bucket.ask("delete_object", tries=tries, Key=key, VersionId=version, **bypass)
    return len(found)


class Upload:
    """One object on its way into the bucket: whole when it is small, in parts when it is not."""

    def __init__(self, bucket: Bucket, key: str, *, kept: Callable[[int], object]) -> None:
        """Nothing is asked of the bucket yet. `kept` is told how many bytes were stored."""
        self._bucket, self._kept = bucket, kept
        self._what: dict[str, Any] = {"Key": key}
        self._filling = bytearray()
        self._digests: list[bytes] = []
        self._size = 0
        self._ours = False
        self._crew: ThreadPoolExecutor | None = None
        self._flying: list[Future[dict[str, Any]]] = []
        self._parts: list[dict[str, Any]] = []

    def put(self, sealed: memoryview) -> None:
        """Take the next bytes. Raises StoreFull, TooLarge, or StoreAway for an earlier part that failed."""
        self._size += len(sealed)
        while sealed:
            taken = min(PART_SIZE - len(self._filling), len(sealed))
            self._filling += sealed[:taken]
            sealed = sealed[taken:]
            if len(self._filling) == PART_SIZE:
                self._send_part()

    def make_last(self) -> None:
        """Return once the object is there, and its size and checksum have been seen to be right."""
        try:
            in_parts = self._crew is not None
            if in_parts:
                self._finish_parts()
            else:
                self._send_whole()
            self._insist_it_is_there(checksum_of(self._digests, in_parts=in_parts))
        except (NotOffered, Missing):
            raise StoreAway from None
        self._kept(self._size)
        self._let_go()

    def drop(self) -> None:
        """Leave nothing behind, as far as the bucket can be reached now."""
        self._let_go()
        # One try each: whoever waits has waited through the tries of the call that failed.
        with suppress(Exception):
            if "UploadId" in self._what:
                self._bucket.ask("abort_multipart_upload", tries=1, **self._what)
        with suppress(Exception):
            if self._ours:
                remove_object(self._bucket, self._what["Key"], tries=1)

    def _send_whole(self) -> None:
        self._digests = [hashlib.sha256(self._filling).digest()]
        what = {**self._what, **self._lock(), "ChecksumSHA256": checksum_of(self._digests, in_parts=False)}
        # Taken: the first try arrived and its answer was lost. Names are random, so it is ours, and is looked at.
        with self._perhaps_there():
            self._bucket.ask("put_object", Body=bytes(self._filling), IfNoneMatch="*", **what)

    def _send_part(self) -> None:
        """Send what was filled, while the next part is. Raises what went wrong with an earlier one."""
        if len(self._parts) + len(self._flying) == MOST_PARTS:
            raise TooLarge("This is larger than a bucket takes in one object. It was not kept.")
        try:
            if self._crew is None:
                made = self._bucket.ask(
                    "create_multipart_upload", **self._what, **self._lock(), ChecksumAlgorithm="SHA256"
                )
                self._what["UploadId"] = made["UploadId"]
                self._crew = ThreadPoolExecutor(_FLYING, "ft-part")
            while len(self._flying) >= _FLYING:
                self._land()
            number = len(self._parts) + len(self._flying) + 1
            self._flying.append(self._crew.submit(self._part, number, self._filling))
        except (NotOffered, Missing, Taken):
            raise StoreAway from None
        self._filling = bytearray()

    def _part(self, number: int, content: bytearray) -> dict[str, Any]:
        digest = hashlib.sha256(content).digest()
        checksum = checksum_of([digest], in_parts=False)
        answer = self._bucket.ask("upload_part", **self._what, PartNumber=number, Body=content, ChecksumSHA256=checksum)
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum, "digest": digest}

    def _land(self) -> None:
        part = self._flying.pop(0).result()
        self._digests.append(part.pop("digest"))
        self._parts.append(part)

    def _finish_parts(self) -> None:
        if self._filling:
            self._send_part()
        while self._flying:
            self._land()
        # Taken: the object is there, or the upload is ended, by an answer that was lost. The look afterwards tells.
        with self._perhaps_there():
            parts = {"Parts": self._parts}
            self._bucket.ask("complete_multipart_upload", **self._what, MultipartUpload=parts, IfNoneMatch="*")

    @contextmanager
    def _perhaps_there(self) -> Iterator[None]:
        """From here on the object may be there, unless there was one of that name, which then is not ours to drop."""
        self._ours = True
        try:
            yield
        except Taken:
            self._ours = False

    def _lock(self) -> dict[str, Any]:
        """How long nobody may take the object away, where the bucket can say so. Disposal may end it."""
        days = self._bucket.place.lock_days
        if not days or not self._bucket.facts.locks:
            return {}
        until = datetime.now(UTC) + timedelta(days=days)
        return {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}

    def _insist_it_is_there(self, checksum: str) -> None:
        """Look at what is stored. A server that gives no checksum back is read instead."""
        key = self._what["Key"]
        found = self._bucket.ask("head_object", Key=key, ChecksumMode="ENABLED")
        said = found.get("ChecksumSHA256")
        if int(found["ContentLength"]) != self._size or (said or self._read_back(key)) != checksum:
            raise StoreAway

    def _read_back(self, key: str) -> str:
        digests = [
            hashlib.sha256(self._bucket.fetch(key, start, PART_SIZE)[0]).digest()
            for start in range(0, self._size, PART_SIZE)
        ]
        return checksum_of(digests, in_parts=self._crew is not None)

    def _let_go(self) -> None:
        if self._crew is not None:
            # Waited for: a part that lands after its upload was dropped would be left over.
            self._crew.shutdown(wait=True, cancel_futures=True)


class Reader(io.RawIOBase):
    """An object as a file that can be read at any place. Read on and on, it is fetched in ever larger windows."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        """Fetches its beginning. Raises Missing, NotOffered or StoreAway."""
        self._bucket, self._object = bucket, key
        self._window, self._from, self._at = b"", 0, 0
        self._ahead = CHUNK
        self._window, self._size = bucket.fetch(key, 0, _FIRST)

    def seekable(self) -> bool:
        """It is."""
        return True

    def readable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next bytes are read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go on reading elsewhere. Nothing is fetched by it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Exactly so many bytes, fewer at the end. Raises StoreAway when the bucket cannot be reached."""
        stop = self._size if size < 0 else min(self._size, self._at + size)
        pieces = []
        while self._at < stop:
            skipped = self._at - self._from
            if not 0 <= skipped < len(self._window):
                self._fetch(stop - self._at)
                skipped = 0
            piece = self._window[skipped : skipped + stop - self._at]
            pieces.append(piece)
            self._at += len(piece)
        return b"".join(pieces)

    def _fetch(self, wanted: int) -> None:
        on_and_on = self._at == self._from + len(self._window)
        self._ahead = min(_MOST_AHEAD, self._ahead * 2) if on_and_on else 0
        length = max(wanted, self._ahead)
        try:
            self._window, size = self._bucket.fetch(self._object, self._at, min(length, self._size - self._at))
        except Missing:
            raise FileNotFoundError(self._object) from None
        except NotOffered:
            raise StoreAway from None
        self._from = self._at
        if size != self._size:
            raise StoreAway
