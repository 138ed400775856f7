"""The laws behind the policy, the watch list and what is read beside it, from `law_register.toml`, checked once.

This is what every school starts from. What a school adds or corrects is kept in its own rows and never here.
"""

import re
import tomllib
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urlsplit

from forethought.core.naming import Named
from forethought.policies.clauses import clauses
from forethought.reviews.rules import Trigger

SOURCE = Path(__file__).with_name("law_register.toml")

#: How many laws stand beside a screen. More are not read; the register has them all.
MOST_BESIDE = 4

#: What a watch list can know of beforehand.
FORESEEN = frozenset({Trigger.LAW, Trigger.GUIDANCE, Trigger.CASE_LAW})

NO_DATE = "no date yet"

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY_OF_YEAR = re.compile(r"[0-9]{2}-[0-9]{2}")
_TABLES = ("law", "watch", "linked", "guidance")

_Entry = TypeVar("_Entry")
_Choice = TypeVar("_Choice", bound=StrEnum)


class Kind(Named):
    """What a law is."""

    ACT = "act", "Act"
    REGULATIONS = "regulations", "Regulations"
    RETAINED = "retained", "Kept from EU law"
    JUDGMENT = "judgment", "Judgment"
    GUIDANCE = "guidance", "Guidance"


class Status(Named):
    """Whether a law still stands."""

    IN_FORCE = "in_force", "In force"
    SUPERSEDED = "superseded", "Superseded"
    SUPERSEDED_IN_PART = "superseded_in_part", "Superseded in part"
    AMENDED = "amended", "Amended"
    NOT_COMMENCED = "not_commenced", "Not started yet"
    UNKNOWN = "unknown", "Not known"


class Certainty(StrEnum):
    """How far anybody got with what an entry says. The words are shown as they are."""

    READ = "official text"
    HEARD = "second hand"
    MEMORY = "from memory: check before relying"


class BadRegister(Exception):
    """The register is not usable. It ships with the program, so this is a fault and stops it."""


