"""The trail: who did what, when, under one Merkle tree a school."""

from django.db import models

from forethought.rows import Row, Words

__all__ = ["Entry", "TrailHead"]


class TrailHead(models.Model):
    """One row for each school's tree: its size and right edge, from which the next entry grows.

    Whoever writes in a school first takes this row, so writers of one school queue and never deadlock.
    """

    school = models.OneToOneField("forethought.School", on_delete=models.PROTECT, primary_key=True, related_name="+")
    size = models.PositiveBigIntegerField(default=0)
    edge = models.BinaryField(default=bytes)


class Entry(Row):
    """One row for each act. Never changed, never deleted: the database refuses both.

    Holds verbs, references and commitments, never what people wrote (architecture.md, decision 2).
    """

    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = Words(max_length=36)
    verb = Words(max_length=60)
    about = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    body = models.TextField()
    leaf = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "seq"], name="entry_once")]
        indexes = [
            models.Index(fields=["school", "case_id", "seq"], name="entry_of_case"),
            models.Index(fields=["school", "about"], name="entry_about", condition=models.Q(about__isnull=False)),
        ]
