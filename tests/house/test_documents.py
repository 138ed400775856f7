"""The documents keep up with the code: every setting is explained, every link leads somewhere, every page is listed.

Read as text, without Django. A setting is whatever settings.py reads with a call such as `env.flag("NAME", False)`.
"""

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SETTINGS = ROOT / "forethought" / "settings.py"
REFERENCE = DOCS / "reference" / "settings.md"

#: Folders that are made by a run and hold other people's documents.
NOT_OURS = frozenset({"var", "static-built", "test-output", "node_modules", "__pycache__"})

FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
LABEL = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True)
class Setting:
    """A setting that the program reads, and its default as text; None where the default is worked out."""

    name: str
    default: str | None


def settings_read(source: str) -> list[Setting]:
    """Every setting that a module reads from the environment by name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="env")), args=[ast.Constant(value=str(name)), *_]):
                found.append(Setting(name, default_of(node)))
    return sorted(found, key=lambda setting: setting.name)


def default_of(call: ast.Call) -> str | None:
    """A default as the reference writes it."""
    if len(call.args) < 2:
        return ""
    try:
        value = eval(compile(ast.Expression(call.args[1]), "default", "eval"), {"__builtins__": {}})
    except NameError:
        return None
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def rows_of(reference: str) -> dict[str, str]:
    """The rows of the reference's tables, by the setting in their first column."""
    return {name: row for name, row in re.findall(r"^\| `([A-Z0-9_]+)` \|(.*)$", reference, re.MULTILINE)}


def our_documents() -> list[Path]:
    found: list[Path] = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in NOT_OURS and not name.startswith(".")]
        found += [Path(folder) / name for name in names if name.endswith(".md")]
    return sorted(found)


def links_in(text: str) -> Iterator[str]:
    """Where a document's links and pictures lead; what stands in code is no link."""
    plain = CODE.sub("", FENCE.sub("", text))
    yield from (match[1] for pattern in (LINK, LABEL) for match in pattern.finditer(plain))


def anchors_in(text: str) -> set[str]:
    """The names by which a document's headings can be linked to, as GitHub and its like make them."""
    headings = HEADING.findall(FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_nowhere(document: Path, link: str) -> bool:
    """Whether a relative link misses: no such file, outside the repository, or no such heading in it."""
    if ELSEWHERE.match(link) or link.startswith("//"):
        return False
    path, _, anchor = unquote(link).partition("#")
    target = (document.parent / path).resolve() if path else document
    if not target.exists() or not target.is_relative_to(ROOT):
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in anchors_in(target.read_text(encoding="utf-8"))


def test_every_setting_stands_in_the_reference_with_its_default() -> None:
    rows = rows_of(REFERENCE.read_text(encoding="utf-8"))
    read = settings_read(SETTINGS.read_text(encoding="utf-8"))

    assert [setting.name for setting in read if setting.name not in rows] == []
    assert [
        f"{setting.name}: {setting.default}"
        for setting in read
        if setting.default and f"`{setting.default}`" not in rows[setting.name]
    ] == []


def test_the_reference_explains_no_setting_that_is_gone() -> None:
    read = {setting.name for setting in settings_read(SETTINGS.read_text(encoding="utf-8"))}

    assert sorted(rows_of(REFERENCE.read_text(encoding="utf-8")).keys() - read) == []


def test_every_relative_link_leads_somewhere() -> None:
    dead = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in our_documents()
        for link in links_in(document.read_text(encoding="utf-8"))
        if leads_nowhere(document, link)
    ]

    assert dead == []


def test_the_index_lists_every_page() -> None:
    index = DOCS / "index.md"
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in links_in(index.read_text(encoding="utf-8"))}
    pages = [path for path in sorted(DOCS.rglob("*.md")) if path != index]

    assert [path.relative_to(DOCS).as_posix() for path in pages if path not in listed] == []


# --- The reader itself, on small examples ---


def test_a_setting_is_found_with_its_default_however_it_is_wrapped() -> None:
    source = """
FOLDER = env.folder("A_FOLDER", ROOT / "var")
SIZE = env.number("A_SIZE", 5 * 1024, least=1, most=10) * 1024
OPEN = env.flag("AN_OPENING", False)
NAME = env.text("A_NAME").rstrip("/") or "nobody"
PARTS = env.database(NAME)
"""
    assert settings_read(source) == [
        Setting("AN_OPENING", "no"),
        Setting("A_FOLDER", None),
        Setting("A_NAME", ""),
        Setting("A_SIZE", "5120"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](b.md) and ![c](d.png)", ["b.md", "d.png"]),
        ("[a](b.md#part)", ["b.md#part"]),
        ("[a][1]\n\n[1]: b.md\n", ["b.md"]),
        ("`[a](b.md)` in code", []),
        ("```\n[a](b.md)\n```\n", []),
    ],
)
def test_links_are_found_and_code_is_not(text: str, found: list[str]) -> None:
    assert list(links_in(text)) == found


@pytest.mark.parametrize(
    ("link", "nowhere"),
    [
        ("words.md", False),
        ("words.md#people", False),
        ("words.md#nobody", True),
        ("../README.md", False),
        ("no-such-page.md", True),
        ("../../elsewhere.md", True),
        ("https://example.org/gone", False),
    ],
)
def test_a_link_that_misses_is_told_from_one_that_does_not(link: str, nowhere: bool) -> None:
    assert leads_nowhere(DOCS / "index.md", link) is nowhere
