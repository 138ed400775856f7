"""What the installer does to a machine: commands, files, packages, services. Each says plainly what went wrong."""

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from installer import places


class Stopped(Exception):
    """It cannot go on. The message is for whoever installs: what happened, and the cure."""


def say(sentence: str) -> None:
    """Tell whoever installs."""
    print(sentence, flush=True)


def run(
    *words: str | Path,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    cwd: Path | None = None,
    given: str | None = None,
    failing: str = "",
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run a command and keep what it says. As `user`, it has that account's rights and none of ours.

    Raises Stopped with the sentence `failing` and the end of what the command said, unless `check` is off.
    """
    told = [str(word) for word in words]
    if user is not None:
        told = [*as_user(user), *told]
    base = {"PATH": places.PATH, "LANG": "C.UTF-8", "HOME": "/root" if user is None else str(places.DATA)}
    for name in ("DEBIAN_FRONTEND", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "TMPDIR"):
        if name in os.environ:
            base[name] = os.environ[name]
    try:
        done = subprocess.run(  # noqa: S603
            told,
            env={**base, **(env or {})},
            cwd=cwd or "/",
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise Stopped(f"{told[0]} could not be started ({error.strerror}).") from None
    if check and done.returncode:
        said = "\n".join(f"    {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-25:])
        raise Stopped(f"{failing or f'{told[0]} failed.'} It said:\n{said}")
    return done


def as_user(user: str) -> list[str]:
    """The words before a command that give it a user's rights, and no way back to ours."""
    return [
        "/usr/bin/setpriv",
        f"--reuid={user}",
        f"--regid={user}",
        "--init-groups",
        "--no-new-privs",
        "--inh-caps=-all",
        "--bounding-set=-all",
    ]


# --- Files ---


def folder(path: Path, *, mode: int, owner: str = "root", group: str = "root") -> None:
    """A folder that is there, with this owner and mode; those above it are made for everybody to pass."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    _give(path, owner, group)
    path.chmod(mode)


def write(path: Path, text: str, *, mode: int = 0o644, group: str = "root") -> bool:
    """A file with this content, whole or not at all, root's. Whether anything changed."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    same = path.is_file() and not path.is_symlink() and path.read_text(encoding="utf-8", errors="replace") == text
    if not same:
        # Never readable for more than it will be, not even for a moment.
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _give(beside, "root", group)
        beside.chmod(mode)
        beside.rename(path)
        sync(path.parent)
    _give(path, "root", group)
    path.chmod(mode)
    return not same


def _give(path: Path, owner: str, group: str) -> None:
    # Only root can, and only tests of the parts run as anybody else.
    if os.getuid() == 0:
        shutil.chown(path, owner, group)


def link(path: Path, target: Path) -> None:
    """A link that leads to `target`, changed in one step."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    beside.symlink_to(target)
    beside.rename(path)
    sync(path.parent)


def sync(place: Path) -> None:
    """Have a folder's or a file's present state on the disk."""
    fd = os.open(place, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def free_bytes(path: Path) -> int:
    """How much room there is for us where this path is or will be."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


# --- Debian ---


def has_package(name: str) -> bool:
    """Whether Debian's package of this name is installed."""
    found = run("dpkg-query", "-W", "-f", "${db:Status-Status}", name, check=False)
    return found.stdout == "installed"


def need_packages(names: Sequence[str]) -> None:
    """Have these packages of Debian's, and start nothing of them yet."""
    missing = [name for name in names if not has_package(name)]
    if not missing:
        return
    say(f"Installing from Debian: {' '.join(missing)}")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    trouble = "Debian's packages could not be installed. Is this machine on the internet, and no other apt at work?"
    run("apt-get", "update", "-qq", env=env, failing=trouble)
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, env=env, failing=trouble)


def has_systemd() -> bool:
    """Whether services are started by systemd here (sd_booted(3))."""
    return Path("/run/systemd/system").is_dir()


def have_user() -> None:
    """The account that the program runs as, which nobody can sign in to."""
    try:
        found = pwd.getpwnam(places.USER)
    except KeyError:
        run(
            "useradd",
            "--system",
            "--user-group",
            "--home-dir",
            places.DATA,
            "--shell",
            "/usr/sbin/nologin",
            places.USER,
        )
        return
    if found.pw_uid == 0:
        raise Stopped(f"The account {places.USER} is root by another name. Remove it, or rename it.")


def systemctl(*words: str, check: bool = True) -> bool:
    """One of systemd's own commands. Whether it went well."""
    done = run("systemctl", *words, check=check, failing=f"systemctl {' '.join(words)} failed.")
    return done.returncode == 0
