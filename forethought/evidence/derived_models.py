"""What is read out of records, and which are to be read."""

from django.db import models

from forethought.evidence.models import Exhibit
from forethought.rows import Row, Words

__all__ = ["Derived", "DerivedKey", "LineConfirmed", "ToRead"]


class ToRead(Row):
    """One row for each file that is to be read: when next (UTC), nothing once it has been; and how often it was tried.

    `only` names one recipe where the others are done, as when the key of a mail's signature could not be looked up.
    """

    exhibit = models.OneToOneField(Exhibit, on_delete=models.PROTECT, related_name="to_read")
    only = Words(max_length=20, blank=True)
    due_at = models.DateTimeField(null=True, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)


class Derived(Row):
    """One row for each thing read out of a record: by which recipe and which tools, when, by whom. Never the original.

    The words are sealed under a key of their own, in the row or, when there are many, in the vault under `object_name`.
    The last of each recipe holds.
    """

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="derived")
    recipe = Words(max_length=20)
    tools = Words(max_length=300, blank=True)
    content = models.BinaryField(null=True)
    object_name = Words(max_length=80, blank=True)
    made_at = models.DateTimeField()
    made_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "exhibit", "made_at"], name="derived_of_exhibit")]


class DerivedKey(Row):
    """One row for each key of a thing that was read out, apart from it, so that destroying it destroys the words.

    And the salt of the commitment to them, which is made from it: what is gone cannot be guessed at either.
    """

    derived = models.OneToOneField(Derived, on_delete=models.PROTECT, related_name="key")
    wrapped = models.BinaryField()


class LineConfirmed(Row):
    """One row for each line of a transcript that somebody listened to and found right. `number` counts from 0."""

    derived = models.ForeignKey(Derived, on_delete=models.PROTECT, related_name="confirmed")
    number = models.PositiveIntegerField()
    confirmed_at = models.DateTimeField()
    confirmed_by = Words(max_length=36)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "derived", "number", "confirmed_by"], name="line_confirmed_once")
        ]
