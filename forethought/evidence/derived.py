"""What was read out of a record, sealed and opened. Each has a key of its own, wrapped by its case's."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from forethought.audit.procedures import Actor
from forethought.audit.tree import commitment
from forethought.evidence import keyring
from forethought.evidence.derived_models import Derived, DerivedKey
from forethought.evidence.kept_json import COUNT, MARKS, PAGE, content_in, dumped, paged
from forethought.evidence.keys import Binding, Key, new_key, unwrap, wrap
from forethought.evidence.models import Exhibit
from forethought.evidence.places import let_go, vault
from forethought.evidence.sealing import Opener

Content = dict[str, Any]

#: The one recipe that is a person's.
TRANSCRIPT = "transcript"
#: Above this many bytes of JSON, the words go into the vault and not into a row.
MOST_IN_ROW = 128 * 1024
#: No more than this is ever kept of one record.
MOST = 64 * 1024 * 1024


def keep(
    exhibit: Exhibit, *, recipe: str, content: Content, tools: str, by: Actor, at: datetime
) -> tuple[Derived, str]:
    """Keep one thing that was read out, and what the trail says of it: a commitment. Part of a larger act.

    In the vault, the bytes are durable before the row is written, as any object's.
    """
    row = Derived(
        id=uuid.uuid4(),
        school_id=exhibit.school_id,
        exhibit=exhibit,
        recipe=recipe,
        tools=tools[:300],
        made_at=at,
        made_by=str(by.id),
    )
    key, plain = new_key(), dumped(content)
    if len(plain) > MOST_IN_ROW:
        plain = paged(content)
        with vault(exhibit.school_id).begin(key=key, about=_place(row, exhibit), ceiling=MOST) as incoming:
            incoming.write(plain)
            row.object_name = incoming.keep().object_name
    else:
        row.content = keyring.seal(row, content, case_id=exhibit.case_id, key=key)
    row.save(force_insert=True)
    wrapped = wrap(key, under=keyring.case_key(exhibit.school_id, exhibit.case_id), about=_key_place(row, exhibit))
    DerivedKey.objects.create(school_id=exhibit.school_id, derived=row, wrapped=wrapped)
    return row, _committed(key, plain)


def commitment_to(derived: Derived) -> str:
    """What the trail must say of it, in hex: for whoever checks that it is what was read then. Raises as `words_of`."""
    key = _key_of(derived, derived.exhibit)
    return _committed(key, b"".join(pieces_of(derived)))


def words_of(derived: Derived) -> Content:
    """What was read out, opened. Raises DerivedKey.DoesNotExist once it has been destroyed, BrokenSeal when altered."""
    return content_in(b"".join(pieces_of(derived)))


def pieces_of(derived: Derived) -> Iterator[bytes]:
    """What was read out as it was written down (kept_json.py), opened but not taken apart. Raises as `words_of`."""
    if not derived.object_name:
        yield dumped(_in_row(derived))
        return
    with _opened(derived) as opener:
        yield from opener.chunks()


def page_of(derived: Derived, start: int, count: int) -> tuple[Content, int]:
    """What was read out with `count` of its rows from number `start`, and how many rows there are.

    Of a long one in the vault no more is opened than that. Raises as `words_of`.
    """
    if not derived.object_name:
        content = _in_row(derived)
        rows = content.get("rows", [])
        return {**content, "rows": rows[start : start + count]}, len(rows)
    with _opened(derived) as opener:
        head = next(_lines(opener))
        content = json.loads(head)
        total, marks = content.pop(COUNT, 0), content.pop(MARKS, [])
        if not 0 <= start < total:
            return {**content, "rows": []}, total
        first, last = start // PAGE, (start + count - 1) // PAGE + 1
        body = len(head) + 1
        stop = body + marks[last] if last < len(marks) else opener.size
        lines = b"".join(opener.read_range(body + marks[first], stop)).splitlines()
        skipped = start - first * PAGE
        return {**content, "rows": [json.loads(line) for line in lines[skipped : skipped + count]]}, total


def rows_of(derived: Derived) -> Iterator[Any]:
    """Each row of what was read out, one after the other, without holding all of them. Raises as `words_of`."""
    if not derived.object_name:
        yield from _in_row(derived).get("rows", [])
        return
    with _opened(derived) as opener:
        lines = _lines(opener)
        next(lines)
        yield from map(json.loads, lines)


def _in_row(derived: Derived) -> Content:
    exhibit = derived.exhibit
    return keyring.words(derived, case_id=exhibit.case_id, key=_key_of(derived, exhibit))


@contextmanager
def _opened(derived: Derived) -> Iterator[Opener]:
    exhibit = derived.exhibit
    key = _key_of(derived, exhibit)
    with vault(exhibit.school_id).open(derived.object_name) as file:
        yield Opener(file, key=key, about=_place(derived, exhibit), object_name=derived.object_name)


def _lines(opener: Opener) -> Iterator[bytes]:
    """The lines of an object, from pieces that may end anywhere."""
    left = b""
    for piece in opener.chunks():
        *whole, left = (left + piece).split(b"\n")
        yield from whole
    if left:
        yield left


def last_of(exhibits: Iterable[Exhibit], *recipes: str) -> dict[uuid.UUID, dict[str, Derived]]:
    """The last thing read out by each recipe, for each of these records, where it has not been destroyed."""
    rows = Derived.objects.filter(exhibit__in=list(exhibits), key__isnull=False)
    if recipes:
        rows = rows.filter(recipe__in=recipes)
    found: dict[uuid.UUID, dict[str, Derived]] = {}
    for row in rows.select_related("exhibit", "key").order_by("made_at"):
        found.setdefault(row.exhibit_id, {})[row.recipe] = row
    return found


def forget(exhibit: Exhibit, *, persons_work: bool = False) -> None:
    """Destroy what was read out of a record: the keys now, bytes in the vault once this is committed.

    What a person wrote down from it stays unless `persons_work`: nobody should be able to undo it by sealing away what
    it is about. Part of a larger act. law.md 1.4.
    """
    rows = Derived.objects.filter(exhibit=exhibit)
    if not persons_work:
        rows = rows.exclude(recipe=TRANSCRIPT)
    names = [name for name in rows.values_list("object_name", flat=True) if name]
    DerivedKey.objects.filter(derived__in=rows).delete()
    let_go(exhibit.school_id, names)


def _committed(key: Key, plain: bytes) -> str:
    """The commitment, salted out of the key so that the salt goes with it."""
    salt = hmac.digest(key.secret, b"forethought commitment", "sha256")
    return commitment(salt, hashlib.sha256(plain).digest()).hex()


def _key_of(derived: Derived, exhibit: Exhibit) -> Key:
    case_key = keyring.case_key(exhibit.school_id, exhibit.case_id)
    return unwrap(bytes(derived.key.wrapped), under=case_key, about=_key_place(derived, exhibit))


def _key_place(derived: Derived, exhibit: Exhibit) -> Binding:
    return Binding("derived key", exhibit.school_id, exhibit.case_id, derived.id)


def _place(derived: Derived, exhibit: Exhibit) -> Binding:
    return Binding("derived", exhibit.school_id, exhibit.case_id, derived.id)
