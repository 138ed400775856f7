"""A program for test_killed_upgrade.py: an upgrade of a database on SQLite, killed at each statement of its migrations.

It loads once and forks each upgrade. The chain stands behind the real one: tables made, filled, written anew and
dropped, rows changed and deleted, one migration whole and one in pieces. Its last line says what was found.
"""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]
HOME = Path(sys.argv[1])
DATA = HOME / "data"
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "forethought.settings",
    "FORETHOUGHT_DATA": str(DATA),
    "FORETHOUGHT_DEMONSTRATION": "yes",
}
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402

from installer import commands, places, snapshots, upgrading  # noqa: E402

REAL = Path(__file__).resolve().parents[2] / "forethought" / "migrations"
# The numbers in the names say nothing of the order: the last is the one that no other follows.
[(_, LAST)] = MigrationLoader(None).graph.leaf_nodes("forethought")

CHAIN = {
    "9001_whole": f"""
from django.db import migrations, models

def fill(apps, editor):
    with editor.connection.cursor() as cursor:
        for number in range(3):
            cursor.execute("INSERT INTO aside (id, name) VALUES (%s, 'kept')", [number])

class Migration(migrations.Migration):
    dependencies = [("forethought", "{LAST}")]
    operations = [
        migrations.RunSQL("CREATE TABLE aside (id integer PRIMARY KEY, name text NOT NULL)"),
        migrations.RunPython(fill),
        migrations.RunSQL("ALTER TABLE forethought_school ADD COLUMN motto text NOT NULL DEFAULT ''"),
        migrations.RunSQL("UPDATE forethought_school SET motto = name, name = 'Changed'"),
    ]
""",
    "9002_in_pieces": """
from django.db import migrations

class Migration(migrations.Migration):
    atomic = False
    dependencies = [("forethought", "9001_whole")]
    operations = [
        migrations.RunSQL([
            "CREATE TABLE aside_new (id integer PRIMARY KEY, name text NOT NULL, size integer)",
            "INSERT INTO aside_new SELECT id, name, length(name) FROM aside",
            "DROP TABLE aside",
            "ALTER TABLE aside_new RENAME TO aside",
        ]),
        migrations.RunSQL(["DELETE FROM forethought_school", "CREATE INDEX aside_names ON aside (name)"]),
    ]
""",
}


def prepare() -> None:
    """A database with a school, a chain behind the real one, and the places of an installation in our folder."""
    from migrated import copy_to

    DATA.mkdir()
    copy_to(DATA / "forethought.sqlite3")
    with closing(sqlite3.connect(DATA / "forethought.sqlite3")) as database, database:
        names = [row[1] for row in database.execute("PRAGMA table_info(forethought_school)") if row[3] and not row[4]]
        values = ["1" * 32 if name == "id" else "Oak School" if name == "name" else 0 for name in names]
        database.execute(
            f"INSERT INTO forethought_school ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values
        )
    chain = HOME / "chain"
    chain.mkdir()
    (chain / "__init__.py").write_text(f"__path__.append({str(REAL)!r})\n")
    for name, text in CHAIN.items():
        (chain / f"{name}.py").write_text(text)
    sys.path.insert(0, str(HOME))
    settings.MIGRATION_MODULES = {"forethought": "chain"}
    for name in ("CURRENT", "PREVIOUS", "UPGRADES", "UNIT", "COMMAND"):
        setattr(places, name, HOME / name.lower())
    upgrading.JOURNAL = HOME / "upgrades" / "journal.json"
    for name in ("old", "new", "upgrades", "snapshot"):
        (HOME / name).mkdir()
    (HOME / "current").symlink_to(HOME / "old")
    commands.settings = lambda: {"FORETHOUGHT_DATA": str(DATA)}  # type: ignore[assignment]


def digest() -> str:
    """Everything in the database, tables and rows."""
    with closing(sqlite3.connect(DATA / "forethought.sqlite3")) as database:
        [(said,)] = database.execute("PRAGMA integrity_check").fetchall()
        assert said == "ok", said
        return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()


def begin(name: str = "snapshot/database.sqlite3") -> None:
    """As bin/upgrade stands after its snapshot, with the database as it was, or as another file has it."""
    for path in DATA.glob("forethought.sqlite3*"):
        path.unlink()
    shutil.copyfile(HOME / name, DATA / "forethought.sqlite3")
    note(upgrading.MIGRATING)


def note(state: str) -> None:
    """Say in the journal how far it is."""
    upgrading.Journal("", str(HOME / "old"), str(HOME / "new"), str(HOME / "snapshot")).note(state)


def in_a_child(work: Callable[[], Any]) -> bool:
    """Do it in a fork. Whether it lived to the end."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            with open(HOME / "said", "w") as said:
                os.dup2(said.fileno(), 1)
                work()
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(pid, 0)[1]
    assert status == 0 or os.WIFSIGNALED(status), (HOME / "said").read_text()
    return status == 0


class Migrating:
    """The migrations of the chain, planned once: planning is most of their time."""

    def __init__(self) -> None:
        self.executor = MigrationExecutor(connection)
        self.targets = [("forethought", max(CHAIN))]
        self.plan = self.executor.migration_plan(self.targets)
        self.state = self.executor._create_project_state(with_applied_migrations=True)
        assert self.state.apps, "made before the forks, which share it"
        connection.close()

    def run(self, killed_at: int) -> None:
        """Do them, killed before the statement of this number."""
        seen = 0

        def count(execute: Callable[..., Any], *rest: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*rest)

        with connection.execute_wrapper(count):
            self.executor.migrate(self.targets, self.plan, state=self.state.clone())
        connection.close()


def mend(killed_at: int) -> None:
    """The way back, killed before the line of the installer's of this number."""
    seen = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal seen
        if not frame.f_code.co_filename.startswith(str(Path(upgrading.__file__).parent)):
            return None
        if event == "line":
            seen += 1
            if seen == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    upgrading.mend()
    sys.settrace(None)


def main() -> dict[str, int]:
    """Kill at each statement and see the old database again; then kill the way back at each of its lines."""
    prepare()
    snapshots.database_of(commands.settings()).take(HOME / "snapshot")
    migrating = Migrating()
    before = digest()
    statements = lost = 0
    while True:
        begin()
        if in_a_child(partial(migrating.run, statements + 1)):
            break
        statements += 1
        # What a kill in the middle leaves, companions and all; of the last one for the next loop.
        shutil.copyfile(DATA / "forethought.sqlite3", HOME / "half.sqlite3")
        in_a_child(partial(mend, 0))
        lost += digest() != before or upgrading.JOURNAL.exists()
    after = digest()
    assert before != after
    lines = 0
    while True:
        begin("half.sqlite3")
        lived = in_a_child(partial(mend, lines + 1))
        # Whoever comes next goes on.
        in_a_child(partial(mend, 0))
        lost += digest() != before or upgrading.JOURNAL.exists()
        if lived:
            break
        lines += 1
    # Once the new version has taken over it stays, whatever happens then.
    begin()
    in_a_child(partial(migrating.run, 0))
    new = digest()
    note(upgrading.SWITCHED)
    (HOME / "current").unlink()
    (HOME / "current").symlink_to(HOME / "new")
    in_a_child(partial(mend, 0))
    return {"statements": statements, "lines": lines, "lost": lost, "stays": int(digest() == new != before)}


if __name__ == "__main__":
    print(json.dumps(main()))
