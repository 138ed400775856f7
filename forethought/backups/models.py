"""How a school's backups stand, the drills from the card, and a school that came back from a backup."""

from django.db import models

from forethought.rows import Row, Words, paired

__all__ = ["Backing", "Drill", "Quarantine"]


class Backing(Row):
    """One row for each school: its last good backup, the last test of one, and what that found.

    `backed_up_at` is when the last one was begun that is whole in every place that is set. `faults` are those of the
    last test. `elsewhere` says that a place which is set belongs to another installation, so that none is made there.
    """

    since = models.DateTimeField()
    backed_up_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    faults = models.PositiveIntegerField(default=0)
    elsewhere = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school"], name="backing_once")]


class Drill(Row):
    """One row for each time somebody brought a backup back from the card, to see that it works. Never changed."""

    whole = models.BooleanField()
    minutes = models.PositiveSmallIntegerField()
    drilled_at = models.DateTimeField()
    drilled_by = Words(max_length=36)


class Quarantine(Row):
    """One row for each time a school came back from a backup: nothing goes out until two people have released it.

    `gap` says by ids what the backup did not hold yet, as far as anything outside it knew: who left, who was kept out
    of what, what was destroyed again.
    """

    backup_at = models.DateTimeField()
    restored_at = models.DateTimeField()
    gap = models.JSONField(default=dict)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = Words(max_length=36, null=True)
    released_at = models.DateTimeField(null=True)
    released_by = Words(max_length=36, null=True)

    class Meta:
        constraints = [
            paired("reviewed_at", "reviewed_by"),
            paired("released_at", "released_by"),
            models.UniqueConstraint(
                fields=["school"], condition=models.Q(released_at__isnull=True), name="quarantine_stands_once"
            ),
        ]
