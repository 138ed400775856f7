"""What a record says, read out in other processes and by other programs. No database is touched here.

The original's bytes leave the vault only through memory, into a process behind the fence of core/fence.py. Whatever a
file does to that process, the worst that comes of it is the word “unreadable”.
"""

import base64
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from forethought.core import fence
from forethought.core.errors import Refused
from forethought.evidence.mail_keys import KeyAnswer, LookUp, key_name

MIB = 1024 * 1024
START = "import sys; sys.path.append(sys.argv[1]); from forethought.evidence._reader import main; main(sys.argv[2:])"
#: What fits into memory beside everything else. Larger films are read once, as they stream by.
MOST_IN = 256 * MIB
MOST_OUT = 48 * MIB
#: Seconds on the wall. The process itself stops after 40 seconds of work.
LONGEST_WAIT = 90

PICTURES = frozenset({"PNG", "JPEG", "GIF", "WEBP"})
RECORDINGS = frozenset({"MP4", "MOV", "MP3", "M4A", "AMR", "OGG", "WAV"})
READERS = {"EMAIL": "mail", "MSG": "outlook", "TEXT": "text", "CSV": "text", "ZIP": "zip"}
READ = PICTURES | RECORDINGS | frozenset(READERS) | {"HEIC"}

#: The bytes of a record from its beginning, as often as they are asked for.
Source = Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing read out: by which recipe, what, and with which tools. `again`: it should be tried once more later."""

    recipe: str
    content: dict[str, Any]
    tools: str = ""
    again: bool = field(default=False)


def read_out(media: str, source: Source, *, look_up: LookUp, at: datetime, only: str = "") -> list[Reading]:
    """Everything that can be read out of a file of this kind; empty for kinds that are never opened. `at` is in UTC.

    A file that cannot be read gives one reading, `unreadable`, with the reason in one word. Policy 7.3.
    """
    try:
        if only == "signatures":
            return _signatures(source, _child("mail", source).get("signatures", []), look_up, at)
        if media in PICTURES:
            return _picture(source)
        if media in RECORDINGS:
            return _recording(source)
        if media in {"EMAIL", "MSG"}:
            return _mail(media, source, look_up, at)
        if media in READERS:
            return _text(media, source)
    except _NotRead as reason:
        return [Reading("unreadable", {"why": reason.args[0]}, reason.args[1])]
    return [Reading("unreadable", {"why": "heic"})] if media == "HEIC" else []


def compared(one: Iterable[bytes], other: Iterable[bytes]) -> dict[str, Any] | None:
    """Where two exported chats disagree; nothing when they are no exports of one chat. Each as it was kept, in pieces.

    Raises Refused when they cannot be compared. Policy 7.3.
    """
    try:
        return _child("compare", lambda: chain(one, [b"\0"], other))
    except _NotRead as reason:
        if reason.args[0] == "no_minute":
            return None
        raise Refused("These two could not be compared.", "7.3") from None


class _NotRead(Exception):
    """Why, in one word, and by which tools. Raised and caught in this module."""


def _child(kind: str, source: Source, options: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the other process answers."""
    try:
        said = json.loads(
            fence.apart(
                START, [kind], source(), wait=LONGEST_WAIT, most_in=MOST_IN, most_out=MOST_OUT, options=options or {}
            )
        )
    except fence.TooMuch:
        raise _NotRead("large", "") from None
    except (fence.Unanswered, ValueError, RecursionError):
        # Without the cause, which may quote the file.
        raise _NotRead("failed", "") from None
    if not isinstance(said, dict):
        raise _NotRead("failed", "")
    if reason := said.get("not_read"):
        raise _NotRead(str(reason), str(said.get("tools", "")))
    said["apart"] = bool(said.get("apart"))
    return said


def asked_of(kind: str, source: Source, options: dict[str, Any]) -> dict[str, Any] | str:
    """What the process for one kind answers to a question about a file, or in one word why it does not.

    For acts that ask at once and keep the answer themselves, such as making a redacted copy.
    """
    try:
        return _child(kind, source, options)
    except _NotRead as reason:
        return str(reason.args[0])


def _mail(media: str, source: Source, look_up: LookUp, at: datetime) -> list[Reading]:
    said = _child(READERS[media], source)
    tools = said.pop("tools", "Python email")
    signed = said.get("signatures", [])
    found = [Reading("email", said, tools)]
    return [*found, *_signatures(source, signed, look_up, at)] if signed else found


