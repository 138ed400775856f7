"""Backups in a bucket (S3): parts that are checked as they arrive, and a lock where the bucket offers one.

boto3 is loaded when a bucket is asked for and not before. A file is there once the bucket has put its parts together;
until then nothing of it is seen. Where the bucket locks objects, each is locked for as long as keys are kept in backups
(governance mode), so that whoever takes over the server cannot delete what was written until then. What
is to go before that goes once its lock has ended. Files of records that the newest backup needs are locked anew.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from forethought.backups.places import README, WORDS, Counted, NoPlace, Writing
from forethought.evidence.locks import Refused

#: One part: S3 wants 5 MiB at least and ten thousand at most, so a file may have 160 GiB.
PART = 16 * 1024 * 1024
_LOCKED = frozenset({"AccessDenied", "ObjectLocked"})
#: What a bucket says that lets nothing be locked, or not by this key.
_NO_LOCK = frozenset({"InvalidRequest", "MethodNotAllowed", "NotImplemented"})
#: Below which a place of backups writes.
_PARTS_OF_PLACE = ("snapshots/", "objects/", "keys/")
_GONE = frozenset({"404", "NoSuchKey", "NotFound"})


class _Parts(Counted):
    """A file on its way into a bucket, sent in parts as it grows; a short one at once at its end."""

    def __init__(self, client: Any, where: dict[str, str], lock: dict[str, Any]) -> None:
        super().__init__()
        self._client, self._where, self._lock = client, where, lock
        self._held = bytearray()
        self._upload = ""
        self._done: list[dict[str, Any]] = []

    def put(self, data: bytes) -> None:
        self._held += data
        while len(self._held) >= PART:
            self._send(bytes(self._held[:PART]))
            del self._held[:PART]

    def _send(self, part: bytes) -> None:
        if not self._upload:
            begun = self._client.create_multipart_upload(**self._where, **self._lock, ChecksumAlgorithm="SHA256")
            self._upload = begun["UploadId"]
        number = len(self._done) + 1
        sent = self._client.upload_part(
            **self._where, UploadId=self._upload, PartNumber=number, Body=part, ChecksumAlgorithm="SHA256"
        )
        checked = {"ChecksumSHA256": sent["ChecksumSHA256"]} if "ChecksumSHA256" in sent else {}
        self._done.append({"ETag": sent["ETag"], "PartNumber": number, **checked})

    def end(self) -> None:
        """Have the bucket put the parts together. Once this returns the file is there, whole."""
        if not self._upload:
            self._client.put_object(**self._where, **self._lock, Body=bytes(self._held), ChecksumAlgorithm="SHA256")
        else:
            if self._held:
                self._send(bytes(self._held))
            self._client.complete_multipart_upload(
                **self._where, UploadId=self._upload, MultipartUpload={"Parts": self._done}
            )
        size = self._client.head_object(**self._where)["ContentLength"]
        if size != self.size:
            raise OSError(f"The bucket holds {size} bytes of {self.size} that were sent.")

    def abandon(self) -> None:
        if self._upload:
            self._client.abort_multipart_upload(**self._where, UploadId=self._upload)


class _Body(io.RawIOBase):
    """What the bucket sends, as a file to read from."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece: bytes = self._body.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._body.close()
        super().close()


