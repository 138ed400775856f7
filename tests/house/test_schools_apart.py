"""Each school's rows are kept apart by two locks: the query function everywhere, row-level security on PostgreSQL.

The catalogue is walked, so a table that a later change forgets fails here (reliability.md 5.4). On SQLite, which holds
one school, what stands in its place is asked instead: no test of this file is skipped on either.
"""

import uuid
from typing import Any

import pytest
from builders import FRIDAY_6PM, World, a_case, a_report, a_school
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, AlterField, CreateModel
from django.db.migrations.operations.base import Operation
from django_scopes import ScopeError, scope

from forethought import checks
from forethought.audit.models import Entry
from forethought.cases.models import Case, Seat
from forethought.cases.owed import owe
from forethought.people.models import Person
from forethought.rows import Row, inside
from forethought.schools import OUTSIDE, KeepApart, MayGoWith, MayLetGo, SealRows, school_column

pytestmark = pytest.mark.django_db

ON_POSTGRESQL = "postgresql"


def ours() -> list[type[models.Model]]:
    return list(apps.get_app_config("forethought").get_models())


def of_a_school() -> dict[str, str]:
    """Each table that holds rows of a school, with the column that says whose they are."""
    found = {model._meta.db_table: school_column(model) for model in ours()}
    return {table: column for table, column in found.items() if column is not None}


