"""The real server on a fresh demonstration, and what it costs in processor time and memory."""

import http.client
import os
import re
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import live as real  # noqa: E402  (the same server that the tests drive)

TICK = os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(*, mailing: bool = False, **settings: str) -> Iterator[real.Live]:
    """A served demonstration in a folder of its own, on SQLite or on the PostgreSQL that DATABASE_URL names.

    `mailing`: with a mail server, which keeps what it is given.
    """
    with tempfile.TemporaryDirectory(prefix="ft-bench-") as folder:
        home, database = Path(folder), f"bench_{os.getpid()}_{time.monotonic_ns()}"
        port = real.free_port()
        real._on_the_server(f"CREATE DATABASE {database}")
        mail = real.MailServer()
        if mailing:
            settings |= {"FORETHOUGHT_SMTP_HOST": mail.host, "FORETHOUGHT_SMTP_PORT": str(mail.port)}
        env = real.settings_for(home, database, FORETHOUGHT_SITE=f"http://localhost:{port}", **settings)
        server = real.Live(home, env, port, mail)
        try:
            for command in (["collectstatic", "--noinput", "-v0"], ["make_keys"], ["migrate", "-v0"], ["demo"]):
                server.manage(*command)
            server.start()
            yield server
        finally:
            server.kill()
            mail.stop()
            real._on_the_server(f"DROP DATABASE {database} WITH (FORCE)")


def database_name() -> str:
    """Which database a figure is of."""
    return "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"


def tree(pid: int) -> list[int]:
    """A process and everything below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def postgres_pid() -> int | None:
    """The PostgreSQL server's first process, when there is one of ours."""
    found = re.search(r"host=([^&]+)", os.environ.get("DATABASE_URL", ""))
    pid_file = Path(found.group(1)).parent / "data" / "postmaster.pid" if found else None
    return int(pid_file.read_text().split()[0]) if pid_file and pid_file.exists() else None


def cpu_seconds(server: real.Live) -> float:
    """User and system time so far of the whole server and its PostgreSQL, processes that ended included."""
    assert server.process is not None
    roots = [server.process.pid, *filter(None, [postgres_pid()])]
    ticks = 0
    for pid in [one for root in roots for one in tree(root)]:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += int(fields[11]) + int(fields[12])
        if pid in roots:
            ticks += int(fields[13]) + int(fields[14])
    return ticks / TICK


def pss_mib(pids: list[int]) -> float:
    """Proportional memory of processes, in MiB."""
    kib = 0
    for pid in pids:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        kib += int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1))  # type: ignore[union-attr]
    return kib / 1024


class Client:
    """One browser's worth of HTTP: a kept connection, cookies, and the form token of the last page."""

    def __init__(self, server: real.Live) -> None:
        self.host = f"localhost:{server.port}"
        self.connection = http.client.HTTPConnection("localhost", server.port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.token = ""

    def ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "", **headers: str
    ) -> tuple[int, bytes, str]:
        """Send one request. Status, body, and where it leads."""
        sent = {"Host": self.host, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        if method == "POST":
            sent["Origin"] = f"http://{self.host}"
        if kind:
            sent["Content-Type"] = kind
        self.connection.request(method, path, body, sent)
        answer = self.connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        if found := re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', content):
            self.token = found.group(1).decode()
        return answer.status, content, answer.headers.get("Location", "")

    def get(self, path: str) -> bytes:
        """A page that must be there."""
        status, content, where = self.ask("GET", path)
        assert status == 200, (path, status, where)
        return content

    def post(self, path: str, **fields: str) -> str:
        """A form that must be taken. Where it leads."""
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **fields}).encode()
        status, content, where = self.ask("POST", path, body, "application/x-www-form-urlencoded")
        assert status == 302, (path, status, content[-2000:])
        return where

    def upload(self, path: str, content: bytes, **fields: str) -> str:
        """One file and its fields. Where it leads."""
        line = "bench-" + os.urandom(8).hex()
        parts = [
            f'--{line}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()
        ]
        parts.append(
            f'--{line}\r\nContent-Disposition: form-data; name="files"; filename="shot.png"\r\n'
            "Content-Type: image/png\r\n\r\n".encode()
        )
        body = b"".join(parts) + content + f"\r\n--{line}--\r\n".encode()
        status, answer, where = self.ask("POST", path, body, f"multipart/form-data; boundary={line}")
        assert status == 302, (path, status, answer[-2000:])
        return where

    def be(self, name: str) -> None:
        """Sign in as one of the demonstration's cast."""
        page = self.get("/demonstration/").decode()
        # Each name stands before its own form; the next one stands close behind it.
        for before, action in re.findall(r'(.*?)action="(/demonstration/[0-9a-f-]+/be/)"', page, re.S):
            if name in before.rsplit("<dt", 1)[-1]:
                self.post(action)
                return
        raise AssertionError(f"nobody called {name} in the demonstration")
