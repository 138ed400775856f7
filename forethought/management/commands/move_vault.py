"""Moving the files of all records from the folder to the bucket, or back. Pages go on meanwhile."""

import time
import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from forethought.audit.procedures import PROGRAM
from forethought.core.errors import Refused
from forethought.core.key_file import BadKeyFile
from forethought.evidence import moving, places
from forethought.evidence.bucket_checks import why_away, wrong_with_bucket
from forethought.evidence.moving import Item, Journal
from forethought.evidence.store import Store, spoken_size
from forethought.evidence.upkeep import names_here
from forethought.people.models import Wake
from forethought.rows import inside

_BAR = 30


class Command(BaseCommand):
    """Copies every object, compares it, and then lets new ones go to the new place. Goes on where it was stopped."""

    help = "Moves the files of records to the bucket, or to the folder. Safe to stop and start again; pages go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, choices=["bucket", "s3", "folder"], help="the new place")
        parser.add_argument("--finish", action="store_true", help="then remove them from the old place")

    def handle(self, *args: Any, to: str, finish: bool = False, **options: Any) -> None:
        to = places.BUCKET if to == "s3" else to
        try:
            self.insist_on_bucket()
            stores = places.by_place()
            home = places.place_of_new(stores)
            old = stores[places.FOLDER if to == places.BUCKET else places.BUCKET]
            if finish and home != to:
                raise CommandError(f"New files go to the {home} still. Run this without --finish first.")
            with moving.open_journal(settings.VAULT / f"moved-to-{to}") as journal:
                self.move(old, stores[to], journal)
                if home != to:
                    places.set_place(to)
                    self.stdout.write(f"From now on new files go to the {to}.")
                    # What came while the others were copied.
                    self.move(old, stores[to], journal)
                    self.note(to, journal)
                if finish:
                    self.finish(old, stores[to], journal)
                    return
        except (BadKeyFile, moving.NotTheSame) as error:
            raise CommandError(f"Stopped: {error}. Nothing is lost. Run this again when it is put right.") from None
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} Run this again: it goes on from here.") from None
        self.stdout.write("Every file was compared. Both places hold them; remove the old ones with --finish.")

    def insist_on_bucket(self) -> None:
        """Both ways need it, and it must be fit to keep records in."""
        if not settings.S3_BUCKET:
            raise CommandError("There is no bucket. Set FORETHOUGHT_S3_BUCKET first.")
        place = places.bucket_place()
        if faults := list(wrong_with_bucket(place)) or [one for one in [why_away(place)] if one]:
            raise CommandError("\n".join(faults))

    def move(self, old: Store, new: Store, journal: Journal) -> None:
        """Copy and compare what is not in the journal yet."""
        items = all_items()
        bar = Bar(self, len(items))
        done = moving.copy_all(items, source=old, target=new, journal=journal, step=bar.step)
        self.stdout.write(f"{done.objects} files were copied and compared, {spoken_size(done.bytes)}.")
        if done.nowhere:
            self.stdout.write(
                f"{done.nowhere} are in neither place: they were destroyed, or are still being sent. If in doubt, run: "
                "manage.py verify"
            )

    def finish(self, old: Store, new: Store, journal: Journal) -> None:
        """Remove what was moved from the old place."""
        items = all_items()
        bar = Bar(self, len(items))
        removed = moving.remove_old(items, source=old, target=new, journal=journal, step=bar.step)
        journal.end()
        self.stdout.write(f"{removed} files were removed from the old place.")

    def note(self, to: str, journal: Journal) -> None:
        """Note the move in the trail of each school."""
        for school_id in schools():
            with inside(school_id):
                count = len(names_here() & journal.names)
                moving.note_moved(to=to, objects=count, by=PROGRAM, at=timezone.now())


class Bar:
    """A bar that grows: on one line at a terminal, else a line at the end."""

    def __init__(self, command: BaseCommand, total: int) -> None:
        self._command, self._total, self._done = command, total, 0
        self._shown_at = -1.0

    def step(self) -> None:
        """One more."""
        self._done += 1
        out, at_end = self._command.stdout, self._done >= self._total
        if at_end or (out.isatty() and time.monotonic() > self._shown_at + 0.1):
            self._shown_at = time.monotonic()
            filled = _BAR * self._done // max(self._total, 1)
            bar = f"[{'#' * filled}{'.' * (_BAR - filled)}]"
            out.write(f"{bar} {self._done} of {self._total}", ending="\n" if at_end else "\r")
            out.flush()


def all_items() -> list[Item]:
    """The objects that rows name, of every school."""
    found: list[Item] = []
    for school_id in schools():
        with inside(school_id):
            found += [(school_id, name) for name in sorted(names_here())]
    return found


def schools() -> list[uuid.UUID]:
    """Every school of this installation."""
    return list(Wake.objects.order_by("school_id").values_list("school_id", flat=True))
