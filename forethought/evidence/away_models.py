"""Records that are sealed away, who was told, and what was done about them."""

from django.db import models

from forethought.evidence.models import Exhibit
from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["Away", "AwayStep", "AwayTold"]


class Away(Row):
    """One row for each time a record was sealed away because it should never have been kept (law.md 1.4).

    While it stands, `wrapped` holds the record's key, bound to this row: the key's own place is empty, so nothing that
    forgets to ask can open the file. Ended, it was released or destroyed, and `wrapped` is empty.
    """

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="away")
    case_id = models.UUIDField()
    why = Words(max_length=10)
    content = models.BinaryField()
    wrapped = models.BinaryField()
    sealed_at = models.DateTimeField()
    sealed_by = Words(max_length=36)
    ended_at = models.DateTimeField(null=True)
    ended_by = Words(max_length=36, null=True)
    ended_as = Words(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "exhibit"], condition=models.Q(ended_at__isnull=True), name="sealed_away_once"
            ),
            paired("ended_at", "ended_by"),
        ]
        indexes = [models.Index(fields=["school", "ended_at"], name="away_that_stands")]


class AwayTold(Row):
    """One row for each person who was told that a record was sealed away, so that two of them can settle it."""

    away = models.ForeignKey(Away, on_delete=models.PROTECT, related_name="told")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "away", "person"], name="told_of_away_once")]


class AwayStep(Row):
    """One row for each step about a record that is sealed away: a proposal, a no, a yes. Never changed."""

    away = models.ForeignKey(Away, on_delete=models.PROTECT, related_name="steps")
    step = Words(max_length=12)
    content = models.BinaryField()
    done_at = models.DateTimeField()
    done_by = Words(max_length=36)
