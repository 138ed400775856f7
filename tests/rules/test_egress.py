"""The way out with real sockets and real TLS: what is passed on, what is taken down, and what is refused (33 to 43)."""

import gzip
import socket
import ssl
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import h11
import pytest
from hard_site import BAD, HARD, OTHER, Canary, Site
from warcio.archiveiterator import ArchiveIterator

from forethought.capture import addresses
from forethought.capture.bounds import MIB, Limits
from forethought.capture.certificates import Authority
from forethought.capture.dialling import Lines
from forethought.capture.proxy import OURS, Proxy
from forethought.capture.recording import Recorder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.stop()


@pytest.fixture
def site(served: Site) -> Site:
    served.asked.clear()
    served.more.clear()
    return served


class Way:
    """A proxy of its own, and a browser that is twenty lines long."""

    def __init__(self, lines: Lines, **limits: Any) -> None:
        self.recorder = Recorder(Limits(**{"seconds": 20.0, "idle": 5.0, **limits}))
        self.proxy = Proxy(self.recorder, lines, Authority())
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.proxy.serve(self._listener)

    def tunnel(self, host: str, port: int = 443, *, secured: bool = True) -> Any:
        came = socket.create_connection(self._listener.getsockname(), 20)
        came.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        head = came.recv(4096)
        if b" 200 " not in head.split(b"\r\n")[0] + b" ":
            return head
        if not secured:
            return came
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(came, server_hostname=host)

    def get(self, address: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, Any, bytes]:
        """Status, headers and body; status 0 where the connection was cut before the end."""
        scheme, _, rest = address.partition("://")
        host, _, path = rest.partition("/")
        if scheme == "https":
            made, target = self.tunnel(host), f"/{path}"
        else:
            made, target = socket.create_connection(self._listener.getsockname(), 20), address
        if isinstance(made, bytes):
            return int(made.split()[1]), made, b""
        with made:
            return self.ask(made, host, target, method=method, body=body, **headers)

    def ask(self, made: socket.socket, host: str, target: str, *, method: str = "GET", body: bytes = b"", **headers: str
            ) -> tuple[int, Any, bytes]:  # fmt: skip
        talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=MIB)
        sent = [("Host", host), ("Content-Length", str(len(body))), *headers.items()]
        made.sendall(talk.send(h11.Request(method=method, target=target, headers=sent)) or b"")
        made.sendall((talk.send(h11.Data(data=body)) or b"") + (talk.send(h11.EndOfMessage()) or b""))
        try:
            return self._answer(made, talk)
        finally:
            self.settle()

    def settle(self) -> None:
        """Wait until what was passed on is also taken down, which happens after the browser has its answer."""
        until = time.monotonic() + 60
        while self.recorder.in_flight and time.monotonic() < until:
            time.sleep(0.002)

    @staticmethod
    def _answer(made: socket.socket, talk: h11.Connection) -> tuple[int, Any, bytes]:
        status, said, got = 0, {}, b""
        while True:
            try:
                event = talk.next_event()
                if event is h11.NEED_DATA:
                    talk.receive_data(made.recv(65536))
                    continue
            except (OSError, h11.RemoteProtocolError):
                return 0, said, got
            if isinstance(event, h11.Response):
                status, said = event.status_code, dict(event.headers)
            elif isinstance(event, h11.Data):
                got += event.data
            else:
                return (status, said, got) if isinstance(event, h11.EndOfMessage) else (0, said, got)

    def records(self) -> list[dict[str, Any]]:
        """What was taken down, read by somebody else's code, with its digests checked."""
        self.proxy.close()
        self.settle()
        with self.recorder.close({}) as file:
            content = file.read()
        found = []
        for record in ArchiveIterator(BytesIO(content), check_digests="raise"):
            body = record.raw_stream.read()
            if record.rec_type == "response":
                found.append({
                    "address": record.rec_headers.get_header("WARC-Target-URI"),
                    "status": int(record.http_headers.get_statuscode()),
                    "truncated": record.rec_headers.get_header("WARC-Truncated"),
                    "dialled": record.rec_headers.get_header("WARC-IP-Address"),
                    "headers": record.http_headers,
                    "body": body,
                })  # fmt: skip
        return found


