"""A statement that finds SQLite taken waits where it holds nothing that whoever took it may need."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.sqlite3 import base as django_own

from forethought.sqlite import base as ours

Connect = Callable[..., Any]

#: Seconds for which somebody waits who is to have their turn, or to be seen to wait: more than a slow machine takes.
LONG = 8.0


@pytest.fixture
def connect(tmp_path: Path, django_db_blocker: Any) -> Iterator[Connect]:
    """Connections to one database with a table, each as the settings make them."""
    opened = []

    def connects(back_end: type[Any], seconds: float = LONG) -> Any:
        options = {"timeout": seconds, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"}
        settings = {"NAME": tmp_path / "db", "OPTIONS": options, "TIME_ZONE": None, "AUTOCOMMIT": True}
        settings |= {"CONN_HEALTH_CHECKS": False, "CONN_MAX_AGE": None}
        opened.append(back_end(settings, alias=f"one of {len(opened)}"))
        opened[-1].inc_thread_sharing()
        opened[-1].ensure_connection()
        return opened[-1]

    with django_db_blocker.unblock():
        with connects(ours.DatabaseWrapper).cursor() as cursor:
            cursor.execute("CREATE TABLE said (words TEXT)")
        yield connects
        for one in opened:
            one.close()


def say(connection: Any, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO said VALUES (%s)", [words])


def one_lets_go_of_the_others_cursor(connect: Connect, back_end: type[Any]) -> tuple[float, list[Exception]]:
    """One holds the database; another waits to write. Then the first lets go of a cursor of the other's connection,

    as Python's collector does in whichever thread it happens to run. How long that took, in seconds, and what the
    other one met.
    """
    holder, other = connect(back_end), connect(back_end)
    met: list[Exception] = []
    left = [other.connection.execute("SELECT 1 UNION SELECT 2")]
    with holder.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")

        def write() -> None:
            try:
                say(other, "waited")
            except OperationalError as fault:
                met.append(fault)

        waiting = threading.Thread(target=write)
        waiting.start()
        time.sleep(1)
        began = time.monotonic()
        left.clear()
        took = time.monotonic() - began
        cursor.execute("COMMIT")
    waiting.join()
    return took, met


def test_who_holds_the_database_is_never_held_up_by_who_waits_for_it(connect: Connect) -> None:
    took, met = one_lets_go_of_the_others_cursor(connect, ours.DatabaseWrapper)
    assert (took < LONG / 2, met) == (True, [])


def test_with_djangos_own_the_two_wait_for_each_other_until_one_gives_up(connect: Connect) -> None:
    """What this is for: should SQLite or Python mend it, ours can go."""
    took, met = one_lets_go_of_the_others_cursor(connect, django_own.DatabaseWrapper)
    assert took > LONG / 4 and [str(one) for one in met] == ["database is locked"]


def test_a_statement_waits_for_its_turn_and_is_done_once(connect: Connect) -> None:
    holder, other = connect(ours.DatabaseWrapper), connect(ours.DatabaseWrapper)
    with holder.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        waiting = threading.Thread(target=say, args=(other, "once"))
        waiting.start()
        time.sleep(0.2)
        assert waiting.is_alive()
        cursor.execute("COMMIT")
        waiting.join()
        assert cursor.execute("SELECT words FROM said").fetchall() == [("once",)]


def test_who_waits_in_vain_is_told_as_by_sqlite_itself(connect: Connect) -> None:
    holder, other = connect(ours.DatabaseWrapper), connect(ours.DatabaseWrapper, seconds=1.0)
    with holder.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(OperationalError, match=r"^database is locked$"):
            say(other, "never")
        assert time.monotonic() - began >= 1
        cursor.execute("ROLLBACK")


def test_another_fault_is_not_waited_out(connect: Connect) -> None:
    other = connect(ours.DatabaseWrapper)
    with pytest.raises(OperationalError, match="no such table"), other.cursor() as cursor:
        cursor.execute("SELECT * FROM unsaid")
    assert issubclass(ours.Cursor, sqlite3.Cursor)
