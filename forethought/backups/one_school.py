"""One school of many brought back from a backup, on PostgreSQL, while the rows of all others stay as they are.

Everything happens in one transaction of the tables' owner, who is held by row-level security as well: it is told the
one school, and can touch no row of another. The locks on sealed rows are off for that transaction, so for as long as it
lasts the other schools can read and not write. docs/decisions/0038.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction

from forethought.backups import ledger, postgres_copy
from forethought.backups.apart import is_of
from forethought.backups.ledger import OfSchool
from forethought.backups.manifest import Stored
from forethought.backups.restoring import CannotRestore, Held
from forethought.schools import OUTSIDE

#: Rows of the sign-in library that hang on an account, the ones that hang on others of them first.
_HANGING = (
    ("account_emailconfirmation", "email_address_id", "account_emailaddress"),
    ("socialaccount_socialtoken", "account_id", "socialaccount_socialaccount"),
)
_OBJECTS = ("exhibit", "redactedcopy", "derived", "bundlefile")


def objects_of(copy: postgres_copy.PostgresCopy, school: str, listed: dict[str, Stored]) -> dict[str, Stored]:
    """The files of the backup that this school's rows name."""
    named: set[str] = set()
    for table in _OBJECTS:
        for (name,) in copy.rows(school, f"forethought_{table}", "object_name"):
            named.add(name or "")
    return {name: one for name, one in listed.items() if name in named}


def replace(folder: Path, school: UUID, held: Held, *, then: Callable[[OfSchool], None]) -> None:
    """Put the rows of one school in place of those it has, if any. `then` is done in the same transaction, as its end.

    It is given the ledger of the school as it stood when nobody could write to it any more. Call this as the owner of
    the tables. Raises CannotRestore when another school took something of this one's, such as a mail address; then
    nothing was changed.
    """
    own = _own(held, postgres_copy.PostgresCopy(folder), str(school))
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.school', %s, true)", [str(school)])
                locks = _locks(cursor)
                for table, trigger in locks:
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
                now = ledger.as_it_stands(school)
                _take_away(cursor, str(school))
            postgres_copy.fill(folder, own, only=str(school))
            with connection.cursor() as cursor:
                # What refers to what is asked now: a table with questions open cannot be altered.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                for table, trigger in locks:
                    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            then(now)
    except IntegrityError as error:
        raise CannotRestore(
            "Something of this school is in use by another one now, most often a mail address. Nothing was changed. "
            f"({type(error.__cause__).__name__})"
        ) from None


def _own(held: Held, copy: postgres_copy.PostgresCopy, school: str) -> Held:
    """Of what was kept apart, the lines of this school's rows."""
    ids: dict[str, set[str]] = {}
    for table, row, values in held:
        if table not in ids:
            ids[table] = {(one[0] or "").replace("-", "") for one in copy.rows(school, table, "id")}
        if row in ids[table] or is_of(values, school):
            yield table, row, values


def _locks(cursor: Any) -> list[tuple[str, str]]:
    """The triggers that refuse changes to sealed rows, and those that let them go by a disposal: table and name."""
    cursor.execute(
        "SELECT quote_ident(c.relname), quote_ident(t.tgname) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'forethought_sealed' "
        "OR p.proname LIKE '%%\\_lets\\_go' ORDER BY 1, 2",
        [],
    )
    return [(str(table), str(name)) for table, name in cursor.fetchall()]


def _take_away(cursor: Any, school: str) -> None:
    """Remove every row of the school that was entered, and end its people's sign-ins."""
    cursor.execute("SELECT id FROM forethought_account WHERE school_id = %s", [school])
    accounts = {str(row[0]) for row in cursor.fetchall()}
    ended = [one.pk for one in _sessions() if str(one.get_decoded().get("_auth_user_id")) in accounts]
    Session.objects.filter(pk__in=ended).delete()
    of_school = "IN (SELECT id FROM forethought_account WHERE school_id = %s)"
    for table, column, above in _HANGING:
        if table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM {above} WHERE user_id {of_school})",  # noqa: S608
                [school],
            )
    for table in postgres_copy.THEIRS:
        if table in postgres_copy.tables():
            cursor.execute(f"DELETE FROM {table} WHERE user_id {of_school}", [school])  # noqa: S608
    for table, (columns, own) in postgres_copy.tables().items():
        if own is not None:
            cursor.execute(f"DELETE FROM {table} WHERE {own} = %s", [school])  # noqa: S608
        elif table in OUTSIDE and "school_id" in columns:
            cursor.execute(f"DELETE FROM {table} WHERE school_id = %s", [school])  # noqa: S608


def _sessions() -> Iterator[Session]:
    yield from Session.objects.iterator(chunk_size=500)
