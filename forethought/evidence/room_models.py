"""When the disk of the server had little room left, as one school was told of it."""

from django.db import models

from forethought.rows import Row

__all__ = ["Shortage"]


class Shortage(Row):
    """One row for each time the disk was nearly full, from when it was noticed to when there was room again."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school"], condition=models.Q(ended_at__isnull=True), name="shortage_stands_once"
            )
        ]
