"""What came of a report beside its own case, and complaints from outside."""

from django.db import models

from forethought.cases.models import Case
from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["Complaint", "ComplaintNote", "Handed", "HeldComplaint", "StaffAllegation"]


class Handed(Row):
    """One row for each matter handed to the behaviour lead because a pupil posted it, with the pack. Policy 8.2.

    `case` is what the behaviour lead reads; `source` is the report's own case, which waits for the outcome. Only the
    outcome comes back, as a decision, never the pupil's file.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="handed")
    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handed_on")
    content = models.BinaryField()
    handed_at = models.DateTimeField()
    handed_by = Words(max_length=36)
    returned_at = models.DateTimeField(null=True)
    returned_by = Words(max_length=36, null=True)

    class Meta:
        constraints = [paired("returned_at", "returned_by")]


class StaffAllegation(Row):
    """One row for each allegation about somebody here that stands online. They are supported, not suspected.

    Policy 8.1. `found` is what was found in the words of the guidance, empty until then.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="staff_allegation")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    threshold = Words(max_length=8, default="not_sure")
    content = models.BinaryField()
    found = Words(max_length=16, blank=True)
    found_at = models.DateTimeField(null=True)


class Complaint(Row):
    """One row for each complaint from outside, as it came. `verified` is yes, no or empty: not looked at yet.

    `press` is the form it came from, so that two presses make one complaint. Policy 8.1, 9.1.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="complaint")
    press = models.UUIDField()
    verified = Words(max_length=4, blank=True)
    content = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "press"], name="complaint_once")]
        indexes = [models.Index(fields=["school", "received_at"], name="complaint_received")]


class HeldComplaint(Row):
    """One row for each complaint that came in a flood: kept a week, told to nobody, until its sender confirms it.

    Then it is a complaint, and this row goes. `content` is what was sent, and the code that was mailed. No address of
    the sender's computer is kept.
    """

    press = models.UUIDField()
    content = models.BinaryField()
    received_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    mail_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "press"], name="held_once")]
        indexes = [
            models.Index(fields=["school", "mail_at"], name="held_to_mail", condition=models.Q(mail_at__isnull=False))
        ]


class ComplaintNote(Row):
    """One row for each thing done about a complaint: who they are was checked, the letter as sent. Never changed."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="notes")
    kind = Words(max_length=12)
    choice = Words(max_length=12, blank=True)
    content = models.BinaryField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)
