"""bin/install: everything on a bare machine, to the first page; again it repairs, and loses nothing."""

import shutil
import time
from pathlib import Path

from forethought.backups.far_address import is_far
from installer import database, health, places, program, texts, upgrading, web_server
from installer.answers import PLAIN, POSTGRESQL, Answers
from installer.commands import manage
from installer.env_file import EnvFile
from installer.machine import (
    Stopped,
    folder,
    free_bytes,
    has_systemd,
    have_user,
    link,
    need_packages,
    run,
    say,
    systemctl,
    write,
)

#: Room for the program, its packages and a small school, in bytes.
ROOM = 3 * 1024**3

#: Words in pictures, how long a film lasts, and captures of pages; with letters for them. The program does without.
EXTRAS = ("tesseract-ocr", "ffmpeg", "chromium", "fonts-dejavu-core", "libatomic1")

#: In seconds.
FIRST_PAGE_WITHIN = 120


def why_not_here(*, start: bool) -> str | None:
    """What this machine must be like."""
    system = Path("/etc/os-release").read_text(encoding="utf-8") if Path("/etc/os-release").exists() else ""
    if "ID=debian" not in system.splitlines() or not shutil.which("apt-get"):
        return "This is not Debian. bin/install knows Debian 12; elsewhere, README.md says what is needed."
    if start and not has_systemd():
        return (
            "Nothing here starts services: there is no systemd, as in a container. Run bin/install --no-start, which "
            "does everything else and says how to start it."
        )
    for path in (places.PROGRAM, places.DATA):
        if not (path / "current").exists() and free_bytes(path) < ROOM:
            return f"There is less than {ROOM // 1024**3} GiB of room for {path}. Make room first."
    return None


def install(
    source: Path,
    answers: Answers,
    *,
    mail_password: str | None,
    start: bool,
    extras: bool,
    packages_from: Path | None,
) -> None:
    """Install or repair. Each step may have been done before. After Stopped it can simply be run again."""
    upgrading.mend()
    if places.SETTINGS.exists():
        upgrading.forget_aged()
    first = not places.ANSWERS.exists()
    packages = ["python3", "python3-venv", "ca-certificates", "g++", "python3-dev"] if packages_from is None else []
    if is_far(answers.backups):
        packages.append("openssh-client")
    need_packages([*packages, *(EXTRAS if extras else ())])
    have_user()
    home = program.lay_out(source, packages_from=packages_from)
    have_settings(answers, mail_password=mail_password)
    web_server.have_caddy(answers)
    serving = places.CURRENT.resolve() if places.CURRENT.exists() else None
    if serving is not None and serving != home and start:
        raise Stopped("Another version is installed here. To put this one in its place, run bin/upgrade.")
    have_data(home, answers)
    link(places.CURRENT, home)
    upgrading.write_files()
    manage(home, "ready", failing="Something is unsafe still.")
    if not start:
        say(f"\nEverything is in its place; nothing was started. Start it with:\n    {texts.start_by_hand(answers)}")
    else:
        start_service(answers)
    say_the_end(home, answers, first=first)


def have_settings(answers: Answers, *, mail_password: str | None) -> None:
    """The settings, and what they were made from. A database that is set already stays the one."""
    folder(places.ETC, mode=0o750, group=places.USER)
    kept = places.SETTINGS.read_text(encoding="utf-8") if places.SETTINGS.exists() else ""
    before = EnvFile(kept).values()
    address: str | None = None
    if not kept:
        address = database.have_postgresql() if answers.database == POSTGRESQL else ""
    elif bool(before.get("DATABASE_URL")) != (answers.database == POSTGRESQL):
        raise Stopped(
            "The database cannot be changed by installing again: what was kept would stay in the old one. Answer as "
            "before."
        )
    text = texts.settings(
        kept,
        answers,
        database=address,
        role=database.PAGES if address else None,
        database_folder=database.data_folder() if address else None,
        mail_password=mail_password,
    )
    write(places.SETTINGS, text, mode=0o640, group=places.USER)
    write(places.ANSWERS, answers.text(), mode=0o640)


def have_data(home: Path, answers: Answers) -> None:
    """The data folder, the keys and the tables. Keys are never made up in place of lost ones."""
    folder(places.DATA, mode=0o700, owner=places.USER, group=places.USER)
    if answers.backups.startswith("/"):
        folder(Path(texts.backups_folder(answers)), mode=0o700, owner=places.USER, group=places.USER)
    said = manage(home, "make_keys", "--if-new", failing="The keys are not as they must be.")
    if said:
        say(said.strip())
    manage(home, "migrate", "-v0", failing="The database was not brought up to date.")


def start_service(answers: Answers) -> None:
    """Start the service anew with everything as it is now, and wait for the first page."""
    systemctl("daemon-reload")
    systemctl("enable", "forethought")
    systemctl("restart", "forethought")
    web_server.start(answers)
    started = time.monotonic()
    if not health.comes(answers.address, int(answers.port), FIRST_PAGE_WITHIN):
        lines = run("journalctl", "-u", "forethought", "-n", "20", "--no-pager", "-o", "cat", check=False).stdout
        raise Stopped(f"It did not answer within {FIRST_PAGE_WITHIN} seconds. Its log ends with:\n{lines}")
    say(f"The first page came after {time.monotonic() - started:.0f} seconds.")


def say_the_end(home: Path, answers: Answers, *, first: bool) -> None:
    """The address, what to do next, and what must not be forgotten."""
    say(f"\nForethought is installed: {answers.site}")
    say(texts.how_people_reach_it(answers))
    keys = places.DATA / "keys"
    say(
        f"Copy the three files in {keys} to paper or a stick for the school's safe. Without them nothing can be read "
        "again."
    )
    if is_far(answers.backups):
        say(
            "Backups go to another machine. Make the two known to each other, with somebody at that machine:\n"
            f"    {places.COMMAND} backup_machine {answers.backups}"
        )
    if answers.backups:
        say(
            f"Backups go to {texts.backups_folder(answers)}. Now make the card that opens them, and print it:\n"
            f"    {places.COMMAND} backup_key"
        )
    if first:
        say(manage(home, "setup_link", failing="The link for setting up the school could not be made.").strip())
    else:
        # A link is a power: a repair hands none out.
        say(f"To set up a school: {places.COMMAND} setup_link")


def uninstall() -> None:
    """Take the program and its service away, and leave everything that was kept."""
    if has_systemd() and places.UNIT.exists():
        systemctl("disable", "--now", "forethought", check=False)
        systemctl("stop", places.TIDY_TIMER.name, check=False)
    for path in (places.UNIT, places.TIDY_UNIT, places.TIDY_TIMER, places.COMMAND):
        path.unlink(missing_ok=True)
    web_server.have_caddy(Answers(https=PLAIN))
    if has_systemd():
        systemctl("daemon-reload", check=False)
        web_server.start(Answers(https=PLAIN))
    shutil.rmtree(places.PROGRAM, ignore_errors=True)
    say(
        f"The program is gone. What it kept is untouched: records and keys in {places.DATA}, settings in {places.ETC}, "
        "and a PostgreSQL database, if there is one. Without the keys nothing in them can be read; destroy them on "
        "purpose or not at all. Packages from Debian stay as well."
    )
