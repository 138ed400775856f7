"""Making a copy of a record with something covered or cut; the original stays as it is, sealed. Policy 7.4."""

import base64
import secrets
import uuid
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from forethought.audit.procedures import Actor, acting
from forethought.audit.tree import commitment
from forethought.core.errors import Refused, insist
from forethought.evidence import keyring, reading_out
from forethought.evidence.away_standing import insist_not_away
from forethought.evidence.copy_models import RedactedCopy, RedactedCopyKey
from forethought.evidence.cut_lines import lines_of
from forethought.evidence.keys import Binding, Key, new_key, unwrap, wrap
from forethought.evidence.models import Exhibit
from forethought.evidence.places import let_go, vault
from forethought.evidence.reading import content_of
from forethought.evidence.redacting_rules import Area, cut, spans, why_not_cut
from forethought.evidence.sealing import Opener

PICTURES = reading_out.PICTURES

#: No copy is larger.
MOST = 64 * 1024 * 1024

NOT_READ = {
    "points": "This picture is too large to be copied here.",
    "damaged": "This picture is damaged, so no copy of it can be made.",
    "large": "This file is too large to be copied here.",
}


def preview(exhibit: Exhibit, areas: Sequence[Area] = (), *, grid: bool = True) -> bytes:
    """A picture drawn anew as PNG, with these areas covered, and a grid of tenths to find others by.

    Made in a process of its own. Refuses what is no picture, is damaged or too large.
    """
    return _drawn(exhibit, areas, grid=grid)[0]


def _drawn(exhibit: Exhibit, areas: Sequence[Area], *, grid: bool) -> tuple[bytes, str]:
    insist_not_away(exhibit)
    if exhibit.media not in PICTURES:
        raise Refused("Only a picture can be covered.", "7.4")
    told: dict[str, Any] = {"areas": [[one.left, one.top, one.right, one.bottom] for one in areas], "grid": grid}
    said = reading_out.asked_of("redact", lambda: content_of(exhibit), told)
    if isinstance(said, str):
        raise Refused(NOT_READ.get(said, "No copy of this can be made here."), "7.4")
    return base64.b64decode(said["png"]), str(said["tools"])


def redact_picture(*, exhibit: Exhibit, areas: Sequence[Area], by: Actor, at: datetime) -> RedactedCopy:
    """Keep a copy of a picture with areas painted over. Its bytes are durable before the row is. Policy 7.4."""
    drawn, tools = _drawn(exhibit, areas, grid=False)
    recipe = {"areas": [one.spoken() for one in areas], "tools": tools}
    return _keep(exhibit, "PNG", drawn, recipe, verb="evidence.redact_picture", by=by, at=at)


def redact_text(
    *, exhibit: Exhibit, numbers: Collection[int], passages: Sequence[str], by: Actor, at: datetime
) -> RedactedCopy:
    """Keep a copy of a record's words without these lines and passages. Its bytes are durable before the row is.

    Of a recording the words are what somebody wrote down of it.

    Policy 7.4.
    """
    lines, tools = lines_of(exhibit)
    heard = exhibit.media in reading_out.RECORDINGS
    insist(why_not_cut(lines=lines, numbers=numbers, passages=passages, heard=heard), "7.4")
    kept = "\n".join(cut(lines=lines, numbers=numbers, passages=passages)) + "\n"
    # How many passages, and not which: the recipe must not hold what was cut.
    recipe: dict[str, Any] = {"lines": spans(numbers), "cut_lines": len(numbers), "passages": len(passages)}
    if tools:
        recipe["tools"] = tools
    return _keep(exhibit, "TEXT", kept.encode(), recipe, verb="evidence.redact_text", by=by, at=at)


