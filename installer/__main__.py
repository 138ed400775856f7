"""What bin/install, bin/upgrade and the command `forethought` run."""

import argparse
import fcntl
import getpass
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from installer import commands, installing, places, upgrading, web_server
from installer.answers import OPTIONS, PLAIN, QUESTIONS, Answers, Question, WrongAnswer, collect, from_environment, told
from installer.env_file import WrongLine
from installer.machine import Stopped, has_systemd, say

SOURCE = Path(__file__).resolve().parents[1]
PASSWORD = "FORETHOUGHT_INSTALL_MAIL_PASSWORD"  # noqa: S105


def at_the_screen(question: Question, default: str, why_not: Callable[[str], str | None]) -> str:
    """Ask until the answer will do."""
    while True:
        said = input(f"\n{question.sentence}\n{f'[{default}] ' if default else ''}> ").strip() or default
        wrong = why_not(said)
        if wrong is None:
            return said
        say(wrong)


def options() -> argparse.ArgumentParser:
    """The options of bin/install: one for each question, and how to go about it."""
    parser = argparse.ArgumentParser(
        prog="bin/install",
        description="Install Forethought on this machine, or repair it. It asks three things at most; run again, it "
        "asks nothing and loses nothing.",
        epilog=f"Each answer can also come from the environment, as FORETHOUGHT_INSTALL_ADDRESS and so on; the mail "
        f"server's password only from there, as {PASSWORD}.",
    )
    for question in (*QUESTIONS, *OPTIONS):
        parser.add_argument(f"--{question.name.replace('_', '-')}", metavar="ANSWER", help=question.sentence)
    parser.add_argument("--yes", action="store_true", help="ask nothing: take the defaults for what is not given")
    parser.add_argument("--ask", action="store_true", help="ask for everything, with the earlier answers as defaults")
    parser.add_argument("--no-start", action="store_true", help="start nothing, and say how to")
    parser.add_argument("--without-extras", action="store_true", help="nothing that reads pictures or captures pages")
    parser.add_argument("--packages-from", type=Path, metavar="VENV", help="take the Python packages from this .venv")
    parser.add_argument("--uninstall", action="store_true", help="remove the program; what it kept stays")
    return parser


def install(words: list[str]) -> None:
    """bin/install."""
    given = options().parse_args(words)
    if os.getuid():
        raise Stopped("This must be run as root: sudo bin/install")
    with OnlyOne():
        if given.uninstall:
            installing.uninstall()
            return
        if wrong := installing.why_not_here(start=not given.no_start):
            raise Stopped(wrong)
        kept = Answers.read(places.ANSWERS.read_text(encoding="utf-8")) if places.ANSWERS.exists() else None
        asks = sys.stdin.isatty() and not given.yes and (kept is None or given.ask)
        said = {name: value for name, value in vars(given).items() if name in from_environment() and value is not None}
        answers, count = collect(
            kept=kept, given={**from_environment(), **said}, ask=at_the_screen if asks else None, every=given.ask
        )
        password = os.environ.get(PASSWORD)
        if asks and answers.mail_user and password is None:
            password = getpass.getpass(f"\nThe password of {answers.mail_user} at the mail server (not shown)\n> ")
            count += 1
        if asks:
            say(f"\nThat was {count} {'question' if count == 1 else 'questions'}. This is taken:\n")
            for line in told(answers):
                say(f"  {line}")
            say("\nAnother of these? Run bin/install --ask at any time. A database is chosen once.\n")
        if answers.https != PLAIN and not given.no_start and (wrong := web_server.why_not_ports()):
            raise Stopped(wrong)
        if answers.https == PLAIN:
            say("Plain http was chosen: nothing that people type is hidden from this network.")
        installing.install(
            SOURCE,
            answers,
            mail_password=password,
            start=not given.no_start,
            extras=not given.without_extras,
            packages_from=given.packages_from,
        )


class Busy(Stopped):
    """Another of us is at work."""


class OnlyOne:
    """While one of us is at work no other is. Raises Stopped."""

    def __enter__(self) -> None:
        self._file = open("/run/lock/forethought-install", "w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy("Another installation or upgrade is at work on this machine. Wait for it.") from None

    def __exit__(self, *error: object) -> None:
        self._file.close()


def upgrade(words: list[str]) -> None:
    """bin/upgrade."""
    parser = argparse.ArgumentParser(
        prog="bin/upgrade",
        description="Put this version in the place of the one that serves here. It takes a snapshot of the database "
        "first, and puts everything back when the new version does not work.",
    )
    parser.add_argument("--no-start", action="store_true", help="nothing serves here, and nothing is to be started")
    parser.add_argument("--packages-from", type=Path, metavar="VENV", help="take the Python packages from this .venv")
    parser.add_argument(
        "--within", type=float, default=120, metavar="SECONDS", help="how long it may take to start (120)"
    )
    parser.add_argument("--snapshot-taken", action="store_true", help="there is a snapshot of the database elsewhere")
    parser.add_argument("--put-back", action="store_true", help="that snapshot was put back; the version before serves")
    given = parser.parse_args(words)
    if os.getuid():
        raise Stopped("This must be run as root: sudo bin/upgrade")
    # Who loses the line to this machine, or stops it, gets the old version back and not a service that stays stopped.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    with OnlyOne():
        if given.put_back:
            upgrading.put_back_elsewhere()
            return
        if not given.no_start and not has_systemd():
            raise Stopped("There is no systemd here. Stop the program yourself, and run bin/upgrade --no-start.")
        upgrading.upgrade(
            SOURCE,
            start=not given.no_start,
            packages_from=given.packages_from,
            within=given.within,
            taken_elsewhere=given.snapshot_taken,
        )


def _interrupted(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def mend() -> None:
    """Before the service starts: unless an upgrade is at work, which starts it itself."""
    if not upgrading.JOURNAL.exists():
        return
    try:
        with OnlyOne():
            upgrading.mend()
    except Busy:
        return


def tidy() -> None:
    """Once a day: remove snapshots that are too old, unless one of us is at work."""
    try:
        with OnlyOne():
            upgrading.forget_aged()
    except Busy:
        return


def command(words: list[str]) -> None:
    """Become one of the program's commands. What serves never starts on what an upgrade left half-done.

    Raises Stopped while one is at work.
    """
    if words[:1] in (["serve"], ["worker"]) and os.getuid() == 0 and upgrading.JOURNAL.exists():
        with OnlyOne():
            upgrading.mend()
    commands.become(words or ["help"])


def main(words: list[str]) -> int:
    """Run what the first word names. The exit status: 0 when all is well, 1 when it could not be done."""
    os.umask(0o022)
    try:
        match words:
            case ["install", *rest]:
                install(rest)
            case ["upgrade", *rest]:
                upgrade(rest)
            case ["mend"]:
                mend()
            case ["tidy"]:
                tidy()
            case ["files"]:
                upgrading.write_files()
            case ["command", *rest]:
                command(rest)
            case _:
                raise Stopped("Use bin/install, bin/upgrade, or the command forethought.")
    except (Stopped, WrongAnswer, WrongLine) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        print("\nStopped. Run it again to go on.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
