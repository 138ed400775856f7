"""Bring in many people: `python -m bench.seed_people COUNT`, with a served demonstration's settings.

Prints, as JSON, how long reading, comparing and bringing in takes, how long undoing, and how long the rows alone take.
"""

import json
import sys
import time
import uuid

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from forethought.core.clock import london  # noqa: E402
from forethought.directory import bringing, importing, reading_files, undoing  # noqa: E402
from forethought.directory.models import StaffList  # noqa: E402
from forethought.people.models import Account, Engagement, Person  # noqa: E402
from forethought.rows import inside  # noqa: E402


class NotKept(Exception):
    """Undoes what was only written to be measured."""


def main(count: int) -> None:
    """Bring the people in, undo it, and write as many rows alone."""
    account = Account.objects.get(email__startswith="amina@")
    lines = "".join(f"{n},Person{n},Test,p{n}@list.example,Permanent,01/09/2026\n" for n in range(count))
    data = f"Staff code,Surname,Forename,Work email,Contract type,Start date\n{lines}".encode()
    with inside(account.school_id):
        head = Person.objects.select_related("school").get(pk=account.person_id)
        now = timezone.now()
        began = time.perf_counter()
        chosen = bringing.Chosen("employee", london(now).date())
        row = bringing.bring_list(
            school=head.school, table=reading_files.read_file(data), source="file", chosen=chosen, by=head, at=now
        )
        known = bringing.lines_of(row)
        assert known is not None
        mark = bringing.plan_of(known, by=head, at=now).mark()
        done = importing.import_list(staff_list=row, mark=mark, count="", by=head, at=now)
        seconds = time.perf_counter() - began
        assert done.joined == count
        began = time.perf_counter()
        undone = undoing.undo_list(staff_list=StaffList.objects.get(pk=row.pk), by=head, at=now)
        back = time.perf_counter() - began
        assert undone.back == count
        floor = rows_alone(head, count)
    print(json.dumps({"seconds": seconds, "undone": back, "floor": floor}))


def rows_alone(head: Person, count: int) -> float:
    """How long it takes to write that many people and engagements in one transaction, undone afterwards."""
    school, today = head.school_id, london(timezone.now()).date()
    began = time.perf_counter()
    try:
        with transaction.atomic():
            people = [Person(id=uuid.uuid4(), school_id=school, name=f"Person {n}") for n in range(count)]
            Person.objects.bulk_create(people, batch_size=500)
            Engagement.objects.bulk_create(
                [Engagement(school_id=school, person=one, kind="employee", starts_on=today) for one in people],
                batch_size=500,
            )
            raise NotKept
    except NotKept:
        return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]))
