"""Requests at the doors of the town, in process: drawn by a seed, answered by the whole program, undone afterwards."""

import random
import re
import uuid
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from callers import Caller
from django import forms
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.urls import URLPattern
from door_rules import table_of
from doors import ours
from town_facts import Facts, Thing

from forethought.pages.matrix import MATRIX, Door, Rule

METHODS = ["GET"] * 46 + ["POST"] * 40 + ["HEAD"] * 8 + ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "SEARCH"]
UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PART = re.compile(r"<(\w+):(\w+)>")
_WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(?:forethought_)?(\w+)')
WORDS = ["Somebody wrote to me.", "No.", "x" * 41, "Foster", "2026-11-20", "7", "yes", ""]


@dataclass(frozen=True)
class Address:
    """One address of the site, and what stands behind it."""

    route: str
    view: str
    rule: Rule
    #: The ids in it that are rows: the name of each, and its table.
    ids: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, tuple[str, ...]], ...]


def addresses() -> list[Address]:
    """Every address of ours."""
    return [_address(route, one) for route, one in ours()]


def _address(route: str, one: URLPattern) -> Address:
    view = one.callback.matrix_name
    parts = _PART.findall(route)
    ids = tuple((name, table_of(name, view)) for kind, name in parts if kind == "uuid")
    others = tuple((kind, name) for kind, name in parts if kind != "uuid")
    return Address(route, view, MATRIX[view], ids, others, fields_of(one.callback.__module__))


@cache
def fields_of(module: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the forms of a module ask, each with the answers it offers."""
    found: dict[str, tuple[str, ...]] = {"version": ("1", "2"), "version_now": ("1",)}
    for one in vars(__import__(module, fromlist=["x"])).values():
        if isinstance(one, type) and issubclass(one, forms.Form):
            for name, asked in one.base_fields.items():
                if isinstance(asked, forms.ChoiceField):
                    found[name] = tuple(str(key) for key, _ in asked.choices)  # type: ignore[misc, arg-type]
                elif hasattr(asked.widget, "parts"):
                    found |= {f"{name}_day": ("12",), f"{name}_month": ("11",), f"{name}_year": ("2026",)}
                else:
                    found[name] = ()
    return tuple(sorted(found.items()))


@dataclass
class Knock:
    """One request: who, how, where, with which ids."""

    caller: Caller
    method: str
    address: Address
    ids: dict[str, uuid.UUID]
    others: dict[str, str]
    query: str = ""
    body: bytes = b""

    def path(self) -> str:
        """The address, its ids filled in."""
        filled = {**{name: str(one) for name, one in self.ids.items()}, **self.others}
        return "/" + _PART.sub(lambda found: filled[found[2]], self.address.route)

    def __str__(self) -> str:
        return f"{self.caller.name}: {self.method} {self.path()} ({self.address.view}) {self.query} {self.body[:200]!r}"


@dataclass
class Answer:
    """What came back, and which tables were written to with which ids."""

    status: int
    headers: dict[str, str]
    body: bytes
    wrote: set[str] = field(default_factory=set)
    wrote_ids: set[uuid.UUID] = field(default_factory=set)


class Watch:
    """Notes every statement that writes."""

    def __init__(self) -> None:
        self.wrote: set[str] = set()
        self.ids: set[uuid.UUID] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Django's hook around each statement."""
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and (found := _WRITES.match(sql)):
            self.wrote.add(found[1])
            for one in params or ():
                if isinstance(one, uuid.UUID):
                    self.ids.add(one)
                elif isinstance(one, str) and len(one) == 32:
                    try:
                        self.ids.add(uuid.UUID(one))
                    except ValueError:
                        continue
        return execute(sql, params, many, context)


class Handler:
    """The whole program, without a socket. What a request writes is undone when it has been answered."""

    def __init__(self) -> None:
        self.handler = BaseHandler()
        self.handler.load_middleware()

    def ask(self, knock: Knock) -> Answer:
        """Answer one request."""
        watch = Watch()
        with transaction.atomic(), connection.execute_wrapper(watch):
            request = WSGIRequest(environ_of(knock))
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
            response = self.handler.get_response(request)
            body = body_of(response)
            transaction.set_rollback(True)
        headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
        return Answer(response.status_code, headers, body, watch.wrote, watch.ids)


def body_of(response: HttpResponseBase) -> bytes:
    """All bytes of an answer."""
    if response.streaming:
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.content  # type: ignore[attr-defined, no-any-return]


def environ_of(knock: Knock) -> dict[str, Any]:
    """A request as a web server hands it over."""
    return {
        "REQUEST_METHOD": knock.method,
        "PATH_INFO": knock.path(),
        "QUERY_STRING": knock.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": knock.caller.cookies,
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(knock.body)),
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(knock.body),
    }


