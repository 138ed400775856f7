"""Files that come in pieces under a grant of the gate: begun, gone on with, kept together or dropped. Policy 7.3, 7.4.

Sending a piece leaves no event, as saving a draft does not; beginning, keeping and dropping do (docs/decisions/0022).
"""

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import Refused, insist
from forethought.evidence import keyring
from forethought.evidence.gate import FILES_A_BATCH
from forethought.evidence.intake import SealedUpload, exhibit_binding, exhibit_key_binding
from forethought.evidence.keys import new_key, unwrap, wrap
from forethought.evidence.kinds import HEAD_LENGTH, kind_of
from forethought.evidence.models import Exhibit, Grant, Upload
from forethought.evidence.parts import Gone, Part, drop_part
from forethought.evidence.places import vault
from forethought.evidence.procedures import keep_records, why_not_use
from forethought.evidence.store import StoreAway

#: From its beginning to its last piece. Five GiB need a day over a line of half a megabit a second.
LASTS = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Described:
    """A file as the sender's browser describes it before the first byte.

    `head` and `tail` are SHA-256 in hex: of the first MiB, and of what follows the last whole MiB before the end.
    """

    name: str
    claimed_type: str
    size: int
    modified: str
    head: str
    tail: str

    @property
    def fingerprint(self) -> bytes:
        """What makes it the same file again, and another one when it was changed meanwhile."""
        parts = (self.name, str(self.size), self.modified, self.head, self.tail)
        return hashlib.sha256("\0".join(parts).encode()).digest()


class Changed(Refused):
    """What came is not the file that was described at the beginning."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(
            "A file was changed while it was being sent, so it was not kept. Please send it again as it is now.", "7.3"
        )
        self.upload = upload


def begin_upload(*, grant: Grant, described: Described, ceiling: int, by: Actor, at: datetime) -> Upload:
    """Begin a file under a grant, or find the one that was begun and broke off. Policy 7.4.

    A grant holds for what was begun in its hour. Refuses a file over the ceiling (bytes), one for which there is no
    room, and the twenty-first.
    """
    if (found := _begun(grant, described)) and not _is_gone(found):
        insist(why_not_go_on(found, by=by, at=at), "7.4")
        return found
    insist(why_not_use(grant, by=by, at=at), "7.4")
    insist(None if described.size else "This file is empty. Leave it out.", "7.3")
    upload, key = Upload(id=uuid.uuid4(), school_id=grant.school_id, grant=grant, begun_at=at), new_key()
    where = {"school": grant.school_id, "case": grant.case_id, "exhibit": upload.id}
    upload.object_name, upload.size = secrets.token_hex(16), described.size
    upload.fingerprint = described.fingerprint
    case_key = keyring.case_key(grant.school_id, grant.case_id)
    upload.wrapped = wrap(key, under=case_key, about=exhibit_key_binding(**where))
    said = {"name": described.name, "type": described.claimed_type, "head": described.head, "tail": described.tail}
    upload.content = keyring.seal(upload, said, case_id=grant.case_id)
    part = Part(vault(grant.school_id), upload.object_name, key=key, about=exhibit_binding(**where), size=upload.size)
    part.begin(ceiling=ceiling)
    try:
        with acting("evidence.begin_upload", by=by, at=at, about=upload.id, case_id=grant.case_id):
            Upload.objects.filter(grant=grant, fingerprint=upload.fingerprint).delete()
            count = Upload.objects.filter(grant=grant).count()
            most = f"At most {FILES_A_BATCH} files can be sent at a time."
            insist(None if count < FILES_A_BATCH else most, "7.4")
            upload.save(force_insert=True)
    except BaseException:
        part.drop()
        raise
    return upload


def why_not_go_on(upload: Upload, *, by: Actor, at: datetime) -> str | None:
    """Why no more of a file is taken: somebody else's, of a grant that was used, or begun too long ago. Policy 7.4."""
    if at >= upload.begun_at + LASTS:
        return "This file was begun more than two days ago. Please answer the questions again and send it anew."
    return why_not_use(upload.grant, by=by, at=upload.begun_at)


