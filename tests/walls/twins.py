"""One school twice: with a case, and without it. Whoever is kept out of the case must not be able to tell which.

Both are one database at one instant, undone in between: same rows, same ids, same clock. The worker runs in each until
the same moment; then all that this person can reach is read, and every mail to them (reliability.md 6.5).
"""

import hashlib
import os
import random
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from unittest import mock
from urllib.parse import urlencode

import town_cases
import town_papers
from callers import Caller, a_session
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils import timezone
from doors import without_token
from knocking import UUID, Answer, Handler, Knock, addresses
from marking import everything_marked
from town import Place, a_place
from town_facts import Facts
from twin_cases import TELLERS, a_hidden_case

from forethought.cases.models import Case, Exclusion, Seat, live
from forethought.management.commands.worker import look, queues
from forethought.pages import proving
from forethought.people.mailing import Mail
from forethought.people.models import Account
from forethought.rows import inside

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
#: How long after the case came both worlds are looked at: at once, when it has been passed on, next week.
AFTER = [timedelta(minutes=2), timedelta(minutes=75), timedelta(days=8)]
#: Of pages that differ by an id alone this many are read, others by each seed. 0 reads all, in four times as long.
ALIKE = int(os.environ.get("FORETHOUGHT_TWIN_PAGES", "2"))
#: A link that leads nowhere new: the session itself, files, and the address every page of theirs has.
SKIPPED = ("/accounts/", "/static/", "/leave/", "//")
ANY = addresses()[0]
#: What somebody may type into the pages that search.
SEARCHES = [
    "/people/?search=yes",
    "/people/?left=yes",
    "/policy/media/?q=group",
    "/policy/on-day/?day_day=20&day_month=11",
]
_HREF = re.compile(rb'(?:href|action)="(/[^"#?]*(?:\?[^"#]*)?)')


class Ids:
    """Random bytes by a seed, each greater than the last: so that rows of one instant stand in one order in both."""

    def __init__(self, seed: int, count: int = 0) -> None:
        self.chance, self.count = random.Random(seed), count

    def __call__(self, length: int) -> bytes:
        """What os.urandom gives."""
        self.count += 1
        return (self.count.to_bytes(6, "big") + self.chance.randbytes(length))[:length]


class Clock:
    """The one clock of both worlds."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        """What time it is, in UTC."""
        return self.at


class Letterbox:
    """Takes every mail, and keeps whom it was for and what it said."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.mails = clock, []  # type: ignore[var-annotated]

    def deliver(self, mail: Mail) -> bool:
        """As a mail server that takes everything."""
        self.mails.append((mail.to, f"{self.clock.at}\n{mail.subject}\n{mail.text}\n{mail.reply_to}"))
        return True

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class World:
    """What somebody could tell of a world: each page by its address, and the mails to them."""

    person: uuid.UUID
    after: timedelta
    seen: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Anywhere(Knock):
    """A request for an address as a page gave it."""

    where: str = ""

    def path(self) -> str:
        """As it stood on the page."""
        return self.where


def bytes_of(answer: Answer) -> bytes:
    """All that a browser gets."""
    headers = {key: value for key, value in answer.headers.items() if key != "Set-Cookie"}
    return f"{answer.status}\n{sorted(headers.items())}\n".encode() + answer.body


def differing(one: World, two: World) -> dict[str, int]:
    """How many bytes differ, by what was read. A page that is only in one of them differs in all of its bytes."""
    found = {}
    for where in one.seen.keys() | two.seen.keys():
        left, right = one.seen.get(where, b""), two.seen.get(where, b"")
        if left != right:
            found[where] = sum(a != b for a, b in zip(left, right, strict=False)) + abs(len(left) - len(right))
    return found


@contextmanager
def standing_still(clock: Clock) -> Iterator[None]:
    """Pages, proofs and the worker go by the one clock; mail has somewhere to go."""
    stopped = SimpleNamespace(time=lambda: clock.at.timestamp())
    with (
        mock.patch.object(timezone, "now", clock.now),
        mock.patch.object(proving, "time", stopped),
        mock.patch.object(signing, "time", stopped),
        mock.patch.object(settings, "DEBUG_PROPAGATE_EXCEPTIONS", True),
        mock.patch.object(settings, "EMAIL_HOST", "mail.example"),
    ):
        yield


