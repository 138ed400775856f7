"""Destroying one record on a written instruction, with proof that its key is gone."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from forethought.audit.procedures import PROGRAM
from forethought.core.errors import Refused
from forethought.evidence import shredding
from forethought.evidence.models import Exhibit
from forethought.people.models import Wake
from forethought.rows import inside


class Command(BaseCommand):
    """Destroys one record, says what was proved, and until when a backup may still hold it."""

    help = "Destroys one record for good, on an instruction that says who gave it, when, and its reference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("record", type=uuid.UUID, help="the record's id, as `manage.py verify` names it")
        parser.add_argument("--from-whom", required=True, help="who gave the instruction, and their office")
        parser.add_argument("--given-on", required=True, help="the day it was given")
        parser.add_argument("--reference", required=True, help="its reference, by which it can be found")

    def handle(self, *args: Any, record: uuid.UUID, **options: Any) -> None:
        instruction = {name: str(options[name]) for name in ("from_whom", "given_on", "reference")}
        for school_id in Wake.objects.values_list("school_id", flat=True):
            with inside(school_id):
                found = Exhibit.objects.select_related("key").filter(pk=record).first()
                if found is not None:
                    gone, until = self.destroy(found, instruction)
                    break
        else:
            raise CommandError(f"There is no record {record} here.")
        # Outside the school's transaction: only what is committed can be gone.
        try:
            said = shredding.prove_absence(gone)
        except RuntimeError as error:
            raise CommandError(f"The record is destroyed. {error}") from None
        for sentence in said:
            self.stdout.write(sentence)
        self.stdout.write(f"A backup may hold its key until {until}. Nobody may restore one only to read it.")

    def destroy(self, exhibit: Exhibit, instruction: dict[str, str]) -> tuple[list[bytes], str]:
        """Destroy it. What must be nowhere now, and the day until which a backup may hold it."""
        try:
            gone = shredding.secrets_of(exhibit) if hasattr(exhibit, "key") else []
            row = shredding.destroy_exhibit(exhibit=exhibit, instruction=instruction, by=PROGRAM, at=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"Record {exhibit.pk} is destroyed.")
        return gone, row.in_backups_until.isoformat()
