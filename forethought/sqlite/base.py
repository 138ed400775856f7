"""SQLite as Django uses it, but for the waiting: a statement that finds the database taken waits here, not in SQLite.

SQLite waits with the connection's mutex held. Python's collector may meanwhile, in another thread, come upon a cursor
of that connection and let go of it, which takes the same mutex. If that thread is the one that holds the database, each
waits for the other until the time is over, and everybody else with them (docs/decisions/0051).

Nor has SQLite a queue: whoever finds it taken asks again after pauses of up to a tenth of a second, and meets the short
gaps of a process that commits slowly and begins again at once by chance alone. Here one thread of a process at a time
asks, many times a second.

The module's name is Django's.
"""

import sqlite3
import threading
import time
from typing import Any

from django.db.backends.sqlite3 import base

#: Seconds between two times of asking. A gap between two commits takes a few milliseconds.
PAUSE = 0.002

_TAKEN = "database is locked"

_next = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with cursors that wait. The option `timeout` says how long, in seconds."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that has been set up, and from then on never waits inside SQLite."""
        connection = super().get_new_connection(conn_params)
        connection.execute("PRAGMA busy_timeout=0")
        return connection

    def create_cursor(self, name: str | None = None) -> "Cursor":
        """A cursor that waits."""
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        cursor.patience = float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        return cursor


class Cursor(base.SQLiteCursorWrapper):
    """Django's own; a statement that finds the database taken has done nothing, and is tried again."""

    patience = 0.0

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement. Raises sqlite3.OperationalError (“database is locked”) when the patience is over."""
        try:
            return super().execute(query, params)
        except sqlite3.OperationalError as fault:
            if str(fault) != _TAKEN:
                raise
        latest = time.monotonic() + self.patience
        if not _next.acquire(timeout=self.patience):
            raise sqlite3.OperationalError(_TAKEN)
        try:
            while True:
                try:
                    return super().execute(query, params)
                except sqlite3.OperationalError as fault:
                    if str(fault) != _TAKEN or time.monotonic() >= latest:
                        raise
                time.sleep(PAUSE)
        finally:
            _next.release()
