"""The notices with a form of their own in law or in practice: who may send each, what it must say, and its words.

Beside the report in an app, the letter to a host and the next steps (`notices.py`). Those that only a person may send
become a pack for that person, with a helper (policy 8.4); the school never signs one. Read from notices.toml; law.md
5.2, N3 to N18. Two stand elsewhere: the police report (N14) and the referral to the authority's officer (N15).
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from forethought.core.text import is_blank
from forethought.takedowns.targets import Target, why_not_target

SOURCE = Path(__file__).with_name("notices.toml")

Block = tuple[str, str]


class Who(StrEnum):
    """Who may send a notice. Law.md 5.2."""

    PERSON = "person"
    OWNER = "owner"
    CHILD = "child"
    AFFECTED = "affected"
    SCHOOL = "school"


@dataclass(frozen=True)
class Asked:
    """One thing a notice must say. `confirm` is a sentence that has to be said, or it is no notice."""

    name: str
    label: str
    why: str
    optional: bool = False
    long: bool = False
    confirm: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()

    @property
    def missing(self) -> str:
        """What is said when it is empty."""
        return f"“{self.label}” is missing. {self.why}"


@dataclass(frozen=True)
class Special:
    """One notice of its own kind: who may send it, to where, within what time they answer, and what it cannot do."""

    number: str
    name: str
    who: Who
    to: str
    clock: str
    limits: tuple[str, ...]
    opening: str
    fields: tuple[Asked, ...]
    not_school: str = ""

    @property
    def personal(self) -> bool:
        """Whether the school only helps somebody else to send it. Policy 8.4."""
        return self.who is not Who.SCHOOL


@dataclass(frozen=True)
class Written:
    """A notice as it goes out: plain text, and the same in blocks to copy into a form."""

    subject: str
    text: str
    blocks: tuple[Block, ...]


@cache
def special_notices() -> dict[str, Special]:
    """Every notice with a form of its own, by its number. Law.md 5.2."""
    rows = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["notice"]
    return {row["number"]: _special(row) for row in rows}


def why_not_sign(notice: Special, *, name: str, school: str, by_school: bool = False) -> str | None:
    """Why this name cannot be under this notice: a school, an office or nobody under a personal one. Policy 8.4."""
    if not notice.personal:
        return None
    if by_school or _is_institution(name, school):
        return notice.not_school
    return None


def missing(notice: Special, said: Mapping[str, str], target: Target, *, school: str) -> list[str]:
    """A sentence for each thing that it still needs; empty when it can be sent. Policy 8.4."""
    needed = []
    for asked in notice.fields:
        value = said.get(asked.name, "")
        if asked.confirm:
            if value != "yes":
                needed.append(asked.missing)
        elif is_blank(value):
            if not asked.optional:
                needed.append(asked.missing)
        elif asked.choices and value not in {choice[0] for choice in asked.choices}:
            needed.append(f"“{value}” is not one of the choices for “{asked.label}”.")
    if not _exact_address(notice, target):
        needed.append("This notice needs the exact web address. Without one, use their own report form.")
    elif refusal := why_not_target(target):
        needed.append(refusal)
    if refusal := why_not_sign(notice, name=said.get("name", ""), school=school):
        needed.append(refusal)
    return needed


def write(
    notice: Special, said: Mapping[str, str], target: Target, *, reference: str, sent: str, school: str
) -> Written:
    """The words of a complete notice. `sent` is the time as words. Raises ValueError while something is missing.

    No picture is ever attached. Policy 8.3, 8.4.
    """
    if lacking := missing(notice, said, target, school=school):
        raise ValueError(" ".join(lacking))
    subject = " ".join(f"{notice.name}: our reference {reference}".split())
    blocks: list[Block] = [("What this is", notice.opening), ("Where it is", _place(target))]
    for asked in notice.fields:
        words = _words(asked, said.get(asked.name, ""))
        if words:
            blocks.append((asked.label, words))
    blocks.append(("About this notice", f"Sent {sent}. No picture is attached."))
    text = "\n\n".join(f"{label}\n{words}" for label, words in blocks)
    return Written(subject, f"{subject}\n\n{text}\n", (("Subject", subject), *blocks))


def _special(row: dict[str, object]) -> Special:
    fields = row.pop("field")
    limits = row.pop("limits")
    who = Who(str(row.pop("who")))
    if not isinstance(fields, list) or not isinstance(limits, list):
        raise TypeError("A notice has a list of fields and a list of limits.")
    asked = tuple(Asked(**{**one, "choices": tuple(tuple(c) for c in one.get("choices", ()))}) for one in fields)
    return Special(who=who, fields=asked, limits=tuple(limits), **{name: str(value) for name, value in row.items()})


#: Notices that have no effect without an exact address: law asks where on the website it is.
_NEEDS_ADDRESS = frozenset({"N3", "N5", "N11", "N17", "N18"})


def _exact_address(notice: Special, target: Target) -> bool:
    return notice.number not in _NEEDS_ADDRESS or not is_blank(target.address)


def _words(asked: Asked, value: str) -> str:
    if asked.confirm:
        return asked.confirm
    for choice, _, words in asked.choices:
        if choice == value:
            return words
    return value.strip()


def _place(target: Target) -> str:
    rows = [
        ("Address", target.address),
        ("App or site", target.platform),
        ("Group", "" if target.group == target.platform else target.group),
        ("Account", target.handle),
        ("What it is", target.description),
    ]
    return "\n".join(f"{label}: {words}" for label, words in rows if words)


def _plain(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(re.findall(r"\w+", "".join(one for one in flat if not unicodedata.combining(one))))


_OFFICES = re.compile(
    r"\b(?:school|academy|governors|governing (?:body|board)|local authority|"
    r"(?:county|city|borough|district) council|academy trust|headteacher|head teacher|school office)\b"
)


def _is_institution(name: str, school: str) -> bool:
    """Whether a name is a school's, a council's or an office's rather than somebody's own."""
    plain = _plain(name)
    return bool(plain) and (plain == _plain(school) or bool(_OFFICES.search(plain)))
