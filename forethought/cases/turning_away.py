"""Somebody at the door of a case that is not theirs: noted each time, told to its manager from the third try of a day.

They are never told, and cannot tell whether there is such a case: the same is done, and written, for one that does not
exist (reliability.md 3.3, rule 7, and 3.5).
"""

import uuid
from datetime import date, datetime

from forethought.audit.procedures import acting
from forethought.cases.models import Exclusion, Try
from forethought.core.clock import london
from forethought.people.conflicts import TRIES_BEFORE_MANAGER_IS_TOLD
from forethought.people.models import Person
from forethought.people.post import owe_letter
from forethought.prepared import Prepared

_kept_out = Prepared(
    lambda person, case_id: Exclusion.objects.filter(person=person, case=case_id).values_list("case__manager_id"),
    uuid.UUID,
    uuid.UUID,
)
_tried = Prepared(
    lambda person, case_id, day: Try.objects.filter(person=person, case=case_id, on_day=day).values_list(
        "id", "times", "told_at"
    ),
    uuid.UUID,
    uuid.UUID,
    date,
)


def turn_away(*, case_id: uuid.UUID, by: Person, at: datetime) -> None:
    """Note that somebody asked for a case that they may not see, or that is none. Policy 7.2.

    A case's manager is told when somebody who is kept out of it tried three times in a day (London).
    """
    with acting("cases.turn_away", by=by, at=at, about=case_id) as event:
        day = london(at).date()
        # The same looks and the same update whoever asks for whatever: only a row that is theirs is changed by it.
        kept_out, tried = _kept_out(by.pk, case_id), _tried(by.pk, case_id, day)
        event.facts["kept_out"] = bool(kept_out)
        row_id, times, told_at = tried[0] if kept_out and tried else (uuid.uuid4(), 0, None)
        times += 1
        tell = bool(kept_out) and times >= TRIES_BEFORE_MANAGER_IS_TOLD and told_at is None
        counted = {"times": times, "told_at": at if tell else told_at}
        Try.objects.filter(pk=row_id).update(**counted)
        if kept_out and not tried:
            Try.objects.create(id=row_id, school_id=by.school_id, case_id=case_id, person=by, on_day=day, **counted)
        manager = Person.objects.filter(pk=kept_out[0][0]).first() if tell else None
        if manager is not None:
            owe_letter(person=manager, kind="needs_you", at=at, case_id=case_id)
