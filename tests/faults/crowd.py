"""Many at one door: reporters who all come at once from one address, and clients who never finish what they say."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import walk

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
            client = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            client.sendall(text.encode())
    return held
