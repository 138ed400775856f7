"""bin/upgrade: a newer version in the place of the one that serves, or everything as it was.

A journal on the disk says how far it is. Whoever comes after a kill or a power cut (the next bin/upgrade or
bin/install, or the service itself before it starts) reads it and goes the rest of the way, back or forward: `mend`.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from installer import commands, health, places, program, snapshots, texts
from installer.answers import Answers
from installer.machine import Stopped, as_user, folder, free_bytes, has_systemd, link, run, say, sync, systemctl, write

#: How far it is. The database is untouched; it may be half-way; the new version has taken over; it goes back.
PREPARING, MIGRATING, SWITCHED, GOING_BACK = "preparing", "migrating", "switched", "going back"

#: Room for another version with its packages, in bytes.
PROGRAM_ROOM = 1024**3

#: How many snapshots are kept afterwards.
KEPT = 2

#: For how many days at most, unless the settings say otherwise for backups; they hold what is destroyed meanwhile.
KEPT_DAYS = 35

#: What a snapshot is called, by when it was taken (UTC).
TAKEN = "%Y-%m-%d-%H%M%S"

JOURNAL = places.UPGRADES / "journal.json"


@dataclass
class Journal:
    """What is being done, on the disk before it is done."""

    state: str
    old: str
    new: str
    snapshot: str
    taken_elsewhere: bool = False

    @classmethod
    def read(cls) -> "Journal | None":
        """The one of an upgrade that was not finished."""
        try:
            return cls(**json.loads(JOURNAL.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            raise Stopped(f"{JOURNAL} cannot be read. Keep it, and ask for help before anything is started.") from None

    def note(self, state: str) -> None:
        """Say how far it is."""
        self.state = state
        write(JOURNAL, json.dumps(asdict(self)), mode=0o600)

    def end(self) -> None:
        """There is nothing to finish any more."""
        JOURNAL.unlink(missing_ok=True)
        sync(JOURNAL.parent)


# --- The upgrade ---


def upgrade(
    source: Path, *, start: bool, packages_from: Path | None, within: float, taken_elsewhere: bool = False
) -> None:
    """Put the version in `source` in the place of the one that serves. Raises Stopped when that one serves again.

    `start`: whether the service is stopped and started; without it, nobody may be serving.
    """
    mend()
    if not places.CURRENT.exists() or not places.ANSWERS.exists():
        raise Stopped("Nothing is installed here yet. Run bin/install.")
    old = places.CURRENT.resolve()
    database = snapshots.database_of(commands.settings(), taken_elsewhere=taken_elsewhere)
    if wrong := why_not_room(database.size()):
        raise Stopped(wrong)
    new = program.lay_out(source, packages_from=packages_from)
    if new == old:
        say("This version serves already.")
        return
    folder(places.UPGRADES, mode=0o700)
    kept = places.UPGRADES / time.strftime(TAKEN, time.gmtime())
    folder(kept, mode=0o700)
    journal = Journal(PREPARING, str(old), str(new), str(kept), taken_elsewhere)
    journal.note(PREPARING)
    if start:
        say("Stopping the service; people see an error page until it is back")
        systemctl("stop", "forethought")
    began = time.monotonic()
    try:
        say("Taking a snapshot of the database")
        take_snapshot(database, kept)
        journal.note(MIGRATING)
        say("Bringing the database up to date")
        bring_up_to_date(new)
        try_out(new, within=within)
    except (Exception, KeyboardInterrupt) as error:
        # Whatever it was, the service is stopped and people wait.
        say(f"\nThe new version is not put in place. {str(error) or type(error).__name__}")
        go_back(journal, database, start=start)
        raise Stopped(
            "The version from before serves again, with everything that was kept." if start else BACK
        ) from None
    acts = database.acts()
    journal.note(SWITCHED)
    switch(old, new)
    if start and not start_and_wait(within):
        systemctl("stop", "forethought", check=False)
        if database.acts() != acts:
            raise Stopped(
                "The new version stopped answering after people had used it, so going back would lose what they wrote. "
                f"It stays. Look into journalctl -u forethought; the snapshot is in {kept}."
            )
        go_back(journal, database, start=start)
        raise Stopped(
            f"The new version did not answer within {within:.0f} seconds. The version from before serves again."
        )
    journal.end()
    tidy(old, new)
    say(f"Version {new.name} serves. It took {time.monotonic() - began:.0f} seconds. The snapshot from before: {kept}")


BACK = "The version from before is in its place again, with everything that was kept."


def why_not_room(size: int) -> str | None:
    """Room for the snapshot, for tables that are written anew beside the old ones, and for the program."""
    for path, needed in ((places.UPGRADES, size * 2), (places.DATA, size * 2), (places.PROGRAM, PROGRAM_ROOM)):
        free = free_bytes(path)
        if free < needed + PROGRAM_ROOM // 4:
            return (
                f"There is no room for a snapshot: {free // 1024**2} MiB are free for {path}, and "
                f"{(needed + PROGRAM_ROOM // 4) // 1024**2} are needed. Nothing was changed."
            )
    return None


def take_snapshot(database: snapshots.Database, kept: Path) -> None:
    """The database, and the few files outside the program that a version may write differently."""
    database.take(kept)
    for path in (places.UNIT, places.COMMAND):
        if path.exists():
            shutil.copy2(path, kept / path.name)
    os.sync()


def bring_up_to_date(new: Path) -> None:
    """Migrate with the new version, and ask it whether it may serve."""
    commands.manage(new, "migrate", "-v0", failing="The database could not be brought up to date.")
    commands.manage(new, "ready", failing="It refuses to serve.")


def try_out(new: Path, *, within: float) -> None:
    """Start its pages where nobody else reaches them, without the worker, and see the first one. Raises Stopped."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    python = str(new / ".venv" / "bin" / "python")
    words = [*as_user(places.USER), python, "manage.py", "serve", "--pages-only", "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603
        words,
        cwd=new,
        env=commands.settings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        if not health.comes(_host(), port, within, alive=lambda: process.poll() is None):
            process.kill()
            said = process.communicate()[0].decode(errors="replace").strip()[-2000:]
            raise Stopped(f"Its first page did not come within {within:.0f} seconds. It said:\n{said}")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _host() -> str:
    return Answers.read(places.ANSWERS.read_text(encoding="utf-8")).address


def switch(old: Path, new: Path) -> None:
    """The new version is the one that serves from here on."""
    link(places.PREVIOUS, old)
    link(places.CURRENT, new)
    # As the new version writes them: its own code, not this one's.
    run(places.PYTHON, "-B", "-m", "installer", "files", cwd=new, failing="The service could not be written.")
    if has_systemd():
        systemctl("daemon-reload")


def start_and_wait(within: float) -> bool:
    """Start the service. Whether its first page comes in time."""
    if not systemctl("start", "forethought", check=False):
        return False
    answers = Answers.read(places.ANSWERS.read_text(encoding="utf-8"))
    return health.comes(answers.address, int(answers.port), within)


def write_files() -> None:
    """The service and the command as this version has them."""
    answers = Answers.read(places.ANSWERS.read_text(encoding="utf-8"))
    write(places.COMMAND, texts.COMMAND, mode=0o755)
    write(places.UNIT, texts.unit(answers, commands.settings()))
    write(places.TIDY_UNIT, texts.TIDY_UNIT)
    write(places.TIDY_TIMER, texts.TIDY_TIMER)


# --- The way back ---


def go_back(journal: Journal, database: snapshots.Database, *, start: bool) -> None:
    """Everything as it was: the database, the program, the service. May be done again at any moment."""
    if journal.state != PREPARING:
        say("Going back: putting the snapshot of the database back")
        journal.note(GOING_BACK)
        database.put_back(Path(journal.snapshot))
    else:
        snapshots.forget(Path(journal.snapshot))
    link(places.CURRENT, Path(journal.old))
    changed = False
    for path, mode in ((places.UNIT, 0o644), (places.COMMAND, 0o755)):
        kept = Path(journal.snapshot) / path.name
        if kept.exists():
            changed |= write(path, kept.read_text(), mode=mode)
    journal.end()
    if changed and has_systemd():
        systemctl("daemon-reload", check=False)
    if start and not start_and_wait(120):
        raise Stopped("The version from before is in its place, but does not start: journalctl -u forethought")


def mend() -> None:
    """Finish what an upgrade that was killed had begun. Does nothing where there is none."""
    journal = Journal.read()
    if journal is None:
        return
    say("An upgrade was not finished here.")
    if journal.state == SWITCHED:
        if places.CURRENT.resolve() != Path(journal.new):
            switch(Path(journal.old), Path(journal.new))
        journal.end()
        say("Its database was up to date and its pages had answered, so the new version stays.")
        return
    database = snapshots.database_of(commands.settings(), taken_elsewhere=journal.taken_elsewhere)
    go_back(journal, database, start=False)
    say("The version from before is in its place again, with everything that was kept.")


def put_back_elsewhere() -> None:
    """Somebody has put a snapshot back on another machine: the old program takes its place."""
    journal = Journal.read()
    if journal is None or not journal.taken_elsewhere:
        raise Stopped("No upgrade waits for that.")
    link(places.CURRENT, Path(journal.old))
    journal.end()


def forget_aged() -> None:
    """Remove the snapshots that are older than a backup may hold what was destroyed: they hold every key of then.

    None while an upgrade is not finished: it may still need one.
    """
    if JOURNAL.exists() or not places.UPGRADES.is_dir():
        return
    days = int(commands.settings().get("FORETHOUGHT_BACKUPS_KEPT_DAYS") or KEPT_DAYS)
    oldest = time.strftime(TAKEN, time.gmtime(time.time() - days * 86400))
    for path in places.UPGRADES.iterdir():
        if path.is_dir() and path.name < oldest:
            snapshots.forget(path)
            say(f"The snapshot of {path.name} is removed, {days} days old.")


def tidy(old: Path, new: Path) -> None:
    """Keep the version from before and the newest snapshots; the rest may go."""
    program.forget_old(old, new)
    taken = sorted(path for path in places.UPGRADES.iterdir() if path.is_dir())
    for path in taken[:-KEPT]:
        snapshots.forget(path)
    forget_aged()
