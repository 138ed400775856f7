"""The log of what was said to bodies outside the school, or was not, with why. Nothing here sends anything."""

import uuid
from datetime import datetime

from django.db.models import Q

from forethought.audit.procedures import acting
from forethought.cases import agencies
from forethought.cases.models import Case, Link, Referral
from forethought.cases.owed import settle
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people.models import Person


def note_referral(
    *,
    case: Case,
    agency: str,
    step: str,
    reason: str,
    who: str = "",
    reference: str = "",
    disclosed: str = "",
    matter: str = agencies.Matter.OTHER,
    danger: bool = False,
    done_at: datetime,
    by: Person,
    at: datetime,
) -> Referral:
    """Note that a body outside was asked or told, or why not: who there, their reference, what they were told.

    Never changed afterwards; what comes later is a row of its own. `done_at` in UTC. Policy 8.7, 9.7.
    """
    insist(
        agencies.why_not_note_referral(
            matter=matter,
            agency=agency,
            step=step,
            reason=reason,
            danger=danger,
            done=steps_with(case),
            done_at=done_at,
            at=at,
        ),
        "9.7",
    )
    with acting("cases.note_referral", by=by, at=at, case_id=case.id, facts={"agency": agency, "step": step}) as event:
        row = Referral(
            id=uuid.uuid4(),
            school_id=case.school_id,
            case=case,
            agency=agency,
            step=step,
            done_at=done_at,
            noted_at=at,
            noted_by=str(by.id),
        )
        said = {"reason": reason, "who": who, "reference": reference, "disclosed": disclosed, "matter": matter}
        row.content = keyring.seal(row, said, case_id=case.id)
        row.save(force_insert=True)
        event.about = row.id
        settle(case=case, kind="lado" if agency == agencies.Agency.LADO else "refer", about=case.id, by=by, at=at)
    return row


def steps_with(case: Case) -> list[agencies.Done]:
    """Every step with a body outside in a case and in those linked to it, in order."""
    pairs = Link.objects.filter(Q(case=case) | Q(other=case)).values_list("case_id", "other_id")
    ids = {one for pair in pairs for one in pair} | {case.pk}
    rows = Referral.objects.filter(case__in=ids).order_by("done_at", "noted_at").values_list("agency", "step")
    return [agencies.Done(agency, step) for agency, step in rows]


def lado_was_consulted(case: Case) -> bool:
    """Whether the designated officer was asked or told, in this case or in one of the same matter. Policy 6.2, 8.1."""
    return agencies.lado_consulted(steps_with(case))
