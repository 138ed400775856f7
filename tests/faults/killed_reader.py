"""A program for test_killed_reader.py: records that wait to be read, and a worker that is killed again and again.

It loads once and forks each worker, as it runs in an installation, with its thread for what takes long. Its last line
says what stands afterwards.
"""

import json
import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]
os.environ["DJANGO_SETTINGS_MODULE"] = "forethought.settings"

import django  # noqa: E402

django.setup()

from builders import World, a_school  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from reading_files import a_record  # noqa: E402
from record_files import a_screen  # noqa: E402

from forethought.evidence import derived  # noqa: E402
from forethought.evidence.derived_models import Derived, ToRead  # noqa: E402
from forethought.evidence.models import Exhibit  # noqa: E402
from forethought.management.commands import verify, worker  # noqa: E402
from forethought.rows import inside  # noqa: E402

CHAT = b"13/03/2024, 14:05 - Tess: hello\n"


def fork(life: float) -> None:
    """One worker that goes on until it is killed."""
    pid = os.fork()
    if pid == 0:
        try:
            worker.run()
        finally:
            os._exit(0)
    time.sleep(life)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def waiting(world: World) -> int:
    with inside(world.school.id):
        rows = ToRead.objects.filter(due_at__isnull=False)
        # What a killed worker had taken comes up again after its lease; nobody waits here for that. Its tries are
        # forgiven: more than three kills in the middle of one record are this test's doing.
        rows.update(due_at=timezone.now() - timedelta(seconds=1), tries=0)
        left = rows.count()
    connections.close_all()
    return left


def main(records: int, seed: int) -> dict[str, object]:
    chance = random.Random(seed)
    world = a_school(at=timezone.now())
    with inside(world.school.id):
        for number in range(records):
            a_record(world, CHAT * (number + 1), f"{number}.txt")
        a_record(world, a_screen(["You should be ashamed"]), "screen.png")
    connections.close_all()
    killed = 0
    while waiting(world) and killed < 60:
        # Short at first, so that a fast machine is interrupted; then longer, so that a slow one comes to an end.
        fork(chance.uniform(0.3, 1.5) * (1 + killed / 4))
        killed += 1
    with inside(world.school.id):
        exhibits = list(Exhibit.objects.all())
        read = derived.last_of(exhibits)
        return {
            "killed": killed,
            "waiting": ToRead.objects.filter(due_at__isnull=False).count(),
            "records": len(exhibits),
            "read": sum("chat" in rows for rows in read.values()),
            "letters": sum(
                "ashamed" in str(derived.words_of(rows["letters"])) for rows in read.values() if "letters" in rows
            ),
            "rows": Derived.objects.count(),
            "trail": verify.wrong_in_trail(world.school.id),
        }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
