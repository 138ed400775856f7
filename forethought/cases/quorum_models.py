"""The three shares that open a case nobody handles."""

from django.db import models

from forethought.people.models import Person
from forethought.rows import Row

__all__ = ["Quorum"]


class Quorum(Row):
    """One row for each time the chair asked for three shares, and for the making of them by the protection officer.

    `proof` is what two fitting shares are known by: a salted hash of the secret. The shares are kept nowhere.
    """

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    salt = models.BinaryField(default=bytes)
    proof = models.BinaryField(default=bytes)
    made_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["school", "-asked_at"], name="quorum_newest")]
