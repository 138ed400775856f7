"""Schools that are being set up."""

import uuid

from django.db import models

__all__ = ["SettingUp"]


class SettingUp(models.Model):
    """One row for each school that somebody sets up, until it is founded. What they answered lies in it, sealed.

    Outside row-level security: there is no school yet. Of the link and of the browser's cookie only hashes are kept,
    and none once the school is founded, nor any answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link_hash = models.BinaryField(max_length=32, null=True, unique=True)
    link_ends_at = models.DateTimeField()
    cookie_hash = models.BinaryField(max_length=32, null=True, unique=True)
    cookie_ends_at = models.DateTimeField(null=True)
    answers = models.BinaryField(default=bytes)
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    founded = models.UUIDField(null=True)
