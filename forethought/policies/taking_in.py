"""Taking in a school's own policy: a pasted text, or the lines of a file, become paragraphs.

Whatever is guessed here is shown to a person before it is kept. So the guesses are plain, the same text always gives
the same paragraphs, and no word is lost or moved. Only what stands page after page at its edge is left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from forethought.core.text import tidy
from forethought.policies.printed import BULLET, BULLETED, beginning, is_heading, is_of_contents, is_open
from forethought.policies.text import (
    LONGEST_NUMBER,
    LONGEST_PARAGRAPH,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Paragraph,
    Text,
)

#: A line at the edge of a page is furniture when it stands on so many pages; so many lines of an edge are looked at.
FURNITURE_PAGES = 3
EDGE = 4
LONGEST_FURNITURE = 120

#: A line that was broken at a margin is about as wide as the widest of its text, and no text is narrower or wider.
NARROWEST, WIDEST = 40, 160

LONGEST_WORD = 60

_NO_WIDTH = (
    "\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_EVEN = {**dict.fromkeys(map(ord, _NO_WIDTH)), **_LIGATURES, 0x0B: "\n", 0x85: "\n"}
#: What no database keeps: other control characters, halves of surrogate pairs, code points that are no characters.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NO_CHARACTERS = "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_UNKEPT = re.compile(f"[\ud800-\udfff\ufdd0-\ufdef{_NO_CHARACTERS}]")

#: How furniture counts pages: “3”, “3 of 12”, “Page 3”, “3 | Page”.
_COUNTING = (
    re.compile(r"[-–—|\s]*(\d{1,4})(?:\s*(?:/|of)\s*\d{1,4})?[-–—|\s]*"),
    re.compile(r"(?i)(?:.*\W)?page (\d{1,4})(?:\W.*)?"),
    re.compile(r"(?i)(\d{1,4}) ?\| ?p ?a ?g ?e.*"),
)
#: Or a number at either end of enough words of its own; “Section 3” at the head of the third page is no furniture.
_COUNTING_BESIDE = (re.compile(r".*\s(\d{1,4})"), re.compile(r"(\d{1,4})\s.*"))
LETTERS_BESIDE = 12
_PAGE_LINE = re.compile(r"(?i)(?:.*\W)?page (\d{1,3})(?: ?(?:of|/) ?\d{1,3})?|(\d{1,3}) ?\| ?p ?a ?g ?e")

Gap = Literal["", "blank", "page"]


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph or table row of a Word document, before it becomes a paragraph of a policy.

    `label` is the number or bullet that Word makes itself; `texts` has more than one member for the cells of a table.
    """

    kind: Literal["heading", "words", "cells"]
    label: str
    bold: bool
    texts: tuple[str, ...]


