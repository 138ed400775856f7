"""One plain request to a public site or register: what it answered, within limits of time and size.

The way out is given, never chosen here: `connect` opens a line to a host that may be visited, or refuses. So this works
over the recording way out, over a test's own server, and over nothing else by accident.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urljoin, urlsplit

#: Bytes of an answer that are read, seconds it may take in all, and how often it may lead elsewhere.
MOST_BYTES, MOST_SECONDS, MOST_STEPS = 2_000_000, 20.0, 5

_LED_ON = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of a request. `status` is None where the site gave no answer; `trouble` then says why, in a sentence.

    `headers` are in small letters. `cut` says that the answer was longer than is read.
    """

    address: str
    status: int | None = None
    led_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False
    trouble: str = ""


class NotReached(OSError):
    """A line that was not opened, with the reason as a sentence."""


class Fetch(Protocol):
    """A way to ask for an address. It never raises: what went wrong is in the answer."""

    def __call__(self, address: str, *, accept: str = "text/html") -> Fetched:
        """Ask once, following where it leads."""


#: Opens a line to a host and port, with TLS where the scheme is https, within so many seconds. May raise OSError.
Connect = Callable[[str, str, int, float], socket.socket]


@dataclass(frozen=True)
class Fetcher:
    """Asks over the lines it was given."""

    connect: Connect
    most_bytes: int = MOST_BYTES
    most_seconds: float = MOST_SECONDS
    most_steps: int = MOST_STEPS

    def __call__(self, address: str, *, accept: str = "text/html") -> Fetched:
        """Ask for an address, following where it leads. Only http and https; the time is for all steps together."""
        until, here = time.monotonic() + self.most_seconds, address
        for _ in range(self.most_steps + 1):
            found = self._once(here, accept, until)
            target = found.headers.get("location", "")
            if found.status not in _LED_ON or not target:
                return _as_from(address, found)
            here = urljoin(here, target)
        return Fetched(address=address, trouble="It leads on and on, and never arrives.")

    def _once(self, address: str, accept: str, until: float) -> Fetched:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return Fetched(address=address, trouble="It leads to something that is no web address.")
        left = until - time.monotonic()
        if left <= 0:
            return Fetched(address=address, trouble=_LATE)
        try:
            line = self.connect(
                parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80), left
            )
        except (OSError, ValueError) as error:
            return Fetched(address=address, trouble=_said(error))
        # Each read has a time of its own, and a byte a second would outlast them all: one clock ends the line itself.
        ended = threading.Event()
        clock = threading.Timer(max(until - time.monotonic(), 0.01), _end, (line, ended))
        clock.daemon = True
        clock.start()
        try:
            found = self._read(line, parts.hostname, address, accept)
            # A line that was ended reads like an answer that was over.
            return Fetched(address=address, trouble=_LATE) if ended.is_set() else found
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Fetched(address=address, trouble=_LATE if ended.is_set() else _said(error))
        finally:
            clock.cancel()
            with suppress(OSError):
                line.close()

    def _read(self, line: socket.socket, host: str, address: str, accept: str) -> Fetched:
        parts = urlsplit(address)
        asked = http.client.HTTPConnection(host, parts.port)
        asked.sock = line
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        asked.request("GET", path, headers={"Accept": accept, "User-Agent": "Forethought", "Connection": "close"})
        answer = asked.getresponse()
        body = answer.read(self.most_bytes + 1)
        if answer.length and len(body) <= self.most_bytes:
            return Fetched(address=address, trouble="Its answer broke off.")
        return Fetched(
            address=address,
            status=answer.status,
            led_to=address,
            headers={name.lower(): value for name, value in answer.getheaders()},
            body=body[: self.most_bytes],
            cut=len(body) > self.most_bytes,
        )


def _as_from(address: str, found: Fetched) -> Fetched:
    return Fetched(**{**found.__dict__, "address": address})


_LATE = "It did not answer in time."


def _end(line: socket.socket, ended: threading.Event) -> None:
    ended.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _said(error: Exception) -> str:
    """What went wrong, without what the machine calls it."""
    if isinstance(error, NotReached):
        return str(error)
    if isinstance(error, TimeoutError):
        return _LATE
    if isinstance(error, ssl.SSLError):
        return "Its certificate is not in order, or it speaks no TLS that we do."
    if isinstance(error, ConnectionRefusedError):
        return "Nobody answers there."
    if isinstance(error, http.client.HTTPException):
        return "What it answered is not HTTP."
    return "It cannot be reached."
