"""Bringing everything back from the backups and the card, for somebody who does not do this every day.

What it says is for reading aloud over a telephone. It writes nothing over, checks every byte, and leaves the school
quiet: nothing goes out until two people have looked at what is missing.
"""

import shutil
import sqlite3
import sys
import time
from functools import partial
from getpass import getpass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone

from forethought.audit.checkpoints import signing_key
from forethought.audit.models import Entry
from forethought.audit.verifying import wrong_in_trail
from forethought.backups import (
    card,
    coming_back,
    introducing,
    keeping,
    ledger,
    one_school,
    owning,
    postgres_copy,
    restoring,
)
from forethought.backups.far_address import is_far, read_address, why_not
from forethought.backups.far_machine import is_confirmed
from forethought.backups.manifest import BadBackup, Manifest
from forethought.backups.places import NoPlace, Place, place_at
from forethought.core.key_file import BadKeyFile
from forethought.core.text import faults_found
from forethought.evidence.nightly import open_bundles, open_records, wrong_with, wrong_with_bundle
from forethought.management.commands.backup_machine import typed
from forethought.management.commands.migrate import as_owner
from forethought.people.models import Wake
from forethought.rows import inside


class Command(BaseCommand):
    """Restores the newest whole backup, or the one that is named, into an empty installation."""

    help = "Brings everything back from the backups and the card, into an empty installation."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "place", nargs="?", help="where the backups are: a folder, sftp://name@host/folder, or s3://…"
        )
        parser.add_argument("--keys", help="where the backups of the keys are, unless the keys are here")
        parser.add_argument("--backup", help="the name of the backup, unless the newest is wanted")
        parser.add_argument("--school", type=UUID, help="this school alone, in place of what it has (PostgreSQL)")
        parser.add_argument("--without-damaged", action="store_true", help="leave away what is damaged in the backups")
        parser.add_argument("--card", type=Path, help="a file with the key of the card, instead of typing it")

    def handle(
        self,
        *args: Any,
        place: str | None = None,
        keys: str | None = None,
        backup: str | None = None,
        card: Path | None = None,
        school: UUID | None = None,
        without_damaged: bool = False,
        **options: Any,
    ) -> None:
        address = place or next(iter(settings.BACKUP_TO), None)
        if address is None:
            raise CommandError("Say where the backups are: manage.py restore /path/of/the/backups")
        self.goes_on_without = without_damaged
        try:
            with keeping.alone():
                self.restore(address, keys or settings.BACKUP_KEYS_TO, backup, card, school)
        except (restoring.CannotRestore, keeping.Busy, NoPlace, BadKeyFile) as error:
            raise CommandError(f"Nothing was restored. {error}") from None
        except restoring.Damaged as damaged:
            raise CommandError(
                f"Not restored. {damaged} Another place of backups may have it whole: run this again with that place, "
                "and it goes on. Or bring everything else back: add --without-damaged"
            ) from None
        except BadBackup as error:
            raise CommandError(
                f"Not restored. {error} An older backup may be whole: manage.py backup --list shows them, and "
                "--backup NAME restores one."
            ) from None
        except OSError as error:
            raise CommandError(f"Not restored: {error}. Put this right and run it again; it goes on.") from None
        except (DatabaseError, sqlite3.Error) as error:
            # Without its words, which may hold a row's.
            raise CommandError(
                f"Not restored: the database refused ({type(error).__name__}). See that it answers and that its disk "
                "is not full, and run it again; it goes on."
            ) from None

    def restore(self, address: str, keys: str, name: str | None, file: Path | None, school: UUID | None) -> None:
        """Do it, step by step, saying each."""
        started = time.monotonic()
        reason = restoring.why_not_here() if school is None else None
        if reason is not None and not coming_back.unfinished().exists():
            raise restoring.CannotRestore(reason)
        self.meet(address, keys)
        source = place_at(address)
        key = self.read_card(file)
        restoring.restore_keys(place_at(keys) if keys else None, key=key, say=self.say)
        if reason is not None:
            self.say("A restore had begun here. It goes on where it was.")
            name = coming_back.unfinished().read_text()
        made = restoring.choose(source, name, say=self.say)
        restoring.insist_on_card(source, made, key=key)
        held = coming_back.read_ledger(source, key=key, bear=self.bear)
        if school is not None:
            self.restore_school(source, made, held, key, school)
        elif reason is None:
            objects = restoring.objects_for(source, made)
            restoring.restore_objects(source, objects, key=key, say=self.say, bear=self.bear)
            begin = partial(coming_back.note_begun, made)
            restoring.restore_database(source, made, key=key, say=self.say, bear=self.bear, before=begin)
        else:
            coming_back.insist_it_is(made)
        if school is None:
            self.become_whole(source, made, held, key)
        self.say(
            f"It can be used again, {time.monotonic() - started:.0f} seconds after the beginning. Now it is checked."
        )
        faults = self.verify(school)
        if faults:
            raise CommandError(f"{faults_found(faults)} in what came back. Keep the backups, and ask for help.")
        self.say(f"Everything was checked, {time.monotonic() - started:.0f} seconds after the beginning.")

    def meet(self, *addresses: str) -> None:
        """Make second machines known that are not yet, where somebody is there to compare their keys."""
        for one in dict.fromkeys(addresses):
            if is_far(one) and why_not(one) is None and sys.stdin.isatty() and not is_confirmed(read_address(one)):
                while not introducing.introduce(one, say=self.say, ask=typed):
                    if typed("Press Enter once the line is there, or type stop: ").strip():
                        raise restoring.CannotRestore("The second machine does not let this one in yet.")

    def become_whole(self, source: Place, made: Manifest, held: ledger.Ledger, key: Any) -> None:
        """Bring the tables up to date, and keep what came back quiet."""
        call_command("migrate", verbosity=0)
        coming_back.begin_quarantine(source, made, held, say=self.say, at=timezone.now())
        owning.note_restored()
        self.note_card(key)
        coming_back.unfinished().unlink(missing_ok=True)

    def note_card(self, key: Any) -> None:
        """Have the next backups open with the card that was typed: a new data folder knows of none.

        Without one none is made, and a quiet school would be told of that by nobody.
        """
        if not settings.BACKUP_CARDS and not keeping.card_file().exists():
            restoring.write_secret(keeping.card_file(), f"{key.to_public()}\n".encode())
            self.say("Backups from now on open with this card. Whoever has a second one names it again.")
        if not settings.BACKUP_TO:
            self.say("No backups are made here: FORETHOUGHT_BACKUP_TO is not set. In a drill, leave it so.")
        else:
            self.say(
                "Where the backups belong to the machine from before, this one makes none until somebody says, on the "
                "page “Backups”, that it takes over. In a drill nobody does."
            )

    def bear(self, sentence: str) -> None:
        """Go on without something that is damaged, if somebody said so. Raises Damaged."""
        if not self.goes_on_without:
            raise restoring.Damaged(sentence)
        self.say(sentence)

    def say(self, sentence: str) -> None:
        """Tell whoever waits."""
        self.stdout.write(sentence)
        self.stdout.flush()

    def read_card(self, file: Path | None) -> Any:
        """The key of the card, from a file or typed. Asked again after a slip."""
        while True:
            try:
                if file is not None:
                    return card.read_card(file.read_text())
                asked = "The key on the card: "
                typed = getpass(asked) if sys.stdin.isatty() else sys.stdin.readline()
                return card.read_card(typed)
            except card.BadCard as error:
                if file is not None or not sys.stdin.isatty():
                    raise restoring.CannotRestore(str(error)) from None
                self.stderr.write(str(error))

    def restore_school(self, source: Place, made: Manifest, held: ledger.Ledger, key: Any, school: UUID) -> None:
        """Put one school's rows and files back, in place of those it has. The others go on reading meanwhile."""
        if connection.vendor != "postgresql":
            raise restoring.CannotRestore("This database holds one school. Restore it without --school.")
        if made.schema != keeping.latest_migration():
            raise restoring.CannotRestore("This backup is of another version. Install that one to restore from it.")
        folder = keeping.workroom() / "scratch"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        stored = made.files[made.database()]
        path = f"{made.folder()}/{made.database()}"
        try:
            with restoring.unlocked(source, path, stored, key=key, folder=keeping.workroom()) as file:
                with file.open("rb") as packed:
                    copy = postgres_copy.unpack(packed, folder, only=str(school))
            if str(school) not in copy.schools():
                raise restoring.CannotRestore(f"The school {school} is not in this backup.")
            objects = one_school.objects_of(copy, str(school), restoring.objects_for(source, made))
            restoring.restore_objects(source, objects, key=key, say=self.say, bear=self.bear)

            def quiet(now: ledger.OfSchool) -> None:
                coming_back.begin_quarantine(source, made, held, say=self.say, at=timezone.now(), only=school, now=now)

            with restoring.kept_apart(source, made, key=key, bear=self.bear) as apart, as_owner():
                one_school.replace(folder, school, apart, then=quiet)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def verify(self, only: UUID | None = None) -> int:
        """Work the trail of each school out anew, or of one, and open every record. How many faults."""
        faults = 0
        for school_id in [only] if only else list(Wake.objects.values_list("school_id", flat=True)):
            with inside(school_id):
                wrong = wrong_in_trail(school_id, key=signing_key(school_id).public())
                records = list(open_records())
                wrong += [sentence for one in records if (sentence := wrong_with(one))]
                wrong += [sentence for one in open_bundles() if (sentence := wrong_with_bundle(one))]
                entries = Entry.objects.count()
            for sentence in wrong:
                self.stderr.write(sentence)
            self.say(f"The trail has {entries} entries. {len(records)} records open. Faults: {len(wrong)}.")
            faults += len(wrong)
        return faults
