"""What tests of looks by the program share: a site of their own over real connections, a capture of it, and eyes."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from builders import World

from forethought.capture import taking
from forethought.capture.dialling import Lines
from forethought.capture.marks import marks_of
from forethought.capture.public_fetching import public_fetch
from forethought.cases import capturing
from forethought.cases.models import Case
from forethought.core.fence import memory_file
from forethought.evidence.gate import Answer
from forethought.evidence.procedures import give_grant
from forethought.takedowns import eyes
from forethought.takedowns.models import Takedown
from forethought.takedowns.seeing import Drawn
from forethought.takedowns.site_looks import Eyes

HOST, NUMBER = "board.example.org", "93.184.216.40"
ADDRESS = f"http://{HOST}/t/1"
POST = (
    "I saw the deputy head take the whole charity box home on Friday evening after the fair was over, and nobody said"
)
LIVE = f"<h1>Forum</h1><article><p>{POST}</p></article>"
HOME = "<h1>Forum</h1><p>Choose one of the many boards on this page to begin reading what others wrote.</p>"
GONE = "<h1>Forum</h1><p>Nothing is here, or it never was.</p>"


class Board:
    """A forum. `pages` is status and HTML (or a PNG) by path; everything else is `otherwise`. `asked` are paths."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, Any]] = {"/": (200, HOME), "/t/1": (200, LIVE)}
        self.otherwise: tuple[int, str] = (404, GONE)
        self.asked: list[str] = []
        self.down = False
        board = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                board.asked.append(self.path)
                status, said = board.pages.get(self.path, board.otherwise)
                body = said if isinstance(said, bytes) else said.encode()
                self.send_response(status)
                self.send_header("Content-Type", "image/png" if isinstance(said, bytes) else "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def lines(self) -> Lines:
        """Its public number leads here and nowhere else."""

        def dial(address: str, port: int, seconds: float) -> socket.socket:
            if self.down or (address, port) != (NUMBER, 80):
                raise ConnectionRefusedError
            return socket.create_connection(self._server.server_address[:2], seconds)

        return Lines(resolve=lambda host: [NUMBER] if host == HOST else [], dial=dial)

    def eyes(self, at: datetime, *, drawn: Any = None, seconds: float = 0.0) -> Eyes:
        """Eyes that see this site at an instant. `drawn` draws; without it there is no browser."""
        return Eyes(
            fetch=lambda: eyes.Slowly(public_fetch(self.lines(), most_seconds=5), seconds=0),
            draw=drawn or (lambda address: Drawn(trouble="There is no Chromium on this machine.")),
            marks=marks_of,
            pace=eyes.Pace(seconds=seconds),
            now=lambda: at,
        )


@contextmanager
def a_board() -> Iterator[Board]:
    board = Board()
    try:
        yield board
    finally:
        board.stop()


def captured(world: World, case: Case, at: datetime, *, address: str = ADDRESS, text: str = POST, **facts: Any) -> None:
    """A capture of the page, through the gate, as the worker keeps it."""
    no = {"under_18": Answer.NO, "adult_intimate": Answer.NO, "danger": Answer.NO}
    grant = give_grant(case_id=case.id, school_id=case.school_id, by=world.senior, at=at, **no)
    capturing_browser = capturing.browser_program
    capturing.browser_program = lambda: "chromium"  # type: ignore[assignment]
    try:
        row = capturing.capture_address(case=case, grant=grant, address=address, by=world.senior, at=at)
    finally:
        capturing.browser_program = capturing_browser
    said = {
        "final_address": address,
        "answered_at": at.isoformat(),
        "status": 200,
        "notes": [],
        "connections": [{"host": HOST, "dialled": NUMBER, "verdict": "not protected in transit"}],
        "pictures": [],
        **facts,
    }

    @contextmanager
    def take(_: str) -> Iterator[taking.Taken]:
        words = f"Forum\n{text}".encode()
        with memory_file([b"\x89PNG\r\n\x1a\nfirst", words]) as file:
            parts = [taking.Part("first sight.png", 13, 0), taking.Part("words.txt", len(words), 13)]
            yield taking.Taken(json.loads(json.dumps(said)), parts, file)

    capturing.take_due(case.school_id, at, aside=lambda do: do(), take=take)
    row.refresh_from_db()
    assert row.ended == "kept"


def look(takedown: Takedown, board: Board, at: datetime, **how: Any) -> None:
    """Have the worker look at an instant."""
    from forethought.takedowns import site_looks

    site_looks.take_due(takedown.school_id, at, aside=lambda do: do(), own=board.eyes(at, **how))


SOON = timedelta(minutes=17)
