"""Telling the safeguarding lead, and the police."""

from django.db import models

from forethought.cases.models import Case, Party
from forethought.people.models import Person
from forethought.rows import Row, Words

__all__ = ["Alert", "AlertTold", "Consent", "CrimeReference", "PoliceReport"]


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