@pytest.fixture
def way(site: Site) -> Iterator[Way]:
    made = Way(site.lines())
    yield made
    made.proxy.close()


def codes(way: Way) -> list[str]:
    return [one.code for one in way.recorder.refused]


def test_an_answer_is_passed_on_and_taken_down_as_it_was_sent(site: Site, way: Way) -> None:
    status, _, body = way.get(f"https://{HARD}/style.css")

    [record] = way.records()
    assert status == 200 and gzip.decompress(body) == b"h1 { color: #123 }"
    assert record["body"] == body and record["dialled"] == "93.184.216.34" and not record["truncated"]
    assert record["headers"].get_header("Content-Encoding") == "gzip"
    assert site.asked["GET", f"https://{HARD}/style.css", ""] == 1
    [line] = way.recorder.lines
    assert line.verdict == "verified" and line.protocol == "TLSv1.3" and line.certificate
    assert line.certificate.subject == f"CN={HARD}"


def test_a_plain_site_is_said_to_be_unprotected(way: Way) -> None:
    assert way.get(f"http://{HARD}/picture.png")[0] == 200
    assert [line.verdict for line in way.recorder.lines] == ["not protected in transit"]


def test_an_expired_certificate_is_said_and_the_page_still_kept(way: Way) -> None:
    assert way.get(f"https://{BAD}/picture.png")[0] == 200
    assert [line.verdict for line in way.recorder.lines] == ["not verified: it has expired"]
    assert [record["status"] for record in way.records()] == [200]


@pytest.mark.parametrize(
    ("how", "verdict"),
    [
        ({"self_signed": True}, "not verified: it is self-signed"),
        ({"host": "somebody-else.org"}, "not verified: it is for another name"),
        ({"authority": True}, "not verified: its issuer is not known to this machine"),
        ({"old": True}, "not verified: the site speaks only outdated TLS"),
    ],
)
def test_why_a_certificate_was_not_verified_is_said(
    how: dict[str, Any], verdict: str, site: Site, tmp_path: Path
) -> None:
    from hard_site import Ca, _server

    ca = Ca() if how.get("authority") else site.ca
    context = ca.context(tmp_path, how.get("host", HARD), self_signed=how.get("self_signed", False))
    if how.get("old"):
        with pytest.deprecated_call():
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
    server = _server(site, context)
    lines = Lines(
        resolve=site.resolve,
        dial=lambda number, port, seconds: socket.create_connection(server.server_address[:2], seconds),
        roots=site.ca.pem,
    )
    way = Way(lines)

    assert way.get(f"https://{HARD}/picture.png")[0] == 200
    assert [line.verdict for line in way.recorder.lines] == [verdict]
    assert len(way.records()) == 1
    server.shutdown()
    server.server_close()


def test_an_empty_404_and_a_204_are_the_sites_own(site: Site, way: Way) -> None:
    site.more["/none"] = lambda handler: handler.give(204, "", b"")
    assert way.get(f"https://{HARD}/gone")[0] == 404
    assert way.get(f"https://{HARD}/none")[0] == 204

    assert [record["status"] for record in way.records()] == [404, 204]


def test_a_body_in_chunks_is_kept_without_them_and_says_so(way: Way) -> None:
    status, _, body = way.get(f"https://{HARD}/stream")

    [record] = way.records()
    assert status == 200 and body.count(b"piece") == 20 and record["body"] == body
    assert record["headers"].get_header("X-Archive-Orig-Transfer-Encoding") == "chunked"
    assert record["headers"].get_header("Transfer-Encoding") is None


def test_one_connection_serves_several_requests_one_after_the_other(site: Site, way: Way) -> None:
    with way.tunnel(HARD) as made:
        assert [way.ask(made, HARD, path)[0] for path in ("/picture.png", "/gone", "/favicon.ico")] == [200, 404, 200]
    assert len(way.recorder.lines) == 1 and not site.second_fetches()


