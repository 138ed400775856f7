"""The other sides of a matter, as rows for the pages of its cases."""

from datetime import datetime
from typing import Any

from forethought.cases.models import Case
from forethought.cases.opening import linked_to
from forethought.pages.case_lines import address_of, title_of
from forethought.people.models import Person
from forethought.reports import strands


def matter_rows(case: Case, person: Person, at: datetime, *, names: bool = False) -> dict[str, Any]:
    """The other sides of a matter: those one may open as links, of the rest only that they are being dealt with.

    With names shown, also why one was opened by hand, for whoever may open it.
    """
    linked = linked_to(case=case, person=person, at=at)
    return {
        "linked": [
            {"href": address_of(one.kind, one.id), "text": title_of(one.opened_at, one.label, at, kind=one.kind)}
            for one in linked
        ],
        "passed_on": strands.passed_on(case=case, person=person, at=at),
        "reasons": strands.reasons_of(case=case, person=person, at=at) if names else [],
        "open_href": f"/cases/{case.id}/open-strand/",
    }
