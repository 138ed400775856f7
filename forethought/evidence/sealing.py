"""Sealing an exhibit as it streams by, and opening it again, whole or in part.

The STREAM construction over AES-256-GCM: pieces of 1 MiB, each under its own nonce of seven random bytes, the piece's
number and a flag on the last. So a piece cannot be altered, moved, dropped, repeated or added, and the end cannot be
cut off; and a byte may be trusted as soon as its piece opens (evidence.md 3.4). Each object has a key of its own.

The random bytes are drawn for each piece, because a piece of an upload that broke off may be sealed a second time, and
one nonce must never serve twice (docs/decisions/0022). The mark, random too, ties the pieces to this one sealing.

    "FTst" 2  id of the key (16)  name of the object (16)  mark (7)
    then the pieces:  random bytes of the nonce (7)  up to 1 MiB, sealed  tag (16)
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forethought.evidence.keys import (
    SEALED_STREAM,
    TAG_LENGTH,
    Binding,
    BrokenSeal,
    Key,
    insist_same_key,
    prefix_for,
)

CHUNK = 1024 * 1024
NAME_LENGTH = 16
_MARK_LENGTH = 7
_RANDOM_LENGTH = 7
_COUNTER_LENGTH = 4
MOST_CHUNKS = 2 ** (8 * _COUNTER_LENGTH)
_NAME_AT = 4 + 1 + 16
HEADER_LENGTH = _NAME_AT + NAME_LENGTH + _MARK_LENGTH
#: What sealing adds to each piece.
_AROUND = _RANDOM_LENGTH + TAG_LENGTH
_SEALED_CHUNK = CHUNK + _AROUND

# Buffers are used again, for the next piece and the next object: getting memory of this size from the system and giving
# it back was measured at 2.4 ms for a file of 1 MiB, of which hashing and sealing take 1.0.
_MOST_SPARE = 4
_spare: list[tuple[bytearray, bytearray]] = []


def sealed_size(size: int) -> int:
    """How many bytes a content of this size takes once sealed."""
    return HEADER_LENGTH + size + _AROUND * chunks_in(size)


def chunks_in(size: int) -> int:
    """How many pieces a content of this size makes: one at the least, empty or not."""
    return max(1, -(-size // CHUNK))


def new_header(key: Key, object_name: str) -> bytes:
    """The start of a new object. Raises ValueError for a name that is none."""
    return prefix_for(SEALED_STREAM, key) + _name_bytes(object_name) + secrets.token_bytes(_MARK_LENGTH)


class Pieces:
    """Seals and opens the pieces of one object, given its header: in any order, each as often as need be."""

    def __init__(self, header: bytes, key: Key, about: Binding, *, object_name: str) -> None:
        """Raises BrokenSeal when this is the header of another object, or needs another key."""
        if len(header) < HEADER_LENGTH:
            raise BrokenSeal("The stored object is shorter than its own header.")
        insist_same_key(SEALED_STREAM, header, key)
        if header[_NAME_AT : _NAME_AT + NAME_LENGTH] != _name_bytes(object_name):
            raise BrokenSeal(f"The file stored as {object_name} is another object.")
        self._bound = header + about.encoded()
        self._cipher = AESGCM(key.secret)

    def seal_into(self, number: int, content: memoryview, sealed: memoryview, *, last: bool) -> memoryview:
        """Seal one piece into a buffer with `sealed_piece` bytes of room, and give the part of it that was filled."""
        if number >= MOST_CHUNKS:
            raise OverflowError("No object is sealed in more than 2^32 pieces: its pieces could not be told apart.")
        chance = secrets.token_bytes(_RANDOM_LENGTH)
        filled = sealed[: len(content) + _AROUND]
        filled[:_RANDOM_LENGTH] = chance
        self._cipher.encrypt_into(_nonce(chance, number, last=last), content, self._bound, filled[_RANDOM_LENGTH:])
        return filled

    def open(self, number: int, sealed: bytes, *, of: int) -> bytes:
        """One piece, verified, of so many. Raises BrokenSeal with its number."""
        view = memoryview(sealed)
        try:
            if len(view) < _AROUND:
                raise InvalidTag
            nonce = _nonce(bytes(view[:_RANDOM_LENGTH]), number, last=number == of - 1)
            return self._cipher.decrypt(nonce, view[_RANDOM_LENGTH:], self._bound)
        except InvalidTag:
            raise BrokenSeal(
                f"Piece {number + 1} of {of} does not open: the stored object was altered, or belongs elsewhere.",
                chunk=number,
            ) from None


def sealed_piece(length: int) -> int:
    """How many bytes a piece of this length takes once sealed."""
    return length + _AROUND


def piece_at(number: int) -> int:
    """Where a piece begins in the stored object."""
    return HEADER_LENGTH + number * _SEALED_CHUNK


class Sealer:
    """Seals one object, pushed through in pieces of any size, and holds at most 1 MiB of it.

    It also counts and hashes what it was given, in the clear: `size` in bytes, and `sha256` once finished.
    """

    def __init__(self, key: Key, about: Binding, *, object_name: str, out: Callable[[memoryview], object]) -> None:
        """`object_name` is the vault's, 32 hex digits; it goes into the header and is bound with the rest.

        `out` is given the sealed bytes as they come to be. It must be done with them when it returns.
        """
        self._header = new_header(key, object_name)
        self._pieces = Pieces(self._header, key, about, object_name=object_name)
        self._hash = hashlib.sha256()
        self._out = out
        self._held, self._sealed = buffers()
        self._whole: memoryview | None = None
        self._filled = 0
        self._sealed_chunks = 0
        self._finished = False
        self.size = 0

    @property
    def sha256(self) -> bytes:
        """The hash, 32 bytes, of all that was sealed. Policy 7.3."""
        if not self._finished:
            raise RuntimeError("There is no hash before the last piece is sealed.")
        return self._hash.digest()

    def update(self, data: bytes) -> None:
        """Take the next bytes. A full piece waits until more comes, or the end, for the last one is marked."""
        if self._finished:
            raise RuntimeError("Nothing can be added after the last piece is sealed.")
        self._hash.update(data)
        self.size += len(data)
        view = memoryview(data)
        while view:
            if self._filled == CHUNK:
                self._seal(last=False)
            if not self._filled and len(view) >= CHUNK and view.readonly:
                # A whole piece that nobody can change is kept where it is, and not copied.
                self._whole, self._filled, view = view[:CHUNK], CHUNK, view[CHUNK:]
                continue
            taken = min(CHUNK - self._filled, len(view))
            self._held[self._filled : self._filled + taken] = view[:taken]
            self._filled += taken
            view = view[taken:]

    def finish(self) -> None:
        """Seal the rest, marked as the last piece. An empty content has one empty piece."""
        if self._finished:
            raise RuntimeError("The last piece is sealed already.")
        self._seal(last=True)
        self._finished = True
        give_back(self._held, self._sealed)

    def _seal(self, *, last: bool) -> None:
        content, room = self._whole, memoryview(self._sealed)
        if content is None:
            content = memoryview(self._held)[: self._filled]
        self._whole = None
        sealed = self._pieces.seal_into(self._sealed_chunks, content, room, last=last)
        if not self._sealed_chunks:
            self._out(memoryview(self._header))
        self._sealed_chunks += 1
        self._filled = 0
        self._out(sealed)


class Opener:
    """Opens one sealed object from a file that can be read at any place.

    Every byte it gives has been verified. Raises BrokenSeal, with the number of the piece, for the first that fails;
    the other pieces can still be read.
    """

    def __init__(self, file: BinaryIO, *, key: Key, about: Binding, object_name: str) -> None:
        """Reads the header. Raises BrokenSeal when the file is another object, or needs another key."""
        self._file = file
        stored = file.seek(0, os.SEEK_END)
        file.seek(0)
        self._pieces = Pieces(file.read(HEADER_LENGTH), key, about, object_name=object_name)
        body = stored - HEADER_LENGTH
        self._chunks = max(1, -(-body // _SEALED_CHUNK))
        self._last_length = body - (self._chunks - 1) * _SEALED_CHUNK
        if self._last_length < _AROUND:
            raise BrokenSeal("The stored object was cut short.", chunk=self._chunks - 1)
        self.size = body - self._chunks * _AROUND

    def chunks(self) -> Iterator[bytes]:
        """The content from the beginning, a verified piece of at most 1 MiB at a time."""
        for number in range(self._chunks):
            yield self._open(number)

    def read_range(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to and without `stop`, a verified piece at a time; less when the object ends first.

        That it ends there is verified too, so a shortened file cannot pass for a short one. Raises ValueError for a
        range that runs backwards or begins before the beginning.
        """
        if not 0 <= start <= stop:
            raise ValueError(f"There is no range from {start} to {stop}.")
        if stop > self.size:
            self._open(self._chunks - 1)
            stop = self.size
        while start < stop:
            number, skipped = divmod(start, CHUNK)
            piece = self._open(number)[skipped : skipped + stop - start]
            yield piece
            start += len(piece)

    def _open(self, number: int) -> bytes:
        last = number == self._chunks - 1
        self._file.seek(piece_at(number))
        sealed = self._file.read(self._last_length if last else _SEALED_CHUNK)
        return self._pieces.open(number, sealed, of=self._chunks)


def buffers() -> tuple[bytearray, bytearray]:
    """Room for a piece in the clear and for the same piece sealed. Give it back when done."""
    try:
        return _spare.pop()
    except IndexError:
        return bytearray(CHUNK), bytearray(_SEALED_CHUNK)


def give_back(held: bytearray, sealed: bytearray) -> None:
    """Keep some room for the next object."""
    if len(_spare) < _MOST_SPARE:
        _spare.append((held, sealed))


def _nonce(chance: bytes, number: int, *, last: bool) -> bytes:
    return chance + number.to_bytes(_COUNTER_LENGTH, "big") + (b"\x01" if last else b"\x00")


def _name_bytes(object_name: str) -> bytes:
    name = bytes.fromhex(object_name)
    if len(name) != NAME_LENGTH or name.hex() != object_name:
        raise ValueError("An object's name is 32 hex digits in lower case.")
    return name
