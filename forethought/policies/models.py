"""The school's policy: where its text came from, each change on its way, who was asked and who approved it."""

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from forethought.people.models import Person
from forethought.policies.rules import Basis, Body, Outcome, Stance, Status
from forethought.rows import Row, Words, paired

__all__ = [
    "Approval",
    "Baseline",
    "Consultation",
    "Invitation",
    "Medium",
    "Policy",
    "PolicyText",
    "Reply",
    "Response",
    "Revision",
    "SentenceLink",
    "Union",
    "Version",
]


class PolicyText(Row):
    """One row for each text the school has had or thought of having, word for word. Never changed."""

    fingerprint = models.BinaryField(max_length=32)
    paragraphs = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "fingerprint"], name="policy_text_once")]


class Baseline(Row):
    """One row for each text as its supplier gave it, apart from the school's own. Never changed. Clause F2."""

    label = Words(max_length=40)
    supplier = Words(max_length=120)
    forum = Words(max_length=200, blank=True)
    agreed_on = models.DateField(null=True)
    text = models.ForeignKey(PolicyText, on_delete=models.PROTECT, null=True, related_name="baselines")
    kept_at = models.DateTimeField()
    kept_by = Words(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "label"], name="baseline_once")]


class Version(Row):
    """One row for each version of the policy: published here, or brought along with its dates. Never changed.

    A brought version may lack its text and its approval; one that was published here lacks neither.
    """

    label = Words(max_length=40)
    summary = Words(max_length=2000)
    who = Words(max_length=120, blank=True)
    in_force_on = models.DateField()
    text = models.ForeignKey(PolicyText, on_delete=models.PROTECT, null=True, related_name="versions")
    baseline = models.ForeignKey(Baseline, on_delete=models.PROTECT, null=True, related_name="+")
    approval = models.OneToOneField("forethought.Approval", on_delete=models.PROTECT, null=True, related_name="version")
    brought = models.BooleanField()
    published_at = models.DateTimeField()
    published_by = Words(max_length=36)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "label"], name="version_once"),
            models.CheckConstraint(
                condition=Q(brought=True) | Q(approval__isnull=False, text__isnull=False),
                name="version_brought_or_approved",
            ),
        ]
        indexes = [models.Index(fields=["school", "in_force_on", "published_at"], name="version_in_order")]


class Policy(models.Model):
    """One row for each school: who keeps the policy, which body approves it, which version is in force. Clause F1."""

    school = models.OneToOneField("forethought.School", on_delete=models.PROTECT, primary_key=True, related_name="+")
    author = Words(max_length=120, blank=True)
    body = Words(max_length=12, choices=Body.choices(), default=Body.FULL_BOARD)
    consult_days = models.PositiveSmallIntegerField(default=20)
    read_days = models.PositiveSmallIntegerField(default=10)
    answer_days = models.PositiveSmallIntegerField(default=2)
    own_words = models.BooleanField(default=False)
    in_force = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    review_on = models.DateField(null=True)
    #: Counts publications, so that of two at once the second is told.
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    moved_by = Words(max_length=36)

    objects = ScopedManager(school="school_id")


class SentenceLink(Row):
    """One row for each sentence of the school's own words and a clause that it serves. The key is of its words."""

    key = models.BinaryField(max_length=32)
    clause = Words(max_length=8)
    linked_at = models.DateTimeField()
    linked_by = Words(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "key", "clause"], name="sentence_link_once")]


class Medium(Row):
    """One row for each app or site that the school added to the list of media, with its other names. Clauses 1.1, 4.2.

    Beside the list that is shipped (media.toml). What a reporter wrote is never changed by it.
    """

    name = Words(max_length=80)
    aliases = models.JSONField(default=list)
    added_at = models.DateTimeField()
    added_by = Words(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="medium_once")]


class Union(Row):
    """One row for each recognised union and its representative. Who its members are is kept nowhere. Clause F3."""

    name = Words(max_length=120)
    representative = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recognised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Revision(Row):
    """One row for each change to the policy on its way to being published."""

    status = Words(max_length=10, choices=Status.choices(), default=Status.DRAFTING)
    version = models.PositiveIntegerField(default=1)
    label = Words(max_length=40)
    summary = Words(max_length=2000, blank=True)
    based_on = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    baseline = models.ForeignKey(Baseline, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.ForeignKey(PolicyText, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    started_by = Words(max_length=36)
    moved_at = models.DateTimeField()
    moved_by = Words(max_length=36)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school"],
                condition=~Q(status__in=[Status.PUBLISHED, Status.DROPPED]),
                name="revision_one_open",
            )
        ]


class Consultation(Row):
    """One row for each time staff and unions were asked about one text. Clause F3."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="consultations")
    text = models.ForeignKey(PolicyText, on_delete=models.PROTECT, related_name="+")
    #: What it is compared with: the text in force, else the baseline.
    before = models.ForeignKey(PolicyText, on_delete=models.PROTECT, null=True, related_name="+")
    closes_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = Words(max_length=12, choices=Outcome.choices(), blank=True)
    reasons = Words(max_length=4000, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            paired("closed_at", "closed_by"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="") | Q(closed_at__isnull=False) & ~Q(outcome=""),
                name="consultation_closed_with_outcome",
            ),
        ]


class Invitation(Row):
    """One row for each union asked in a consultation, and one without a union for the staff as a whole."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="invitations")
    union = models.ForeignKey(Union, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    #: Noted when the consultation closes and nobody had answered.
    silent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "consultation", "union"], name="invitation_once")]


class Response(Row):
    """One row for each view given in a consultation, late ones too. Never changed: a second view is a second row."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="responses")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="responses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stance = Words(max_length=12, choices=Stance.choices())
    words = Words(max_length=8000, blank=True)
    late = models.BooleanField()
    responded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["school", "consultation", "responded_at"], name="response_in_order")]


class Reply(Row):
    """One row for each written answer to a view. Never changed."""

    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="reply")
    words = Words(max_length=8000)
    replied_at = models.DateTimeField()
    replied_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")


class Approval(Row):
    """One row for each time a body approved a text, and on what footing it could. Never changed. Clauses F1, F3."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, related_name="approvals")
    text = models.ForeignKey(PolicyText, on_delete=models.PROTECT, null=True, related_name="+")
    basis = Words(max_length=12, choices=Basis.choices())
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, null=True, related_name="+")
    reasons = Words(max_length=4000, blank=True)
    body = Words(max_length=12, choices=Body.choices())
    met_on = models.DateField()
    minute = Words(max_length=80)
    review_on = models.DateField()
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis=Basis.CONSULTED, consultation__isnull=False)
                | Q(basis=Basis.DECIDED, consultation__isnull=True) & ~Q(reasons="")
                | Q(basis__in=[Basis.UNCHANGED, Basis.BROUGHT], consultation__isnull=True),
                name="approval_stands_on_something",
            ),
        ]
