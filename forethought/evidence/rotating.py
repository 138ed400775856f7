"""Replacing the keys above: a school's key and the installation's master key (reliability.md 5.2).

What lies below is wrapped anew, nothing is sealed anew, and everything stays readable all the while: whatever is
wrapped says which key it needs. Stopped half-way, it goes on. An old key is retired when a count over every column of
the school finds nothing that needs it (evidence.md 7, case 19).
"""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Substr

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.evidence import keyring, keys
from forethought.evidence.keys import Key
from forethought.evidence.models import CaseKey, SchoolKey


class Beginning(Substr):
    """The first bytes of a column of bytes: what is sealed says there which key it needs."""

    output_field = models.BinaryField()  # type: ignore[assignment]


#: So many keys are wrapped anew in one transaction.
BATCH = 100


def start_school_key(*, school_id: uuid.UUID, by: Actor, at: datetime) -> SchoolKey:
    """Give a school its next key. From now on whatever is new lies under it; reading goes on."""
    with acting("evidence.start_school_key", by=by, at=at) as event:
        row = keyring.make_school_key(school_id=school_id, at=at)
        event.about = row.id
    return row


def standing_keys() -> list[SchoolKey]:
    """The keys of the school that was entered that are not retired, newest first."""
    return list(SchoolKey.objects.filter(retired_at__isnull=True).order_by("-made_at", "-id"))


def rewrap_some(school_id: uuid.UUID) -> int:
    """Wrap some case keys anew under the school's newest key. How many; 0 when all lie under it.

    Part of replacing a school's key. Each row is changed only while it is as it was read.
    """
    newest = keyring.school_key(school_id)
    with transaction.atomic():
        rows = list(_under_others(newest.id)[:BATCH])
        for pk, case_id, wrapped in rows:
            old = keyring.school_key_above(bytes(wrapped), school_id)
            about = keyring.case_key_binding(school_id, case_id)
            fresh = keys.rewrap(bytes(wrapped), old=old, new=newest, about=about)
            CaseKey.objects.filter(pk=pk, wrapped=wrapped).update(wrapped=fresh)
    return len(rows)


def _under_others(key_id: bytes) -> "models.QuerySet[CaseKey, Any]":
    prefix = keys.prefix_for(keys.WRAPPED_KEY, Key(key_id, bytes(keys.SECRET_LENGTH)))
    rows = CaseKey.objects.annotate(begins=Beginning("wrapped", 1, len(prefix)))
    return rows.exclude(begins=prefix).order_by("pk").values_list("pk", "case_id", "wrapped")


def uses_of(key_id: bytes) -> dict[str, int]:
    """What in the school that was entered still needs a key, by table and column; empty when nothing does.

    Every column that can hold something sealed is looked at, whichever table it is in.
    """
    found = {}
    some = Key(key_id, bytes(keys.SECRET_LENGTH))
    prefixes = [keys.prefix_for(magic, some) for magic in (keys.WRAPPED_KEY, keys.SEALED_TEXT, keys.SEALED_STREAM)]
    for model, column in _sealed_columns():
        rows = model.objects.annotate(begins=Beginning(column, 1, len(prefixes[0])))
        if count := rows.filter(begins__in=prefixes).count():
            found[f"{model._meta.db_table}.{column}"] = count
    return found


def _sealed_columns() -> Iterator[tuple[Any, str]]:
    for model in apps.get_app_config("forethought").get_models():
        if any(field.name == "school" for field in model._meta.local_fields):
            for field in model._meta.local_fields:
                if isinstance(field, models.BinaryField) and not field.primary_key:
                    yield model, field.name


def retire_school_key(*, key: SchoolKey, by: Actor, at: datetime) -> None:
    """Destroy an old key of a school, once nothing needs it. Counted in the transaction that destroys it."""
    with acting("evidence.retire_school_key", by=by, at=at, about=key.id, facts={"uses": 0}):
        newest = standing_keys()[0]
        insist("This is the school's newest key." if newest.pk == key.pk else None)
        uses = uses_of(bytes(key.key_id))
        insist(f"It is still needed: {', '.join(f'{n} in {where}' for where, n in uses.items())}." if uses else None)
        SchoolKey.objects.filter(pk=key.pk).update(wrapped=b"", retired_at=at)


def change_master_key(*, school_id: uuid.UUID, new: Key, by: Actor, at: datetime) -> int:
    """Wrap a school's keys anew under another master key. How many were not under it yet."""
    rows = [row for row in standing_keys() if keys.sealed_under(bytes(row.wrapped)) != new.id]
    if not rows:
        return 0
    with acting("evidence.change_master_key", by=by, at=at, facts={"keys": len(rows)}):
        for row in rows:
            about = keyring.school_key_binding(school_id, row.pk)
            old = keyring.master_above(bytes(row.wrapped))
            SchoolKey.objects.filter(pk=row.pk, wrapped=row.wrapped).update(
                wrapped=keys.rewrap(bytes(row.wrapped), old=old, new=new, about=about)
            )
    return len(rows)