def part_of(upload: Upload) -> Part:
    """What has come of a file, to add to."""
    where = {"school": upload.school_id, "case": upload.grant.case_id, "exhibit": upload.id}
    case_key = keyring.case_key(upload.school_id, upload.grant.case_id)
    key = unwrap(bytes(upload.wrapped), under=case_key, about=exhibit_key_binding(**where))
    return Part(vault(upload.school_id), upload.object_name, key=key, about=exhibit_binding(**where), size=upload.size)


def keep_uploads(
    *, grant: Grant, uploads: Sequence[Upload], kind: str, particulars: Mapping[str, str], by: Actor, at: datetime
) -> list[Exhibit]:
    """Keep the files that have come whole, all or none. The bytes are durable first; then the rows say so.

    Pressed again after a kill it goes on from what is there. A file that is not the one its sender described at the
    beginning was changed on the way, and is refused. Policy 7.3, 7.4.
    """
    insist(None if uploads else "No file arrived. Choose it again, or go on without it.", "7.3")
    for upload in uploads:
        insist(why_not_go_on(upload, by=by, at=at), "7.4")
    try:
        sealed = [_finished(upload) for upload in uploads]
    except Changed as changed:
        drop_upload(upload=changed.upload, by=by, at=at)
        raise
    with acting("evidence.keep_uploads", by=by, at=at, about=grant.id, case_id=grant.case_id):
        gone, _ = Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).delete()
        taken = "Those files have already been taken. Answer the questions again for more."
        insist(None if gone == len(uploads) else taken, "7.4")
        return keep_records(
            grant=grant,
            kind=kind,
            uploads=sealed,
            particulars=particulars,
            begun_at=min(upload.begun_at for upload in uploads),
            by=by,
            at=at,
        )


def drop_upload(*, upload: Upload, by: Actor, at: datetime) -> None:
    """Leave nothing of a file that was begun: its sender changed their mind, or its file."""
    with acting("evidence.drop_upload", by=by, at=at, about=upload.id, case_id=upload.grant.case_id):
        dropped, _ = Upload.objects.filter(pk=upload.pk).delete()
    if dropped:
        _forget_bytes(upload)


def end_uploads(*, by: Actor, at: datetime) -> int:
    """Drop the files of this school that took too long. How many."""
    late = list(_late(at)[:100])
    if not late:
        return 0
    with acting("evidence.end_uploads", by=by, at=at) as event:
        # Whoever keeps one at this moment has taken its row first, or finds it gone.
        ended = [upload for upload in late if Upload.objects.filter(pk=upload.pk).delete()[0]]
        event.facts["files"] = len(ended)
    for upload in ended:
        _forget_bytes(upload)
    return len(ended)


def _forget_bytes(upload: Upload) -> None:
    store = vault(upload.school_id)
    drop_part(store, upload.object_name)
    # Whole in a bucket that is away, it is an object that no row names, and the sweep reports those.
    with suppress(StoreAway):
        store.remove(upload.object_name)


def _late(at: datetime) -> QuerySet[Upload]:
    return Upload.objects.filter(begun_at__lt=at - LASTS).order_by("begun_at")


def _begun(grant: Grant, described: Described) -> Upload | None:
    return Upload.objects.select_related("grant").filter(grant=grant, fingerprint=described.fingerprint).first()


def _is_gone(upload: Upload) -> bool:
    try:
        return part_of(upload).offset < 0
    except Gone:
        return True


def _finished(upload: Upload) -> SealedUpload:
    """A file that has come whole, durable and known to be the one that was described."""
    part, said = part_of(upload), keyring.words(upload, case_id=upload.grant.case_id)
    first, last = part.ends()
    if [hashlib.sha256(piece).hexdigest() for piece in (first, last)] != [said["head"], said["tail"]]:
        raise Changed(upload)
    kept = part.finish()
    return SealedUpload(
        exhibit=upload.id,
        kept=kept,
        wrapped_key=bytes(upload.wrapped),
        kind=kind_of(first[:HEAD_LENGTH], said["name"]),
        raw_name=said["name"],
        claimed_type=said["type"],
    )
