"""Habits that a machine can hold: short files, nothing left for later, nothing printed, no unsafe doors."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 450

#: Put together so that this file does not find itself.
LEFT_FOR_LATER = re.compile("|".join(["TO" + "DO", "FIX" + "ME"]))

#: Nobody is called this before anything is shown (clauses.md, cross-cutting check 10).
JUDGING = re.compile("offender|culprit|victim", re.IGNORECASE)

#: The law's own names for things, which are quoted and not said. Keep this short.
QUOTED_LAW = ("victimisation (Equality Act 2010 section 27)", "Code of Practice for Victims of Crime")

#: The modules whose views may stand outside Django's check of forms, because they check the gate's answers in the
#: address before the body is read, and the form's token would be inside that body. The second changes nothing; the
#: third takes answers that were signed for this person and this post. The fourth is no page: a key in a header opens
#: it, and a session never does. Every other view has the token.
WITHOUT_FORM_TOKEN = frozenset(
    f"forethought/pages/{name}.py" for name in ("uploads", "check_pictures", "post_pictures", "scim")
)

#: Django's own way with files never syncs them, and leaves large ones readable in the temporary folder (reliability.md
#: F2 and F9). Exhibits go through the vault.
UNSAFE_FILES = frozenset({"default_storage", "FileField", "ImageField", "FileSystemStorage", "TemporaryUploadedFile"})


def python_files(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    ]


def templates() -> list[Path]:
    return [path for path in sorted((ROOT / "forethought" / "templates").rglob("*")) if path.is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_with(pattern: re.Pattern[str], paths: Iterable[Path]) -> list[str]:
    return [
        f"{name_of(path)}:{number} {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def names_used(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every name that a module uses, imports or reaches for, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.name, node.lineno) for alias in node.names)


def used(names: frozenset[str], paths: Iterable[Path]) -> list[str]:
    return [
        f"{name_of(path)}:{line} {name}"
        for path in paths
        for name, line in names_used(ast.parse(path.read_text(encoding="utf-8")))
        if name in names
    ]


def texts(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The texts in a module that could reach a person: every string but the docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value, node.lineno


def judges(text: str) -> bool:
    for quoted in QUOTED_LAW:
        text = text.replace(quoted, "")
    return bool(JUDGING.search(text))


def test_every_python_file_can_be_read_at_one_sitting() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in everything()}

    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def everything() -> list[Path]:
    return [*python_files("forethought", "installer", "tests", "bench", "tools"), *sorted(ROOT.glob("*.py"))]


def test_nothing_is_left_for_later() -> None:
    others = [path for path in templates() if path.suffix in {".html", ".txt", ".svg", ".css", ".js"}]

    assert lines_with(LEFT_FOR_LATER, [*everything(), *others]) == []


def test_nothing_is_printed_but_by_commands() -> None:
    paths = [path for path in python_files("forethought") if "management" not in path.parts]
    calls = [
        f"{name_of(path)}:{node.lineno}"
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert calls == []


def test_no_text_for_people_judges_anybody() -> None:
    in_code = [
        f"{name_of(path)}:{line} {text[:80]}"
        for path in python_files("forethought")
        for text, line in texts(ast.parse(path.read_text(encoding="utf-8")))
        if judges(text)
    ]
    in_files = [
        name_of(path)
        for path in [*templates(), *sorted((ROOT / "forethought").rglob("*.toml"))]
        if path.suffix in {".html", ".txt", ".toml"} and judges(path.read_text(encoding="utf-8"))
    ]

    assert in_code + in_files == []


def test_no_file_goes_through_djangos_own_storage() -> None:
    assert used(UNSAFE_FILES, python_files("forethought")) == []


def test_only_four_modules_may_do_without_the_form_token() -> None:
    paths = [path for path in python_files("forethought") if name_of(path) not in WITHOUT_FORM_TOKEN]

    assert used(frozenset({"csrf_exempt"}), paths) == []


# --- The readers themselves, on small examples ---


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from django.core.files.storage import default_storage", True),
        ("upload = models.FileField()", True),
        ("upload = forms.FileField()", True),
        ("class Upload(FileField): ...", True),
        ("class ExhibitField: ...", False),
        ("# default_storage is banned", False),
        ('"""Never a FileField."""', False),
    ],
)
def test_a_name_is_found_however_it_is_reached(source: str, found: bool) -> None:
    assert any(name in UNSAFE_FILES for name, _ in names_used(ast.parse(source))) is found


def test_a_docstring_is_not_a_text_for_people_and_a_message_is() -> None:
    source = '"""The victim."""\ndef say():\n    """A victim."""\n    return f"The victim of {1}"\n'

    assert [line for text, line in texts(ast.parse(source)) if judges(text)] == [4]


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("The person harmed", False),
        ("the Victim", True),
        ("victimised", True),
        ("victimisation (Equality Act 2010 section 27)", False),
    ],
)
def test_only_the_laws_own_words_are_let_through(text: str, judged: bool) -> None:
    assert judges(text) is judged
