"""What every kept row has in common: its school, an id that says nothing, lengths that the database holds.

Below all areas, so that each may build on it.
"""

import uuid
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models, transaction
from django_scopes import ScopedManager, get_scope, scope


class Words(models.CharField):
    """A short text whose length the database checks too: SQLite by itself does not (reliability.md F13)."""

    def db_check(self, connection: Any) -> str:
        column = connection.ops.quote_name(self.column)
        return f"length({column}) <= {int(self.max_length or 0)}"


@contextmanager
def inside(school_id: uuid.UUID) -> Iterator[None]:
    """Do something inside one school: no query sees or writes another's rows.

    The first lock is the scope, which every query function needs. On PostgreSQL the second is row-level security,
    set for one transaction that wraps the whole of what happens here (reliability.md 5.4).
    """
    outer = school_in_scope()
    token = _memory.set({})
    try:
        if connection.vendor != "postgresql":
            with scope(school=school_id):
                yield
            return
        with transaction.atomic():
            _tell_database(school_id)
            # Inside the transaction, so that whatever runs after its commit finds no school rather than a stale one.
            with scope(school=school_id):
                yield
            if outer is not None:
                _tell_database(outer)
    finally:
        _memory.reset(token)


def _tell_database(school_id: uuid.UUID) -> None:
    """Set the school for PostgreSQL's row-level security, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.school', %s, true)", [str(school_id)])


_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("memory of one stay in a school", default=None)


def remembered(key: Hashable, find: Callable[[], Any]) -> Any:
    """What `find` gives, found once during one stay inside a school (a request, a sweep) and forgotten with it."""
    memory = _memory.get()
    if memory is None:
        return find()
    if key not in memory:
        memory[key] = find()
    return memory[key]


def school_in_scope() -> uuid.UUID | None:
    """The school that `inside` was entered for, or nothing."""
    found = get_scope().get("school")
    return found if isinstance(found, uuid.UUID) else None


class Row(models.Model):
    """One row of one school. Ids are random; nothing counts up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey("forethought.School", on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager(school="school_id")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, in its own school alone. A row for another school is a fault, and loud."""
        here = school_in_scope()
        if here is not None and self.school_id != here:
            raise RuntimeError("A row of one school cannot be written inside another.")
        super().save(*args, **kwargs)


def paired(*names: str) -> models.CheckConstraint:
    """A constraint that these columns are all empty or all filled: a time and the person who belongs to it."""
    empty = models.Q(**{f"{name}__isnull": True for name in names})
    filled = models.Q(**{f"{name}__isnull": False for name in names})
    return models.CheckConstraint(condition=empty | filled, name="%(class)s_" + "_with_".join(names))
