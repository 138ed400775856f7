"""Ten school years of deadlines in minutes: the real worker, under a clock that this program holds.

    python ten_years.py DEADLINES SEED HOW MAILED

The worker's own turns are taken (`worker.Turns`, every queue and bell, the guard of the clock), at whatever instant
this program says it is. It is killed at statements chosen by chance, at commits and between a mail and its note. HOW is
`raised`, where a kill is an exception that nothing catches and everything in memory is thrown away, or `killed`, where
each life of the worker is a process of its own that ends by SIGKILL. `forgetful` is the control: a worker that does not
remember which clock it believed (decision 35), and so must be early. One mail in MAILED goes through a mail server of
its own over SMTP; the others are counted as they are handed over. The last line says what was wrong: see `judging.py`.

True time is what this program knows. The machine's clock differs from it by an error that changes as in life: small
corrections, leap seconds, somebody's hand, and both directions.
"""

import json
import mmap
import os
import random
import signal
import struct
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]
os.environ["DJANGO_SETTINGS_MODULE"] = "forethought.settings"

import django  # noqa: E402

django.setup()

import judging  # noqa: E402
import school_years  # noqa: E402
from builders import World, a_case, a_school, notice_fields, the_takedown  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from live import MailServer  # noqa: E402

from forethought.audit.procedures import PROGRAM, acting  # noqa: E402
from forethought.cases.owed import owe, settle  # noqa: E402
from forethought.management.clock_guard import ClockGuard  # noqa: E402
from forethought.management.commands import worker  # noqa: E402
from forethought.people import alarms, mailing  # noqa: E402
from forethought.people.models import Person, Wake  # noqa: E402
from forethought.people.post import owe_letter  # noqa: E402
from forethought.rows import inside  # noqa: E402
from forethought.takedowns import procedures as takedowns  # noqa: E402

#: One statement in so many is the last of its worker, and one commit in so many.
LETHAL, LETHAL_COMMIT = 700, 60

#: Seconds after the clock was moved at which the worker is sure to look.
LOOKS = (0.2, 3.0, 14.0, 31.0, 52.0, 61.5, 75.0, 130.0)


class Killed(BaseException):
    """The worker ends here. No `except Exception` may live on."""


class State:
    """What outlives a worker's process: true time in seconds since the beginning, and how far the plan was followed."""

    def __init__(self) -> None:
        self._kept = mmap.mmap(-1, 64)

    def _get(self, place: int) -> float:
        return float(struct.unpack_from("d", self._kept, place * 8)[0])

    def _set(self, place: int, value: float) -> None:
        struct.pack_into("d", self._kept, place * 8, value)

    now = property(lambda self: self._get(0), lambda self, value: self._set(0, value))
    done = property(lambda self: int(self._get(1)), lambda self, value: self._set(1, value))
    error = property(lambda self: self._get(2), lambda self, value: self._set(2, value))
    boots = property(lambda self: int(self._get(3)), lambda self, value: self._set(3, value))
    refusing = property(lambda self: bool(self._get(4)), lambda self, value: self._set(4, value))
    lives = property(lambda self: int(self._get(5)), lambda self, value: self._set(5, value))


class Post(mailing.Postman):
    """The program's own postman for one mail in so many. The others are written down as if a server had taken them."""

    def __init__(self, sim: "Simulation") -> None:
        super().__init__(clock=lambda: sim.state.now)
        self._sim = sim

    def deliver(self, mail: mailing.Mail) -> bool:
        sim = self._sim
        if int(mail.message_id.strip("<").split("@")[0], 16) % sim.mailed == 0:
            if sim.state.refusing:
                # A server that is not there. To wait for a real one's refusals would take real time.
                return False
            taken = super().deliver(mail)
        else:
            taken = not sim.state.refusing
            if taken:
                sim.note("mails", mail.message_id)
        sim.maybe_die(LETHAL_COMMIT)
        return taken


