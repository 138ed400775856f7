"""Records of contact that somebody wanted kept, declarations of family, the day of a self-check. Clauses 3.1 to 5.6.

No list of pupils and none of their accounts is kept here: a record holds what its writer wrote, sealed.
"""

from django.db import models

from forethought.people.models import Person
from forethought.rows import Row, paired

__all__ = ["ContactRecord", "ContactShare", "FamilyDeclaration", "SelfCheck"]


class ContactRecord(Row):
    """One row for each contact that somebody wanted a record of. Never changed. Its words are sealed.

    `content` holds who it was to them, which way it went, what they wrote and what they were told to do.
    """

    writer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contact_records")
    content = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["school", "writer", "kept_at"], name="contact_of_writer")]


class ContactShare(Row):
    """One row for each person with whom the writer of a record shared it."""

    record = models.ForeignKey(ContactRecord, on_delete=models.PROTECT, related_name="shares")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "record", "person"], name="contact_shared_once")]
        indexes = [models.Index(fields=["school", "person", "seen_at"], name="contact_shared_with")]


class FamilyDeclaration(Row):
    """One row for each relative at the school that somebody declared. Whom it is about is sealed.

    `content` holds the relation and as little of the pupil's name as shows who is meant.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="family_declarations")
    content = models.BinaryField()
    declared_at = models.DateTimeField()
    review_on = models.DateField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [paired("seen_at", "seen_by"), paired("ended_at", "ended_by")]
        indexes = [models.Index(fields=["school", "person", "declared_at"], name="family_of_person")]


class SelfCheck(Row):
    """One row for each person who wished the day of their last self-check kept. It says nothing else."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="self_check")
    done_on = models.DateField()
