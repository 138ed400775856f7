"""The clauses of the model policy, read from `model_policy.toml` and checked once.

A clause carries the words a person reads, why it says so, and how much of it this version of the software serves. The
claim `built` is held to account by tests/house/test_traceability.py.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

SOURCE = Path(__file__).with_name("model_policy.toml")

_ID = re.compile(r"F[1-9]|[1-9]\d?\.[1-9][a-z]?")
_KEYS = frozenset({"id", "kind", "title", "words", "why", "built", "screen"})
_OPTIONAL = ("part_of", "shows", "takedown")


class Kind(StrEnum):
    """What a clause does. A duty, a right or a ban asks something of the software; the others explain."""

    DUTY = "duty"
    RIGHT = "right"
    BAN = "ban"
    SCOPE = "scope"
    DEFINITION = "definition"
    LAW = "law"


class Built(StrEnum):
    """How much of a clause this version serves."""

    YES = "yes"
    PART = "part"
    NO = "no"


#: The kinds that need a rule or a procedure, and a test, before a clause may be called built.
BINDING = frozenset({Kind.DUTY, Kind.RIGHT, Kind.BAN})


class BadPolicy(Exception):
    """The policy file is not usable. It ships with the program, so this is a fault and stops it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the policy, in the words that people read."""

    id: str
    kind: Kind
    title: str
    words: str
    why: str
    built: Built
    #: For a clause that is built in part: what is there and what is missing.
    part_of: str
    #: Where a person meets it; empty while it is served nowhere.
    screen: str
    #: For a banned kind: what a record has to show before anybody says that it was that kind, a line each.
    shows: tuple[str, ...] = ()
    #: For a banned kind: by which way a site is asked first to take such a post down.
    takedown: str = ""

    @property
    def is_built(self) -> bool:
        """Whether any of it is served."""
        return self.built is not Built.NO


@cache
def clauses() -> Mapping[str, Clause]:
    """Every clause by its id, in the order of the policy."""
    return MappingProxyType(read(SOURCE.read_text(encoding="utf-8")))


def clause(clause_id: str) -> Clause:
    """The clause with this id, as in `clause("8.3")`. Raises KeyError for an id that the policy does not have."""
    return clauses()[clause_id]


def built_clauses() -> tuple[Clause, ...]:
    """The clauses that are served wholly or in part, in the order of the policy."""
    return tuple(each for each in clauses().values() if each.is_built)


def read(source: str) -> dict[str, Clause]:
    """The clauses in a policy file. Raises BadPolicy with a sentence when something in it does not fit."""
    try:
        rows = tomllib.loads(source).get("clause", [])
    except tomllib.TOMLDecodeError as fault:
        raise BadPolicy(f"The policy file is not TOML: {fault}.") from None
    found: dict[str, Clause] = {}
    for row in rows:
        each = _clause(row)
        if each.id in found:
            raise BadPolicy(f"Clause {each.id} stands twice.")
        found[each.id] = each
    if not found:
        raise BadPolicy("The policy file has no clause.")
    return found


def _clause(row: Mapping[str, object]) -> Clause:
    name = row.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise BadPolicy(f"{name!r} is not the id of a clause.")
    unknown, missing = row.keys() - _KEYS - set(_OPTIONAL), _KEYS - row.keys()
    if unknown or missing:
        raise BadPolicy(
            f"Clause {name}: {', '.join(sorted(unknown or missing))} should {'not ' * bool(unknown)}be there."
        )
    text: dict[str, str] = {}
    for key, value in {**dict.fromkeys(_OPTIONAL, ""), **row}.items():
        if not isinstance(value, str):
            raise BadPolicy(f"Clause {name}: {key} is not text.")
        text[key] = " ".join(value.split())
    shows = tuple(line.strip() for line in str(row.get("shows", "")).splitlines() if line.strip())
    try:
        kind, built = Kind(text.pop("kind")), Built(text.pop("built"))
    except ValueError as fault:
        raise BadPolicy(f"Clause {name}: {fault}.") from None
    for key in ("title", "words", "why"):
        if not text[key]:
            raise BadPolicy(f"Clause {name}: {key} is empty.")
    if (built is Built.PART) != bool(text["part_of"]):
        raise BadPolicy(f"Clause {name}: part_of says what is missing when, and only when, it is built in part.")
    if (built is Built.NO) != (text["screen"] == ""):
        raise BadPolicy(f"Clause {name}: a screen is named when, and only when, something is built.")
    return Clause(kind=kind, built=built, **{**text, "shows": shows})  # type: ignore[arg-type]
