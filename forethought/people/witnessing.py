"""Telling two people outside the IT chain, once a week, the code of the newest checkpoint.

From then on nobody can rewrite what came before it unnoticed, not even with the database and the log key: the two have
the code in their mail. It goes without the size of the trail, and in a week in which nothing happened as well, so that
it says nothing about what goes on (docs/decisions/0021).
"""

from datetime import date, datetime, time, timedelta

from forethought.audit.checkpoints import newest
from forethought.audit.models import Checkpoint
from forethought.audit.procedures import Actor, acting
from forethought.core.clock import from_london, london
from forethought.people.models import Appointment, Person, Role, Telling
from forethought.people.post import owe_letters
from forethought.people.witness_rules import OFFICES, STANDING_IN, Witnesses, choose
from forethought.rows import school_in_scope

#: Mondays, London.
TOLD_FROM = time(9)


def witnesses_at(at: datetime) -> Witnesses:
    """Who would be told at this instant, in the school that was entered."""
    held = Appointment.objects.filter(
        starts_at__lte=at, person__left_at__isnull=True, role__in=(*OFFICES, *STANDING_IN, Role.IT)
    ).exclude(ends_at__lte=at)
    holders: dict[str, list[object]] = {}
    mailed = set()
    for one in held.select_related("person").order_by("rank", "starts_at", "id"):
        holders.setdefault(one.role, []).append(one.person_id)
        if one.person.email:
            mailed.add(one.person_id)
    it_support = holders.pop(Role.IT, [])
    return choose(holders, it_support=it_support, mailed=mailed)  # type: ignore[arg-type]


def week_of(at: datetime) -> date:
    """The Monday of the week for which a code is due at this instant (UTC): from nine in the morning, London."""
    day = london(at).date()
    monday = day - timedelta(days=day.weekday())
    return monday if at >= from_london(monday, TOLD_FROM) else monday - timedelta(days=7)


def is_due(at: datetime) -> bool:
    """Whether the two are still to be told this week's code, and there are any."""
    if newest() is None or Telling.objects.filter(week_on=week_of(at)).exists():
        return False
    return bool(witnesses_at(at).told)


def tell_witnesses(*, checkpoint: Checkpoint, by: Actor, at: datetime) -> Telling:
    """Owe each witness a mail with the code of a checkpoint, and note that it goes. Once a week."""
    school_id = school_in_scope()
    assert school_id is not None
    people = Person.objects.filter(pk__in=[one.person for one in witnesses_at(at).told])
    with acting("people.tell_witnesses", by=by, at=at, about=checkpoint.id, facts={"told": len(people)}):
        owe_letters(people=list(people), kind="witness", at=at, about=checkpoint.id)
        made: Telling = Telling.objects.create(
            school_id=school_id,
            week_on=week_of(at),
            checkpoint=checkpoint,
            told=len(people),
            told_at=at,
            told_by=str(by.id),
        )
    return made
