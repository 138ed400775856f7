"""The keys, four levels deep, and short texts sealed under them.

An exhibit's key is wrapped by its case's key, that by its school's, and that by the installation's master key, which
is a file outside the database and outside the backups (evidence.md 3.4, reliability.md 5.2). Whatever is wrapped or
sealed says in the clear which key it needs, and is bound to its place: moved to another row, case or school, or put
back in an older version, it does not open.

    wrapped key   "FTwk" 1  id of the wrapping key (16)  nonce (12)  AES-256-GCM(id of the key ‖ secret), with tag
    sealed text   "FTtx" 1  id of the key (16)           nonce (12)  AES-256-GCM(UTF-8), with tag
"""

import json
import secrets
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from forethought.core.key_file import BadKeyFile, length_of, line_for, read_parts
from forethought.evidence.disk import Disk, make_folders, write_all

ID_LENGTH = 16
SECRET_LENGTH = 32
NONCE_LENGTH = 12
TAG_LENGTH = 16
VERSION = 1

WRAPPED_KEY = b"FTwk"
SEALED_TEXT = b"FTtx"
SEALED_STREAM = b"FTst"
#: Formats, where they differ from the first: streams have a nonce of its own in each piece (docs/decisions/0022).
_FORMATS = {SEALED_STREAM: 2}
_PREFIX = struct.Struct(f">4sB{ID_LENGTH}s")

MASTER_NAME = "forethought-master-key-1"
MASTER_LENGTH = length_of(MASTER_NAME, ID_LENGTH, SECRET_LENGTH)


class BrokenSeal(Exception):
    """What is stored is not what was sealed here: altered, moved, put back, cut short, or meant for another key.

    A fault, never a refusal. `chunk` is the number, from 0, of the part of an exhibit that failed, where one did.
    """

    def __init__(self, sentence: str, chunk: int | None = None) -> None:
        super().__init__(sentence)
        self.chunk = chunk


@dataclass(frozen=True, slots=True)
class Key:
    """One key: an id of 16 bytes that is no secret, and 32 bytes that are, and are never shown."""

    id: bytes
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.id) != ID_LENGTH or len(self.secret) != SECRET_LENGTH:
            raise ValueError(f"A key has an id of {ID_LENGTH} bytes and a secret of {SECRET_LENGTH}.")

    def __reduce__(self) -> NoReturn:
        # Sessions, caches and task queues pickle what they are given.
        raise TypeError("A key is not written anywhere unless it is wrapped.")


@dataclass(frozen=True, slots=True)
class Binding:
    """The place something is sealed for. It opens for this place and no other.

    `what` is the level of a key (“school key”) or the table of a text; `case` is empty above the level of cases;
    `object` is the row; `version` rises when the row's content is replaced.
    """

    what: str
    school: UUID
    case: UUID | None
    object: UUID
    version: int = 1

    def encoded(self) -> bytes:
        """The same bytes for the same place and for no other: each part has a fixed length or says its own."""
        what = self.what.encode()
        case = b"\x00" if self.case is None else b"\x01" + self.case.bytes
        return b"".join(
            (
                struct.pack(">B", len(what)),
                what,
                self.school.bytes,
                case,
                self.object.bytes,
                struct.pack(">I", self.version),
            )
        )


def new_key() -> Key:
    """A fresh random key."""
    return Key(id=secrets.token_bytes(ID_LENGTH), secret=secrets.token_bytes(SECRET_LENGTH))


def wrap(key: Key, *, under: Key, about: Binding) -> bytes:
    """A key sealed under another one: 97 bytes that say which key opens them."""
    return _seal(WRAPPED_KEY, key.id + key.secret, key=under, about=about)


def unwrap(wrapped: bytes, *, under: Key, about: Binding) -> Key:
    """The key inside. Raises BrokenSeal unless it was wrapped under this key, for this place."""
    inside = _open(WRAPPED_KEY, wrapped, key=under, about=about)
    if len(inside) != ID_LENGTH + SECRET_LENGTH:
        raise BrokenSeal("What was wrapped here is not a key.")
    return Key(id=inside[:ID_LENGTH], secret=inside[ID_LENGTH:])


def rewrap(wrapped: bytes, *, old: Key, new: Key, about: Binding) -> bytes:
    """The same key under a new one, for when the key above it is replaced. Raises BrokenSeal as `unwrap` does."""
    return wrap(unwrap(wrapped, under=old, about=about), under=new, about=about)


def sealed_under(sealed: bytes) -> bytes:
    """The id, 16 bytes, of the key that opens a wrapped key, a sealed text or the start of a sealed stream.

    Counting these proves that an old key is no longer needed. Raises BrokenSeal when it is none of the three.
    """
    for magic in (WRAPPED_KEY, SEALED_TEXT, SEALED_STREAM):
        if sealed[:4] == magic:
            return key_id_of(magic, sealed)
    raise BrokenSeal("This was not sealed here: it does not begin as anything that is.")


def seal_text(text: str, *, key: Key, about: Binding) -> bytes:
    """A short text, such as what the reporter says happened, sealed for one row."""
    return _seal(SEALED_TEXT, text.encode(), key=key, about=about)


