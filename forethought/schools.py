"""Schools kept apart by PostgreSQL itself, and rows that no database lets anyone change.

Used by migrations. On SQLite, which holds one school, only the sealing applies. Every rule here answers a hole measured
in reliability.md 5.4; tests/house/test_schools_apart.py walks the catalogue and fails when a table lacks one.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.migrations.operations.base import Operation

#: Tables without a school's rows, or found before a school is known. Each says why in its model.
OUTSIDE = frozenset({"forethought_account", "forethought_doorway", "forethought_settingup", "forethought_wake"})

#: The role that serves pages, unless FORETHOUGHT_DATABASE_ROLE names another.
PAGES_ROLE = "forethought_pages"

SETTING = "(SELECT nullif(current_setting('app.school', true), '')::uuid)"


def tables(apps: Any) -> dict[str, Any]:
    """Our models by table name."""
    return {m._meta.db_table: m for m in apps.get_app_config("forethought").get_models()}


def school_column(model: Any) -> str | None:
    """The column that says whose row it is: nothing for tables outside every school."""
    if model._meta.db_table in OUTSIDE:
        return None
    return "id" if model._meta.model_name == "school" else "school_id"


class KeepApart(Operation):
    """Put forced row-level security and composite foreign keys on every table of a school. PostgreSQL only."""

    reversible = True
    reduces_to_sql = False

    def __init__(self, role: str = "forethought_pages") -> None:
        self.role = role

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Changes no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for table, model in tables(to_state.apps).items():
            column = school_column(model)
            if column is not None:
                self._secure(schema_editor, table, column)
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, model in tables(to_state.apps).items():
            if school_column(model) == "school_id" and any(f.name == "id" for f in model._meta.local_fields):
                self._once(
                    schema_editor,
                    f"{table}_school_row",
                    f"ALTER TABLE {table} ADD CONSTRAINT {table}_school_row UNIQUE (school_id, id)",
                )
        for table, model in tables(to_state.apps).items():
            for field in model._meta.local_fields:
                if isinstance(field, models.ForeignKey) and field.name != "school" and school_column(model):
                    target = field.related_model._meta.db_table
                    name = f"{table}_{field.column}_in_school"[:63]
                    self._once(
                        schema_editor,
                        name,
                        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY "
                        f"(school_id, {field.column}) REFERENCES {target} (school_id, id) "
                        "DEFERRABLE INITIALLY DEFERRED",
                    )

    def _secure(self, editor: Any, table: str, column: str) -> None:
        editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        editor.execute(f"DROP POLICY IF EXISTS own_school ON {table}")
        own = f"{column} = {SETTING}"
        editor.execute(f"CREATE POLICY own_school ON {table} USING ({own}) WITH CHECK ({own})")

    def _once(self, editor: Any, name: str, sql: str) -> None:
        editor.execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}') "  # noqa: S608
            f"THEN {sql}; END IF; END $$"
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leaves the policies in place: going back never weakens a lock."""

    def describe(self) -> str:
        return "Keep the rows of each school apart"


class SealRows(Operation):
    """Let the database refuse to change or delete the rows of these models, whoever asks."""

    reversible = True
    reduces_to_sql = False

    def __init__(self, *names: str) -> None:
        self.names = names

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Changes no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                "CREATE OR REPLACE FUNCTION forethought_sealed() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'sealed rows are never changed'; END $$"
            )
        for name in self.names:
            table = to_state.apps.get_model(app_label, name)._meta.db_table
            for verb in ("UPDATE", "DELETE"):
                trigger = f"{table}_no_{verb.lower()}"
                if schema_editor.connection.vendor == "postgresql":
                    schema_editor.execute(
                        f"CREATE TRIGGER {trigger} BEFORE {verb} ON {table} "
                        "FOR EACH ROW EXECUTE FUNCTION forethought_sealed()"
                    )
                else:
                    schema_editor.execute(
                        f"CREATE TRIGGER {trigger} BEFORE {verb} ON {table} "
                        "BEGIN SELECT RAISE(ABORT, 'sealed rows are never changed'); END"
                    )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name in self.names:
            table = to_state.apps.get_model(app_label, name)._meta.db_table
            for verb in ("update", "delete"):
                on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")

    def describe(self) -> str:
        return "Refuse changes to sealed rows"


class MayForget(Operation):
    """Let a sealed row lose what some of its columns hold, and nothing else: they may be emptied, never changed.

    For a record that is destroyed: its salt and its hash go, and that it was there stays. After `SealRows`.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, name: str, *columns: str) -> None:
        self.name, self.columns = name, columns

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Changes no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        table, postgresql = model._meta.db_table, schema_editor.connection.vendor == "postgresql"
        on = f" ON {table}" if postgresql else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update{on}")
        same, differs = ("IS NOT DISTINCT FROM", "IS DISTINCT FROM") if postgresql else ("IS", "IS NOT")
        others = [f.column for f in model._meta.local_fields if f.column not in self.columns]
        kept = [f"NEW.{column} {differs} OLD.{column}" for column in others]
        emptied = [
            f"NOT (NEW.{column} {same} OLD.{column} OR NEW.{column} IS NULL OR length(NEW.{column}) = 0)"
            for column in self.columns
        ]
        nothing = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in self.columns)
        when = " OR ".join([*kept, *emptied, f"({nothing})"])
        act = (
            "EXECUTE FUNCTION forethought_sealed()"
            if postgresql
            else "BEGIN SELECT RAISE(ABORT, 'sealed rows are never changed'); END"
        )
        row = "FOR EACH ROW " if postgresql else ""
        schema_editor.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {row}WHEN ({when}) {act}")
        if postgresql:
            # Read by `grant`, which lets the pages' role change these columns of a sealed table and no others.
            schema_editor.execute(f"COMMENT ON TABLE {table} IS 'may forget: {', '.join(self.columns)}'")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leaves the lock as it is: it is one still."""

    def describe(self) -> str:
        return "Let a sealed row be emptied of what is destroyed"


