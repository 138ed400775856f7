"""The paragraphs of a Word document, with the styles and numbers that Word shows. Only `_file_parser` loads this."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.parsers import expat

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.parser import parse_xml
from lxml import etree

from forethought.policies._file_parser import MOST_CHARACTERS, MOST_ROWS, NotRead

MOST_UNPACKED = 100 * 1024 * 1024
MOST_UNPACKED_XML = 25 * 1024 * 1024
MOST_MEMBERS = 5_000

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
TRACKED = [W + name for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge")]
BULLET = "•"
ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def rows_of_docx(data: bytes) -> dict[str, Any]:
    """The paragraphs and table rows of a Word document, in their order."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            look_over(archive)
        document = docx.Document(BytesIO(data))
        return {"rows": list(Word(document).rows())}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, expat.ExpatError) as fault:
        raise NotRead("damaged") from fault
    except (OpcError, etree.XMLSyntaxError, KeyError, ValueError) as fault:
        raise NotRead("damaged") from fault


def look_over(archive: zipfile.ZipFile) -> None:
    """Refuse what must not be unpacked, or would not be the text that people agreed on."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > MOST_UNPACKED:
        raise NotRead("unpacks")
    if any(each.flag_bits & 1 for each in members):
        raise NotRead("locked")
    names = {each.filename for each in members}
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise NotRead("macros")
    if "[Content_Types].xml" not in names or "_rels/.rels" not in names:
        raise NotRead("other")
    written = [each for each in members if each.filename.endswith((".xml", ".rels")) and each.file_size]
    if any(each.file_size > MOST_UNPACKED_XML for each in written):
        raise NotRead("unpacks")
    for each in written:
        if has_doctype(archive, each):
            raise NotRead("doctype")
    types = archive.read("[Content_Types].xml")
    if b"macroenabled" in types.lower():
        raise NotRead("macros")
    if b"purl.oclc.org/ooxml" in archive.read("_rels/.rels"):
        raise NotRead("strict")
    if b"wordprocessingml.document.main+xml" not in types:
        raise NotRead("other")
    # A parser of our own: no network, nothing put in the place of names.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for each in written:
        # Comments are not part of the text, so what was changed in them does not matter. Nor do building blocks.
        if re.fullmatch(r"(?!word/comments)word/[^/]+\.xml|[^/]+\.xml", each.filename):
            tree = etree.fromstring(archive.read(each), parser)
            if next(tree.iter(*TRACKED), None) is not None:
                raise NotRead("tracked")


def has_doctype(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a part names a document type, through which entities could grow or other files be asked for."""
    found: list[bool] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append(True)
    parser.StartElementHandler = lambda *_: found.append(False)
    with archive.open(member) as part:
        while not found and (some := part.read(4096)):
            parser.Parse(some)
    return bool(found and found[0])


@dataclass
class Level:
    """One level of a list: how its number looks, and where it starts."""

    form: str
    look: str
    start: int
    style: str
    legal: bool


