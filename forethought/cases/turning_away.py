"""Somebody at the door of a case that is not theirs: noted each time, told to its manager from the third try of a day.

They are never told, and cannot tell whether there is such a case: the same is done, and written, for one that does not
exist (reliability.md 3.3, rule 7, and 3.5).
"""

import uuid
from datetime import datetime

from django.db.models import F

from forethought.audit.procedures import acting
from forethought.cases.models import Case, Try
from forethought.core.clock import london
from forethought.people.conflicts import TRIES_BEFORE_MANAGER_IS_TOLD
from forethought.people.models import Person
from forethought.people.post import owe_letter


def turn_away(*, case_id: uuid.UUID, by: Person, at: datetime) -> None:
    """Note that somebody asked for a case that they may not see, or that is none. Policy 7.2.

    A case's manager is told when somebody who is kept out of it tried three times in a day (London).
    """
    with acting("cases.turn_away", by=by, at=at, about=case_id) as event:
        case = Case.objects.filter(pk=case_id, exclusions__person=by).select_related("manager").first()
        event.facts["kept_out"] = case is not None
        if case is not None:
            _count(case, by, at)


def _count(case: Case, person: Person, at: datetime) -> None:
    row, new = Try.objects.get_or_create(school_id=case.school_id, case=case, person=person, on_day=london(at).date())
    if not new:
        Try.objects.filter(pk=row.pk).update(times=F("times") + 1)
        row.refresh_from_db(fields=["times"])
    if row.times >= TRIES_BEFORE_MANAGER_IS_TOLD and row.told_at is None:
        Try.objects.filter(pk=row.pk).update(told_at=at)
        if case.manager is not None:
            owe_letter(person=case.manager, kind="needs_you", at=at, case_id=case.id)
