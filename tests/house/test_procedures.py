"""Procedures read alike, and an act has one name everywhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

from doors import ours

from forethought.cases import rules as case_rules
from forethought.investigations import stages as breach_stages
from forethought.monitoring import rules as monitoring_rules
from forethought.policies import rules as policy_rules
from forethought.takedowns import rules as takedown_rules

ROOT = Path(__file__).resolve().parents[2] / "forethought"
AREAS = (
    "audit",
    "people",
    "policies",
    "acknowledgements",
    "reviews",
    "evidence",
    "cases",
    "questions",
    "reaching",
    "roster",
    "school_accounts",
    "signing_in",
    "takedowns",
    "safeguarding",
    "investigations",
    "reports",
    "monitoring",
    "boundaries",
    "founding",
    "directory",
    "retention",
    "protection",
)
#: Writing is no act until it is sent (docs/decisions/0006).
#: `acting` is what leaves the event of all others.
NO_EVENT = {"save_draft", "acting"}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def procedure_modules() -> Iterator[tuple[str, Path]]:
    """Every module of an area that opens an act: procedures.py, and those named for one subject of it.

    What the clock and the post do by themselves reads otherwise: it is told a school, and acts as the program.
    """
    for area in AREAS:
        for path in sorted((ROOT / area).glob("*.py")):
            if path.name in {"sweep.py", "mailing.py"}:
                continue
            if path.name == "procedures.py" or "with acting(" in path.read_text():
                yield area, path


def acts() -> Iterator[tuple[str, ast.FunctionDef, list[str]]]:
    """Every public function that opens an act, with the verbs it leaves."""
    for area, path in procedure_modules():
        for function in functions(path):
            verbs = [
                call.args[0].value
                for call in ast.walk(function)
                if isinstance(call, ast.Call)
                and getattr(call.func, "id", "") == "acting"
                and call.args
                and isinstance(call.args[0], ast.Constant)
            ]
            if verbs:
                yield area, function, verbs


def test_an_act_takes_keywords_and_ends_with_by_and_at() -> None:
    wrong = [
        f"{area}.{f.name}"
        for area, f, _ in acts()
        if f.args.args or [a.arg for a in f.args.kwonlyargs][-2:] != ["by", "at"]
    ]
    assert wrong == []


def test_an_act_leaves_one_event_of_its_own_name() -> None:
    wrong = [f"{area}.{f.name}: {verbs}" for area, f, verbs in acts() if verbs != [f"{area}.{f.name}"]]
    assert wrong == []


def test_a_public_function_of_procedures_is_an_act_or_says_what_it_is_part_of() -> None:
    named = {(area, f.name) for area, f, _ in acts()}
    unsaid = []
    for area, path in procedure_modules():
        for function in functions(path):
            said = ast.get_docstring(function) or ""
            writes = any(
                isinstance(n, ast.Attribute) and n.attr in {"create", "save", "update", "delete", "get_or_create"}
                for n in ast.walk(function)
            )
            if (
                writes
                and (area, function.name) not in named
                and "Part of" not in said
                and function.name not in NO_EVENT
            ):
                unsaid.append(f"{area}.{function.name}")
    assert unsaid == []


def test_every_verb_of_a_state_table_is_a_procedure() -> None:
    names = {(area, f.name) for area, f, _ in acts()}
    for verb in case_rules.MOVES:
        assert ("cases", verb) in names
    for verb in breach_stages.MOVES:
        assert ("investigations", verb) in names
    for verb in policy_rules.MOVES:
        assert ("policies", verb) in names
    for verb in monitoring_rules.MOVES:
        assert ("monitoring", verb) in names
    for verb in takedown_rules.MOVES:
        assert ("takedowns", "open_takedown" if verb == "open" else verb) in names


def test_an_address_that_acts_bears_the_name_of_its_procedure() -> None:
    names = {f.name for _, f, _ in acts()}
    wrong = []
    for route, one in ours():
        view = getattr(one.callback, "matrix_name", "").split(".")[-1]
        last = [part for part in route.split("/") if part and not part.startswith("<")][-1:] or [""]
        if view in names and last[0] != view.replace("_", "-") and view not in {"keep_records", "skip_rung", "add"}:
            wrong.append(f"{route} -> {view}")
    assert wrong == []


def test_every_status_can_be_reached_and_those_that_are_not_final_can_be_left() -> None:
    for moves, statuses, final in (
        (case_rules.MOVES, set(case_rules.Status), set()),
        (
            policy_rules.MOVES,
            set(policy_rules.Status),
            {policy_rules.Status.PUBLISHED, policy_rules.Status.DROPPED},
        ),
        (
            {v: (m.start, m.to) for v, m in takedown_rules.MOVES.items()},
            set(takedown_rules.Status),
            {takedown_rules.Status.WITHDRAWN},
        ),
    ):
        edges = (
            {(s, t) for starts, t in moves.values() for s in starts}
            if final != {takedown_rules.Status.WITHDRAWN}
            else {(s, t) for _, s, t in takedown_rules.edges() if s is not None}
        )
        reached = {t for _, t in edges}
        left = {s for s, t in edges if s != t}
        first = {case_rules.Status.RECEIVED, takedown_rules.Status.TO_ASK, policy_rules.Status.DRAFTING}
        assert statuses - reached - first == set()
        assert statuses - left - final == set()
