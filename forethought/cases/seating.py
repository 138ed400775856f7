"""Who is on a case's list, and who is kept out of it whatever their role.

Parts of larger acts: a seat is given or ended together with the act that is the reason for it.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db.models import F

from forethought.cases.models import Case, Exclusion, Papers, Seat
from forethought.people.models import Letter, Person
from forethought.people.post import owe_letter


def seat(
    *,
    case: Case,
    people: Mapping[Person, str],
    at: datetime,
    letter: str | None = "needs_you",
    by_when: datetime | None = None,
    ends_at: datetime | None = None,
    given_by: str = "",
) -> list[Person]:
    """Put people on a case's list, each with the reason, and owe them a letter. Part of a larger act.

    With `ends_at` (UTC) the seat runs out by itself then. Those kept out of it, and those on it already, are left as
    they are. Returns who was newly seated.
    """
    ids = [person.pk for person in people]
    out = set(Exclusion.objects.filter(case=case, person__in=ids).values_list("person_id", flat=True))
    held = Seat.objects.filter(case=case, person__in=ids, ended_at__isnull=True).values_list("person_id", "ends_at")
    on = {person_id for person_id, ends in held if ends is None or ends > at}
    if len(on) < len(held):
        # Those that ran out are ended here, so that their holders can be seated again.
        Seat.objects.filter(case=case, person__in=ids, ended_at__isnull=True, ends_at__lte=at).update(
            ended_at=F("ends_at")
        )
    new = [person for person in people if person.pk not in out | on]
    Seat.objects.bulk_create(
        [
            Seat(
                school_id=case.school_id,
                case=case,
                person=person,
                why=people[person],
                given_at=at,
                given_by=given_by,
                ends_at=ends_at,
                opened_at=case.opened_at,
                owed_at=case.owed_at,
            )
            for person in new
        ]
    )
    if letter:
        for person in new:
            owe_letter(person=person, kind=letter, at=at, case_id=case.id, by_when=by_when)
    return new


def keep_out(*, case: Case, people: Mapping[uuid.UUID, str], at: datetime) -> None:
    """Keep people out of a case from this moment: their seats end and letters on their way to them are dropped.

    By person, so it holds for every account they have. Nothing takes it back (reliability.md 3.3, rules 1, 2, 6).
    """
    if not people:
        return
    already = set(Exclusion.objects.filter(case=case, person__in=people).values_list("person_id", flat=True))
    Exclusion.objects.bulk_create(
        [
            Exclusion(school_id=case.school_id, case=case, person_id=person_id, why=why, given_at=at)
            for person_id, why in people.items()
            if person_id not in already
        ]
    )
    Seat.objects.filter(case=case, person__in=people, ended_at__isnull=True).update(ended_at=at)
    Papers.objects.filter(case=case, person__in=people, ended_at__isnull=True).exclude(
        audience__in=("subject", "concerned")
    ).update(ended_at=at)
    Letter.objects.filter(case_id=case.id, person__in=people, sent_at__isnull=True).update(
        try_at=None, dropped="kept_out"
    )
