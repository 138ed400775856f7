"""Every act that a case’s timeline can show is said in words of its own, not by the name that the code gives it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from forethought.pages import breach_wording, concern_wording, wording

CODE = Path(wording.__file__).resolve().parents[1]

#: Looking is kept in the trail and left out of the timeline.
LEFT_OUT = {"cases.view"}


def acts_of_cases() -> Iterator[str]:
    """The verb of each act that the code notes about a case."""
    for file in CODE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "acting" or not call.args:
                continue
            verb = call.args[0]
            if isinstance(verb, ast.Constant) and any(one.arg == "case_id" for one in call.keywords):
                yield str(verb.value)


def test_each_act_of_a_case_has_words() -> None:
    acts = set(acts_of_cases())
    assert len(acts) > 100 and "safeguarding.raise_urgency" in acts
    known = wording.VERBS | breach_wording.VERBS | concern_wording.VERBS
    assert acts - known.keys() - LEFT_OUT == set()
