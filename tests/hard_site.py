"""A site on this machine for captures: real TLS under names of its own, real sockets, and everything it was asked.

Its names stand for public numbers, because the rules about numbers are never switched off. What the tests bring is the
way from such a number to the port on this machine, and that way leads nowhere else.
"""

import gzip
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from forethought.capture.dialling import Lines

HARD, OTHER, BAD = "hard.example.org", "frame.example.net", "expired.example.org"
NUMBERS = {HARD: "93.184.216.34", OTHER: "93.184.216.35", BAD: "93.184.216.36"}
LARGE = 30 * 1024 * 1024
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)

HARD_PAGE = f"""<!doctype html><title>A hard page</title><link rel=stylesheet href=/style.css>
<link rel=icon href=/favicon.ico><script src=/app.js defer></script>
<h1>What was written</h1><p>Words in the page.</p><img src=/picture.png alt="">
<div id=host></div><canvas id=c width=200 height=50></canvas><video id=v src=/film.webm preload=auto muted></video>
<iframe src=https://{OTHER}/frame width=300 height=80></iframe><p id=done></p>
""".encode()

APP = b"""
document.getElementById('host').attachShadow({mode: 'open'}).innerHTML = '<p>Words in the shadow.</p>';
const c = document.getElementById('c').getContext('2d'); c.fillText('painted', 10, 20);
const jobs = [
  fetch('/blob.bin').then(r => r.blob()).then(b => URL.createObjectURL(b)),
  fetch('/large.bin').then(r => r.arrayBuffer()).then(b => { if (b.byteLength !== 31457280) throw 'short'; }),
  fetch('/stream').then(async r => { const s = r.body.getReader(); while (!(await s.read()).done); }),
  fetch('/moved').then(r => r.json()),
  new Promise(go => { const w = new Worker('/worker.js'); w.onmessage = go; }),
];
navigator.sendBeacon('/beacon', 'seen');
Promise.all(jobs).then(() => { document.getElementById('done').textContent = 'All of it came.'; });
"""

#: What the hard page consists of, by the address of each part.
HARD_PARTS = frozenset(
    [f"https://{HARD}{path}" for path in (
        "/", "/style.css", "/favicon.ico", "/app.js", "/picture.png", "/film.webm", "/blob.bin", "/large.bin",
        "/stream", "/moved", "/landed.json", "/worker.js", "/from-worker.json", "/beacon",
    )] + [f"https://{OTHER}/frame", f"https://{OTHER}/inside.png"]
)  # fmt: skip


def large() -> bytes:
    """Thirty mebibytes that do not pack well."""
    block = bytes(range(256)) * 4096
    return b"".join(bytes([number]) + block[1:] for number in range(30))


class Ca:
    """A test's own authority."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests")])
        self.certificate = self._built(name, name, self.key.public_key(), 365).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        ).add_extension(
            x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False
        ).add_extension(
            x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True
        ).sign(self.key, hashes.SHA256())  # fmt: skip

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def context(self, folder: Path, host: str, *, days: int = 30, self_signed: bool = False) -> ssl.SSLContext:
        """How a host speaks TLS. With negative `days` its certificate has expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        issuer, signer = (subject, key) if self_signed else (self.certificate.subject, self.key)
        made = self._built(subject, issuer, key.public_key(), days).add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False
        ).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        ).sign(signer, hashes.SHA256())  # fmt: skip
        pem = serialization.Encoding.PEM
        path = folder / f"{host}-{days}-{self_signed}.pem"
        path.write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            + made.public_bytes(pem)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    @staticmethod
    def _built(subject: x509.Name, issuer: x509.Name, key: Any, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60)).not_valid_after(now + timedelta(days=days))
        )  # fmt: skip


