"""A reporter's way through the pages, as a browser goes it: cookies, form token, one page after another.

The same steps over a real connection and inside one process, where the site is called as a server calls it.
"""

import http.client
import json
import re
import secrets
import select
import socket
import string
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

#: What happened, as a reporter who names nobody would say it.
WHAT = {"danger": "no", "happened": "Somebody wrote something vile about me.", "where": "https://board.example/t/1"}
WHO = {"group": "parent", "name": "", "head": "no", "child": "no"}
GATE = {"under_18": "no", "adult_intimate": "no", "danger": "no"}

MIB = 1024 * 1024

_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CODE = re.compile(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}-[0-9A-Z]{6}-[0-9A-Z*~$=]")
_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Answer:
    """What came back: status, where it leads, and the page."""

    status: int
    location: str
    body: bytes
    set_cookies: tuple[str, ...] = ()


#: method, path, headers, body
Send = Callable[[str, str, Mapping[str, str], bytes], Answer]


class Unexpected(Exception):
    """The site answered otherwise than it does to somebody who does everything right."""

    def __init__(self, step: str, answer: Answer) -> None:
        super().__init__(f"{step}: {answer.status} {answer.location} {answer.body[-400:]!r}")
        self.answer = answer


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies and sends the form token with every form."""

    send: Send
    cookies: dict[str, str] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)

    def get(self, path: str) -> Answer:
        """A page."""
        return self._ask("GET", path, b"", "")

    def post(self, path: str, fields: Mapping[str, str] | None = None) -> Answer:
        """A form."""
        return self._ask("POST", path, urlencode(fields or {}).encode(), "application/x-www-form-urlencoded")

    def upload(self, path: str, content: bytes, fields: Mapping[str, str]) -> Answer:
        """A form with one file."""
        kind, body = multipart(content, fields)
        return self._ask("POST", path, body, kind)

    def send_piece(self, path: str, content: bytes) -> Answer:
        """A part of a file, as it is."""
        return self._ask("POST", path, content, "application/offset+octet-stream")

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        # The token of a form repeats the cookie, which a page with a form sets; a browser may as well begin with both.
        token = self.cookies.setdefault("csrf", "".join(secrets.choice(_LETTERS) for _ in range(32)))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"X-CSRFToken": token, "Content-Type": kind, "Sec-Fetch-Site": "same-origin"}
        answer = self.send(method, path, headers, body)
        self.statuses.append(answer.status)
        for line in answer.set_cookies:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer


def multipart(content: bytes, fields: Mapping[str, str]) -> tuple[str, bytes]:
    """A form with one file as it travels: its media type and its bytes."""
    mark = f"----{secrets.token_hex(12)}"
    lines = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    lines.append(f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="shot.png"\r\n')
    lines.append("Content-Type: image/png\r\n\r\n")
    return f"multipart/form-data; boundary={mark}", "".join(lines).encode() + content + f"\r\n--{mark}--\r\n".encode()


# --- The steps of a report ---


def come_in(browser: Browser, code: str) -> None:
    """With the code on the staffroom wall."""
    _leads(browser.post("/enter/", {"code": code}), "enter", "/report/")


def be(browser: Browser, account: str) -> None:
    """One of the cast of the demonstration."""
    _leads(browser.post(f"/demonstration/{account}/be/"), "be", "/")


def start_draft(browser: Browser) -> str:
    """Begin a report. The draft's id."""
    return _leads(browser.post("/report/start-draft/"), "start_draft", f"/report/({_ID})/what/")


def say(browser: Browser, draft: str, name: str = "", **answers: str) -> None:
    """Steps one and two. A visitor gives a name, because nobody knows them."""
    own = {"reporter_name": name} if name else {}
    what = {name: value for name, value in answers.items() if name in WHAT}
    who = {name: value for name, value in answers.items() if name in WHO}
    _leads(browser.post(f"/report/{draft}/what/", WHAT | own | what), "what", f"/report/{draft}/who/")
    _leads(browser.post(f"/report/{draft}/who/", WHO | who), "who", f"/report/{draft}/check/")


def pass_gate(browser: Browser, draft: str) -> str:
    """Answer the three questions. The id of the grant."""
    answer = browser.post(f"/report/{draft}/answer-gate/", GATE)
    return _leads(answer, "answer_gate", f"/report/{draft}/records/({_ID})/")


