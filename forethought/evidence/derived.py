"""What was read out of a record, sealed and opened. Each has a key of its own, wrapped by its case's."""

import hashlib
import json
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from forethought.audit.procedures import Actor
from forethought.audit.tree import commitment
from forethought.evidence import keyring
from forethought.evidence.derived_models import Derived, DerivedKey
from forethought.evidence.keys import Binding, Key, new_key, unwrap, wrap
from forethought.evidence.models import Exhibit
from forethought.evidence.reading import vault
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
        salt=secrets.token_bytes(32),
        made_at=at,
        made_by=str(by.id),
    )
    key, plain = new_key(), json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    if len(plain) > MOST_IN_ROW:
        with vault().begin(key=key, about=_place(row, exhibit), ceiling=MOST) as incoming:
            incoming.write(plain)
            row.object_name = incoming.keep().object_name
    else:
        row.content = keyring.seal(row, content, case_id=exhibit.case_id, key=key)
    row.save(force_insert=True)
    wrapped = wrap(key, under=keyring.case_key(exhibit.school_id, exhibit.case_id), about=_key_place(row, exhibit))
    DerivedKey.objects.create(school_id=exhibit.school_id, derived=row, wrapped=wrapped)
    return row, commitment(bytes(row.salt), hashlib.sha256(plain).digest()).hex()


def words_of(derived: Derived) -> Content:
    """What was read out, opened. Raises DerivedKey.DoesNotExist once it has been destroyed, BrokenSeal when altered."""
    exhibit = derived.exhibit
    key = _key_of(derived, exhibit)
    if not derived.object_name:
        return keyring.words(derived, case_id=exhibit.case_id, key=key)
    with vault().open(derived.object_name) as file:
        opener = Opener(file, key=key, about=_place(derived, exhibit), object_name=derived.object_name)
        opened: Content = json.loads(b"".join(opener.chunks()))
    return opened


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
    transaction.on_commit(lambda: [vault().remove(name) for name in names])


def _key_of(derived: Derived, exhibit: Exhibit) -> Key:
    case_key = keyring.case_key(exhibit.school_id, exhibit.case_id)
    return unwrap(bytes(derived.key.wrapped), under=case_key, about=_key_place(derived, exhibit))


def _key_place(derived: Derived, exhibit: Exhibit) -> Binding:
    return Binding("derived key", exhibit.school_id, exhibit.case_id, derived.id)


def _place(derived: Derived, exhibit: Exhibit) -> Binding:
    return Binding("derived", exhibit.school_id, exhibit.case_id, derived.id)
