"""What every place for sealed exhibits can do, whether it is a folder (vault.py) or a bucket (bucket_vault.py).

Only sealed bytes go in, because the one door in seals them. The order is the same everywhere: the bytes, then that they
are durable, then the row that names them (reliability.md F2, 5.1). Names are random: equal files look unrelated, and
nothing can be learnt from a listing but sizes and times.
"""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self
from uuid import UUID

from forethought.core.errors import Refused
from forethought.evidence.disk import FULL, Disk
from forethought.evidence.keys import Binding, Key
from forethought.evidence.sealing import Sealer

NAME = re.compile(r"[0-9a-f]{32}")
#: How the file of something on its way ends.
PART = ".part"
# Names a query asks about at once; SQLite's older builds take 999 values.
ASK = 500

#: Given up to `ASK` names, those that rows hold.
Referenced = Callable[[list[str]], Collection[str]]


class TooLarge(Refused):
    """The file is larger than one exhibit may be. Nothing of it was kept."""


class StoreFull(Refused):
    """There is no room for exhibits. Nothing of this one was kept; written reports are still taken."""

    def __init__(self) -> None:
        super().__init__(
            "There is no room for files at the moment, so this one was not kept. Keep it where it is. "
            "You can still send your report without it."
        )


class StoreAway(Refused):
    """The place for files cannot be reached. Nothing is lost, and nothing new was kept."""

    def __init__(self) -> None:
        super().__init__(
            "The place where files are kept cannot be reached at the moment. Nothing in it is lost, and nothing new "
            "was kept. Keep your file where it is, and try again in some minutes. You can still send a report "
            "without it."
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """One object in the store: its name, SHA-256 (32 bytes) and size of the content, and size as stored, in bytes."""

    object_name: str
    sha256: bytes
    size: int
    stored_size: int


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did and found.

    `removed` things half sent that a crash had left, `freed` bytes with them; `orphans`, objects that no row names
    (never adopted, never removed here); `strangers`, files that the vault did not make.
    """

    removed: int
    freed: int
    orphans: tuple[str, ...]
    strangers: tuple[str, ...]

    def __add__(self, other: "Swept") -> "Swept":
        """What two sweeps did together."""
        return Swept(
            self.removed + other.removed,
            self.freed + other.freed,
            self.orphans + other.orphans,
            self.strangers + other.strangers,
        )


class Store(Protocol):
    """A place for sealed exhibits. Each method may raise StoreAway where the place is not on this machine."""

    disk: Disk
    #: The folder on this machine where what comes in pieces lies, sealed, until it is whole (docs/decisions/0044).
    incoming: Path

    def of(self, school: UUID) -> "Store":
        """The part of it that holds one school's objects."""

    def has_room(self, size: int = 0) -> bool:
        """Whether this many bytes more may be kept."""

    def has_room_to_wait(self, size: int = 0) -> bool:
        """Whether this many bytes more may lie on this machine until they are whole."""

    def begin(self, *, key: Key, about: Binding, ceiling: int) -> "Incoming":
        """Start an exhibit of at most `ceiling` bytes, sealed under its own key. Raises StoreFull without room.

        Use it in a `with`, which leaves nothing behind unless `keep()` was reached.
        """

    def adopt(self, object_name: str) -> None:
        """Take over what lies whole, sealed and synced in `incoming`. Durable once `confirm` returns as well.

        Raises FileNotFoundError when it is not there. After StoreAway it still lies there.
        """

    def confirm(self, object_name: str) -> None:
        """Return once an object that was adopted would survive a power cut."""

    def open(self, object_name: str) -> BinaryIO:
        """The sealed bytes of an object, for an Opener. Raises FileNotFoundError when it is not here."""

    def holds(self, object_name: str) -> bool:
        """Whether an object is here."""

    def put_file(self, object_name: str, file: BinaryIO) -> None:
        """Keep sealed bytes that lay elsewhere under this name. Durable once this returns."""

    def names(self) -> Iterator[str]:
        """The names of all objects that are here, in no order."""

    def returning(self, object_name: str) -> AbstractContextManager[BinaryIO]:
        """A file for the sealed bytes of an object that was here before and comes back, from a backup.

        Once the block has ended without an error it lasts as every other; after one, nothing is left.
        """

    def remove(self, object_name: str) -> bool:
        """Take an object away for good, and say whether it was here. Lasting once this returns."""

    def sweep(self, *, older_than: datetime, referenced: Referenced) -> Swept:
        """Clear up after crashes, and report objects that no row names.

        Nothing touched since `older_than` counts: give at least 24 hours, so that an upload under way, or kept but not
        yet committed, is left alone.
        """


class Sink(Protocol):
    """Where the sealed bytes of one object go."""

    def put(self, sealed: memoryview) -> None:
        """Take the next bytes; done with them when this returns. Raises StoreFull or StoreAway."""

    def make_last(self) -> None:
        """Return once the object is here under its name and survives a power cut."""

    def drop(self) -> None:
        """Leave nothing behind, as far as that can be done now; the rest is for the sweep. Raises nothing."""


class Incoming:
    """One exhibit on its way in. Whatever goes wrong, nothing of it stays.

    Give it the content in the clear with `write`; what reaches the store is sealed. End it with `keep` or `abandon`.
    """

    def __init__(self, name: str, sink: Sink, key: Key, about: Binding, ceiling: int) -> None:
        """Only a store's `begin` makes one."""
        self._sink = sink
        self._sealer = Sealer(key, about, object_name=name, out=self._put)
        self._ceiling = ceiling
        self._stored = 0
        self._open = True
        self.object_name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    @property
    def size(self) -> int:
        """How many bytes of content have come so far."""
        return self._sealer.size

    def write(self, content: bytes) -> None:
        """Take the next bytes. Raises TooLarge, StoreFull or StoreAway; then, as after any error, nothing is left."""
        with self._all_or_nothing():
            insist_on_size(self._sealer.size + len(content), self._ceiling)
            self._sealer.update(content)

    def keep(self) -> Kept:
        """Make it last. Once this returns, the object survives a power cut and may be named by a row. Policy 7.3.

        Raises StoreFull, StoreAway, or OSError when the disk will not vouch for it; then nothing is left.
        """
        with self._all_or_nothing():
            self._sealer.finish()
            self._sink.make_last()
            self._open = False
        return Kept(self.object_name, self._sealer.sha256, self._sealer.size, self._stored)

    def abandon(self) -> None:
        """Leave nothing behind. Does nothing once it is kept or abandoned."""
        if self._open:
            self._open = False
            # Whatever went wrong before is what the caller must hear.
            self._sink.drop()

    def _put(self, sealed: memoryview) -> None:
        self._sink.put(sealed)
        self._stored += len(sealed)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        if not self._open:
            raise RuntimeError("This exhibit was kept or abandoned already.")
        try:
            with full_is_a_refusal():
                yield
        except BaseException:
            self.abandon()
            raise


@contextmanager
def full_is_a_refusal() -> Iterator[None]:
    """Say of a full disk that there is no room, whichever call met it."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull from error
        raise


def insist_on_name(object_name: str) -> None:
    """Raise ValueError unless this is an object's name: nothing else is looked up."""
    if not NAME.fullmatch(object_name):
        raise ValueError("An object's name is 32 hex digits in lower case.")


def insist_on_size(size: int, ceiling: int) -> None:
    """Raise TooLarge for more bytes than one exhibit may have."""
    if size > ceiling:
        raise TooLarge(f"This file is larger than {spoken_size(ceiling)}, the most that one exhibit may be.")


def not_in(asked: list[str], known: Collection[str]) -> list[str]:
    """The names that rows do not hold."""
    names = set(known)
    return [name for name in asked if name not in names]


def spoken_size(size: int) -> str:
    """A size as it stands in a sentence: 5 GiB."""
    for unit, length in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= length:
            return f"{size / length:.4g} {unit}"
    return f"{size} bytes"
