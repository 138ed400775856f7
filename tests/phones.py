"""What carries nudges, for tests: a push service that holds a push to RFC 8030 and 8292, and a text message gateway.

push_service   a real HTTP server: .origin, .pushes, .faults (what a push got wrong), .answer (a status other than 201)
sms_gateway    a real HTTP server: .address, .messages (number, words), .keys, .refuse = True
"""

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from canaries import listen
from cryptography.hazmat.primitives.asymmetric import ec


def base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class _Served:
    """An HTTP server of our own in a thread. It hands each POST to `take`, which says the status."""

    def __init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                listen(
                    "push or text message",
                    f"{self.path}\n{self.headers}\n{body.decode(errors='replace')}",
                    address=True,
                )
                self.send_response(outer.take(self.path, dict(self.headers.items()), body))
                self.send_header("Location", f"{outer.origin}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        raise NotImplementedError

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class PushService(_Served):
    """Takes pushes as the services of the browsers do, and notes whatever is not as the RFCs have it."""

    def __init__(self) -> None:
        self.pushes: list[str] = []
        self.bodies: list[bytes] = []
        self.keys: set[str] = set()
        self.faults: list[str] = []
        self.answer = 0
        super().__init__()

    def subscribe(self, name: str) -> str:
        """The address that a browser gets."""
        return f"{self.origin}/push/{name}"

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        try:
            self._look(headers)
        except (ValueError, KeyError, jwt.PyJWTError) as fault:
            self.faults.append(f"{type(fault).__name__}: {fault}")
            return 403
        self.pushes.append(path)
        self.bodies.append(body)
        return self.answer or 201

    def _look(self, headers: dict[str, str]) -> None:
        if not headers["TTL"].isdigit():
            raise ValueError("RFC 8030, 5.2: TTL is a whole number")
        if headers["Urgency"] not in {"very-low", "low", "normal", "high"}:
            raise ValueError("RFC 8030, 5.3: Urgency")
        if len(headers["Topic"]) > 32:
            raise ValueError("RFC 8030, 5.4: no more than 32 characters")
        scheme, _, rest = headers["Authorization"].partition(" ")
        parts = dict(one.strip().split("=", 1) for one in rest.split(","))
        if scheme != "vapid" or set(parts) != {"t", "k"}:
            raise ValueError("RFC 8292, 3: vapid with t and k")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64url(parts["k"]))
        claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=self.origin)
        if not 0 < claims["exp"] - time.time() <= 24 * 3600:
            raise ValueError("RFC 8292, 2: exp within 24 hours")
        if not claims["sub"].startswith(("mailto:", "https:")):
            raise ValueError("RFC 8292, 2.1: sub")
        self.keys.add(parts["k"])


class SmsGateway(_Served):
    """Takes text messages as JSON."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.refuse = False
        super().__init__()
        self.address = f"{self.origin}/send"

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        self.keys.append(headers.get("Authorization", ""))
        if self.refuse:
            return 500
        said = json.loads(body)
        self.messages.append((said["to"], said["text"]))
        return 200


@pytest.fixture
def push_service(settings: Any) -> Iterator[PushService]:
    """A push service, in use."""
    service = PushService()
    settings.PUSH_SERVICES = [service.origin]
    yield service
    service.stop()


@pytest.fixture
def sms_gateway(settings: Any) -> Iterator[SmsGateway]:
    """A text message gateway, in use."""
    gateway = SmsGateway()
    settings.SMS_ADDRESS = gateway.address
    yield gateway
    gateway.stop()
