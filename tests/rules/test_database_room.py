"""How much room the disk of the database has, by what was said of it and when."""

import psycopg
import pytest
from django.db import OperationalError
from pytest_django.fixtures import Settings

from forethought.core.reserve import MIB, Room
from forethought.evidence import database_room
from forethought.evidence.database_room import LASTS, is_full_error, room_of, word_at


@pytest.mark.parametrize(
    ("mib", "room"),
    [(0, Room.NONE), (63, Room.NONE), (64, Room.WORDS), (255, Room.WORDS), (256, Room.ENOUGH), (10**6, Room.ENOUGH)],
)
def test_files_stop_first_and_all_writing_before_the_servers_journal_cannot_grow(mib: int, room: Room) -> None:
    assert room_of(mib * MIB) is room


@pytest.mark.parametrize(
    ("word", "age", "room"),
    [
        ("full", 0, Room.NONE),
        ("full", LASTS, Room.NONE),
        ("full", LASTS + 0.1, Room.ENOUGH),
        ("nearly", 1, Room.WORDS),
        ("nearly", LASTS + 1, Room.ENOUGH),
        ("", 0, Room.ENOUGH),
        ("else", 0, Room.ENOUGH),
    ],
)
def test_a_word_counts_for_some_seconds_and_nobody_has_to_take_it_back(word: str, age: float, room: Room) -> None:
    assert word_at(word, age) is room


def test_the_database_says_by_its_code_that_its_disk_is_full() -> None:
    def raised(cause: Exception) -> OperationalError:
        fault = OperationalError("could not extend file")
        fault.__cause__ = cause
        return fault

    assert is_full_error(raised(psycopg.errors.DiskFull("No space left on device")))
    assert not is_full_error(raised(psycopg.errors.TooManyConnections("sorry")))
    assert not is_full_error(OSError(28, "No space left on device"))


def test_with_sqlite_the_disk_is_our_own_and_nothing_is_said_of_another(settings: Settings) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        database_room.note("full")
        assert database_room.look() is Room.ENOUGH
        assert database_room.watch() == ""
        database_room._file().unlink()
