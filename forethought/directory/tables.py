"""A list of people as lines and cells: how its letters are written, what stands between its cells, where it breaks.

Commas, semicolons, tabs or bars; UTF-8, UTF-16 or Windows' own letters, even mixed (reliability.md 7, cases 70 to 78).
"""

import csv
from collections import Counter
from dataclasses import dataclass
from io import StringIO

#: Lines of one list, bytes of one file, and columns. A school has hundreds of adults, a large trust some thousands.
MOST_ROWS = 10_000
LARGEST = 5 * 1024 * 1024
MOST_COLUMNS = 100
#: Characters in one line, and lines over which one cell may go on before its quotation mark is thought forgotten.
LONGEST_LINE = 20_000
_LONGEST_CELL = 20

_MARKS = "\t;,|"
TOO_MANY = f"That has more than {MOST_ROWS:,} lines. Take one school’s adults, or bring them in two parts."
WINDOWS = "The letters were read as Windows writes them. Do names with accents look right?"
MIXED = "The letters are written in two ways, line by line. Do names with accents look right?"


class Unread(ValueError):
    """Why a whole list is not read, in a sentence for whoever brought it."""


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a list with their numbers, those that are broken with the reason, and what a person should check."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    broken: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()


def read_text(data: bytes) -> Table:
    """The lines of a list in a text file. Policy 2.5. Raises Unread with a sentence."""
    words, notes = decoded(data)
    return read_words(words, notes)


def read_words(words: str, notes: tuple[str, ...] = ()) -> Table:
    """The lines of a list that was pasted or decoded. Policy 2.5. Raises Unread with a sentence."""
    words = words.lstrip("\ufeff")
    if (place := words.find("\0")) >= 0:
        line = words.count("\n", 0, place) + 1
        raise Unread(f"Line {line} holds a character that no list holds. Save the list as CSV again, and send that.")
    first, _, rest = words.partition("\n")
    told = first.strip().lower()
    # Excel's own way to say what stands between cells.
    if told.startswith("sep=") and len(told) == 5:
        return _rows(rest, told[4], notes, before=1)
    return _rows(words, separator(words), notes)


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and what a person should look at because it was guessed. Raises Unread."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _strictly(data, "utf-16"), ()
    if b"\0" in data:
        sample = data[:4000]
        zeros = [sample[place::2].count(0) * 2 / len(sample) for place in (0, 1)]
        if max(zeros) < 0.3:
            line = data.count(b"\n", 0, data.index(b"\0")) + 1
            raise Unread(f"Line {line} holds a character that no list holds. Save the list as CSV, and send that.")
        return _strictly(data, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"), ()
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    found: list[str] = []
    both: set[str] = set()
    for one in data.split(b"\n"):
        try:
            found.append(one.decode("utf-8"))
            both |= set() if one.isascii() else {"utf-8"}
        except UnicodeDecodeError:
            found.append(one.decode("cp1252", errors="replace"))
            both.add("cp1252")
    return "\n".join(found), (MIXED if len(both) > 1 else WINDOWS,)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unread("The letters of that file cannot be read. Save it as “CSV UTF-8”, and send that.") from None


def separator(words: str) -> str:
    """What stands between the cells: whichever makes the most of the first lines alike."""
    sample = words[:20_000].splitlines()[:20]

    def alike(mark: str) -> tuple[int, int]:
        try:
            widths = Counter(len(cells) for cells in csv.reader(sample, delimiter=mark, skipinitialspace=True) if cells)
        except csv.Error:
            return 0, 0
        width, often = max(widths.items(), key=lambda one: (one[0] > 1, one[1]), default=(1, 0))
        return (often, width) if width > 1 else (0, 0)

    best = max(_MARKS, key=alike)
    return best if alike(best)[0] else ","


def _rows(words: str, mark: str, notes: tuple[str, ...], before: int = 0) -> Table:
    reader = csv.reader(StringIO(words, newline=""), delimiter=mark, skipinitialspace=True, strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    broken: list[tuple[int, str]] = []
    while True:
        start = reader.line_num + 1 + before
        try:
            cells = next(reader)
        except StopIteration:
            return Table(tuple(rows), tuple(broken), notes)
        except csv.Error as fault:
            if "end of data" in str(fault) or "limit" in str(fault):
                raise Unread(_unclosed(start)) from None
            broken.append((start, "A quotation mark stands where none can. Take it out, or double it."))
            continue
        if reader.line_num + before - start > _LONGEST_CELL:
            raise Unread(_unclosed(start))
        if sum(map(len, cells)) > LONGEST_LINE:
            raise Unread(f"Line {start} is far longer than a line about one person. Is it the right file?")
        if not any(cell.strip() for cell in cells):
            continue
        rows.append((start, tuple(cell.strip() for cell in cells[:MOST_COLUMNS])))
        if len(rows) + len(broken) > MOST_ROWS + 10:
            raise Unread(TOO_MANY)


def _unclosed(line: int) -> str:
    return (
        f"Line {line}: a quotation mark opens there and does not close. Nothing was read. Put it right, then try again."
    )
