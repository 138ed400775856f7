"""May this installation serve? The same questions that `manage.py serve` asks before it starts."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from forethought.checks import refusals_and_warnings
from forethought.evidence.bucket_checks import said_of_bucket
from forethought.evidence.places import bucket_place
from forethought.evidence.store import StoreAway


class Command(BaseCommand):
    """Says what stands in the way of serving, one sentence each, and fails if anything does."""

    help = "Says whether this installation is safe to serve."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        found, known = refusals_and_warnings()
        for sentence in (*(f"Warning: {one}" for one in known), *found):
            self.stderr.write(sentence)
        if found:
            raise CommandError("Not ready: put these right first.")
        if settings.S3_BUCKET:
            with suppress(StoreAway):
                self.stdout.write(said_of_bucket(bucket_place()))
        self.stdout.write("Ready.")
