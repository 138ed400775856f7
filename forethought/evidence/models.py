"""Keys, grants of the gate, and exhibits."""

from datetime import datetime

from django.db import models

from forethought.rows import Row, Words

__all__ = ["CaseKey", "Destruction", "Exhibit", "ExhibitKey", "Grant", "Particulars", "SchoolKey", "Upload", "Viewing"]


class Record(models.TextChoices):
    """The five kinds of record. Policy 7.3."""

    TEXT = "text", "Text message"
    EMAIL = "email", "Email"
    VOICEMAIL = "voicemail", "Voicemail"
    WEBSITE = "website", "Website"
    SOCIAL = "social", "Social media"


class SchoolKey(Row):
    """One row for each key of a school, wrapped by the installation's key, which no database holds.

    The newest is used. An older one is retired once nothing needs it: then `wrapped` is empty.
    """

    key_id = models.BinaryField()
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)


class CaseKey(Row):
    """One row for each case's key, wrapped by its school's. Made with the draft, before there is a case."""

    case_id = models.UUIDField(unique=True)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()


class Grant(Row):
    """One row for each answer to the gate. Only a passed one opens a file control, once, for one batch.

    law.md 1.4; Policy 7.4.
    """

    case_id = models.UUIDField()
    holder = models.UUIDField()
    under_18 = Words(max_length=8)
    adult_intimate = Words(max_length=8)
    danger = Words(max_length=8)
    verdict = Words(max_length=12)
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Exhibit(Row):
    """One row for each record kept, with or without a file. Never changed; the bytes are durable before the row is.

    `object_name` is where the vault keeps the sealed bytes. What people say about it is in its particulars.
    """

    case_id = models.UUIDField()
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, null=True, related_name="exhibits")
    kind = Words(max_length=10, choices=Record.choices)
    object_name = Words(max_length=80, blank=True)
    media = Words(max_length=12, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.BinaryField(null=True)
    salt = models.BinaryField()
    received_at = models.DateTimeField()
    received_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "case_id", "received_at"], name="exhibit_of_case")]


class Particulars(Row):
    """One row for each time somebody said what a record is: address, date, time, zone, number, account. The last holds.

    `complete` is whether a screen print has its address, date, time and zone (policy 7.4).
    """

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="particulars")
    content = models.BinaryField()
    complete = models.BooleanField()
    said_at = models.DateTimeField()
    said_by = Words(max_length=36)


class ExhibitKey(Row):
    """One row for each exhibit's key, apart from the exhibit, so that destroying it destroys the exhibit."""

    exhibit = models.OneToOneField(Exhibit, on_delete=models.PROTECT, related_name="key")
    wrapped = models.BinaryField()


class Upload(Row):
    """One row for each file that is on its way in by pieces. Gone once the file is kept, or has taken too long.

    Its id becomes the exhibit's. `fingerprint` is how the sender's browser knows the file again; `content` holds its
    name and the hashes of its ends, sealed.
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="uploads")
    object_name = Words(max_length=80)
    wrapped = models.BinaryField()
    size = models.PositiveBigIntegerField()
    fingerprint = models.BinaryField(max_length=32)
    content = models.BinaryField()
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "grant", "fingerprint"], name="upload_once_a_grant")]


class Viewing(Row):
    """One row for each time somebody had the content of a record shown. Never changed; it ends by the clock.

    `content` says which sign-in it belongs to, sealed. An address to the record works for that sign-in alone.
    """

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="viewings")
    viewer = Words(max_length=36)
    content = models.BinaryField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()


class Destruction(Row):
    """One row for each record that was destroyed on an instruction. Never changed.

    `content` is the instruction, sealed. Until `in_backups_until` a backup may still hold what is gone here.
    """

    exhibit = models.OneToOneField(Exhibit, on_delete=models.PROTECT, related_name="destruction")
    content = models.BinaryField()
    destroyed_at = models.DateTimeField()
    destroyed_by = Words(max_length=36)
    in_backups_until = models.DateField()

    @property
    def ended_at(self) -> datetime:
        """When it was destroyed; as for one that had been sealed away first."""
        return self.destroyed_at
