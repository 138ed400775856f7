"""Leave to monitor the school's own systems: asked for, decided, ended. Nothing here reads or holds a message.

Policy 10.1.
"""

from django.db import models

from forethought.cases.models import Case
from forethought.monitoring.rules import HEADS, HOWS, STATES
from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["Monitoring", "MonitoringNote", "UserNotice"]


class Monitoring(Row):
    """One row for each request to monitor, from the asking to the destruction of what was not needed.

    `content` holds the facts, the system, the scope, what is left out, the alternatives and the assessment, sealed.
    It ends at `ends_at` by itself; whether it was noted then changes nothing (rules.status_at).
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="monitoring")
    about = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    status = Words(max_length=10, choices=list(STATES.items()), default="requested")
    version = models.PositiveIntegerField(default=1)
    legal_head = Words(max_length=12, choices=list(HEADS.items()))
    covert = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    content = models.BinaryField()
    asked_at = models.DateTimeField()
    authorised_at = models.DateTimeField(null=True)
    authorised_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    second_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    over_at = models.DateTimeField(null=True)
    review_due_at = models.DateTimeField(null=True)
    destroy_due_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()
    moved_by = Words(max_length=36)

    class Meta:
        constraints = [
            paired("authorised_at", "authorised_by"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="monitoring_ends_later"),
        ]
        indexes = [models.Index(fields=["school", "about"], name="monitoring_about")]


class MonitoringNote(Row):
    """One row for each thing said or decided about a request: comment, decision, end, review, destruction.

    Never changed. `content` is sealed: reasons, names, counts; never what anybody wrote to anybody.
    """

    monitoring = models.ForeignKey(Monitoring, on_delete=models.PROTECT, related_name="notes")
    kind = Words(max_length=12)
    content = models.BinaryField()
    said_at = models.DateTimeField()
    said_by = Words(max_length=36)


class UserNotice(Row):
    """One row for each time everybody who uses a system was told that monitoring can happen: how, and on which day.

    Never changed. A precondition of any leave that is not covert (SI 2018/356 reg. 4).
    """

    how = Words(max_length=8, choices=list(HOWS.items()))
    given_on = models.DateField()
    wording = Words(max_length=1000)
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "how", "given_on"], name="user_notice_by_day")]
