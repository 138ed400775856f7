"""The school whose backups are measured: `python -m bench.backups_there ACTION …`, with settings of a fresh place.

fill MIB ENTRIES         records of so many MiB, and a trail of so many entries, hashed and signed as the real one
consistent COUNT RATE    make backups while another process writes, and look at each: prints how many are consistent
write RATE               write acts until told to stop, saying how many were acknowledged
"""

import json
import multiprocessing
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

django.setup()

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from builders import a_draft, a_school, an_exhibit  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from forethought.audit.checkpoints import make_checkpoint  # noqa: E402
from forethought.audit.models import Entry, TrailHead  # noqa: E402
from forethought.audit.procedures import PROGRAM, acting  # noqa: E402
from forethought.audit.tree import Frontier, leaf_hash  # noqa: E402
from forethought.backups import card, keeping  # noqa: E402
from forethought.backups.places import Folder  # noqa: E402
from forethought.backups.trying import Tried, try_database  # noqa: E402
from forethought.core.canonical import canonical  # noqa: E402
from forethought.people.models import Wake  # noqa: E402
from forethought.rows import inside  # noqa: E402

ONE = 32 * 1024 * 1024


def fill(mib: int, entries: int) -> dict[str, float]:
    """Make the school."""
    world = a_school(at=timezone.now())
    left, files = mib * 1024 * 1024, 0
    with inside(world.school.id):
        while left > 0:
            draft = a_draft(world)
            size = min(ONE, left)
            an_exhibit(draft, by=world.teacher, at=world.at, content=b"\x89PNG\r\n\x1a\n" + os.urandom(size - 8))
            left, files = left - size, files + 1
        lengthen(world.school.id, entries)
        make_checkpoint(by=PROGRAM, at=timezone.now())
        return {"mib": mib, "files": files, "entries": TrailHead.objects.get(pk=world.school.id).size}


def lengthen(school_id: Any, entries: int) -> None:
    """Make the trail so long, with entries that verify."""
    head = TrailHead.objects.get(pk=school_id)
    tree, at = Frontier.from_bytes(bytes(head.edge)), timezone.now()
    while tree.size < entries:
        rows = []
        for seq in range(tree.size, min(tree.size + 20_000, entries)):
            body = canonical(
                {
                    "seq": seq,
                    "school": school_id,
                    "at": at,
                    "by": "program",
                    "verb": "bench.fill",
                    "about": None,
                    "case": None,
                    "facts": {},
                    "commitments": {},
                }
            )
            leaf = leaf_hash(body)
            tree = tree.append(leaf)
            told = {"at": at, "by": "program", "verb": "bench.fill"}
            rows.append(Entry(school_id=school_id, seq=seq, body=body.decode(), leaf=leaf, **told))
        Entry.objects.bulk_create(rows, batch_size=2000)
    TrailHead.objects.filter(pk=school_id).update(size=tree.size, edge=tree.to_bytes())


def write(rate: int, said: Any, stop: Any) -> None:
    """Write acts, each durable before the next, and count them."""
    connection.close()
    school_id = Wake.objects.values_list("school_id", flat=True)[0]
    following = time.monotonic()
    while not stop.is_set():
        with inside(school_id), acting("bench.act", by=PROGRAM, at=timezone.now(), about=school_id):
            pass
        said.value += 1
        following += 1 / rate
        time.sleep(max(0.0, following - time.monotonic()))


def consistent(count: int, rate: int) -> dict[str, float]:
    """Make backups meanwhile, open each, and count those that are whole and lack nothing."""
    school_id = Wake.objects.values_list("school_id", flat=True)[0]
    with inside(school_id):
        before = TrailHead.objects.get(pk=school_id).size
    said, stop = multiprocessing.Value("Q", 0, lock=False), multiprocessing.Event()
    connection.close()
    writer = multiprocessing.get_context("fork").Process(target=write, args=(rate, said, stop))
    writer.start()
    began, good = time.monotonic(), 0
    place, key = Folder(Path(settings.BACKUP_TO[0])), card.new_key()
    for _ in range(count):
        time.sleep(0.2)
        acknowledged = before + said.value
        with keeping.alone():
            made = keeping.back_up(place, at=timezone.now(), witness=key).manifest
        found = Tried()
        try_database(place, made, set(keeping.objects_of(place, made)), found, key)
        good += not found.faults and found.sizes[str(school_id)] >= acknowledged
    took = time.monotonic() - began
    stop.set()
    writer.join()
    return {"consistent": good, "writes_per_s": said.value / took}


if __name__ == "__main__":
    action, *numbers = sys.argv[1:]
    print(json.dumps({"fill": fill, "consistent": consistent}[action](*(int(one) for one in numbers))))
