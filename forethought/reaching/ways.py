"""The two ways to a phone: a push without a word in it (RFC 8030, RFC 8292), and a text message with one sentence.

Both are bounded in time, follow no redirect, and say only how it went. What they know of somebody reaches no log.
"""

import base64
import logging
import os
import shlex
import subprocess
import time
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from forethought.reaching.rules import why_not_device

TAKEN, GONE, FAILED = "taken", "gone", "failed"

SECONDS = 10.0
#: How long a push service keeps a push for a phone that is off, in seconds. Afterwards the mail must do.
KEPT = 3600
#: How long a token may be used. RFC 8292, 2: never more than 24 hours.
TOKEN_LASTS = timedelta(hours=12)

log = logging.getLogger(__name__)


def new_key() -> str:
    """A fresh private key on P-256, in hex."""
    number: int = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return f"{number:064x}"


def public_half(key: str) -> str:
    """The public half of a key, as browsers and push services want it: the uncompressed point in base64url."""
    point = _private(key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def push(address: str, key: str, at: datetime) -> str:
    """Push nothing to a browser, which then says its one sentence. How it went: taken, gone for good, or failed."""
    if why_not_device(address, settings.PUSH_SERVICES):
        return FAILED
    parts = urlsplit(address)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + TOKEN_LASTS).timestamp()),
        "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}",
    }
    token = jwt.encode(claims, _private(key), algorithm="ES256")
    headers = {
        "Authorization": f"vapid t={token}, k={public_half(key)}",
        "TTL": str(KEPT),
        "Urgency": "high",
        # A newer one takes the place of one that has not arrived: both would say the same.
        "Topic": "forethought",
    }
    status = _post(address, headers=headers)
    if status in {404, 410}:
        return GONE
    if status == 429 or not 200 <= status < 300:
        log.warning("A push was not taken (%s).", status or "no answer")
        return FAILED
    return TAKEN


def texts() -> bool:
    """Whether text messages can be sent from here."""
    return bool(settings.SMS_COMMAND or settings.SMS_ADDRESS)


def text(number: str, words: str) -> str:
    """Send a text message by the school's own command or gateway. How it went: taken, or failed."""
    went = _by_command(number, words) if settings.SMS_COMMAND else _by_gateway(number, words)
    if not went:
        log.warning("A text message was not taken.")
    return TAKEN if went else FAILED


def _private(key: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(key, 16), ec.SECP256R1())


def _post(address: str, *, headers: dict[str, str], json: object = None) -> int:
    """The status of one POST, 0 where there was none. Its answer is not read: it has nothing to tell."""
    try:
        with requests.Session() as session:
            # No passwords out of a .netrc.
            session.trust_env = False
            body = {"json": json} if json is not None else {"data": b""}
            response = session.post(
                address,
                headers=headers,
                timeout=SECONDS,
                allow_redirects=False,
                stream=True,
                **body,  # type: ignore[arg-type]
            )
            with response:
                return response.status_code
    except (requests.RequestException, ValueError):
        # Either may hold the address in its text, so that is not logged.
        return 0


def _by_gateway(number: str, words: str) -> bool:
    headers = {}
    if settings.SMS_KEY_FILE:
        try:
            headers["Authorization"] = f"Bearer {Path(settings.SMS_KEY_FILE).read_text().strip()}"
        except (OSError, UnicodeDecodeError):
            log.error("The file with the key of the text message gateway cannot be read.")
            return False
    return 200 <= _post(settings.SMS_ADDRESS, headers=headers, json={"to": number, "text": words}) < 300


def _by_command(number: str, words: str) -> bool:
    """Number and words go in by its standard input, so that no list of processes shows them."""
    ends = time.monotonic() + 2 * SECONDS
    try:
        process = subprocess.Popen(  # noqa: S603
            shlex.split(settings.SMS_COMMAND),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Nothing of ours: the database's password is in our own.
            env={name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ},
            start_new_session=True,
        )
    except (OSError, ValueError):
        return False
    try:
        process.communicate(f"{number}\n{words}\n".encode(), timeout=max(ends - time.monotonic(), 0.1))
    except (subprocess.TimeoutExpired, OSError):
        process.kill()
        process.wait()
        return False
    return process.returncode == 0
