"""Posts for school accounts on their way: the words, each step with who took it, and a picture for a while.

What is posted is the school's, so a check of it is shown to whoever approves it. Clauses 2.1, 6.3.
"""

from django.db import models
from django.db.models import Q

from forethought.people.models import Person
from forethought.rows import Row, Words, paired
from forethought.school_accounts.models import SchoolAccount
from forethought.school_accounts.rules import LONGEST, LONGEST_ADDRESS

__all__ = ["PostPicture", "PostStep", "SchoolPost"]


class SchoolPost(Row):
    """One row for each post that somebody wrote for a school account. Its words are sealed.

    `consent` and `names` are the two answers about pupils. `content` holds the words as they stand now; each step
    keeps those that it was about. `going_at` is set in the act that destroys it, and opens the lock of its steps.
    """

    account = models.ForeignKey(SchoolAccount, on_delete=models.PROTECT, related_name="posts")
    proposer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    status = Words(max_length=10)
    content = models.BinaryField()
    consent = Words(max_length=8)
    names = Words(max_length=8)
    written_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField(null=True)
    posted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    #: When it was put up, as whoever did says; and where it stands.
    shown_at = models.DateTimeField(null=True)
    address = Words(max_length=LONGEST_ADDRESS, blank=True)
    example_at = models.DateTimeField(null=True)
    example_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    example_why = Words(max_length=LONGEST, blank=True)
    going_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            paired("approved_at", "approved_by"),
            paired("posted_at", "posted_by"),
            paired("example_at", "example_by"),
            # Four eyes, held by the database too.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("proposer")),
                name="schoolpost_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True) | Q(approved_at__isnull=False), name="schoolpost_approved_first"
            ),
        ]
        indexes = [
            models.Index(fields=["school", "account", "status"], name="post_of_account"),
            models.Index(fields=["school", "proposer", "status"], name="post_of_proposer"),
            models.Index(fields=["school", "example_at"], name="post_good"),
        ]


class PostStep(Row):
    """One row for each step of a post: what it said then, and why it was sent back. Never changed. Sealed."""

    post = models.ForeignKey(SchoolPost, on_delete=models.PROTECT, related_name="steps")
    kind = Words(max_length=20)
    content = models.BinaryField()
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["school", "post", "taken_at"], name="step_of_post")]


class PostPicture(Row):
    """One row for each picture that was kept for a post, drawn anew without what its file told. Sealed.

    `content` is gone once the post is up, withdrawn or thirty days old; `sha256`, of the picture, says which it was.
    """

    post = models.ForeignKey(SchoolPost, on_delete=models.PROTECT, related_name="pictures")
    content = models.BinaryField(null=True)
    sha256 = models.BinaryField(max_length=32)
    media_type = Words(max_length=20)
    alt = Words(max_length=LONGEST)
    kept_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "post"], condition=Q(removed_at__isnull=True), name="post_one_picture"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, content__isnull=False)
                | Q(removed_at__isnull=False, content__isnull=True),
                name="postpicture_removed_is_empty",
            ),
        ]