def asked(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def refuses(sql: str, *values: Any) -> bool:
    """Whether the database refuses a statement."""
    try:
        with transaction.atomic():
            asked(sql + " RETURNING 1", *values)
    except DatabaseError:
        return True
    return False


def no_school() -> None:
    """Be in no school, as every connection is when it comes. In a test all happens in one transaction."""
    if connection.vendor == ON_POSTGRESQL:
        asked("SELECT set_config('app.school', '', true)")


def sealed_tables() -> set[str]:
    """The tables whose rows the database itself refuses to change."""
    if connection.vendor == ON_POSTGRESQL:
        rows = asked("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s", "%\\_no\\_update")
    else:
        rows = asked("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", "%_no_update")
    return {table for (table,) in rows}


def test_only_the_tables_on_the_list_stand_outside_every_school() -> None:
    without = {model._meta.db_table for model in ours() if not issubclass(model, Row)}

    assert without - OUTSIDE == {"forethought_school", "forethought_trailhead", "forethought_policy"}
    assert OUTSIDE <= without


def test_each_table_of_a_school_has_its_locks() -> None:
    """On PostgreSQL forced row-level security that judges reads and writes; on SQLite a column that is never empty."""
    tables = of_a_school()
    if connection.vendor == ON_POSTGRESQL:
        secured = asked("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        assert tables.keys() - {name for (name,) in secured} == set()
        policies = {
            table: (permissive, command, roles, using, check)
            for table, permissive, command, roles, using, check in asked(
                "SELECT tablename, permissive, cmd, roles::text, qual, with_check FROM pg_policies "
                "WHERE schemaname = 'public'"
            )
        }
        assert policies.keys() == tables.keys()
        for table, (permissive, command, roles, using, check) in policies.items():
            assert (permissive, command, roles) == ("PERMISSIVE", "ALL", "{public}"), table
            assert using == check, table
            assert using.startswith(f"({tables[table]} = ( SELECT (NULLIF(current_setting('app.school'"), table
    else:
        for table, column in tables.items():
            [(filled,)] = asked('SELECT "notnull" FROM pragma_table_info(%s) WHERE name = %s', table, column)
            assert filled, table


def test_no_key_leads_from_one_school_to_another(db: None) -> None:
    """On PostgreSQL each reference takes the school with it; on SQLite the model refuses to write the row."""
    one, two = a_school(tag="one"), a_school(tag="two")
    with inside(two.school.id):
        foreign = a_report(two).case
    with inside(one.school.id):
        own = a_report(one).case
        row = Seat(
            school_id=one.school.id,
            case_id=foreign.id,
            person=one.chair,
            why="listed",
            given_at=FRIDAY_6PM,
            opened_at=FRIDAY_6PM,
        )
        if connection.vendor == ON_POSTGRESQL:
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save()
                asked("SET CONSTRAINTS ALL IMMEDIATE")
        else:
            row.school_id = two.school.id
            with pytest.raises(RuntimeError), transaction.atomic():
                row.save()
        assert own.pk != foreign.pk


def test_each_reference_takes_its_school_with_it() -> None:
    if connection.vendor != ON_POSTGRESQL:
        # One file, one school: there is no other to lead to, and starting with a second one is refused.
        assert "sqlite_holds_one_school" in {function.__name__ for function in checked()}
        return
    composite = {
        (table, column)
        for table, column in asked(
            "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) "
            "WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 2 AND a.attname <> 'school_id'"
        )
    }
    references = {
        (model._meta.db_table, field.column)
        for model in ours()
        if school_column(model) == "school_id"
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.name != "school"
    }

    assert references - composite == set()


def checked() -> list[Any]:
    return [value for name, value in vars(checks).items() if callable(value) and not name.startswith("_")]


def test_each_unique_key_of_a_school_begins_with_it() -> None:
    """A key over all schools would tell one that another holds the same value. Random ids tell nothing."""
    wrong = [
        f"{model.__name__}.{constraint.name}"
        for model in ours()
        if school_column(model) == "school_id"
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields[:1] != ("school",)
    ]

    assert wrong == []


def test_the_role_that_serves_is_plain_and_owns_nothing() -> None:
    assert list(checks.postgresql_role_is_plain()) == []
    if connection.vendor == ON_POSTGRESQL:
        [(role, session)] = asked("SELECT current_user, session_user")
        assert role == "forethought_pages" != session
        [(rights,)] = asked(
            "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert not rights
        assert asked("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == []


def test_the_role_that_serves_may_use_every_table_and_change_no_sealed_one() -> None:
    if connection.vendor != ON_POSTGRESQL:
        # SQLite knows no roles: who may open the file may do all, but for the triggers (see below).
        assert sealed_tables()
        return
    sealed = sealed_tables()
    for (table,) in asked(
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    ):
        allowed = {
            right
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
            if asked("SELECT has_table_privilege(current_user, %s, %s)", table, right) == [(True,)]
        }
        if table == "django_migrations":
            assert allowed == {"SELECT"}
        elif table in sealed:
            # What is let go of, and the trigger alone decides when.
            goes = {"DELETE"} if table.removeprefix("forethought_") in may_go() else set()
            assert allowed == {"SELECT", "INSERT"} | goes, table
        else:
            assert allowed == {"SELECT", "INSERT", "UPDATE", "DELETE"}, table


def operations() -> list[Operation]:
    """Everything our migrations do, in order."""
    disk = MigrationLoader(connection).disk_migrations
    return [operation for key in sorted(disk) if key[0] == "forethought" for operation in disk[key].operations]


def may_go() -> set[str]:
    """The sealed tables whose rows go by a disposal of two people, or with what they hang on."""
    by_two = {name for operation in operations() if isinstance(operation, MayLetGo) for name in operation.ways}
    return by_two | {operation.name for operation in operations() if isinstance(operation, MayGoWith)}


def test_what_a_migration_sealed_is_still_sealed() -> None:
    """On SQLite, changing a column makes the table anew, and its triggers are gone without a word."""
    named = {name for operation in operations() if isinstance(operation, SealRows) for name in operation.names}

    assert {"entry", "exhibit", "report", "notice", "decision", "exclusion"} <= named
    assert sealed_tables() == {f"forethought_{name}" for name in named}


def test_sealed_rows_refuse_change_and_removal(world: World) -> None:
    a_case(world)
    for table in ("forethought_entry", "forethought_report"):
        assert asked(f"SELECT count(*) FROM {table}") != [(0,)]
        assert refuses(f"UPDATE {table} SET school_id = school_id"), table
        assert refuses(f"DELETE FROM {table}"), table


def test_a_row_of_another_school_is_refused(db: None) -> None:
    one, two = a_school(tag="one"), a_school(tag="two")
    with inside(one.school.id):
        with pytest.raises(RuntimeError), transaction.atomic():
            Person(school_id=two.school.id, name="Somebody").save()
        if connection.vendor == ON_POSTGRESQL:
            # The second lock, for whoever forgets the first.
            assert refuses(
                "INSERT INTO forethought_person (id, school_id, name, email) VALUES (%s, %s, 'Somebody', '')",
                uuid.uuid4(),
                two.school.id,
            )


def test_without_a_school_there_is_an_error_before_any_query(db: None) -> None:
    world = a_school()
    no_school()
    with pytest.raises(ScopeError):
        Case.objects.count()
    with pytest.raises(RuntimeError):
        with scope(school=None):
            owe_something(world)
    if connection.vendor == ON_POSTGRESQL:
        assert asked("SELECT count(*) FROM forethought_person") == [(0,)]
        assert asked("SELECT count(*) FROM forethought_school") == [(0,)]


def owe_something(world: World) -> None:
    from forethought.audit.procedures import PROGRAM, acting

    with acting("tests.owe", by=PROGRAM, at=FRIDAY_6PM):
        owe(case=Case(school=world.school), kind="answer", about=uuid.uuid4(), due_at=FRIDAY_6PM, at=FRIDAY_6PM)


def test_one_school_reads_nothing_of_another_even_without_the_query_function(db: None) -> None:
    one, two = a_school(tag="one"), a_school(tag="two")
    with inside(one.school.id):
        a_case(one)
        assert set(Entry.objects.values_list("school_id", flat=True)) == {one.school.id}
        if connection.vendor == ON_POSTGRESQL:
            for table, column in of_a_school().items():
                found = {school for (school,) in asked(f"SELECT DISTINCT {column} FROM {table}")}
                assert found <= {one.school.id}, table
            assert (
                asked("UPDATE forethought_person SET name = 'X' WHERE school_id = %s RETURNING 1", two.school.id) == []
            )


def test_the_locks_are_put_on_after_every_table_and_reference() -> None:
    last_made = last_locked = -1
    for position, operation in enumerate(operations()):
        if isinstance(operation, KeepApart):
            last_locked = position
        elif isinstance(operation, CreateModel) or (
            isinstance(operation, AddField | AlterField) and isinstance(operation.field, models.ForeignKey)
        ):
            last_made = position

    assert last_locked > last_made >= 0, "A migration makes a table or a reference after the last KeepApart()."