class Simulation:
    """One school, its plan for ten years, and a worker that lives as long as chance lets it."""

    def __init__(self, deadlines: int, seed: int, how: str, mailed: int, folder: Path) -> None:
        self.how, self.mailed, self.folder, self.seed = how, mailed, folder, seed
        self.state = State()
        self.chance = random.Random(seed)
        self.armed = False
        self.plan = school_years.plan(deadlines, random.Random(seed))
        self.began = school_years.BEGINS
        self.world: World = a_school(at=self.began)

    # --- The clock ---

    def true(self) -> datetime:
        return self.began + timedelta(seconds=self.state.now)

    def wall(self) -> datetime:
        return self.true() + timedelta(seconds=self.state.error)

    # --- What is written down beside the database ---

    def note(self, name: str, line: str) -> None:
        with (self.folder / name).open("a") as file:
            file.write(line + "\n")

    # --- Dying ---

    def maybe_die(self, one_in: int) -> None:
        if self.armed and self.chance.random() * one_in < 1:
            if self.how == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            raise Killed

    def _statement(self, execute: Callable[..., Any], *words: Any) -> Any:
        self.maybe_die(LETHAL)
        return execute(*words)

    @contextmanager
    def mortal(self) -> Any:
        """What is done inside may be the last that the worker does."""
        commit = connection._commit

        def dying_commit() -> None:
            try:
                self.maybe_die(LETHAL_COMMIT * 2)
            except Killed:
                # Django would go on to commit it, by giving the connection back its own mode.
                connection.connection.rollback()
                raise
            commit()
            self.maybe_die(LETHAL_COMMIT * 2)

        connection._commit = dying_commit
        with connection.execute_wrapper(self._statement):
            self.armed = True
            try:
                yield
            finally:
                self.armed = False
                connection._commit = commit

    # --- Living ---

    def run(self) -> None:
        while self.state.done < len(self.plan):
            if self._one_life():
                continue
            self.note("kills", str(self.state.now))
            self._stay_dead()
        self._rest()

    def _stay_dead(self) -> None:
        """A service manager starts it again in seconds; now and then a machine stays off for a night or for days."""
        off = (
            self.chance.choice([0.3, 1, 2, 5, 20]) if self.chance.random() < 0.97 else self.chance.uniform(60, 400_000)
        )
        until = self.state.now + off
        while self.state.done < len(self.plan) and self.plan[self.state.done].at <= until:
            # The school works on, and the clock is moved, while nobody looks.
            self._follow()
        self.state.now = max(self.state.now, until)

    def _one_life(self) -> bool:
        """Whether it came to the end of the plan."""
        self.state.lives += 1
        if self.how != "killed":
            try:
                self._live()
            except Killed:
                connections.close_all()
                return False
            return True
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                self.chance.seed(f"{self.seed} {self.state.lives}")
                self._live()
                code = 0
            finally:
                os._exit(code)
        status = os.waitpid(pid, 0)[1]
        assert status in (0, signal.SIGKILL), f"the worker ended by itself: {status}"
        return status == 0

    def _live(self) -> None:
        post = Post(self)
        turns = worker.Turns(worker.queues(post), self._guard())
        self._turn(turns)
        while self.state.done < len(self.plan):
            following = self.plan[self.state.done].at
            wakes = self._next_wake()
            if wakes < following:
                if self.chance.random() < 0.3:
                    # A moment before: nothing may fire.
                    self.state.now = max(self.state.now, wakes - 0.4)
                    self._turn(turns)
                self.state.now = max(self.state.now, wakes + self.chance.random())
                self._turn(turns)
                continue
            self.state.now = max(self.state.now, following)
            moved = self.plan[self.state.done].what == "clock"
            rebooted = self.plan[self.state.done].what == "reboot"
            self._follow()
            if rebooted:
                # Whoever starts again remembers nothing but what the disk says.
                return self._live()
            if moved:
                moment = self.state.now
                for later in LOOKS:
                    if self.state.done < len(self.plan) and self.plan[self.state.done].at <= moment + later:
                        break
                    self.state.now = moment + later
                    self._turn(turns)

    def _guard(self) -> ClockGuard:
        if self.how == "forgetful":
            return ClockGuard()
        return ClockGuard(self.folder / "worker.clock", f"boot {self.state.boots}")

    def _turn(self, turns: worker.Turns) -> None:
        """Look, and look again at once while something is due, as the worker does."""
        for _ in range(20):
            wall = self.wall()
            line = f"{wall.isoformat()} {self.state.now!r} {self.state.error!r}"
            if abs(self.state.error) > school_years.BELIEVED:
                # A worker that ends in the very minute in which the clock is wrong, and starts again.
                with self.mortal():
                    self.maybe_die(6)
            self.note("begun", line)
            with self.mortal():
                found = turns.take(wall, timedelta(seconds=self.state.now))
            held = turns._guard._held_until is not None
            self.note("turns", f"{line} {int(held)}")
            if not found:
                return
            self.state.now += 0.05

    def _next_wake(self) -> float:
        """When the machine's clock will show the next due time, in true seconds."""
        at = Wake.objects.filter(at__isnull=False).order_by("at").values_list("at", flat=True).first()
        if at is None:
            return float("inf")
        return max((at - self.began).total_seconds() - self.state.error, self.state.now + 0.5)

    # --- What the school does, and what happens to the clock ---

    def _follow(self) -> None:
        item = self.plan[self.state.done]
        self.state.now = max(self.state.now, item.at)
        with inside(self.world.school.id):
            getattr(self, f"_do_{item.what}")(item)
        self.state.done += 1

    def _do_clock(self, item: school_years.Item) -> None:
        self.state.error = item.error

    def _do_reboot(self, item: school_years.Item) -> None:
        self.state.boots += 1

    def _do_mail(self, item: school_years.Item) -> None:
        self.state.refusing = item.error > 0

    def _do_stuck(self, item: school_years.Item) -> None:
        """Long after a clock was put right: nothing may still wait for the time that it showed."""
        for sentence in judging.waiting_for_a_wrong_clock(self.wall()):
            self.note("stuck", sentence)

    def _do_case(self, item: school_years.Item) -> None:
        at = self.wall()
        # In a group: no server can look there, so none tries to for ten years.
        case = a_case(self.world, at=at, where="A group of parents on a messenger")
        takedown = the_takedown(case)
        fields = notice_fields(
            takedown,
            contact="abuse@board.example",
            unlawful="It says she was arrested. She was not.",
            sender_address="1 School Lane, Larkfield",
        )
        takedowns.ask_host(
            takedown=takedown,
            version=takedown.version,
            kind="N2",
            way="mail",
            fields=fields,
            by=self.world.senior,
            at=at,
        )
        with acting("tests.case", by=PROGRAM, at=at, about=uuid.UUID(int=item.number), case_id=case.id):
            pass

    def _do_owe(self, item: school_years.Item) -> None:
        """Put several deadlines on the clock, or move them."""
        at = self.wall()
        case = judging.newest_case()
        with acting("tests.owe", by=PROGRAM, at=at):
            for one in item.deadlines:
                due = self.began + timedelta(seconds=one.due)
                if one.kind == "alarm":
                    alarms.set_alarm(school_id=self.world.school.id, kind="simulated", about=one.about, rings_at=due)
                else:
                    owe(case=case, kind=one.kind, about=one.about, due_at=due, at=at)

    def _do_settle(self, item: school_years.Item) -> None:
        """Somebody did what was owed."""
        at = self.wall()
        with acting("tests.settle", by=PROGRAM, at=at):
            for one in item.deadlines:
                if one.kind == "alarm":
                    alarms.stop_alarm(kind="simulated", about=one.about, at=at)
                else:
                    case = judging.case_of(one.about)
                    settle(case=case, kind=one.kind, about=one.about, by=self.world.senior, at=at)

    def _rest(self) -> None:
        """Days after the end of the plan, without kills: whatever is due is done, and the mail server is there."""
        self.state.refusing, self.state.error = False, 0.0
        turns = worker.Turns(worker.queues(Post(self)), ClockGuard())
        for _ in range(40):
            self.state.now += 3 * 3600
            self.note("begun", f"{self.wall().isoformat()} {self.state.now!r} 0.0")
            turns.take(self.wall(), timedelta(seconds=self.state.now))