def _keep(
    exhibit: Exhibit, media: str, content: bytes, recipe: dict[str, Any], *, verb: str, by: Actor, at: datetime
) -> RedactedCopy:
    row = RedactedCopy(
        id=uuid.uuid4(), school_id=exhibit.school_id, exhibit=exhibit, media=media, made_at=at, made_by=str(by.id)
    )
    key = new_key()
    with vault(exhibit.school_id).begin(key=key, about=_place(row, exhibit), ceiling=MOST) as incoming:
        incoming.write(content)
        kept = incoming.keep()
    row.object_name, row.size, row.sha256 = kept.object_name, kept.size, kept.sha256
    row.salt = secrets.token_bytes(32)
    row.content = keyring.seal(row, recipe, case_id=exhibit.case_id)
    case_key = keyring.case_key(exhibit.school_id, exhibit.case_id)
    with acting(verb, by=by, at=at, about=row.pk, case_id=exhibit.case_id) as event:
        # Asked again inside the act: it may have been sealed away while the copy was drawn.
        insist_not_away(exhibit)
        row.save(force_insert=True)
        wrapped = wrap(key, under=case_key, about=_key_place(row, exhibit))
        RedactedCopyKey.objects.create(school_id=exhibit.school_id, copy=row, wrapped=wrapped)
        event.commitments["copy"] = commitment(bytes(row.salt), kept.sha256).hex()
    return row


def discard_copy(*, copy: RedactedCopy, by: Actor, at: datetime) -> None:
    """Destroy a copy that shows too much: its key with this act, its bytes after it. Policy 7.4."""
    with acting("evidence.discard_copy", by=by, at=at, about=copy.pk, case_id=copy.exhibit.case_id):
        gone = RedactedCopyKey.objects.filter(copy=copy).delete()[0]
        insist(None if gone else "This copy was discarded already.", "7.4")
        let_go(copy.school_id, [copy.object_name])


def forget_copies(exhibit: Exhibit) -> None:
    """Destroy every copy of a record, which is sealed away or destroyed. Part of a larger act. law.md 1.4."""
    names = list(RedactedCopy.objects.filter(exhibit=exhibit, key__isnull=False).values_list("object_name", flat=True))
    RedactedCopyKey.objects.filter(copy__exhibit=exhibit).delete()
    let_go(exhibit.school_id, names)


def hand_out_copy(*, copy: RedactedCopy, by: Actor, at: datetime) -> None:
    """Note that somebody was handed a copy, before a byte of it leaves. Policy 7.3."""
    with acting("evidence.hand_out_copy", by=by, at=at, about=copy.pk, case_id=copy.exhibit.case_id):
        insist_not_away(copy.exhibit)


def content_of_copy(copy: RedactedCopy) -> Iterator[bytes]:
    """The bytes of a copy, each piece verified before it is given out.

    Raises keys.BrokenSeal when it was altered or moved, SealedAway while its record is sealed away, and
    RedactedCopyKey.DoesNotExist once it was discarded.
    """
    insist_not_away(copy.exhibit)
    with vault(copy.school_id).open(copy.object_name) as file:
        about = _place(copy, copy.exhibit)
        yield from Opener(file, key=_key_of(copy), about=about, object_name=copy.object_name).chunks()


def recipe_of(copy: RedactedCopy) -> dict[str, Any]:
    """What was covered or cut, by place and number, and with which tools."""
    return keyring.words(copy, case_id=copy.exhibit.case_id)


def _key_of(copy: RedactedCopy) -> Key:
    case_key = keyring.case_key(copy.school_id, copy.exhibit.case_id)
    return unwrap(bytes(copy.key.wrapped), under=case_key, about=_key_place(copy, copy.exhibit))


def _key_place(copy: RedactedCopy, exhibit: Exhibit) -> Binding:
    return Binding("copy key", exhibit.school_id, exhibit.case_id, copy.pk)


def _place(copy: RedactedCopy, exhibit: Exhibit) -> Binding:
    return Binding("copy", exhibit.school_id, exhibit.case_id, copy.pk)
