"""Single requests go to public sites alone, whatever an address, a name or a redirect says."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from forethought.capture.dialling import Lines
from forethought.capture.public_fetching import public_fetch

PUBLIC = "93.184.215.14"


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        target = self.path.partition("?to=")[2]
        self.send_response(302 if target else 200)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", "0" if target else "2")
        self.end_headers()
        self.wfile.write(b"" if target else b"ok")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def dialled():
    """Public numbers lead to a server of the test; each number that was dialled is noted."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    numbers: list[str] = []

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        numbers.append(address)
        return socket.create_connection(server.server_address, seconds)

    names = {
        "site.example.org": [PUBLIC],
        "mixed.example.org": [PUBLIC, "10.0.0.1"],
        "inner.example.org": ["127.0.0.1"],
        "meta.example.org": ["169.254.169.254"],
    }
    yield public_fetch(Lines(resolve=lambda host: names.get(host, []), dial=dial), most_seconds=3), numbers
    server.shutdown()
    server.server_close()


@pytest.mark.policy("8.5")
def test_a_public_site_is_asked_by_its_number(dialled):
    fetch, numbers = dialled
    found = fetch("http://site.example.org/t/1")
    assert (found.status, found.body) == (200, b"ok") and numbers == [PUBLIC]


@pytest.mark.policy("8.5")
@pytest.mark.parametrize(
    "target",
    [
        "http://inner.example.org/",
        "http://mixed.example.org/",
        "http://meta.example.org/latest",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://[::1]/",
        "http://localhost/",
        "http://site.example.org:8080/",
        "https://unknown.example.org/",
        "ftp://site.example.org/",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize("led", [False, True])
def test_nothing_else_is_reached_straight_or_by_a_redirect(dialled, target, led):
    fetch, numbers = dialled
    found = fetch(f"http://site.example.org/?to={target}" if led else target)
    assert found.status is None and found.trouble.endswith(".")
    assert numbers == ([PUBLIC] if led else [])


@pytest.mark.policy("8.5")
def test_a_site_that_proves_no_name_is_no_answer(dialled):
    fetch, _ = dialled
    found = fetch("https://site.example.org/")  # The server speaks no TLS at all.
    assert found.status is None and found.trouble
