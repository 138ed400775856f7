"""Acknowledgements in bulk: `python -m bench.seed_readers OWN SCHOOLS EACH`, with a served demonstration's settings.

OWN people more at the demonstration's school, who were asked to read its policy and mostly did; and SCHOOLS other
schools with EACH people apiece. Written straight into the tables, as fast as the database takes it: they are only
looked at. On SQLite the other schools have no row of their own: the server refuses to start beside a second one.
"""

import os
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from forethought.acknowledgements.models import Reading  # noqa: E402
from forethought.people.models import Account  # noqa: E402
from forethought.rows import inside  # noqa: E402

NOW = datetime.now(UTC)
KINDS = ["employee"] * 30 + ["governor"] * 4 + ["volunteer"] * 3 + ["agency"] * 2 + ["contractor", "trainee"]
PERSON = ("id", "school_id", "name", "email")
TASK = ("id", "school_id", "reading_id", "person_id", "kind", "due_on", "asked_at", "seen", "done_at")
ACKNOWLEDGEMENT = "id school_id task_id reading_id person_id fingerprint method said own_words acknowledged_at".split()
READING = "id school_id matter about title fingerprint minutes due_on opened_at".split()
SCHOOL = "id name demonstration anonymous_reports answer_hours approach_hours contacts created_at".split()

Rows = Iterator[tuple[Any, ...]]


def key(value: uuid.UUID) -> Any:
    """An id as this database keeps it."""
    return value if connection.vendor == "postgresql" else value.hex


def when(value: datetime) -> Any:
    """An instant as this database keeps it."""
    return value if connection.vendor == "postgresql" else value.strftime("%Y-%m-%d %H:%M:%S.%f")


def readers(school: uuid.UUID, reading: uuid.UUID, count: int, due_on: date) -> tuple[list[Any], list[Any], list[Any]]:
    """People, their tasks, and what nine in ten of them confirmed."""
    people, tasks, confirmed = [], [], []
    for number in range(count):
        person, task = uuid.uuid4(), uuid.uuid4()
        done = when(NOW - timedelta(days=number % 9)) if number % 10 else None
        people.append((key(person), key(school), f"Person {number}", ""))
        tasks.append(
            (key(task), key(school), key(reading), key(person), KINDS[number % len(KINDS)], due_on.isoformat(),
             when(NOW), "[]", done)
        )  # fmt: skip
        if done:
            confirmed.append(
                (key(uuid.uuid4()), key(school), key(task), key(reading), key(person), b"\0" * 32, "account",
                 "I have read and understood it.", "", done)
            )  # fmt: skip
    return people, tasks, confirmed


def write(cursor: Any, table: str, columns: Any, rows: Any) -> None:
    """Rows into a table: COPY on PostgreSQL, one prepared INSERT on SQLite."""
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY forethought_{table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    cursor.executemany(f"INSERT INTO forethought_{table} ({names}) VALUES ({marks})", rows)


def fill(cursor: Any, reading: Reading, own: int, schools: int, each: int) -> None:
    """All of it, a hundred schools at a time."""
    write_people(cursor, [readers(reading.school_id, reading.id, own, reading.due_on)])
    for start in range(0, schools, 100):
        made, asked, people = [], [], []
        for _ in range(start, min(start + 100, schools)):
            school, about = uuid.uuid4(), uuid.uuid4()
            made.append((key(school), "A school", False, False, 4, 4, "{}", when(NOW)))
            asked.append(
                (key(about), key(school), "policy", key(uuid.uuid4()), "version 1 of the policy", b"\0" * 32, 20,
                 reading.due_on.isoformat(), when(NOW))
            )  # fmt: skip
            people.append(readers(school, about, each, reading.due_on))
        if connection.vendor == "postgresql":
            write(cursor, "school", SCHOOL, made)
        write(cursor, "reading", READING, asked)
        write_people(cursor, people)


def write_people(cursor: Any, people: list[tuple[list[Any], list[Any], list[Any]]]) -> None:
    """The people of some schools, with their tasks and acknowledgements."""
    for place, (table, columns) in enumerate(
        (("person", PERSON), ("task", TASK), ("acknowledgement", ACKNOWLEDGEMENT))
    ):
        write(cursor, table, columns, [row for one in people for row in one[place]])


def main(own: int, schools: int, each: int) -> None:
    """Seed, then let the database gather its statistics, as it does by itself in time."""
    account = Account.objects.get(email__startswith="amina@")
    with inside(account.school_id):
        reading = Reading.objects.get(ended_at__isnull=True, matter="policy")
    if connection.vendor == "postgresql":
        import psycopg

        connection.close()
        # The owner of a server of our own lifts the lock that holds even him, fills every school, and puts it back.
        with psycopg.connect(os.environ["DATABASE_URL"]) as direct, direct.cursor() as cursor:
            for force in ("NO FORCE", "FORCE"):
                for table in ("school", "reading", "person", "task", "acknowledgement"):
                    cursor.execute(f"ALTER TABLE forethought_{table} {force} ROW LEVEL SECURITY")
                if force == "NO FORCE":
                    fill(cursor, reading, own, schools, each)
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as direct:
            direct.execute("ANALYZE")
        return
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    # Random ids fall all over every index: with the product's small cache each row would be read from disk again.
    for pragma in ("synchronous=OFF", "cache_size=-600000", "journal_mode=OFF", "foreign_keys=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("BEGIN")
    fill(cursor, reading, own, schools, each)
    cursor.execute("COMMIT")
    cursor.execute("ANALYZE")
    cursor.execute("PRAGMA journal_mode=WAL")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