def offers(address: Address) -> dict[str, list[str]]:
    """All that is ever said for what else an address takes, by its name in the address."""
    offered = {
        "int": ["1", "2", "9"],
        "slug": ["helpline", "behaviour", "hra-1998", "nothing"],
        "str": ["8.3", "1.2", "99.9"],
    }
    named = {"number": ["N3", "N8", "N11", "nothing"], "kind": [*offered["slug"], "privacy"]}
    named |= {"paper": ["staff", "impact", "nothing"], "section": ["more", "about", "nothing"]}
    named["name"] = ["people", "clocks", "nothing"]
    return {name: named.get(name, offered[kind]) if kind == "slug" else offered[kind] for kind, name in address.others}


class Draw:
    """Draws requests by a seed: near misses mostly, so that many come close and some get in."""

    def __init__(self, seed: int, facts: Facts, callers: list[Caller]) -> None:
        self.chance, self.facts, self.addresses = random.Random(seed), facts, addresses()
        self.fresh = [one for one in callers if one.proved == "fresh"]
        self.callers = callers
        self.by_person: dict[uuid.UUID, list[Caller]] = {}
        for one in self.fresh:
            if one.person:
                self.by_person.setdefault(one.person, []).append(one)
        self.schools = sorted({one.school for one in facts.things.values()}, key=str)
        self.everything = sorted(facts.things, key=str)

    def __call__(self) -> Knock:
        """The next request."""
        chance = self.chance
        address = chance.choice(self.addresses)
        ids = self.ids(address)
        knock = Knock(self.caller(address, ids), chance.choice(METHODS), address, ids, self.others(address))
        if chance.random() < 0.2:
            knock.query = urlencode({chance.choice(["page", "case", "person", "to", "kind", "names"]): self.said(())})
        if knock.method == "POST":
            knock.body = self.body(address)
        return knock

    def ids(self, address: Address) -> dict[str, uuid.UUID]:
        """Ids for an address: mostly of one case, sometimes of several, of another school, of nothing."""
        chance, facts = self.chance, self.facts
        school, found = chance.choice(self.schools), {}
        case: uuid.UUID | None = None
        near = chance.random() < 0.75
        for name, table in address.ids:
            pool: list[Thing] = []
            if near and case is not None:
                pool = facts.of_case[case, table]
            if not pool and chance.random() < 0.95:
                pool = facts.of_school[school, table] if near else facts.of_table[table]
                if table == "case" and chance.random() < 0.9:
                    pool = [one for one in pool if one.row["kind"] in address.rule.kinds] or pool
            thing = chance.choice(pool) if pool else None
            found[name] = thing.id if thing else uuid.UUID(int=chance.getrandbits(128), version=4)
            case = case or (thing.case if thing else None)
        return found

    def others(self, address: Address) -> dict[str, str]:
        """What else an address takes: numbers, words, the code of a link."""
        return {name: self.chance.choice(offered) for name, offered in offers(address).items()}

    def caller(self, address: Address, ids: dict[str, uuid.UUID]) -> Caller:
        """Somebody: often one with a part in the case, or of the same school."""
        chance, facts = self.chance, self.facts
        things = [facts.things[one] for one in ids.values() if one in facts.things]
        draw = chance.random()
        if things and draw < 0.35 and address.rule.door is Door.CASE:
            seated = [one.row["person_id"] for one in facts.of_case[things[0].case, "seat"]]
            seated += [one.row["person_id"] for one in facts.of_case[things[0].case, "exclusion"]]
            near = [one for person in seated for one in self.by_person.get(person, ())]
            if near:
                return chance.choice(near)
        if things and draw < 0.8:
            near = [one for one in self.fresh if one.school == things[0].school]
            if near:
                return chance.choice(near)
        return chance.choice(self.fresh if draw < 0.95 else self.callers)

    def body(self, address: Address) -> bytes:
        """A form: the fields that stand behind the address, and ids of anything in places that may take one."""
        chance = self.chance
        sent = {name: self.said(offered) for name, offered in address.fields if chance.random() < 0.85}
        for name in ("case", "person", "school", "party", "owner", "created_by", "case_id"):
            if chance.random() < 0.15:
                sent[name] = str(chance.choice(self.everything))
        return urlencode(sent).encode()

    def said(self, offered: tuple[str, ...]) -> str:
        """One answer in a form."""
        chance = self.chance
        if offered and chance.random() < 0.9:
            return chance.choice(offered)
        return str(chance.choice(self.everything)) if chance.random() < 0.25 else chance.choice(WORDS)
