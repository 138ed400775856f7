"""The record of one capture: what was sent and received, as WARC 1.1 in memory, and what was refused, apart from it.

Only what a site really said becomes a record. What the way out says itself, a refusal or that nobody answers, stands in
a list of its own, so that nobody takes it for the site's answer (evidence.md 3.1, case 43).
"""

import hashlib
import json
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from forethought.capture.bounds import MIB, Limits
from forethought.capture.dialling import Line

Headers = Sequence[tuple[bytes, bytes]]


#: How a body may be packed: what can be measured while it passes. Nothing else is asked for.
PACKED = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})


class Enough(Exception):
    """A limit was reached. `code` is what WARC calls it: length or time; the message says which in words."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Refusal:
    """One request that was not passed on, or got no answer: its address or host, a code, and the sentence."""

    address: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one answer lies in the WARC: offset and length in bytes, its address, method, and when it began (UTC)."""

    address: str
    method: str
    status: int
    media: str
    digest: str
    offset: int
    length: int
    began: str
    asked: bytes


class Recorder:
    """Takes down one capture. Used by all threads of its proxy."""

    def __init__(self, limits: Limits, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.limits = limits
        self._now = now
        self.began_at = now()
        self._until = time.monotonic() + limits.seconds
        self._lock = threading.Lock()
        self._file: BinaryIO = os.fdopen(os.memfd_create("warc"), "w+b")
        self._writer = WARCWriter(self._file, gzip=True, warc_version="WARC/1.1")
        self._taken = self._unpacked = 0
        self._begun = 0
        self.in_flight = 0
        self.changed = time.monotonic()
        self.entries: list[Entry] = []
        self.lines: list[Line] = []
        self.refused: list[Refusal] = []
        self.own_calls: list[str] = []
        self.cut: list[Refusal] = []
        self._closed = False
        self._write("warcinfo", None, _fields({"software": "Forethought", "format": "WARC File Format 1.1"}), {})

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self._until - time.monotonic()

    def quiet_for(self) -> float:
        """Seconds since anything was last under way; 0 while something is."""
        with self._lock:
            return 0.0 if self.in_flight else time.monotonic() - self.changed

    def begin(self, address: str, method: str, line: Line, head: bytes) -> "Exchange":
        """Begin to take down one request and its answer. Raises Enough when there were too many."""
        with self._lock:
            self._begun += 1
            if self._begun > self.limits.answers:
                raise Enough("length", "The page asked for more parts than one capture takes.")
        return Exchange(self, address, method, line, head, self.stamp())

    def stamp(self) -> str:
        """The time now as a WARC says it: UTC, to the millisecond."""
        return self._now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def count(self, size: int) -> None:
        """Count bytes that came in. Raises Enough above the limit, and once the time is over."""
        with self._lock:
            self._taken += size
            if self._taken > self.limits.all_bytes:
                raise Enough("length", "The page is larger than one capture takes.")
        if self.left <= 0:
            raise Enough("time", "The time for one capture was over.")

    def count_unpacked(self, size: int) -> None:
        """Count bytes as they are once unpacked. Raises Enough above the limit: a small file can be a huge page."""
        with self._lock:
            self._unpacked += size
            if self._unpacked > self.limits.unpacked:
                raise Enough("length", "The page unpacks to more than one capture takes.")

    def busy(self, change: int) -> None:
        """One more request is under way, or one fewer."""
        with self._lock:
            self.in_flight += change
            self.changed = time.monotonic()

    def connected(self, line: Line) -> None:
        """Note a connection to a site."""
        with self._lock:
            self.lines.append(line)

    def refuse(self, address: str, code: str, sentence: str) -> None:
        """Note what was not passed on, or got no answer. At most ten thousand are listed."""
        with self._lock:
            if len(self.refused) < 10_000:
                self.refused.append(Refusal(address[:2000], code, sentence))

    def called_home(self, host: str) -> None:
        """Note that the browser wanted to call its maker. Not evidence, so it is listed apart."""
        with self._lock:
            if host not in self.own_calls:
                self.own_calls.append(host)

    def keep(self, exchange: "Exchange", truncated: str) -> None:
        """Write one request and its answer down."""
        with self._lock:
            if self._closed:
                return
            more = {"WARC-Date": exchange.began, "WARC-IP-Address": exchange.line.dialled}
            cut = {"WARC-Truncated": truncated} if truncated else {}
            offset = self._file.tell()
            answer = self._write("response", exchange.address, exchange.body, more | cut, exchange.answer_head())
            length = self._file.tell() - offset
            more["WARC-Concurrent-To"] = answer[0]
            self._write("request", exchange.address, exchange.asked, more, _request_head(exchange.head))
            exchange.asked.seek(0)
            self.entries.append(
                Entry(
                    exchange.address, exchange.method, exchange.status, exchange.media, answer[1], offset, length,
                    exchange.began, exchange.asked.read(MIB),
                )
            )  # fmt: skip

    def body_of(self, entry: Entry, most: int) -> bytes:
        """The body of one answer that was taken down, unpacked; empty where it is longer than `most` bytes."""
        with self._lock:
            place = self._file.tell()
            self._file.seek(entry.offset)
            packed = self._file.read(entry.length)
            self._file.seek(place)
        record = next(iter(ArchiveIterator(BytesIO(packed))))
        body: bytes = record.content_stream().read(most + 1)
        return body if len(body) <= most else b""

    def close(self, about: dict[str, Any]) -> BinaryIO:
        """End the record with what is known of the visit, and give the whole WARC, to be read from its beginning."""
        with self._lock:
            self._closed = True
            body = BytesIO(json.dumps(about, indent=1, ensure_ascii=False).encode())
            self._write("metadata", "urn:forethought:capture", body, {"Content-Type": "application/json"})
            self._file.seek(0)
            return self._file

    def facts(self) -> dict[str, Any]:
        """Connections and refusals, as they stand in the record."""
        with self._lock:
            return {
                "connections": [line.as_facts() for line in self.lines],
                "refused": [_as_fact(one) for one in self.refused],
                "cut_off": [_as_fact(one) for one in self.cut],
                "browser_called_home": list(self.own_calls),
            }

    def _write(
        self,
        kind: str,
        address: str | None,
        body: BinaryIO,
        more: dict[str, str],
        head: StatusAndHeaders | None = None,
    ) -> tuple[str, str]:
        """One record, its id and the digest of its payload. Digests are ours: the library would copy to a disk."""
        payload, block = hashlib.sha256(), hashlib.sha256()
        if head is not None:
            head.compute_headers_buffer(None)
            block.update(head.headers_buff)
        body.seek(0)
        size = 0
        while piece := body.read(MIB):
            payload.update(piece)
            block.update(piece)
            size += len(piece)
        body.seek(0)
        record = self._writer.create_warc_record(
            address,
            kind,
            payload=body,
            length=size,
            http_headers=head,
            warc_content_type=more.get("Content-Type", ""),
            warc_headers_dict={
                "WARC-Date": self.stamp(),
                **more,
                "WARC-Block-Digest": f"sha256:{block.hexdigest()}",
                "WARC-Payload-Digest": f"sha256:{payload.hexdigest()}",
            },
        )
        self._writer.write_record(record)
        return record.rec_headers.get_header("WARC-Record-ID"), f"sha256:{payload.hexdigest()}"


class Exchange:
    """One request and what came back, while it comes. Its bodies lie in files that exist in memory alone."""

    def __init__(self, recorder: Recorder, address: str, method: str, line: Line, head: bytes, began: str) -> None:
        self._recorder = recorder
        self.address, self.method, self.line, self.head, self.began = address, method, line, head, began
        self.status = 0
        self.media = ""
        self._reason = b""
        self._headers: Headers = ()
        self._size = 0
        self._unpacking: Any = None
        self.asked: BinaryIO = os.fdopen(os.memfd_create("request"), "w+b")
        self.body: BinaryIO = os.fdopen(os.memfd_create("answer"), "w+b")
        recorder.busy(1)

    def ask(self, piece: bytes) -> None:
        """The next bytes of what the browser sends."""
        self._recorder.count(len(piece))
        self.asked.write(piece)

    def answered(self, status: int, reason: bytes, headers: Headers) -> None:
        """The head of the site's answer, as it came."""
        self.status, self._reason, self._headers = status, reason, tuple(headers)
        for name, value in headers:
            if name.lower() == b"content-type":
                self.media = value.split(b";")[0].strip().lower().decode("ascii", "replace")[:100]
            if name.lower() == b"content-encoding":
                packed = value.strip().lower().decode("ascii", "replace")
                if packed not in PACKED:
                    raise Enough("unspecified", "A part was packed in a way that nobody asked for.")
                if packed.endswith(("gzip", "deflate")):
                    # 47: gzip or zlib, whichever it turns out to be.
                    self._unpacking = zlib.decompressobj(47)

    def take(self, piece: bytes) -> None:
        """The next bytes of the site's body. Raises Enough."""
        self._size += len(piece)
        if self._size > self._recorder.limits.one_body:
            raise Enough("length", "One part of the page is larger than a capture takes.")
        self._recorder.count(len(piece))
        self._measure(piece)
        self.body.write(piece)

    def _measure(self, piece: bytes) -> None:
        """Unpack as far as is needed to count, a mebibyte at a time, and throw it away."""
        if self._unpacking is None:
            self._recorder.count_unpacked(len(piece))
            return
        try:
            while piece and not self._unpacking.eof:
                self._recorder.count_unpacked(len(self._unpacking.decompress(piece, MIB)))
                piece = self._unpacking.unconsumed_tail
        except zlib.error:
            # It is not what it says. The browser will make of it what it can; we took it down as it came.
            self._unpacking = None

    def keep(self, *, truncated: str = "", why: str = "") -> None:
        """Take it down. `truncated`, where the body did not come whole: length, time, disconnect or unspecified."""
        if truncated:
            self._recorder.cut.append(Refusal(self.address[:2000], truncated, why))
        self._recorder.keep(self, truncated)

    def end(self) -> None:
        """Let go of it, kept or not."""
        for file in (self.asked, self.body):
            with suppress(OSError):
                file.close()
        self._recorder.busy(-1)

    def answer_head(self) -> StatusAndHeaders:
        """As it came; but a body is kept without its chunks, so the header that speaks of them has another name."""
        pairs = [(_text(name), _text(value)) for name, value in self._headers]
        pairs = [(f"X-Archive-Orig-{n}" if n.lower() == "transfer-encoding" else n, v) for n, v in pairs]
        return StatusAndHeaders(f"{self.status} {_text(self._reason)}".strip(), pairs, protocol="HTTP/1.1")


def _request_head(head: bytes) -> StatusAndHeaders:
    first, *rest = head.decode("latin-1").split("\r\n")
    parted = [line.partition(":") for line in rest if line]
    pairs = [(name, value.strip()) for name, _, value in parted]
    return StatusAndHeaders(first, pairs, is_http_request=True)


def _fields(pairs: dict[str, str]) -> BinaryIO:
    return BytesIO("".join(f"{name}: {value}\r\n" for name, value in pairs.items()).encode())


def _as_fact(one: Refusal) -> dict[str, str]:
    return {"address": one.address, "code": one.code, "why": one.sentence}


def _text(value: bytes) -> str:
    return bytes(value).decode("latin-1")


def pieces_of(file: BinaryIO) -> Iterable[bytes]:
    """A file from its beginning, a mebibyte at a time."""
    file.seek(0)
    while piece := file.read(MIB):
        yield piece
