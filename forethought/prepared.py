"""Queries that every page needs, compiled once.

Building and compiling a queryset costs several times what SQLite takes to answer it. A page that everyone opens asks
the same few questions each time, so they are put into SQL once, by the ORM itself, and then only given their values.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection, models
from django_scopes import scope

from forethought.rows import school_in_scope

#: Stands for the school in scope while a query is compiled.
_SCHOOL = uuid.UUID("f0f0f0f0-0000-4000-8000-00000000ffff")

_STANDS_FOR: dict[type, Callable[[int], Any]] = {
    uuid.UUID: lambda place: uuid.UUID(int=(0xF0F0 << 112) + place),
    datetime: lambda place: datetime(2999, 1, 1, 0, 0, place, tzinfo=UTC),
    date: lambda place: date(2999, 1, 1) + timedelta(days=place),
    str: lambda place: f"\x01value {place}",
    # Small enough for PostgreSQL's smallest column.
    int: lambda place: 0x7F70 + place,
}
_FIELDS: dict[type, "models.Field[Any, Any]"] = {
    uuid.UUID: models.UUIDField(),
    datetime: models.DateTimeField(),
    date: models.DateField(),
    str: models.TextField(),
    int: models.BigIntegerField(),
}


class Prepared:
    """A `values_list` query compiled at its first use. Call it with its values for the rows, as a list of tuples.

    `build` is given a stand-in for each value and returns the queryset; `kinds` are the values' types. The school in
    scope is put in by itself, as a scoped manager would.
    """

    def __init__(self, build: Callable[..., "models.QuerySet[Any, Any]"], *kinds: type) -> None:
        self._build = build
        self._kinds = kinds

    def __call__(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, read in the school in scope."""
        sql, params, converters = self._compiled
        given = [self._adapt(kind, value) for kind, value in zip(self._kinds, values, strict=True)]
        school = school_in_scope()
        given.append(self._adapt(uuid.UUID, school) if school else None)
        with _cursor() as cursor:
            cursor.execute(sql, [given[slot] if slot is not None else value for slot, value in params])
            rows = cursor.fetchall()
        if not converters:
            return rows
        return [self._converted(row, converters) for row in rows]

    @cached_property
    def _compiled(self) -> tuple[str, list[tuple[int | None, Any]], list[tuple[int, Any, Any]]]:
        stand_ins = [_STANDS_FOR[kind](place) for place, kind in enumerate(self._kinds)]
        with scope(school=_SCHOOL):
            compiler = self._build(*stand_ins).query.get_compiler(using=connection.alias)
            sql, params = compiler.as_sql()
            converters = compiler.get_converters([column for column, _, _ in compiler.select])
        known = [self._adapt(kind, value) for kind, value in zip(self._kinds, stand_ins, strict=True)]
        known.append(self._adapt(uuid.UUID, _SCHOOL))
        slots = [(known.index(value) if value in known else None, value) for value in params]
        flat = [(place, found, expression) for place, (found, expression) in converters.items()]
        return sql, slots, flat

    def instances(self, model: type[Any], *values: Any) -> list[Any]:
        """The rows as instances of a model all of whose columns are listed in order: `columns_of(model)`."""
        names = columns_of(model)
        return [model.from_db(connection.alias, names, row) for row in self(*values)]

    @staticmethod
    def _adapt(kind: type, value: Any) -> Any:
        return _FIELDS[kind].get_db_prep_value(value, connection)

    @staticmethod
    def _converted(row: tuple[Any, ...], converters: list[tuple[int, Any, Any]]) -> tuple[Any, ...]:
        values = list(row)
        for place, found, expression in converters:
            for convert in found:
                values[place] = convert(values[place], expression, connection)
        return tuple(values)


def _cursor() -> Any:
    """A cursor of this connection; on PostgreSQL one whose queries the server plans once and keeps (settings.py)."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection._prepare_cursor(ServerBindingCursor(connection.connection))  # type: ignore[attr-defined, call-arg]


def columns_of(model: type[models.Model]) -> list[str]:
    """The columns of a model, in the order in which an instance is made from them."""
    return [field.attname for field in model._meta.concrete_fields]
