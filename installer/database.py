"""PostgreSQL from Debian, on this machine: the server, two roles and a database, as docs/reference/settings.md says."""

import secrets
from urllib.parse import quote

from installer.machine import Stopped, has_systemd, need_packages, run, systemctl

OWNER, PAGES, NAME = "forethought_owner", "forethought_pages", "forethought"


def have_postgresql() -> str:
    """Have the server, the roles and the database; the address to sign in with. What is there already stays as it is.

    The password is new at each call, because the old one is known to the settings alone.
    """
    need_packages(["postgresql"])
    if has_systemd():
        systemctl("enable", "--now", "postgresql")
    elif not _answers():
        # Debian's own way without systemd; it leaves a running server alone.
        run("service", "postgresql", "start", check=False)
    if not _answers():
        raise Stopped("PostgreSQL does not answer on this machine. Look into /var/log/postgresql, then run this again.")
    # Names in these statements are our own, from above.
    if not _asked(f"SELECT 1 FROM pg_roles WHERE rolname = '{OWNER}'"):  # noqa: S608
        _asked(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    if not _asked(f"SELECT 1 FROM pg_roles WHERE rolname = '{PAGES}'"):  # noqa: S608
        _asked(f"CREATE ROLE {PAGES} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    _asked(f"GRANT {PAGES} TO {OWNER}")
    if not _asked(f"SELECT 1 FROM pg_database WHERE datname = '{NAME}'"):  # noqa: S608
        _asked(f"CREATE DATABASE {NAME} OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0")
        _asked(f"REVOKE ALL ON DATABASE {NAME} FROM PUBLIC")
    port = _asked("SHOW port")
    password = secrets.token_urlsafe(32)
    # In the command's input, because its words can be read by everybody on the machine.
    _asked(f"ALTER ROLE {OWNER} PASSWORD '{password}'")
    return f"postgresql://{OWNER}:{quote(password)}@127.0.0.1:{port}/{NAME}"


def data_folder() -> str:
    """Where the server keeps its data, for the program to watch the room there: its own role is not told."""
    return _asked("SHOW data_directory")


def _answers() -> bool:
    return _psql("SELECT 1", check=False).returncode == 0


def _asked(statement: str) -> str:
    return _psql(statement).stdout.strip()


def _psql(statement: str, check: bool = True):  # type: ignore[no-untyped-def]
    words = ["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-d", "postgres"]
    return run(
        *words, user="postgres", given=f"{statement};\n", check=check, failing="PostgreSQL refused what it was asked."
    )
