"""A bucket of an S3 store, and how it is asked: one call at a time, again when the line or the server failed.

botocore is loaded when the first bucket is reached, so that an installation without one does not pay for it. Nothing
but the settings decides what it does: no profile, no credentials file and no address of a cloud's own is looked for.
"""

import base64
import hashlib
import logging
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from forethought.core.key_file import BadKeyFile, read_closed
from forethought.evidence.store import StoreAway, StoreFull

#: So often a call is tried, with pauses that double from this many seconds on: about seven seconds in all.
TRIES, PAUSE = 5, 0.5
#: No call is tried again after so many seconds: somebody waits.
PATIENCE = 60.0
_MOST_KEYS = 4096
#: What a server says when bytes were damaged or lost on the way to it. Sent again, they may arrive.
_DAMAGED = {"BadDigest", "IncompleteBody", "RequestTimeout", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}
_FULL = {"QuotaExceeded", "InsufficientCapacity", "InsufficientStorage", "XMinioStorageFull", "EntityTooLarge"}
_TAKEN = {"PreconditionFailed"}
_NO_UPLOAD = {"NoSuchUpload"}

log = logging.getLogger(__name__)

Answer = dict[str, Any]


class Missing(Exception):
    """There is no such object."""


class Taken(Exception):
    """There is an object of that name already, or the upload was ended by an answer that got lost."""


class NotOffered(Exception):
    """The server does not know this call, has nothing set for it, or this key may not ask. `code` is what it said."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """Which bucket, and how it is reached. `limit` in bytes, 0 for none; `lock_days`, 0 for no lock."""

    bucket: str
    endpoint: str
    region: str
    prefix: str
    ca_file: str
    limit: int
    lock_days: int
    key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a bucket does by itself: whether it keeps old versions, and whether it can lock an object."""

    versions: bool
    locks: bool


def read_key(path: Path) -> tuple[str, str]:
    """The key of a bucket from its file: the id on the first line, the secret on the second.

    Raises BadKeyFile, with the cure, when it is missing, open to other accounts, or not two lines.
    """
    cure = "Write the key's id on the first line and its secret on the second, and run: chmod 600"
    content = read_closed(path, _MOST_KEYS, what="key of the bucket", cure=f"{cure} {path}")
    lines = content.decode("ascii", "replace").split()
    if len(lines) != 2:
        raise BadKeyFile(f"The key of the bucket at {path} is not two lines. {cure} {path}")
    return lines[0], lines[1]


