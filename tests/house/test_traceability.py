"""Every clause that is said to be built has code that says so and a test that proves it.

Read from the source as text, without Django: a function's docstring that ends with `Policy 8.3.` or `Policy 8.3, 8.5.`
names what it serves, and `@pytest.mark.policy("8.3")` names what a test proves. A test that is skipped proves nothing.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from forethought.policies.clauses import BINDING, built_clauses, clauses

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = Path(__file__).with_name("built_clauses.txt")

# A page, a command or a table does not carry a clause: what it does is done by the rule or procedure behind it.
NOT_RULES = ("pages/", "management/", "templatetags/", "migrations/")
NOT_RULE_FILES = ("models.py",)

ID = r"(?:F\d+|\d+\.\d+[a-z]?)"
CITED = re.compile(rf"\bPolicy ({ID}(?:, {ID})*)\.(?!\d)")
MEANT = re.compile(r"\bPolicy (?=F?\d)")


@dataclass
class Citations:
    """Where each clause is named, and where something was named that cannot be read."""

    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unreadable: list[str] = field(default_factory=list)

    def take(self, other: "Citations") -> None:
        for clause_id, places in other.places.items():
            self.places[clause_id] += places
        self.unreadable += other.unreadable


def cited_in_code(source: str, name: str, *, functions_only: bool) -> Citations:
    """The clauses that docstrings of a module name."""
    found = Citations()
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, kinds if functions_only else (*kinds, ast.ClassDef, ast.Module)):
            continue
        text = ast.get_docstring(node) or ""
        where = f"{name}:{getattr(node, 'lineno', 1)} {getattr(node, 'name', 'module')}"
        for match in CITED.finditer(text):
            for clause_id in match[1].split(", "):
                found.places[clause_id].append(where)
        if len(MEANT.findall(text)) != len(CITED.findall(text)):
            found.unreadable.append(f"{where}: write “Policy 8.3.” or “Policy 8.3, 8.5.”, with the full stop.")
    return found


def proved_in_tests(source: str, name: str) -> Citations:
    """The clauses that tests carry as marks: on a function, a class, a row of a table or the whole module."""
    found = Citations()
    for node, calls in _marks(ast.parse(source)):
        where = f"{name}:{getattr(node, 'lineno', 1)} {getattr(node, 'name', 'module')}"
        if any(_is_mark(call, "skip", "xfail") for call in calls):
            continue
        for call in calls:
            if isinstance(call, ast.Call) and _is_mark(call, "policy"):
                _read_mark(call, where, found)
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[ast.AST, list[ast.expr]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node, node.decorator_list
        elif isinstance(node, ast.Assign) and "pytestmark" in [getattr(target, "id", "") for target in node.targets]:
            yield node, node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
        elif isinstance(node, ast.keyword) and node.arg == "marks":
            yield node.value, node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]


def _is_mark(node: ast.expr, *names: str) -> bool:
    found = node.func if isinstance(node, ast.Call) else node
    return isinstance(found, ast.Attribute) and found.attr in names and ast.unparse(found.value) == "pytest.mark"


def _read_mark(call: ast.Call, where: str, found: Citations) -> None:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            found.places[argument.value].append(where)
        else:
            found.unreadable.append(f"{where}: a clause in a mark is written out, as “8.3”.")
    if not call.args or call.keywords:
        found.unreadable.append(f"{where}: a policy mark names at least one clause, and nothing by keyword.")


def modules() -> Iterator[tuple[str, Path]]:
    package = ROOT / "forethought"
    return ((path.relative_to(package).as_posix(), path) for path in sorted(package.rglob("*.py")))


@pytest.fixture(scope="module")
def code() -> Citations:
    """Clauses named by the functions of rules, procedures and other plain modules."""
    found = Citations()
    for name, path in modules():
        if not name.startswith(NOT_RULES) and not name.endswith(NOT_RULE_FILES):
            found.take(cited_in_code(path.read_text(encoding="utf-8"), name, functions_only=True))
    return found


@pytest.fixture(scope="module")
def everything() -> Citations:
    """Clauses named by any docstring at all."""
    found = Citations()
    for name, path in modules():
        found.take(cited_in_code(path.read_text(encoding="utf-8"), name, functions_only=False))
    return found


@pytest.fixture(scope="module")
def proofs() -> Citations:
    found = Citations()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        found.take(proved_in_tests(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()))
    return found


BINDING_AND_BUILT = [each.id for each in built_clauses() if each.kind in BINDING]


@pytest.mark.parametrize("clause_id", BINDING_AND_BUILT)
def test_a_built_clause_has_a_rule_or_a_procedure(clause_id: str, code: Citations) -> None:
    assert clause_id in code.places, f"No function's docstring says “Policy {clause_id}.”"


@pytest.mark.parametrize("clause_id", BINDING_AND_BUILT)
def test_a_built_clause_has_a_test(clause_id: str, proofs: Citations) -> None:
    assert clause_id in proofs.places, f'No test carries @pytest.mark.policy("{clause_id}").'


def test_every_clause_that_the_code_names_exists(everything: Citations) -> None:
    assert {key: places for key, places in everything.places.items() if key not in clauses()} == {}
    assert everything.unreadable == []


def test_every_clause_that_a_test_names_exists(proofs: Citations) -> None:
    assert {key: places for key, places in proofs.places.items() if key not in clauses()} == {}
    assert proofs.unreadable == []


def committed() -> list[str]:
    lines = COMMITTED.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def test_what_was_built_once_stays_built() -> None:
    assert [each for each in committed() if each not in {built.id for built in built_clauses()}] == []


def test_what_is_newly_built_is_put_on_the_list_that_never_shrinks() -> None:
    assert [each.id for each in built_clauses() if each.id not in committed()] == []


# --- The reader itself, on small examples ---


@pytest.mark.parametrize(
    ("docstring", "named"),
    [
        ("Ask. Policy 8.3.", ["8.3"]),
        ("Ask.\n\n    Policy 8.3, 8.5.", ["8.3", "8.5"]),
        ("Policy F3, 5.3a, 10.1.", ["F3", "5.3a", "10.1"]),
        ("law.md 1.4; Policy 7.4.", ["7.4"]),
        ("Policy 8.3. And also Policy 8.5.", ["8.3", "8.5"]),
        ("The policy 8.3 in passing.", []),
        ("Nothing.", []),
    ],
)
def test_a_docstring_names_clauses(docstring: str, named: list[str]) -> None:
    found = cited_in_code(f'def ask():\n    """{docstring}"""\n', "m.py", functions_only=True)

    assert list(found.places) == named
    assert found.unreadable == []


@pytest.mark.parametrize(
    "docstring", ["Policy 8.3", "Policy 8.3 and 8.5.", "Policy 8.3,8.5.", "Policy 8.", "Policy F."]
)
def test_a_docstring_that_nearly_names_a_clause_is_reported(docstring: str) -> None:
    found = cited_in_code(f'def ask():\n    """{docstring}"""\n', "m.py", functions_only=True)

    assert list(found.places) == []
    assert len(found.unreadable) == (0 if docstring == "Policy F." else 1)


def test_a_class_or_module_is_not_a_rule_though_its_docstring_is_read() -> None:
    source = '"""Module. Policy 8.1."""\nclass Row:\n    """One row. Policy 8.2."""\n'

    assert list(cited_in_code(source, "m.py", functions_only=True).places) == []
    assert sorted(cited_in_code(source, "m.py", functions_only=False).places) == ["8.1", "8.2"]


def test_marks_are_found_wherever_pytest_takes_them() -> None:
    source = """
pytestmark = [pytest.mark.policy("1.1"), pytest.mark.django_db]

@pytest.mark.policy("8.3", "8.5")
def test_one(): ...

@pytest.mark.policy("8.6")
class TestTwo:
    @pytest.mark.parametrize("at", [pytest.param(1, marks=pytest.mark.policy("8.7"))])
    def test_three(self, at): ...
"""
    assert sorted(proved_in_tests(source, "t.py").places) == ["1.1", "8.3", "8.5", "8.6", "8.7"]


@pytest.mark.parametrize("why", ["skip", 'skip("later")', "xfail", "xfail(strict=True)"])
def test_a_test_that_does_not_run_proves_nothing(why: str) -> None:
    source = f'@pytest.mark.{why}\n@pytest.mark.policy("8.3")\ndef test_one(): ...\n'

    assert list(proved_in_tests(source, "t.py").places) == []


@pytest.mark.parametrize("mark", ["policy()", "policy(CLAUSE)", "policy(8.3)", 'policy(clauses="8.3")'])
def test_a_mark_that_cannot_be_read_is_reported(mark: str) -> None:
    assert proved_in_tests(f"@pytest.mark.{mark}\ndef test_one(): ...\n", "t.py").unreadable