def open_text(sealed: bytes, *, key: Key, about: Binding) -> str:
    """The text again. Raises BrokenSeal unless it was sealed under this key, for this row and version."""
    return _open(SEALED_TEXT, sealed, key=key, about=about).decode()


def seal_json(value: Any, *, key: Key, about: Binding) -> bytes:
    """Anything that JSON can hold, sealed for one row. Raises TypeError or ValueError for what it cannot."""
    return seal_text(json.dumps(value, ensure_ascii=False, allow_nan=False), key=key, about=about)


def open_json(sealed: bytes, *, key: Key, about: Binding) -> Any:
    """The value again. Raises BrokenSeal as `open_text` does."""
    return json.loads(open_text(sealed, key=key, about=about))


def load_master(path: Path) -> Key:
    """The installation's key from its file.

    Raises BadKeyFile, with the cure, when the file is missing, open to other accounts, or not a whole key. A missing
    key is never made up: everything sealed under the real one would be lost unnoticed (evidence.md 7, case 22).
    """
    key_id, secret = read_parts(
        path,
        name=MASTER_NAME,
        lengths=(ID_LENGTH, SECRET_LENGTH),
        what="master key",
        cure="Put back the copy that is kept apart from the backups; only for a new installation, which has nothing "
        "sealed yet, make a new one.",
    )
    return Key(id=key_id, secret=secret)


def check_of(key: Key) -> str:
    """The end of the line in which a key is kept: 8 hex digits of a hash, by which a slip in copying it is noticed."""
    return line_for(MASTER_NAME, key.id, key.secret).split()[-1]


def make_master(path: Path, *, disk: Disk | None = None) -> Key:
    """Make the installation's key and its file, once, so that it survives a power cut from the moment this returns.

    The file is one line of text, so that it can be kept on paper, with a check against a slip in copying it back.
    Raises BadKeyFile when something is there already, OSError when it cannot be written; then nothing is left.
    """
    disk = disk or Disk()
    key = new_key()
    make_folders(disk, path.parent)
    try:
        fd = disk.create(path)
    except FileExistsError:
        raise BadKeyFile(f"There is already a file at {path}. A master key is never written over.") from None
    try:
        try:
            write_all(disk, fd, line_for(MASTER_NAME, key.id, key.secret).encode())
            disk.sync(fd)
        finally:
            disk.close(fd)
        disk.sync_folder(path.parent)
    except BaseException:
        # Half a key, or one that a power cut may take, must not be found at the next start.
        with suppress(OSError):
            disk.remove(path)
        raise
    return key


def key_id_of(magic: bytes, sealed: bytes) -> bytes:
    """The key id in the clear at the start of something sealed. Raises BrokenSeal for another kind or version."""
    if len(sealed) < _PREFIX.size:
        raise BrokenSeal("This is too short to have been sealed here.")
    found, version, key_id = _PREFIX.unpack_from(sealed)
    if found != magic:
        raise BrokenSeal("This was not sealed here, or was sealed as something else.")
    known = _FORMATS.get(magic, VERSION)
    if version != known:
        raise BrokenSeal(f"This was sealed in format {version}; this program knows format {known}.")
    return bytes(key_id)


def insist_same_key(magic: bytes, sealed: bytes, key: Key) -> None:
    """Raise BrokenSeal, naming both ids, when something sealed needs another key than this."""
    needed = key_id_of(magic, sealed)
    if needed != key.id:
        raise BrokenSeal(f"This needs key {needed.hex()}, and was given key {key.id.hex()}.")


def prefix_for(magic: bytes, key: Key) -> bytes:
    """The first 21 bytes of anything sealed: its kind, its format, the id of its key."""
    return _PREFIX.pack(magic, _FORMATS.get(magic, VERSION), key.id)


def _seal(magic: bytes, content: bytes, *, key: Key, about: Binding) -> bytes:
    prefix = prefix_for(magic, key)
    nonce = secrets.token_bytes(NONCE_LENGTH)
    return prefix + nonce + _cipher(magic, key).encrypt(nonce, content, prefix + about.encoded())


def _open(magic: bytes, sealed: bytes, *, key: Key, about: Binding) -> bytes:
    insist_same_key(magic, sealed, key)
    prefix, rest = sealed[: _PREFIX.size], sealed[_PREFIX.size :]
    if len(rest) < NONCE_LENGTH + TAG_LENGTH:
        raise BrokenSeal("This was cut short after it was sealed.")
    try:
        return _cipher(magic, key).decrypt(rest[:NONCE_LENGTH], rest[NONCE_LENGTH:], prefix + about.encoded())
    except InvalidTag:
        raise BrokenSeal(
            f"This does not open as {about.what} version {about.version}: it was altered, or belongs elsewhere."
        ) from None


def _cipher(magic: bytes, key: Key) -> AESGCM:
    # One key, one purpose (NIST SP 800-57 part 1, 5.2): a case's key both wraps keys and seals texts, so each use
    # gets its own key out of it. The secret is random already, so expanding is enough (RFC 5869, 3.3).
    return AESGCM(HKDFExpand(SHA256(), SECRET_LENGTH, b"forethought " + magic).derive(key.secret))
