"""How earlier matters ended, by factor alone, and which warnings of the person reported are still live. Clause 9.3."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from forethought.audit.procedures import acting
from forethought.cases.models import Case
from forethought.cases.silence import kept_from
from forethought.core.errors import Refused, insist
from forethought.investigations import outcomes, seriousness
from forethought.investigations.models import Breach
from forethought.investigations.weighing_models import LiveWarning, Weighing, Weighs
from forethought.people.models import Person


def past_of(case: Case, person: Person) -> list[seriousness.Past]:
    """Earlier matters that ended with an outcome, by their factors alone. Policy 9.3.

    Those that this person is kept out of are not among them: a count would tell them.
    """
    rows = Weighing.objects.filter(question=Weighs.SERIOUSNESS, concluded=True)
    rows = rows.exclude(case=case).exclude(case__in=kept_from(person)).order_by("weighed_at", "id")
    last = dict(rows.values_list("case_id", "choices"))
    ended = outcomes_of(last)
    return [
        seriousness.Past(choices, sanction=outcomes.is_sanction(ended[case_id]))
        for case_id, choices in last.items()
        if ended.get(case_id)
    ]


def outcomes_of(cases: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """How each of these cases ended; an empty text while it has not."""
    return dict(Breach.objects.filter(case__in=list(cases)).values_list("case_id", "outcome"))


def note_live_warning(*, case: Case, given_on: date, ends_on: date | None, by: Person, at: datetime) -> LiveWarning:
    """Say until when a warning is live. After that day it is spent, and never shown again. Policy 9.3, 9.6."""
    breach = Breach.objects.filter(case=case).first()
    outcome = breach.outcome if breach else ""
    insist(outcomes.why_not_note_warning(outcome=outcome, given_on=given_on, ends_on=ends_on), "9.6")
    if breach is None or breach.subject_id is None or ends_on is None:
        raise Refused("Say first who it is about.", "9.6")
    with acting("investigations.note_live_warning", by=by, at=at, case_id=case.id) as event:
        row: LiveWarning = LiveWarning.objects.create(
            school_id=case.school_id,
            case=case,
            person_id=breach.subject_id,
            outcome=outcome,
            given_on=given_on,
            ends_on=ends_on,
            noted_at=at,
            noted_by=str(by.id),
        )
        event.about = row.id
    return row


def live_warnings(*, case: Case, viewer: Person, day: date) -> list[LiveWarning]:
    """The warnings of the person reported that are live on a day (London), from other cases. Spent ones never.

    Policy 9.3. None from a case that the viewer is kept out of, nor one that an appeal took away.
    """
    breach = Breach.objects.filter(case=case, subject__isnull=False).first()
    if breach is None:
        return []
    rows = LiveWarning.objects.filter(person=breach.subject_id).exclude(case=case).exclude(case__in=kept_from(viewer))
    last = {row.case_id: row for row in rows.order_by("noted_at", "id")}
    ended = outcomes_of(last)
    found = [row for row in last.values() if ended.get(row.case_id) == row.outcome]
    return sorted((row for row in found if outcomes.is_live(row.ends_on, day)), key=lambda row: row.ends_on)
