"""Asking public sites and registers, and nothing else: single requests over the lines that a capture dials too.

Every name is looked up once, has to mean public addresses alone, and is dialled by number (evidence.md 3.5). A site
that does not prove its name is no answer here: somebody in between could say that something is gone.
"""

import socket
from contextlib import suppress

from forethought.capture.addresses import NotAllowed, place_of
from forethought.capture.dialling import PLAIN, VERIFIED, Lines, Unreachable
from forethought.capture.fetching import Fetcher, NotReached


def public_fetch(lines: Lines | None = None, *, most_bytes: int = 2_000_000, most_seconds: float = 20.0) -> Fetcher:
    """A way to ask that reaches public sites alone, whatever an address or a redirect says. Policy 8.5, 8.6."""
    used = lines or Lines()

    def connect(scheme: str, host: str, port: int, seconds: float) -> socket.socket:
        try:
            made, line = used.open(place_of(scheme, host, port), seconds=seconds)
        except NotAllowed as refused:
            raise NotReached(refused.sentence) from None
        except Unreachable as unreachable:
            raise NotReached(str(unreachable)) from None
        if line.verdict not in {VERIFIED, PLAIN}:
            with suppress(OSError):
                made.close()
            raise NotReached("The site did not prove its name, so what it says is no answer.")
        return made

    return Fetcher(connect, most_bytes, most_seconds)
