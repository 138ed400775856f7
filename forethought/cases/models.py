"""From a report to a closed case."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_scopes import ScopedManager

from forethought.people.models import Person
from forethought.policies.models import Version
from forethought.reviews.models import LinkedVersion
from forethought.rows import Row, Words, paired

__all__ = [
    "Case",
    "Citation",
    "Decision",
    "Draft",
    "Exclusion",
    "Glass",
    "Link",
    "Message",
    "Offer",
    "Owed",
    "Papers",
    "Party",
    "Referral",
    "Report",
    "Seat",
    "Try",
]


class Kind(models.TextChoices):
    """What a case is about. Each kind has its own people, words and clocks; one matter may be several cases."""

    REPORT = "report", "Report"
    CONCERN = "concern", "Safeguarding concern"
    LOW_LEVEL = "low_level", "Low-level concern"
    PUPIL = "pupil", "Handed to behaviour"
    BREACH = "breach", "Suspected breach"
    ALLEGATION = "allegation", "Allegation about somebody here"
    COMPLAINT = "complaint", "Complaint from outside"
    MONITORING = "monitoring", "Request to monitor"


class Status(models.TextChoices):
    """Where a case stands."""

    RECEIVED = "received", "Not yet opened"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class Capacity(models.TextChoices):
    """What somebody is to a case."""

    HARMED = "harmed", "Person harmed"
    REPORTER = "reporter", "Reporter"
    REPORTED = "reported", "Person reported"
    WITNESS = "witness", "Witness"


class Group(models.TextChoices):
    """Who may be behind it, as the reporter sees it."""

    PUPIL = "pupil", "A pupil"
    PARENT = "parent", "A parent or carer"
    STAFF = "staff", "Someone who works or helps here"
    OTHER = "other", "Someone else"
    UNKNOWN = "unknown", "I do not know"


class Draft(Row):
    """One row for each report being written, sealed, kept for its writer alone until it is sent or runs out."""

    case_id = models.UUIDField(unique=True)
    holder = models.UUIDField()
    by_visitor = models.BooleanField(default=False)
    content = models.BinaryField()
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["school", "holder"], name="draft_of_holder")]


def live(at: datetime) -> Q:
    """The seats that hold at an instant (UTC): not ended, and not run out."""
    return Q(ended_at__isnull=True) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))


class CaseQuerySet(models.QuerySet["Case"]):
    def seen_by(self, person: Person, at: datetime | None = None) -> "CaseQuerySet":
        """The cases on whose list somebody is at an instant (UTC, else now), less those they are kept out of.

        Both locks but the role (architecture.md); asked anew in every request and before every letter.
        """
        seats = Seat.objects.filter(live(at or timezone.now()), case=OuterRef("pk"), person=person)
        return self.filter(Exists(seats), ~Exists(Exclusion.objects.filter(case=OuterRef("pk"), person=person)))


class Case(Row):
    """One row for each matter the school is dealing with.

    Says how it stands and what is owed next; what happened is in its report, sealed.
    """

    kind = Words(max_length=12, choices=Kind.choices, default=Kind.REPORT)
    reference = Words(max_length=12)
    label = Words(max_length=40)
    status = Words(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    version = models.PositiveIntegerField(default=1)
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outside = Words(max_length=80, blank=True)
    child = Words(max_length=8)
    threat = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    owed_at = models.DateTimeField(null=True)
    content = models.BinaryField(null=True)
    moved_at = models.DateTimeField()
    moved_by = Words(max_length=36)

    objects = ScopedManager(school="school_id", _manager_class=models.Manager.from_queryset(CaseQuerySet))  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "reference"], name="case_reference_once")]
        indexes = [models.Index(fields=["school", "kind", "status"], name="case_by_kind")]


class Report(Row):
    """One row for each report received, as it came. Never changed: what is added later is a message."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="report")
    reporter = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="reports")
    content = models.BinaryField()
    salt = models.BinaryField()
    reported_at = models.DateTimeField()


class Party(Row):
    """One row for each person with a part in a case. The name is sealed; a known adult is also a person."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    capacity = Words(max_length=10, choices=Capacity.choices)
    group = Words(max_length=10, choices=Group.choices)
    content = models.BinaryField()
    added_at = models.DateTimeField()


class Seat(Row):
    """One row for each person on a case's list. It ends; it is never deleted.

    `why` is the part they have in it: it decides, with their role, which doors it opens. `ends_at` is when a grant
    runs out by itself; those whom an office seats have none. `opened_at` and `owed_at` repeat the case's, so that a
    list of 25 costs the same among 400 and 100,000.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    why = Words(max_length=12)
    given_at = models.DateTimeField()
    given_by = Words(max_length=36, blank=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    owed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "case", "person"], condition=Q(ended_at__isnull=True), name="seat_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["school", "person", "-opened_at", "id"], name="seat_list", condition=Q(ended_at__isnull=True)
            ),
            models.Index(
                fields=["school", "person", "owed_at"],
                name="seat_owed",
                condition=Q(ended_at__isnull=True, owed_at__isnull=False),
            ),
        ]