@dataclass(slots=True)
class _Piece:
    """What will be one paragraph, or the heading of one. It changes while its lines come in."""

    number: str = ""
    title: str = ""
    words: str = ""
    heading: bool = False
    within: bool = False
    item: bool = False
    lines: int = 1

    @classmethod
    def of(cls, words: str, *, after: str = "") -> "_Piece":
        begun = beginning(words, after=after)
        return cls(number=begun.number, words=begun.words, within=begun.within)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line that is not empty, and what stands before it."""

    words: str
    gap: Gap


def why_not_pasted(pasted: str) -> str | None:
    """Why a pasted text is not even taken apart. The blanks and page numbers that will go count here. Policy F4."""
    if len(pasted) > 2 * LONGEST_TEXT:
        return f"That has {len(pasted):,} characters. A policy here may have {LONGEST_TEXT:,}. Is it the right text?"
    return None


def paragraphs_of(pasted: str) -> Text:
    """The paragraphs of a pasted text. Policy F4.

    Lines that were broken at a margin are put together again; otherwise each line is a paragraph. A bullet is a
    paragraph of its own, so that one changed item shows as one change.
    """
    return paragraphs_of_pages(_pages_of(pasted))[0]


def paragraphs_of_pages(pages: Sequence[Sequence[str]], *, measured: bool = False) -> tuple[Text, tuple[str, ...]]:
    """The paragraphs of lines on pages, and the lines left out because they stand on page after page. Policy F4.

    An empty line is a gap. `measured` says that gaps were measured in print, and may be wrong within a sentence.
    """
    kept, left_out = _without_furniture([_even_lines("\n".join(page)) for page in pages])
    return _gathered(_without_lists(_pieces(list(_lines(kept)), measured=measured))), left_out


def paragraphs_of_rows(rows: Iterable[Row]) -> Text:
    """The paragraphs of a Word document, whose styles say what is a heading. Policy F4."""
    return _gathered([piece for row in rows for piece in _pieces_of_row(row)])


# --- Lines and pages ---


def _even_lines(text: str) -> list[str]:
    """The lines in NFC with one kind of blank, and nothing in them that has no width or cannot be kept."""
    text = re.sub("\u00ad[ \t]*\r?\n[ \t]*", "", text).translate(_EVEN)
    text = tidy(_UNKEPT.sub("\ufffd", _CONTROLS.sub(" ", text)))
    return [" ".join(line.split()) for line in text.split("\n")]


def _even(text: str) -> str:
    return " ".join(_even_lines(text)).strip()


def _pages_of(pasted: str) -> list[list[str]]:
    """The lines of a pasted text, by page where it says where pages end."""
    if "\f" in pasted:
        return [_even_lines(page) for page in pasted.split("\f")]
    lines = _even_lines(pasted)
    # A long line is no page number, and matching it would be slow.
    found = [(place, _PAGE_LINE.fullmatch(line)) for place, line in enumerate(lines) if len(line) <= LONGEST_FURNITURE]
    ends = [(place, int(match[1] or match[2])) for place, match in found if match]
    if len(ends) < FURNITURE_PAGES or any(after != before + 1 for (_, before), (_, after) in pairwise(ends)):
        return [lines]
    starts = [0, *(place + 1 for place, _ in ends), len(lines)]
    return [lines[start:end] for start, end in pairwise(starts)]


def _without_furniture(pages: Sequence[list[str]]) -> tuple[list[list[str]], tuple[str, ...]]:
    """The pages without headers, footers and page numbers, and each of those once."""
    standing: Counter[tuple[str, int | None]] = Counter()
    for place, page in enumerate(pages):
        standing.update({key for at in _edges(page) for key in _keys(page[at], place)})
    kept: list[list[str]] = []
    left_out: dict[str, None] = {}
    for place, page in enumerate(pages):
        furniture = {
            at for at in _edges(page) if any(standing[key] >= FURNITURE_PAGES for key in _keys(page[at], place))
        }
        left_out.update((page[at], None) for at in sorted(furniture))
        kept.append([line for at, line in enumerate(page) if at not in furniture])
    return kept, tuple(left_out)


def _edges(page: Sequence[str]) -> set[int]:
    filled = [at for at, line in enumerate(page) if line]
    return {*filled[:EDGE], *filled[-EDGE:]}


def _keys(line: str, place: int) -> Iterator[tuple[str, int | None]]:
    """What the furniture of two pages has in common: its words, or words around a number that counts the pages."""
    yield line, None
    if len(line) <= LONGEST_FURNITURE:
        many = sum(map(str.isalpha, line)) >= LETTERS_BESIDE
        for pattern in (*_COUNTING, *_COUNTING_BESIDE) if many else _COUNTING:
            if found := pattern.fullmatch(line):
                yield f"{line[: found.start(1)]}\0{line[found.end(1) :]}", int(found[1]) - place
                return


def _lines(pages: Iterable[Sequence[str]]) -> Iterator[_Line]:
    gap: Gap = ""
    for page in pages:
        for words in page:
            if words:
                yield _Line(words, gap)
                gap = ""
            elif gap != "page":
                gap = "blank"
        gap = "page"


# --- From lines to pieces ---


def _pieces(lines: Sequence[_Line], *, measured: bool) -> list[_Piece]:
    """The lines, put together where a margin broke them, with what stands at the start of each piece told apart."""
    width = _width(lines)
    known = {word.casefold() for line in lines for word in re.findall(r"\w+", line.words)}
    pieces: list[_Piece] = []
    last, listed = "", ""
    for line in lines:
        full = bool(width and last) and len(last) + 1 + len(line.words.split(" ", 1)[0]) >= 0.85 * width
        opened = bool(last) and is_open(last)
        begun = _Piece.of(line.words, after=last if full and opened and line.gap != "blank" else "")
        before = pieces[-1] if pieces else None
        labelled = bool(begun.number) or begun.words.startswith(BULLET)
        if before and not labelled and before.words in {"", BULLET}:
            before.words = f"{before.words} {line.words}".strip()
        elif before and not labelled and width and _goes_on(before, line, full=full, opened=opened, measured=measured):
            before.words = _joined(before.words, line.words, known)
            before.lines += 1
        else:
            # What follows “Staff must:” is a list until a number, a bullet, a full stop or another way of standing.
            way = f"{line.gap}{'a' if line.words[0].islower() else 'A'}"
            introduced = before is not None and before.words.endswith(":")
            listed = way if introduced else listed
            listing = introduced or (before is not None and before.item and opened and way in {listed, "a"})
            begun.item = listing and not labelled
            pieces.append(begun)
        last = line.words
    for one in pieces:
        one.heading = one.lines == 1 and not one.item and _may_head(one)
    return pieces


def _width(lines: Sequence[_Line]) -> int:
    """How wide the lines are that a margin broke; 0 when each line is a paragraph."""
    lengths = sorted(len(line.words) for line in lines)
    width = lengths[min(len(lengths) - 1, len(lengths) * 95 // 100)] if lengths else 0
    if not NARROWEST <= width <= WIDEST:
        return 0
    full = [
        (before.words, after.words)
        for before, after in pairwise(lines)
        if after.gap != "blank" and len(before.words) >= 0.75 * width and not BULLETED.match(after.words)
    ]
    broken = [after for before, after in full if is_open(before)]
    if not any(after[0].islower() for after in broken) or len(broken) < 0.4 * len(full):
        return 0
    return width


def _goes_on(before: _Piece, line: _Line, *, full: bool, opened: bool, measured: bool) -> bool:
    """Whether a line is the rest of what stands before it. Full: the line's first word did not fit there."""
    if len(before.words) > LONGEST_PARAGRAPH or is_of_contents(before.words):
        return False
    lower = line.words[0].islower()
    if line.gap == "blank":
        return measured and full and opened and lower
    if line.gap == "page":
        return opened and (full or (lower and not before.item))
    return full or (opened and lower and not before.item)


