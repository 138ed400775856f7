"""Records of contact and declarations of family as somebody may read them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from forethought.boundaries import family_rules
from forethought.boundaries.models import ContactRecord, ContactShare, FamilyDeclaration, SelfCheck
from forethought.evidence import keyring
from forethought.people.models import Person
from forethought.people.sessions import roles_of

#: Lists show this many.
MOST = 50


@dataclass(frozen=True)
class Contact:
    """What a record says. `concern` is the id of the concern that was told with it, or empty."""

    who: str
    way: str
    marks: tuple[str, ...]
    age: str
    verdict: str
    platform: str
    name: str
    words: str
    concern: str


def contact_of(record: ContactRecord) -> Contact:
    """A record's words, opened."""
    kept = keyring.words_at_school(record, "content")
    return Contact(**{**kept, "marks": tuple(kept["marks"])})


def _records() -> "QuerySet[ContactRecord]":
    found: QuerySet[ContactRecord] = ContactRecord.objects.select_related("writer").order_by("-kept_at", "-id")
    return found


def own_records(person: Person) -> list[ContactRecord]:
    """What somebody had kept, newest first."""
    return list(_records().filter(writer=person)[:MOST])


def shared_with(person: Person) -> list[ContactShare]:
    """What others shared with somebody, newest first."""
    shares = ContactShare.objects.select_related("record__writer").filter(person=person)
    return list(shares.order_by("-shared_at", "-id")[:MOST])


def record_for(record_id: uuid.UUID, person: Person) -> ContactRecord | None:
    """A record that somebody wrote or that was shared with them; nothing for everybody else, whatever they hold."""
    found = _records().filter(pk=record_id).first()
    if found is None or found.writer_id == person.pk or found.shares.filter(person=person).exists():
        return found
    return None


@dataclass(frozen=True)
class Family:
    """What a declaration says."""

    relation: str
    pupil: str


def family_of(declaration: FamilyDeclaration) -> Family:
    """A declaration's words, opened."""
    return Family(**keyring.words_at_school(declaration, "content"))


def own_declarations(person: Person) -> list[FamilyDeclaration]:
    """What somebody declared, newest first, those that ended last."""
    found = FamilyDeclaration.objects.select_related("seen_by").filter(person=person)
    return sorted(found.order_by("-declared_at", "-id"), key=lambda one: one.ended_at is not None)


def declaration(declaration_id: uuid.UUID) -> FamilyDeclaration | None:
    """A declaration of the school in scope."""
    found: FamilyDeclaration | None = (
        FamilyDeclaration.objects.select_related("person", "seen_by").filter(pk=declaration_id).first()
    )
    return found


def has_declared(person: Person) -> bool:
    """Whether a declaration of somebody's stands: it was seen and has not ended. Policy 5.5.

    A review that is late does not end it: the family has not changed because nobody pressed a button.
    """
    standing = FamilyDeclaration.objects.filter(person=person, seen_at__isnull=False, ended_at__isnull=True)
    return standing.exists()


def declarations_for(viewer: Person, at: datetime) -> list[FamilyDeclaration]:
    """The declarations that somebody sees by office, those not seen yet first. Policy 5.5."""
    found = FamilyDeclaration.objects.select_related("person", "seen_by").filter(
        ended_at__isnull=True, person__left_at__isnull=True
    )
    seen = [one for one in found.order_by("declared_at", "id") if sees(one, viewer, at)]
    return sorted(seen, key=lambda one: one.seen_at is not None)


def sees(declaration: FamilyDeclaration, viewer: Person, at: datetime) -> bool:
    """Whether somebody sees another's declaration by office."""
    return family_rules.may_see(
        declarer=roles_of(declaration.person, at),
        viewer=roles_of(viewer, at),
        own=declaration.person_id == viewer.pk,
    )


def self_check_of(person: Person) -> date | None:
    """The day that somebody kept of their last self-check. They alone are shown it. Policy 3.1."""
    found: date | None = SelfCheck.objects.filter(person=person).values_list("done_on", flat=True).first()
    return found
