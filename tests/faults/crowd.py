"""Many at one door: reporters who all come at once from one address, and clients who never finish what they say."""

import re
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Event, Thread
from typing import Any

import psycopg
import walk
from live import Live

SIZE = 200_000


@dataclass
class Crowd:
    """What a crowd came to: a ticket for each report that was acknowledged, every status, what went wrong."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def accounts(port: int) -> list[str]:
    """Everybody one can be in the demonstration, by id."""
    page = walk.Browser(walk.over_http("127.0.0.1", port)).get("/demonstration/").body.decode()
    return re.findall(r"/demonstration/([0-9a-f-]{36})/be/", page)


def reporters_at_once(port: int, code: str, *, reporters: int, rounds: int) -> Crowd:
    """So many people report at once, each so many times. Every other one has no account and comes with the code."""
    everybody = accounts(port)
    crowd = Crowd()

    def one(number: int) -> None:
        browser = walk.Browser(walk.over_http("127.0.0.1", port))
        account = "" if number % 2 else everybody[number // 2 % len(everybody)]
        try:
            for turn in range(rounds):
                began = time.monotonic()
                crowd.tickets.append(report(browser, account, code, seed=1000 * turn + number))
                crowd.seconds.append(time.monotonic() - began)
        except (walk.Unexpected, OSError) as error:
            crowd.wrong.append(f"Reporter {number}: {error!r}")
        crowd.statuses.extend(browser.statuses)

    with ThreadPoolExecutor(reporters) as pool:
        list(pool.map(one, range(reporters)))
    return crowd


def report(browser: walk.Browser, account: str, code: str, *, seed: int) -> dict[str, Any]:
    """One report as a person goes through it, every page looked at. A ticket, once it is acknowledged."""
    content = walk.a_picture(SIZE, seed)
    _look(browser, "/" if account else "/enter/")
    if "draft" not in browser.cookies and not account:
        walk.come_in(browser, code)
    elif account and "session" not in browser.cookies:
        walk.be(browser, account)
    _look(browser, "/report/")
    draft = walk.start_draft(browser)
    _look(browser, f"/report/{draft}/what/")
    walk.say(browser, draft, name="" if account else "Agency Teacher")
    _look(browser, f"/report/{draft}/check/")
    _look(browser, f"/report/{draft}/answer-gate/")
    grant = walk.pass_gate(browser, draft)
    _look(browser, f"/report/{draft}/records/{grant}/?kind=social")
    walk.upload(browser, grant, content)
    _look(browser, f"/report/{draft}/records/")
    receipt = walk.file_report(browser, draft)
    if account:
        _look(browser, f"/report/{draft}/receipt/")
    return {"id": draft, "draft": draft, "grant": grant, "sha256": sha256(content).hexdigest(), "code": receipt}


def come_back(port: int, code: str) -> None:
    """Open one's report with the code of its receipt."""
    browser = walk.Browser(walk.over_http("127.0.0.1", port))
    answer = browser.post("/come-back/", {"code": code})
    if answer.status != 302:
        raise walk.Unexpected("come back", answer)
    _look(browser, answer.location)


def _look(browser: walk.Browser, path: str) -> None:
    answer = browser.get(path)
    if answer.status != 200:
        raise walk.Unexpected(f"GET {path}", answer)


# --- Somebody who writes all the time ---

#: Seconds: how long a commit takes on a slow disk, and how soon the next one begins.
COMMIT, GAP = 0.25, 0.001


@contextmanager
def a_slow_writer(live: Live) -> Iterator[None]:
    """Hold what every writer of a school needs, and take it again as soon as it was let go, until the block ends."""
    held, free = _what_writers_need(live)
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            held()
            time.sleep(COMMIT)
            free()
            time.sleep(GAP)

    writer = Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


def _what_writers_need(live: Live) -> tuple[Callable[[], Any], Callable[[], Any]]:
    if address := live.env.get("DATABASE_URL"):
        server = psycopg.connect(address)
        return lambda: server.execute("LOCK TABLE forethought_trailhead IN EXCLUSIVE MODE"), server.commit
    path = live.home / "data" / "forethought.sqlite3"
    file = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    return lambda: file.execute("BEGIN IMMEDIATE"), lambda: file.execute("COMMIT")


# --- Clients who stall ---

_HEAD = "POST /report/start-draft/ HTTP/1.1\r\nHost: localhost\r\n"
_COOKIE = "Cookie: csrf=" + "a" * 32 + "\r\n"
#: A form, and a form with a file larger than any form may be.
_FORM = f"{_COOKIE}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nx="
_FILE = f"{_COOKIE}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 50000000\r\n\r\n--b\r\n"


def stall(port: int, *, in_headers: int, in_form: int, in_file: int = 0) -> ExitStack:
    """Connections that stop in the middle of their headers, or of what follows, until the block ends."""
    held = ExitStack()
    for text, count in ((_HEAD, in_headers), (_HEAD + _FORM, in_form), (_HEAD + _FILE, in_file)):
        for _ in range(count):
            client = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            client.sendall(text.encode())
    return held
