"""Whom a question can go to, read from the engagements and the appointments of the moment."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from forethought.core.clock import london
from forethought.people import casting
from forethought.people.cast import Cast, PersonId
from forethought.people.models import Engagement, Person
from forethought.policies.models import Policy
from forethought.questions import rules


@dataclass(frozen=True)
class Choice:
    """Somebody who can be asked, their office, and who else sees the question once it is late."""

    person: Person
    office: str
    then: Person | None


def line_managers_of(person_id: uuid.UUID, day: date) -> list[uuid.UUID]:
    """Whom somebody works to on a day (London), first engaged first, without those who have left."""
    found = (
        Engagement.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            person=person_id,
            starts_on__lte=day,
            manager__isnull=False,
            manager__left_at__isnull=True,
        )
        .order_by("starts_on", "id")
        .values_list("manager_id", flat=True)
    )
    return [one for one in dict.fromkeys(found) if one is not None]


def people_to_ask(asker: Person, at: datetime) -> list[Choice]:
    """Whom somebody may ask now, and who would be next for each. Policy 3.6."""
    cast, day = casting.cast_at(at), london(at).date()
    offices = rules.who_to_ask(asker=asker.pk, line_managers=line_managers_of(asker.pk, day), cast=cast)
    then = {one: _next(one, asker.pk, day, cast) for one, _ in offices}
    known = people_of([*then, *then.values()])
    return [Choice(known[str(one)], office, known.get(str(then[one]))) for one, office in offices if str(one) in known]


def _next(manager: PersonId, asker: PersonId, day: date, cast: Cast) -> PersonId | None:
    found = line_managers_of(uuid.UUID(str(manager)), day)
    return rules.who_is_next(manager=manager, asker=asker, line_managers=found, cast=cast)


def next_after(manager: uuid.UUID, asker: uuid.UUID, at: datetime) -> Person | None:
    """Who else sees a question to this manager once it is late, as things stand now. Policy 3.6."""
    found = _next(manager, asker, london(at).date(), casting.cast_at(at))
    return people_of([found]).get(str(found))


def people_of(ids: list[object]) -> dict[str, Person]:
    """People by their ids as text, without those who have left."""
    wanted = [uuid.UUID(str(one)) for one in ids if one]
    return {str(one.pk): one for one in Person.objects.filter(pk__in=wanted, left_at__isnull=True)}


def leads_for(asker: Person, words: str, at: datetime) -> tuple[list[Person], list[Person]]:
    """Who is told at once that a child may be at risk, and who next. Never the asker, nor anybody named in the words.

    The leads and deputies who are here; without any the head, or whoever else may. Policy 3.6, 6.5.
    """
    # Nothing is asked about the head, so a name in the words is what keeps somebody out.
    first, then = casting.safeguarding_people(answers={"happened": words, "head": "no"}, reporter=asker, at=at)
    people = [one for one in (*first, *then) if one.pk != asker.pk and one.left_at is None]
    cast = casting.cast_at(at)
    leads = [one for one in people if one.pk in {cast.dsl, *cast.deputy_dsls}]
    others = sorted((one for one in people if one not in leads), key=lambda one: one.pk != cast.head)
    told = leads or [one for one in others if one.pk not in cast.away][:1] or others[:1]
    return told, [one for one in others if one not in told]


def answer_days(school_id: uuid.UUID) -> int:
    """The school's target in working days. Two until it sets its own. Policy 3.6."""
    found = Policy.objects.filter(pk=school_id).values_list("answer_days", flat=True).first()
    return 2 if found is None else found