@pytest.mark.parametrize(
    ("host", "port", "code"),
    [
        ("127.0.0.1", 443, "number"),
        ("localhost", 443, "single_word"),
        ("2130706433", 443, "number"),
        ("[::1]", 443, "number"),
        ("printer.local", 443, "own_network"),
        (HARD, 22, "port"),
        (HARD, 3128, "port"),
    ],
)
def test_a_tunnel_into_ones_own_network_is_not_dug(host: str, port: int, code: str, way: Way) -> None:
    assert b"403" in way.tunnel(host, port)
    assert codes(way) == [code]


@pytest.mark.parametrize("target", ["http://127.1/", "http://localhost/", "ftp://example.org/", "http://10.0.0.1:80/"])
def test_a_plain_request_into_ones_own_network_is_not_passed_on(target: str, way: Way) -> None:
    made = socket.create_connection(way._listener.getsockname(), 5)
    status, headers, body = way.ask(made, "x.example.org", target)

    assert status == 403 and headers[OURS.encode()] and body
    assert [one.address for one in way.recorder.refused] == [target]
    assert way.records() == []


def test_a_name_that_stands_for_a_private_number_is_not_dialled(site: Site) -> None:
    canary = Canary()
    site.names["inner.example.org"] = "127.0.0.1"
    site.names["mixed.example.org"] = ["93.184.216.34", "10.0.0.1"]  # type: ignore[assignment]
    site.ways["127.0.0.1", 443] = canary.port
    way = Way(site.lines())

    for name in ("inner.example.org", "mixed.example.org"):
        status, headers, _ = way.get(f"https://{name}/")
        assert (status, headers[OURS.encode()]) == (403, b"not_public")
    assert canary.hits == 0 and not way.recorder.lines and way.records() == []
    canary.stop()


def test_a_name_that_changes_its_mind_is_not_followed(site: Site) -> None:
    canary = Canary()
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])
    site.ways["127.0.0.1", 443] = canary.port
    way = Way(Lines(resolve=lambda host: next(answers), dial=site.dial, roots=site.ca.pem))

    assert way.get(f"https://{HARD}/picture.png")[0] == 200
    assert way.get(f"https://{HARD}/favicon.ico")[0] == 200
    assert {line.dialled for line in way.recorder.lines} == {"93.184.216.34"} and canary.hits == 0
    canary.stop()


def test_without_the_rules_the_canary_is_hit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # Else the tests above would prove nothing.
    canary = Canary()
    monkeypatch.setattr(addresses, "why_not_dial", lambda number: None)
    dial = lambda *to: socket.create_connection(("127.0.0.1", canary.port))  # noqa: E731
    way = Way(Lines(resolve=lambda host: ["127.0.0.1"], dial=dial))

    way.get("https://inner.example.org/")
    assert canary.hits
    canary.stop()


def test_what_we_say_ourselves_is_never_taken_down_as_the_sites(site: Site) -> None:
    site.names["nobody.example.org"] = "93.184.216.99"
    way = Way(site.lines())

    answers = [way.get(f"https://{host}/") for host in ("nobody.example.org", "unknown.example.org")]

    assert [(status, headers[OURS.encode()]) for status, headers, _ in answers] == [
        (502, b"unreachable"), (403, b"no_such_name"),
    ]  # fmt: skip
    assert way.records() == []


def test_a_websocket_is_refused_and_said(way: Way) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
    assert way.get(f"https://{HARD}/ws", **upgrade)[0] == 403
    with way.tunnel(HARD, 80, secured=False) as made:
        assert way.ask(made, HARD, "/ws", **upgrade)[0] == 403
    assert codes(way) == ["websocket", "websocket"]


def test_chromiums_own_calls_are_refused_and_listed_apart(way: Way) -> None:
    assert way.get("https://update.googleapis.com/service/update2")[0] == 403
    assert way.recorder.own_calls == ["update.googleapis.com"] and codes(way) == []