class Word:
    """A document as python-docx opened it, read in the order of its elements.

    Its own text of a paragraph passes over content controls and text boxes, and it counts no numbers; so the elements
    are walked here.
    """

    def __init__(self, document: Any) -> None:
        self.body = document.element.body
        within = [each for each in document.part.rels.values() if not each.is_external]
        self.parts = {each.reltype.rsplit("/", 1)[-1]: each.target_part for each in within}
        styles = self.part("styles")
        self.styles = {each.get(W + "styleId"): each for each in styles.iter(W + "style")} if styles is not None else {}
        self.plain = next((key for key, each in self.styles.items() if is_default(each)), None)
        self.numbering = Numbering(self.part("numbering"), self.styles)
        self.characters = self.count = 0

    def part(self, name: str) -> Any:
        """The root element of a part that the document points to, or None."""
        if name not in self.parts:
            return None
        part = self.parts[name]
        return part.element if hasattr(part, "element") else parse_xml(part.blob)

    def rows(self) -> Iterator[dict[str, Any]]:
        yield from self.counted(self.blocks(self.body))
        for name in ("footnotes", "endnotes"):
            notes = self.part(name)
            for note in notes if notes is not None else ():
                if note.get(W + "type") in {None, "normal"}:
                    yield from self.counted(self.blocks(note))

    def counted(self, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            self.characters += sum(map(len, row["texts"]))
            self.count += 1
            if self.characters > MOST_CHARACTERS or self.count > MOST_ROWS:
                raise NotRead("long")
            yield row

    def blocks(self, holder: Any) -> Iterator[dict[str, Any]]:
        for child in holder:
            if child.tag == W + "p":
                yield from self.paragraph(child)
            elif child.tag == W + "tbl":
                for row in inside(child, W + "tr"):
                    yield from self.table_row(row)
            elif child.tag in {W + "sdt", W + "sdtContent", W + "customXml", W + "smartTag"}:
                yield from self.blocks(child)

    def table_row(self, row: Any) -> Iterator[dict[str, Any]]:
        """A row is one paragraph, unless a cell holds several: then the table only lays the text out."""
        cells = [list(self.blocks(cell)) for cell in inside(row, W + "tc")]
        filled = [cell for cell in cells if cell]
        if len(filled) > 1 and all(len(cell) == 1 and cell[0]["kind"] != "cells" for cell in filled):
            texts = [f"{cell[0]['label']} {cell[0]['texts'][0]}".strip() for cell in filled]
            yield {"kind": "cells", "label": "", "bold": False, "texts": texts}
        else:
            for cell in filled:
                yield from cell

    def paragraph(self, paragraph: Any) -> Iterator[dict[str, Any]]:
        shape = paragraph.find(W + "pPr")
        style = value(shape, "pStyle") or self.plain
        chain = list(self.chain(style))
        names = [(value(each, "name") or "").casefold() for each in chain]
        boxes: list[Any] = []
        text = "".join(written(paragraph, boxes))
        # A table of contents says nothing that its headings do not say.
        if (text.strip() and not names[:1]) or (text.strip() and not names[0].startswith("toc")):
            levels = [value(each, "outlineLvl") for each in (shape, *(one.find(W + "pPr") for one in chain))]
            level = next((one for one in levels if one is not None), "9")
            named = any(name.startswith("heading ") or name in {"title", "subtitle"} for name in names)
            yield {
                "kind": "heading" if named or level in set("012345678") else "words",
                "label": self.numbering.label(shape, style, chain),
                "bold": all_bold(paragraph, chain),
                "texts": [text],
            }
        for box in boxes:
            yield from self.blocks(box)

    def chain(self, style: str | None) -> Iterator[Any]:
        """A style, and what it is based on."""
        seen = set()
        while style in self.styles and style not in seen:
            seen.add(style)
            yield self.styles[style]
            style = value(self.styles[style], "basedOn")


class Numbering:
    """Word's own numbers. They are not in the text: they are counted, as Word counts them when it shows the page."""

    def __init__(self, root: Any, styles: dict[str, Any]) -> None:
        self.lists: dict[str, dict[int, Level]] = {}
        self.uses: dict[str, tuple[str, dict[int, int]]] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[str] = set()
        links: dict[str, str] = {}
        for each in root.findall(W + "abstractNum") if root is not None else ():
            key = each.get(W + "abstractNumId")
            self.lists[key] = {int(one.get(W + "ilvl")): level_of(one) for one in each.findall(W + "lvl")}
            if link := value(each, "numStyleLink"):
                links[key] = link
        for each in root.findall(W + "num") if root is not None else ():
            starts = {
                int(one.get(W + "ilvl")): int(value(one, "startOverride") or 1)
                for one in each.findall(W + "lvlOverride")
                if value(one, "startOverride") is not None
            }
            self.uses[each.get(W + "numId")] = (value(each, "abstractNumId") or "", starts)
        for key, link in links.items():
            number = value(styles[link].find(f"{W}pPr/{W}numPr"), "numId") if link in styles else None
            self.lists[key] = self.lists.get(self.uses[number][0], {}) if number in self.uses else {}

    def label(self, shape: Any, style: str | None, chain: list[Any]) -> str:
        """The number or bullet before a paragraph, or nothing."""
        own = shape.find(W + "numPr") if shape is not None else None
        theirs = [found for each in chain if (found := each.find(f"{W}pPr/{W}numPr")) is not None]
        number = next((n for each in (own, *theirs) if (n := value(each, "numId")) is not None), None)
        if number not in self.uses:
            return ""
        listed, starts = self.uses[number]
        levels = self.lists.get(listed, {})
        by_style = next((key for key, each in levels.items() if each.style == style), 0)
        depth = next((int(d) for each in (own, *theirs) if (d := value(each, "ilvl")) is not None), by_style)
        if depth not in levels:
            return ""
        counts = self.counts.setdefault(listed, {})
        if number not in self.begun and starts:
            counts.update({key: start - 1 for key, start in starts.items()})
        self.begun.add(number)
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]
        return self.shown(levels, counts, depth)

    def shown(self, levels: dict[int, Level], counts: dict[int, int], depth: int) -> str:
        this = levels[depth]
        if this.form == "bullet":
            return BULLET

        def one(found: re.Match[str]) -> str:
            key = int(found[1]) - 1
            level = levels.get(key, this)
            return numeral(counts.get(key, level.start), "decimal" if this.legal else level.form)

        return re.sub(r"%([1-9])", one, this.look).strip()


