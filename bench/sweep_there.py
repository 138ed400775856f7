"""A worker's sweep over one school with TOTAL takedowns, of which 1,000 are due: `python -m bench.sweep_there TOTAL`.

With the settings of a fresh place. The rows are written straight into the tables; what is measured is the worker's own
way from finding what is due to having done it. Prints the milliseconds of each round.
"""

import itertools
import json
import os
import sys
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from bench.seed_readers import key, when, write  # noqa: E402
from bench.server import TICK, postgres_pid, tree  # noqa: E402
from forethought.audit.procedures import PROGRAM  # noqa: E402
from forethought.cases import sweep  # noqa: E402
from forethought.cases.models import Case, Owed, Seat  # noqa: E402
from forethought.evidence import keyring  # noqa: E402
from forethought.management.commands import worker  # noqa: E402
from forethought.people import codes, procedures  # noqa: E402
from forethought.people.models import Kind, Person, Wake  # noqa: E402
from forethought.rows import inside  # noqa: E402
from forethought.takedowns import site_looks  # noqa: E402
from forethought.takedowns.asking_models import SiteLook  # noqa: E402
from forethought.takedowns.models import Takedown  # noqa: E402

DUE, ROUNDS, IN_A_CASE = 1000, 2, 10
NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=20)
CASE = "id school_id kind reference label status version outside child threat opened_at moved_at moved_by".split()
TAKEDOWN = (
    "id school_id case_id target wish status version rounds content reported_at approach_due_at resolve_due_at stood"
    " moved_at moved_by"
).split()
OWED = "id school_id case_id kind about due_at fires_at done_at done_by".split()
LOOK = (
    "id school_id takedown_id mark planned_for due_at tries ended verdict content planned_at planned_by ended_at"
).split()
TABLES = ("case", "takedown", "owed", "sitelook")

#: Ids in turn: random ones would measure the disk that the indexes are written to.
IDS = itertools.count(uuid.uuid4().int & ~((1 << 40) - 1))


def new() -> Any:
    """The next id, as this database keeps it."""
    return key(uuid.UUID(int=next(IDS)))


def fill(cursor: Any, school: Any, count: int) -> None:
    """Takedowns that are not due: one in ten has its deadline and its look before it, the others have ended."""
    past = when(NOW - timedelta(days=40))
    for start in range(0, count, 5000):
        cases, takedowns, owed, looks = [], [], [], []
        for number in range(start, min(start + 5000, count)):
            if number % IN_A_CASE == 0:
                case = new()
                cases.append(
                    (case, school, "report", codes.reference(), "website", "open", 1, "", "no", False, past, past, "x")
                )
            takedown, waits = new(), number % IN_A_CASE == 0
            later = when(LATER + timedelta(seconds=number))
            ended = (None, None) if waits else (past, "program")
            status = "host_asked" if waits else "gone"
            takedowns.append(
                (takedown, school, case, "address", "remove", status, 1, 1, b"", past, past, past, "", past, "x")
            )
            fires = later if waits else None
            owed.append((new(), school, case, "resolve", takedown, later if waits else past, fires, *ended))
            looks.append(
                (new(), school, takedown, "day", later if waits else past, fires, 0, "" if waits else "seen",
                 "" if waits else "removed_status", b"", past, "program", ended[0])
            )  # fmt: skip
        for table, columns, rows in (
            ("case", CASE, cases), ("takedown", TAKEDOWN, takedowns), ("owed", OWED, owed), ("sitelook", LOOK, looks),
        ):  # fmt: skip
            write(cursor, table, columns, rows)