def _joined(words: str, line: str, known: set[str]) -> str:
    """Two lines as one. A hyphen at the margin stays, unless the text has the word without it elsewhere."""
    first = re.match(r"\w+", line)
    broken = re.search(r"(\w+)-$", words[-LONGEST_WORD:])
    if first is None or broken is None or not line[0].islower() or first[0] in {"and", "or", "to"}:
        return f"{words} {line}"
    return (words[:-1] if f"{broken[1]}{first[0]}".casefold() in known else words) + line


def _may_head(piece: _Piece) -> bool:
    return not piece.within and not piece.words.startswith(BULLET) and is_heading(piece.words)


# --- From pieces to paragraphs ---


def _without_lists(pieces: Sequence[_Piece]) -> Sequence[_Piece]:
    """“1. Be polite” right before “2. Be fair” is an item of a list and not a heading."""
    lists = [
        pair
        for pair in pairwise(pieces)
        if all(one.heading for one in pair) and _follows(*(one.number for one in pair))
    ]
    for pair in lists:
        for one in pair:
            one.heading = False
    return pieces


def _follows(before: str, after: str) -> bool:
    (*above, last), (*above_after, next_one) = re.split(r"(\d+)\D*$", before)[:2], re.split(r"(\d+)\D*$", after)[:2]
    return above == above_after and last.isdigit() and next_one.isdigit() and int(next_one) == int(last) + 1


def _gathered(pieces: Iterable[_Piece]) -> Text:
    """Headings become the titles of the words that follow them, unless those have a number or a title of their own."""
    text: list[Paragraph] = []
    waiting: _Piece | None = None
    for piece in pieces:
        heading = piece.heading and len(piece.words) <= LONGEST_TITLE
        if waiting and not (heading or piece.number or piece.title):
            text.append(Paragraph(waiting.number, waiting.words, piece.words))
            waiting = None
            continue
        if waiting:
            text.append(Paragraph(waiting.number, waiting.words, ""))
        waiting = piece if heading else None
        if not heading:
            named = piece.words or piece.title
            text.append(Paragraph(piece.number if named else "", piece.title, piece.words if named else piece.number))
    if waiting:
        text.append(Paragraph(waiting.number, waiting.words, ""))
    return tuple(text)


def _pieces_of_row(row: Row) -> Iterator[_Piece]:
    cells = [even for text in row.texts if (even := _even(text))]
    if row.kind == "cells" and len(cells) > 1:
        yield _piece_of_cells(cells)
        return
    label = row.label.rstrip(".:")
    number = label if label != BULLET and len(label) <= LONGEST_NUMBER else ""
    before = "" if number else label
    lines = cells if row.kind == "heading" else _whole_lines("\n".join(row.texts))
    for text in lines:
        piece = _Piece(number=number, words=f"{before} {text}".strip()) if label else _Piece.of(text)
        bold = row.bold or text.isupper()
        piece.heading = bool(piece.words) if row.kind == "heading" else bold and _may_head(piece)
        yield piece
        label = number = before = ""


