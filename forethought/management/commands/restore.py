"""Bringing everything back from the backups and the card, for somebody who does not do this every day.

What it says is for reading aloud over a telephone. It writes nothing over, checks every byte, and leaves the school
quiet: nothing goes out until two people have looked at what is missing.
"""

import sys
import time
from getpass import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from forethought.audit.checkpoints import signing_key
from forethought.audit.models import Entry
from forethought.audit.verifying import wrong_in_trail
from forethought.backups import card, keeping, restoring
from forethought.backups.manifest import BadBackup
from forethought.backups.places import NoPlace, place_at
from forethought.core.key_file import BadKeyFile
from forethought.evidence.nightly import open_bundles, open_records, wrong_with, wrong_with_bundle
from forethought.people.models import Wake
from forethought.rows import inside


class Command(BaseCommand):
    """Restores the newest whole backup, or the one that is named, into an empty installation."""

    help = "Brings everything back from the backups and the card, into an empty installation."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", nargs="?", help="where the backups are: a folder, or s3://bucket/path")
        parser.add_argument("--keys", help="where the backups of the keys are, unless the keys are here")
        parser.add_argument("--backup", help="the name of the backup, unless the newest is wanted")
        parser.add_argument("--card", type=Path, help="a file with the key of the card, instead of typing it")

    def handle(
        self,
        *args: Any,
        place: str | None = None,
        keys: str | None = None,
        backup: str | None = None,
        card: Path | None = None,
        **options: Any,
    ) -> None:
        address = place or next(iter(settings.BACKUP_TO), None)
        if address is None:
            raise CommandError("Say where the backups are: manage.py restore /path/of/the/backups")
        try:
            with keeping.alone():
                self.restore(address, keys or settings.BACKUP_KEYS_TO, backup, card)
        except (restoring.CannotRestore, keeping.Busy, NoPlace, BadKeyFile) as error:
            raise CommandError(f"Nothing was restored. {error}") from None
        except BadBackup as error:
            raise CommandError(
                f"Not restored. {error} An older backup may be whole: manage.py backup --list shows them, and "
                "--backup NAME restores one."
            ) from None
        except OSError as error:
            raise CommandError(f"Not restored: {error}. Put this right and run it again; it goes on.") from None

    def restore(self, address: str, keys: str, name: str | None, file: Path | None) -> None:
        """Do it, step by step, saying each."""
        started = time.monotonic()
        if (reason := restoring.why_not_here()) is not None:
            raise restoring.CannotRestore(reason)
        source = place_at(address)
        key = self.read_card(file)
        restoring.restore_keys(place_at(keys) if keys else None, key=key, say=self.say)
        made = restoring.choose(source, name, say=self.say)
        restoring.restore_objects(source, made, key=key, say=self.say)
        restoring.restore_database(source, made, key=key, say=self.say, before=lambda: None)
        call_command("migrate", verbosity=0)
        self.say(
            f"It can be used again, {time.monotonic() - started:.0f} seconds after the beginning. Now it is checked."
        )
        faults = self.verify()
        if faults:
            raise CommandError(f"{faults} faults were found in what came back. Keep the backups, and ask for help.")
        self.say(f"Everything was checked, {time.monotonic() - started:.0f} seconds after the beginning.")

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

    def verify(self) -> int:
        """Work the trail of each school out anew, and open every record. How many faults."""
        faults = 0
        for school_id in list(Wake.objects.order_by("school_id").values_list("school_id", flat=True)):
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
