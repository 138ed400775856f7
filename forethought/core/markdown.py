"""Our own documents as data: what stands in a page of Markdown, for a template to show.

It reads what the pages under docs are written in, and no more: headings, paragraphs, lists, tables, code, one picture
to a paragraph; strong words, stressed words, code and links. HTML is text to it. Where a link leads is asked of the
caller, so that none leads anywhere that the caller did not say. Plain values in and out.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Run:
    """Words of one kind within a line. `href` is empty where they lead nowhere."""

    text: str
    href: str = ""
    strong: bool = False
    stressed: bool = False
    code: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading. `name` is by which an address leads to it, as GitHub and its like make it."""

    level: int
    runs: Runs
    name: str
    kind: ClassVar[str] = "heading"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, its lines as one."""

    runs: Runs
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Picture:
    """A picture that stands by itself: where its file is, as the document says it, and what is to be seen."""

    source: str
    alt: str
    kind: ClassVar[str] = "picture"


@dataclass(frozen=True)
class Code:
    """Lines to be typed or looked at, as they stand."""

    text: str
    kind: ClassVar[str] = "code"


@dataclass(frozen=True)
class Items:
    """A list. Each item is blocks, most of them one paragraph."""

    numbered: bool
    items: tuple[tuple["Block", ...], ...]
    kind: ClassVar[str] = "items"


@dataclass(frozen=True)
class Table:
    """A table. A heading may be empty; `rows` have one cell for each."""

    heads: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    kind: ClassVar[str] = "table"

    @property
    def has_heads(self) -> bool:
        return any(self.heads)

    @property
    def labelled(self) -> list[list[tuple[str, Runs]]]:
        """Each row's cells with the words that stand above them."""
        labels = ["".join(run.text for run in head) for head in self.heads]
        return [list(zip(labels, row, strict=True)) for row in self.rows]


Block = Heading | Paragraph | Picture | Code | Items | Table

#: Where a link leads, or the address that some code names; empty for nowhere.
Leads = Callable[[str], str]


def nowhere(_: str) -> str:
    """No address for anything."""
    return ""


_FENCE = re.compile(r"(```|~~~)")
_HEADING = re.compile(r"(#{1,6}) +(.+?) *#*$")
_MARK = re.compile(r"(-|\d{1,3}\.) +(?=\S)")
_RULE = re.compile(r"\|(?: *:?-+:? *\|)+ *$")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)$")
_INLINE = re.compile(
    r"\\(?P<escaped>[\\`*_\[\]|<>#-])"
    r"|`(?P<code>[^`]+)`"
    r"|!\[(?P<alt>[^\]]*)\]\([^)\s]+\)"
    r"|\[(?P<words>[^\]]+)\]\((?P<link>[^)\s]+)\)"
    r"|\*\*(?P<strong>.+?)\*\*"
    r"|\*(?P<stressed>[^*\s](?:[^*]*[^*\s])?)\*"
)
_BAR = re.compile(r"(?<!\\)\|")


def blocks_of(text: str, *, link: Leads = nowhere, code: Leads = nowhere) -> tuple[Block, ...]:
    """What stands in a document, in its order. `link` says where a link leads, `code` which address code names."""
    lines = text.expandtabs(4).split("\n")
    found: list[Block] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end = _end_of(lines, at)
        found.append(_block(lines[at:end], link, code))
        at = end
    return tuple(found)


