"""Files from a form, sealed as they arrive: nothing of them touches the disk in the clear.

Django's own handlers spool a file above 2.5 MB into the temporary folder, where it stays after a crash (reliability.md
F9). This one passes each piece through the sealer into the vault, and holds at most a few mebibytes of it.
"""

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.core.files.uploadhandler import FileUploadHandler
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser

from forethought.core.errors import Refused
from forethought.evidence.gate import FILES_A_BATCH
from forethought.evidence.keys import Binding, Key, new_key, wrap
from forethought.evidence.kinds import HEAD_LENGTH, Kind, kind_of
from forethought.evidence.store import Incoming, Kept, Store, StoreAway, StoreFull, TooLarge

MIB = 1024 * 1024
# What the other fields and the lines between the parts may add to the files of one batch.
_BESIDES = MIB
# How much of a refused body is still read. A browser that is cut off in the middle of sending shows “connection
# reset” in place of the sentence; beyond this the sentence is not worth the time.
_DRAIN = 64 * MIB
_MOST_SHOWN = 200
_SHOWN_END = 40
_MOST_MARKS = 4


class TooManyFiles(Refused):
    """More files came than one batch holds. None of them was kept."""


class CutOff(Refused):
    """The body ended before it was whole. None of its files was kept."""

    def __init__(self) -> None:
        super().__init__("The connection broke before all files had arrived. None was kept; please send them again.")


@dataclass(frozen=True, slots=True)
class SealedUpload:
    """One file of a form, already sealed and lasting; the form's FileField takes it. It has no content to read.

    `exhibit` is the id that the exhibit's row must take, for the seals are bound to it. `raw_name` is what the client
    called the file, untouched; show `shown_name`. `claimed_type` is the client's word, and decides nothing.
    """

    exhibit: UUID
    kept: Kept
    wrapped_key: bytes
    kind: Kind
    raw_name: str
    claimed_type: str

    @property
    def shown_name(self) -> str:
        """The name, safe to show."""
        return display_name(self.raw_name)

    name = shown_name

    @property
    def size(self) -> int:
        """Bytes of content."""
        return self.kept.size

    @property
    def content_type(self) -> str:
        """The media type that we found, not the one we were told."""
        return self.kind.media_type

    def close(self) -> None:
        """Nothing is open. Django asks at the end of every request."""


def exhibit_key_binding(*, school: UUID, case: UUID, exhibit: UUID) -> Binding:
    """What an exhibit's wrapped key is bound to."""
    return Binding("exhibit key", school, case, exhibit)


def exhibit_binding(*, school: UUID, case: UUID, exhibit: UUID) -> Binding:
    """What an exhibit's sealed content is bound to, besides the name of its object."""
    return Binding("exhibit", school, case, exhibit)


