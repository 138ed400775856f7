"""Moving a takedown from one status to another, and its clocks with it. Parts of larger acts.

Each move is one conditional UPDATE, so of two people at once one wins.
"""

from datetime import datetime

from django.db.models import F

from forethought.audit.procedures import PROGRAM, Actor
from forethought.cases.moves import name_of
from forethought.cases.owed import owe, settle
from forethought.cases.rules import lost_race
from forethought.core.errors import TooLate
from forethought.takedowns import marks, rules
from forethought.takedowns.models import Look, Takedown
from forethought.takedowns.planning import plan_next_look
from forethought.takedowns.rules import MOVES, Status

#: What a look may change, and what a correction puts back.
_TIMES = (
    "reported_at",
    "approach_due_at",
    "resolve_due_at",
    "asked_at",
    "last_look_at",
    "seen_gone_at",
    "gone_before_at",
)
_PLAIN = ("status", "stood", "rounds")


def unmoved(takedown: Takedown, version: int) -> None:
    """Refuse whoever saw an older state, before any rule speaks of the new one. Part of every decision.

    Raises TooLate, naming who was first and when.
    """
    now = Takedown.objects.only("version", "moved_at", "moved_by").get(pk=takedown.pk)
    if now.version != version:
        raise TooLate(lost_race(role=name_of(now.moved_by), at=now.moved_at))


def move(
    takedown: Takedown, to: Status, verb: str, *, version: int, by: Actor, at: datetime, **changes: object
) -> None:
    """Move a takedown as its state table allows, if it is still at the version the person saw.

    Raises TooLate, naming who was first and when, otherwise.
    """
    _change(takedown, MOVES[verb].start, version=version, by=by, at=at, status=to, **changes)
    takedown.status = to


def change(takedown: Takedown, *, version: int, by: Actor, at: datetime, **changes: object) -> None:
    """Change something about a takedown that still owes, wherever it stands. Raises TooLate as `move` does."""
    _change(takedown, rules.OWING, version=version, by=by, at=at, **changes)


def _change(
    takedown: Takedown, sources: frozenset[Status], *, version: int, by: Actor, at: datetime, **changes: object
) -> None:
    changed = Takedown.objects.filter(pk=takedown.pk, version=version, status__in=sources).update(
        version=F("version") + 1, moved_at=at, moved_by=str(by.id), **changes
    )
    if not changed:
        now = Takedown.objects.get(pk=takedown.pk)
        raise TooLate(lost_race(role=name_of(now.moved_by), at=now.moved_at))
    takedown.version = version + 1


def start_clocks(takedown: Takedown, at: datetime, *, first: bool = False) -> None:
    """Owe both marks: when it is opened (`first`), when it comes back, and when a wrong press is put right."""
    case = takedown.case
    if Status(takedown.status) in {Status.TO_ASK, Status.AUTHOR_ASKED}:
        owe(case=case, kind="approach", about=takedown.id, due_at=takedown.approach_due_at, at=at)
    owe(case=case, kind="resolve", about=takedown.id, due_at=takedown.resolve_due_at, at=at)
    if not first:
        settle(case=case, kind="look", about=takedown.id, by=PROGRAM, at=at)
    plan_next_look(takedown, at, first=first)


def begin_again(takedown: Takedown, at: datetime) -> dict[str, object]:
    """The columns of a takedown that comes back: both marks count from now."""
    return {
        "rounds": F("rounds") + 1,
        "reported_at": at,
        "approach_due_at": marks.approach_due(at, takedown.case.school.approach_hours),
        "resolve_due_at": marks.resolve_due(at),
        "gone_before_at": takedown.seen_gone_at,
        "seen_gone_at": None,
        "asked_at": None,
    }


def clock_after_look(takedown: Takedown, by: Actor, at: datetime) -> None:
    """Settle what a look settles, and owe the next one: after 24 hours, 7 and 30 days. Policy 8.5."""
    case, status = takedown.case, Status(takedown.status)
    if status in rules.RESTING:
        for kind in ("approach", "resolve"):
            settle(case=case, kind=kind, about=takedown.id, by=by, at=at)
        seen = takedown.seen_gone_at
        last = takedown.last_look_at if takedown.last_look_at != seen else None
        due = marks.next_look(seen, last) if seen else None
        if due:
            owe(case=case, kind="look", about=takedown.id, due_at=due, at=at)
        else:
            settle(case=case, kind="look", about=takedown.id, by=by, at=at)
    elif status is Status.LEFT_UP and at >= takedown.resolve_due_at:
        settle(case=case, kind="resolve", about=takedown.id, by=by, at=at)
    plan_next_look(takedown, at)


def stands(takedown: Takedown) -> dict[str, object]:
    """How a takedown stands now, to be kept with a look."""
    times = {name: getattr(takedown, name) for name in _TIMES}
    return {
        **{name: value.isoformat() if value else None for name, value in times.items()},
        **{name: getattr(takedown, name) for name in _PLAIN},
    }


def put_back(takedown: Takedown, look: Look, *, by: Actor, at: datetime) -> None:
    """Undo what a look moved: the wrong button was pressed, so no clock may begin anew or have ended. Policy 8.5."""
    kept = dict(look.before or {})
    was: dict[str, object] = {name: kept[name] for name in _PLAIN}
    was.update({name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in _TIMES})
    Takedown.objects.filter(pk=takedown.pk).update(**was, version=F("version") + 1, moved_at=at, moved_by=str(by.id))
    takedown.refresh_from_db()
    if Status(takedown.status) not in rules.RESTING:
        start_clocks(takedown, at)
