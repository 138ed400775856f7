"""What a school changed in the schedule, what falls due, what is kept longer, and what was let go of."""

from django.db import models
from django.db.models import F, Q

from forethought.rows import Row, Words, paired

__all__ = ["BirthNote", "Disposal", "Due", "KeepingRule", "KeptLonger"]


class What(models.TextChoices):
    """What can be let go of by two people."""

    CASE = "case", "Case"
    CONTACT = "contact", "Record of a contact"
    FAMILY = "family", "Declaration of family"
    ACKNOWLEDGEMENT = "acknowledgement", "What one person confirmed reading"
    QUESTION = "question", "Question that may have been about a child"
    PERSON = "person", "Somebody who left"
    CONSULTATION = "consultation", "Views in a consultation"
    DATA_BREACH = "data_breach", "Breach of personal data, or a near miss"
    DATA_COMPLAINT = "data_complaint", "Complaint about data"
    DATA_REQUEST = "data_request", "Request for one’s own data"
    DATA_DOCUMENT = "data_document", "Document about data"


class KeepingRule(Row):
    """One row for each time the school said how long a kind is kept. Never changed; the newest of a key holds.

    Without any, a rule stands as it was shipped (schedule.toml).
    """

    key = Words(max_length=24)
    years = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    reason = Words(max_length=500)
    set_at = models.DateTimeField()
    set_by = Words(max_length=36)


class Due(Row):
    """One row for each thing with a day on which it falls due, worked out anew each night. It names nobody.

    `about` is the case, the record or the person whose readings they are. `cautious`: something was not known and was
    taken at its latest.
    """

    what = Words(max_length=16, choices=What.choices)
    about = models.UUIDField()
    reference = Words(max_length=12)
    rule = Words(max_length=24)
    from_on = models.DateField()
    due_on = models.DateField()
    cautious = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "what", "about"], name="due_once")]
        indexes = [models.Index(fields=["school", "due_on", "id"], name="due_by_day")]


class KeptLonger(Row):
    """One row for each time somebody decided to keep a thing longer: until when, and why, sealed. The longest holds."""

    what = Words(max_length=16, choices=What.choices)
    about = models.UUIDField()
    until_on = models.DateField()
    content = models.BinaryField()
    kept_at = models.DateTimeField()
    kept_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "about", "until_on"], name="kept_longer_until")]


class BirthNote(Row):
    """One row for each time a day of birth was noted for a case, so that it is kept no longer than it must. Sealed.

    `whose` is the child or the adult it is about. The newest of each holds.
    """

    about = models.UUIDField()
    whose = Words(max_length=8)
    content = models.BinaryField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "about"], name="birth_note_of_case")]


class Disposal(Row):
    """One row for each thing that two people let go of, from the proposal on. It outlasts what is gone.

    It is carried out after `waits_until`, unless it was stopped. `rows` and `exhibits` count what was destroyed;
    `proof` are sentences on how it was shown to be gone. `in_hand` is that the second had a hand in the case, because
    nobody else was left. `content` is who was kept out of it, sealed, so that they never see its certificate.

    The locks of the database look here: rows of evidence go only while a disposal is carried out.
    """

    what = Words(max_length=16, choices=What.choices)
    about = models.UUIDField()
    reference = Words(max_length=12)
    kind = Words(max_length=16)
    rule = Words(max_length=24)
    opened_on = models.DateField()
    from_on = models.DateField()
    due_on = models.DateField()
    proposed_at = models.DateTimeField()
    proposed_by = Words(max_length=36)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = Words(max_length=36, null=True)
    in_hand = models.BooleanField(default=False)
    waits_until = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = Words(max_length=36, null=True)
    stopped_why = Words(max_length=12, blank=True)
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    exhibits = models.PositiveIntegerField(default=0)
    in_backups_until = models.DateField(null=True)
    content = models.BinaryField()
    proved_at = models.DateTimeField(null=True)
    proof = models.JSONField(default=list)

    class Meta:
        constraints = [
            paired("confirmed_at", "confirmed_by", "waits_until"),
            paired("stopped_at", "stopped_by"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="disposal_by_two",
            ),
            models.CheckConstraint(
                condition=Q(begun_at__isnull=True)
                | Q(waits_until__isnull=False, begun_at__gte=F("waits_until"), stopped_at__isnull=True),
                name="disposal_waits",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(begun_at__isnull=False), name="disposal_begins_first"
            ),
            models.UniqueConstraint(
                fields=["school", "about", "what"],
                condition=Q(stopped_at__isnull=True, done_at__isnull=True),
                name="disposal_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["school", "waits_until"],
                name="disposal_to_do",
                condition=Q(done_at__isnull=True, stopped_at__isnull=True, waits_until__isnull=False),
            )
        ]
