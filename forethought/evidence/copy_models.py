"""Copies of records with something covered or cut."""

from django.db import models

from forethought.evidence.models import Exhibit
from forethought.rows import Row, Words

__all__ = ["RedactedCopy", "RedactedCopyKey"]


class RedactedCopy(Row):
    """One row for each copy of a record in which something was covered or cut. Never the original, and marked so.

    The bytes lie in the vault under a key of their own. `content` is the recipe, sealed: which areas or lines, and the
    tools. Never changed; discarding it destroys its key.
    """

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="copies")
    media = Words(max_length=12)
    object_name = Words(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.BinaryField()
    salt = models.BinaryField()
    content = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "exhibit", "made_at"], name="copy_of_exhibit")]


class RedactedCopyKey(Row):
    """One row for each redacted copy's key, apart from it, so that destroying it destroys the copy."""

    copy = models.OneToOneField(RedactedCopy, on_delete=models.PROTECT, related_name="key")
    wrapped = models.BinaryField()
