"""What the program looks at by itself every night, and what came of it."""

from django.db import models

from forethought.rows import Row

__all__ = ["NightlyLook"]


class NightlyLook(Row):
    """One row for each school: when everything is next worked out anew, how far it came, and what was found last.

    `position` is the record or bundle that was read last, where a night was too short for all. `faulty` holds the ids
    of those that were not what was kept, which are read again every night. `faults` counts these and the trail's.
    """

    due_at = models.DateTimeField()
    position = models.UUIDField(null=True)
    faulty = models.JSONField(default=list)
    faults = models.PositiveIntegerField(default=0)
    whole = models.BooleanField(default=False)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school"], name="nightly_look_once")]
