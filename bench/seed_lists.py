"""Need-to-know lists in bulk: `python -m bench.seed_lists CASES EACH`, with a served demonstration's settings.

CASES cases at the demonstration's school, each with a list of EACH people: its headteacher and safeguarding lead, on
every list, and others drawn in turn from 400 more. Every case keeps two of the 400 out; every twentieth keeps out the
headteacher too, who has a seat there all the same, so that the pages must look for it. One in ten is a concern; the 400
newest are open. Written straight into the tables, as fast as the database takes it: they are only looked at.
"""

import itertools
import os
import sys
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from bench.seed_readers import PERSON, key, when, write  # noqa: E402
from forethought.people import codes  # noqa: E402
from forethought.people.models import Account, Person  # noqa: E402
from forethought.rows import inside  # noqa: E402

NOW = datetime.now(UTC)
POOL, OPEN = 400, 400
CASE = (
    "id school_id kind reference label status version manager_id outside child threat opened_at owed_at moved_at"
    " moved_by"
).split()
SEAT = "id school_id case_id person_id why given_at given_by opened_at owed_at".split()
EXCLUSION = "id school_id case_id person_id why given_at".split()
TABLES = ("school", "person", "case", "seat", "exclusion")

#: Ids in turn: of lists this long, random ones would measure the disk that they are written to.
IDS = itertools.count(uuid.uuid4().int & ~((1 << 40) - 1))


def new() -> Any:
    """The next id, as this database keeps it."""
    return key(uuid.UUID(int=next(IDS)))


def fill(cursor: Any, school: uuid.UUID, head: uuid.UUID, lead: uuid.UUID, count: int, each: int) -> None:
    """All of it, two thousand cases at a time."""
    pool = [new() for _ in range(POOL)]
    write(cursor, "person", PERSON, ((one, key(school), f"Person {n}", "") for n, one in enumerate(pool)))
    at_school, others = key(school), each - 2
    for start in range(0, count, 2000):
        cases, seats, out = [], [], []
        for number in range(start, min(start + 2000, count)):
            case, opened = new(), when(NOW - timedelta(minutes=number))
            is_open = number < OPEN
            owed = when(NOW + timedelta(minutes=number)) if is_open else None
            kind = "concern" if number % 10 == 0 else "report"
            cases.append(
                (case, at_school, kind, codes.reference(), "website", "open" if is_open else "closed", 1, key(head), "",
                 "no", False, opened, owed, opened, str(head))
            )  # fmt: skip
            on = [(key(head), "head"), (key(lead), "lead")]
            on += [(pool[(number * others + one) % POOL], "handler") for one in range(others)]
            seats += [(new(), at_school, case, who, why, opened, "", opened, owed) for who, why in on]
            kept_out = [pool[(number * others + others + one) % POOL] for one in range(2)]
            kept_out += [key(head)] if number % 20 == 19 else []
            out += [(new(), at_school, case, who, "May be part of it", opened) for who in kept_out]
        write(cursor, "case", CASE, cases)
        write(cursor, "seat", SEAT, seats)
        write(cursor, "exclusion", EXCLUSION, out)


def in_sqlite(fill_it: Any) -> None:
    """Fill a SQLite database: its indexes are made afterwards, each in one sorting."""
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    for pragma in ("synchronous=OFF", "cache_size=-600000", "journal_mode=OFF", "foreign_keys=OFF", "threads=2"):
        cursor.execute(f"PRAGMA {pragma}")
    made = cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'forethought_seat' AND sql IS NOT NULL"
    ).fetchall()
    cursor.execute("BEGIN")
    for name, _ in made:
        cursor.execute(f'DROP INDEX "{name}"')
    fill_it(cursor)
    for _, sql in made:
        cursor.execute(sql)
    cursor.execute("COMMIT")
    cursor.execute("ANALYZE")
    cursor.execute("PRAGMA journal_mode=WAL")


def force(cursor: Any, how: str) -> None:
    """Hold the owner too by row-level security, or not."""
    for table in TABLES:
        cursor.execute(f"ALTER TABLE forethought_{table} {how} ROW LEVEL SECURITY")


def in_postgresql(fill_it: Any) -> None:
    """Fill a PostgreSQL of our own as its owner: its locks between schools lifted and put back, its indexes after."""
    import psycopg

    connection.close()
    seat = "'forethought_seat'::regclass"
    with psycopg.connect(os.environ["DATABASE_URL"]) as direct, direct.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        force(cursor, "NO FORCE")
        # Five million rows are checked against what they refer to in one go at the end, not one by one.
        foreign = cursor.execute(
            f"SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = {seat} AND contype = 'f'"
        ).fetchall()
        made = cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'forethought_seat' AND indexname NOT IN"
            f" (SELECT conname FROM pg_constraint WHERE conrelid = {seat})"
        ).fetchall()
        for name, _ in foreign:
            cursor.execute(f'ALTER TABLE forethought_seat DROP CONSTRAINT "{name}"')
        for name, _ in made:
            cursor.execute(f'DROP INDEX "{name}"')
        fill_it(cursor)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for _, sql in made:
            cursor.execute(sql)
        for name, sql in foreign:
            cursor.execute(f'ALTER TABLE forethought_seat ADD CONSTRAINT "{name}" {sql}')
        force(cursor, "FORCE")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as direct:
        direct.execute("VACUUM ANALYZE")


def main(count: int, each: int) -> None:
    """Seed, then let the database gather its statistics, as it does by itself in time."""
    account = Account.objects.get(email__startswith="amina@")
    with inside(account.school_id):
        head = Person.objects.get(pk=account.person_id)
        lead = Person.objects.get(name="Susan Patel")

    def fill_it(cursor: Any) -> None:
        fill(cursor, account.school_id, head.pk, lead.pk, count, each)

    (in_postgresql if connection.vendor == "postgresql" else in_sqlite)(fill_it)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
