"""The keys of this school and its cases, opened when needed, and the words sealed under them.

The master key is read from its file once; school keys stay open in memory; a case's key is opened once in a request.
"""

import os
import uuid
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol

from django.conf import settings
from django.utils import timezone

from forethought.evidence import keys
from forethought.evidence.keys import Binding, Key
from forethought.evidence.models import CaseKey, SchoolKey
from forethought.prepared import Prepared
from forethought.rows import Row, remembered

Content = dict[str, Any]


class SealedRow(Protocol):
    """Any row with sealed words: its table, id and school say where they belong."""

    id: uuid.UUID
    school_id: uuid.UUID
    content: Any
    _meta: ClassVar[Any]


_newest = Prepared(lambda: SchoolKey.objects.order_by("-made_at").values_list("id", "wrapped")[:1])
_wrapped_case_key = Prepared(lambda case_id: CaseKey.objects.filter(case_id=case_id).values_list("wrapped"), uuid.UUID)


@lru_cache(maxsize=4)
def _master(path: str, changed: int, inode: int) -> Key:
    return keys.load_master(Path(path))


def master() -> Key:
    """The installation's key. Raises keys.BadKeyFile with the cure when it cannot be used.

    Its file is looked at each time, though not read: a server that runs notices that the key was replaced.
    """
    return _read(settings.MASTER_KEY_FILE)


def _read(path: Path) -> Key:
    try:
        facts = os.stat(path)
    except OSError:
        return keys.load_master(path)
    return _master(str(path), facts.st_mtime_ns, facts.st_ino)


def next_master_file() -> Path:
    """Where a new master key lies while what the old one opens is wrapped anew."""
    return settings.MASTER_KEY_FILE.with_name(settings.MASTER_KEY_FILE.name + ".next")


def last_master_file() -> Path:
    """Where the master key before this one lies, for the backups that need it."""
    return settings.MASTER_KEY_FILE.with_name(settings.MASTER_KEY_FILE.name + ".last")


def master_above(sealed: bytes) -> Key:
    """The master key that something says it lies under: while keys are replaced there are two.

    Raises keys.BadKeyFile when it is neither (evidence.md 7, case 22).
    """
    needed = keys.sealed_under(sealed)
    for path in (settings.MASTER_KEY_FILE, next_master_file(), last_master_file()):
        if path == settings.MASTER_KEY_FILE or path.exists():
            found = _read(path)
            if found.id == needed:
                return found
    raise keys.BadKeyFile(
        f"What is kept here was sealed under the master key {needed.hex()}, and {settings.MASTER_KEY_FILE} holds "
        f"{master().id.hex()}. Put back the right one; nothing opens with another."
    )


@lru_cache(maxsize=256)
def _open_school_key(school_id: uuid.UUID, row: uuid.UUID, wrapped: bytes) -> Key:
    return keys.unwrap(wrapped, under=master_above(wrapped), about=school_key_binding(school_id, row))


def open_school_key(school_id: uuid.UUID, row: SchoolKey) -> Key:
    """One key of a school, opened anew, newest or older. Raises keys.BadKeyFile or BrokenSeal when it cannot be."""
    wrapped = bytes(row.wrapped)
    return keys.unwrap(wrapped, under=master_above(wrapped), about=school_key_binding(school_id, row.pk))


def school_key_binding(school_id: uuid.UUID, row: uuid.UUID) -> Binding:
    """What a school's wrapped key is bound to."""
    return Binding("school key", school_id, None, row)


def case_key_binding(school_id: uuid.UUID, case_id: uuid.UUID) -> Binding:
    """What a case's wrapped key is bound to."""
    return Binding("case key", school_id, case_id, case_id)


def school_key(school_id: uuid.UUID) -> Key:
    """The school's newest key, opened, read once in a request."""
    key: Key = remembered(("school key", school_id), lambda: _newest_school_key(school_id))
    return key


def _newest_school_key(school_id: uuid.UUID) -> Key:
    rows = _newest()
    if not rows:
        raise RuntimeError("This school has no key. It gets one when it is founded.")
    row_id, wrapped = rows[0]
    return _open_school_key(school_id, row_id, bytes(wrapped))


