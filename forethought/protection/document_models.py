"""Documents about data: each version that was written, each wording of it, and who signed which. Clause 11.1.

They hold no case and nobody's data but the names of those who signed, so they lie in the clear: they are
there to be read.
"""

from django.db import models

from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["DataDocument", "DataDocumentSignature", "DataDocumentText"]


class DataDocument(Row):
    """One row for each version of a document about data. At most one of a kind is being written.

    `facts` is what this program did when it was written, by the keys of configured.LABELS, so that a change since can
    be named. `signed_at` is when the second signature made it the one that holds; `dropped_at` when it was given up.
    """

    kind = Words(max_length=12)
    number = models.PositiveIntegerField()
    facts = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "kind", "number"], name="data_document_number"),
            models.UniqueConstraint(
                fields=["school", "kind"],
                condition=models.Q(signed_at__isnull=True, dropped_at__isnull=True),
                name="data_document_one_written",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True) | models.Q(dropped_at__isnull=True),
                name="data_document_signed_is_not_dropped",
            ),
            paired("dropped_at", "dropped_by"),
        ]


class DataDocumentText(Row):
    """One row for each wording of a version. Never changed: the first is as the program wrote it.

    `sections` is a list of `key`, `title` and `text`; `sha256` is of it as canonical JSON.
    """

    data_document = models.ForeignKey(DataDocument, on_delete=models.PROTECT, related_name="texts")
    number = models.PositiveIntegerField()
    sections = models.JSONField()
    sha256 = Words(max_length=64)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "data_document", "number"], name="data_document_text_number")
        ]


class DataDocumentSignature(Row):
    """One row for each signature under one wording, and for which office. Never changed."""

    text = models.ForeignKey(DataDocumentText, on_delete=models.PROTECT, related_name="signatures")
    office = Words(max_length=12)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "text", "office"], name="data_document_signed_once")]
