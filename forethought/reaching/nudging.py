"""The nudges that go with urgent letters, before the mail does: claimed, then sent once.

Nothing is tried again. The mail says the same, and goes until it is taken.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet

from forethought.audit.procedures import PROGRAM, queue_up
from forethought.people import casting
from forethought.people.models import Letter
from forethought.reaching import procedures, rules, ways
from forethought.reaching.models import Reach
from forethought.rows import inside

Withheld = Callable[[Sequence[Letter], datetime], Mapping[uuid.UUID, str]]
#: Does something now, or on a thread of its own.
Aside = Callable[[Callable[[], None]], None]


@dataclass(frozen=True)
class Nudge:
    """One nudge ready to go: where, how, and the key of the school for a push."""

    reach_id: uuid.UUID
    way: str
    address: str
    key: str


def send_due(school_id: uuid.UUID, at: datetime, *, withheld: Withheld, aside: Aside) -> bool:
    """Nudge whoever has an urgent letter, is here and not away, and wants it (UTC). Policy 8.3.

    `withheld` says which letters may no longer go. What the network takes long for is done by `aside`.
    """
    if _is_used():
        for nudge in _claim(school_id, at, withheld):
            aside(partial(_go, school_id, nudge, at))
    return True


def next_nudge() -> datetime | None:
    """When a letter of the school that was entered is next a nudge, in UTC. None where nobody wants any."""
    if not _is_used():
        return None
    soonest: datetime | None = _waiting().aggregate(soonest=Min("owed_at"))["soonest"]
    return soonest


def send(nudge: Nudge, at: datetime) -> str:
    """Send one nudge. How it went: taken, gone for good, or failed."""
    if nudge.way == "device":
        return ways.push(nudge.address, nudge.key, at)
    return ways.text(nudge.address, rules.TEXT) if ways.texts() else ways.FAILED


def nudges_to(reaches: Sequence[Reach]) -> list[Nudge]:
    """A nudge for each of these devices and numbers, in the school that was entered."""
    key = procedures.push_key() or ""
    return [Nudge(one.pk, one.way, procedures.address_of(one), key) for one in reaches]


def _is_used() -> bool:
    return bool(settings.PUSH_SERVICES) or ways.texts()


def _live() -> "QuerySet[Reach]":
    found: QuerySet[Reach] = Reach.objects.filter(
        ended_at__isnull=True, confirmed_at__isnull=False, person__left_at__isnull=True
    )
    return found


def _waiting() -> "QuerySet[Letter]":
    """Urgent letters to people who want nudges, not looked at for one yet."""
    found: QuerySet[Letter] = Letter.objects.filter(
        nudged_at__isnull=True, kind__in=rules.URGENT, dropped="", person__in=_live().values("person")
    )
    return found


def _claim(school_id: uuid.UUID, at: datetime, withheld: Withheld) -> list[Nudge]:
    """Take what waits, each letter once and for all, and say whose devices are nudged now."""
    with inside(school_id), transaction.atomic():
        if not _waiting().exists():
            return []
        queue_up(school_id)
        letters = list(_waiting())
        Letter.objects.filter(pk__in=[one.pk for one in letters]).update(nudged_at=at)
        kept = withheld(letters, at)
        away, on_duty = casting.away_and_on_duty_at(at)
        people = {
            one.person_id
            for one in letters
            if one.pk not in kept
            and rules.goes_on_phone(
                kind=one.kind,
                of_case=one.case_id is not None,
                owed_at=one.owed_at,
                at=at,
                away=one.person_id in away,
                on_duty=one.person_id in on_duty,
            )
        }
        reaches = [
            one
            for one in _live().filter(person__in=people).order_by("added_at")
            if not rules.is_quiet(tried_at=one.tried_at, at=at)
        ]
        Reach.objects.filter(pk__in=[one.pk for one in reaches]).update(tried_at=at, taken=None)
        return nudges_to(reaches) if reaches else []


def _go(school_id: uuid.UUID, nudge: Nudge, at: datetime) -> None:
    outcome = send(nudge, at)
    with inside(school_id), transaction.atomic():
        reach = Reach.objects.filter(pk=nudge.reach_id, ended_at__isnull=True).first()
        if reach is None:
            return
        if outcome == ways.GONE:
            procedures.lose_reach(reach=reach, by=PROGRAM, at=at)
        else:
            Reach.objects.filter(pk=reach.pk).update(taken=outcome == ways.TAKEN)
