"""What stands on a report's page of the other sides of its matter: links, hand-overs, bodies outside."""

from datetime import datetime
from typing import Any

from forethought.cases.models import Case
from forethought.pages.case_rows import offices_of
from forethought.pages.referral_rows import referral_rows
from forethought.pages.strand_rows import matter_rows
from forethought.reports.handing import outcome_of

__all__ = ["case_referrals", "handed_rows", "matter_rows"]


def case_referrals(case: Case, names: bool, at: datetime) -> list[dict[str, object]]:
    """Every step with a body outside."""
    return referral_rows(case, names, at)


def handed_rows(case: Case, names: bool, at: datetime) -> dict[str, Any]:
    """How a pupil's post stands with the behaviour lead: nothing where no pupil posted it."""
    due = {one.kind: one.due_at for one in case.owed.filter(kind__in=("hand_off", "behaviour"), done_at__isnull=True)}
    handed = case.handed_on.order_by("handed_at").first()
    if handed is None and not due:
        return {}
    who = offices_of([handed.handed_by], at).get(handed.handed_by, "") if handed else ""
    return {
        "due": due.get("hand_off"),
        "waits": due.get("behaviour"),
        "handed_at": handed.handed_at if handed else None,
        "by": who,
        "returned_at": handed.returned_at if handed else None,
        "outcome": outcome_of(handed) if handed and handed.returned_at and names else "",
        "hand_href": f"/cases/{case.id}/hand-over/",
        "skip_href": f"/cases/{case.id}/skip-hand-off/",
        "release_href": f"/cases/{case.id}/release/",
    }
