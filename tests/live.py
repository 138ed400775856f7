"""The real thing for tests: the server as a process of its own, a mail server that takes its letters, and a browser.

live           the server on a fresh database and data folder: .url .env .manage(…) .mail .stop() .kill() .start()
demonstration  the same with a demonstration in it, which was filled at most three minutes ago and copied
mail_server    a real SMTP server: .messages, and .refuse = True to be one that takes nothing
browser, page  Debian's Chromium, with screenshot(page, "name") writing to test-output/
"""

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from pathlib import Path
from typing import Any

import pytest
from canaries import follow, listen, listen_to_mail
from migrated import migrate

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "test-output"

#: So many seconds one demonstration is copied. A case in it is fifty minutes old, and at an hour it is passed on.
FRESH = 180

#: Settings that this run made for itself and an installation would not have.
_NOT_FOR_PROGRAMS = frozenset(
    f"FORETHOUGHT_{name}" for name in ("MASTER_KEY_FILE", "SECRET_KEY", "SECRET_KEY_FILE", "VAULT")
)


#: The last ports that were found, each bound by a socket that does not listen. Nobody else on this machine is given
#: such a port, and a server that asks for it by its number, and may use addresses again (SO_REUSEADDR), gets it.
_held: deque[socket.socket] = deque()
_MOST_HELD = 100


def free_port() -> int:
    """A port on which nobody answers, and which nobody is given before the server that it is for has started."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    _held.append(held)
    if len(_held) > _MOST_HELD:
        _held.popleft().close()
    port: int = held.getsockname()[1]
    return port


def once_a_run(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Any]) -> Any:
    """What `make` says, made by whichever process comes first and told to the others. It must be plain JSON."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = shared / f"{name}.json"
        if not told.exists():
            folder = shared / name
            folder.mkdir()
            told.write_text(json.dumps(make(folder)))
        return json.loads(told.read_text())


# --- Mail ---


class MailServer:
    """A real SMTP server on this machine, in a thread, which keeps what it is given."""

    def __init__(self) -> None:
        from aiosmtpd.controller import Controller

        self.messages: list[EmailMessage] = []
        #: Answer “try again later” to every mail.
        self.refuse = False
        self.host, self.port = "127.0.0.1", free_port()
        self._controller = Controller(self, hostname=self.host, port=self.port, ready_timeout=60)
        self._controller.start()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return "451 Not now"
        message = BytesParser(policy=modern).parsebytes(envelope.content)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        words = "".join(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")
        listen_to_mail(subject=message["Subject"], text=words, reply_to=message["Reply-To"], rest=message.values())
        return "250 Taken"

    def wait_for(self, count: int, seconds: float = 60) -> list[EmailMessage]:
        """The mails, once there are so many. Fails when they do not come in time."""
        latest = time.monotonic() + seconds
        while len(self.messages) < count:
            assert time.monotonic() < latest, f"{len(self.messages)} of {count} mails came in {seconds} seconds"
            time.sleep(0.05)
        return self.messages

    def stop(self) -> None:
        self._controller.stop(no_assert=True)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


# --- The server ---


class Live:
    """A server of our own, started as an installation starts it."""

    def __init__(self, home: Path, env: dict[str, str], port: int, mail: MailServer) -> None:
        self.home, self.env, self.port, self.mail = home, env, port, mail
        self.url = f"http://localhost:{port}"
        self.log = home / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *args: str, check: bool = True) -> str:
        """Run a management command beside the server. What it printed; with `check`, it must succeed."""
        return run_manage(self.env, *args, check=check)

    def start(self, **env: str) -> None:
        """Start the server and wait until it answers. Settings given here are changed from now on."""
        self.env.update(env)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, ROOT / "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        latest = time.monotonic() + 120
        while not self.answers():
            assert self.process.poll() is None and time.monotonic() < latest, self.said()
            time.sleep(0.05)

    def answers(self, path: str = "/accessibility/") -> bool:
        """Whether the server answers a page, whatever its status."""
        try:
            urllib.request.urlopen(self.url + path, timeout=60).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def said(self) -> str:
        """What the server wrote to its log."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def children(self) -> dict[str, int]:
        """The process ids of its children by name: web, worker."""
        assert self.process is not None
        pid = self.process.pid
        found = {}
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(FileNotFoundError, ProcessLookupError):
                name = Path(f"/proc/{child}/comm").read_text().strip()
                if name.startswith("ft-"):
                    found[name.removeprefix("ft-")] = int(child)
        return found

    def stop(self) -> None:
        """Stop the server as an operator does, and wait for its end."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the server as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(30)
        listen("log", self.said())


def run_manage(env: dict[str, str], *args: str, check: bool = True) -> str:
    """Run a management command with these settings."""
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", *args],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        # For one that hangs. A restore that two other runs starve of the processor took five minutes once.
        timeout=1800,
        check=False,
    )
    assert not check or done.returncode == 0, f"manage.py {' '.join(args)}\n{done.stdout}{done.stderr}"
    return done.stdout if check else done.stdout + done.stderr


def settings_for(home: Path, database: str, **more: str) -> dict[str, str]:
    """The environment of a demonstration in this folder, on this PostgreSQL database or on SQLite."""
    env = {key: value for key, value in os.environ.items() if key not in _NOT_FOR_PROGRAMS}
    env |= {"FORETHOUGHT_DATA": str(home / "data"), "FORETHOUGHT_DEMONSTRATION": "yes"}
    # Beside PostgreSQL the vault is a bucket, and this demonstration has its own part of it.
    env |= {"FORETHOUGHT_S3_PREFIX": f"live-{secrets.token_hex(6)}", **more}
    # Tests run at any hour, and so must the mails they wait for.
    env.setdefault("FORETHOUGHT_MAIL_BY_DAY", "no")
    # Many servers of tests share one disk, and what they set aside would add up.
    env.setdefault("FORETHOUGHT_DISK_RESERVE_MIB", "0")
    if env.get("DATABASE_URL"):
        env["DATABASE_URL"] = env["DATABASE_URL"].replace("/forethought?", f"/{database}?")
    return env


