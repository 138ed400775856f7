"""A picture that somebody means to post: what its file tells of them, how many faces it shows, and the words in it.

The bytes go into another process behind the fence of core/fence.py, in memory alone, and nothing is kept. Faces are
counted and never compared with any other. Policy 3.4, 5.3.
"""

import json
import shutil
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

from forethought.core import fence
from forethought.core.naming import Named
from forethought.precheck.picture_heads import DAMAGED, MOST_BYTES, POINTS, NotLookedAt, head_of

MIB = 1024 * 1024
START = "import sys; sys.path.append(sys.argv[1]); from forethought.precheck._picture_reader import main as do; "
START += "do(sys.argv[2:])"
#: Seconds on the wall. The process itself stops after fewer of work.
WAIT = 20
MOST_OUT = 96 * MIB
#: Pictures at once in one process, and how long one waits for its turn, in seconds.
AT_ONCE, PATIENCE = 2, 6.0
#: Seconds that reading its words may take. A photograph of leaves looks like writing for ever.
LETTERS_WAIT, LETTERS_SECONDS = 5, 4
#: How sure the reader of letters must be of a word, of a hundred.
SURE_OF_A_WORD = 60
LONGEST_TEXT = 5000

_turns = threading.BoundedSemaphore(AT_ONCE)

FAILED = "This picture could not be opened. Save it again as JPEG, and choose that."


class Busy(Exception):
    """Too many pictures at once. Another try may go well."""


class Letters(Named):
    """What became of the words in the picture."""

    READ = "read", "The words in it were read."
    NONE = "none", "No words were found in it."
    NO_PROGRAM = "no_program", "Words in it were not read: the program for that is not installed here."
    TOO_LONG = "too_long", "Words in it could not be read in time. Read them yourself."


class Sort(Named):
    """What a file tells besides its picture, by what follows for whoever posts it."""

    PLACE = "place", "where it was taken"
    PEOPLE = "people", "names of people in it"
    AUTHOR = "author", "who made it"
    SERIAL = "serial", "the number of one camera, which links your pictures"
    DEVICE = "device", "the phone or camera"
    TIME = "time", "when it was taken"
    WORDS = "words", "words that do not show in the picture"
    THUMBNAIL = "thumbnail", "a small picture, which may show what you cut off"
    SECOND = "second", "a second picture"
    MAKER = "maker", "the maker’s own notes, which we cannot read"
    PROGRAM = "program", "the program it was made with"
    HISTORY = "history", "how it was changed"
    TAIL = "tail", "something behind the picture that is no picture"
    REST = "rest", "settings of the camera or program"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the file tells. `said` are its own words, at most 120 characters, or nothing."""

    sort: Sort
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """A picture looked at. `faces` is nothing where they could not be counted; `text` is what it says, line by line."""

    width: int
    height: int
    told: tuple[Told, ...]
    faces: int | None
    letters: Letters
    text: str

    @property
    def has_place(self) -> bool:
        """Whether it says where it was taken."""
        return any(one.sort is Sort.PLACE for one in self.told)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The picture's points, written anew."""

    data: bytes
    media_type: str
    name: str


_TYPES = {
    "JPEG": ("image/jpeg", "picture.jpg"),
    "PNG": ("image/png", "picture.png"),
    "WEBP": ("image/webp", "picture.webp"),
}


def looked_at(data: bytes) -> PictureSeen:
    """What a picture shows and tells. Raises NotLookedAt with a sentence, and Busy. Nothing of it is kept.

    It is refused by its first bytes before anything is unpacked: at most 20 MiB and 52 million points. Policy 3.4.
    """
    head = head_of(data)
    with _Turn():
        said, grey = _apart(data, {"want": "look", "letters": _reader() is not None})
        letters, text = _letters(grey)
    found: dict[str, list[str]] = {}
    for sort, words in said.get("details", []):
        found.setdefault(str(sort), []).extend([str(words)] if words else [])
    if head.tail:
        found["tail"] = []
    told = tuple(Told(sort, tuple(found[sort.value])) for sort in Sort if sort.value in found)
    faces = said.get("faces")
    return PictureSeen(
        int(said["width"]), int(said["height"]), told, None if faces is None else int(faces), letters, text
    )


def cleaned(data: bytes) -> Cleaned:
    """A copy with the picture and nothing besides, upright and in sRGB. Raises NotLookedAt and Busy. Policy 3.4.

    Written anew from its points: a JPEG or a WebP loses a little, a PNG of more than eight bits loses what no screen
    shows.
    """
    head = head_of(data)
    with _Turn():
        _, copy = _apart(data, {"want": "clean"})
    if not copy:
        raise NotLookedAt(FAILED)
    return Cleaned(copy, *_TYPES[head.form])


class _Turn:
    """One of a few at a time."""

    def __enter__(self) -> None:
        if not _turns.acquire(timeout=PATIENCE):
            raise Busy

    def __exit__(self, *args: object) -> None:
        _turns.release()


def _apart(data: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What the other process answers, and the bytes that come with it."""
    try:
        answer = fence.apart(START, [], [data], wait=WAIT, most_in=MOST_BYTES, most_out=MOST_OUT, options=options)
        line, _, rest = answer.partition(b"\n")
        said = json.loads(line)
    except (fence.Unanswered, fence.TooMuch, ValueError, RecursionError):
        # Without the cause, which may quote the file.
        raise NotLookedAt(FAILED) from None
    if not isinstance(said, dict):
        raise NotLookedAt(FAILED)
    if reason := said.get("not_read"):
        raise NotLookedAt({"large": POINTS, "damaged": DAMAGED}.get(str(reason), FAILED))
    return said, rest


@cache
def _reader() -> str | None:
    """The program that reads letters, if it is installed. Asked once a process."""
    return shutil.which("tesseract")


def _letters(grey: bytes) -> tuple[Letters, str]:
    program = _reader()
    if program is None:
        return Letters.NO_PROGRAM, ""
    asked = ("stdin", "stdout", "-l", "eng", "-c", "tessedit_create_tsv=1")
    try:
        table = fence.program_apart(
            program,
            asked,
            [grey],
            wait=LETTERS_WAIT,
            most_in=MOST_BYTES,
            memory=512 * MIB,
            seconds=LETTERS_SECONDS,
            most_out=4 * MIB,
        )
    except (fence.Unanswered, fence.TooMuch):
        return Letters.TOO_LONG, ""
    text = words_of(table.decode("utf-8", "replace"))
    return (Letters.READ, text) if text else (Letters.NONE, "")


def words_of(table: str) -> str:
    """The words that the reader of letters was sure of, line by line, from its table (columns of tesseract's TSV).

    Shapes in a photograph look like letters to it; a line without a word of three letters is none.
    """
    lines: dict[tuple[str, ...], list[str]] = {}
    for row in table.splitlines()[1:]:
        columns = row.split("\t")
        if len(columns) < 12 or columns[0] != "5" or not columns[11].strip():
            continue
        try:
            sure = float(columns[10])
        except ValueError:
            continue
        if sure >= SURE_OF_A_WORD:
            lines.setdefault(tuple(columns[1:5]), []).append(columns[11].strip())
    kept = [" ".join(words) for words in lines.values() if any(sum(map(str.isalpha, one)) >= 3 for one in words)]
    return "\n".join(kept)[:LONGEST_TEXT]
