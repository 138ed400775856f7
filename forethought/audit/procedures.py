"""Leaving an event: the one way anything is written.

Every act runs inside `acting`, which opens the transaction, takes the school's place in the queue, and adds one entry
to the trail before it commits. If the trail cannot be written, nothing is.
"""

import uuid
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import QuerySet

from forethought.audit.models import Entry, TrailHead
from forethought.audit.tree import Frontier, leaf_hash
from forethought.core.canonical import canonical
from forethought.prepared import Prepared, columns_of
from forethought.rows import school_in_scope

Plain = str | int | bool | None


class Actor(Protocol):
    """Whoever acts: a person of the school, a visitor without an account, or the program itself."""

    @property
    def id(self) -> uuid.UUID | str: ...


@dataclass(frozen=True)
class Visitor:
    """Somebody who came with a code rather than an account. The id is of the visit, not of a person."""

    id: uuid.UUID


@dataclass(frozen=True)
class Program:
    """The worker, acting by the clock."""

    id: str = "program"


PROGRAM = Program()


@dataclass
class Event:
    """What the entry will say. An act may add facts and commitments until it ends."""

    verb: str
    about: uuid.UUID | None = None
    case_id: uuid.UUID | None = None
    facts: dict[str, Plain] = field(default_factory=dict)
    commitments: dict[str, str] = field(default_factory=dict)
    #: The hash of the entry's own leaf, once written. A receipt shows it; it never shows the tree's size.
    leaf: bytes = b""


def queue_up(school_id: uuid.UUID) -> TrailHead:
    """Take the school's place in the queue of writers, until the transaction ends.

    On PostgreSQL this is a row lock; on SQLite the IMMEDIATE transaction has already done it. Taken before anything
    else is written, so two acts can never wait for each other.
    """
    found: list[TrailHead] = _head.instances(TrailHead, school_id)
    if not found:
        raise TrailHead.DoesNotExist("This school has no trail. It gets one when it is founded.")
    return found[0]


def _of_head(school_id: uuid.UUID) -> "QuerySet[TrailHead, Any]":
    heads = TrailHead.objects.filter(pk=school_id)
    if connection.vendor == "postgresql":
        heads = heads.select_for_update()
    return heads.values_list(*columns_of(TrailHead))


_head = Prepared(_of_head, uuid.UUID)


@dataclass
class _Open:
    """The act that is open, with those inside it: what the trail gains when it ends, and what is put off till then."""

    head: TrailHead
    edge: Frontier
    entries: list[Entry] = field(default_factory=list)
    at_end: dict[Hashable, tuple[Any, Callable[[Any], None]]] = field(default_factory=dict)


_open: ContextVar[_Open | None] = ContextVar("open act", default=None)


def put_off(key: Hashable, value: Any, do: Callable[[Any], None], *, of_two: Callable[[Any, Any], Any] = min) -> None:
    """Put something off to the end of the act that is open, once for each key, with the one value `of_two` chooses.

    For what many parts of an act would otherwise each do again, such as noting a case's soonest due time. Done at once
    outside any act.
    """
    opened = _open.get()
    if opened is None:
        do(value)
        return
    if key in opened.at_end:
        # What was put off last is done last: it may rest on the others.
        value = of_two(opened.at_end.pop(key)[0], value)
    opened.at_end[key] = (value, do)


def do_now(key: Hashable) -> None:
    """Do what was put off under this key, if anything, before something that must come after it."""
    opened = _open.get()
    if opened is not None and key in opened.at_end:
        value, do = opened.at_end.pop(key)
        do(value)


def tree_so_far() -> Frontier:
    """The tree as the act that is open finds it, what acts inside it left included. RuntimeError outside an act."""
    opened = _open.get()
    if opened is None:
        raise RuntimeError("Only an act holds the tree still.")
    return opened.edge


def is_acting() -> bool:
    """Whether an act is open."""
    return _open.get() is not None


@contextmanager
def acting(
    verb: str,
    *,
    by: Actor,
    at: datetime,
    about: uuid.UUID | None = None,
    case_id: uuid.UUID | None = None,
    facts: Mapping[str, Plain] | None = None,
) -> Iterator[Event]:
    """Do one act in one transaction and leave one event. `at` is an instant in UTC.

    An act may contain others; they share its transaction, and their entries come before its own. Raises RuntimeError
    outside a school. An exception inside undoes the whole act and leaves no event.
    """
    school_id = school_in_scope()
    if school_id is None:
        raise RuntimeError("An act belongs to one school; none was entered.")
    event = Event(verb=verb, about=about, case_id=case_id, facts=dict(facts or {}))
    outer = _open.get()
    if outer is not None:
        if outer.head.school_id != school_id:
            raise RuntimeError("An act of one school cannot contain one of another.")
        # No savepoint: an inner act that fails takes the outer one with it.
        with transaction.atomic(savepoint=False):
            yield event
            append(outer, event, by=by, at=at)
        return
    with transaction.atomic():
        head = queue_up(school_id)
        opened = _Open(head, Frontier.from_bytes(bytes(head.edge)))
        token = _open.set(opened)
        try:
            yield event
            while opened.at_end:
                value, do = opened.at_end.pop(next(iter(opened.at_end)))
                do(value)
            append(opened, event, by=by, at=at)
            Entry.objects.bulk_create(opened.entries)
            TrailHead.objects.filter(pk=school_id).update(size=opened.edge.size, edge=opened.edge.to_bytes())
        finally:
            _open.reset(token)


def append(opened: _Open, event: Event, *, by: Actor, at: datetime) -> None:
    """Add one entry at the end of a school's trail and grow its tree by one leaf. Written when the act ends."""
    seq, school_id = opened.edge.size, opened.head.school_id
    body = canonical(
        {
            "seq": seq,
            "school": school_id,
            "at": at,
            "by": str(by.id),
            "verb": event.verb,
            "about": event.about,
            "case": event.case_id,
            "facts": event.facts,
            "commitments": event.commitments,
        }
    )
    event.leaf = leaf_hash(body)
    opened.entries.append(
        Entry(
            school_id=school_id,
            seq=seq,
            at=at,
            by=str(by.id),
            verb=event.verb,
            about=event.about,
            case_id=event.case_id,
            body=body.decode(),
            leaf=event.leaf,
        )
    )
    opened.edge = opened.edge.append(event.leaf)
