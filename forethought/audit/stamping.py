"""Time stamps after RFC 3161: what is asked of an authority, and whether its answer says what it should.

An authority signs a hash, a time and the number that was sent along. The hash is of a checkpoint's note, never of a
record, so nothing about anybody leaves the school. What the answer is worth rests on the authority's root certificate,
which the school names; it is checked as of the time that the answer gives, because certificates end and stamps stay.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from cryptography import x509

from forethought.audit import der

#: A token with its certificates has a few thousand bytes.
LONGEST = 64 * 1024

GRANTED, WITH_MODS = 0, 1

_SHA256 = bytes.fromhex("300d06096086480165030402010500")


class BadStamp(Exception):
    """The answer is no time stamp over what was sent, or nobody known vouches for it. The message says which."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Somebody outside who says what time it is: their address, and the certificates that they are known by."""

    address: str
    chain: str

    @property
    def name(self) -> str:
        """How they are called on pages and in rows: their host."""
        return urlsplit(self.address).netloc.rpartition("@")[2]

    def certificates(self) -> list[x509.Certificate]:
        """The certificates in the file that the school named. Raises ValueError when it holds none."""
        return x509.load_pem_x509_certificates(self.chain.encode())


@dataclass(frozen=True, slots=True)
class Token:
    """What a good answer says: the time in UTC, and the SHA-256 of the token.

    `with_mods`: the authority says that it changed something about the request; hash, number and signature held.
    """

    gen_at: datetime
    token_hash: bytes
    with_mods: bool


def request_over(note: str) -> bytes:
    """The request to send: the hash of the note, a fresh random number, and the wish for the certificates. RFC 3161."""
    imprint = der.made(der.SEQUENCE, [_SHA256, der.made(0x04, [sha256(note.encode()).digest()])])
    # The first byte keeps the number from being read as a negative one, and DER from wanting it shorter.
    nonce = der.made(der.INTEGER, [b"\x01" + secrets.token_bytes(15)])
    return der.made(der.SEQUENCE, [der.made(der.INTEGER, [b"\x01"]), imprint, nonce, b"\x01\x01\xff"])


def check_response(response: bytes, *, request: bytes, note: str, authority: Authority) -> Token:
    """What the answer to this request says of this note. Raises BadStamp for everything that is no good stamp of it.

    Checked: granted; signed by a certificate for time-stamping that leads to the authority's own, as of the time that
    the token gives; the hash; the number. RFC 3161, 2.4.2.
    """
    # Imported late: an installation without an authority never needs it, and each of its processes would carry it.
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    if len(response) > LONGEST:
        raise BadStamp("The answer is too long.")
    nonce = _nonce_in(request, note)
    status, token = _taken_apart(response)
    # Set in DER's order, and as plainly granted: the reader knows neither wire order nor “with changes”.
    in_order = _in_order(token)
    plain = der.made(der.SEQUENCE, [der.made(der.SEQUENCE, [der.made(der.INTEGER, [b"\x00"])]), in_order])
    try:
        decoded = decode_timestamp_response(plain)
        verifier = VerifierBuilder(roots=authority.certificates(), nonce=nonce).build()
        verifier.verify(decoded, sha256(note.encode()).digest())
        gen_at = decoded.tst_info.gen_time
    except VerificationError as error:
        raise BadStamp(f"The time stamp does not hold: {error}") from None
    except Exception as error:
        # The parsers below raise many kinds of error over bytes that anybody may have sent.
        raise BadStamp(f"The answer is not a time stamp, or is damaged ({type(error).__name__}).") from None
    return Token(gen_at, sha256(token).digest(), status == WITH_MODS)


def token_in(response: bytes) -> bytes:
    """The token in an answer as it was sent. Raises BadStamp."""
    return _taken_apart(response)[1]


def _nonce_in(request: bytes, note: str) -> int:
    """The number in a request of ours, which must be over this note."""
    try:
        parts = der.read_one(request).parts()
        if parts[1].parts()[1].content != sha256(note.encode()).digest():
            raise BadStamp("The request is over something else.")
        return der.number(parts[2])
    except (der.NotDer, IndexError):
        raise BadStamp("The request is not one of ours.") from None


def _taken_apart(response: bytes) -> tuple[int, bytes]:
    """The status, and the token in its bytes as sent."""
    try:
        answer = der.read_one(response)
        info, *tokens = answer.parts()
        status = der.number(info.parts()[0])
        if answer.tag != der.SEQUENCE:
            raise der.NotDer("This is no answer.")
    except (der.NotDer, IndexError, ValueError):
        raise BadStamp("The answer is not a time stamp.") from None
    if status not in {GRANTED, WITH_MODS}:
        raise BadStamp(f"The authority refused, with status {status}.")
    if len(tokens) != 1:
        raise BadStamp("The answer holds no token.")
    return status, tokens[0].whole


def _sorted(part: der.Part) -> bytes:
    return der.made(part.tag, sorted(one.whole for one in part.parts()))


def _in_order(token: bytes) -> bytes:
    """The token with its certificates sorted as DER sorts a set. Nothing that is signed is touched."""
    try:
        kind, wrapped = der.read_one(token).parts()
        signed = der.read_one(wrapped.content)
        parts = [_sorted(part) if part.tag == der.FIRST_TAGGED else part.whole for part in signed.parts()]
    except (der.NotDer, ValueError):
        raise BadStamp("The answer is not a time stamp.") from None
    return der.made(der.SEQUENCE, [kind.whole, der.made(wrapped.tag, [der.made(der.SEQUENCE, parts)])])
