"""Telling the safeguarding lead, and the police."""

from django.db import models

from forethought.cases.models import Case, Party
from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = [
    "Alert",
    "AlertTold",
    "Concern",
    "ConcernNote",
    "Consent",
    "CrimeReference",
    "OwnDuty",
    "PatternReview",
    "PoliceReport",
    "RiskTag",
    "Urgency",
]


class Alert(Row):
    """One row for each time the gate stopped somebody because a child may be shown. Kept before anything else.

    Stands even when the report it came from is never sent (law.md 1.4). `passes_on_at` is when it goes on to the next
    person, unless somebody has seen it.
    """

    case_id = models.UUIDField()
    content = models.BinaryField()
    raised_at = models.DateTimeField()
    raised_by = Words(max_length=36)
    passes_on_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["school", "passes_on_at"],
                name="alert_passes_on",
                condition=models.Q(passes_on_at__isnull=False),
            )
        ]


class AlertTold(Row):
    """One row for each person an alert was told to, and when they opened it."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="told")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)


class Consent(Row):
    """One row for each step in asking somebody whether the school may report to the police. Never changed.

    Policy 8.7.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="consents")
    step = Words(max_length=10)
    answer = Words(max_length=8, blank=True)
    said_at = models.DateTimeField()
    said_by = Words(max_length=36)


class PoliceReport(Row):
    """One row for each report to the police by the school: on what basis, by whom, and who else knows. Policy 8.7.

    Where two names are needed, `reported_at` stays empty until the second has agreed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="police_reports")
    basis = Words(max_length=16)
    content = models.BinaryField()
    named_at = models.DateTimeField()
    named_by = Words(max_length=36)
    second = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)


class CrimeReference(Row):
    """One row for each reference the police gave. Policy 8.7."""

    police_report = models.ForeignKey(PoliceReport, on_delete=models.PROTECT, related_name="references")
    content = models.BinaryField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)


class Concern(Row):
    """One row for each concern told to the safeguarding lead, and each low-level one told to the headteacher.

    What was told is sealed and never changed; `press` is the form it came from, so that two presses make one concern.
    `threshold` is whether the harm threshold may be met: empty where no adult of the school is in it. Policy 6.5.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="concern")
    press = models.UUIDField()
    reporter = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="concerns")
    about = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    sort = Words(max_length=16, blank=True)
    threshold = Words(max_length=8, blank=True)
    tags = models.JSONField(default=list)
    observed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "press"], name="concern_once")]
        indexes = [
            models.Index(fields=["school", "reporter", "-told_at"], name="concern_of_reporter"),
            models.Index(fields=["school", "about", "-told_at"], name="concern_about"),
        ]


class ConcernNote(Row):
    """One row for each thing done or decided about a concern, or said since by whoever told it. Never changed.

    `kind` is threshold, action, said, low_level or end. Policy 6.5.
    """

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="notes")
    kind = Words(max_length=12)
    choice = Words(max_length=16, blank=True)
    content = models.BinaryField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)


class OwnDuty(Row):
    """One row for each time an adult noted that they themselves told the police or the authority. Never changed.

    Kept apart from telling the safeguarding lead, which does not discharge the duty (law.md 1.2). `person` is empty
    for the one without an account who told the concern.
    """

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="own_duties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.BinaryField()
    told_at = models.DateTimeField()
    noted_at = models.DateTimeField()


class PatternReview(Row):
    """One row for each time low-level concerns were looked at together: about one person, or in one place.

    Never changed. `about` is empty for a place. KCSIE part four.
    """

    about = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    choice = Words(max_length=16)
    content = models.BinaryField()
    reviewed_at = models.DateTimeField()
    reviewed_by = Words(max_length=36)


class RiskTag(Row):
    """One row for each time a school added a word for a kind of risk, or put one away or back. Never changed.

    The last row with a key holds. The keys of threshold.TAGS are there from the start. Policy 6.1.
    """

    key = Words(max_length=36)
    words = Words(max_length=60)
    on = models.BooleanField()
    set_at = models.DateTimeField()
    set_by = Words(max_length=36)


class Urgency(Row):
    """One row for each report or concern whose words may mean danger, by a program that reads them once. Policy 6.5.

    It says nothing about a person. `alert` is what it told the safeguarding lead; a concern, which they have already,
    needs none. `dismissed_at` is when somebody on the case's list read it and said that it was not.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="urgencies")
    about = models.UUIDField()
    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, null=True, related_name="urgency")
    raised_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "about"], name="urgency_once"),
            paired("dismissed_at", "dismissed_by"),
        ]
