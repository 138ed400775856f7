"""Stands at the doors of the town, and says of each answer what was wrong with it (reliability.md 6.4).

Whoever may not come in gets exactly what they would get for an id that is nobody's, and nothing is written but that
they were turned away. Nobody reads a word, a reference or an id of a case that is not theirs, or of another school.
"""

import gc
import itertools
import os
import random
import re
import sys
import traceback
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest import mock

from callers import Caller, everybody
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from door_rules import Rules, Verdict
from doors import without_token
from knocking import UUID, Address, Answer, Draw, Handler, Knock, offers
from marking import WORD
from town import a_town
from town_facts import Facts, Thing

from forethought.pages import proving
from forethought.pages.matrix import Door

#: When the town stands: a Friday evening.
AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
#: What being turned away writes: the event, the count of tries, and what the manager is owed from the third.
TURNED_AWAY = frozenset({"entry", "trailhead", "try", "letter", "wake", "django_session"})
SHUT = frozenset({302, 403, 404, 405})
_SCHOOL = re.compile(rb"Zqschool(one|two|three)")
_REFERENCE = re.compile(rb"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@dataclass
class Tally:
    """How many came, how many were turned away, which doors opened, and everything that was wrong."""

    knocks: int = 0
    turned_away: int = 0
    opened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        opened = sum(self.opened.values())
        return f"{self.knocks} requests, {self.turned_away} turned away, {opened} let in, {len(self.wrong)} wrong"


def ids_by(seed: int) -> Callable[[int], bytes]:
    """What os.urandom gives to whoever makes ids here, by a seed: the same in each run, whatever ran before.

    The client of an S3 store makes ids for its own requests, and how many it makes depends on what it remembers.
    """
    chance, real = random.Random(seed), os.urandom

    def urandom(length: int) -> bytes:
        # uuid4 asks for the bytes; who asked it stands one further.
        asks = str(sys._getframe(2).f_globals.get("__name__"))
        return real(length) if asks.startswith("botocore") else chance.randbytes(length)

    return urandom


@contextmanager
def standing_still(seed: int) -> Iterator[None]:
    """The clock stands at one instant, for pages and for what somebody proved; and ids are drawn by the seed."""
    stopped = SimpleNamespace(time=lambda: AT.timestamp())
    with (
        mock.patch.object(timezone, "now", lambda: AT),
        mock.patch.object(proving, "time", stopped),
        mock.patch.object(settings, "DEBUG_PROPAGATE_EXCEPTIONS", True),
        mock.patch.object(os, "urandom", ids_by(seed)),
    ):
        yield


class Town:
    """The town, everybody who may come, and the second reading of the rules."""

    def __init__(self) -> None:
        self.places = a_town(AT)
        self.facts = Facts(self.places, AT)
        self.rules = Rules(self.facts)
        self.callers = everybody(self.places, AT)
        self.tags = {place.world.school.id: f"Zqschool{place.tag}".encode() for place in self.places}


class Watchman:
    """Watches the doors of a town."""

    def __init__(self, town: Town) -> None:
        self.facts, self.rules, self.callers, self.tags = town.facts, town.rules, town.callers, town.tags
        self.handler = Handler()
        self.chance = random.Random(4)
        self.tally = Tally()
        self._nowhere: dict[tuple[str, ...], Answer] = {}

    def stand(self, seed: int, knocks: int, *, most: int = 25) -> Tally:
        """Watch so many requests. Ends early when `most` were wrong."""
        draw = Draw(seed, self.facts, self.callers)
        # What stands here stays: it need not be looked through again and again for what can be thrown away.
        gc.collect()
        gc.freeze()
        try:
            while self.tally.knocks < knocks and len(self.tally.wrong) < most:
                self.watch(draw())
        finally:
            gc.unfreeze()
        return self.tally

    def ask(self, knock: Knock) -> Answer | None:
        """One answer; a fault of the program is wrong, whoever asks."""
        self.tally.knocks += 1
        if self.tally.knocks % 500 == 0:
            # What one address may do in a minute is counted outside the database.
            cache.clear()
        try:
            answer = self.handler.ask(knock)
        except Exception:
            self.tally.wrong.append(f"failed: {knock}\n{traceback.format_exc(limit=-4)}")
            return None
        if answer.status >= 500:
            self.tally.wrong.append(f"{answer.status}: {knock}")
        return answer

    def watch(self, knock: Knock) -> Answer | None:
        """Ask, and judge the answer."""
        answer = self.ask(knock)
        if answer is None:
            return None
        for found in self.leaks(knock, answer):
            self.tally.wrong.append(f"{found}: {knock}")
        things = {name: self._thing(name, one, knock) for name, one in knock.ids.items()}
        if knock.method not in {"GET", "HEAD", "POST"} and not _asks_in_vain(knock):
            # A directory asks with more methods, and with a key, which nobody of the town has.
            expected = {401, 429} if knock.method in knock.address.rule.methods else {405}
            if answer.status not in expected or answer.wrote:
                self.tally.wrong.append(f"{answer.status}, wrote {answer.wrote}: {knock}")
            return answer
        verdict = self.rules.verdict(knock.caller, knock.address.view, knock.address.rule, knock.method, things)
        if verdict.shut:
            self._shut(knock, answer, verdict)
        elif verdict.led:
            if answer.status not in {302, 403} or answer.wrote - {"django_session"}:
                self.tally.wrong.append(f"{answer.status} for somebody signed out: {knock}")
        elif answer.status < 400:
            self.tally.opened[knock.address.view] += 1
        return answer

    def _thing(self, name: str, one: uuid.UUID, knock: Knock) -> Thing | None:
        thing = self.facts.things.get(one)
        return thing if thing and thing.table == dict(knock.address.ids)[name] else None

    # --- Turned away ---

    def _shut(self, knock: Knock, answer: Answer, verdict: Verdict) -> None:
        self.tally.turned_away += 1
        if answer.status not in SHUT:
            self.tally.wrong.append(f"{answer.status} where the door is shut: {knock}")
        elif answer.wrote - TURNED_AWAY:
            self.tally.wrong.append(f"wrote {sorted(answer.wrote - TURNED_AWAY)} at a shut door: {knock}")
        else:
            nowhere, other = self._as_nowhere(knock, answer, verdict)
            if nowhere is not None and (found := difference(knock, answer, other, nowhere)):
                self.tally.wrong.append(f"not as for an id that is nobody’s, {found}: {knock}")

    def _as_nowhere(self, knock: Knock, answer: Answer, verdict: Verdict) -> tuple[Answer | None, Knock]:
        """The answer for the same request with ids that are nobody's. The plain page is asked for once by each."""
        strange = {
            name: uuid.UUID(int=self.chance.getrandbits(128), version=4) if name in verdict.strange else one
            for name, one in knock.ids.items()
        }
        other = replace(knock, ids=strange)
        if answer.status not in {404, 405}:
            return self.ask(other), other
        menu = knock.path().startswith("/report/")
        # Which methods a page takes is said by the page; “no such page” is one for all.
        page = knock.address.view if answer.status == 405 else ""
        key = (knock.caller.cookies, knock.method, str(answer.status), str(menu), page)
        if key not in self._nowhere:
            found = self.ask(other)
            if found is None or found.status != answer.status:
                return found, other
            self._nowhere[key] = found
        return self._nowhere[key], other

    # --- Read ---

    def leaks(self, knock: Knock, answer: Answer) -> Iterator[str]:
        """What stands in an answer, or was written, that is not theirs."""
        caller, body = knock.caller, answer.body
        where = body + "".join(answer.headers.values()).encode()
        for case, table in WORD.findall(where.decode("utf-8", "replace")) if b"zq" in where else ():
            if not self.facts.reads(caller.ids, self.facts.by_word.get(case), table):
                yield f"read {table} of a case"
        for tag in set(_SCHOOL.findall(where)):
            if caller.school is None or self.tags[caller.school] != b"Zqschool" + tag:
                yield f"read a name of school {tag.decode()}"
        for found in _REFERENCE.findall(body):
            case_id = self.facts.by_reference.get(found.decode())
            if case_id and not self._knows_case(caller, case_id):
                yield f"read reference {found.decode()}"
        for found in set(UUID.findall(where)):
            one = uuid.UUID(found.decode())
            if one in self.facts.things and found not in (knock.path() + knock.query).encode() + knock.body:
                yield from self._strange(caller, self.facts.things[one], "read")
        for one in answer.wrote_ids if answer.status < 400 else ():
            # What a form calls its own press is whatever its sender says.
            if one in self.facts.things and f"press={one}".encode() not in knock.body:
                if self.facts.things[one].school != caller.school:
                    yield f"wrote {sorted(answer.wrote)} with an id of another school"

    def _knows_case(self, caller: Caller, case: uuid.UUID) -> bool:
        return any(self.facts.sees(one, case) or (one, case) in self.facts.own for one in caller.ids)

    def _strange(self, caller: Caller, thing: Thing, verb: str) -> Iterator[str]:
        if thing.school != caller.school:
            yield f"{verb} an id of {thing.table} of another school"
        elif thing.case and not self.facts.reads(caller.ids, thing.case, thing.table):
            yield f"{verb} an id of {thing.table} of a case"

    # --- Every door of a case ---

    def open_each_door(self) -> list[str]:
        """Let everybody who may, by the second reading, try each door of a case. Returns those that none opened."""
        draw = Draw(1, self.facts, self.callers)
        people = [one for one in draw.fresh if one.person]
        doors = [one for one in draw.addresses if one.rule.door is Door.CASE]
        return [one.view for one in doors if not any(map(self._opens, self._knocks(one, people)))]

    def _knocks(self, address: Address, people: list[Caller]) -> Iterator[Knock]:
        """Every way to come to a door by the front: its cases, what belongs to each, and all else that it takes."""
        offered = offers(address)
        (first, table), *more = address.ids
        for thing in self.facts.of_table[table]:
            if thing.case is None or self.facts.things[thing.case].row["kind"] not in address.rule.kinds:
                continue
            pools = [self.facts.of_case[thing.case, one] for _, one in more]
            for found in itertools.product(*pools):
                ids = {first: thing.id, **{name: one.id for (name, _), one in zip(more, found, strict=True)}}
                for others in itertools.product(*offered.values()):
                    said = dict(zip(offered, others, strict=True))
                    for caller, method in itertools.product(people, ("GET", "POST")):
                        yield Knock(caller, method, address, ids, said)

    def _opens(self, knock: Knock) -> bool:
        """Whether somebody who may comes in. A form that lacks something is open too: it says what."""
        things = {name: self._thing(name, one, knock) for name, one in knock.ids.items()}
        address = knock.address
        if self.rules.verdict(knock.caller, address.view, address.rule, knock.method, things).shut:
            return False
        answer = self.watch(knock)
        return answer is not None and (answer.status < 400 or answer.status in {409, 422})


def _asks_in_vain(knock: Knock) -> bool:
    """Whether this asks to change a version of the policy: refused and noted, behind the same walls as reading it."""
    return knock.address.view == "policy.version" and knock.method in knock.address.rule.methods


def difference(knock: Knock, answer: Answer, other: Knock, nowhere: Answer) -> str:
    """In what two answers differ, but for the form's token and the ids that were asked for."""
    if answer.status != nowhere.status:
        return f"{answer.status} and {nowhere.status}"
    ids = {*knock.ids.values(), *other.ids.values()}
    one, two = plain(answer, ids), plain(nowhere, ids)
    for what, left, right in zip(("headers", "body"), one, two, strict=True):
        if left != right:
            return what
    return ""


def plain(answer: Answer, ids: Iterable[uuid.UUID]) -> tuple[str, bytes]:
    """Headers and body without what must differ.

    The ids of both requests go: one may stand in the question of the other too, where the draw happened to take it.
    """
    headers, body = str(sorted(answer.headers.items())), without_token(answer.body)
    for one in ids:
        headers = headers.replace(str(one), "an id")
        body = body.replace(str(one).encode(), b"an id")
    return headers, body
