"""Each hard case that the documents name has a test, and each test that they name is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
CASES = {int(number): shown for number, _, shown in ROW.findall((ROOT / "docs/reference/hard-cases.md").read_text())}
OF_EVIDENCE = [*range(1, 33), *range(54, 68)]


@cache
def functions_in(path: Path) -> frozenset[str]:
    return frozenset(node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def test_every_case_stands_once_in_the_table() -> None:
    assert list(CASES) == OF_EVIDENCE


@pytest.mark.parametrize("number", OF_EVIDENCE)
def test_a_case_is_shown_by_tests_that_are_there(number: int) -> None:
    named = re.findall(r"`([a-z_/]+\.py)::(\w+)`", CASES[number])
    assert named and len(named) == CASES[number].count("`") / 2
    for file, name in named:
        path = ROOT / file if file.startswith("bench/") else ROOT / "tests" / file
        assert path.exists(), file
        # A figure may be one of several that a measurement gives: then its name stands in the table of figures.
        assert name in functions_in(path) or f'"{name}"' in path.read_text(), f"{file}::{name}"
    assert any(name.startswith("test_") for _, name in named), "not by a measurement alone"