def _signatures(source: Source, signed: list[dict[str, str]], look_up: LookUp, at: datetime) -> list[Reading]:
    """Each signature against the key that its domain publishes today, and that key with the answer."""
    keys = []
    for one in signed:
        name = key_name(one["domain"], one["selector"])
        answer = look_up(name) if name else KeyAnswer("none")
        keys.append({"name": name, "state": answer.state, "text": answer.text})
    said = _child("signature", source, {"keys": keys, "now": int(at.timestamp())})
    content = {"keys": keys, "looked_up": at.isoformat(), **said}
    tools = content.pop("tools", "")
    return [Reading("signatures", content, tools, again=any(one["state"] == "no_network" for one in keys))]


def _text(media: str, source: Source) -> list[Reading]:
    said = _child(READERS[media], source)
    if "chat" in said:
        return [Reading("chat", said["chat"], "Forethought chats 1")]
    return [Reading("text", {"words": said["words"], "cut": said["cut"]}, "Python codecs")]


def _picture(source: Source) -> list[Reading]:
    """What the picture says of itself, and the letters in it, for search alone."""
    said = _child("picture", source, {"letters": True})
    tools, letters = said.pop("tools", ""), said.pop("letters", "")
    found = [Reading("picture", said, tools)]
    if letters:
        found.append(_letters(base64.b64decode(letters), bool(said.get("inverted"))))
    return found


def _letters(png: bytes, inverted: bool) -> Reading:
    program = shutil.which("tesseract")
    if program is None:
        return Reading("letters", {"why": "no_program"})
    try:
        run = _Program(program, most_in=MOST_IN, memory=1024 * MIB)
        words = run(lambda: iter([png]), "stdin", "stdout", "-l", "eng").decode("utf-8", "replace")
        return Reading("letters", {"words": words[:200_000], "inverted": inverted}, run.version("--version"))
    except fence.Unanswered:
        return Reading("letters", {"why": "failed"})


def _recording(source: Source) -> list[Reading]:
    """How long it says it is, and how long what it holds plays: a header can say anything."""
    probe, player = shutil.which("ffprobe"), shutil.which("ffmpeg")
    if probe is None or player is None:
        return [Reading("length", {"why": "no_program"})]
    most_in: int | None = MOST_IN
    try:
        said = _probed(_Program(probe, most_in=most_in), source, "/dev/stdin")
    except fence.TooMuch:
        most_in = None
        try:
            said = _probed(_Program(probe, most_in=None), source, "pipe:0")
        except fence.Unanswered:
            said = None
    except fence.Unanswered:
        said = None
    if said is None:
        raise _NotRead("damaged", "ffprobe")
    run = _Program(player, most_in=most_in)
    content: dict[str, Any] = {"says": said[0], "holds": said[1], "plays": None}
    # Only counted, never decoded; no second file is opened, whatever a list inside says.
    count = ("-v", "quiet", "-nostdin", "-protocol_whitelist", "file,pipe", "-i")
    how = ("-map", "0:a?", "-map", "0:v?", "-c", "copy", "-progress", "pipe:1", "-f", "null", "/dev/null")
    try:
        content["plays"] = _played(run(source, *count, "/dev/stdin" if most_in else "pipe:0", *how))
    except fence.Unanswered:
        content["plays"] = None
    return [Reading("length", content, run.version("-version"))]


def _probed(run: "_Program", source: Source, place: str) -> tuple[float | None, list[str]] | None:
    """The length in its header, in seconds, and what it holds: sound, pictures, and how they are written."""
    said = json.loads(
        run(
            source,
            *("-v", "quiet", "-protocol_whitelist", "file,pipe", "-of", "json"),
            *("-show_entries", "format=duration:stream=codec_type,codec_name,duration", place),
        )
        or b"{}"
    )
    streams = [one for one in said.get("streams", []) if one.get("codec_type") in {"audio", "video"}]
    if not streams:
        return None
    length = said.get("format", {}).get("duration")
    return (float(length) if length else None), [f"{one['codec_type']} {one.get('codec_name', '')}" for one in streams]


def _played(progress: bytes) -> float | None:
    """Seconds up to the end of the last piece."""
    times = [line.partition(b"=")[2] for line in progress.splitlines() if line.startswith(b"out_time_us=")]
    last = times[-1].strip() if times else b""
    return int(last) / 1_000_000 if last.isdigit() and int(last) else None


@dataclass(frozen=True, slots=True)
class _Program:
    """Another program, run behind the fence."""

    path: str
    most_in: int | None
    memory: int = 512 * MIB

    def __call__(self, source: Source, *arguments: str) -> bytes:
        return fence.program_apart(
            self.path, arguments, source(), wait=LONGEST_WAIT, most_in=self.most_in, memory=self.memory, seconds=60
        )

    def version(self, flag: str) -> str:
        """The first line of what it says about itself."""
        try:
            first = self(lambda: iter(()), flag).decode("utf-8", "replace").partition("\n")[0]
            return first.partition(" Copyright")[0].strip()[:100]
        except fence.Unanswered:
            return self.path.rpartition("/")[2]
