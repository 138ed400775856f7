"""Questions to a manager, their answers, and those that became common questions without a name. Clause 3.6."""

from django.db import models

from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["CommonQuestion", "Question"]


class Question(Row):
    """One row for each question somebody asked a manager. The words are sealed; only those named here can open them.

    `content` holds the question and, when the asker shared it, a draft; `answer` the manager's words.
    """

    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="questions")
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    #: Told once it is late, and may answer too.
    senior = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    child = Words(max_length=8)
    may_be_shared = models.BooleanField(default=False)
    content = models.BinaryField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    late_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    answer = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [paired("answered_at", "answered_by", "answer")]
        indexes = [
            models.Index(fields=["school", "manager", "due_at"], name="question_of_manager"),
            models.Index(fields=["school", "asker", "asked_at"], name="question_of_asker"),
        ]


class CommonQuestion(Row):
    """One row for each question and answer that all may read. Nothing leads from it to who asked."""

    question = Words(max_length=1000)
    answer = Words(max_length=4000)
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
