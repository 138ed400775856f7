"""A list beside the people who are here: who joins, what changes, who leaves, and where a person has to look.

Plain values in and out: nothing is written here, and what is shown before is what is done after.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from forethought.core.canonical import canonical
from forethought.directory.entries import Entry, Fault, Post
from forethought.people.rules import alike


@dataclass(frozen=True, slots=True)
class Engaged:
    """One engagement of somebody here."""

    id: UUID
    kind: str
    starts_on: date
    ends_on: date | None

    def goes_on(self, today: date) -> bool:
        """Whether it has not ended, though it may not have begun."""
        return self.ends_on is None or self.ends_on >= today


@dataclass(frozen=True, slots=True)
class Known:
    """An adult whom the school knows, here or gone. `asks`: a new address waits for their own yes."""

    id: UUID
    name: str
    email: str
    left: bool = False
    number: str = ""
    asks: bool = False
    engaged: tuple[Engaged, ...] = ()


@dataclass(frozen=True, slots=True)
class Joiner:
    """Somebody who is added."""

    entry: Entry
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing about somebody that changes. `what`: name, email, asked (the address, once they say yes), back,
    engaged, ends. An engagement that ends is named in `engagement`; one that begins stands in `post`.
    """

    what: str
    old: str
    new: str
    engagement: UUID | None = None
    post: Post | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody who is here and of whom something changes."""

    entry: Entry
    person: Known
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who is taken off the list: they are not on it, or it says that their last day has been."""

    person: Known
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that bringing a list in would do, and what it would not.

    `stay`: not on the list, and yet nobody whom a list may end. `numbers`: staff numbers learnt, by person. `scope` is
    how many the list should have named, were it everybody.
    """

    joiners: tuple[Joiner, ...] = ()
    changes: tuple[Change, ...] = ()
    leavers: tuple[Leaver, ...] = ()
    stay: tuple[Known, ...] = ()
    unchanged: tuple[Known, ...] = ()
    faults: tuple[Fault, ...] = ()
    numbers: Mapping[UUID, str] = field(default_factory=dict)
    scope: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing would be done: a list that is brought in twice does nothing the second time."""
        return not (self.joiners or self.changes or self.leavers or self.numbers)

    def mark(self) -> str:
        """What this plan is told by: when another person changes something meanwhile, it is another."""
        said = {
            "joiners": [[one.entry.line, one.entry.name, one.entry.email, _days(one.posts)] for one in self.joiners],
            "changes": [
                [str(one.person.id), [[p.what, p.old, p.new, str(p.engagement or "")] for p in one.parts]]
                for one in self.changes
            ],
            "leavers": sorted(str(one.person.id) for one in self.leavers),
            "numbers": sorted([str(key), value] for key, value in self.numbers.items()),
        }
        return hashlib.sha256(canonical(said)).hexdigest()[:24]


def _days(posts: Iterable[Post]) -> list[list[str]]:
    return [[post.kind, str(post.starts_on or ""), str(post.ends_on or "")] for post in posts]


