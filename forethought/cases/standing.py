"""What closing a case depends on, counted now."""

from datetime import datetime

from django.db import transaction

from forethought.audit.procedures import queue_up
from forethought.cases import procedures
from forethought.cases.models import Capacity, Case, Decision, Owed, Party
from forethought.cases.rules import Standing
from forethought.people.models import Person

#: A takedown that needs nothing more of anybody, or that was decided with a reason.
AT_REST = ("gone", "amended", "withdrawn", "left_up")


def standing_of(case: Case) -> Standing:
    """Count what still stands in the way of closing. Policy 8.1, 8.7, 8.8."""
    parties = list(Party.objects.filter(case=case).prefetch_related("offers", "consents").order_by("added_at"))
    harmed = [p for p in parties if p.capacity == Capacity.HARMED]
    reported = case.threat and case.police_reports.exists()
    return Standing(
        unoffered=[
            p.get_capacity_display().lower() for p in parties if procedures.is_owed_support(p) and not p.offers.all()
        ],
        takedowns_open=case.takedowns.exclude(status__in=AT_REST).count(),
        # Each of them is asked. A report to the police that could not wait answers the question too.
        consent_unasked=case.threat and not reported and not (harmed and all(p.consents.all() for p in harmed)),
        harmed_unknown=not harmed,
        behaviour_waited_for=Owed.objects.filter(
            case=case, kind__in=("hand_off", "behaviour"), done_at__isnull=True
        ).exists(),
        informed_owed=Owed.objects.filter(case=case, kind="inform", done_at__isnull=True).exists(),
    )


def close_as_it_stands(
    *,
    case: Case,
    version: int,
    outcome: str,
    reasons: str,
    sentence: str,
    review_source: str = "",
    by: Person,
    at: datetime,
) -> Decision:
    """Count, then close, in one transaction and one place in the queue, so that nothing comes between. Policy 8.1."""
    with transaction.atomic():
        queue_up(case.school_id)
        return procedures.close(
            case=case,
            version=version,
            outcome=outcome,
            reasons=reasons,
            sentence=sentence,
            standing=standing_of(case),
            review_source=review_source,
            by=by,
            at=at,
        )
