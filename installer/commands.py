"""`forethought COMMAND`: one of the program's own commands, with the settings and the rights of the service."""

import os
import sys
from pathlib import Path

from installer import places
from installer.env_file import EnvFile, WrongLine
from installer.machine import Stopped, as_user, run


def settings() -> dict[str, str]:
    """The settings of the installation, for a process of the service."""
    try:
        found = EnvFile(places.SETTINGS.read_text(encoding="utf-8")).values()
    except WrongLine as error:
        raise Stopped(f"{places.SETTINGS}: {error}") from None
    except OSError as error:
        raise Stopped(f"{places.SETTINGS} cannot be read ({error.strerror}). Run this as root.") from None
    return {"PATH": places.PATH, "HOME": str(places.DATA), "LANG": "C.UTF-8", **found}


def manage(home: Path, *words: str, failing: str = "", check: bool = True) -> str:
    """What one of the program's commands says, run for this version with the service's rights. Raises Stopped."""
    done = run(
        home / ".venv" / "bin" / "python",
        "manage.py",
        *words,
        env=settings(),
        user=places.USER,
        cwd=home,
        failing=failing or f"manage.py {words[0]} failed.",
        check=check,
    )
    return done.stdout if check else done.stdout + done.stderr


def become(words: list[str]) -> None:
    """Become that command: it has the screen, the keyboard and the signals."""
    home = places.CURRENT
    command = [str(home / ".venv" / "bin" / "python"), "manage.py", *words]
    if os.getuid() == 0:
        command = [*as_user(places.USER), *command]
    env = settings()
    if "TERM" in os.environ:
        env["TERM"] = os.environ["TERM"]
    os.umask(0o077)
    os.chdir(home)
    sys.stdout.flush()
    os.execve(command[0], command, env)  # noqa: S606