def _piece_of_cells(cells: Sequence[str]) -> _Piece:
    """A row of a table: its number, its short first cell as the title, and the rest side by side."""
    number, title = "", ""
    if not (first := beginning(cells[0])).words:
        number, cells = first.number, cells[1:]
    if len(cells) > 1 and is_heading(cells[0]):
        title, cells = cells[0], cells[1:]
    return _Piece(number=number, title=title, words=" | ".join(cells))


def _whole_lines(text: str) -> list[str]:
    """The lines of a Word paragraph; one that was broken within a sentence is put together again."""
    whole: list[str] = []
    for line in filter(None, _even_lines(text)):
        if whole and line[0].islower() and is_open(whole[-1]):
            whole[-1] = f"{whole[-1]} {line}"
        else:
            whole.append(line)
    return whole


# --- Files ---


class Kind(StrEnum):
    """What a file is, told by its first bytes; the name decides only where those do not."""

    DOCX = "docx"
    PDF = "pdf"
    DOC = "doc"
    MACROS = "macros"
    LOCKED = "locked"
    OPEN_DOCUMENT = "odt"
    RICH_TEXT = "rtf"
    PLAIN_TEXT = "txt"
    PICTURE = "picture"
    ARCHIVE = "archive"
    EMPTY = "empty"
    MISNAMED = "misnamed"
    OTHER = "other"


MOST_BYTES = 10 * 1024 * 1024

SAVE_AS = "Save it as .docx or PDF first."
_NOT_TAKEN = {
    Kind.DOC: f"That is an older Word document (.doc). {SAVE_AS}",
    Kind.MACROS: "That Word file holds macros, which are small programs. Save it as .docx, and send that.",
    Kind.LOCKED: "That file is locked with a password. Save a copy without it, and send that.",
    Kind.OPEN_DOCUMENT: f"That is an OpenDocument file. {SAVE_AS}",
    Kind.RICH_TEXT: f"That is a rich text file (.rtf). {SAVE_AS}",
    Kind.PLAIN_TEXT: "That is a plain text file. Open it, copy all of it, and paste it here.",
    Kind.PICTURE: "That is a picture. Send the policy as .docx or PDF, or paste its text.",
    Kind.ARCHIVE: "That is a packed folder (zip). Unpack it, and send the policy itself as .docx or PDF.",
    Kind.EMPTY: "That file is empty. Choose the file again.",
    Kind.MISNAMED: "That file is not what its name says, or it is damaged. Open it, save it again, and send that.",
    Kind.OTHER: "That is no Word document or PDF. Send the policy as .docx or PDF, or paste its text.",
}
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def kind_of_file(head: bytes, name: str) -> Kind:
    """What a file is. `head` is its beginning; given the whole file, more locked ones are known. Policy F4."""
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if not head:
        return Kind.EMPTY
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if _ENCRYPTED in head or ending in {"docx", "docm", "dotx"}:
            return Kind.LOCKED
        return Kind.DOC if ending in {"doc", "dot", ""} else Kind.OTHER
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(head, ending)
    if head.startswith(b"{\\rtf"):
        return Kind.RICH_TEXT
    if head.startswith(_PICTURES) or head[4:8] == b"ftyp":
        return Kind.PICTURE
    if ending in {"docx", "docm", "doc", "pdf", "odt", "zip"}:
        return Kind.MISNAMED
    return Kind.PLAIN_TEXT if ending in {"txt", "md", "text"} else Kind.OTHER


def _kind_of_archive(head: bytes, ending: str) -> Kind:
    if b"mimetypeapplication/vnd.oasis.opendocument" in head[:200] or ending == "odt":
        return Kind.OPEN_DOCUMENT
    if ending in {"docm", "dotm"}:
        return Kind.MACROS
    if ending == "docx" or (ending in {"", "doc"} and b"[Content_Types].xml" in head[:100]):
        return Kind.DOCX
    return Kind.ARCHIVE if ending in {"zip", ""} else Kind.OTHER


def why_not_file(head: bytes, name: str, *, size: int) -> str | None:
    """Why this file is not read. Policy F4."""
    if size > MOST_BYTES:
        tenths = -(-size * 10 // (1024 * 1024))
        shown = f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
        return f"That file is {shown} MB. Up to 10 MB fit. Save it without its pictures, or paste the text."
    return _NOT_TAKEN.get(kind_of_file(head, name))
