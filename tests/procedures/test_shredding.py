"""Destroying a record: on an instruction, never under a hold, with its key, salt and hash gone from every byte."""

import sqlite3
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from builders import World, a_draft, an_exhibit
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.audit.tree import commitment
from forethought.core.errors import Refused
from forethought.evidence import shredding, written_anew
from forethought.evidence.away_standing import away_among, away_in
from forethought.evidence.models import Destruction, Exhibit, ExhibitKey
from forethought.evidence.reading import Damaged, content_of, vault
from forethought.management.commands.verify import wrong_in_trail

INSTRUCTION = {"from_whom": "The data protection officer", "given_on": "1 November", "reference": "DP/7"}


@pytest.fixture
def exhibit(world: World) -> Exhibit:
    return an_exhibit(a_draft(world), by=world.teacher, at=world.at, content=b"\x89PNG\r\n\x1a\nYou're dead")


@pytest.mark.policy("7.3")
def test_a_destroyed_record_has_no_key_no_salt_no_hash_and_no_bytes(
    world: World, exhibit: Exhibit, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = Exhibit.objects.get(pk=exhibit.pk)
    with django_capture_on_commit_callbacks(execute=True):
        row = shredding.destroy_exhibit(exhibit=exhibit, instruction=INSTRUCTION, by=world.head, at=world.at)

    after = Exhibit.objects.get(pk=exhibit.pk)
    assert (bytes(after.salt), after.sha256, after.size) == (b"", None, before.size)
    assert not ExhibitKey.objects.filter(exhibit=exhibit).exists() and not vault().holds(exhibit.object_name)
    assert row.in_backups_until == (world.at + timedelta(days=35)).date()
    assert away_among([exhibit.pk]) == {exhibit.pk} and away_in(exhibit.case_id) == {exhibit.pk: row}
    with pytest.raises((Refused, Damaged)):
        b"".join(content_of(after))
    assert wrong_in_trail(world.school.id) == [], "the leaf stays and the tree still holds"
    [entry] = Entry.objects.filter(verb="evidence.destroy_exhibit", about=exhibit.pk)
    assert "protection" not in entry.body
    call_command("verify")


@pytest.mark.policy("7.3")
def test_under_a_hold_nothing_is_destroyed(world: World, exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shredding, "HOLDS", [lambda one: "It is held until the tribunal has ended."])
    with pytest.raises(Refused, match="held"):
        shredding.destroy_exhibit(exhibit=exhibit, instruction=INSTRUCTION, by=world.head, at=world.at)
    assert b"".join(content_of(exhibit)).endswith(b"dead") and not Destruction.objects.exists()


@pytest.mark.parametrize("lacking", list(INSTRUCTION))
def test_without_a_whole_instruction_nothing_is_destroyed(world: World, exhibit: Exhibit, lacking: str) -> None:
    with pytest.raises(Refused, match="Write"):
        shredding.destroy_exhibit(
            exhibit=exhibit, instruction={**INSTRUCTION, lacking: " "}, by=world.head, at=world.at
        )
    assert ExhibitKey.objects.filter(exhibit=exhibit).exists()


def test_a_record_is_destroyed_once(world: World, exhibit: Exhibit) -> None:
    shredding.destroy_exhibit(exhibit=exhibit, instruction=INSTRUCTION, by=world.head, at=world.at)
    with pytest.raises(Refused, match="destroyed before"):
        shredding.destroy_exhibit(exhibit=exhibit, instruction=INSTRUCTION, by=PROGRAM, at=world.at)


@pytest.mark.parametrize(
    "change", [{"salt": b"other"}, {"size": 3}, {"sha256": b"x" * 32}, {"salt": b"", "size": 1}, {"received_by": ""}]
)
def test_a_record_may_lose_its_salt_and_hash_and_is_otherwise_as_it_was(
    world: World, exhibit: Exhibit, change: dict[str, Any]
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Exhibit.objects.filter(pk=exhibit.pk).update(**change)
    Exhibit.objects.filter(pk=exhibit.pk).update(salt=b"", sha256=None)


@pytest.mark.policy("7.3")
def test_ten_thousand_guesses_find_nothing_in_the_trail(world: World) -> None:
    said = b"You're dead 77"
    exhibit = an_exhibit(a_draft(world), by=world.teacher, at=world.at, content=said)
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    guesses = [f"You're dead {number}".encode() for number in range(10_000)]
    without_salt = bytes(32)
    found = [
        one
        for one in guesses
        if sha256(one).hexdigest() in bodies or commitment(without_salt, sha256(one).digest()).hex() in bodies
    ]
    assert found == []
    assert commitment(bytes(exhibit.salt), sha256(said).digest()).hex() in bodies


def a_database(path: Path, needle: bytes) -> None:
    """A file of SQLite's as ours are: with a log, and with what is deleted written over."""
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA secure_delete=ON")
        file.execute("CREATE TABLE t (x BLOB)")
        file.executemany("INSERT INTO t VALUES (?)", [(needle + bytes([number]),) for number in range(50)])


@pytest.mark.parametrize("deleted", [True, False])
def test_every_byte_of_the_file_and_its_log_is_searched(
    deleted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needle, path = sha256(b"needle").digest() * 3, tmp_path / "school.sqlite3"
    a_database(path, needle)
    file = sqlite3.connect(path, isolation_level=None)
    if deleted:
        file.execute("PRAGMA secure_delete=ON")
        file.execute("DELETE FROM t")
    asked = type("C", (), {"vendor": "sqlite", "settings_dict": {"NAME": str(path)}})()

    class Cursor:
        def __enter__(self) -> sqlite3.Cursor:
            return file.cursor()

        def __exit__(self, *args: object) -> None: ...

    asked.cursor = Cursor
    monkeypatch.setattr(shredding, "connection", asked)
    if deleted:
        assert "neither key, salt nor hash is there" in shredding.prove_absence([needle])[0]
        assert path.with_name(path.name + "-wal").stat().st_size == 0
    else:
        with pytest.raises(RuntimeError, match="still stands"):
            shredding.prove_absence([needle])
    file.close()


def test_the_command_destroys_proves_and_says_until_when_a_backup_may_hold_it(
    world: World, exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    searched: list[bytes] = []
    monkeypatch.setattr(shredding, "prove_absence", lambda gone: searched.extend(gone) or ["Searched."])
    wrapped, salt = bytes(ExhibitKey.objects.get(exhibit=exhibit).wrapped), bytes(exhibit.salt)
    call_command("destroy_record", str(exhibit.pk), from_whom="The court", given_on="1 May", reference="C/1")
    said = capsys.readouterr().out
    assert searched[:2] == [wrapped, salt] and "is destroyed" in said and "A backup may hold its key until" in said
    with pytest.raises(CommandError, match="destroyed before"):
        call_command("destroy_record", str(exhibit.pk), from_whom="The court", given_on="1 May", reference="C/1")


class Postgresql:
    """A connection to a server where each table takes the turns it is told to: "ours", "read", "locked" or "theirs"."""

    vendor = "postgresql"

    def __init__(self, *turns: str, inside: bool = False) -> None:
        self.turns, self.in_atomic_block, self.said = list(turns), inside, list[str]()
        self.settings_dict: dict[str, Any] = {"OPTIONS": {"options": "-c role=pages"}}
        self.file, self.turn, self.later = 1, "", True
        self.ops = connection.ops

    def copy(self) -> "Postgresql":
        return self

    def cursor(self) -> "Postgresql":
        return self

    def __enter__(self) -> "Postgresql":
        return self

    def __exit__(self, *args: object) -> None: ...

    def close(self) -> None: ...

    def execute(self, statement: str, values: object = None) -> None:
        self.said.append(statement)
        if statement.startswith("VACUUM FULL"):
            self.turn = self.turns.pop(0)
            if self.turn == "locked":
                raise OperationalError("canceling statement due to lock timeout")
            self.file += self.turn != "theirs"

    def fetchone(self) -> tuple[int]:
        if "xact_id" in self.said[-1] or "snapshot" in self.said[-1]:
            return (int(self.later),)
        return (self.file if "filenode" in self.said[-1] else int(self.turn == "read"),)


@pytest.mark.parametrize(
    ("turns", "sentences"),
    [
        (["ours", "ours"], ["2 of 2 tables"]),
        (["read", "read", "ours", "locked", "ours"], ["2 of 2 tables"]),
        (["theirs", "theirs"], ["VACUUM alone leaves the bytes"]),
        (
            ["ours", *["read"] * 5],
            ["1 of 2 tables", "In use, and not written anew: forethought_exhibitkey."],
        ),
    ],
)
def test_on_postgresql_a_table_is_written_anew_until_no_dead_row_came_along(
    turns: list[str], sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Postgresql(*turns)
    monkeypatch.setattr(shredding, "connection", server)
    monkeypatch.setattr(written_anew, "connection", server)
    monkeypatch.setattr(written_anew.time, "sleep", lambda seconds: None)
    found = shredding.prove_absence([b"x"], [ExhibitKey, Exhibit])
    assert len(found) == len(sentences) and all(part in one for part, one in zip(sentences, found, strict=True))
    assert server.turns == [] and server.settings_dict == {"OPTIONS": {}}, "as whoever signed in, not as who serves"


def test_on_postgresql_nothing_is_written_anew_while_what_began_earlier_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Postgresql()
    server.later = False
    monkeypatch.setattr(written_anew, "connection", server)
    monkeypatch.setattr(written_anew, "LONGEST", 0.0)
    monkeypatch.setattr(written_anew.time, "sleep", lambda seconds: None)
    (sentence,) = written_anew.write_anew([ExhibitKey])
    assert sentence.startswith("Not written anew: ") and sentence.endswith("for: forethought_exhibitkey.")
    assert not any("VACUUM" in one for one in server.said)


def test_on_postgresql_nothing_is_called_gone_before_it_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_anew, "connection", Postgresql(inside=True))
    with pytest.raises(RuntimeError, match="not committed"):
        written_anew.write_anew([ExhibitKey])