class Site:
    """Serves its names over TLS and plainly. `asked` counts each (method, address, range); `more` adds paths."""

    def __init__(self, folder: Path) -> None:
        self.ca = Ca()
        self.asked: Counter[tuple[str, str, str]] = Counter()
        self.more: dict[str, Callable[[Any], None]] = {}
        self.names = dict(NUMBERS)
        #: Further numbers and ports, and where on this machine they lead.
        self.ways: dict[tuple[str, int], int] = {}
        contexts = {
            HARD: self.ca.context(folder, HARD),
            OTHER: self.ca.context(folder, OTHER),
            BAD: self.ca.context(folder, BAD, days=-2),
        }
        front = self.ca.context(folder, HARD)
        front.sni_callback = lambda sock, name, _: setattr(sock, "context", contexts.get(name or HARD, front))
        self._servers = [_server(self, None), _server(self, front)]
        for number in NUMBERS.values():
            self.ways[number, 80] = self._servers[0].server_address[1]
            self.ways[number, 443] = self._servers[1].server_address[1]

    def lines(self) -> Lines:
        """The ways to this site, and to nothing else. Its certificates are trusted."""
        return Lines(resolve=self.resolve, dial=self.dial, roots=self.ca.pem)

    def resolve(self, host: str) -> Sequence[str]:
        found = self.names.get(host, [])
        return [found] if isinstance(found, str) else found

    def dial(self, address: str, port: int, seconds: float) -> socket.socket:
        if (address, port) not in self.ways:
            raise ConnectionRefusedError(address, port)
        return socket.create_connection(("127.0.0.1", self.ways[address, port]), seconds)

    def second_fetches(self) -> list[tuple[str, str, str]]:
        """What was asked for more than once."""
        return [asked for asked, times in self.asked.items() if times > 1]

    def stop(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


def content_of(path: str) -> tuple[str, bytes] | None:
    """What lies at a path of the hard page: its type and its bytes."""
    page = "text/html; charset=utf-8"
    return {
        "/": (page, HARD_PAGE),
        "/style.css": ("text/css", b"h1 { color: #123 }"),
        "/app.js": ("text/javascript", APP),
        "/picture.png": ("image/png", PNG),
        "/favicon.ico": ("image/png", PNG),
        "/inside.png": ("image/png", PNG),
        "/frame": (page, b"<!doctype html><p>Words in the frame.</p><img src=/inside.png alt=''>"),
        "/blob.bin": ("application/octet-stream", bytes(range(256)) * 40),
        "/large.bin": ("application/octet-stream", large()),
        "/landed.json": ("application/json", b'{"landed": true}'),
        "/worker.js": ("text/javascript", b"fetch('/from-worker.json').then(r => r.json()).then(() => postMessage(1))"),
        "/from-worker.json": ("application/json", b'{"worker": true}'),
        "/film.webm": ("video/webm", b"\x1a\x45\xdf\xa3" + bytes(200_000)),
        "/stream": ("text/plain", b"".join(b"piece %d\n" % number for number in range(20))),
        "/ordinary": (page, _ordinary()),
    }.get(path)


def _ordinary() -> bytes:
    posts = "".join(f"<article><h2>Post {n}</h2><p>{'Some words. ' * 40}</p></article>" for n in range(60))
    return f"<!doctype html><title>An ordinary page</title><link rel=stylesheet href=/style.css>{posts}".encode()


def _server(site: Site, context: ssl.SSLContext | None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def setup(self) -> None:
            if context is not None:
                self.request = context.wrap_socket(self.request, server_side=True)
            super().setup()

        def address(self) -> str:
            return f"{'https' if context else 'http'}://{self.headers.get('Host', '')}{self.path}"

        def do_GET(self) -> None:
            site.asked[self.command, self.address(), self.headers.get("Range", "")] += 1
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            if path in site.more:
                site.more[path](self)
            elif path == "/beacon":
                assert body == b"seen"
                self.give(204, "", b"")
            elif path == "/moved":
                self.give(302, "text/plain", b"over there", Location="/landed.json")
            elif path == "/stream":
                self.stream(content_of(path)[1].splitlines(keepends=True))  # type: ignore[index]
            elif (found := content_of(path)) is not None:
                self.give_ranged(*found)
            else:
                self.give(404, "text/plain", b"")

        do_POST = do_HEAD = do_GET

        def give(self, status: int, media: str, body: bytes, **headers: str) -> None:
            self.send_response(status)
            if media:
                self.send_header("Content-Type", media)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def give_ranged(self, media: str, body: bytes) -> None:
            asked = self.headers.get("Range", "")
            if not asked.startswith("bytes="):
                if "gzip" in self.headers.get("Accept-Encoding", "") and media.startswith("text/"):
                    return self.give(200, media, gzip.compress(body, mtime=0), Content_Encoding="gzip")
                return self.give(200, media, body, Accept_Ranges="bytes")
            first, _, last = asked.removeprefix("bytes=").partition("-")
            begin, end = int(first or 0), min(int(last or len(body) - 1), len(body) - 1)
            around = f"bytes {begin}-{end}/{len(body)}"
            return self.give(206, media, body[begin : end + 1], Content_Range=around)

        def stream(self, pieces: Sequence[bytes], pause: float = 0.01) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in [*pieces, b""]:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                time.sleep(pause)

        def log_message(self, *words: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        # A page asks for a hundred things at once, and whom nobody answers the browser asks again.
        request_queue_size = 256

        def handle_error(self, *words: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


class Canary:
    """A port on this machine that nobody may ever reach. It counts who does."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.hits = 0
        self._socket = socket.create_server((host, port))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        with suppress(OSError):
            while True:
                came, _ = self._socket.accept()
                self.hits += 1
                came.close()

    def stop(self) -> None:
        self._socket.close()
