"""Is everything still what it was? The trail is worked out anew from its entries, and every record is opened.

What is stored here is compared with itself: entries, leaves, tiles, signatures of checkpoints, time stamps. Whoever can
write to the database *and* has the log key can make all of it agree again after a change. So it can also be compared
with what was kept elsewhere: a checkpoint in a bundle, the code in a mail.
"""

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from forethought.audit.checkpoints import note_verification, signing_key
from forethought.audit.codes import read_code
from forethought.audit.models import Checkpoint, Entry, TimeStamp
from forethought.audit.notes import BadNote, PublicNoteKey
from forethought.audit.procedures import PROGRAM
from forethought.audit.verifying import Elsewhere, Kept, read_kept, wrong_in_trail
from forethought.core.key_file import BadKeyFile
from forethought.core.text import faults_found
from forethought.evidence.away_models import Away
from forethought.evidence.models import Destruction
from forethought.evidence.nightly import open_bundles, open_records, wrong_with, wrong_with_bundle
from forethought.evidence.store import StoreAway
from forethought.people.models import School, Wake
from forethought.rows import inside


class Command(BaseCommand):
    """Checks the whole trail and every record of one school, or of all."""

    help = "Checks the whole trail and opens every record. Fails if anything is not as it was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--school", type=uuid.UUID, help="check this school alone")
        parser.add_argument(
            "--checkpoint", type=Path, action="append", default=[], help="a note that was kept elsewhere"
        )
        parser.add_argument("--code", action="append", default=[], help="a code from a mail or a bundle: 16 hex digits")
        parser.add_argument(
            "--leave-no-entry", action="store_true", help="do not note in the trail that it was checked"
        )
        parser.add_argument("--key", action="append", default=[], help="a public key that this log had before")

    def handle(
        self,
        *args: Any,
        school: uuid.UUID | None = None,
        checkpoint: Sequence[Path] = (),
        code: Sequence[str] = (),
        key: Sequence[str] = (),
        leave_no_entry: bool = False,
        **options: Any,
    ) -> None:
        # The list of schools stands outside every school and holds no names.
        schools = [school] if school else list(Wake.objects.order_by("school_id").values_list("school_id", flat=True))
        if (checkpoint or code) and len(schools) > 1:
            raise CommandError("A checkpoint is of one school. Name it with --school.")
        try:
            codes = [read_code(one) for one in code]
            older = [PublicNoteKey.from_text(one) for one in key]
        except ValueError as error:
            raise CommandError(str(error)) from None
        try:
            faults = sum(self.check_school(one, checkpoint, codes, older, leave_no_entry) for one in schools)
        except StoreAway:
            raise CommandError("The bucket with the records does not answer, so nothing can be said of them.") from None
        if faults:
            raise CommandError(f"{faults_found(faults)}. Change nothing, and ask for help.")
        if not schools:
            self.stdout.write("There is no school here yet.")

    def note(self, faults: int) -> None:
        """Note in the trail that it was checked, for the page on it. A trail too broken to write in stays as it is."""
        try:
            note_verification(faults=faults, by=PROGRAM, at=timezone.now())
        except (ValueError, DatabaseError):
            self.stderr.write("That it was checked could not be noted.")

    def kept(self, files: Sequence[Path], keys: Sequence[PublicNoteKey]) -> list[Kept]:
        """The checkpoints that were kept elsewhere, opened."""
        found = []
        for file in files:
            try:
                found.append(read_kept(f"The checkpoint in {file}", file.read_text(), keys=keys))
            except (OSError, UnicodeDecodeError, BadNote) as error:
                raise CommandError(f"The checkpoint in {file} cannot be used. {error}") from None
        return found

    def check_school(
        self,
        school_id: uuid.UUID,
        files: Sequence[Path] = (),
        codes: Sequence[str] = (),
        older: Sequence[PublicNoteKey] = (),
        leave_no_entry: bool = False,
    ) -> int:
        """Check one school and say what was found. The number of faults."""
        with inside(school_id):
            if not School.objects.filter(pk=school_id).exists():
                raise CommandError(f"There is no school {school_id} here.")
            try:
                key = signing_key(school_id).public()
            except BadKeyFile as error:
                raise CommandError(str(error)) from None
            elsewhere = Elsewhere(self.kept(files, [key, *older]), codes, older)
            wrong = wrong_in_trail(school_id, key=key, elsewhere=elsewhere)
            entries = Entry.objects.count()
            checkpoints, stamps = Checkpoint.objects.count(), TimeStamp.objects.count()
            away = set(Away.objects.exclude(ended_as="released").values_list("exhibit_id", flat=True))
            away |= set(Destruction.objects.values_list("exhibit_id", flat=True))
            exhibits = list(open_records().order_by("received_at", "id"))
            wrong += [sentence for exhibit in exhibits if (sentence := wrong_with(exhibit))]
            bundles = open_bundles().order_by("made_at")
            wrong += [sentence for bundle in bundles if (sentence := wrong_with_bundle(bundle))]
            if not leave_no_entry:
                self.note(len(wrong))
        for sentence in wrong:
            self.stderr.write(sentence)
        if not wrong:
            self.stdout.write(
                f"School {school_id}: the trail holds, with {entries} entries, and {len(exhibits)} records open. "
                f"Checkpoints: {checkpoints}, time stamps: {stamps}."
            )
            if files or codes:
                self.stdout.write("It only grew from what was kept elsewhere.")
        if away:
            self.stdout.write(f"{len(away)} more were sealed away or destroyed since, and were not opened.")
        return len(wrong)