def fill_all(school: uuid.UUID, count: int) -> None:
    """The same, as fast as the database takes it, and its statistics gathered as it does by itself in time."""
    if connection.vendor != "postgresql":
        connection.ensure_connection()
        cursor = connection.connection.cursor()
        for pragma in ("synchronous=OFF", "cache_size=-400000", "journal_mode=OFF", "foreign_keys=OFF"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("BEGIN")
        fill(cursor, key(school), count)
        cursor.execute("COMMIT")
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA journal_mode=WAL")
        connection.close()
        return
    import psycopg

    connection.close()
    with psycopg.connect(os.environ["DATABASE_URL"]) as direct, direct.cursor() as cursor:
        for how in ("NO FORCE", "FORCE"):
            for table in TABLES:
                cursor.execute(f"ALTER TABLE forethought_{table} {how} ROW LEVEL SECURITY")
            if how == "NO FORCE":
                fill(cursor, key(school), count)
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as direct:
        direct.execute("VACUUM ANALYZE")


def due_ones(school: uuid.UUID, people: list[Person]) -> list[uuid.UUID]:
    """A thousand takedowns, each with a case of its own, whose 24 hours end now; two people to be told of each."""
    cases, seats, takedowns = [], [], []
    for _ in range(DUE):
        case = Case(
            school_id=school, kind="report", reference=codes.reference(), label="website", status="open",
            manager=people[0], child="no", threat=False, opened_at=NOW, moved_at=NOW, moved_by="x",
        )  # fmt: skip
        case_key = keyring.make_case_key(school_id=school, case_id=case.id, at=NOW)
        cases.append(case)
        for person in people:
            seats.append(
                Seat(school_id=school, case=case, person=person, why="handler", given_at=NOW, given_by="x",
                     opened_at=NOW)
            )  # fmt: skip
        takedown = Takedown(
            school_id=school, case=case, target="address", wish="remove", status="host_asked",
            reported_at=NOW - timedelta(days=1), approach_due_at=NOW, resolve_due_at=NOW, moved_at=NOW, moved_by="x",
        )  # fmt: skip
        target = {name: "" for name in ("address", "platform", "group", "handle", "description")}
        content = {**target, "address": "https://board.example.org/t/1", "wording": ""}
        takedown.content = keyring.seal(takedown, content, case_id=case.id, key=case_key)
        takedowns.append(takedown)
    Case.objects.bulk_create(cases)
    Seat.objects.bulk_create(seats)
    Takedown.objects.bulk_create(takedowns)
    Owed.objects.bulk_create(
        Owed(school_id=school, case=one.case, kind="resolve", about=one.id, due_at=NOW, fires_at=NOW)
        for one in takedowns
    )
    return [one.id for one in takedowns]


def make_due(school: uuid.UUID, about: list[uuid.UUID]) -> None:
    """Each of the thousand has its deadline and its look due now, as if nothing had been done."""
    with inside(school):
        for start in range(0, DUE, 250):
            some = about[start : start + 250]
            Owed.objects.filter(about__in=some).update(due_at=NOW, fires_at=NOW, warned_at=NOW, late_at=None)
            SiteLook.objects.filter(takedown__in=some).delete()
        SiteLook.objects.bulk_create(
            SiteLook(
                school_id=school, takedown_id=one, mark="deadline", planned_for=NOW, due_at=NOW, planned_at=NOW,
                planned_by="program",
            )
            for one in about
        )  # fmt: skip
        Wake.objects.filter(pk=school).update(at=NOW)


def spent() -> float:
    """Processor time so far in seconds, a PostgreSQL of our own included. On a busy machine the clock says little."""
    ticks = 0
    server = postgres_pid()
    for pid in tree(server) if server else ():
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / TICK


def main(total: int) -> None:
    """Seed, and measure the same twice."""
    school = procedures.found_school(name="A school", demonstration=False, by=PROGRAM, at=NOW - timedelta(days=60)).id
    with inside(school):
        keyring.make_school_key(school_id=school, at=NOW)
        people = [
            procedures.add_person(
                school=procedures.School.objects.get(pk=school), name=f"Person {n}", email=f"p{n}@school.example",
                kind=Kind.EMPLOYEE, starts_on=NOW.date(), by=PROGRAM, at=NOW,
            )
            for n in range(2)
        ]  # fmt: skip
        about = due_ones(school, people)
    fill_all(school, total - DUE)
    at, took = NOW + timedelta(seconds=1), []
    eyes = site_looks.Eyes(now=lambda: at)
    work = [
        worker.Queue(sweep.fire_due, sweep.next_firing),
        worker.Queue(partial(site_looks.take_due, aside=worker.at_once, own=eyes), site_looks.next_site_look_due),
    ]
    for _ in range(ROUNDS):
        make_due(school, about)
        began = spent()
        while worker.look(at, work):
            pass
        took.append((spent() - began) * 1000)
        with inside(school):
            assert Owed.objects.filter(about__in=about[:900], late_at=at).count() == 900
            assert SiteLook.objects.filter(takedown__in=about[:900], ended_at=at).count() == 900
            assert not SiteLook.objects.filter(due_at__lte=at).exists()
    print(json.dumps(took))


if __name__ == "__main__":
    main(int(sys.argv[1]))
