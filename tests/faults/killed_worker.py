"""A program for test_killed_worker.py: a school with much due, and a worker that is killed again and again.

It loads once and forks each worker, so that many kills take seconds. Its last line says what stands afterwards.
"""

import json
import os
import random
import signal
import sys
import time
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]
os.environ["DJANGO_SETTINGS_MODULE"] = "forethought.settings"

import django  # noqa: E402

django.setup()

from builders import a_case, a_school  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from forethought.audit.models import Entry  # noqa: E402
from forethought.audit.procedures import PROGRAM, acting  # noqa: E402
from forethought.audit.verifying import wrong_in_trail  # noqa: E402
from forethought.cases.models import Owed  # noqa: E402
from forethought.cases.owed import owe  # noqa: E402
from forethought.management.commands import worker  # noqa: E402
from forethought.people.models import Letter, Wake  # noqa: E402
from forethought.people.post import owe_letter  # noqa: E402
from forethought.rows import inside  # noqa: E402
from forethought.takedowns.asking_models import SiteLook  # noqa: E402
from forethought.takedowns.procedures import open_takedown  # noqa: E402
from forethought.takedowns.rules import Wanted  # noqa: E402
from forethought.takedowns.targets import Target  # noqa: E402

LOOKS = 40


def fork(life: float | None) -> bool:
    """One worker, killed after so many seconds, or left to end. Whether it ended by itself."""
    pid = os.fork()
    if pid == 0:
        try:
            worker.run(once=True)
        finally:
            os._exit(0)
    if life is None:
        return os.waitpid(pid, 0)[1] == 0
    time.sleep(life)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1] == 0


def main(rows: int, kills: int, seed: int) -> dict[str, object]:
    chance = random.Random(seed)
    world = a_school(at=timezone.now() - timedelta(days=3))
    with inside(world.school.id):
        case = a_case(world)
        abouts = [uuid.uuid4() for _ in range(rows)]
        with acting("tests.owe", by=PROGRAM, at=world.at):
            # Late by now, or warned of now: every row has exactly one step before it.
            for number, about in enumerate(abouts):
                due = world.at + timedelta(hours=1) if number % 2 else timezone.now() + timedelta(minutes=30)
                owe(case=case, kind="answer", about=about, due_at=due, at=world.at)
                # Late letters come as one mail; these come one by one.
                owe_letter(person=world.teacher, kind="needs_you", at=world.at)
        # Looks by the program at pages that nobody had captured: taken, ended with a reason, the next one planned.
        looks = [
            open_takedown(
                case=case, target=Target(address=f"https://board.example.org/t/{number}"), wanted=Wanted.REMOVE,
                reported_at=world.at, by=world.senior, at=world.at,
            ).id
            for number in range(LOOKS)
        ]  # fmt: skip
    connections.close_all()
    killed = 0
    while killed < kills and not fork(chance.uniform(0.02, 0.25)):
        killed += 1
    ended = fork(None)
    # Letters that a kill left claimed are due a minute later; nobody waits here for that.
    with inside(world.school.id):
        Letter.objects.filter(try_at__isnull=False).update(try_at=timezone.now())
        SiteLook.objects.filter(mark="deadline", ended="").update(due_at=timezone.now())
        Wake.objects.filter(pk=world.school.pk).update(at=timezone.now())
    connections.close_all()
    ended = fork(None) and ended
    with inside(world.school.id):
        events = Entry.objects.filter(about__in=abouts).values_list("about", "verb")
        letters = Letter.objects.filter(about__in=abouts, kind="late")
        seats = letters.values("person").distinct().count()
        looked = Entry.objects.filter(about__in=looks, verb="takedowns.fail_site_look").values_list("about", flat=True)
        return {
            "looks": sorted(Counter(looked).values()),
            "looks_ended": SiteLook.objects.filter(takedown__in=looks, mark="deadline", ended="not_done").count(),
            "killed": killed,
            "ended": ended,
            "events": len(events),
            "events_once": len(set(events)),
            "still_due": Owed.objects.filter(about__in=abouts, fires_at__lte=timezone.now()).count(),
            "late_letters": letters.count(),
            "late_letters_wanted": rows // 2 * seats,
            "waiting": Letter.objects.filter(try_at__isnull=False).count(),
            "sent": sorted(Letter.objects.filter(sent_at__isnull=False).values_list("message_id", flat=True)),
            "trail": wrong_in_trail(world.school.id),
        }


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:4]))))
