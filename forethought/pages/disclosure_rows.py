"""What pages show of papers that wait for a second person: in their case, and on the home of whoever is asked."""

import uuid
from datetime import datetime

from forethought.cases.models import Case
from forethought.cases.opened_papers import AUDIENCES
from forethought.core.clock import spoken
from forethought.investigations import disclosing
from forethought.investigations.models import Disclosure
from forethought.pages.case_rows import offices_of
from forethought.people.models import Person
from forethought.people.names import office_of
from forethought.prepared import Prepared

Row = dict[str, object]

#: What became of a pack, as its case shows it.
SETTLED = {"opened": "Opened", "declined": "Declined", "withdrawn": "Taken back"}

_asked = Prepared(
    lambda person: Disclosure.objects.filter(second=person, settled_at__isnull=True).values_list("id"), uuid.UUID
)


def pack_rows(case: Case, by: Person, names: bool, at: datetime) -> list[Row]:
    """The packs of a case that wait or were not opened, newest first, with what may be done about each."""
    found = case.disclosures.select_related("person", "second").exclude(settled_as="opened")
    rows = sorted(found, key=lambda one: one.proposed_at, reverse=True)
    offices = offices_of({one.proposed_by for one in rows}, at)
    return [pack_row(one, by, offices.get(one.proposed_by, "somebody"), names, at) for one in rows]


def pack_row(one: Disclosure, by: Person, writer: str, names: bool, at: datetime) -> Row:
    """One pack."""
    waits, handles = one.settled_at is None, one.case.manager_id == by.pk
    base = f"/cases/{one.case_id}/disclosures/{one.pk}/"
    if one.settled_at:
        state = f"{SETTLED[one.settled_as]} {spoken(one.settled_at, at)}."
    elif one.second:
        state = f"Not open yet. It waits for: {office_of(one.second, at)}."
    else:
        state = f"Not open yet. Nobody at the school may be the second person. Ask {one.outside}."
    mine = waits and (handles or one.proposed_by == str(by.pk))
    return {
        "what": AUDIENCES[one.audience],
        "who": one.person.name if names else "",
        "by": f"Written {spoken(one.proposed_at, at)}, by {writer}.",
        "state": state,
        "declined": disclosing.words_of(one).get("declined", "") if names and not waits else "",
        "open_href": f"/disclosures/{one.pk}/open-disclosure/" if waits and one.second_id == by.pk else "",
        "outside_href": f"{base}note-outside-agreement/" if waits and handles and one.second_id is None else "",
        "withdraw_href": f"{base}withdraw-disclosure/" if mine else "",
    }


def lines_for(person: Person, at: datetime) -> list[dict[str, str]]:
    """What waits for somebody here, for their home. Most days nothing, for one query."""
    if not _asked(person.pk):
        return []
    return [
        {
            "kind": "disclosure",
            "href": f"/disclosures/{row.pk}/open-disclosure/",
            "text": f"Read papers as the second person, and agree or decline. Asked {spoken(row.proposed_at, at)}.",
            "button": "Open",
            "state": "normal",
        }
        for row in disclosing.asked_of(person)
        if disclosing.may_settle(row, person)
    ]
