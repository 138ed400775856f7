"""What pages cost: server processor time over completed requests, clients outside it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.rows import Row
from bench.server import ROOT, Client, cpu_seconds, database_name, real, serving, tree

TEXT = ("Somebody wrote about me in the parents’ group. " * 20)[:800]


def cost(server: real.Live, do: Callable[[], object], times: int, warm: int = 20) -> float:
    """Processor time of one request in milliseconds: the middle of three runs."""
    for _ in range(warm):
        do()
    runs = []
    for _ in range(3):
        before = cpu_seconds(server)
        for _ in range(times):
            do()
        runs.append((cpu_seconds(server) - before) * 1000 / times)
    return sorted(runs)[1]


@contextmanager
def empty_server() -> Iterator[real.Live]:
    """The same web server with a page of nothing: what no program on it can go below."""
    port = real.free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--workers",
            "1",
            "--blocking-threads",
            "32",
            "--http",
            "1",
            "--no-access-log",
            "--log-level",
            "error",
            "bench.empty:application",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    class Empty:
        url = f"http://localhost:{port}"

    server = Empty()
    server.port, server.process = port, process  # type: ignore[attr-defined]
    try:
        for _ in range(200):
            try:
                Client(server).get("/")  # type: ignore[arg-type]
                break
            except (OSError, AssertionError):
                time.sleep(0.05)
        yield server  # type: ignore[misc]
    finally:
        for pid in tree(process.pid):
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue
        process.wait()


def floor() -> float:
    """Processor time of the empty page, in milliseconds."""
    with empty_server() as server:
        client = Client(server)
        return cost(server, lambda: client.get("/"), 2000, warm=200)


def public_cpu_ms() -> list[Row]:
    """The start page for somebody who is not signed in."""
    least = floor()
    with serving() as server:
        client = Client(server)
        value = cost(server, lambda: client.get("/"), 2000, warm=200)
    how = f"start page, signed out, {database_name()}; floor: an empty page of the same web server"
    return [Row("public_cpu_ms", value, "ms", least, how, limit=0.6)]


def home_cpu_ms() -> list[Row]:
    """The head's home with the demonstration's cases."""
    least = floor()
    with serving() as server:
        client = Client(server)
        client.be("Amina Okafor")
        value = cost(server, lambda: client.get("/"), 150)
    how = f"the head's home, signed in, {database_name()}; floor: an empty page of the same web server"
    return [Row("home_cpu_ms", value, "ms", least, how, limit=5)]


def list25(cases: int) -> float:
    """The case list of a head with this many cases."""
    with serving() as server:
        server.stop()
        seed(server, cases)
        server.start()
        client = Client(server)
        client.be("Amina Okafor")
        page = client.get("/cases/")
        assert page.count(b"/cases/") >= 25, "the list does not show 25 cases"
        return cost(server, lambda: client.get("/cases/"), 100)


def seed(server: real.Live, cases: int) -> None:
    """Many cases for one head, written in bulk: they are only looked at."""
    subprocess.run(
        [sys.executable, "-m", "bench.seed", str(cases)],
        cwd=ROOT,
        check=True,
        env={**server.env, "DJANGO_SETTINGS_MODULE": "forethought.settings", "PYTHONPATH": str(ROOT)},
    )


def list25_cpu_ms_400() -> list[Row]:
    """A page of 25 of 400 cases."""
    how = f"25 of 400 cases, {database_name()}; floor: an empty page of the same web server"
    return [Row("list25_cpu_ms_400", list25(400), "ms", floor(), how, limit=8)]


def list25_cpu_ms_100k() -> list[Row]:
    """A page of 25 of 100,000 cases, beside 25 of 400."""
    small = list25(400)
    how = f"25 of 100,000 cases, {database_name()}; floor: 25 of 400 cases in the same run"
    return [Row("list25_cpu_ms_100k", list25(100_000), "ms", small, how, limit=small * 1.5)]


def report_once(client: Client, content: bytes, pages: bool) -> None:
    """Report as the form does, signed in: 800 characters and one file. With `pages`, every page between is read too."""

    def follow(where: str) -> str:
        if pages:
            client.get(where)
        return where

    if pages:
        client.get("/report/")
    base = follow(client.post("/report/start-draft/")).rsplit("/", 2)[0]
    follow(client.post(f"{base}/what/", danger="no", happened=TEXT, where="https://board.example/t/1"))
    follow(client.post(f"{base}/who/", group="parent", head="no", child="no"))
    if pages:
        client.get(f"{base}/answer-gate/")
    add = client.post(f"{base}/answer-gate/", under_18="no", adult_intimate="no", danger="no")
    if pages:
        client.get(f"{add}?kind=website")
    grant = add.rstrip("/").rsplit("/", 1)[1]
    follow(client.upload(f"/upload/{grant}/", content, kind="website", address="https://board.example/t/1"))
    follow(client.post(f"{base}/file-report/"))


def report_1mib_cpu_ms() -> list[Row]:
    """A whole report with one random file of 1 MiB, kept, hashed, sealed and encrypted when the answer comes."""
    from bench.sealing import raw_1mib_cpu_ms

    content = os.urandom(1024 * 1024)
    with serving() as server:
        client = Client(server)
        client.be("Tess Harlow")
        client.get("/report/")
        forms = cost(server, lambda: report_once(client, content, False), 25, warm=5)
        pages = cost(server, lambda: report_once(client, content, True), 15, warm=3)
    least = raw_1mib_cpu_ms()
    floor_said = "floor: SHA-256, AES-256-GCM and a write with fsync of the same 1 MiB"
    return [
        Row(
            "report_1mib_cpu_ms",
            forms,
            "ms",
            least,
            f"the six forms of a report, {database_name()}; {floor_said}",
            limit=40,
        ),
        Row(
            "report_1mib_with_pages_cpu_ms",
            pages,
            "ms",
            least,
            f"the same with every page between read, {database_name()}",
        ),
    ]
