"""Whether it works: an honest page that needs no sign-in, and no database either.

It says what is taken, and what goes. Nothing on it grows with what people tell the school: no number of anything.
"""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from forethought.core import clock
from forethought.core.beat import WORKER, Beat
from forethought.core.reserve import Room
from forethought.evidence import room
from forethought.pages import public
from forethought.pages.access import page
from forethought.pages.asked import Request

#: Seconds that the database has to answer, and for which one answer serves everybody who asks.
WITHIN, FRESH = 2.0, 2.0

#: A worker that was not seen for so long (seconds) is said to stand still. One bundle may keep it for a minute.
SILENT = 180.0


@dataclass(frozen=True)
class Status:
    """What works. `mail` is `goes`, `fails`, `unknown` or `none`; `backed_up_at` an instant in UTC, if one is known.

    `database_disk` is `watched`, or `unknown` where the size of the database's disk cannot be asked; empty where that
    disk is our own, or nobody looked.
    """

    database: bool
    reports: bool
    files: bool
    worker: bool
    mail: str
    backups: bool
    backed_up_at: datetime | None
    database_disk: str


class _Asked:
    """The database asked by a thread of its own, so that nobody waits longer than they must when it is away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None
        self._asked: Future[bool] | None = None
        self._last: Status | None = None
        self._until = 0.0

    def status(self) -> Status:
        """How things stand, at most two seconds old."""
        with self._lock:
            if self._last is None or time.monotonic() >= self._until:
                self._last = found(self._answers())
                self._until = time.monotonic() + FRESH
            return self._last

    def _answers(self) -> bool:
        if self._asked is not None and not self._asked.done():
            # It was asked before and has still not answered.
            return False
        self._thread = self._thread or ThreadPoolExecutor(1, "status")
        self._asked = self._thread.submit(_ask)
        with suppress(TimeoutError):
            return self._asked.result(WITHIN)
        return False


def _ask() -> bool:
    """Whether the database answers a question that needs a table."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            cursor.fetchone()
        return True
    except Exception:
        # Whatever is wrong with it: this page says so, and does not fail along with it.
        return False
    finally:
        # A connection of its own each time, so that one which went dead says nothing of the next.
        with suppress(DatabaseError):
            connection.close()


def found(database: bool) -> Status:
    """How things stand, once it is known whether the database answers."""
    files, writes = False, False
    with suppress(OSError):
        kept = room.reserve()
        writes = room.look() is not Room.NONE and kept.can_write()
        files = writes and room.takes_files()
    heard = Beat(settings.DATA / WORKER).heard(time.time())
    alive = heard is not None and heard[0] < SILENT
    said = heard[1] if heard and alive else {}
    backed_up_at = None
    with suppress(ValueError):
        backed_up_at = datetime.fromisoformat(said.get("backup", "")).astimezone(UTC)
    return Status(
        database=database,
        reports=database and writes,
        files=database and files,
        worker=alive,
        mail=(said.get("mail") or "unknown") if settings.EMAIL_HOST else "none",
        backups=bool(settings.BACKUP_TO),
        backed_up_at=backed_up_at,
        database_disk=said.get("disk", ""),
    )


_asked = _Asked()

MAIL = {
    "goes": "Mail goes out.",
    "fails": "The mail server does not take our mail now. It is sent as soon as it does. Call, where it is urgent.",
    "unknown": "No mail was sent since the last start, so we cannot say whether it goes.",
    "none": "No mail is set up here. People see what is due when they sign in.",
}


UNKNOWN_DISK = (
    "How much room the disk of the database has cannot be seen from here. When it is full, all can still be read, and "
    "nothing is taken until there is room."
)


def sentences(status: Status) -> list[dict[str, object]]:
    """The status in sentences, the one that matters most first. `well` is None where it is neither good nor bad."""
    rows = [
        (status.reports, "Reports are taken.", "Reports cannot be taken now. Use the form on paper."),
        (status.database, "What was recorded can be read.", "What was recorded cannot be read now. It is not lost."),
        (status.files, "Files are taken.", "Files are not taken now. Keep them where they are, and report in words."),
        (
            status.worker,
            "Reminders and deadlines are watched.",
            "Reminders and deadlines are not watched now. Nothing is forgotten: they are caught up. Call meanwhile.",
        ),
    ]
    said: list[dict[str, object]] = [{"well": well, "text": yes if well else no} for well, yes, no in rows]
    said.append(
        {"well": {"goes": True, "fails": False}.get(status.mail), "text": MAIL.get(status.mail, MAIL["unknown"])}
    )
    if not status.backups:
        backup = "No backups are set up here."
    elif status.backed_up_at is None:
        backup = "When the last backup was made is not known here. The headteacher’s page says it."
    else:
        backup = f"The last backup was begun at {clock.spoken(status.backed_up_at, timezone.now())}."
    said.append({"well": None, "text": backup})
    if status.database_disk == "unknown":
        said.append({"well": None, "text": UNKNOWN_DISK})
    return said


def before_all(request: HttpRequest) -> HttpResponse | None:
    """The two addresses, answered before anything asks the database who is looking; or nothing."""
    if request.path_info == "/status/":
        return shown()
    return told() if request.path_info == "/status.json" else None


def shown() -> HttpResponse:
    """The page."""
    now = _asked.status()
    values = {"title": "Is it working?", "public": True, "rows": sentences(now), "well": now.reports}
    body = render_to_string("forethought/public/status.html", values).encode()
    return HttpResponse(body, headers=public.headers_of(body))


def told() -> HttpResponse:
    """The same for programs that watch: 503 while reports cannot be taken."""
    now = _asked.status()
    response = JsonResponse(asdict(now), status=200 if now.reports else 503)
    response["Cache-Control"] = "no-store"
    return response


@page
def page_of_status(request: Request) -> HttpResponseBase:
    """The page, where the middleware did not answer before."""
    return shown()


@page
def as_json(request: Request) -> HttpResponseBase:
    """The same for programs."""
    return told()
