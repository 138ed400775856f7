"""The lists of the self-check, from the file beside this module. Nothing of a check is kept. Clauses 3.1, 3.5."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Steps:
    """What to look at on one platform. `checked_on` is none until somebody went through the platform's own help."""

    key: str
    name: str
    steps: tuple[str, ...]
    checked_on: date | None = None


@cache
def _read() -> dict[str, Any]:
    file = resources.files("forethought.boundaries").joinpath("self_checks.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _steps(key: str, entry: dict[str, Any]) -> Steps:
    said = entry["checked_on"]
    return Steps(key, entry["name"], tuple(entry["steps"]), date.fromisoformat(said) if said else None)


def platforms() -> tuple[Steps, ...]:
    """Each platform with steps of its own, as the file orders them. Policy 3.5."""
    return tuple(_steps(key, entry) for key, entry in _read()["platforms"].items())


def steps_for(key: str) -> Steps:
    """The steps of a platform; the generic ones for any that has none. Policy 3.5."""
    return next((one for one in platforms() if one.key == key), _steps("other", _read()["generic"]))


def search_yourself() -> tuple[str, ...]:
    """What to search for about oneself. Policy 3.1."""
    return tuple(_read()["search"]["steps"])


def audience() -> tuple[str, ...]:
    """How others may read what one shows. Policy 3.1."""
    return tuple(_read()["audience"]["steps"])
