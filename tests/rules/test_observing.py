"""Looking over a way out: a site made by the test, asked over real connections, and judged."""

import socket
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from forethought.capture.fetching import Fetched, Fetcher
from forethought.takedowns.observed import Captured
from forethought.takedowns.observing import answer_of, observe
from forethought.takedowns.page_text import read_page
from forethought.takedowns.verdicts import Verdict, judge

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
POST = "I saw the deputy head take the whole charity box home on Friday evening after the fair was over"
LIVE = f"<h1>Forum</h1><article><p>{POST}</p></article>"
HOME = "<h1>Forum</h1><p>Choose one of the many boards on this page to begin reading what others wrote.</p>"
GONE = "<h1>Forum</h1><p>Nothing is here, or it never was.</p>"
LETTERS = "qzkfjxvbwmthgpldrnsc"


class Site(BaseHTTPRequestHandler):
    pages: dict[str, tuple[int, str]] = {}
    otherwise: tuple[int, str] = (404, GONE)
    asked: list[str] = []

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        status, html = self.pages.get(self.path, self.otherwise)
        if status == 302:
            self.send_response(302)
            self.send_header("Location", html)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = html.encode("iso-8859-1", "replace")
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=iso-8859-1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site():
    class Here(Site):
        pages, asked = {"/": (200, HOME), "/t/1": (200, LIVE)}, []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Here)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    Here.port = server.server_address[1]
    yield Here
    server.shutdown()
    server.server_close()


def looked(site, **limits):
    fetch = Fetcher(lambda scheme, host, port, left: socket.create_connection(("127.0.0.1", site.port), left), **limits)
    return observe("http://forum.example/t/1", letters=LETTERS, fetch=fetch, at=AT)


CAPTURED = Captured(text=read_page(LIVE).text, words="the deputy head take the whole charity box home")


@pytest.mark.policy("8.5")
@pytest.mark.parametrize(
    ("page", "otherwise", "verdict"),
    [
        ((200, LIVE), (404, GONE), Verdict.STILL_THERE),
        ((404, GONE), (404, GONE), Verdict.REMOVED_STATUS),
        ((200, GONE), (200, GONE), Verdict.REMOVED_AS_MADE_UP),
        ((302, "/"), (302, "/"), Verdict.CANNOT_TELL),
        ((302, "/login"), (404, GONE), Verdict.LOGIN_WALL),
        ((403, "no"), (404, GONE), Verdict.UNREACHABLE),
        ((302, "/t/1"), (404, GONE), Verdict.UNREACHABLE),
        ((200, LIVE.replace("deputy head take", "deputy head taking")), (404, GONE), Verdict.ALTERED),
    ],
)
def test_a_look_over_real_connections_comes_to_what_is_so(site, page, otherwise, verdict):
    site.pages["/t/1"], site.otherwise = page, otherwise
    site.pages["/login"] = (200, "<input type=password>")
    seen = looked(site)
    assert judge(CAPTURED, seen).verdict is verdict, judge(CAPTURED, seen).reasons


def test_three_requests_are_made_and_one_of_them_is_made_up(site):
    looked(site)
    assert site.asked[0] == "/t/1" and site.asked[2] == "/" and len(site.asked) == 3
    assert site.asked[1].startswith("/t/") and site.asked[1] != "/t/1"


def test_a_site_that_is_down_is_not_a_site_that_removed_it():
    def nobody(scheme, host, port, left):
        raise ConnectionRefusedError

    seen = observe("http://forum.example/t/1", letters=LETTERS, fetch=Fetcher(nobody), at=AT)
    judged = judge(CAPTURED, seen)
    assert judged.verdict is Verdict.UNREACHABLE and "Nobody answers there." in judged.reasons


def test_a_page_that_was_not_read_to_its_end_is_no_answer(site):
    site.pages["/t/1"] = (200, "<p>" + "other words " * 2000 + "</p>" + LIVE)
    assert judge(CAPTURED, looked(site, most_bytes=5000)).verdict is Verdict.UNREACHABLE


def test_letters_are_read_as_the_site_wrote_them():
    said = Fetched(address="http://x/", status=200, body="<p>Café</p>".encode("iso-8859-1"))
    for kind in ("text/html; charset=ISO-8859-1", "text/html; charset='iso-8859-1'"):
        assert answer_of(Fetched(**{**said.__dict__, "headers": {"content-type": kind}})).page.text == "Café"
    meta = b"<meta charset=iso-8859-1>" + said.body
    assert answer_of(Fetched(**{**said.__dict__, "body": meta})).page.text == "Café"
    odd = Fetched(**{**said.__dict__, "headers": {"content-type": "text/html; charset=nonsense"}})
    assert "Caf" in answer_of(odd).page.text
    image = Fetched(**{**said.__dict__, "headers": {"content-type": "image/png"}})
    assert answer_of(image).page.text == ""