@contextmanager
def undone() -> Iterator[None]:
    """What happens here has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Twins:
    """A school, and cases that come to it and have not come."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self.seed, self.clock = seed, clock
        self.place = a_school_at_rest(seed, self.clock)
        self.school = self.place.world.school.id
        self.known = {str(one).encode() for one in Facts([self.place], AT).things}
        self.accounts = {one.person_id: one for one in Account.objects.filter(school_id=self.school, is_active=True)}
        self.people = {one.pk: one.email for one in self.place.cast.values()}
        self.handler = Handler()
        self.plain = [one for one in addresses() if not one.ids and not one.others]
        self.doors = [one for one in addresses() if one.view in {"cases.case", "breaches.breach", "concerns.concern"}]

    def pairs(self, count: int) -> Iterator[tuple[str, World, World]]:
        """So many (case, person kept out of it), each with the two worlds as that person found them."""
        chance = random.Random(self.seed)
        withs: list[tuple[str, World]] = []
        while len(withs) < count:
            withs += self.with_case(chance.randrange(2**32), chance.choice(AFTER))
        without: dict[tuple[uuid.UUID, timedelta], World] = {}
        for after in AFTER:
            people = {world.person for _, world in withs if world.after == after}
            without |= {(one.person, after): one for one in self.without_case(sorted(people, key=str), after)}
        for kind, world in withs:
            yield kind, world, without[world.person, world.after]

    def with_case(self, seed: int, after: timedelta) -> list[tuple[str, World]]:
        """The world in which a case came, as somebody finds it who is kept out of it. Nothing if nobody is."""
        chance = random.Random(seed)
        with undone(), self.from_here(seed):
            with inside(self.school):
                before = set(Case.objects.values_list("pk", flat=True))
                kind = a_hidden_case(self.place, chance, self.clock.at)
                new = list(Case.objects.exclude(pk__in=before).order_by("pk"))
                person = self.kept_out(new, chance)
            if person is None:
                return []
            world = World(person, after)
            mails = self.until(after)
            self.read(world, mails)
            self.probe(world, new[0].pk, new[0].reference)
        return [(kind, world)]

    def without_case(self, people: list[uuid.UUID], after: timedelta) -> Iterator[World]:
        """The world in which it did not come, as each of these finds it."""
        with undone(), self.from_here(self.seed):
            mails = self.until(after)
            for person in people:
                world = World(person, after)
                with undone():
                    self.read(world, mails)
                    self.probe(world, uuid.UUID(int=7, version=4), "Q7Q7-Q7Q7")
                yield world

    @contextmanager
    def from_here(self, seed: int) -> Iterator[None]:
        """From the moment at which the school is at rest, with ids of their own."""
        began = self.clock.at
        with mock.patch.object(os, "urandom", Ids(seed, 2**32)):
            yield
        self.clock.at = began

    def kept_out(self, new: list[Case], chance: random.Random) -> uuid.UUID | None:
        """Somebody who can sign in, is kept out of what came, is on no list of it, and did not tell of it."""
        out = set(Exclusion.objects.filter(case__in=new).values_list("case", "person"))
        seats = set(Seat.objects.filter(live(self.clock.at), case__in=new).values_list("case", "person"))
        people = ({person for _, person in out} & set(self.accounts)) - {person for _, person in seats - out}
        people -= {self.place.cast[one].pk for one in TELLERS}
        return chance.choice(sorted(people, key=str)) if people else None

    # --- What somebody can tell ---

    def until(self, after: timedelta) -> list[tuple[str, str]]:
        """Let the worker work until then. Every mail it sent."""
        end, box = self.clock.at + after, Letterbox(self.clock)
        for step in [one for one in AFTER if one <= after]:
            self.clock.at = end - after + step
            look(self.clock.at, queues(box))  # type: ignore[arg-type]
        return box.mails

    def just_signed_in(self, person: uuid.UUID) -> Caller:
        """Somebody who has just shown that it is they."""
        cookies = a_session(self.accounts[person], "fresh", self.clock.at)
        return Caller("somebody kept out", cookies, self.school, person)

    def read(self, world: World, mails: list[tuple[str, str]]) -> None:
        """Every page that somebody can reach, and their mails."""
        caller = self.just_signed_in(world.person)
        address = str(self.people[world.person]).lower()
        for number, text in enumerate(said for to, said in mails if to.lower() == address):
            world.seen[f"mail {number}"] = self.same(text.encode())
        cache.clear()
        waiting = ["/" + one.route for one in self.plain] + SEARCHES
        known, alike = set(waiting), Counter[str]()
        while waiting:
            fresh: set[str] = set()
            for where in waiting:
                answer = self.get(caller, where)
                world.seen[where] = self.same(bytes_of(answer))
                fresh |= {found.decode().replace("&amp;", "&") for found in _HREF.findall(answer.body)} - known
            known |= fresh
            waiting = [one for one in self.in_turn(fresh) if self.is_wanted(one, alike)]

    def in_turn(self, links: set[str]) -> list[str]:
        """An order that is another by each seed, and the same in both worlds."""
        return sorted(links, key=lambda one: hashlib.sha256(f"{self.seed} {one}".encode()).digest())

    def is_wanted(self, link: str, alike: Counter[str]) -> bool:
        """Whether a link leads to a page of ours of whose like not enough were read."""
        if link.startswith(SKIPPED):
            return False
        try:
            view = resolve(link.partition("?")[0]).func.matrix_name
        except Resolver404:
            return False
        alike[view] += 1
        return not ALIKE or alike[view] <= ALIKE

    def probe(self, world: World, case_id: uuid.UUID, reference: str) -> None:
        """What is said to them who ask for the case itself, by its address and by its reference."""
        caller = self.just_signed_in(world.person)
        for door in self.doors:
            knock = Knock(caller, "GET", door, {"case_id": case_id}, {})
            world.seen[door.view] = self.same(bytes_of(self.handler.ask(knock)).replace(str(case_id).encode(), b"it"))
        for where in ("/monitoring/request-monitoring/?case=", "/cases/?after="):
            body = bytes_of(self.get(caller, f"{where}{case_id}")).replace(str(case_id).encode(), b"it")
            world.seen[where] = self.same(body)
        reason = "Somebody may come to the school tonight, and nobody else is here."
        asked = {"reference": reference, "category": "life", "reason": reason}
        for where in ("/emergency/ask-to-read/", "/emergency/"):
            method = "POST" if "ask" in where else "GET"
            answer = self.get(caller, where, method, urlencode(asked).encode())
            body = bytes_of(answer).replace(reference.encode(), b"a reference")
            world.seen[f"{method} {where} of it"] = self.same(body)

    def get(self, caller: Caller, where: str, method: str = "GET", body: bytes = b"") -> Answer:
        """One page. What it writes is undone."""
        path, _, query = where.partition("?")
        return self.handler.ask(Anywhere(caller, method, ANY, {}, {}, query, body, path))

    def same(self, seen: bytes) -> bytes:
        """Without the form's token; an id that was made since is called by its place on the page."""
        names: dict[bytes, bytes] = {}

        def name(found: "re.Match[bytes]") -> bytes:
            if found[0] in self.known:
                return found[0]
            return names.setdefault(found[0], b"new %d" % len(names))

        return UUID.sub(name, without_token(seen))


def a_school_at_rest(seed: int, clock: Clock) -> Place:
    """A school with cases of its own, some hours after the last of them came."""
    with mock.patch.object(os, "urandom", Ids(seed)), everything_marked():
        place = a_place(AT - timedelta(days=2), "one", large=True)
        with inside(place.world.school.id):
            town_papers.fill(place)
            town_cases.fill(place)
        clock.at = AT - timedelta(hours=1)
        look(clock.at, queues(Letterbox(clock)))  # type: ignore[arg-type]
        clock.at = AT
        look(clock.at, queues(Letterbox(clock)))  # type: ignore[arg-type]
    return place