def upload(browser: Browser, grant: str, content: bytes) -> None:
    """Send a picture under a grant."""
    _leads(browser.upload(f"/upload/{grant}/", content, {"kind": "social"}), "upload", "/report/.*/records/.*")


def send_in_pieces(browser: Browser, grant: str, content: bytes) -> None:
    """Send a picture under a grant as the page's script does, and keep it."""
    one = pieces_sent(browser, grant, content)
    kept = browser.post(f"/upload/{grant}/keep-uploads/", {"kind": "social", "uploads": one})
    _leads(kept, "keep_uploads", "/report/.*/records/.*")


def pieces_sent(browser: Browser, grant: str, content: bytes) -> str:
    """Begin a picture, or find it begun, and send what is missing, a piece at a time. Its id."""
    tail = (len(content) - 1) // MIB * MIB
    about = {"name": "shot.png", "type": "image/png", "size": str(len(content)), "modified": "1"}
    hashes = {"head": sha256(content[:MIB]).hexdigest(), "tail": sha256(content[tail:]).hexdigest()}
    begun = browser.post(f"/upload/{grant}/begin-upload/", about | hashes)
    if begun.status != 200:
        raise Unexpected("begin_upload", begun)
    said = json.loads(begun.body)
    offset = said["offset"]
    while offset < len(content):
        sent = browser.send_piece(f"{said['to']}?offset={offset}", content[offset : offset + MIB])
        if sent.status != 200:
            raise Unexpected("send_piece", sent)
        offset = json.loads(sent.body)["offset"]
    return str(said["id"])


def file_report(browser: Browser, draft: str) -> str:
    """Send the report. The code for coming back, which only a visitor is given."""
    answer = browser.post(f"/report/{draft}/file-report/")
    if answer.status == 200 and (found := _CODE.search(answer.body.decode())):
        return found.group(0)
    _leads(answer, "file_report", f"/report/{draft}/receipt/")
    return ""


def _leads(answer: Answer, step: str, pattern: str) -> str:
    """What the place that an answer leads to says in its first group."""
    found = re.fullmatch(pattern, answer.location)
    if answer.status not in {302, 303} or found is None:
        raise Unexpected(step, answer)
    return found.group(1) if found.groups() else found.group(0)


# --- Ways to send ---


def over_http(host: str, port: int, *, timeout: float = 60.0) -> Send:
    """A real connection, kept open between requests as browsers do, and opened anew where the server has closed it."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if connection.sock is not None and _has_come(connection.sock):
            # Nothing was asked: it can only be the end, which whoever says nothing for long is given.
            connection.close()
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            content = response.read()
        except BaseException:
            connection.close()
            raise
        set_cookies = tuple(response.headers.get_all("Set-Cookie") or ())
        return Answer(response.status, response.headers.get("Location", ""), content, set_cookies)

    return send


def _has_come(sock: socket.socket) -> bool:
    """Whether anything came over a connection, or its end."""
    look = select.poll()
    look.register(sock, select.POLLIN)
    return bool(look.poll(0))


def in_process(application: Callable[..., Any]) -> Send:
    """The site itself, called in this process as a server calls it."""

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "localhost:8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.input": BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        }
        environ["CONTENT_TYPE"] = str(environ.pop("HTTP_CONTENT_TYPE", ""))
        began: list[tuple[str, list[tuple[str, str]]]] = []
        pieces = application(environ, lambda status, head, *rest: began.append((status, head)))
        try:
            content = b"".join(pieces)
        finally:
            pieces.close()
        status, head = began[-1]
        location = next((value for name, value in head if name.lower() == "location"), "")
        return Answer(
            int(status.split()[0]),
            location,
            content,
            tuple(value for name, value in head if name.lower() == "set-cookie"),
        )

    return send


def a_picture(size: int, seed: int) -> bytes:
    """Bytes that begin as a picture does, the same each time for the same seed."""
    pieces, block = [b"\x89PNG\r\n\x1a\n"], str(seed).encode()
    while sum(map(len, pieces)) < size:
        block = sha256(block).digest()
        pieces.append(block * 64)
    return b"".join(pieces)[:size]