def test_a_small_file_that_unpacks_to_a_huge_one_is_cut_off(site: Site) -> None:
    bomb = gzip.compress(bytes(64 * MIB))
    site.more["/bomb"] = lambda handler: handler.give(200, "text/html", bomb, Content_Encoding="gzip")
    way = Way(site.lines(), unpacked=8 * MIB)

    assert way.get(f"https://{HARD}/bomb")[0] == 0
    [record] = way.records()
    assert record["truncated"] == "length" and len(record["body"]) < len(bomb)
    assert [one.sentence for one in way.recorder.cut] == ["The page unpacks to more than one capture takes."]


def test_a_body_packed_in_a_way_nobody_asked_for_is_not_passed_on(site: Site, way: Way) -> None:
    site.more["/br"] = lambda handler: handler.give(200, "text/html", b"whatever", Content_Encoding="br")

    assert way.get(f"https://{HARD}/br")[0] == 0
    assert [record["truncated"] for record in way.records()] == ["unspecified"]


@pytest.mark.parametrize(
    ("limits", "code"),
    [({"one_body": MIB}, "length"), ({"all_bytes": 2 * MIB}, "length")],
)
def test_more_bytes_than_a_capture_takes_are_cut_off(limits: dict[str, int], code: str, site: Site) -> None:
    way = Way(site.lines(), **limits)

    assert way.get(f"https://{HARD}/large.bin")[0] == 0
    [record] = way.records()
    assert record["truncated"] == code and len(record["body"]) <= 2 * MIB


def test_a_slow_drip_ends_with_the_time_of_the_capture(site: Site) -> None:
    site.more["/drip"] = lambda handler: handler.stream([b"x"] * 1000, pause=0.1)
    way, began = Way(site.lines(), seconds=4.0), time.monotonic()

    assert way.get(f"https://{HARD}/drip")[0] == 0
    assert time.monotonic() - began < 50, "the whole of it takes twice as long"
    [record] = way.records()
    assert record["truncated"] == "time" and record["body"].startswith(b"xx")


def test_a_site_that_says_nothing_is_not_waited_for(site: Site) -> None:
    site.more["/silent"] = lambda handler: time.sleep(15)
    way = Way(site.lines(), idle=2.0)

    status, headers, _ = way.get(f"https://{HARD}/silent")

    assert (status, headers[OURS.encode()]) == (504, b"time") and way.records() == []


def test_too_many_parts_are_refused(site: Site) -> None:
    way = Way(site.lines(), answers=2)
    assert [way.get(f"https://{HARD}/picture.png?{number}")[0] for number in range(3)] == [200, 200, 504]


@pytest.mark.parametrize(
    ("raw", "status", "kept"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 502, 0),
        (b"hello, I speak HTTP/0.9", 502, 0),
        (b"HTTP/1.1 200 OK\r\nbroken header\r\n\r\n", 502, 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", 0, 1),
        (b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, 1),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 200_000 + b"\r\nContent-Length: 2\r\n\r\nok", 200, 1),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 400_000 + b"\r\nContent-Length: 2\r\n\r\nok", 502, 0),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, 1),
        (b"HTTP/1.1 999 Request denied\r\nContent-Length: 0\r\n\r\n", 999, 1),
        (b"", 502, 0),
    ],
)
def test_what_is_hardly_http_is_taken_down_where_it_is_and_said_where_it_is_not(
    raw: bytes, status: int, kept: int, site: Site, way: Way
) -> None:
    def say(handler: Any) -> None:
        handler.wfile.write(raw)
        handler.close_connection = True

    site.more["/raw"] = say

    assert way.get(f"https://{HARD}/raw")[0] == status
    assert len(way.records()) == kept


def test_what_was_sent_is_taken_down_too(site: Site, way: Way) -> None:
    assert way.get(f"https://{HARD}/beacon", method="POST", body=b"seen")[0] == 204
    [entry] = way.recorder.entries
    assert (entry.method, entry.asked) == ("POST", b"seen")


def test_the_hosts_of_a_page_have_certificates_of_the_captures_own_authority(way: Way) -> None:
    with way.tunnel(OTHER) as made:
        der = made.getpeercert(binary_form=True)
    from cryptography import x509

    leaf = x509.load_der_x509_certificate(der)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [OTHER]
