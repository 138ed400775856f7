"""What the check says of a post for a school account: worked out each time it is shown, and kept nowhere.

A check of somebody's own post is theirs alone (checking.py). This one is of work, so whoever approves it sees it too,
and the page says so. Clauses 3.4, 6.3.
"""

from typing import Any

from django.views.decorators.debug import sensitive_variables

from forethought.pages import checking
from forethought.pages.asked import Request
from forethought.pages.check_bans import bans_of, own_details
from forethought.pages.check_names import roster_for
from forethought.precheck import advice as rules
from forethought.precheck import serving
from forethought.precheck.advice import Result
from forethought.precheck.asking import kinds_of
from forethought.rows import school_in_scope


@sensitive_variables()
def check_of(request: Request, words: str) -> dict[str, Any]:
    """What is to be looked at again in some words, as the page shows it. `unread`: they could not be checked now."""
    school = school_in_scope()
    bans = bans_of(school)
    try:
        checked = _checked(request, words, bans) if checking.paced(request) else None
    except (serving.Absent, serving.Busy):
        checked = None
    if checked is None:
        return {"unread": True}
    found = rules.advice_of(findings=checked.findings, audience={}, kinds={}, clauses={})
    points = [
        {
            "number": number,
            "words": words[one.start : one.end],  # type: ignore[attr-defined]
            "reason": one.reason,  # type: ignore[attr-defined]
            "wording": one.wording,  # type: ignore[attr-defined]
            "clause": bans.clause(one.clause, signed_in=True),
        }
        for number, one in enumerate(found.findings, 1)
    ]
    spans = [(one.start, one.end) for one in found.findings]  # type: ignore[attr-defined]
    return {
        "unread": False,
        "heading": found.result.words,
        "nothing": found.result is Result.NOTHING,
        "points": points,
        "pieces": rules.pieces_of(words, spans) if points else (),
        "by_rules": serving.by_rules_alone(),
    }


def _checked(request: Request, words: str, bans: Any) -> Any:
    school = school_in_scope()
    return serving.check(
        words,
        kinds=kinds_of(bans.banned),
        roster=lambda: roster_for(request),
        allowed=own_details(school) if school else (),
    )
