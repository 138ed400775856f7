"""The lines of a PDF, with the gaps that its print leaves. Only `_file_parser` loads this."""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from itertools import pairwise
from pkgutil import walk_packages
from statistics import median
from typing import Any

import pypdf
from pypdf.errors import LimitReachedError, PyPdfError

from forethought.policies._file_parser import MOST_CHARACTERS, NotRead

MOST_PAGES = 300

# pypdf loads its parts when it meets a use for them, and by then no file can be opened any more. Pillow is not here.
for _part in walk_packages(pypdf.__path__, "pypdf."):
    with suppress(ImportError):
        import_module(_part.name)


@dataclass
class Line:
    """One line of print: its words, how high it stands, how large its letters are, and whether all are bold."""

    words: str = ""
    height: float | None = None
    size: float = 0.0
    bold: bool = True


@dataclass
class Print:
    """The lines of one page, as they come from the page's content."""

    lines: list[Line] = field(default_factory=lambda: [Line()])

    def take(self, text: str, ctm: list[float], tm: list[float], font: Any, size: float) -> None:
        for place, words in enumerate(text.split("\n")):
            if place:
                self.lines.append(Line())
            line = self.lines[-1]
            line.words += words
            if words.strip():
                if line.height is None:
                    line.height = tm[4] * ctm[1] + tm[5] * ctm[3] + ctm[5]
                    line.size = abs(size * tm[3] * ctm[3])
                line.bold = line.bold and "bold" in str(font.get("/BaseFont", "") if font else "").casefold()


def pages_of_pdf(data: bytes) -> dict[str, Any]:
    """The lines of a PDF, page by page, with an empty line where the print leaves a gap."""
    try:
        reader = pypdf.PdfReader(BytesIO(data))
        if reader.is_encrypted:
            raise NotRead("locked")
        if len(reader.pages) > MOST_PAGES:
            raise NotRead("pages")
        prints, pictures, characters = [], [], 0
        for place, page in enumerate(reader.pages, 1):
            prints.append(print_of(page))
            letters = sum(len(line.words.strip()) for line in prints[-1])
            characters += letters
            if characters > MOST_CHARACTERS:
                raise NotRead("long")
            if letters < 10 and has_picture(page):
                pictures.append(place)
    except LimitReachedError as fault:
        raise NotRead("unpacks") from fault
    except (PyPdfError, KeyError, ValueError, IndexError, TypeError, AttributeError, zlib.error) as fault:
        raise NotRead("damaged") from fault
    if not characters or (prints and len(pictures) == len(prints)):
        raise NotRead("pictures" if pictures else "empty")
    whole = "".join(line.words for lines in prints for line in lines)
    if sum(whole.count(unread) for unread in "\ufffd\0") > len(whole) / 20:
        raise NotRead("garbled")
    pitch = pitch_of(prints)
    return {"pages": [list(with_gaps(lines, pitch)) for lines in prints], "pictures": pictures}


def print_of(page: Any) -> list[Line]:
    seen = Print()
    text = page.extract_text(visitor_text=seen.take)
    # Should the parts ever not add up to the whole, the whole is right, and the gaps are not known.
    if "".join("".join(line.words for line in seen.lines).split()) != "".join(text.split()):
        return [Line(words) for words in text.split("\n")]
    return seen.lines


def has_picture(page: Any) -> bool:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    drawn = objects.get_object().values() if objects is not None else ()
    return any(each.get_object().get("/Subtype") in {"/Image", "/Form"} for each in drawn)


def steps(lines: list[Line]) -> Iterator[tuple[Line, Line, float]]:
    """Each line with the one before it, and how far down it stands, in its own letters' size."""
    placed = [line for line in lines if line.words.strip() and line.height is not None and line.size > 0]
    for before, after in pairwise(placed):
        yield before, after, ((before.height or 0.0) - (after.height or 0.0)) / after.size


def pitch_of(prints: list[list[Line]]) -> float:
    """How far apart the lines of a paragraph are: what is usual after lines that reach the margin."""
    every = [each for lines in prints for each in steps(lines) if 0.5 < each[2] < 4]
    widest = max((len(before.words) for before, _, _ in every), default=0)
    usual = [step for before, _, step in every if len(before.words) > 0.8 * widest]
    return median(usual or [step for _, _, step in every] or [1.2])


def with_gaps(lines: list[Line], pitch: float) -> Iterator[str]:
    gaps = {
        id(after)
        for before, after, step in steps(lines)
        if step > 1.25 * pitch or step < -0.5 or before.bold != after.bold or not 0.9 < before.size / after.size < 1.1
    }
    for line in lines:
        if id(line) in gaps:
            yield ""
        yield line.words
