"""Checkpoints: the head of the trail, signed, every ten minutes if the trail grew and at each export.

A checkpoint that has left the building is what finds a trail that was written afresh. Signing one is an act like any
other and leaves an entry; so does what belongs to it. Those entries alone are no reason for the next one, or an idle
school's trail would grow for ever.
"""

import uuid
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from forethought.audit import log_key
from forethought.audit.models import Checkpoint, Entry, Verification
from forethought.audit.notes import NoteKey, checkpoint_text, sign_note
from forethought.audit.procedures import Actor, acting, is_acting, tree_so_far
from forethought.audit.proofs import fill_tiles
from forethought.rows import school_in_scope

#: What checkpoints leave behind by themselves.
OWN_VERBS = (
    "audit.make_checkpoint",
    "audit.keep_stamp",
    "audit.warn_of_clock",
    "audit.note_verification",
    "backups.note_trial",
    "evidence.note_look",
    "people.tell_witnesses",
)


def signing_key(school_id: uuid.UUID) -> NoteKey:
    """The key that signs a school's checkpoints and bundles. Its name is the log's origin. Raises BadKeyFile."""
    return log_key.load(Path(settings.LOG_KEY_FILE), school_id)


def newest() -> Checkpoint | None:
    """The newest checkpoint of the school that was entered."""
    found: Checkpoint | None = Checkpoint.objects.order_by("-size").first()
    return found


def uncovered(since: Checkpoint | None) -> bool:
    """Whether anything happened that this checkpoint does not cover, what checkpoints leave themselves apart."""
    entries = Entry.objects.filter(seq__gte=since.size if since else 0)
    return bool(entries.exclude(verb__in=OWN_VERBS).exists())


def make_checkpoint(*, by: Actor, at: datetime) -> Checkpoint:
    """Sign the trail as it stands; or give the newest checkpoint, when that covers all that happened.

    Never inside another act, whose entry it would not cover: an export is noted first, and signed for then. Raises
    BadKeyFile when there is no key to sign with. C2SP tlog-checkpoint.
    """
    school_id = school_in_scope()
    if school_id is None or is_acting():
        raise RuntimeError("A checkpoint is made inside a school and outside every other act.")
    last = newest()
    if last is not None and not uncovered(last):
        return last
    key = signing_key(school_id)
    fill_tiles(school_id)
    with acting("audit.make_checkpoint", by=by, at=at) as event:
        tree = tree_so_far()
        note = sign_note(checkpoint_text(key.name, tree.size, tree.root()), key=key)
        made: Checkpoint = Checkpoint.objects.create(
            school_id=school_id,
            size=tree.size,
            root=tree.root(),
            edge=tree.to_bytes(),
            note=note,
            made_at=at,
            made_by=str(by.id),
        )
        event.about = made.id
        event.commitments["note"] = sha256(note.encode()).hexdigest()
    return made


def note_verification(*, faults: int, by: Actor, at: datetime) -> Verification:
    """Note that everything was worked out anew, and how many faults were found."""
    school_id = school_in_scope()
    assert school_id is not None
    with acting("audit.note_verification", by=by, at=at, facts={"faults": faults}) as event:
        made: Verification = Verification.objects.create(
            school_id=school_id, faults=faults, verified_at=at, verified_by=str(by.id)
        )
        event.about = made.id
    return made
