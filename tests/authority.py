"""A time-stamp authority for tests: OpenSSL's own, behind a small HTTP server, with faults on order.

    with Authority(folder, "one") as authority: ... authority.url, authority.roots (PEM), authority.fault = "nonce"

Certificates are made with OpenSSL when it starts. `fault` is what the next answers suffer from; see `FAULTS`.
"""

import re
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from forethought.audit import der

CONFIG = """
[ tsa ]
default_tsa = tsa_config
[ tsa_config ]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/chain.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
tsa_name = no
[ root ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[ time ]
basicConstraints = CA:FALSE
extendedKeyUsage = critical, timeStamping
[ plain ]
basicConstraints = CA:FALSE
"""


def openssl(*args: object, given: bytes = b"") -> bytes:
    """Run OpenSSL. What it writes."""
    done = subprocess.run(["openssl", *map(str, args)], input=given, capture_output=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    return done.stdout


class Authority:
    """A running authority of its own root."""

    def __init__(
        self, folder: Path, name: str, *, days: tuple[int, int] = (-1, 8000), use: str = "time", key: str = "P-256"
    ) -> None:
        """`days` from now on which the stamping certificate begins and ends; `use`: its extensions; `key`: a curve, or
        RSA."""
        self.folder = folder / name
        self.folder.mkdir()
        self.fault = ""
        #: How far the authority's clock is from ours.
        self.ahead = timedelta()
        self.asked: list[bytes] = []
        self._make(name, days, use, key)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/tsr"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def roots(self) -> str:
        """The certificate that a school would name."""
        return (self.folder / "root.pem").read_text()

    def __enter__(self) -> "Authority":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reply(self, request: bytes) -> bytes:
        """The answer of OpenSSL itself, at the time that this authority thinks it is."""
        (self.folder / "request.tsq").write_bytes(request)
        command: list[object] = ["ts", "-reply", "-config", self.folder / "tsa.cnf", "-section", "tsa_config"]
        command += ["-queryfile", self.folder / "request.tsq", "-out", self.folder / "answer.tsr"]
        openssl(*command)
        answer = (self.folder / "answer.tsr").read_bytes()
        return self._at_another_time(answer) if self.ahead else answer

    def _at_another_time(self, answer: bytes) -> bytes:
        """The same answer with another time in it, signed anew by OpenSSL: `ts` itself knows only the real time."""
        at = self.folder
        openssl("ts", "-reply", "-in", at / "answer.tsr", "-token_out", "-out", at / "token")
        said = openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", at / "token", "-binary")
        time = (datetime.now(UTC) + self.ahead).strftime("%Y%m%d%H%M%SZ").encode()
        # With its digits: two bytes alone stand in one hash of two thousand as well.
        said, found = re.subn(rb"(?s)(\x18\x0f)[0-9]{14}Z", lambda known: known[1] + time, said)
        assert found == 1
        (at / "said").write_bytes(said)
        token = openssl(
            "cms", "-sign", "-cades", "-nodetach", "-binary", "-md", "sha256", "-outform", "DER", "-in", at / "said",
            "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-signer", at / "tsa.pem", "-inkey", at / "tsa.key",
            "-certfile", at / "root.pem",
        )  # fmt: skip
        return der.made(der.SEQUENCE, [der.read_one(answer).parts()[0].whole, token])

    def _make(self, name: str, days: tuple[int, int], use: str, key: str) -> None:
        at = self.folder
        (at / "tsa.cnf").write_text(CONFIG.format(folder=at))
        (at / "serial").write_text("01")
        for who in ("root", "tsa"):
            how = (
                ("-algorithm", "RSA") if key == "RSA" else ("-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{key}")
            )
            openssl("genpkey", *how, "-out", at / f"{who}.key")
        (at / "index.txt").touch()
        for who, subject in (("root", f"/CN=Root of {name}"), ("tsa", f"/CN=Time of {name}")):
            openssl(
                "req", "-new", "-key", at / f"{who}.key", "-subj", subject,
                "-config", _bare(at), "-out", at / f"{who}.csr",
            )  # fmt: skip
        self._issue("root", (-9000, 9000), "root", "-selfsign")
        self._issue("tsa", days, use)
        (at / "chain.pem").write_text((at / "tsa.pem").read_text() + (at / "root.pem").read_text())

    def _issue(self, who: str, days: tuple[int, int], use: str, *more: str) -> None:
        at = self.folder
        begins, ends = ((datetime.now(UTC) + timedelta(days=day)).strftime("%Y%m%d%H%M%SZ") for day in days)
        openssl(
            "ca", "-batch", "-config", _bare(at), "-name", "issuing", "-in", at / f"{who}.csr",
            "-out", at / f"{who}.pem", "-startdate", begins, "-enddate", ends, "-extensions", use, "-notext", *more,
        )  # fmt: skip

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = self.rfile.read(int(self.headers["Content-Length"]))
                authority.asked.append(request)
                FAULTS[authority.fault](authority, self, request)

            def do_GET(self) -> None:
                authority.asked.append(b"GET")
                self.send_error(405)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


def _bare(at: Path) -> Path:
    """A configuration for making certificates."""
    path = at / "ca.cnf"
    path.write_text(
        f"[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = x\n[issuing]\ndatabase = {at}/index.txt\n"
        f"serial = {at}/ca-serial\nrand_serial = yes\nnew_certs_dir = {at}\ncertificate = {at}/root.pem\n"
        f"private_key = {at}/root.key\ndefault_md = sha256\npolicy = any\nunique_subject = no\n[any]\nCN = supplied\n"
        + CONFIG.partition("[ root ]")[1]
        + CONFIG.partition("[ root ]")[2]
    )
    return path


# --- What goes wrong ---

Handler = BaseHTTPRequestHandler
Fault = Callable[[Authority, Handler, bytes], None]


def send(handler: Handler, body: bytes, kind: str = "application/timestamp-reply", status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def other_nonce(authority: Authority, handler: Handler, request: bytes) -> None:
    """An answer to another request over the same hash."""
    version, imprint, _, wish = der.read_one(request).parts()
    other = der.made(der.SEQUENCE, [version.whole, imprint.whole, der.made(der.INTEGER, [b"\x05" * 16]), wish.whole])
    send(handler, authority.reply(other))


def other_hash(authority: Authority, handler: Handler, request: bytes) -> None:
    """An answer with the right number over another hash."""
    version, imprint, nonce, wish = der.read_one(request).parts()
    kind, _ = imprint.parts()
    turned = der.made(der.SEQUENCE, [kind.whole, der.made(0x04, [b"\7" * 32])])
    send(handler, authority.reply(der.made(der.SEQUENCE, [version.whole, turned, nonce.whole, wish.whole])))


def with_mods(authority: Authority, handler: Handler, request: bytes) -> None:
    """Granted, with changes."""
    send(handler, restated(authority.reply(request), 1))


def restated(response: bytes, status: int) -> bytes:
    """The same token under another status."""
    token = der.read_one(response).parts()[1].whole
    return der.made(der.SEQUENCE, [der.made(der.SEQUENCE, [der.made(der.INTEGER, [bytes([status])])]), token])


def wire_order(authority: Authority, handler: Handler, request: bytes) -> None:
    """The certificates in the order that DER does not have."""
    send(handler, reordered(authority.reply(request)))


def reordered(response: bytes) -> bytes:
    """The same answer with its certificates the wrong way round for a set."""
    status, token = der.read_one(response).parts()
    kind, wrapped = token.parts()
    parts = [
        der.made(0xA0, sorted([one.whole for one in part.parts()], reverse=True)) if part.tag == 0xA0 else part.whole
        for part in der.read_one(wrapped.content).parts()
    ]
    signed = der.made(wrapped.tag, [der.made(der.SEQUENCE, parts)])
    return der.made(der.SEQUENCE, [status.whole, der.made(der.SEQUENCE, [kind.whole, signed])])


def dripping(authority: Authority, handler: Handler, request: bytes) -> None:
    """A byte now and then, for as long as anybody listens."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"0")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def endless(authority: Authority, handler: Handler, request: bytes) -> None:
    """More than anybody asked for."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"0" * 65536)
    except OSError:
        return


def elsewhere(where: str) -> Fault:
    """Led to another address."""

    def lead(authority: Authority, handler: Handler, request: bytes) -> None:
        handler.send_response(307)
        handler.send_header("Location", where)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return lead


FAULTS: dict[str, Fault] = {
    "": lambda authority, handler, request: send(handler, authority.reply(request)),
    "html": lambda a, h, r: send(h, b"<html><title>Sign in to the network</title></html>", "text/html"),
    "empty": lambda a, h, r: send(h, b""),
    "error": lambda a, h, r: send(h, b"busy", "text/plain", 503),
    "refused": lambda a, h, r: send(h, bytes.fromhex("30053003020102")),
    "mods": with_mods,
    "nonce": other_nonce,
    "hash": other_hash,
    "wire order": wire_order,
    "dripping": dripping,
    "endless": endless,
    "to a file": elsewhere("file:///etc/hostname"),
    "to ftp": elsewhere("ftp://127.0.0.1/x"),
    "round and round": lambda a, h, r: elsewhere(a.url)(a, h, r),
}