@dataclass(frozen=True, slots=True)
class Law:
    """One law, judgment or piece of guidance, and what it governs here."""

    key: str
    name: str
    citation: str
    kind: Kind
    status: Status
    #: The keys of the laws that took over.
    superseded_by: tuple[str, ...]
    governs: str
    #: Beside whose screens it is shown, the closest first.
    clauses: tuple[str, ...]
    #: Empty where no address is sure.
    link: str
    certainty: Certainty
    #: The day by which somebody should look at the entry again.
    review_on: date


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that is changing, or comes round each year, and what to look at then."""

    key: str
    title: str
    trigger: Trigger
    #: The day, if it comes once and its day is known.
    on: date | None
    #: A day of every year, as "09-01"; empty if it comes once.
    each: str
    what: str
    clauses: tuple[str, ...]
    certainty: Certainty
    #: The key of the law it is about; empty if it is about none.
    law: str

    @property
    def when(self) -> str:
        """When it falls due, in words."""
        if self.on is not None:
            return f"{_spoken(self.on)} {self.on.year}"
        return f"{_spoken(_day_in(self.each, 2000))} each year" if self.each else NO_DATE


@dataclass(frozen=True, slots=True)
class Linked:
    """One other policy that goes with this one."""

    key: str
    name: str
    #: What it is for here.
    use: str


@dataclass(frozen=True, slots=True)
class Guidance:
    """One edition of the guidance that everybody is asked to read."""

    key: str
    name: str
    in_force_on: date
    to_read: str
    link: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Register:
    """Everything in the file."""

    laws: Mapping[str, Law]
    watch: tuple[Watch, ...]
    linked: tuple[Linked, ...]
    guidance: tuple[Guidance, ...]


def laws() -> Mapping[str, Law]:
    """Every law by its key, in the order of the file.

    Policy 11.1.
    """
    return _shipped().laws


def laws_beside(clause_id: str) -> tuple[Law, ...]:
    """The few laws that are shown beside the screens of this clause, the closest first.

    Policy 11.1.
    """
    found = [each for each in laws().values() if clause_id in each.clauses]
    return tuple(sorted(found, key=lambda each: each.clauses.index(clause_id))[:MOST_BESIDE])


def watch_list() -> tuple[Watch, ...]:
    """What is changing or comes round, and calls for a look at the policy.

    Policy 10.2.
    """
    return _shipped().watch


def due_watch(item: Watch, since: date, until: date) -> tuple[date, ...]:
    """The days after `since`, up to `until` and with it, on which this falls due.

    Whatever comes on 29 February comes on the 28th in other years. Policy 10.2.
    """
    if item.each:
        days = [_day_in(item.each, year) for year in range(since.year, until.year + 1)]
    else:
        days = [] if item.on is None else [item.on]
    return tuple(day for day in days if since < day <= until)


def linked_policies() -> tuple[Linked, ...]:
    """The other policies that every school has.

    Policy 3.2.
    """
    return _shipped().linked


def guidance() -> tuple[Guidance, ...]:
    """The editions of the guidance that everybody reads, the newest first.

    Policy 6.4.
    """
    return _shipped().guidance


@cache
def _shipped() -> Register:
    return read(SOURCE.read_text(encoding="utf-8"))


def read(source: str) -> Register:
    """What a register file says. Raises BadRegister with a sentence when something in it does not fit."""
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as fault:
        raise BadRegister(f"The register is not TOML: {fault}.") from None
    if unknown := tables.keys() - set(_TABLES):
        raise BadRegister(f"The register has no table called {sorted(unknown)[0]}.")
    found = Register(
        laws=MappingProxyType({each.key: each for each in _read(tables, "law", _law)}),
        watch=_read(tables, "watch", _watch),
        linked=_read(tables, "linked", _linked),
        guidance=_read(tables, "guidance", _guidance),
    )
    for law in found.laws.values():
        _insist_on_laws(f"law {law.key}", law.superseded_by, found)
        if law.key in law.superseded_by:
            raise BadRegister(f"law {law.key}: it cannot take over from itself.")
    for item in found.watch:
        _insist_on_laws(f"watch {item.key}", (item.law,) if item.law else (), found)
    if list(found.guidance) != sorted(found.guidance, key=lambda each: each.in_force_on, reverse=True):
        raise BadRegister("The newest guidance comes first.")
    return found


class _Fields:
    """The fields of one entry, taken one at a time. What nobody took should not be there."""

    def __init__(self, table: str, row: Mapping[str, object]) -> None:
        self._left = dict(row)
        self._name = table
        key = self.text("key")
        if not _SLUG.fullmatch(key):
            raise BadRegister(f"{table} {key!r}: a key is made of small letters, digits and hyphens.")
        self._name = f"{table} {key}"
        self.key = key

    def fault(self, sentence: str) -> BadRegister:
        return BadRegister(f"{self._name}: {sentence}")

    def text(self, field: str, *, needed: bool = True) -> str:
        value = self._left.pop(field, "")
        if not isinstance(value, str):
            raise self.fault(f"{field} is not text.")
        if needed and not value.strip():
            raise self.fault(f"{field} is missing or empty.")
        return " ".join(value.split())

    def sentences(self, field: str) -> str:
        text = self.text(field)
        if not text.endswith("."):
            raise self.fault(f"{field} does not end with a full stop.")
        return text

    def day(self, field: str) -> date:
        found = self.day_or_none(field)
        if found is None:
            raise self.fault(f"{field} is missing.")
        return found

    def day_or_none(self, field: str) -> date | None:
        value = self._left.pop(field, None)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.fault(f"{field} is not a date.")
        return value

    def names(self, field: str) -> tuple[str, ...]:
        value = self._left.pop(field, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.fault(f"{field} is not a list of texts.")
        if len(set(value)) != len(value):
            raise self.fault(f"{field} names something twice.")
        return tuple(value)

    def clause_ids(self) -> tuple[str, ...]:
        found = self.names("clauses")
        for clause_id in found:
            if clause_id not in clauses():
                raise self.fault(f"the policy has no clause {clause_id}.")
        return found

    def one_of(self, field: str, kinds: type[_Choice]) -> _Choice:
        value = self.text(field)
        try:
            return kinds(value)
        except ValueError:
            raise self.fault(f"{field} cannot be {value!r}.") from None

    def link(self, *, needed: bool) -> str:
        link = self.text("link", needed=needed)
        address = urlsplit(link)
        if link and (address.scheme != "https" or not (address.hostname or "").endswith(".gov.uk")):
            raise self.fault("link is not an https address on a .gov.uk site.")
        return link

    def end(self) -> None:
        if self._left:
            raise self.fault(f"{', '.join(sorted(self._left))} should not be there.")


def _law(row: _Fields) -> Law:
    found = Law(
        key=row.key,
        name=row.text("name"),
        citation=row.text("citation"),
        kind=row.one_of("kind", Kind),
        status=row.one_of("status", Status),
        superseded_by=row.names("superseded_by"),
        governs=row.sentences("governs"),
        clauses=row.clause_ids(),
        link=row.link(needed=False),
        certainty=row.one_of("certainty", Certainty),
        review_on=row.day("review_on"),
    )
    if bool(found.superseded_by) != (found.status in {Status.SUPERSEDED, Status.SUPERSEDED_IN_PART}):
        raise row.fault("superseded_by is there when, and only when, the status says so.")
    if bool(found.clauses) != (found.status is not Status.SUPERSEDED):
        raise row.fault("it is shown beside some clause, unless it is wholly superseded.")
    return found


def _watch(row: _Fields) -> Watch:
    found = Watch(
        key=row.key,
        title=row.text("title"),
        trigger=row.one_of("trigger", Trigger),
        on=row.day_or_none("on"),
        each=row.text("each", needed=False),
        what=row.sentences("what"),
        clauses=row.clause_ids(),
        certainty=row.one_of("certainty", Certainty),
        law=row.text("law", needed=False),
    )
    if found.on is not None and found.each:
        raise row.fault("it comes on a date or each year, not both.")
    if found.each and not _is_day_of_year(found.each):
        raise row.fault(f"{found.each!r} is not a day of the year, as 09-01 is.")
    if not found.clauses:
        raise row.fault("it touches at least one clause.")
    if found.trigger not in FORESEEN:
        raise row.fault("trigger is law, guidance or case_law; no incident can be foreseen.")
    return found


def _linked(row: _Fields) -> Linked:
    return Linked(key=row.key, name=row.text("name"), use=row.sentences("use"))


def _guidance(row: _Fields) -> Guidance:
    return Guidance(
        key=row.key,
        name=row.text("name"),
        in_force_on=row.day("in_force_on"),
        to_read=row.sentences("to_read"),
        link=row.link(needed=True),
        certainty=row.one_of("certainty", Certainty),
    )


def _read(tables: Mapping[str, object], table: str, entry: Callable[[_Fields], _Entry]) -> tuple[_Entry, ...]:
    rows = tables.get(table)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadRegister(f"The register has no [[{table}]].")
    found: dict[str, _Entry] = {}
    for row in rows:
        fields = _Fields(table, row)
        if fields.key in found:
            raise fields.fault("it stands twice.")
        found[fields.key] = entry(fields)
        fields.end()
    return tuple(found.values())


def _insist_on_laws(name: str, keys: tuple[str, ...], found: Register) -> None:
    for key in keys:
        if key not in found.laws:
            raise BadRegister(f"{name}: the register has no law {key}.")


def _is_day_of_year(text: str) -> bool:
    if not _DAY_OF_YEAR.fullmatch(text):
        return False
    try:
        date.fromisoformat(f"2000-{text}")  # a leap year
    except ValueError:
        return False
    return True


def _day_in(each: str, year: int) -> date:
    month, day = int(each[:2]), int(each[3:])
    return date(year, month, min(day, monthrange(year, month)[1]))


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B}"
