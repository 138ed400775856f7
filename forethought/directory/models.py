"""Lists of adults that were brought in, and what other systems know adults by."""

from django.db import models
from django.db.models import Q

from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["Asked", "DirectoryKey", "Outside", "StaffList"]


class StaffList(Row):
    """One row for each list of adults that somebody brought: read, then perhaps brought in, then perhaps undone.

    `content` holds the lines until it is brought in, then what was done, sealed; it is emptied after an hour, or a day
    once it was brought in, at `ends_at`. The numbers of people stay.
    """

    source = Words(max_length=8)
    content = models.BinaryField(null=True)
    lines = models.PositiveIntegerField()
    brought_at = models.DateTimeField()
    brought_by = Words(max_length=36)
    ends_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    imported_by = Words(max_length=36, null=True)
    joined = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    invited_at = models.DateTimeField(null=True)
    invited_by = Words(max_length=36, null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = Words(max_length=36, null=True)

    class Meta:
        constraints = [
            paired("imported_at", "imported_by"),
            paired("invited_at", "invited_by"),
            paired("undone_at", "undone_by"),
        ]
        indexes = [models.Index(fields=["school", "-brought_at"], name="staff_list_latest")]


class Outside(Row):
    """One row for each thing by which another system knows an adult: a staff number, or its own id and user name.

    `source` is `list` for the staff number of a list, `scim` for a directory that speaks SCIM.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="outside")
    source = Words(max_length=8)
    number = Words(max_length=120, blank=True)
    user_name = Words(max_length=254, blank=True)
    noted_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "source", "person"], name="outside_once_a_person"),
            models.UniqueConstraint(
                fields=["school", "source", "number"], condition=~Q(number=""), name="outside_number_once"
            ),
            models.UniqueConstraint(
                fields=["school", "source", "user_name"], condition=~Q(user_name=""), name="outside_user_name_once"
            ),
        ]


class Asked(Row):
    """One row for each change from outside that waits for somebody's yes.

    `address`: a new email address of somebody who holds a role or signs in, for their own yes. `leave`: that
    they leave, for the yes of whoever keeps the list. `content` is the address, sealed.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = Words(max_length=8)
    content = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    asked_by = Words(max_length=36)
    answered_at = models.DateTimeField(null=True)
    answered_by = Words(max_length=36, null=True)
    answer = Words(max_length=8, blank=True)

    class Meta:
        constraints = [
            paired("answered_at", "answered_by"),
            models.UniqueConstraint(
                fields=["school", "person", "kind"], condition=Q(answered_at__isnull=True), name="asked_once_at_a_time"
            ),
        ]


class DirectoryKey(Row):
    """One row for each key by which a directory keeps the list of adults up to date (SCIM). Shown once, never kept.

    The keyed hash of it is a doorway, by which its school is found.
    """

    label = Words(max_length=60)
    made_at = models.DateTimeField()
    made_by = Words(max_length=36)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = Words(max_length=36, null=True)

    class Meta:
        constraints = [paired("ended_at", "ended_by")]
