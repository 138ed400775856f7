"""What was weighed before anybody concluded: was it them, how serious, in proportion. And asking to co-operate."""

from django.db import models

from forethought.cases.models import Case
from forethought.people.models import Person
from forethought.rows import Row, Words

__all__ = ["CooperationAnswer", "CooperationRequest", "LiveWarning", "Weighing", "WorkTime"]


class Weighs(models.TextChoices):
    """What is weighed. Policy 9.2c, 9.3, 2.4, 3.3."""

    ATTRIBUTION = "attribution", "Was it them?"
    SERIOUSNESS = "seriousness", "How serious is it?"
    PROPORTION = "proportion", "In proportion?"
    USE = "use", "Use in work time"


class Weighing(Row):
    """One row for each time somebody proposed or concluded one of the questions. Never changed; the newest counts.

    `result` is what was concluded, `choices` what was chosen on the way, so that matters alike can be counted. Reasons,
    evidence and what was found about each alternative are sealed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="weighings")
    question = Words(max_length=12, choices=Weighs.choices)
    concluded = models.BooleanField()
    result = Words(max_length=24, blank=True)
    choices = models.JSONField(default=dict)
    content = models.BinaryField()
    weighed_at = models.DateTimeField()
    weighed_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "case", "question", "weighed_at"], name="weighing_of_case")]


class CooperationRequest(Row):
    """One row for each time somebody was asked to co-operate: which posts or dates, why, until when. Never changed.

    There is no place in it for a password. Policy 9.2a.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="cooperation_requests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cooperation_requests")
    device = Words(max_length=8)
    content = models.BinaryField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "person", "asked_at"], name="cooperation_of_person")]


class CooperationAnswer(Row):
    """One row for each thing that came of a request: an answer, a showing, access passed on, taken back.

    Never changed: somebody who changes their mind adds a row. No answer counts for or against anybody.
    """

    request = models.ForeignKey(CooperationRequest, on_delete=models.PROTECT, related_name="answers")
    answer = Words(max_length=12)
    custodian = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.BinaryField()
    answered_at = models.DateTimeField()
    answered_by = Words(max_length=36)


class LiveWarning(Row):
    """One row for each time it was said until when a warning is live. Never changed; the newest of a case holds."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="live_warnings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    outcome = Words(max_length=24)
    given_on = models.DateField()
    ends_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "person", "ends_on"], name="live_warning_of_person")]


class WorkTime(Row):
    """One row for each time the school said what counts as work time. Never changed; the newest from its day holds."""

    starts = models.TimeField()
    ends = models.TimeField()
    breaks = models.JSONField(default=list)
    from_day = models.DateField()
    set_at = models.DateTimeField()
    set_by = Words(max_length=36)