class Bucket:
    """One bucket. Many threads may ask at once."""

    def __init__(
        self,
        place: Place,
        *,
        tries: int = TRIES,
        wait: Callable[[float], object] = time.sleep,
        answers_in: float = 60.0,
    ) -> None:
        """Nothing is asked yet. `wait` is given the seconds of each pause; a longer silence than `answers_in` fails."""
        self.place = place
        self._tries, self._wait, self._answers_in = tries, wait, answers_in
        self._client: Any = None
        self._lock = threading.Lock()
        self._facts: Facts | None = None

    @property
    def client(self) -> Any:
        """The client of botocore, made when first used."""
        with self._lock:
            if self._client is None:
                self._client = client_for(self.place, self._answers_in)
        return self._client

    def ask(self, call: str, *, tries: int = 0, **what: Any) -> Answer:
        """One call, by botocore's name for it. Raises Missing, Taken, NotOffered, StoreFull or StoreAway."""
        made: Answer = self._insist(lambda: getattr(self.client, call)(Bucket=self.place.bucket, **what), call, tries)
        return made

    def fetch(self, key: str, start: int, length: int) -> tuple[bytes, int]:
        """So many bytes of an object from `start`, fewer at its end; and how large it is.

        A line that breaks in the middle is tried again. Raises Missing or StoreAway.
        """

        def once() -> tuple[bytes, int]:
            asked = f"bytes={start}-{start + length - 1}"
            answer = self.client.get_object(Bucket=self.place.bucket, Key=key, Range=asked)
            # A server that takes no ranges sends everything; no more is read than was asked for.
            span, _, total = str(answer.get("ContentRange", "")).partition("/")
            size = int(total) if total.isdecimal() else int(answer["ContentLength"])
            if not span.startswith(f"bytes {start}-") and start:
                raise NotOffered("ranges")
            with answer["Body"] as body:
                content: bytes = body.read(length)
            if len(content) != min(length, size - start):
                raise ConnectionError("The answer was cut short.")
            return content, size

        found: tuple[bytes, int] = self._insist(once, "get_object")
        return found

    def pages(self, call: str, of: str, **what: Any) -> Iterator[Any]:
        """Each of the things that a listing gives, page by page."""
        for page in self._pages(call, **what):
            yield from page.get(of, ())

    def versions(self, key: str) -> list[str]:
        """The ids of all versions of an object, and of the marks that say it was deleted."""
        found = []
        for page in self._pages("list_object_versions", Prefix=key):
            both = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            found += [str(one["VersionId"]) for one in both if one["Key"] == key]
        return found

    @property
    def facts(self) -> Facts:
        """What the bucket does by itself, asked once."""
        if self._facts is None:
            versions, locks = False, False
            try:
                versions = self.ask("get_bucket_versioning").get("Status") == "Enabled"
                said = self.ask("get_object_lock_configuration").get("ObjectLockConfiguration", {})
                locks = said.get("ObjectLockEnabled") == "Enabled"
            except (Missing, NotOffered):
                pass
            self._facts = Facts(versions, locks)
        return self._facts

    def _pages(self, call: str, **what: Any) -> Iterator[Answer]:
        markers = _MARKERS[call]
        while True:
            page = self.ask(call, **what)
            yield page
            if not page.get("IsTruncated"):
                return
            what.update({ours: page[theirs] for ours, theirs in markers.items() if page.get(theirs)})

    def _insist(self, once: Callable[[], Any], call: str, tries: int = 0) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        tries, latest = tries or self._tries, time.monotonic() + PATIENCE
        for number in range(tries):
            try:
                return once()
            except ClientError as error:
                said = _meant(error)
                if said is not None:
                    raise said from None
                code = str(error.response.get("Error", {}).get("Code", ""))
            except (BotoCoreError, OSError) as error:
                code = type(error).__name__
            if number + 1 == tries or time.monotonic() > latest:
                break
            self._wait(PAUSE * 2**number * random.uniform(0.5, 1))  # noqa: S311
        # The code alone: a whole message may hold the address or the id of the key.
        log.error("The bucket did not do what it was asked (%s): %s.", call, code)
        raise StoreAway


_MARKERS = {
    "list_objects_v2": {"ContinuationToken": "NextContinuationToken"},
    "list_object_versions": {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"},
    "list_multipart_uploads": {"KeyMarker": "NextKeyMarker", "UploadIdMarker": "NextUploadIdMarker"},
    "list_parts": {"PartNumberMarker": "NextPartNumberMarker"},
}


def _meant(error: Any) -> Exception | None:
    """What an error of the server means for us; nothing when the call may be tried again."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _FULL or status == 507:
        return StoreFull()
    if code in _TAKEN or code in _NO_UPLOAD or status == 412:
        return Taken()
    if code == "NoSuchKey" or (status == 404 and code in {"404", "NotFound"}):
        return Missing()
    if code in _DAMAGED or (status >= 500 and status != 501) or status in {408, 409, 429}:
        return None
    if code == "NoSuchBucket" or status in {400, 401, 403, 416}:
        log.error("The bucket refused: %s.", code)
    return NotOffered(code)


def client_for(place: Place, answers_in: float, *, signed: bool = True) -> Any:
    """botocore's client of this bucket. Unsigned, it asks as anybody could."""
    from botocore import UNSIGNED
    from botocore.config import Config

    return _session().create_client(
        "s3",
        region_name=place.region,
        endpoint_url=place.endpoint or None,
        aws_access_key_id=place.key_id,
        aws_secret_access_key=place.secret,
        verify=place.ca_file or None,
        config=Config(
            signature_version=None if signed else UNSIGNED,
            # Tried again here and not there, so that one place decides.
            retries={"total_max_attempts": 1, "mode": "standard"},
            connect_timeout=5,
            read_timeout=answers_in,
            max_pool_connections=32,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if place.endpoint else "auto"},
        ),
    )


@lru_cache
def _session() -> Any:
    """The library's own state, read once: its description of S3 alone is some megabytes."""
    import botocore.session

    session = botocore.session.Session()
    for name in ("config_file", "credentials_file"):
        session.set_config_variable(name, os.devnull)
    return session


def checksum_of(digests: list[bytes], *, in_parts: bool) -> str:
    """The checksum that a server gives for an object, of the SHA-256 of its parts: of one sent whole, or of several."""
    if not in_parts:
        return base64.b64encode(digests[0]).decode()
    return f"{base64.b64encode(hashlib.sha256(b''.join(digests)).digest()).decode()}-{len(digests)}"
