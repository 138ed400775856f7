"""What waits for somebody about data protection, on their home. No word of it stands there, and no name."""

import uuid
from datetime import datetime

from django.db.models import Exists, OuterRef

from forethought.cases.models import Exclusion
from forethought.core.clock import spoken_near
from forethought.people.models import Person
from forethought.prepared import Prepared
from forethought.protection import rules
from forethought.protection.access_models import AccessPart, AccessRequest
from forethought.protection.document_models import DataDocumentSignature, DataDocumentText
from forethought.protection.document_rules import SIGNERS
from forethought.protection.models import DataBreach, DataComplaint

#: Enough to see that there are many; the registers hold the rest.
MOST = 20
_breaches = Prepared(
    lambda: (
        DataBreach.objects.filter(closed_at__isnull=True)
        .order_by("due_at", "id")
        .values_list("id", "about", "due_at", "near_miss", "risk", "ico_told_at")[:MOST]
    )
)
_complaints = Prepared(
    lambda: (
        DataComplaint.objects.filter(answered_at__isnull=True, crowded=False)
        .order_by("due_at", "id")
        .values_list("id", "about", "due_at", "acknowledged_at")[:MOST]
    )
)

_requests = Prepared(
    lambda: (
        AccessRequest.objects.filter(closed_at__isnull=True, due_at__isnull=False)
        .order_by("due_at", "id")
        .values_list("id", "about", "due_at", "person_id")[:MOST]
    )
)
#: Parts of answers that are in cases somebody handles.
_parts = Prepared(
    lambda person: (
        AccessPart.objects.filter(
            ~Exists(Exclusion.objects.filter(case=OuterRef("case_id"), person=person)),
            case__manager=person,
            settled_at__isnull=True,
            access_request__closed_at__isnull=True,
        )
        .order_by("found_at", "id")
        .values_list("id", "case_id", "access_request__due_at", "access_request__person_id")[:MOST]
    ),
    uuid.UUID,
)

#: Documents that one of two has signed, in the words that stand now.
_half_signed = Prepared(
    lambda: (
        DataDocumentSignature.objects.filter(
            ~Exists(
                DataDocumentText.objects.filter(
                    data_document=OuterRef("text__data_document"), number__gt=OuterRef("text__number")
                )
            ),
            text__data_document__signed_at__isnull=True,
            text__data_document__dropped_at__isnull=True,
        )
        .order_by("signed_at", "id")
        .values_list("text__data_document_id", "office", "signed_by_id")[:MOST]
    )
)


def parts_for(person: Person, at: datetime) -> list[dict[str, object]]:
    """The parts of answers that wait for somebody as whoever handles a case. `at` in UTC."""
    return [
        _line("A part of an answer about somebody’s own data.", due_at, at, f"/cases/{case_id}/parts/{pk}/settle-part/")
        for pk, case_id, due_at, asker in _parts(person.pk)
        if asker != person.pk
    ]


def lines_for(person: Person, roles: frozenset[str], at: datetime) -> list[dict[str, object]]:
    """What waits for those who see to breaches and complaints, each with a place to go. `at` in UTC."""
    if not roles & rules.OFFICES:
        return []
    found: list[dict[str, object]] = []
    for pk, about, due_at, near_miss, risk, ico_told_at in _breaches():
        if rules.may_see_to(about=about, roles=roles):
            runs = not near_miss and ico_told_at is None and risk != rules.Risk.UNLIKELY
            said = "A near miss with personal data." if near_miss else "A breach of personal data."
            line = _line(said, due_at if runs else None, at, f"/data-protection/breaches/{pk}/")
            found.append({**line, "first": True})
    for pk, about, due_at, acknowledged_at in _complaints():
        if rules.may_see_to(about=about, roles=roles):
            due = due_at if acknowledged_at is None else None
            found.append(_line("A complaint about data.", due, at, f"/data-protection/complaints/{pk}/"))
    for pk, about, due_at, asker in _requests():
        if asker != person.pk and rules.may_see_to(about=about, roles=roles):
            found.append(_line("A request for one’s own data.", due_at, at, f"/data-protection/requests/{pk}/"))
    if roles & SIGNERS:
        for pk, office, signer in _half_signed():
            if signer != person.pk and (SIGNERS - {office}) & roles:
                line = _line(
                    "A document about data waits for your signature.", None, at, f"/data-protection/documents/{pk}/"
                )
                found.append(line)
    return found


def among(owed: list[dict[str, object]], lines: list[dict[str, object]]) -> list[dict[str, object]]:
    """What is owed, with these lines in it: late ones and breaches of data before all else, the others after it."""
    first = [one for one in lines if one["state"] == "late" or one.get("first")]
    return [*first, *owed, *(one for one in lines if one not in first)]


def _line(said: str, due_at: datetime | None, at: datetime, href: str) -> dict[str, object]:
    late = due_at is not None and due_at <= at
    if due_at is not None:
        said += f" {'It was due' if late else 'Something is due'} by {spoken_near(due_at, at)}."
    return {"text": said, "button": "Open", "href": href, "state": "late" if late else "normal"}
