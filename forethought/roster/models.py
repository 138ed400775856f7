"""The list of pupils' names that a school may choose to keep, so that a check knows when a draft names one."""

from django.db import models

from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["PupilList"]


class PupilList(Row):
    """One row for each list of pupils' names that was kept. The names are sealed, and are gone once it is removed.

    Only names and classes: `content` holds nothing else. `pupils` is how many; `sha256` is of the sealed bytes, so that
    what was removed can be told from what a backup may still hold. Policy 3.4, 6.3.
    """

    content = models.BinaryField(null=True)
    sha256 = models.BinaryField(max_length=32)
    pupils = models.PositiveIntegerField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    #: How it was removed: by a person, or because a newer list took its place.
    why = Words(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school"], condition=models.Q(removed_at__isnull=True), name="pupil_list_one_kept"
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True, content__isnull=False)
                | models.Q(removed_at__isnull=False, content__isnull=True),
                name="pupil_list_removed_is_empty",
            ),
            paired("removed_at", "removed_by"),
        ]
