"""Addresses that somebody had captured."""

from django.db import models

from forethought.cases.models import Case
from forethought.evidence.models import Grant
from forethought.rows import Row, Words

__all__ = ["Capture"]


class Capture(Row):
    """One row for each address that somebody had captured: when it is next due (UTC), and how it ended.

    `content` is the address and, once it has ended, what is known of it, sealed. `ended` is empty until then.
    Policy 7.4.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="captures")
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="capture")
    content = models.BinaryField()
    due_at = models.DateTimeField(null=True, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended = Words(max_length=6, blank=True, choices=[("kept", "Kept"), ("failed", "Failed")])
    ended_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    asked_by = Words(max_length=36)