class MayLetGo(Operation):
    """Let sealed rows be deleted while two people's disposal of what they belong to is carried out, and never else.

    The database itself looks: a disposal of that case (or record) was agreed to by a second person, has begun and is
    not done, and no hold stands on it. `ways` gives for each model the way from its row to what a disposal is
    about; two ways have a | between them. After `SealRows`.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, what: str, ways: Mapping[str, str]) -> None:
        self.what, self.ways = what, ways

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Changes no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name, way in self.ways.items():
            model = to_state.apps.get_model(app_label, name)
            table = model._meta.db_table
            values = [self._value(model, one, "OLD") for one in way.split("|")]
            agreed = (
                f"EXISTS (SELECT 1 FROM forethought_disposal d WHERE d.school_id = OLD.school_id "  # noqa: S608
                f"AND d.what = '{self.what}' AND d.about IN ({', '.join(values)}) "
                "AND d.confirmed_by <> d.proposed_by AND d.begun_at IS NOT NULL AND d.done_at IS NULL "
                "AND NOT EXISTS (SELECT 1 FROM forethought_hold h WHERE h.school_id = d.school_id "
                "AND h.case_id = d.about AND h.lifted_at IS NULL))"
            )
            _let_delete_where(schema_editor, table, agreed)

    def _value(self, model: Any, way: str, row: str) -> str:
        first, _, rest = way.partition("__")
        if not rest:
            return f"{row}.{first}"
        field = model._meta.get_field(first)
        table, inner = field.related_model._meta.db_table, f"{row.lower()}_{first}"
        value = self._value(field.related_model, rest, inner)
        return f"(SELECT {value} FROM {table} {inner} WHERE {inner}.id = {row}.{field.column})"  # noqa: S608

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leaves the lock as it is: it is one still."""

    def describe(self) -> str:
        return "Let sealed rows go by two people's disposal alone"


def _let_delete_where(schema_editor: Any, table: str, condition: str) -> None:
    """Have a sealed table refuse to delete a row, but where this holds of OLD, the row. Anew, where it did before."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {table}_lets_go() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF NOT {condition} THEN RAISE EXCEPTION 'sealed rows are never changed'; END IF; "
            "RETURN OLD; END $$"
        )
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete ON {table}")
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_lets_go()"
        )
    else:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT {condition} "
            "BEGIN SELECT RAISE(ABORT, 'sealed rows are never changed'); END"
        )


class MayGoWith(Operation):
    """Let sealed rows be deleted once the row they hang on is marked as going, and never else.

    For lists whose time is over, which go in the night without two people. `column` of that row holds when it goes.
    After `SealRows`.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, name: str, way: str, column: str) -> None:
        self.name, self.way, self.column = name, way, column

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Changes no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        table, field = model._meta.db_table, model._meta.get_field(self.way)
        going = (
            f"EXISTS (SELECT 1 FROM {field.related_model._meta.db_table} r "  # noqa: S608
            f"WHERE r.id = OLD.{field.column} AND r.{self.column} IS NOT NULL)"
        )
        _let_delete_where(schema_editor, table, going)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leaves the lock as it is: it is one still."""

    def describe(self) -> str:
        return "Let sealed rows go with what they hang on"


def grant(connection: Any, role: str = "") -> bool:
    """Let the serving role use every table there is: sealed ones to read and add to, the others to change as well.

    PostgreSQL only, and only when that role exists and is not who asks. Run by `manage.py migrate` each time, so that
    no new table can be forgotten. Returns whether anything was granted. A sealed table is one with our trigger.
    """
    role = role or PAGES_ROLE
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role]
        )
        found = cursor.fetchone()
        if found is None:
            return False
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {found[0]}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {found[0]}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {found[0]}")
        cursor.execute(
            "SELECT DISTINCT quote_ident(c.relname) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'forethought_sealed'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {found[0]}")
        cursor.execute(
            "SELECT DISTINCT quote_ident(c.relname) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname LIKE '%%\\_lets\\_go'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"GRANT DELETE ON {table} TO {found[0]}")
        cursor.execute(
            "SELECT quote_ident(relname), substr(obj_description(oid), 13) FROM pg_class "
            "WHERE obj_description(oid) LIKE 'may forget: %%'"
        )
        for table, columns in cursor.fetchall():
            cursor.execute(f"GRANT UPDATE ({columns}) ON {table} TO {found[0]}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {found[0]}")
    return True
