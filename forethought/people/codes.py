"""Codes that people write down: for the staffroom wall, and to come back to a report.

A receipt is 26 characters of Crockford's base 32, which is 130 random bits, so a keyed hash of it is safe to look up
by (reliability.md 4). A staffroom code is short: it lets somebody report, never read.
"""

import base64
import hashlib
import hmac
import secrets
import uuid

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK = ALPHABET + "*~$=U"
LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "–": "", "\u00a0": ""})


def key_hash(kind: str, code: str) -> bytes:
    """A keyed hash of a code, for looking it up. The code itself is kept nowhere."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{kind}:{code}".encode(), hashlib.sha256).digest()


def personal_token(letter_id: uuid.UUID) -> str:
    """The token of a personal link, derived from its letter: 256 bits. A second try has the same, and none is kept."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"personal:{letter_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def new_token() -> str:
    """A code for a cookie: 256 random bits."""
    return secrets.token_urlsafe(32)


def staffroom_code() -> str:
    """A code for the staffroom wall, as XXXX-XXXX: 40 random bits."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{body[:4]}-{body[4:]}"


def receipt_code() -> str:
    """A code to come back with: five groups and a check symbol, 130 random bits."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(26))
    return "-".join((body[:5], body[5:10], body[10:15], body[15:20], body[20:])) + "-" + check_symbol(body)


def check_symbol(body: str) -> str:
    """Crockford's check symbol: the number modulo 37."""
    number = 0
    for letter in body:
        number = number * 32 + ALPHABET.index(letter)
    return CHECK[number % 37]


def tidy(code: str) -> str:
    """A code as typed, made forgiving: case, spaces, hyphens, O for 0, I and L for 1."""
    return code.strip().upper().translate(LIKE)


def mistyped(code: str) -> bool:
    """Whether a tidy receipt code cannot be one: wrong length, wrong letters, or a check symbol that does not fit."""
    body, check = code[:26], code[26:]
    return len(code) != 27 or any(letter not in ALPHABET for letter in body) or check_symbol(body) != check


def reference() -> str:
    """A case reference such as K7QW-4M2X. Random, so that it tells nobody how many there are."""
    body = "".join(secrets.choice(ALPHABET[2:]) for _ in range(8))
    return f"{body[:4]}-{body[4:]}"
