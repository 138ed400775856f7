"""Asking an authority for the time over HTTP, with limits: how long, how much, and where it may lead.

Nothing is believed here; whether the answer is a good stamp says stamping.py.
"""

import time
import urllib.error
import urllib.request
from email.message import Message
from http.client import HTTPException
from typing import IO
from urllib.parse import urlsplit

from forethought.audit.stamping import LONGEST

#: Seconds for one step of the way, and for all of it.
STEP, ALL = 10.0, 30.0


class NoAnswer(Exception):
    """The authority could not be reached, or gave nothing to look at. The message says which, without its words."""


class _Steady(urllib.request.HTTPRedirectHandler):
    """Follows only to the same kind of address, or from http to https, and not far."""

    max_redirections = 3

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        old, new = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if new != old and new != "https":
            raise NoAnswer("It led to another kind of address.")
        if code not in {307, 308}:
            raise NoAnswer("It led elsewhere, and not to the same question.")
        return urllib.request.Request(newurl, data=req.data, headers=dict(req.header_items()))  # noqa: S310


def _opener() -> urllib.request.OpenerDirector:
    """Only the web: urllib's own opener would also read files and speak FTP."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Steady(),
    ):
        opener.add_handler(handler)
    return opener


def ask(address: str, request: bytes, *, step: float = STEP, in_all: float = ALL) -> bytes:
    """The whole answer to a request, at most `stamping.LONGEST` bytes of it and one more. Raises NoAnswer.

    `step` and `in_all`: seconds. RFC 3161, 3.4.
    """
    until = time.monotonic() + in_all
    asked = urllib.request.Request(address, data=request, headers={"Content-Type": "application/timestamp-query"})  # noqa: S310
    try:
        with _opener().open(asked, timeout=step) as answer:
            found = b""
            while len(found) <= LONGEST and (piece := answer.read1(LONGEST + 1 - len(found))):
                found += piece
                if time.monotonic() > until:
                    raise NoAnswer("It took too long.")
    except urllib.error.HTTPError as error:
        raise NoAnswer(f"It answered with status {error.code}.") from None
    except (OSError, HTTPException, ValueError) as error:
        # URLError is an OSError. Its text may hold an address, so its kind must do.
        raise NoAnswer(f"It could not be reached ({type(error).__name__}).") from None
    if not found:
        raise NoAnswer("It answered with nothing.")
    return found
