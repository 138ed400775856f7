"""Where each app or site is asked, by what is wrong: the routes that are shipped, under those a school noted itself.

A route is a place in words or the address of a form, with the day on which somebody last checked it. Shipped ones were
checked by nobody, and say so. Plain; law.md 5.1, 5.4.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from forethought.core.clock import spoken_day
from forethought.core.text import is_blank

SOURCE = Path(__file__).with_name("routes.toml")

#: What a route is for, as the page says it.
KINDS = {
    "report": "Report it",
    "privacy": "Private details or a picture",
    "impersonation": "Somebody pretends to be somebody",
    "copyright": "A picture or text that belongs to somebody",
    "trusted": "A way for schools or trusted reporters",
}


@dataclass(frozen=True)
class Known:
    """Where an app or site is asked about one thing. `checked_on` is None where nobody here has checked it."""

    kind: str
    place: str
    checked_on: date | None = None

    @property
    def checked(self) -> str:
        """When it was last checked, in words."""
        if self.checked_on is None:
            return "Not checked yet. Look before you rely on it."
        return f"Checked on {spoken_day(self.checked_on, year=True)}."


@cache
def shipped() -> dict[str, dict[str, str]]:
    """The routes as they are shipped: by app or site, then by kind."""
    found: dict[str, dict[str, str]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return found


def routes_of(medium: str, own: Mapping[str, tuple[str, date]]) -> list[Known]:
    """Each kind of route of an app or site, the school's own over what is shipped; an empty place where none is known.

    `own` is place and day by kind. Policy 4.2, 8.3.
    """
    ours = shipped().get(medium, {})
    return [Known(kind, *own[kind]) if kind in own else Known(kind, ours.get(kind, "")) for kind in KINDS]


def why_not_note_route(*, kind: str, place: str) -> str | None:
    """Why a route is not noted: only that it is of no known kind, or says no place. Policy 8.3."""
    if kind not in KINDS:
        return "There is no such way to ask."
    return "Write where it is: the address of their form, or the way to it in the app." if is_blank(place) else None