def make_school_key(*, school_id: uuid.UUID, at: datetime) -> SchoolKey:
    """Make a key for a school, its first or its next, wrapped by the master key."""
    key, row = keys.new_key(), uuid.uuid4()
    wrapped = keys.wrap(key, under=master(), about=school_key_binding(school_id, row))
    return SchoolKey.objects.create(id=row, school_id=school_id, key_id=key.id, wrapped=wrapped, made_at=at)


def make_case_key(*, school_id: uuid.UUID, case_id: uuid.UUID, at: datetime) -> Key:
    """Make the key of a case that may come of a draft, wrapped by the school's key."""
    key = keys.new_key()
    # The newest at this moment, not as remembered: once an older one is counted out of use nothing may need it again.
    above = _newest_school_key(school_id)
    CaseKey.objects.create(
        school_id=school_id,
        case_id=case_id,
        made_at=at,
        wrapped=keys.wrap(key, under=above, about=case_key_binding(school_id, case_id)),
    )
    return key


def case_key(school_id: uuid.UUID, case_id: uuid.UUID) -> Key:
    """A case's key, opened, read once in a request. Raises CaseKey.DoesNotExist once it has been destroyed."""
    key: Key = remembered(("case key", case_id), lambda: _open_case_key(school_id, case_id))
    return key


def _open_case_key(school_id: uuid.UUID, case_id: uuid.UUID) -> Key:
    rows = _wrapped_case_key(case_id)
    if not rows:
        raise CaseKey.DoesNotExist("This case has no key. It was destroyed, or the case is another school's.")
    wrapped = bytes(rows[0][0])
    about = case_key_binding(school_id, case_id)
    return keys.unwrap(wrapped, under=school_key_above(wrapped, school_id), about=about)


def school_key_above(sealed: bytes, school_id: uuid.UUID) -> Key:
    """The school's key that something says it lies under: an older one stays readable after a new one is made."""
    newest = school_key(school_id)
    if keys.sealed_under(sealed) == newest.id:
        return newest
    row = SchoolKey.objects.get(key_id=keys.sealed_under(sealed))
    return _open_school_key(school_id, row.id, bytes(row.wrapped))


def place(row: SealedRow, case_id: uuid.UUID) -> Binding:
    """Where a row's words belong: its table, school, case and id."""
    return Binding(row._meta.db_table, row.school_id, case_id, row.id)


def seal(row: SealedRow, content: Content, *, case_id: uuid.UUID, key: Key | None = None) -> bytes:
    """A row's words, sealed for that row alone."""
    key = key or case_key(row.school_id, case_id)
    return keys.seal_json(content, key=key, about=place(row, case_id))


def words(row: SealedRow, *, case_id: uuid.UUID, key: Key | None = None) -> Content:
    """A row's words, opened. Raises keys.BrokenSeal when they were altered or moved."""
    key = key or case_key(row.school_id, case_id)
    opened: Content = keys.open_json(bytes(row.content), key=key, about=place(row, case_id))
    return opened


def _place_at_school(row: Row, column: str) -> Binding:
    return Binding(f"{row._meta.db_table}.{column}", row.school_id, None, row.pk)


def seal_at_school(row: Row, column: str, content: Content) -> bytes:
    """Words of a row that belongs to no case, sealed for that row and column alone.

    They lie under a key that the school has beside those of its cases, so that the key above can be replaced although
    some of these rows never change. Part of the act that writes the row.
    """
    return keys.seal_json(content, key=_office_key(row.school_id), about=_place_at_school(row, column))


def words_at_school(row: Row, column: str) -> Content:
    """What `seal_at_school` sealed, opened. Raises keys.BrokenSeal when it was altered or moved."""
    sealed = bytes(getattr(row, column))
    try:
        key = case_key(row.school_id, row.school_id)
    except CaseKey.DoesNotExist:
        key = school_key(row.school_id)
    if keys.sealed_under(sealed) != key.id:
        # From before words of no case had a key of their own.
        key = school_key_above(sealed, row.school_id)
    opened: Content = keys.open_json(sealed, key=key, about=_place_at_school(row, column))
    return opened


def _office_key(school_id: uuid.UUID) -> Key:
    """The key for words of no case: kept among the keys of cases, under the school's own id."""
    try:
        return case_key(school_id, school_id)
    except CaseKey.DoesNotExist:
        return make_case_key(school_id=school_id, case_id=school_id, at=timezone.now())
