"""Who may let something go: by office, never of a matter of one's own, and the second with no hand in it."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from forethought.boundaries.models import ContactRecord, FamilyDeclaration
from forethought.cases.models import Case, Decision, Exclusion, Party, Report, Seat
from forethought.evidence import keyring
from forethought.investigations.models import Breach, Chosen
from forethought.monitoring.models import Monitoring
from forethought.people.models import Person, Role
from forethought.people.sessions import roles_of
from forethought.questions.models import Question
from forethought.reports.models import StaffAllegation
from forethought.retention import elsewhere
from forethought.retention.models import Disposal, Due, What
from forethought.safeguarding.models import Concern

#: Who sees what falls due and may let it go, with a second of them. reliability.md, the table of roles.
OFFICES = frozenset({Role.HEAD, Role.PROTECTION, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD})
#: Who says how long things are kept.
SETTERS = frozenset({Role.HEAD, Role.PROTECTION})


def not_theirs(person: Person, at: datetime) -> set[uuid.UUID]:
    """The cases and records that somebody never sees here: about them, told by them, or they are kept out of them."""
    out: set[uuid.UUID] = set()
    for rows in (
        Exclusion.objects.filter(person=person).values_list("case_id", flat=True),
        Party.objects.filter(person=person).values_list("case_id", flat=True),
        Report.objects.filter(reporter=person).values_list("case_id", flat=True),
        Breach.objects.filter(subject=person).values_list("case_id", flat=True),
        Concern.objects.filter(Q(about=person) | Q(reporter=person)).values_list("case_id", flat=True),
        StaffAllegation.objects.filter(person=person).values_list("case_id", flat=True),
        Monitoring.objects.filter(Q(about=person) | Q(requester=person)).values_list("case_id", flat=True),
        ContactRecord.objects.filter(writer=person).values_list("id", flat=True),
        FamilyDeclaration.objects.filter(person=person).values_list("id", flat=True),
        Question.objects.filter(Q(asker=person) | Q(manager=person)).values_list("id", flat=True),
    ):
        out.update(rows)
    return out.union({person.pk}, *(area.hidden_from(person, at) for area in elsewhere.AREAS))


def had_a_hand_in(about: uuid.UUID) -> set[uuid.UUID]:
    """The people who handled a case, decided in it or had a part in its procedure."""
    found = set(Case.objects.filter(pk=about, manager__isnull=False).values_list("manager_id", flat=True))
    found |= set(Seat.objects.filter(case=about, why="manager").values_list("person_id", flat=True))
    found |= set(Chosen.objects.filter(case=about, person__isnull=False).values_list("person_id", flat=True))
    decided = Decision.objects.filter(case=about).values_list("decided_by", flat=True)
    found |= {uuid.UUID(one) for one in decided if len(one) == 36}
    return {one for one in found if one is not None}


def kept_out_of(what: str, about: uuid.UUID, at: datetime) -> set[uuid.UUID]:
    """The people who never see that a thing falls due or went: whom it is about, who told it, who is kept out."""
    found: set[uuid.UUID | None] = set()
    if what in {What.ACKNOWLEDGEMENT, What.PERSON}:
        found.add(about)
    for rows in (
        Exclusion.objects.filter(case=about).values_list("person_id", flat=True),
        Party.objects.filter(case=about).values_list("person_id", flat=True),
        Report.objects.filter(case=about).values_list("reporter_id", flat=True),
        Breach.objects.filter(case=about).values_list("subject_id", flat=True),
        Concern.objects.filter(case=about).values_list("about_id", flat=True),
        Concern.objects.filter(case=about).values_list("reporter_id", flat=True),
        StaffAllegation.objects.filter(case=about).values_list("person_id", flat=True),
        Monitoring.objects.filter(case=about).values_list("about_id", flat=True),
        Monitoring.objects.filter(case=about).values_list("requester_id", flat=True),
        ContactRecord.objects.filter(pk=about).values_list("writer_id", flat=True),
        FamilyDeclaration.objects.filter(pk=about).values_list("person_id", flat=True),
        Question.objects.filter(pk=about).values_list("asker_id", flat=True),
        Question.objects.filter(pk=about).values_list("manager_id", flat=True),
    ):
        found.update(rows)
    return {one for one in found if one is not None}.union(
        *(area.kept_out_of(what, about, at) for area in elsewhere.AREAS)
    )


def sees_due(person: Person, rows: Iterable[Due], at: datetime) -> list[Due]:
    """Of these things, those that somebody with the office may see fall due: both locks, but for one office.

    A case is seen by whoever is on its list; by reference alone the data protection officer sees all but those they are
    kept out of, or nobody would look at what nobody remembers. Policy 11.1.
    """
    found, out = list(rows), not_theirs(person, at)
    mine: set[uuid.UUID] = set()
    if Role.PROTECTION not in roles_of(person, at):
        ids = [row.about for row in found if row.what == What.CASE]
        mine = set(Case.objects.seen_by(person, at).filter(pk__in=ids).values_list("id", flat=True))
        found = [row for row in found if row.what != What.CASE or row.about in mine]
    return [row for row in found if row.about not in out]


def sees_disposals(person: Person, rows: Iterable[Disposal], at: datetime) -> list[Disposal]:
    """Of these disposals, those that somebody with the office may see; once done their certificates. Policy 11.1.

    The data protection officer and the two on it; before it is done also those on the case's list and those asked to be
    the second. Never anybody who was kept out of the case: they are remembered, sealed, when its rows are gone.
    """
    out, officer = not_theirs(person, at), Role.PROTECTION in roles_of(person, at)
    return [
        row
        for row in rows
        if row.about not in out
        and str(person.pk) not in barred(row)
        and (
            officer or str(person.pk) in {row.proposed_by, row.confirmed_by, row.stopped_by} or _in_on(row, person, at)
        )
    ]


def _in_on(row: Disposal, person: Person, at: datetime) -> bool:
    """Whether somebody is on the case's list, or asked to be the second, while it is open."""
    if row.done_at is not None or row.stopped_at is not None:
        return False
    on_list = row.what != What.CASE or Case.objects.seen_by(person, at).filter(pk=row.about).exists()
    return on_list or person.pk in {one.pk for one in confirmers(row, at)}


def may_open(row: Disposal, person: Person, at: datetime) -> bool:
    """Whether somebody with the office may see one disposal. Policy 11.1."""
    return bool(sees_disposals(person, [row], at))


def barred(row: Disposal) -> set[str]:
    """The people who were kept out of a thing when its disposal was proposed, and never see its certificate."""
    return set(keyring.words_at_school(row, "content")["kept_out"])


def confirmers(disposal: Disposal, at: datetime) -> list[Person]:
    """Who could be the second person: those without a hand in the case alone, while there are any. Policy 11.1."""
    out = kept_out_of(disposal.what, disposal.about, at)
    able = [one for one in officers(at) if str(one.pk) != disposal.proposed_by and one.pk not in out]
    hands = had_a_hand_in(disposal.about) if disposal.what == What.CASE else set()
    return [one for one in able if one.pk not in hands] or able


def officers(at: datetime) -> list[Person]:
    """Everybody who holds one of the offices at an instant (UTC)."""
    held = Person.objects.filter(
        left_at__isnull=True, appointments__role__in=OFFICES, appointments__starts_at__lte=at
    ).exclude(appointments__ends_at__lte=at)
    return list(held.distinct().order_by("name", "id"))