def _on_the_server(statement: str) -> None:
    """Run one statement outside every database, as the owner. On SQLite there is nothing to do."""
    address = os.environ.get("DATABASE_URL")
    if not address:
        return
    import psycopg

    with psycopg.connect(address.replace("/forethought?", "/postgres?"), autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def live_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder and a database that were migrated once in this run, to copy from."""

    def make(folder: Path) -> list[str]:
        database = f"live_template_{os.getpid()}"
        env = settings_for(folder, database)
        _on_the_server(f"CREATE DATABASE {database}")
        run_manage(env, "collectstatic", "--noinput", "-v0")
        run_manage(env, "make_keys")
        migrate(env)
        return [str(folder), database]

    folder, database = once_a_run(tmp_path_factory, "live_template", make)
    return Path(folder), database


@pytest.fixture
def live(tmp_path: Path, live_template: tuple[Path, str], mail_server: MailServer) -> Iterator[Live]:
    with served(tmp_path, live_template, mail_server) as server:
        yield server


@pytest.fixture
def demonstration(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, live_template: tuple[Path, str], mail_server: MailServer
) -> Iterator[Live]:
    with served(tmp_path, _filled(tmp_path_factory, live_template), mail_server) as server:
        yield server


def _filled(tmp_path_factory: pytest.TempPathFactory, live_template: tuple[Path, str]) -> tuple[Path, str]:
    """A data folder and a database with a demonstration to copy from, made no longer than `FRESH` ago."""
    name = f"demonstration_{int(time.time() // FRESH)}"

    def make(folder: Path) -> list[str]:
        template, template_database = live_template
        database = f"{name}_{os.getpid()}"
        _on_the_server(f"CREATE DATABASE {database} TEMPLATE {template_database}")
        shutil.copytree(template / "data", folder / "data")
        env = settings_for(folder, database)
        run_manage(env, "demo")
        (folder / PREFIX).write_text(env["FORETHOUGHT_S3_PREFIX"])
        return [str(folder), database]

    folder, database = once_a_run(tmp_path_factory, name, make)
    return Path(folder), database


@contextmanager
def served(home: Path, template: tuple[Path, str], mail: MailServer, *first: str, **more: str) -> Iterator[Live]:
    """A server on a copy of a data folder and a database, until the end of the block.

    `first` are management commands to run before it starts, `more` are settings.
    """
    port = free_port()
    database = f"live_{port}_{os.getpid()}"
    _on_the_server(f"CREATE DATABASE {database} TEMPLATE {template[1]}")
    shutil.copytree(template[0] / "data", home / "data")
    env = settings_for(
        home,
        database,
        FORETHOUGHT_SITE=f"http://localhost:{port}",
        FORETHOUGHT_SMTP_HOST=mail.host,
        FORETHOUGHT_SMTP_PORT=str(mail.port),
        **more,
    )
    if (template[0] / PREFIX).exists():
        _copy_objects(env, (template[0] / PREFIX).read_text())
    server = Live(home, env, port, mail)
    try:
        for command in first:
            server.manage(command)
        server.start()
        yield server
    finally:
        server.kill()
        _on_the_server(f"DROP DATABASE {database} WITH (FORCE)")


#: In a template's folder: where in the bucket its records lie.
PREFIX = "s3-prefix"


def _copy_objects(env: dict[str, str], prefix: str) -> None:
    """The records of a template, for a server with a part of the bucket to itself. Without a bucket they are files."""
    if not env.get("FORETHOUGHT_S3_BUCKET"):
        return
    import boto3

    bucket, ours = env["FORETHOUGHT_S3_BUCKET"], env["FORETHOUGHT_S3_PREFIX"]
    client = boto3.client(
        "s3",
        endpoint_url=env["FORETHOUGHT_S3_ENDPOINT"],
        region_name=env["FORETHOUGHT_S3_REGION"],
        aws_access_key_id=env["FORETHOUGHT_S3_KEY_ID"],
        aws_secret_access_key=env["FORETHOUGHT_S3_SECRET"],
    )
    for one in client.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/").get("Contents", ()):
        whole = client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
        client.put_object(Bucket=bucket, Key=ours + one["Key"].removeprefix(prefix), Body=whole)


# --- The browser ---

#: Milliseconds in which a page must have come. Only a test that fails takes the time.
_LONG = 120_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, without a screen. Its language is left as it is: our dates must not depend on it."""
    from playwright.sync_api import expect, sync_playwright

    # A test that waits for something may wait long on a slow machine. Only one that fails takes the time.
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), headless=True, args=without_sandbox(), timeout=_LONG
        )
        make = chromium.new_context

        def patient(**how: Any) -> Any:
            context = make(**how)
            context.set_default_timeout(_LONG)
            return context

        chromium.new_context = patient  # type: ignore[method-assign]
        yield chromium
        chromium.close()


def without_sandbox() -> list[str]:
    """Chromium's own sandbox refuses to run as root; outside tests of our own pages it is never switched off."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """One page in a profile of its own."""
    context = browser.new_context()
    page = context.new_page()
    follow(page)
    yield page
    context.close()


def screenshot(page: Any, name: str) -> Path:
    """Keep a picture of the whole page as test-output/<name>.png."""
    OUTPUT.mkdir(exist_ok=True)
    path = OUTPUT / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
