"""Signed notes: a few lines of text that anybody can read, and under them who signed them (C2SP signed-note).

    what is signed
    in lines

    — name of the key  base64(4 bytes that say which key ‖ Ed25519 signature)

A checkpoint is such a note over the head of a tree: its origin, its size, its root (C2SP tlog-checkpoint). The format
is that of other logs, so that a stranger's tools read ours. Nothing here knows where a key comes from.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from forethought.audit.tree import HASH_LENGTH

#: Longer than any note of ours, and short enough to take from anybody.
LONGEST = 64 * 1024
MOST_SIGNATURES = 16

_ED25519 = b"\x01"
_ID_LENGTH = 4
_KEY_LENGTH = 32
_SIGNATURE_LENGTH = 64
_SIGNATURE = re.compile(r"— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+={0,2})", re.ASCII)
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class BadNote(ValueError):
    """The note is not written as notes are, or nobody known signed it. The message says which."""


@dataclass(frozen=True, slots=True)
class PublicNoteKey:
    """What a signature is checked with: the name of the key, and 32 bytes that everybody may know."""

    name: str
    key: bytes

    def __post_init__(self) -> None:
        _insist_name(self.name)
        if len(self.key) != _KEY_LENGTH:
            raise ValueError(f"A public key is {_KEY_LENGTH} bytes.")

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature says that it is of this key and this name."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:_ID_LENGTH]

    def to_text(self) -> str:
        """The key as it is published: its name, its id and itself, parted by plus signs."""
        return f"{self.name}+{self.id.hex()}+{_encoded(_ED25519 + self.key)}"

    @classmethod
    def from_text(cls, text: str) -> "PublicNoteKey":
        """The key that `to_text` wrote. Raises BadNote for anything else, a wrong id included."""
        try:
            name, key_id, key = text.split("+", 2)
            decoded = _decoded(key)
            found = cls(name, decoded[1:])
        except ValueError:
            raise BadNote("This is not a public key of a log.") from None
        if decoded[:1] != _ED25519 or found.to_text() != text or found.id.hex() != key_id:
            raise BadNote("This is not a public key of a log, or was copied with a slip.")
        return found


@dataclass(frozen=True, slots=True)
class NoteKey:
    """What a note is signed with: the name of the key, and 32 secret bytes that are never shown."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _insist_name(self.name)

    def public(self) -> PublicNoteKey:
        """The part that everybody may know."""
        return PublicNoteKey(self.name, self._private().public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        """The signature over these bytes, 64 bytes."""
        return self._private().sign(data)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Opened:
    """The text of a note, and the keys among those asked about that signed it, in the order of their lines."""

    text: str
    signers: tuple[PublicNoteKey, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says of a tree: whose it is, how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes


def sign_note(text: str, *, key: NoteKey) -> str:
    """The note: the text, which ends with a line break, and the signature. Raises BadNote for a text no note can hold.

    C2SP signed-note.
    """
    _insist_text(text)
    return f"{text}\n— {key.name} {_encoded(key.public().id + key.sign(text.encode()))}\n"


def open_note(note: str, *, keys: Sequence[PublicNoteKey]) -> Opened:
    """The text that at least one of these keys signed. Raises BadNote for everything else.

    A line of a key that is not asked about is passed over: others may countersign. A wrong signature of a key that is
    asked about, or a second one of it, spoils the note. Strict otherwise: a note is read in one way or not at all.
    C2SP signed-note.
    """
    if len(note) > LONGEST:
        raise BadNote("The note is too long.")
    text, gap, signatures = note.rpartition("\n\n")
    if not gap:
        raise BadNote("The note has no signature.")
    text += "\n"
    _insist_text(text)
    if not signatures.endswith("\n"):
        raise BadNote("The last line of the note has no end.")
    lines = signatures.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote("The note has too many signatures.")
    known = {(key.name, key.id): key for key in keys}
    signers: list[PublicNoteKey] = []
    for line in lines:
        name, key_id, signature = _signature_in(line)
        key = known.get((name, key_id))
        if key is None:
            continue
        if key in signers:
            raise BadNote("One key signed the note twice.")
        _insist_signed(text, signature, key)
        signers.append(key)
    if not signers:
        raise BadNote("No known key signed the note.")
    return Opened(text, tuple(signers))


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The three lines that a checkpoint signs. Raises ValueError for what is no head of a tree.

    C2SP tlog-checkpoint.
    """
    _insist_name(origin)
    if not 0 <= size < 1 << 63 or len(root) != HASH_LENGTH:
        raise ValueError("A tree has a size and a root of 32 bytes.")
    return f"{origin}\n{size}\n{_encoded(root)}\n"


def read_checkpoint(text: str) -> Head:
    """The head of a tree in the text of an opened note. Raises BadNote unless it is written as `checkpoint_text` does.

    Whoever asks compares the origin with the one they expect. C2SP tlog-checkpoint; ours has no further lines.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise BadNote("A checkpoint has three lines.")
    origin, size, root = lines[:3]
    if not _WHOLE_NUMBER.fullmatch(size):
        raise BadNote("The size in the checkpoint is not a number.")
    try:
        head = Head(origin, int(size), _decoded(root))
        if checkpoint_text(head.origin, head.size, head.root) != text:
            raise ValueError
    except ValueError:
        raise BadNote("This is not a checkpoint.") from None
    return head


def _insist_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n" or len(text) > LONGEST:
        raise BadNote("What a note signs is lines of text.")
    if any(ord(letter) < 0x20 and letter != "\n" for letter in text):
        raise BadNote("The note holds a character that no note may hold.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadNote("The note is not text.") from None


def _insist_name(name: str) -> None:
    if not name or "+" in name or any(letter.isspace() or ord(letter) < 0x20 for letter in name):
        raise ValueError("The name of a key, or of a log, has no space and no plus sign.")


def _insist_signed(text: str, signature: bytes, key: PublicNoteKey) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, text.encode())
    except InvalidSignature:
        raise BadNote("The signature does not belong to this text.") from None


def _signature_in(line: str) -> tuple[str, bytes, bytes]:
    found = _SIGNATURE.fullmatch(line)
    if found is None:
        raise BadNote("A line under the note is no signature.")
    try:
        _insist_name(found["name"])
        decoded = _decoded(found["signature"])
    except ValueError:
        raise BadNote("A line under the note is no signature.") from None
    if len(decoded) <= _ID_LENGTH:
        raise BadNote("A signature under the note is too short.")
    return found["name"], decoded[:_ID_LENGTH], decoded[_ID_LENGTH:]


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    """Strict base64: the one spelling of these bytes, or ValueError."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if _encoded(data) != text:
        raise ValueError("base64 spelt in another way")
    return data
