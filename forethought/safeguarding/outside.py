"""Telling bodies outside about a concern: noted once, and a second person hears of a report to the police."""

import uuid
from datetime import datetime

from forethought.audit.procedures import acting
from forethought.cases import referring
from forethought.cases.agencies import Agency, Matter, Step
from forethought.cases.models import Case, Referral, live
from forethought.people import casting
from forethought.people.models import Person
from forethought.safeguarding.procedures import report_to_police
from forethought.safeguarding.rules import Basis


def note_referral(
    *,
    case: Case,
    agency: str,
    step: str,
    reason: str,
    who: str = "",
    reference: str = "",
    disclosed: str = "",
    matter: str = Matter.OTHER,
    danger: bool = False,
    done_at: datetime,
    by: Person,
    at: datetime,
) -> Referral:
    """Note that a body outside was asked or told about a concern, or why not. A report about a child asks no consent.

    The police are told on one name; a second person hears of it afterwards. Policy 8.7, 9.7.
    """
    with acting("safeguarding.note_referral", by=by, at=at, about=case.id, case_id=case.id):
        row = referring.note_referral(
            case=case,
            agency=agency,
            step=step,
            reason=reason,
            who=who,
            reference=reference,
            disclosed=disclosed,
            matter=matter,
            danger=danger,
            done_at=done_at,
            by=by,
            at=at,
        )
        if (agency, step) == (Agency.POLICE, Step.REFERRED):
            report_to_police(
                case=case,
                party=None,
                basis=Basis.DANGER,
                reason=reason,
                second=already_listed(case, by, at),
                by=by,
                at=at,
            )
    return row


def already_listed(case: Case, first: Person, at: datetime) -> Person | None:
    """Somebody else on a case's list who is here: then nobody more has to know of it. Else the rules choose one."""
    away = {uuid.UUID(str(one)) for one in casting.cast_at(at).away}
    seats = case.seats.filter(live(at), why__in=("manager", "head", "lead")).exclude(person=first)
    people = [seat.person for seat in seats.select_related("person").order_by("given_at", "id")]
    return next((one for one in people if one.pk not in away), None)