def name_of(heading: str) -> str:
    """By which an address leads to a heading: `#what-you-do` for “What you do?”."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def runs_of(text: str, *, link: Leads = nowhere, code: Leads = nowhere, strong: bool = False) -> Runs:
    """The words of one paragraph, heading or cell, each with its kind."""
    found: list[Run] = []
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            found.append(Run(text[at : match.start()], strong=strong))
        at = match.end()
        if (typed := match["code"]) is not None:
            found.append(Run(typed, code(typed), strong=strong, code=True))
        elif match["link"] is not None:
            # What is marked within the words of a link is not shown apart: a link is one thing to press.
            words = "".join(run.text for run in runs_of(match["words"]))
            found.append(Run(words, link(match["link"]), strong=strong))
        elif match["strong"] is not None:
            found += runs_of(match["strong"], link=link, code=code, strong=True)
        else:
            words = next(one for one in (match["stressed"], match["alt"], match["escaped"]) if one is not None)
            found.append(Run(words, strong=strong, stressed=match["stressed"] is not None))
    if at < len(text):
        found.append(Run(text[at:], strong=strong))
    return tuple(found)


def _end_of(lines: Sequence[str], at: int) -> int:
    """Where the block that begins in this line ends."""
    first = lines[at]
    if _FENCE.match(first):
        ends = (n for n in range(at + 1, len(lines)) if lines[n].rstrip() == first[:3])
        return next(ends, len(lines) - 1) + 1
    if _HEADING.match(first):
        return at + 1
    if first.startswith("    "):
        return _while(lines, at, lambda line: line.startswith("    "))
    if _MARK.match(first):
        kind = _MARK.match(first)[1][-1]  # type: ignore[index]
        return _while(lines, at, lambda line: line.startswith("  ") or _is_item(line, kind))
    if first.startswith("|"):
        return _until(lines, at, lambda line: not line.startswith("|"))
    return _until(lines, at, lambda line: bool(_HEADING.match(line) or _FENCE.match(line) or _MARK.match(line)))


def _is_item(line: str, kind: str) -> bool:
    mark = _MARK.match(line)
    return mark is not None and mark[1][-1] == kind


def _until(lines: Sequence[str], at: int, ends: Callable[[str], bool]) -> int:
    """The next line that is empty or ends the block."""
    return next((n for n in range(at + 1, len(lines)) if not lines[n].strip() or ends(lines[n])), len(lines))


def _while(lines: Sequence[str], at: int, goes_on: Callable[[str], bool]) -> int:
    """After the last line that belongs to the block; empty lines between do."""
    end = at + 1
    for n in range(at + 1, len(lines)):
        if goes_on(lines[n]):
            end = n + 1
        elif lines[n].strip():
            break
    return end


def _block(lines: Sequence[str], link: Leads, code: Leads) -> Block:
    first = lines[0]
    if _FENCE.match(first):
        return Code("\n".join(lines[1:-1]))
    if heading := _HEADING.match(first):
        runs = runs_of(heading[2], link=link, code=code)
        return Heading(len(heading[1]), runs, name_of("".join(run.text for run in runs)))
    if first.startswith("    "):
        return Code("\n".join(line[4:] for line in lines))
    if mark := _MARK.match(first):
        return Items(mark[1] != "-", tuple(blocks_of(one, link=link, code=code) for one in _items(lines)))
    if first.startswith("|") and len(lines) > 1 and _RULE.match(lines[1]):
        heads = _cells(first, link, code)
        rows = tuple(_as_many(_cells(line, link, code), len(heads)) for line in lines[2:])
        return Table(heads, rows)
    text = " ".join(line.strip() for line in lines)
    if picture := _PICTURE.match(text):
        return Picture(picture[2], picture[1])
    return Paragraph(runs_of(text, link=link, code=code))


def _items(lines: Sequence[str]) -> list[str]:
    """The text of each item, set back to the margin."""
    found: list[list[str]] = []
    depth = 0
    for line in lines:
        if mark := _MARK.match(line):
            depth = len(mark[0])
            found.append([line[depth:]])
        else:
            found[-1].append(line[depth:] if not line[:depth].strip() else line.lstrip())
    return ["\n".join(one) for one in found]


def _cells(line: str, link: Leads, code: Leads) -> tuple[Runs, ...]:
    cells = _BAR.split(line.strip())[1:]
    # The last bar ends the row and begins no cell.
    return tuple(runs_of(cell.strip(), link=link, code=code) for cell in (cells[:-1] if not cells[-1] else cells))


def _as_many(cells: tuple[Runs, ...], count: int) -> tuple[Runs, ...]:
    return (cells + ((),) * count)[:count]
