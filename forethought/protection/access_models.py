"""Requests for one's own data: each as it came, what was done, and the parts of the answer. Clause 11.1."""

from django.db import models

from forethought.cases.models import Case
from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["AccessPart", "AccessRequest", "AccessStep"]


class AccessRequest(Row):
    """One row for each time somebody asks for the data about them. `start_on` is the day from which the month counts.

    While who they are or what they mean is awaited (`waits_for`), `due_at` is empty: the clock waits.
    """

    press = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    about = Words(max_length=8)
    way = Words(max_length=8)
    content = models.BinaryField()
    received_at = models.DateTimeField()
    logged_at = models.DateTimeField()
    logged_by = Words(max_length=36)
    start_on = models.DateField()
    paused_days = models.PositiveIntegerField(default=0)
    waits_for = Words(max_length=8, blank=True)
    waits_from = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    identity_at = models.DateTimeField(null=True)
    lengthened_at = models.DateTimeField(null=True)
    searched_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_as = Words(max_length=8, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "press"], name="access_request_once"),
            paired("closed_at", "closed_by"),
        ]
        indexes = [
            models.Index(fields=["school", "closed_at", "due_at"], name="access_request_open"),
            models.Index(fields=["school", "person"], name="access_request_of"),
        ]


class AccessStep(Row):
    """One row for each thing done about a request for one's own data. Never changed. `kind` is one of access.STEPS."""

    access_request = models.ForeignKey(AccessRequest, on_delete=models.PROTECT, related_name="steps")
    kind = Words(max_length=12)
    content = models.BinaryField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)


class AccessPart(Row):
    """One row for each part of an answer: what is held outside cases, or in one case, by whoever has that case.

    `silent`: nothing may show that there is this part, because they were not told of the case. The words of a part of a
    case lie under that case's key, and go with it. `access_request` is empty once the request was let go of.
    """

    access_request = models.ForeignKey(AccessRequest, on_delete=models.PROTECT, null=True, related_name="parts")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    silent = models.BooleanField(default=False)
    content = models.BinaryField(null=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    put_in = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "access_request", "case"], name="access_part_once"),
            paired("settled_at", "settled_by", "content"),
            models.CheckConstraint(
                condition=models.Q(access_request__isnull=False)
                | models.Q(case__isnull=False, settled_at__isnull=False),
                name="access_part_stays_with_its_case",
            ),
        ]
        indexes = [models.Index(fields=["school", "case", "settled_at"], name="access_part_of_case")]
