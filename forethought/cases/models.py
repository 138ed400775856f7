"""From a report to a closed case."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django_scopes import ScopedManager

from forethought.people.models import Person
from forethought.policies.models import Version
from forethought.reviews.models import LinkedVersion
from forethought.rows import Row, Words, paired

__all__ = ["Case", "Citation", "Decision", "Draft", "Exclusion", "Message", "Offer", "Owed", "Party", "Report", "Seat"]


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


class CaseQuerySet(models.QuerySet["Case"]):
    def seen_by(self, person: Person) -> "CaseQuerySet":
        """The cases on whose list somebody is now, less those they are kept out of. Both locks (architecture.md)."""
        return self.filter(
            Exists(Seat.objects.filter(case=OuterRef("pk"), person=person, ended_at__isnull=True)),
            ~Exists(Exclusion.objects.filter(case=OuterRef("pk"), person=person)),
        )


class Case(Row):
    """One row for each matter the school is dealing with.

    Says how it stands and what is owed next; what happened is in its report, sealed.
    """

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

    `opened_at` and `owed_at` repeat the case's, so that a list of 25 costs the same among 400 and 100,000.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    why = Words(max_length=12)
    given_at = models.DateTimeField()
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
