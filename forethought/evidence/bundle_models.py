"""Bundles that were made, where they lie, to whom they were handed, and holds that stop disposal."""

from django.db import models

from forethought.audit.models import Checkpoint
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.models import Exhibit
from forethought.rows import Row, Words, paired

__all__ = ["Bundle", "BundleFile", "BundleItem", "BundleKey", "HandOver", "Hold"]


class Bundle(Row):
    """One row for each bundle that somebody decided to make: for whom, on what ground, of what. Never changed.

    `content` is sealed: to whom, why, the statement and every covering file, so that the file can be written from this
    row and the vault alone, the same each time.
    """

    case_id = models.UUIDField()
    audience = Words(max_length=12)
    ground = Words(max_length=12)
    content = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "case_id", "made_at"], name="bundle_of_case")]


class BundleItem(Row):
    """One row for each record that is in a bundle, as it came or as a copy with something covered. Never changed."""

    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="items")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="bundled")
    copy = models.ForeignKey(RedactedCopy, on_delete=models.PROTECT, null=True, related_name="bundled")
    path = Words(max_length=80)


class BundleFile(Row):
    """One row for each bundle whose file is written and durable. Never changed.

    `checkpoint` is the one that covers its export entry; `note` is the signed note beside the file.
    """

    bundle = models.OneToOneField(Bundle, on_delete=models.PROTECT, related_name="file")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="+")
    object_name = Words(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.BinaryField()
    note = models.TextField()
    kept_at = models.DateTimeField()
    kept_by = Words(max_length=36)


class BundleKey(Row):
    """One row for each bundle's key, apart from it, so that destroying it destroys the file."""

    bundle = models.OneToOneField(Bundle, on_delete=models.PROTECT, related_name="key")
    wrapped = models.BinaryField()


class HandOver(Row):
    """One row for each time a bundle was given to somebody by name. Never changed.

    `content` is sealed: who, of which organisation, how. `handed_at` is when it was given, as the maker says.
    """

    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="hand_overs")
    content = models.BinaryField()
    handed_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)


class Hold(Row):
    """One row for each stop on the disposal of a case: why, since when, and by whom two it was lifted.

    While `lifted_at` is empty nothing of the case is destroyed by the calendar. `content`, the reason, is sealed.
    """

    case_id = models.UUIDField()
    kind = Words(max_length=12)
    content = models.BinaryField()
    placed_at = models.DateTimeField()
    placed_by = Words(max_length=36)
    #: The day on which somebody looks whether it is still needed. Holds from before have none.
    review_on = models.DateField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = Words(max_length=36, null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = Words(max_length=36, null=True)

    class Meta:
        constraints = [paired("asked_at", "asked_by"), paired("lifted_at", "lifted_by")]
        indexes = [
            models.Index(fields=["school", "case_id"], name="hold_stands", condition=models.Q(lifted_at__isnull=True))
        ]
