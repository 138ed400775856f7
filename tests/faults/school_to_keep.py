"""A school whose records were committed, in the data folder of the environment: what backups are tried on.

Run as a program it makes the school, or does more in it, one thing after another, and prints JSON: `make`, `destroy`,
`leave`, `rotate`, `say`.
"""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forethought.settings")

import django  # noqa: E402

django.setup()

from builders import a_draft, a_report, a_school, an_exhibit  # noqa: E402
from django.utils import timezone  # noqa: E402

from forethought.audit.checkpoints import make_checkpoint  # noqa: E402
from forethought.audit.models import TrailHead  # noqa: E402
from forethought.audit.procedures import PROGRAM  # noqa: E402
from forethought.backups import quarantine  # noqa: E402
from forethought.evidence import rotating, shredding  # noqa: E402
from forethought.evidence.models import Exhibit, ExhibitKey  # noqa: E402
from forethought.evidence.nightly import open_records, wrong_with  # noqa: E402
from forethought.people.models import Person, School, Wake  # noqa: E402
from forethought.rows import inside  # noqa: E402

ORDER = {"from_whom": "the data protection officer", "given_on": "today", "reference": "D-1"}


def make() -> None:
    """Two schools on PostgreSQL, one on SQLite, each with three records of different sizes and a checkpoint."""
    from django.db import connection

    names = ["Larkfield Primary School", "Brookside Academy"][: 2 if connection.vendor == "postgresql" else 1]
    for tag, name in zip(("one", "two"), names, strict=False):
        world = a_school(at=timezone.now(), name=name, tag=tag)
        with inside(world.school.id):
            a_report(world)
            draft = a_draft(world)
            for size in (10, 70_000, 1_500_000):
                an_exhibit(draft, by=world.teacher, at=world.at, content=b"\x89PNG\r\n\x1a\n" + os.urandom(size))
            make_checkpoint(by=PROGRAM, at=timezone.now())


def destroy() -> None:
    """Destroy the first record of the first school, on an instruction."""
    with inside(first()):
        exhibit = Exhibit.objects.select_related("key").order_by("size").first()
        assert exhibit is not None
        shredding.destroy_exhibit(exhibit=exhibit, instruction=ORDER, by=PROGRAM, at=timezone.now())


def rotate() -> None:
    """Replace the key of the first school, and retire the old one."""
    school = first()
    with inside(school):
        rotating.start_school_key(school_id=school, by=PROGRAM, at=timezone.now())
        while rotating.rewrap_some(school):
            pass
        for old in rotating.standing_keys()[1:]:
            if not rotating.uses_of(bytes(old.key_id)):
                rotating.retire_school_key(key=old, by=PROGRAM, at=timezone.now())


def leave() -> None:
    """One teacher leaves the first school."""
    from forethought.people import procedures as people

    with inside(first()):
        person = Person.objects.filter(name="Ben Carter").first() or Person.objects.order_by("-name").first()
        people.leave(person=person, by=PROGRAM, at=timezone.now())


def first() -> Any:
    return Wake.objects.order_by("school_id").values_list("school_id", flat=True)[0]


def say() -> dict[str, Any]:
    """What is there, so that two installations can be compared: sizes of trails, hashes of records, what is broken."""
    found: dict[str, Any] = {}
    for school_id in Wake.objects.order_by("school_id").values_list("school_id", flat=True):
        with inside(school_id):
            records = list(open_records().order_by("id"))
            found[str(school_id)] = {
                "name": School.objects.get().name,
                "trail": TrailHead.objects.get(pk=school_id).size,
                "records": [hashlib.sha256(bytes(one.sha256)).hexdigest() for one in records],
                "broken": [sentence for one in records if (sentence := wrong_with(one))],
                "keys": ExhibitKey.objects.count(),
                "quiet": quarantine.stands(),
            }
    return found


if __name__ == "__main__":
    for act in sys.argv[1:]:
        {"make": make, "destroy": destroy, "leave": leave, "rotate": rotate, "say": lambda: None}[act]()
    print(json.dumps(say()))
