"""May records be kept in this bucket? Tried with a probe before anything is served: written, read back, removed."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from forethought.evidence.bucket import (
    Bucket,
    Facts,
    Missing,
    NotOffered,
    Place,
    Taken,
    checksum_of,
    client_for,
)
from forethought.evidence.bucket_objects import remove_object
from forethought.evidence.store import StoreAway, StoreFull

#: What a server says of a key, or of a bucket, that it does not know.
_KEYS = {"SignatureDoesNotMatch", "InvalidAccessKeyId", "AccessDenied", "403", "Forbidden"}
_ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def wrong_with_bucket(place: Place) -> Iterator[str]:
    """Every reason not to keep records there, in sentences with the cure.

    A bucket that does not answer is none of them (`why_away`): words can be reported without it.
    """
    address = urlsplit(place.endpoint)
    if address.scheme == "http" and address.hostname not in _ON_THIS_MACHINE:
        yield "The bucket would be asked in the clear. Set FORETHOUGHT_S3_ENDPOINT to an address with https."
    bucket = Bucket(place, tries=2, answers_in=10)
    try:
        yield from _reached(bucket) or _probed(bucket)
    except StoreAway:
        return
    except StoreFull:
        yield f"The bucket {place.bucket} has no room. Make room, or ask for more."
    except NotOffered as error:
        yield (
            f"The bucket {place.bucket} refused a probe ({error.code}). Its key needs the rights to list, read, write "
            "and delete objects and their versions, and to end a lock."
        )


def why_away(place: Place) -> str:
    """What to do about a bucket that does not answer now; nothing when it does."""
    try:
        _reached(Bucket(place, tries=2, answers_in=10))
    except StoreAway:
        at = place.endpoint or f"the cloud’s own address in {place.region}"
        return (
            f"The bucket {place.bucket} does not answer at {at}. Until it does, reports in words are taken and files "
            "are refused. Is the server up, and FORETHOUGHT_S3_ENDPOINT right?"
        )
    return ""


def said_of_bucket(place: Place) -> str:
    """What the bucket does by itself, in a sentence for whoever installs."""
    facts: Facts = Bucket(place, tries=2, answers_in=10).facts
    days = place.lock_days
    if facts.locks and days:
        return f"The bucket keeps old versions, and locks each object for {days} days, which disposal can end."
    if facts.locks:
        return "The bucket keeps old versions. It could lock objects; FORETHOUGHT_S3_LOCK_DAYS is 0."
    if facts.versions:
        return "The bucket keeps old versions, and locks nothing. Disposal removes every version."
    return "The bucket keeps no old versions: what is deleted there by mistake is gone. Turn versions on if you can."


def _reached(bucket: Bucket) -> list[str]:
    place = bucket.place
    try:
        bucket.ask("list_objects_v2", Prefix=f"{place.prefix}/", MaxKeys=1)
    except NotOffered as error:
        if error.code in _KEYS:
            return [f"The bucket {place.bucket} does not accept its key ({error.code}). Check the key and its rights."]
        return [f"There is no bucket {place.bucket} ({error.code}). Make it, or correct FORETHOUGHT_S3_BUCKET."]
    return []


def _probed(bucket: Bucket) -> list[str]:
    """Write, read and remove something; and try what must be refused."""
    key, content, found = f"{bucket.place.prefix}/probe-{secrets.token_hex(8)}", secrets.token_bytes(64), []
    checksum = checksum_of([hashlib.sha256(content).digest()], in_parts=False)
    what: dict[str, Any] = {"Key": key, "IfNoneMatch": "*"}
    try:
        if _takes_damaged(bucket, {**what, "Body": content[::-1], "ChecksumSHA256": checksum}):
            found.append("The bucket does not check what arrives against its SHA-256. Use a server that does.")
            remove_object(bucket, key)
        # Taken: the first try arrived, and its answer was lost.
        with suppress(Taken):
            bucket.ask("put_object", **what, Body=content, ChecksumSHA256=checksum)
        try:
            bucket.ask("put_object", **what, Body=content, ChecksumSHA256=checksum)
            found.append("The bucket writes over objects that are there (If-None-Match). Use a server that does not.")
        except Taken:
            pass
        if bucket.fetch(key, 0, 64)[0] != content:
            found.append("The bucket gives back something else than was put into it. Do not use it.")
        if _is_public(bucket, key):
            found.append(f"Anybody can read what is in the bucket {bucket.place.bucket}. Block public access to it.")
        if _locks_for_ever(bucket):
            found.append(
                "The bucket locks objects in compliance mode, so nothing could be disposed of when it must be. "
                "Take its default retention away, or set it to governance mode."
            )
    except Missing:
        found.append("What was put into the bucket is not there a moment later. Do not use it.")
    finally:
        remove_object(bucket, key)
    with suppress(Missing):
        bucket.ask("head_object", Key=key)
        found.append("What is deleted in the bucket stays. Give its key the right to delete, and to end a lock.")
    return found


def _takes_damaged(bucket: Bucket, what: dict[str, object]) -> bool:
    from botocore.exceptions import ClientError

    try:
        bucket.client.put_object(Bucket=bucket.place.bucket, **what)
    except ClientError:
        return False
    return True


def _is_public(bucket: Bucket, key: str) -> bool:
    """Whether somebody without a key is given an object, or the list of all."""
    from botocore.exceptions import BotoCoreError, ClientError

    nobody = client_for(bucket.place, 10, signed=False)
    for call, more in (("get_object", {"Key": key}), ("list_objects_v2", {"MaxKeys": 1})):
        with suppress(BotoCoreError, ClientError):
            getattr(nobody, call)(Bucket=bucket.place.bucket, **more)
            return True
    return False


def _locks_for_ever(bucket: Bucket) -> bool:
    try:
        said = bucket.ask("get_object_lock_configuration").get("ObjectLockConfiguration", {})
    except (Missing, NotOffered):
        return False
    return bool(said.get("Rule", {}).get("DefaultRetention", {}).get("Mode") == "COMPLIANCE")
