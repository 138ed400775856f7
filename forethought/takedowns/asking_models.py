"""What the program does by itself for a takedown: looks at a site, and questions to a public register."""

from django.db import models

from forethought.rows import Row, Words
from forethought.takedowns.models import Look, RegisterAnswer, Takedown

__all__ = ["RegisterQuestion", "SiteLook"]


class SiteLook(Row):
    """One row for each look by the program: for when it was planned, and what it came to. One is planned at a time.

    `due_at` (UTC) is when the worker takes it next; empty once it has ended. `content` is what was seen, sealed: of the
    page, of a made-up neighbour and of a page that is known to be there, with the reasons. `answer` is the look by
    which a person made it the case's word, or said otherwise. Policy 8.5.
    """

    takedown = models.ForeignKey(Takedown, on_delete=models.PROTECT, related_name="site_looks")
    mark = Words(max_length=8)
    planned_for = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended = Words(max_length=10, blank=True)
    ended_at = models.DateTimeField(null=True)
    verdict = Words(max_length=20, blank=True)
    content = models.BinaryField(default=b"")
    answer = models.OneToOneField(Look, on_delete=models.PROTECT, null=True, related_name="site_look")
    planned_at = models.DateTimeField()
    planned_by = Words(max_length=36)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "takedown"], name="site_look_planned_once", condition=models.Q(due_at__isnull=False)
            )
        ]
        indexes = [
            models.Index(fields=["school", "due_at"], name="site_look_due", condition=models.Q(due_at__isnull=False))
        ]


class RegisterQuestion(Row):
    """One row for each time somebody had a public register asked: when it is next due (UTC), and how it ended.

    `content` is whom it is about and which register was asked, sealed; once ended, also why there is no answer.
    Policy 8.6.
    """

    takedown = models.ForeignKey(Takedown, on_delete=models.PROTECT, related_name="register_questions")
    content = models.BinaryField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended = Words(max_length=8, blank=True)
    ended_at = models.DateTimeField(null=True)
    answer = models.OneToOneField(RegisterAnswer, on_delete=models.PROTECT, null=True, related_name="question")
    asked_at = models.DateTimeField()
    asked_by = Words(max_length=36)

    class Meta:
        indexes = [
            models.Index(
                fields=["school", "due_at"], name="register_asked_due", condition=models.Q(due_at__isnull=False)
            )
        ]