def level_of(element: Any) -> Level:
    return Level(
        form=value(element, "numFmt") or "decimal",
        look=value(element, "lvlText") or "",
        start=int(value(element, "start") or 1),
        style=value(element, "pStyle") or "",
        legal=element.find(W + "isLgl") is not None,
    )


def numeral(number: int, form: str) -> str:
    if form in {"lowerLetter", "upperLetter"} and 1 <= number <= 26 * 4:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in {"lowerRoman", "upperRoman"} and 1 <= number <= 399:
        roman, rest = "", number
        for worth, sign in (
            (100, "c"),
            (90, "xc"),
            (50, "l"),
            (40, "xl"),
            (10, "x"),
            (9, "ix"),
            (5, "v"),
            (4, "iv"),
            (1, "i"),
        ):
            roman, rest = roman + sign * (rest // worth), rest % worth
        return roman if form == "lowerRoman" else roman.upper()
    if form == "decimalZero":
        return f"{number:02}"
    return "" if form == "none" else str(number)


def value(element: Any, name: str) -> str | None:
    """The value of a child element, as Word writes nearly everything."""
    found = element.find(W + name) if element is not None else None
    return found.get(W + "val") if found is not None else None


def is_default(style: Any) -> bool:
    return style.get(W + "type") == "paragraph" and style.get(W + "default") in {"1", "true", "on"}


def inside(holder: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also those within content controls."""
    for child in holder:
        if child.tag == tag:
            yield child
        elif child.tag in {W + "sdt", W + "sdtContent", W + "customXml"}:
            yield from inside(child, tag)


def written(element: Any, boxes: list[Any]) -> Iterator[str]:
    """The text of a paragraph as it shows. Text boxes that hang on it are put aside."""
    for child in element:
        if child.tag == W + "t":
            yield child.text or ""
        elif child.tag == W + "tab":
            yield "\t"
        elif child.tag in {W + "br", W + "cr"}:
            yield "\n"
        elif child.tag == W + "noBreakHyphen":
            yield "-"
        elif child.tag == W + "txbxContent":
            boxes.append(child)
        elif child.tag not in {W + "pPr", W + "rPr", FALLBACK}:
            yield from written(child, boxes)


def all_bold(paragraph: Any, chain: list[Any]) -> bool:
    """Whether all its words are bold, as people write headings who do not use styles."""
    by_style = any(is_on(each.find(f"{W}rPr/{W}b")) for each in chain[:1])
    runs = [run for run in paragraph.iter(W + "r") if "".join(written(run, [])).strip()]
    marks = [run.find(f"{W}rPr/{W}b") for run in runs]
    return bool(runs) and all(is_on(mark) if mark is not None else by_style for mark in marks)


def is_on(mark: Any) -> bool:
    return mark is not None and mark.get(W + "val") not in {"0", "false", "off"}
