"""What the rows say of things that may fall due: of each case, and of records outside cases."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from forethought.boundaries.models import ContactRecord, FamilyDeclaration
from forethought.cases.models import Case, Kind, Status
from forethought.core.clock import london
from forethought.evidence import keyring
from forethought.evidence.away_models import Away
from forethought.investigations.models import Breach, Finding
from forethought.investigations.weighing_models import LiveWarning
from forethought.monitoring.models import Monitoring
from forethought.people.models import Person
from forethought.policies import rules as policy_rules
from forethought.policies.models import Consultation, Version
from forethought.questions.models import Question
from forethought.reports.models import StaffAllegation
from forethought.retention.dates import (
    Due,
    Known,
    Periods,
    contact_due,
    due_of,
    family_due,
    person_due,
    question_due,
    reading_due,
    views_due,
)
from forethought.retention.models import BirthNote, KeepingRule
from forethought.retention.schedule import Period, rules
from forethought.safeguarding.models import Alert, Concern

#: A kind of risk after which a concern is kept as one about sexual abuse, to be on the safe side.
_ABUSE = frozenset({"grooming"})

#: Values of a case's kind as the plain rules know them.
_KINDS: Mapping[str, str] = {Kind.LOW_LEVEL: "low_level"}


def periods() -> dict[str, Period]:
    """How long each kind is kept in the school that was entered: as shipped, or as the school last said."""
    found = {key: rule.period for key, rule in rules().items()}
    for row in KeepingRule.objects.order_by("set_at", "id"):
        if row.key in found:
            found[row.key] = Period(row.years, row.months, row.days)
    return found


def day(instant: datetime | None) -> date | None:
    """The London date of an instant, or nothing."""
    return london(instant).date() if instant is not None else None


class Facts:
    """What is known of some cases, read with one query for each kind of row."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._ids = [case.pk for case in cases]
        self._breaches = {row.case_id: row for row in Breach.objects.filter(case__in=self._ids)}
        self._concerns = {row.case_id: row for row in Concern.objects.filter(case__in=self._ids)}
        self._allegations = {row.case_id: row for row in StaffAllegation.objects.filter(case__in=self._ids)}
        self._leaves = {row.case_id: row for row in Monitoring.objects.filter(case__in=self._ids)}
        self._warnings: dict[uuid.UUID, LiveWarning] = {}
        for warning in LiveWarning.objects.filter(case__in=self._ids).order_by("noted_at", "id"):
            self._warnings[warning.case_id] = warning
        self._findings: dict[uuid.UUID, dict[uuid.UUID, str]] = {}
        of_cases = Finding.objects.filter(allegation__case__in=self._ids).order_by("found_at", "id")
        for case_id, allegation_id, result in of_cases.values_list("allegation__case_id", "allegation_id", "result"):
            self._findings.setdefault(case_id, {})[allegation_id] = result
        self._pictured = set(Alert.objects.filter(case_id__in=self._ids).values_list("case_id", flat=True))
        self._pictured |= set(Away.objects.filter(case_id__in=self._ids, why="child").values_list("case_id", flat=True))
        self._born = {(row.about, row.whose): row for row in _births(self._ids)}
        self._left = self._leaving()

    def _leaving(self) -> dict[uuid.UUID, datetime | None]:
        people = {row.subject_id for row in self._breaches.values()}
        people |= {row.about_id for row in self._concerns.values()}
        return dict(Person.objects.filter(pk__in=[one for one in people if one]).values_list("id", "left_at"))

    def of(self, case: Case) -> Known:
        """What is known of one of them."""
        breach, concern = self._breaches.get(case.pk), self._concerns.get(case.pk)
        allegation, warning = self._allegations.get(case.pk), self._warnings.get(case.pk)
        subject = breach.subject_id if breach else concern.about_id if concern else None
        found = set(self._findings.get(case.pk, {}).values()) | ({allegation.found} if allegation else set())
        return Known(
            kind=case.kind,
            told_on=london(case.opened_at).date(),
            closed_on=self._closed_on(case),
            harm=breach.harm
            if breach
            else concern.threshold
            if concern
            else allegation.threshold
            if allegation
            else "",
            abuse=case.pk in self._pictured or bool(concern and _ABUSE & set(concern.tags)),
            findings=frozenset(found - {""}),
            outcome=breach.outcome if breach else "",
            somebody=subject is not None,
            left_on=day(self._left.get(subject)) if subject else None,
            warned_on=warning.given_on if warning else None,
            warning_ends_on=warning.ends_on if warning else None,
            child_born_on=self._birthday(case, "child"),
            adult_born_on=self._birthday(case, "adult"),
        )

    def _closed_on(self, case: Case) -> date | None:
        if case.status != Status.CLOSED:
            return None
        # A leave closes its case without moving it.
        leave = self._leaves.get(case.pk)
        return day(max(case.moved_at, leave.moved_at) if leave else case.moved_at)

    def _birthday(self, case: Case, whose: str) -> date | None:
        row = self._born.get((case.pk, whose))
        return date.fromisoformat(keyring.words(row, case_id=case.pk)["born_on"]) if row else None


def _births(ids: Iterable[uuid.UUID]) -> "Iterable[BirthNote]":
    found: Iterable[BirthNote] = BirthNote.objects.filter(about__in=ids).order_by("noted_at", "id")
    return found


def due_of_case(case: Case) -> Due | None:
    """When one case falls due, worked out from its rows at this moment. Policy 11.1."""
    return due_of(Facts([case]).of(case), periods(), rules())


def due_of_contact(record: ContactRecord, known: Periods) -> Due | None:
    """When a record of a contact falls due. Its writer comes with it. Policy 5.4."""
    kept = london(record.kept_at).date()
    return contact_due(kept_on=kept, left_on=day(record.writer.left_at), period=known["contact"])


def due_of_family(row: FamilyDeclaration, known: Periods) -> Due | None:
    """When a declaration of family falls due. Who declared it comes with it. Policy 5.5."""
    return family_due(ended_on=day(row.ended_at), left_on=day(row.person.left_at), period=known["family"])


def due_of_readings(person: Person, known: Periods) -> Due | None:
    """When what one person read falls due, all of it together. Policy 2.5."""
    return reading_due(left_on=day(person.left_at), period=known["acknowledgement"])


def due_of_question(row: Question, known: Periods) -> Due:
    """When a question that may have been about a child falls due. Policy 3.6, 11.1."""
    return question_due(asked_on=london(row.asked_at).date(), period=known["question"])


def due_of_person(person: Person, known: Periods) -> Due | None:
    """When somebody who left falls due, if nothing named them any more. Policy 2.5, 11.1."""
    return person_due(left_on=day(person.left_at), period=known["person"])


def due_of_views(row: Consultation, known: Periods) -> Due | None:
    """When the views in one consultation fall due. Policy F3, 11.1."""
    return views_due(ended_on=_over_on(row), period=known["consultation"])


def _over_on(row: Consultation) -> date | None:
    """The day from which what was asked about is no longer in force, or will never be."""
    came = Version.objects.filter(approval__revision=row.revision_id).order_by("in_force_on", "published_at").first()
    if came is None:
        return day(row.revision.moved_at) if row.revision.status == policy_rules.Status.DROPPED else None
    # By the same order in which versions follow each other everywhere.
    order = list(Version.objects.order_by("in_force_on", "published_at").values_list("id", "in_force_on"))
    place = [pk for pk, _ in order].index(came.pk)
    return order[place + 1][1] if place + 1 < len(order) else None