class Bucket:
    """Backups below a path of a bucket: s3://bucket/path."""

    def __init__(self, address: str, *, new: bool = False, client: Any = None, lock_days: int = 0) -> None:
        """Raises NoPlace when it cannot be reached or was never made a place of backups; `new` makes it one.

        `lock_days`: so long each file is locked, where the bucket locks at all. The key to the bucket comes from the
        environment or from AWS's own file, as boto3 finds it; the endpoint from AWS_ENDPOINT_URL_S3.
        """
        parts = urlsplit(address)
        self.address, self._bucket, self._lock_days = address, parts.netloc, lock_days
        self._prefix = parts.path.strip("/") + "/" if parts.path.strip("/") else ""
        self._given = client
        with self._spoken("reached"):
            there = self._has(README)
            if new and not there:
                with self.writing(README) as out:
                    out.write(WORDS.encode())
                there = True
        if not there:
            raise NoPlace(f"{address} was never made a place for backups. If it is new, run: manage.py backup --new")

    @cached_property
    def _client(self) -> Any:
        if self._given is not None:
            return self._given
        import boto3
        from botocore.config import Config

        config = Config(retries={"max_attempts": 5, "mode": "standard"}, connect_timeout=10, read_timeout=60)
        return boto3.client("s3", config=config, region_name=os.environ.get("AWS_REGION", "eu-west-2"))

    @cached_property
    def _locks(self) -> bool:
        """Whether the bucket locks objects."""
        from botocore.exceptions import ClientError

        try:
            said = self._client.get_object_lock_configuration(Bucket=self._bucket)
        except ClientError:
            return False
        return said.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"

    @contextmanager
    def writing(self, path: str) -> Iterator[Writing]:
        """A file to write. It is there, and durable, once the block has ended without an error; else nothing is."""
        out = _Parts(self._client, self._where(path), self._lock())
        with self._spoken("written"):
            try:
                yield out
                out.end()
            except BaseException:
                with suppress(Exception):
                    out.abandon()
                raise

    def open(self, path: str) -> BinaryIO:
        """A file to read from the beginning. Raises FileNotFoundError."""
        with self._spoken("read"):
            body = self._client.get_object(**self._where(path))["Body"]
        return io.BufferedReader(_Body(body), 1 << 20)  # type: ignore[return-value]

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        """The paths below a folder, with their sizes."""
        with self._spoken("listed"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=f"{self._prefix}{prefix}/"
            )
            for one in pages:
                for found in one.get("Contents", ()):
                    yield found["Key"].removeprefix(self._prefix), found["Size"]

    def remove(self, path: str) -> None:
        """Take a file away with all its versions. One that is still locked stays, and is asked about another time."""
        key = self._prefix + path
        with self._spoken("removed"):
            pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=key)
            for one in pages:
                for found in [*one.get("Versions", ()), *one.get("DeleteMarkers", ())]:
                    if found["Key"] == key:
                        self._remove_version(key, found.get("VersionId"))

    def _remove_version(self, key: str, version: str | None) -> None:
        which = {"VersionId": version} if version else {}
        try:
            self._client.delete_object(Bucket=self._bucket, Key=key, **which)
        except Exception as error:
            if _code(error) not in _LOCKED:
                raise

    @property
    def keeps_days(self) -> int:
        """How many days nothing can be removed from here, whoever asks."""
        return self._lock_days if self._locks else 0

    def keys(self, after: str) -> Iterator[str]:
        """The paths of the files of records that come after this one, in the order of the alphabet."""
        start = {"StartAfter": self._prefix + after} if after else {}
        with self._spoken("listed"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=f"{self._prefix}objects/", **start
            )
            for one in pages:
                for found in one.get("Contents", ()):
                    yield found["Key"].removeprefix(self._prefix)

    def locked_until(self, path: str) -> datetime | None:
        """Until when a file is locked. Raises FileNotFoundError."""
        with self._spoken("looked at"):
            found: datetime | None = self._client.head_object(**self._where(path)).get("ObjectLockRetainUntilDate")
        return found

    def lock(self, path: str, until: datetime) -> None:
        """Lock a file until then, in governance mode. Raises Refused or FileNotFoundError."""
        retention = {"Mode": "GOVERNANCE", "RetainUntilDate": until}
        with self._spoken("locked"):
            try:
                self._client.put_object_retention(**self._where(path), Retention=retention)
            except Exception as error:
                if _code(error) in _LOCKED | _NO_LOCK:
                    raise Refused from None
                raise

    def sweep(self) -> None:
        """Clear away uploads of ours that were never finished. The vault's may lie in the same bucket."""
        with self._spoken("listed"):
            for part in _PARTS_OF_PLACE:
                self._sweep(self._prefix + part)

    def _sweep(self, prefix: str) -> None:
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=prefix)
        for found in pages:
            for one in found.get("Uploads", ()):
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=one["Key"], UploadId=one["UploadId"])

    def _has(self, path: str) -> bool:
        try:
            self._client.head_object(**self._where(path))
        except Exception as error:
            if _code(error) in _GONE:
                return False
            raise
        return True

    def _where(self, path: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + path}

    def _lock(self) -> dict[str, Any]:
        if not self._lock_days or not self._locks:
            return {}
        until = datetime.now(UTC) + timedelta(days=self._lock_days)
        return {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}

    @contextmanager
    def _spoken(self, what: str) -> Iterator[None]:
        """Turn what boto3 raises into the errors that backups know. Never with an address or key in it."""
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (ClientError, BotoCoreError, Boto3Error) as error:
            code = _code(error)
            if code in _GONE:
                raise FileNotFoundError(f"It is not in the bucket ({code}).") from None
            if what == "reached":
                raise NoPlace(
                    f"The bucket for backups cannot be reached ({code}). Check its name and its key."
                ) from None
            raise OSError(f"The bucket for backups: a file could not be {what} ({code}).") from None


def _code(error: Exception) -> str:
    """What went wrong, as S3 calls it."""
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code") or type(error).__name__)
