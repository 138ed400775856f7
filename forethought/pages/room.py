"""What pages do while the disk is full: words are taken from the reserve, then everything can be read and no more.

And while others write for so long that somebody waits in vain.
"""

import errno
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from forethought.core.reserve import LEAST, Room
from forethought.evidence import database_room, room
from forethought.pages import asking
from forethought.pages.asked import Request
from forethought.pages.door_rules import BACKERS

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_READS = frozenset({"GET", "HEAD", "OPTIONS"})

Answer = Callable[[HttpRequest], HttpResponseBase]

log = logging.getLogger(__name__)


class RoomToWrite:
    """Looks at the room on the disk before each page, and answers in a sentence where there is none."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.reads_only = room.look() is Room.NONE
        if request.reads_only and request.method not in _READS:
            return no_room(request)
        return self.get_response(request)

    def process_view(self, request: Request, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any) -> None:
        request.once_more = partial(view, request, *args, **kwargs)

    def process_exception(self, request: Request, exception: Exception) -> HttpResponseBase | None:
        """What failed for want of room is done once more from the reserve: nothing of it was kept the first time."""
        if isinstance(exception, OperationalError) and "database is locked" in str(exception):
            log.error("Somebody waited for the database in vain. Its disk is too slow, or something holds it up.")
            return not_kept(request, "busy", "Please send that again")
        if not _is_full(exception):
            return None
        if database_room.is_full_error(exception):
            # Its own disk: there is no reserve of ours on it, and the next who write need not try.
            database_room.note("full")
        again, request.once_more = getattr(request, "once_more", None), None
        # The body of an upload is gone by now; its sender sends it again.
        ours = connection.vendor == "sqlite" or isinstance(exception, OSError)
        if ours and room.reserve().give_back() and again is not None and not request.path.startswith("/upload/"):
            try:
                return again()  # type: ignore[no-any-return]
            except (OSError, OperationalError) as fault:
                if not _is_full(fault):
                    raise
        return no_room(request)


def _is_full(exception: Exception) -> bool:
    if isinstance(exception, OperationalError):
        words = str(exception)
        # SQLite says the last also of a disk that is broken; then there is room, and it is a fault.
        said = "disk is full" in words or "No space left on device" in words
        said = said or database_room.is_full_error(exception)
        return said or ("disk I/O error" in words and room.reserve().free() < LEAST)
    return isinstance(exception, OSError) and exception.errno in _FULL


def no_room(request: HttpRequest) -> HttpResponse:
    """Why nothing was kept, with what somebody wrote, so that they can copy it. Needs no database."""
    return not_kept(request, "no_room", "There is no room to keep this")


def not_kept(request: HttpRequest, page: str, title: str) -> HttpResponse:
    """503 with one of the pages that say that nothing was kept, and give back what somebody wrote."""
    uploads = request.path.startswith("/upload/")
    words = [] if request.method in _READS or uploads else asking.words_in(request)  # type: ignore[arg-type]
    values = {"title": title, "public": True, "words": words, "reads": request.method in _READS}
    response = HttpResponse(render_to_string(f"forethought/errors/{page}.html", values), status=503)
    response["Retry-After"] = "60"
    if uploads:
        response["Connection"] = "close"
    return response


def banner_for(roles: frozenset[str]) -> str:
    """What the home page says at its top of the disk to those who answer for the server; empty when all is well."""
    if not roles & BACKERS:
        return ""
    now = room.look()
    return "" if now is Room.ENOUGH and room.takes_files() else room.SENTENCES[now]
