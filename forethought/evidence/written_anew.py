"""Writing tables of PostgreSQL anew, so that nothing of a destroyed row stands in their files.

A deleted row stays in its page. VACUUM frees its place and leaves the bytes there until another row needs it; only
VACUUM FULL writes a new file out of the rows that live, and new indexes.
"""

import time
from collections.abc import Collection
from contextlib import closing

from django.db import OperationalError, connection, models
from django.db.backends.base.base import BaseDatabaseWrapper

#: Nobody's page waits longer than this for a table that is to be written anew.
PATIENCE = "5s"
#: A reader from before the deletion keeps the old row alive, so it is tried again, so often and a second apart; and
#: no table is begun when so many seconds have gone by.
TRIES, LONGEST = 5, 120.0

OLDER = (
    "Not written anew: something that began earlier went on in this database server all the while, and PostgreSQL "
    "keeps earlier rows for it. Run VACUUM FULL as the owner of the tables, once it has ended, for"
)
LOG = (
    "PostgreSQL's own log of changes holds it until that is recycled, and an archive of that log as long as any "
    "backup. Neither was searched."
)
NOT_OURS = (
    "No row holds the key, the salt or the hash any more. PostgreSQL keeps them in its files until the tables are "
    "written anew, and this program's role may not do that. Run VACUUM FULL as the owner of the tables; VACUUM alone "
    "leaves the bytes where they were."
)


def write_anew(tables: Collection[type[models.Model]]) -> list[str]:
    """Write these tables anew as their owner. What was done and what was not, in sentences.

    Locks each for as long as its copy takes. Raises RuntimeError inside a transaction. (PostgreSQL, VACUUM.)
    """
    if connection.in_atomic_block:
        raise RuntimeError("What is not committed yet cannot be gone.")
    names = sorted({model._meta.db_table for model in tables})
    # A connection of its own, not put into the role that serves: whoever signs in may be the owner.
    owner = connection.copy()
    owner.settings_dict["OPTIONS"].pop("options", None)
    with closing(owner):
        _run(owner, f"SET lock_timeout = '{PATIENCE}'")
        if not _what_began_earlier_has_ended(owner):
            return [f"{OLDER}: {', '.join(names)}."]
        latest = time.monotonic() + LONGEST
        left = [name for name in names if time.monotonic() > latest or not _one(owner, name)]
    if left == names:
        return [NOT_OURS]
    sentences = [f"Written anew, without earlier rows: {len(names) - len(left)} of {len(names)} tables. {LOG}"]
    if left:
        sentences.append(
            f"In use, and not written anew: {', '.join(left)}. Run VACUUM FULL for them as the owner of the tables."
        )
    return sentences


def _what_began_earlier_has_ended(owner: BaseDatabaseWrapper) -> bool:
    """Whether each transaction of this server that wrote, and was under way when this is asked, has ended in time.

    VACUUM FULL reads with a snapshot of its own, and that one is as old as the oldest of them in any database: a row
    that was deleted since comes along into the new file, and a VACUUM after it takes it off the count, not out of the
    page.
    """
    now, latest = _ask(owner, "SELECT pg_current_xact_id()::text::bigint"), time.monotonic() + LONGEST
    while not _ask(owner, "SELECT (pg_snapshot_xmin(pg_current_snapshot()) > %s::text::xid8)::int", now):
        if time.monotonic() > latest:
            return False
        time.sleep(1)
    return True


def _one(owner: BaseDatabaseWrapper, name: str) -> bool:
    """Whether a table now lies in a new file in which no dead row came along."""
    table, file = owner.ops.quote_name(name), _file_of(owner, name)
    for tried in range(TRIES):
        if tried:
            time.sleep(1)
        try:
            _run(owner, f"VACUUM FULL {table}")
            # Counts what the first could not leave behind.
            _run(owner, f"VACUUM {table}")
        except OperationalError:
            continue
        if _file_of(owner, name) == file:
            # PostgreSQL only warns whoever is not the owner.
            return False
        if not _ask(owner, "SELECT pg_stat_get_dead_tuples(%s::regclass)", name):
            return True
    return False


def _file_of(owner: BaseDatabaseWrapper, name: str) -> int:
    return _ask(owner, "SELECT pg_relation_filenode(%s::regclass)", name)


def _run(owner: BaseDatabaseWrapper, statement: str) -> None:
    with owner.cursor() as cursor:
        cursor.execute(statement)


def _ask(owner: BaseDatabaseWrapper, question: str, *values: str | int) -> int:
    with owner.cursor() as cursor:
        cursor.execute(question, values)
        found: int = cursor.fetchone()[0]
        return found
