"""What is set on the clock outside cases is known to the worker, and written down."""

import ast
from pathlib import Path

from forethought.management.commands.worker import BELLS

ROOT = Path(__file__).resolve().parents[2]


def set_by_name() -> set[str]:
    """The kinds that calls of set_alarm name outright."""
    found = set()
    for path in sorted((ROOT / "forethought").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "set_alarm":
                found |= {
                    word.value.value
                    for word in call.keywords
                    if word.arg == "kind" and isinstance(word.value, ast.Constant)
                }
    return found


def test_every_alarm_that_is_set_has_a_bell() -> None:
    assert {"newcomer", "left", "review_due", "watch"} <= set_by_name() <= BELLS.keys()


def test_every_bell_stands_in_the_page_about_clocks() -> None:
    page = (ROOT / "docs" / "explanation" / "clocks.md").read_text()
    assert [kind for kind in BELLS if f"`{kind}`" not in page] == []
