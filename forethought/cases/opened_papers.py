"""Papers opened to one person who is not on a case's list: what they may read of it, until a day. Nothing else is.

For the person reported, who is kept out of the case itself; their companion; whoever takes it over outside.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from forethought.audit.procedures import acting
from forethought.cases.models import Case, Papers
from forethought.core.errors import insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.people.models import Person
from forethought.people.post import owe_letter

#: Whom papers may be opened to, and what they are to the matter.
AUDIENCES = {
    "subject": "The person reported",
    "concerned": "The person it is about",
    "companion": "Their companion",
    "hr": "HR",
    "behaviour": "Behaviour lead",
    "authority": "The authority’s adviser",
    "it": "IT support, to carry it out",
    "protection": "Data protection officer",
}

#: Who may read papers of a case that they are kept out of: what is written for them.
OWN = ("subject", "concerned")

#: How long papers stay open when nobody says otherwise, and the longest that may be said.
USUAL, LONGEST = timedelta(days=14), timedelta(days=183)


@dataclass(frozen=True)
class Part:
    """One part of the papers: a heading and the words under it."""

    heading: str
    words: str


def why_not_open_papers(*, audience: str, parts: Sequence[Part], ends_at: datetime, at: datetime) -> str | None:
    """Papers have a reader, words and an end, at most six months off. Policy 9.1."""
    if audience not in AUDIENCES:
        return "Say what this person is to the matter."
    if not any(not is_blank(part.words) for part in parts):
        return "There is nothing in these papers yet. Write what they may read."
    if ends_at <= at:
        return "That end has passed. Choose a later day."
    return "Papers stay open for six months at most." if ends_at > at + LONGEST else None


def open_papers(
    *,
    case: Case,
    person: Person,
    audience: str,
    title: str,
    parts: Sequence[Part],
    ends_at: datetime | None = None,
    by: Person,
    at: datetime,
) -> Papers:
    """Open papers to somebody until an instant (UTC; 14 days unless said), and owe them a letter that says nothing.

    Policy 9.1, 9.5.
    """
    ends_at = ends_at or at + USUAL
    insist(why_not_open_papers(audience=audience, parts=parts, ends_at=ends_at, at=at), "9.1")
    insist("That person has left." if person.left_at else None, "9.1")
    if audience not in OWN and case.exclusions.filter(person=person).exists():
        insist("That person is part of this case. Choose somebody else.", "9.1")
    with acting("cases.open_papers", by=by, at=at, case_id=case.id, facts={"audience": audience}) as event:
        row = Papers(
            id=uuid.uuid4(),
            school_id=case.school_id,
            case=case,
            person=person,
            audience=audience,
            opened_at=at,
            opened_by=str(by.id),
            ends_at=ends_at,
        )
        said = {"title": title, "parts": [{"heading": part.heading, "words": part.words} for part in parts]}
        row.content = keyring.seal(row, said, case_id=case.id)
        row.save(force_insert=True)
        event.about = row.id
        owe_letter(person=person, kind="news", at=at)
    return row


def open_to(person: Person, at: datetime) -> "QuerySet[Papers]":
    """The papers that somebody may read at an instant (UTC), soonest to end first."""
    return Papers.objects.filter(person=person, ended_at__isnull=True, ends_at__gt=at).order_by("ends_at", "id")


def read_papers(*, papers: Papers, by: Person, at: datetime) -> dict[str, object]:
    """Read papers that are open to one, and leave an event: `title`, and `parts` of `heading` and `words`.

    Raises Refused once they have run out. Policy 9.1.
    """
    held = open_to(by, at).filter(pk=papers.pk).exists()
    insist(None if held else "These papers are no longer open to you.", "9.1")
    with acting("cases.read_papers", by=by, at=at, about=papers.id, case_id=papers.case_id):
        return keyring.words(papers, case_id=papers.case_id)


def end_papers(*, papers: Papers, by: Person, at: datetime) -> None:
    """Close papers before their time. Policy 9.1."""
    with acting("cases.end_papers", by=by, at=at, about=papers.id, case_id=papers.case_id):
        Papers.objects.filter(pk=papers.pk, ended_at__isnull=True).update(ended_at=at)