class Exclusion(Row):
    """One row for each person kept out of a case. It wins over every seat and role, for all their accounts."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exclusions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = Words(max_length=40)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "case", "person"], name="exclusion_once")]


class Owed(Row):
    """One row for each thing the school owes in a case by a time.

    `fires_at` is when the worker next has to say something: a warning first, then that it is late. Firing clears or
    moves it together with its letters in one transaction, so each happens once (architecture.md, decision 3).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="owed")
    kind = Words(max_length=16)
    about = models.UUIDField()
    due_at = models.DateTimeField()
    fires_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = Words(max_length=36, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "kind", "about"], name="owed_once"),
            paired("done_at", "done_by"),
        ]
        indexes = [
            models.Index(fields=["school", "fires_at"], name="owed_fires", condition=Q(fires_at__isnull=False)),
            models.Index(fields=["school", "case", "due_at"], name="owed_case", condition=Q(done_at__isnull=True)),
        ]


class Message(Row):
    """One row for each thing said between the school and a reporter after the report. Never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="messages")
    kind = Words(max_length=12)
    content = models.BinaryField()
    said_at = models.DateTimeField()
    said_by = Words(max_length=36)


class Offer(Row):
    """One row for each offer of support, and the answer when it comes. What was talked about is never kept.

    Policy 8.8.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="offers")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="offers")
    offered = models.JSONField(default=list)
    offered_at = models.DateTimeField()
    offered_by = Words(max_length=36)
    answer = Words(max_length=8, blank=True)
    answered_at = models.DateTimeField(null=True)


class Decision(Row):
    """One row for each decision in a case, with its reasons sealed. Never changed: a new row says what came next."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    verb = Words(max_length=20)
    outcome = Words(max_length=24)
    content = models.BinaryField()
    decided_at = models.DateTimeField()
    decided_by = Words(max_length=36)


class Citation(Row):
    """One row for each clause, or linked policy, that a case is about, as it was on the day. Never changed.

    Clauses 3.2, F4.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="citations")
    clause = Words(max_length=8, blank=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    linked = models.ForeignKey(LinkedVersion, on_delete=models.PROTECT, null=True, related_name="+")
    on_day = models.DateField()
    cited_at = models.DateTimeField()
    cited_by = Words(max_length=36)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(linked__isnull=True) & ~Q(clause="") | Q(linked__isnull=False, clause=""),
                name="citation_of_one_thing",
            )
        ]
        indexes = [models.Index(fields=["school", "clause", "on_day"], name="citation_by_clause")]


class Link(Row):
    """One row for each pair of cases that came of one matter. Shown only to somebody who may see both."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    linked_by = Words(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "case", "other"], name="link_once")]


class Referral(Row):
    """One row for each time an outside body was consulted or told about a case, or was not, with why. Never changed.

    Policy 8.7, 9.7. `step` is consulted, referred or not_referred.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    agency = Words(max_length=12)
    step = Words(max_length=12)
    content = models.BinaryField()
    done_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)


class Papers(Row):
    """One row for each pack of papers opened to one person who is not on the case's list. It runs out by itself.

    For the person reported, their companion, whoever carries something out. `content` is what they may read, and
    nothing else of the case is open to them.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="papers")
    audience = Words(max_length=12)
    content = models.BinaryField()
    opened_at = models.DateTimeField()
    opened_by = Words(max_length=36)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["school", "person", "ends_at"], name="papers_of_person", condition=Q(ended_at__isnull=True)
            )
        ]


class Glass(Row):
    """One row for each time somebody asked to see a case in an emergency, by its reference (reliability.md 3.4).

    `case` is empty where there is no such case, or they must never see it: the answer they get is the same.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="glasses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    category = Words(max_length=12)
    content = models.BinaryField()
    asked_at = models.DateTimeField()
    waits_until = models.DateTimeField()
    approver = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    review_due_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = Words(max_length=36, null=True)

    class Meta:
        constraints = [paired("reviewed_at", "reviewed_by")]


class Try(Row):
    """One row for each day on which somebody kept out of a case tried its doors, with how often.

    Its manager hears of it from the third; they themselves never do (reliability.md 3.3, rule 7).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    on_day = models.DateField()
    times = models.PositiveSmallIntegerField(default=1)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "case", "person", "on_day"], name="try_once")]
