"""Our own documents as data: what stands in a page of Markdown, for a template to show.

markdown-it-py reads it (CommonMark, and tables as GitHub has them). This makes of it what our documents hold: headings,
paragraphs, lists, tables, code, one picture to a paragraph; strong words, stressed words, code and links. HTML is text
to it. Where a link leads is asked of the caller, so that none leads anywhere that the caller did not say.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode


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


@cache
def _reader() -> "MarkdownIt":
    # Loaded when a guide is first read: no other page needs it.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def blocks_of(text: str, *, link: Leads = nowhere, code: Leads = nowhere) -> tuple[Block, ...]:
    """What stands in a document, in its order. `link` says where a link leads, `code` which address code names.

    Raises ValueError for a kind of block that our documents do not use.
    """
    from markdown_it.tree import SyntaxTreeNode

    return _Reading(link, code).blocks(SyntaxTreeNode(_reader().parse(text)))


def name_of(heading: str) -> str:
    """By which an address leads to a heading: `#what-you-do` for “What you do?”."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@dataclass(frozen=True)
class _Reading:
    """One reading of a document, with what its caller says of links and of code."""

    link: Leads
    code: Leads

    def blocks(self, node: "SyntaxTreeNode") -> tuple[Block, ...]:
        return tuple(self.block(one) for one in node.children)

    def block(self, node: "SyntaxTreeNode") -> Block:
        match node.type:
            case "heading":
                runs = self.runs(node)
                return Heading(int(node.tag[1:]), runs, name_of(_words(runs)))
            case "paragraph":
                (inline,) = node.children
                if [one.type for one in inline.children] == ["image"]:
                    (image,) = inline.children
                    return Picture(str(image.attrs["src"]), _words(self.runs(node)))
                return Paragraph(self.runs(node))
            case "fence" | "code_block":
                return Code(node.content.rstrip("\n"))
            case "bullet_list" | "ordered_list":
                items = tuple(self.blocks(item) for item in node.children)
                return Items(node.type == "ordered_list", items)
            case "table":
                rows = [
                    tuple(self.runs(cell) for cell in row.children) for part in node.children for row in part.children
                ]
                return Table(rows[0], tuple(rows[1:]))
        raise ValueError(f"Our documents hold no {node.type}.")

    def runs(self, node: "SyntaxTreeNode") -> Runs:
        """The words of a heading, a paragraph or a cell, each with its kind."""
        return tuple(_drawn_together(run for inline in node.children for run in self.inline(inline, Run(""))))

    def inline(self, node: "SyntaxTreeNode", like: Run) -> Iterator[Run]:
        """The words below a node: each as `like`, and as what they stand in."""
        match node.type:
            case "text" | "text_special":
                yield replace(like, text=node.content)
            case "softbreak" | "hardbreak":
                yield replace(like, text=" ")
            case "code_inline":
                yield replace(like, text=node.content, code=True, href=self.code(node.content))
            case "link":
                # What is marked within the words of a link is not shown apart: a link is one thing to press.
                words = "".join(run.text for child in node.children for run in self.inline(child, Run("")))
                yield replace(like, text=words, href=self.link(str(node.attrs["href"])))
            case kind:
                like = replace(like, strong=like.strong or kind == "strong", stressed=like.stressed or kind == "em")
                for child in node.children:
                    yield from self.inline(child, like)


def _words(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def _drawn_together(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs of one kind that follow one another as one; empty ones left out. Code and links stay apart."""
    held: Run | None = None
    for run in runs:
        if held and not (run.code or run.href or held.code or held.href) and replace(run, text=held.text) == held:
            held = replace(held, text=held.text + run.text)
            continue
        if held and held.text:
            yield held
        held = run
    if held and held.text:
        yield held