def ring(sim: Simulation, about: uuid.UUID, at: datetime) -> None:
    """The bell of a simulated alarm: an act with its event and a letter, as every bell is."""
    with acting("tests.ring", by=PROGRAM, at=at, about=about):
        owe_letter(person=Person.objects.get(pk=sim.world.teacher.pk), kind="needs_you", at=at, about=about)


def main(deadlines: int, seed: int, how: str, mailed: int) -> dict[str, Any]:
    folder = Path(settings.DATA) / "ten-years"
    folder.mkdir()
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
    settings.DEFAULT_FROM_EMAIL = "forethought@larkfield.example"
    began = time.monotonic()
    if connection.vendor == "sqlite":
        # What a power cut takes is measured elsewhere (power_cuts.py); a kill takes nothing that was written.
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] += "PRAGMA synchronous=OFF;"
    sim = Simulation(deadlines, seed, how, mailed, folder)
    timezone.now = sim.wall
    worker.BELLS["simulated"] = partial(ring, sim)
    sim.run()
    came = Counter(str(message["Message-ID"]).strip() for message in server.messages)
    server.stop()
    said = judging.judge(sim.world.school.id, sim.plan, folder, came, sim.true())
    return {**said, "seconds": round(time.monotonic() - began, 1), "lives": sim.state.lives}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))))