class Intake(FileUploadHandler):
    """The one upload handler for exhibits: all files of a request are kept, or none. Policy 7.3, 7.4.

    Install it before anything reads the request's POST or FILES, and after the gate has been asked. Reading FILES then
    raises TooLarge, TooManyFiles, StoreFull or CutOff, with nothing left behind.
    """

    # Django's parser reads the body in pieces of this size and copies each a few times. At 256 KiB they stay in the
    # processor's cache: 256 MiB took 0.52 s, with 64 KiB 0.54, with 1 MiB 1.16 (0.40 for hashing and sealing alone).
    chunk_size = 256 * 1024

    def __init__(
        self,
        request: HttpRequest,
        *,
        vault: Store,
        case_key: Key,
        school: UUID,
        case: UUID,
        file_ceiling: int,
        batch_ceiling: int | None = None,
        most_files: int = FILES_A_BATCH,
    ) -> None:
        """Ceilings in bytes: for one file, and for all files of the request together."""
        super().__init__(request)
        if isinstance(request, ASGIRequest):
            # Django's ASGI handler writes a large body to the temporary folder before any of our code runs.
            raise TypeError("Exhibits are taken over WSGI only.")
        self._vault = vault
        self._case_key = case_key
        self._school = school
        self._case = case
        self._file_ceiling = file_ceiling
        self._batch_ceiling = most_files * file_ceiling if batch_ceiling is None else batch_ceiling
        self._most_files = most_files
        self._parsing = False
        self._broken_off = False
        self._count = 0
        self._incoming: Incoming | None = None
        self._key = new_key()
        self._exhibit = uuid4()
        self._head = b""
        self._kept: list[Kept] = []
        self.raw_name = ""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        """Run Django's parser here, where every way it can end is seen: it tells a handler of only some of them."""
        if self._parsing:
            return None
        self._parsing = True
        body = _Counted(input_data)
        try:
            self._insist_on_room(content_length)
            fields, files = _Parser(META, body, self, encoding).parse()
            # A body that ends early between two parts looks whole to the parser.
            if self._broken_off or self._incoming is not None or body.count < content_length:
                raise CutOff
            return fields, files
        except BaseException as error:
            self.discard()
            if isinstance(error, Refused) and not isinstance(error, CutOff):
                body.drain(_DRAIN)
            raise

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """Start the next file, with an id and a key of its own."""
        super().new_file(field_name, file_name, *args, **kwargs)
        self._count += 1
        if self._count > self._most_files:
            raise TooManyFiles(f"At most {self._most_files} files can be sent at a time. None of these was kept.")
        self._exhibit = uuid4()
        self._key = new_key()
        self._head = b""
        about = exhibit_binding(school=self._school, case=self._case, exhibit=self._exhibit)
        self._incoming = self._vault.begin(key=self._key, about=about, ceiling=self._file_ceiling)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Seal the next bytes. Returning nothing keeps them from any other handler."""
        if len(self._head) < HEAD_LENGTH:
            self._head += raw_data[: HEAD_LENGTH - len(self._head)]
        self._current().write(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload:  # type: ignore[override]
        """Make the file last, and wrap its key."""
        kept = self._current().keep()
        self._incoming = None
        self._kept.append(kept)
        about = exhibit_key_binding(school=self._school, case=self._case, exhibit=self._exhibit)
        return SealedUpload(
            exhibit=self._exhibit,
            kept=kept,
            wrapped_key=wrap(self._key, under=self._case_key, about=about),
            kind=kind_of(self._head, self.raw_name),
            raw_name=self.raw_name,
            claimed_type=self.content_type or "",
        )

    def upload_interrupted(self) -> None:
        """The last file has no end."""
        self._broken_off = True

    def discard(self) -> None:
        """Take away everything this request brought. For a refusal before any row names it; never after."""
        if self._incoming is not None:
            self._incoming.abandon()
            self._incoming = None
        for kept in self._kept:
            # What cannot be removed now is an object that no row names, and the sweep reports those.
            with suppress(OSError, StoreAway):
                self._vault.remove(kept.object_name)
        self._kept.clear()

    def _current(self) -> Incoming:
        if self._incoming is None:
            raise RuntimeError("Bytes came outside any file.")
        return self._incoming

    def _insist_on_room(self, content_length: int) -> None:
        if content_length > self._batch_ceiling + _BESIDES:
            raise TooLarge("These files are too large to send together. None was kept.")
        if not self._vault.has_room(content_length):
            raise StoreFull


class _Readable(Protocol):
    def read(self, size: int) -> bytes: ...


class _Counted:
    """The body of the request, and how much of it has come."""

    def __init__(self, body: _Readable) -> None:
        self._body = body
        self.count = 0

    def read(self, size: int) -> bytes:
        data = self._body.read(size)
        self.count += len(data)
        return data

    def drain(self, most: int) -> None:
        """Read on, up to a limit, and forget. A connection that breaks meanwhile changes nothing."""
        with suppress(OSError):
            while most > 0 and (data := self.read(64 * 1024)):
                most -= len(data)


class _Parser(MultiPartParser):
    """Django's parser, which throws away the client's name for a file, and a file whose name it would not like."""

    def __init__(self, META: Mapping[str, Any], body: Any, intake: Intake, encoding: str | None) -> None:
        super().__init__(META, body, [intake], encoding)
        self._intake = intake

    def sanitize_file_name(self, file_name: str) -> str:
        self._intake.raw_name = file_name
        return super().sanitize_file_name(file_name) or "unnamed"


def display_name(raw: str) -> str:
    """A file's name as it may be shown: one line of at most 200 characters, without folders, hiding nothing.

    Whatever steers the text or cannot be seen is written out, so that a name that would read backwards is seen for
    what it is. The end is kept, because the end says what a file is. (reliability.md 7, case 5; evidence.md 7, case 12)
    """
    name = re.split(r"[/\\]", raw)[-1]
    pieces: list[str] = []
    marks = 0
    for place, character in enumerate(name):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if _shown_as_it_is(character, name[place - 1] if place else "") and marks <= _MOST_MARKS:
            pieces.append(character)
        elif unicodedata.category(character) == "Zs":
            # A run of spaces could push the true ending out of sight. Telephones put unusual ones into names.
            if pieces and pieces[-1] != " ":
                pieces.append(" ")
        else:
            pieces.append(f"\\u{ord(character):04x}")
    shown = "".join(pieces).strip()
    if shown in {"", ".", ".."}:
        return "unnamed file"
    if len(shown) <= _MOST_SHOWN:
        return shown
    return shown[: _MOST_SHOWN - _SHOWN_END - 1] + "…" + shown[-_SHOWN_END:]


def _shown_as_it_is(character: str, before: str) -> bool:
    if character == "\u200d":
        # Between two pictures it makes them one, as in a family; anywhere else it hides.
        return bool(before) and unicodedata.category(before) in {"So", "Sk", "Mn"}
    return unicodedata.category(character)[0] not in "CZ"
