"""Reviews of the policy, and what calls for them: the law register, guidance, and the policies it is linked with."""

from django.db import models
from django.db.models import Q

from forethought.people.models import Person
from forethought.policies.models import Revision
from forethought.reviews.rules import Decision, Trigger
from forethought.rows import Row, Words, paired

__all__ = ["GuidanceEdition", "LawNote", "LinkedPolicy", "LinkedVersion", "Review"]


class Review(Row):
    """One row for each time the policy is to be looked at again: what called for it, whose it is, what came of it.

    `source_key` names what called for it where that must not call twice: a watch item and its day, a law note, a case.
    """

    trigger = Words(max_length=10, choices=Trigger.choices())
    source = Words(max_length=500)
    source_key = Words(max_length=120, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = Words(max_length=36)
    version = models.PositiveIntegerField(default=1)
    decision = Words(max_length=10, choices=Decision.choices(), blank=True)
    reasons = Words(max_length=4000, blank=True)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, related_name="reviews")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            paired("closed_at", "closed_by"),
            models.UniqueConstraint(fields=["school", "source_key"], condition=~Q(source_key=""), name="review_once"),
            models.CheckConstraint(
                condition=~Q(decision=Decision.NO_CHANGE) | ~Q(reasons=""), name="review_no_change_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, decision="") | Q(closed_at__isnull=False) & ~Q(decision=""),
                name="review_closed_with_a_decision",
            ),
        ]
        indexes = [models.Index(fields=["school", "closed_at", "due_on"], name="review_by_date")]


class LawNote(Row):
    """One row for each time the school wrote something into the law register. Never changed; the latest of a key holds.

    Without any, a law stands as it was shipped (law_register.toml).
    """

    key = Words(max_length=60)
    name = Words(max_length=200)
    citation = Words(max_length=200, blank=True)
    status = Words(max_length=20)
    superseded_by = Words(max_length=200, blank=True)
    governs = Words(max_length=1000, blank=True)
    clauses = models.JSONField(default=list)
    link = Words(max_length=300, blank=True)
    source = Words(max_length=500, blank=True)
    review_on = models.DateField(null=True)
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "key", "noted_at"], name="law_note_of_key")]


class GuidanceEdition(Row):
    """One row for each edition of guidance that everybody is asked to read. Never changed. Clause 6.4."""

    name = Words(max_length=120)
    to_read = Words(max_length=500)
    link = Words(max_length=300, blank=True)
    in_force_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = Words(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="guidance_edition_once")]


class LinkedPolicy(Row):
    """One row for each other policy that goes with this one: code of conduct, behaviour, bullying. Clause 3.2."""

    key = Words(max_length=40)
    name = Words(max_length=120)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "key"], name="linked_policy_once")]


class LinkedVersion(Row):
    """One row for each version of a linked policy, where it is kept and since when it holds. Never changed."""

    policy = models.ForeignKey(LinkedPolicy, on_delete=models.PROTECT, related_name="versions")
    label = Words(max_length=40)
    in_force_on = models.DateField()
    where = Words(max_length=300, blank=True)
    kept_at = models.DateTimeField()
    kept_by = Words(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "policy", "label"], name="linked_version_once")]
