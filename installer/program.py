"""The program's own files: which are copied, what a version is called, and its Python packages."""

import csv
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from installer import places
from installer.machine import Stopped, folder, run, say

#: What an installation needs of the repository. No tests, nothing that is for working on it.
PARTS = (
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "THIRD-PARTY.md",
    "bin/install",
    "bin/setup",
    "bin/upgrade",
    "docs",
    "extension",
    "forethought",
    "installer",
    "manage.py",
    "pyproject.toml",
    "requirements-uv.lock",
    "requirements.lock",
    "verifier",
)
_MADE = {"__pycache__", "static-built", "node_modules"}


def files_of(source: Path) -> Iterator[Path]:
    """Every file of the program below a folder, as relative paths. A link is refused: it may lead anywhere."""
    for part in PARTS:
        top = source / part
        if not top.exists():
            raise Stopped(f"{part} is missing in {source}. Take a whole copy of Forethought.")
        if top.is_file():
            yield Path(part)
            continue
        for here, below, names in os.walk(top):
            below[:] = sorted(name for name in below if name not in _MADE and not name.startswith("."))
            for name in sorted(names):
                path = Path(here) / name
                if path.is_symlink():
                    raise Stopped(f"{path} is a link. Take a whole copy of Forethought.")
                if not name.endswith(".pyc") and not name.startswith("."):
                    yield path.relative_to(source)


def version_of(source: Path) -> str:
    """What this version is called: its number, and the start of a hash over every file, so that equal means equal."""
    found = re.search(r'^version = "([0-9A-Za-z.+-]+)"', (source / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    total = hashlib.sha256()
    for path in files_of(source):
        content = hashlib.sha256((source / path).read_bytes()).hexdigest()
        total.update(f"{path}\0{content}\n".encode())
    return f"{found[1] if found else 'unnumbered'}-{total.hexdigest()[:12]}"


def lay_out(source: Path, *, packages_from: Path | None = None) -> Path:
    """Have the version that lies in `source` among the installed ones, whole and ready to serve. Where it is.

    Marked when it is whole, so that one that was stopped half-way is begun anew. The packages come from the registry
    that this machine uses, checked by hash; or, with `packages_from`, out of a .venv that bin/setup made.
    """
    version = version_of(source)
    home = places.VERSIONS / version
    folder(places.PROGRAM, mode=0o755)
    folder(places.VERSIONS, mode=0o755)
    if (home / ".whole").exists():
        _own(home)
        return home
    # Its packages know the place they were made in, so it is made where it stays, and said to be whole at the end.
    shutil.rmtree(home, ignore_errors=True)
    folder(home, mode=0o755)
    say(f"Copying version {version}")
    for path in files_of(source):
        target = home / path
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        shutil.copyfile(source / path, target)
        target.chmod(0o755 if os.access(source / path, os.X_OK) else 0o644)
    if packages_from is not None:
        copy_packages(packages_from, home)
    else:
        say("Fetching the Python packages, checked by hash; this takes a minute or two")
        run(home / "bin" / "setup", env=_where_packages_are(), failing="The Python packages could not be installed.")
    python = home / ".venv" / "bin" / "python"
    # The service cannot write here, so what Python keeps of its own is made now, not at each start.
    run(python, "-m", "compileall", "-q", "-j", "0", home / "forethought", home / ".venv", check=False)
    run(
        python,
        "manage.py",
        "collectstatic",
        "--noinput",
        "-v0",
        cwd=home,
        failing="The style sheets were not collected.",
    )
    _own(home)
    (home / ".whole").touch(mode=0o644)
    os.sync()
    return home


def _where_packages_are() -> dict[str, str]:
    """What this machine says of registries and certificates, for pip and uv."""
    return {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))}


def copy_packages(source: Path, home: Path) -> None:
    """The locked packages, out of another .venv for the same Python: for a machine that reaches no registry.

    Raises Stopped when one is missing there or of another version.
    """
    say(f"Taking the Python packages from {source}")
    [found] = source.glob("lib/python3*/site-packages") or [None]
    run(places.PYTHON, "-m", "venv", "--without-pip", home / ".venv", failing="Python could not make its folder.")
    [target] = (home / ".venv").glob("lib/python3*/site-packages")
    if found is None or found.parent.name != target.parent.name:
        raise Stopped(
            f"{source} has no packages for this machine's Python, {target.parent.name}. Leave the option out."
        )
    there = {}
    for info in found.glob("*.dist-info"):
        name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
        there[_plain_name(name)] = (version, info)
    for name, (versions, always) in locked(home / "requirements.lock").items():
        version, info = there.get(name, ("", source))
        if not version and not always:
            continue
        if version not in versions:
            wanted = " or ".join(sorted(versions))
            raise Stopped(f"{name} {wanted} is not in {source}. Make it anew with bin/setup, or leave the option out.")
        with (info / "RECORD").open(encoding="utf-8", newline="") as record:
            for row in csv.reader(record):
                path = Path(row[0])
                if path.is_absolute() or ".." in path.parts or not (found / path).is_file():
                    continue
                (target / path).parent.mkdir(mode=0o755, parents=True, exist_ok=True)
                shutil.copy2(found / path, target / path)
                # What Python made of it before it need not make again; it looks at size and time.
                for made in (found / path).parent.glob(f"__pycache__/{path.stem}.cpython-*.pyc"):
                    (target / path).with_name("__pycache__").mkdir(mode=0o755, exist_ok=True)
                    shutil.copy2(made, (target / path).with_name("__pycache__") / made.name)


def locked(lock: Path) -> dict[str, tuple[set[str], bool]]:
    """The names in a lock, with the versions that may be there, and whether each machine needs it."""
    found: dict[str, tuple[set[str], bool]] = {}
    for name, version, rest in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)([^\n]*)", lock.read_text(encoding="utf-8"), re.M):
        versions, always = found.get(_plain_name(name), (set(), True))
        found[_plain_name(name)] = (versions | {version}, always and ";" not in rest)
    return found


def _plain_name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _own(home: Path) -> None:
    """Everything below is root's, and nobody else's to change."""
    for here, below, names in os.walk(home):
        for name in (*below, *names):
            path = Path(here) / name
            facts = path.lstat()
            if facts.st_uid or facts.st_gid:
                os.lchown(path, 0, 0)
            if not stat.S_ISLNK(facts.st_mode):
                # Readable for all, because the service is neither root nor of its group.
                wanted = 0o755 if stat.S_ISDIR(facts.st_mode) or facts.st_mode & 0o100 else 0o644
                if stat.S_IMODE(facts.st_mode) != wanted:
                    path.chmod(wanted)


def forget_old(*keep: Path) -> None:
    """Remove the versions that are neither serving nor the one before."""
    for home in places.VERSIONS.iterdir() if places.VERSIONS.is_dir() else ():
        if home not in keep:
            shutil.rmtree(home, ignore_errors=True)
