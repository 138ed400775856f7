"""Breaches of personal data and complaints about how data was treated, with each thing done about them. Clause 11.1.

What people wrote is sealed. None of it hangs on a case, so nothing here tells anybody that there is one.
"""

from django.db import models

from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["DataBreach", "DataBreachStep", "DataComplaint", "DataComplaintNote"]


class DataBreach(Row):
    """One row for each time that personal data got out, was changed or lost, or nearly did (`near_miss`).

    `about` is whom it may be about, `known_at` when the school knew, from which `due_at` is counted. `risk` is what a
    person confirmed, empty until then.
    """

    about = Words(max_length=8)
    near_miss = models.BooleanField()
    content = models.BinaryField()
    known_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    risk = Words(max_length=8, blank=True)
    weighed_at = models.DateTimeField(null=True)
    weighed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ico_told_at = models.DateTimeField(null=True)
    people_told_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            paired("weighed_at", "weighed_by"),
            paired("closed_at", "closed_by"),
            models.CheckConstraint(
                condition=models.Q(risk="", weighed_at__isnull=True)
                | (~models.Q(risk="") & models.Q(weighed_at__isnull=False)),
                name="data_breach_risk_is_weighed",
            ),
        ]
        indexes = [models.Index(fields=["school", "closed_at", "due_at"], name="data_breach_open")]


class DataBreachStep(Row):
    """One row for each thing done about a breach of personal data. Never changed.

    `kind` is one of breaches.STEPS; `choice` the risk that was confirmed, where it is the weighing.
    """

    data_breach = models.ForeignKey(DataBreach, on_delete=models.PROTECT, related_name="steps")
    kind = Words(max_length=12)
    choice = Words(max_length=12, blank=True)
    content = models.BinaryField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")


class DataComplaint(Row):
    """One row for each complaint about how personal data was treated, as it came.

    `press` is the form it came from, so that two presses make one. `crowded` says that it was one of very many at
    once. No address of the sender's computer is kept.
    """

    press = models.UUIDField()
    about = Words(max_length=8)
    way = Words(max_length=8)
    crowded = models.BooleanField(default=False)
    content = models.BinaryField()
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = Words(max_length=12, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "press"], name="data_complaint_once"),
            paired("acknowledged_at", "acknowledged_by"),
            paired("answered_at", "answered_by"),
        ]
        indexes = [
            models.Index(fields=["school", "answered_at", "due_at"], name="data_complaint_open"),
            models.Index(fields=["school", "logged_at"], name="data_complaint_logged"),
        ]


class DataComplaintNote(Row):
    """One row for each thing written or done about a complaint about data. Never changed.

    `kind`: `here` it is here, `step` what was looked at or done, `word` to the sender, `added` by the sender, `answer`.
    """

    data_complaint = models.ForeignKey(DataComplaint, on_delete=models.PROTECT, related_name="notes")
    kind = Words(max_length=12)
    content = models.BinaryField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)
