"""“What would you do?”: short stories about the policy and what it asks of each kind of person, from `scenarios.toml`.

They help somebody to think. Nobody is marked, and no answer is kept.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from forethought.policies.clauses import clauses as every_clause

SOURCE = Path(__file__).with_name("scenarios.toml")

#: How people are engaged, as people/models.py has it.
KINDS = ("employee", "agency", "governor", "volunteer", "contractor", "trainee", "trust")

ANSWERS = 3
SENTENCES = 3

_SCENARIO = frozenset({"key", "situation", "clauses", "kinds", "answer"})
_ANSWER = frozenset({"words", "good", "reply"})
_PART = frozenset({"kind", "sentences"})


class BadScenarios(Exception):
    """The file of scenarios is not usable. It ships with the program, so this is a fault and stops it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that somebody might do, and what is said to them when they choose it."""

    words: str
    #: Whether it is what the policy hopes for. More than one answer may be.
    good: bool
    reply: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One short story with three answers."""

    key: str
    situation: str
    clauses: tuple[str, ...]
    answers: tuple[Answer, ...]
    #: The kinds of engagement it suits; empty means everybody.
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shipped:
    """Everything in the file."""

    scenarios: tuple[Scenario, ...]
    parts: Mapping[str, tuple[str, ...]]


def scenarios_for(
    kind: str, clauses: Collection[str] | None = None, most: int = 3, seed: str = ""
) -> tuple[Scenario, ...]:
    """A few scenarios for somebody engaged in this way, those about the clauses that changed first.

    The same seed gives the same ones in the same order, so that a page can be left and come back to. Raises KeyError
    for a kind that there is not. Policy 3.7.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    changed = frozenset(clauses or ())
    suited = [each for each in _shipped().scenarios if kind in (each.kinds or KINDS)]
    suited.sort(key=lambda each: (not _is_about(each, changed), _drawn(seed, each.key)))
    return tuple(suited[: max(most, 0)])


def your_part(kind: str) -> tuple[str, ...]:
    """What the policy means for somebody engaged in this way, in three sentences. Raises KeyError for another kind.

    Policy 2.5.
    """
    return _shipped().parts[kind]


def _is_about(scenario: Scenario, changed: frozenset[str]) -> bool:
    """A change of 5.3 is a change of 5.3a too."""
    return any(each in changed or each.rstrip("abcdefghi") in changed for each in scenario.clauses)


def _drawn(seed: str, key: str) -> bytes:
    return sha256(f"{seed}\n{key}".encode()).digest()


@cache
def _shipped() -> Shipped:
    return read(SOURCE.read_text(encoding="utf-8"))


def read(source: str) -> Shipped:
    """What a file of scenarios says. Raises BadScenarios with a sentence when something in it does not fit."""
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as fault:
        raise BadScenarios(f"The file of scenarios is not TOML: {fault}.") from None
    _insist_on_fields("The file", tables, frozenset({"scenario", "part"}))
    scenarios: dict[str, Scenario] = {}
    for row in _rows("The file", tables, "scenario"):
        each = _scenario(row)
        if each.key in scenarios:
            raise BadScenarios(f"Scenario {each.key} stands twice.")
        scenarios[each.key] = each
    parts: dict[str, tuple[str, ...]] = {}
    for row in _rows("The file", tables, "part"):
        kind, sentences = _part(row)
        if kind in parts:
            raise BadScenarios(f"The part of {kind} stands twice.")
        parts[kind] = sentences
    for kind in KINDS:
        if kind not in parts:
            raise BadScenarios(f"The part of {kind} is missing.")
        if not any(kind in (each.kinds or KINDS) for each in scenarios.values()):
            raise BadScenarios(f"No scenario suits {kind}.")
    return Shipped(tuple(scenarios.values()), MappingProxyType(parts))


def _scenario(row: Mapping[str, object]) -> Scenario:
    name = f"Scenario {row.get('key')}"
    _insist_on_fields(name, row, _SCENARIO)
    found = Scenario(
        key=_text(name, row, "key"),
        situation=_text(name, row, "situation"),
        clauses=_names(name, row, "clauses"),
        answers=tuple(_answer(name, answer) for answer in _rows(name, row, "answer")),
        kinds=_names(name, row, "kinds"),
    )
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", found.key):
        raise BadScenarios(f"{name}: a key is made of small letters, digits and hyphens.")
    if not found.clauses:
        raise BadScenarios(f"{name}: it is about at least one clause.")
    for clause_id in found.clauses:
        if clause_id not in every_clause():
            raise BadScenarios(f"{name}: the policy has no clause {clause_id}.")
    for kind in found.kinds:
        if kind not in KINDS:
            raise BadScenarios(f"{name}: nobody is engaged as {kind}.")
    if len(found.answers) != ANSWERS:
        raise BadScenarios(f"{name}: there are {ANSWERS} answers.")
    if len({answer.good for answer in found.answers}) == 1:
        raise BadScenarios(f"{name}: some answers are good and some are not.")
    return found


def _answer(name: str, row: Mapping[str, object]) -> Answer:
    _insist_on_fields(name, row, _ANSWER)
    good = row["good"]
    if not isinstance(good, bool):
        raise BadScenarios(f"{name}: good is true or false.")
    reply = _text(name, row, "reply")
    if _ends(reply) != 1:
        raise BadScenarios(f"{name}: a reply is one sentence.")
    return Answer(words=_text(name, row, "words"), good=good, reply=reply)


def _part(row: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    name = f"The part of {row.get('kind')}"
    _insist_on_fields(name, row, _PART)
    kind, sentences = _text(name, row, "kind"), _names(name, row, "sentences")
    if kind not in KINDS:
        raise BadScenarios(f"{name}: nobody is engaged as {kind}.")
    if len(sentences) != SENTENCES or any(_ends(each) != 1 for each in sentences):
        raise BadScenarios(f"{name}: there are {SENTENCES} sentences.")
    return kind, sentences


def _insist_on_fields(name: str, row: Mapping[str, object], fields: frozenset[str]) -> None:
    unknown, missing = row.keys() - fields, fields - row.keys()
    if unknown or missing:
        raise BadScenarios(f"{name}: {', '.join(sorted(unknown or missing))} should {'not ' * bool(unknown)}be there.")


def _rows(name: str, row: Mapping[str, object], field: str) -> list[Mapping[str, object]]:
    rows = row[field]
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise BadScenarios(f"{name}: {field} is not a list of entries.")
    return rows


def _text(name: str, row: Mapping[str, object], field: str) -> str:
    value = row[field]
    if not isinstance(value, str) or not value.strip():
        raise BadScenarios(f"{name}: {field} is empty or not text.")
    return " ".join(value.split())


def _names(name: str, row: Mapping[str, object], field: str) -> tuple[str, ...]:
    value = row[field]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadScenarios(f"{name}: {field} is not a list of texts.")
    return tuple(value)


def _ends(text: str) -> int:
    """How many sentences end in it, or 0 if the last one does not."""
    return len(re.findall(r"[.!?](?=\s|$)", text)) if text.endswith((".", "!", "?")) else 0