class _Here:
    """Everybody the school knows, to look many up."""

    def __init__(self, people: Sequence[Known]) -> None:
        self.people = people
        self.by_number = {one.number.casefold(): one for one in people if one.number}
        self.by_email: dict[str, list[Known]] = {}
        self.by_name: dict[str, list[Known]] = {}
        for one in people:
            if one.email:
                self.by_email.setdefault(one.email.lower(), []).append(one)
            self.by_name.setdefault(alike(one.name), []).append(one)

    def named(self, name: str) -> list[Known]:
        """Those here with this name."""
        return [one for one in self.by_name.get(alike(name), ()) if not one.left]

    def maybe(self, number: str, name: str, email: str) -> set[UUID]:
        """Everybody whom a line could mean."""
        found = {one.id for one in (*self.by_name.get(alike(name), ()), *self.by_email.get(email.lower(), ()))}
        with_number = self.by_number.get(number.casefold())
        return found | ({with_number.id} if with_number else set())

    def match(self, entry: Entry) -> tuple[Known | None, str]:
        """Whom an entry means, or why that cannot be told: the number says it before the address, and that before the
        name. Nobody and no reason: somebody new.
        """
        by_number = self.by_number.get(entry.number.casefold()) if entry.number else None
        holders = self.by_email.get(entry.email.lower(), []) if entry.email else []
        here = [one for one in holders if not one.left] or holders
        if by_number is not None:
            if any(one.id != by_number.id and not one.left for one in here):
                return None, f"That email address belongs to {here[0].name} here. Change it by hand first."
            return by_number, ""
        if len(here) > 1:
            return None, "Several people here have that email address. Change it by hand first."
        if here:
            return self._by_address(entry, here[0])
        named = [one for one in self.named(entry.name) if not (one.number and entry.number)]
        if len(named) > 1:
            return None, "Several people here have this name. Add their email address or staff number to the line."
        if not named and entry.name and any(one.left for one in self.by_name.get(alike(entry.name), ())):
            return None, "Somebody of this name has left. If they are back, engage them again on their own page."
        return (named[0] if named else None), ""

    def _by_address(self, entry: Entry, found: Known) -> tuple[Known | None, str]:
        if alike(found.name) != alike(entry.name) and self.named(entry.name):
            return None, f"The name is one person’s here, and the address is {found.name}’s. Change it by hand first."
        if found.number and entry.number and found.number.casefold() != entry.number.casefold():
            return None, f"{found.name} has that address, and another staff number. Change it by hand first."
        return found, ""


def compare(
    entries: Sequence[Entry],
    faults: Sequence[Fault],
    people: Sequence[Known],
    *,
    today: date,
    first_day: date,
    everybody: Collection[str] = (),
    keep: Collection[UUID] = (),
    fields_of: Mapping[int, tuple[str, str, str]] | None = None,
) -> Plan:
    """What bringing a list in does. Reliability.md 7, cases 74 to 79. Policy 2.5.

    `first_day` is taken where the list says none. `everybody`: the kinds of which the list names all; nobody leaves
    for being missing otherwise. `keep`: whom no list takes off. `fields_of`: number, name and email of lines that are
    faults, so that whom they may mean does not leave.
    """
    sorting = _Sorting(_Here(people), list(faults), today, first_day)
    for said in (fields_of or {}).values():
        sorting.spared |= sorting.here.maybe(*said)
    for entry in entries:
        sorting.take(entry)
    for pairs in sorting.found.values():
        sorting.weigh(pairs)
    scope = [one for one in people if _within(one, everybody, today)]
    missing = [Leaver(one, None) for one in scope if one.id not in sorting.found and one.id not in sorting.spared]
    leavers, kept = sorting.leavers + missing, set(keep)
    return Plan(
        joiners=tuple(sorting.joiners),
        changes=tuple(sorting.changes),
        leavers=tuple(one for one in leavers if one.person.id not in kept),
        stay=tuple(one.person for one in leavers if one.person.id in kept),
        unchanged=tuple(sorting.unchanged),
        faults=tuple(sorted(sorting.wrong, key=lambda one: one.line)),
        numbers=sorting.numbers,
        scope=len(scope),
    )


