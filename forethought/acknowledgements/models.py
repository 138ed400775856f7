"""What every adult is asked to read, who has been asked, and who has said that they read and understood it."""

from django.db import models

from forethought.people.models import Kind, Person
from forethought.rows import Row, Words

__all__ = ["Acknowledgement", "Reading", "Task"]


class Matter(models.TextChoices):
    """What is to be read."""

    POLICY = "policy", "The policy"
    GUIDANCE = "guidance", "Guidance"


class Method(models.TextChoices):
    """How somebody said it."""

    ACCOUNT = "account", "Signed in"
    LINK = "link", "By personal link"
    PAPER = "paper", "On paper"


class Reading(Row):
    """One row for each thing that everybody is asked to read: a version of the policy, an edition of guidance.

    `about` is that version or edition, `fingerprint` the SHA-256 of what was to be read. A newer one ends it.
    """

    matter = Words(max_length=8, choices=Matter.choices)
    about = models.UUIDField()
    title = Words(max_length=200)
    fingerprint = models.BinaryField(max_length=32)
    minutes = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "matter", "about"], name="reading_once"),
            models.UniqueConstraint(
                fields=["school", "matter"], condition=models.Q(ended_at__isnull=True), name="reading_one_open"
            ),
        ]


class Task(Row):
    """One row for each person asked to read one thing, however many engagements they have.

    `kind` is what they were engaged as when asked. It is closed when they leave or something newer is to be read.
    """

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="tasks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reading_tasks")
    kind = Words(max_length=12, choices=Kind.choices)
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    #: The sections opened so far, so that somebody can go on later or elsewhere.
    seen = models.JSONField(default=list)
    reminded_at = models.DateTimeField(null=True)
    wants_paper_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "reading", "person"], name="task_once")]
        indexes = [
            # The head's picture counts from this index alone, in one school, however many schools there are.
            models.Index(fields=["school", "reading", "kind", "closed_at", "done_at", "due_on"], name="task_picture"),
            models.Index(
                fields=["school", "person"],
                name="task_open_of_person",
                condition=models.Q(done_at__isnull=True, closed_at__isnull=True),
            ),
        ]


class Acknowledgement(Row):
    """One row for each time somebody said that they had read and understood something. Never changed.

    `said` is the sentence they confirmed. `since` is the version they had read before, when only the difference was
    shown. What they would do in a scenario is kept nowhere.
    """

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="acknowledgement")
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements")
    fingerprint = models.BinaryField(max_length=32)
    since = models.UUIDField(null=True)
    method = Words(max_length=8, choices=Method.choices)
    said = Words(max_length=400)
    own_words = Words(max_length=4000, blank=True)
    signed_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(method=Method.PAPER, signed_on__isnull=False, recorded_by__isnull=False)
                | ~models.Q(method=Method.PAPER) & models.Q(signed_on__isnull=True, recorded_by__isnull=True),
                name="acknowledgement_paper_is_recorded",
            )
        ]
        indexes = [models.Index(fields=["school", "person", "acknowledged_at"], name="acknowledgement_of_person")]
