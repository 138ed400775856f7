"""A register for tests: a small server on this machine, with good answers and with bad ones on order.

with RdapServer({"domain/x.example": answer}) as server: ... fetcher(server), server.bootstrap(), server.asked
"""

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from forethought.capture.fetching import Fetcher
from forethought.capture.registers import Bootstrap, read_bootstrap

#: An answer: a JSON value, or a function that is given the handler and answers in its own way.
Given = dict[str, Any] | Callable[["_Handler"], None]


class RdapServer:
    """A running register. `asked` are the paths that it was asked for."""

    def __init__(self, answers: dict[str, Given]) -> None:
        self.answers, self.asked = answers, list[str]()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.ours = self  # type: ignore[attr-defined]
        self.port = self._server.server_address[1]
        self.url = f"http://register.example:{self.port}/rdap/"

    def bootstrap(self, *endings: str) -> Bootstrap:
        """A list in which this one answers for some endings and for all numbers."""
        everything = [["0.0.0.0/0"], [self.url]]
        return read_bootstrap(
            {
                "read_on": "2026-11-01",
                "dns": [[list(endings or ("example",)), [self.url]]],
                "ipv4": [everything],
                "ipv6": [[["::/0"], [self.url]]],
            }
        )

    def fetcher(self, **limits: Any) -> Fetcher:
        """A way out that leads every name to this server, and nowhere else."""
        return Fetcher(
            lambda scheme, host, port, left: socket.create_connection(("127.0.0.1", self.port), left), **limits
        )

    def __enter__(self) -> "RdapServer":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ours = self.server.ours  # type: ignore[attr-defined]
        path = self.path.removeprefix("/rdap/")
        ours.asked.append(path)
        given = ours.answers.get(path)
        with suppress(OSError):
            if callable(given):
                given(self)
            elif given is None:
                self.say(404, b'{"errorCode": 404}')
            else:
                self.say(200, json.dumps(given).encode())

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def never(handler: _Handler) -> None:
    """Takes the question and says nothing."""
    time.sleep(30)


def drip(handler: _Handler) -> None:
    """A byte now and then, so that each single read succeeds."""
    for letter in b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 10_000:
        handler.wfile.write(bytes([letter]))
        time.sleep(0.1)


def huge(handler: _Handler) -> None:
    """Fifty megabytes."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(50):
        handler.wfile.write(b"[" * 1_000_000)


def broken_off(handler: _Handler) -> None:
    """Says less than it announced."""
    handler.send_response(200)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"objectClassName": "domain"}')


def busy(handler: _Handler) -> None:
    """Asked too often."""
    handler.say(429, b"", Retry_After="120")


def leads(status: int, where: str) -> Callable[[_Handler], None]:
    """Leads to another address."""
    return lambda handler: handler.say(status, b"", Location=where)