@dataclass
class _Sorting:
    """Where each line of a list goes: to a joiner, to somebody here, or to the faults. `spared`: who may be meant."""

    here: _Here
    wrong: list[Fault]
    today: date
    first_day: date
    found: dict[UUID, list[tuple[Entry, Known]]] = field(default_factory=dict)
    spared: set[UUID] = field(default_factory=set)
    joiners: list[Joiner] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    leavers: list[Leaver] = field(default_factory=list)
    unchanged: list[Known] = field(default_factory=list)
    numbers: dict[UUID, str] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Find out whom a line means."""
        person, reason = self.here.match(entry)
        if reason:
            self.wrong.append(Fault(entry.line, reason))
            self.spared |= self.here.maybe(entry.number, entry.name, entry.email)
        elif person is not None:
            self.found.setdefault(person.id, []).append((entry, person))
        elif all(post.ends_on is not None and post.ends_on < self.today for post in entry.posts):
            self.wrong.append(Fault(entry.line, "Their last day has been, and they are not on the list here."))
        else:
            self.joiners.append(Joiner(entry, tuple(_begun(post, self.first_day) for post in entry.posts)))

    def weigh(self, pairs: Sequence[tuple[Entry, Known]]) -> None:
        """What the lines that mean one person do: nothing where there are several."""
        if len(pairs) > 1:
            lines = ", ".join(str(entry.line) for entry, _ in pairs)
            self.wrong += [Fault(entry.line, f"Lines {lines} seem to mean one person here.") for entry, _ in pairs]
            self.spared.add(pairs[0][1].id)
            return
        entry, person = pairs[0]
        if entry.number and entry.number != person.number:
            self.numbers[person.id] = entry.number
        last_day = _last_day(entry, person, self.today)
        if last_day is not None and not person.left:
            self.leavers.append(Leaver(person, last_day))
            return
        parts = () if last_day is not None else _parts(entry, person, self.today, self.first_day)
        if parts:
            self.changes.append(Change(entry, person, parts))
        else:
            self.unchanged.append(person)


def _begun(post: Post, first_day: date) -> Post:
    starts = post.starts_on or (first_day if post.ends_on is None else min(first_day, post.ends_on))
    return Post(post.kind, starts, post.ends_on)


def _within(person: Known, everybody: Collection[str], today: date) -> bool:
    """Whether a list that is everybody of some kinds should have named somebody: they are engaged as nothing else."""
    kinds = {one.kind for one in person.engaged if one.goes_on(today)}
    return bool(kinds) and not person.left and kinds <= set(everybody)


def _last_day(entry: Entry, person: Known, today: date) -> date | None:
    """The last day of somebody who has left by a list, unless they are engaged here as something that it leaves out."""
    ends = [post.ends_on for post in entry.posts]
    past = [one for one in ends if one is not None and one < today]
    if len(past) < len(ends):
        return None
    named = {post.kind for post in entry.posts}
    others = [one for one in person.engaged if one.goes_on(today) and one.kind not in named]
    return None if others else max(past)


def _parts(entry: Entry, person: Known, today: date, first_day: date) -> tuple[Part, ...]:
    parts = []
    if person.left:
        parts.append(Part("back", "", ""))
    # Payrolls write in capitals: that is no other name.
    if alike(entry.name) != alike(person.name):
        parts.append(Part("name", person.name, entry.name))
    if entry.email and entry.email.lower() != person.email.lower():
        parts.append(Part("asked" if person.asks else "email", person.email, entry.email))
    now = {one.kind: one for one in sorted(person.engaged, key=lambda one: one.starts_on) if one.goes_on(today)}
    for post in entry.posts:
        engaged = None if person.left else now.get(post.kind)
        if engaged is None:
            again = _after(person, _begun(post, first_day), first_day)
            if again.ends_on is None or again.ends_on >= max(today, again.starts_on or today):
                parts.append(Part("engaged", "", post.kind, post=again))
        elif post.ends_on is not None and post.ends_on != engaged.ends_on and post.ends_on >= engaged.starts_on:
            parts.append(Part("ends", str(engaged.ends_on or ""), str(post.ends_on), engagement=engaged.id))
    return tuple(parts)


def _after(person: Known, post: Post, first_day: date) -> Post:
    """A post as it begins anew: lists say when somebody first came, and what ended since was another engagement."""
    ended = [one.ends_on for one in person.engaged if one.kind == post.kind and one.ends_on is not None]
    last = max(ended, default=None)
    if last is None or post.starts_on is None or post.starts_on > last:
        return post
    return Post(post.kind, max(first_day, last + timedelta(days=1)), post.ends_on)


def why_not_import(*, plan: Plan, count: str, applied: bool, over: bool, seen: bool) -> str | None:
    """A list is brought in once, as it was shown, and nobody leaves by it whose number was not typed. Policy 2.5.

    `count` is what was typed; `over`: the list has been forgotten; `seen`: the plan is the one that was shown.
    """
    if applied:
        return "This list was brought in already."
    if over:
        return "This list has been forgotten meanwhile. Bring it in again."
    if not seen:
        return "Something changed here meanwhile. Look again at what would be done."
    if plan.empty:
        return "There is nothing to do: everybody is here as the list says."
    leavers = len(plan.leavers)
    typed = count.strip().replace(",", "")
    if leavers and (not typed.isascii() or not typed.isdigit() or int(typed[:9]) != leavers):
        many = "One person leaves" if leavers == 1 else f"{leavers} people leave"
        return f"{many} by this list. Type that number to say that it is right."
    return None
