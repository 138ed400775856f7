"""Django's own `migrate`, as the owner of the tables, and with the grants that go with every table.

One command and one environment for the operator: with FORETHOUGHT_DATABASE_ROLE set, everything serves as that role,
and this alone goes back to the role that signed in, which owns the tables (architecture.md, decision 8).
"""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from forethought.schools import grant


@contextlib.contextmanager
def as_owner(alias: str = "default") -> Iterator[Any]:
    """A connection that is not put into the serving role, until the end of the block."""
    connection = connections[alias]
    options = connection.settings_dict["OPTIONS"]
    kept = options.pop("options", None) if connection.vendor == "postgresql" else None
    if kept is not None:
        connection.close()
    try:
        yield connection
    finally:
        if kept is not None:
            options["options"] = kept
            connection.close()


class Command(Migrate):
    """Brings the tables up to date, as their owner, and lets the serving role use them."""

    def execute(self, *args: Any, **options: Any) -> Any:
        # On SQLite the file is made here, by the first check that looks into it, and only we may read it.
        before = os.umask(0o077)
        try:
            settings.DATA.mkdir(parents=True, exist_ok=True)
            return super().execute(*args, **options)
        finally:
            os.umask(before)

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(options["database"]) as connection:
            super().handle(*args, **options)
            if connection.vendor == "postgresql":
                grant(connection, settings.DATABASE_ROLE)
