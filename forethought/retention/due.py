"""The list of what falls due, worked out anew each night, and what stands in the way of letting one thing go."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef

from forethought.acknowledgements.models import Acknowledgement
from forethought.boundaries.models import ContactRecord, FamilyDeclaration
from forethought.cases.models import Case, Owed, Status
from forethought.core.clock import london
from forethought.evidence.away_models import Away
from forethought.evidence.bundle_models import Hold
from forethought.people.models import Person
from forethought.policies.models import Consultation, Response
from forethought.questions.models import Question
from forethought.reports.models import Handed
from forethought.retention import dates, elsewhere, known, leavers
from forethought.retention.elsewhere import Thing
from forethought.retention.models import Due, KeptLonger, What
from forethought.retention.rules import AHEAD, Standing
from forethought.retention.schedule import rules
from forethought.rows import inside

#: Cases read together.
CHUNK = 500

#: After which something that is owed and was not done keeps nothing any more.
FORGOTTEN = timedelta(days=90)

#: What stops every disposal of the school that was entered, each asked for a sentence or nothing: for a database that
#: was restored, say, until somebody has looked at it.
STOPS: list[Callable[[], str | None]] = []


_LETTERS = {
    What.CONTACT: "C",
    What.FAMILY: "F",
    What.ACKNOWLEDGEMENT: "R",
    What.QUESTION: "Q",
    What.CONSULTATION: "V",
    What.PERSON: "P",
    What.DATA_BREACH: "B",
    What.DATA_COMPLAINT: "K",
    What.DATA_REQUEST: "S",
    What.DATA_DOCUMENT: "D",
}


def reference_of(what: str, about: uuid.UUID) -> str:
    """How something that is no case is called: by letters that say nothing of anybody."""
    return f"{_LETTERS[What(what)]}-{about.hex[:8]}"


def find(what: str, about: uuid.UUID) -> Thing | None:
    """One thing, read anew; nothing when it is not there."""
    if what == What.CASE:
        case = Case.objects.filter(pk=about).first()
        return _of_case(case, known.due_of_case(case)) if case else None
    return next((one for one in _others() if (one.what, one.about) == (what, about)), None)


def _of_case(case: Case, due: dates.Due | None) -> Thing:
    opened = london(case.opened_at).date()
    return Thing(What.CASE, case.pk, case.reference, case.kind, opened, case.status == Status.CLOSED, due)


def things() -> Iterator[Thing]:
    """Everything in the school that was entered that has a day on which it falls due."""
    periods, schedule = known.periods(), rules()
    ids = list(Case.objects.filter(status=Status.CLOSED).order_by("id").values_list("id", flat=True))
    for start in range(0, len(ids), CHUNK):
        cases = list(Case.objects.filter(pk__in=ids[start : start + CHUNK], status=Status.CLOSED))
        facts = known.Facts(cases)
        for case in cases:
            due = dates.due_of(facts.of(case), periods, schedule)
            if due is not None:
                yield _of_case(case, due)
    yield from (one for one in _others() if one.due is not None)


def _others() -> Iterator[Thing]:
    periods = known.periods()
    for record in ContactRecord.objects.select_related("writer").filter(writer__left_at__isnull=False):
        due = known.due_of_contact(record, periods)
        yield _other(What.CONTACT, record.pk, record.kept_at, due)
    for row in FamilyDeclaration.objects.select_related("person"):
        due = known.due_of_family(row, periods)
        if due is not None:
            yield _other(What.FAMILY, row.pk, row.declared_at, due)
    read = Acknowledgement.objects.filter(person__left_at__isnull=False).values_list("person")
    first = dict(read.annotate(Max("acknowledged_at")))
    for person in Person.objects.filter(pk__in=first):
        due = known.due_of_readings(person, periods)
        yield _other(What.ACKNOWLEDGEMENT, person.pk, first[person.pk], due)
    for question in Question.objects.exclude(child="no").filter(answered_at__isnull=False):
        yield _other(What.QUESTION, question.pk, question.asked_at, known.due_of_question(question, periods))
    views = Response.objects.filter(consultation=OuterRef("pk"))
    for asked in Consultation.objects.select_related("revision").filter(Exists(views)):
        due = known.due_of_views(asked, periods)
        if due is not None:
            yield _other(What.CONSULTATION, asked.pk, asked.opened_at, due)
    for area in elsewhere.AREAS:
        for one in area.records(periods):
            if one.due is not None:
                yield _other(What(one.what), one.about, one.begun_at, one.due)
    for person in Person.objects.filter(left_at__isnull=False).exclude(name=leavers.NOBODY, email=""):
        due = known.due_of_person(person, periods)
        if due is not None and person.left_at is not None:
            yield _other(What.PERSON, person.pk, person.left_at, due)


def _other(what: What, about: uuid.UUID, made_at: datetime, due: dates.Due | None) -> Thing:
    return Thing(what, about, reference_of(what, about), what, london(made_at).date(), True, due)


def refresh(school_id: uuid.UUID, at: datetime) -> int:
    """Work the list of a school out anew: what is due, or falls due soon. How much it holds.

    It says nothing that the rows do not say, so it is no act. Part of the look of the night.
    """
    until = london(at).date() + AHEAD
    with inside(school_id):
        stood = {(row.what, row.about): row for row in Due.objects.all()}
        fresh = [one for one in things() if one.due is not None and one.due.due_on <= until]
        # Asked of whoever is near their day alone: it goes through every table of a case.
        fresh = [one for one in fresh if one.what != What.PERSON or not leavers.naming(one.about)]
        rows = [
            Due(
                id=stood[(one.what, one.about)].pk if (one.what, one.about) in stood else uuid.uuid4(),
                school_id=school_id,
                what=one.what,
                about=one.about,
                reference=one.reference,
                rule=one.due.rule,
                from_on=one.due.from_on,
                due_on=one.due.due_on,
                cautious=one.due.cautious,
            )
            for one in fresh
            if one.due is not None
        ]
        Due.objects.exclude(pk__in=[row.pk for row in rows]).delete()
        Due.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["school", "what", "about"],
            update_fields=["reference", "rule", "from_on", "due_on", "cautious"],
            batch_size=CHUNK,
        )
    return len(rows)


def kept_until(about: uuid.UUID) -> date | None:
    """Until when somebody decided to keep a thing, or nothing."""
    found: date | None = KeptLonger.objects.filter(about=about).aggregate(last=Max("until_on"))["last"]
    return found


def standing_of(thing: Thing, at: datetime) -> Standing:
    """What stands in the way of letting something go, at an instant (UTC). Policy 7.3, 11.1."""
    quarantined = next((reason for stop in STOPS if (reason := stop())), None)
    owed = away = handed = 0
    if thing.what == What.CASE:
        # What nobody did for months is not done by keeping the case.
        owed = Owed.objects.filter(case=thing.about, done_at__isnull=True, due_at__gt=at - FORGOTTEN).count()
        away = Away.objects.filter(case_id=thing.about, ended_at__isnull=True).count()
        handed = Handed.objects.filter(source=thing.about).exclude(case=thing.about).count()
    return Standing(
        due_on=thing.due.due_on if thing.due else None,
        closed=thing.closed,
        holds=Hold.objects.filter(case_id=thing.about, lifted_at__isnull=True).count(),
        kept_until=kept_until(thing.about),
        owed=owed,
        sealed_away=away,
        handed_on=handed,
        named=thing.what == What.PERSON and leavers.naming(thing.about),
        quarantined=quarantined,
    )
