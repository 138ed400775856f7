"""Where somebody wants to be told that something waits, and the key by which a school's pushes are known."""

from django.db import models
from django.db.models import Q

from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["PushKey", "Reach"]


class Reach(Row):
    """One row for each device or number on which somebody wants to be told. What it is called there goes when it ends.

    `content` is sealed: the address of the browser at its push service, or the number.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reaches")
    way = Words(max_length=6, choices=[("device", "A phone or computer"), ("number", "A mobile number")])
    name = Words(max_length=40)
    content = models.BinaryField()
    #: A keyed hash of what is sealed, by which the same device is known again.
    mark = models.BinaryField(max_length=32)
    added_at = models.DateTimeField()
    #: When it was shown that it is theirs. Nothing goes to one before that but its code.
    confirmed_at = models.DateTimeField(null=True)
    code_hash = models.BinaryField(max_length=32, null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    #: When it was last told, and whether that was taken.
    tried_at = models.DateTimeField(null=True)
    taken = models.BooleanField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = Words(max_length=36, null=True)

    class Meta:
        constraints = [
            paired("ended_at", "ended_by"),
            models.UniqueConstraint(
                fields=["school", "person", "mark"], condition=Q(ended_at__isnull=True), name="reach_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["school", "person"],
                name="reach_live",
                condition=Q(ended_at__isnull=True, confirmed_at__isnull=False),
            )
        ]


class PushKey(Row):
    """One row for each school whose people are told by push: the sealed key by which its pushes are known (RFC 8292).

    Never changed. Browsers hold its public half, so with another one every device would have to be added anew.
    """

    content = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school"], name="push_key_once")]
