"""Which media the policy covers: all of them. And which names mean the same one.

The list is shipped in media.toml, and a school adds to it. Nothing is refused for not being on it: what has no entry is
covered from its first day (policy 1.1), and the answer says so.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

SOURCE = Path(__file__).with_name("media.toml")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of service, in words people use."""

    key: str
    name: str
    aliases: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Known:
    """One app or site by name. `closed` says so where it no longer runs; `kind` is empty where a school added it."""

    name: str
    aliases: tuple[str, ...]
    kind: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of something somebody asked about. It is covered in any case."""

    medium: Known | None
    kind: Kind | None

    @property
    def sentence(self) -> str:
        """The answer in one or two sentences."""
        said = "Covered."
        if self.medium is not None and self.medium.closed:
            said += f" {self.medium.closed}"
        if self.kind is not None:
            said += f" {self.kind.says}"
        if self.medium is None and self.kind is None:
            said += " It is not on our list, and it need not be: the policy holds for any app or site."
        return said


@cache
def kinds() -> tuple[Kind, ...]:
    """The kinds of service that the definition names. Policy 4.1."""
    rows = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["kind"]
    return tuple(Kind(row["key"], row["name"], tuple(row["aliases"]), row["says"]) for row in rows)


@cache
def media() -> tuple[Known, ...]:
    """The apps and sites that are named as examples. Policy 4.2."""
    rows = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["medium"]
    return tuple(Known(row["name"], tuple(row["aliases"]), row["kind"], row.get("closed", "")) for row in rows)


def plain(text: str) -> str:
    """A name as it is compared: no case, no accents, one space between words."""
    flat = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[\w+]+", kept))


def same(one: str, other: str, own: Iterable[Known] = ()) -> bool:
    """Whether two names mean the same app or site: X is Twitter. Policy 4.2."""
    known = [*own, *media()]
    left, right = named(one, known), named(other, known)
    return (left is not None and left is right) or plain(one) == plain(other)


def named(text: str, known: Iterable[Known]) -> Known | None:
    """The app or site that goes by exactly this name."""
    wanted = plain(text)
    return next((one for one in known if wanted in {plain(name) for name in (one.name, *one.aliases)}), None)


def look_up(text: str, own: Iterable[Known] = ()) -> Found:
    """What is known of an app, a site or a kind of service, by any of its names, one or several words. Policy 4.1, 4.2.

    The longest name found in the words wins, so that “WhatsApp group” is WhatsApp.
    """
    words = f" {plain(text)} "
    medium = _longest(words, [(one, (one.name, *one.aliases)) for one in (*own, *media())])
    kind = _longest(words, [(one, (one.name, *one.aliases)) for one in kinds()])
    if medium is not None and kind is None:
        kind = next((one for one in kinds() if one.key == medium.kind), None)
    return Found(medium, kind)


def _longest(words: str, rows: list[tuple[T, tuple[str, ...]]]) -> T | None:
    found: tuple[int, T] | None = None
    for row, names in rows:
        for name in names:
            given = plain(name)
            hit = any(f" {form} " in words for form in (given, f"{given}s"))
            if given and hit and (found is None or len(given) > found[0]):
                found = (len(given), row)
    return found[1] if found else None
