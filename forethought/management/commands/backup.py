"""Making a backup now. The worker makes one every hour by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from forethought.backups import keeping, letting_go, procedures
from forethought.backups.places import NoPlace
from forethought.core.errors import Refused
from forethought.core.key_file import BadKeyFile
from forethought.evidence.store import StoreAway, spoken_size
from forethought.pages.door_rules import BACKERS
from forethought.people.models import Wake
from forethought.rows import inside


class Command(BaseCommand):
    """Makes one backup in each place that is set, and lets old ones go."""

    help = "Makes a backup now, in each place that is set."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="the places are new: make them")
        parser.add_argument("--list", action="store_true", help="show the backups that are there, and make none")
        parser.add_argument(
            "--take-over",
            metavar="ADDRESS",
            help="this installation takes the places from the one that had them; the mail address of who says so",
        )

    def handle(
        self, *args: Any, new: bool = False, list: bool = False, take_over: str | None = None, **options: Any
    ) -> None:
        try:
            if take_over:
                self.take_over(take_over)
            if list:
                self.list()
                return
            with keeping.alone():
                keys_to = keeping.place_of_keys(new=new)
                for place in keeping.places(new=new):
                    at = timezone.now()
                    letting_go.clear_unfinished(place, at=at)
                    made = keeping.back_up(place, at=at, keys_to=keys_to)
                    gone = letting_go.let_go(place, keys_to=keys_to, at=at, objects_too=True)
                    self.stdout.write(
                        f"{place.address}: backup {made.manifest.name} is whole. Files of records: "
                        f"{made.manifest.objects}, new ones {made.new_objects} ({spoken_size(made.new_bytes)}). "
                        f"Older backups that went: {gone}."
                    )
        except keeping.Busy as busy:
            raise CommandError(str(busy)) from None
        except (NoPlace, BadKeyFile, StoreAway) as error:
            raise CommandError(f"There is no new backup. {error}") from None
        except OSError as error:
            raise CommandError(f"There is no new backup: {error}. The earlier ones are as they were.") from None
        if keys_to is None:
            self.stdout.write(
                "The school’s keys are in no backup, because FORETHOUGHT_BACKUP_KEYS_TO is not set. Keep the copy of "
                "them in the safe: without it nobody can read what is restored."
            )

    def take_over(self, address: str) -> None:
        """Take the places over, in the name of a person who may."""
        for school_id in Wake.objects.order_by("school_id").values_list("school_id", flat=True):
            with inside(school_id):
                at = timezone.now()
                held = procedures.holders(BACKERS, at)
                person = next((one for one in held if one.email.lower() == address.lower()), None)
                if person is not None:
                    try:
                        taken = procedures.take_over_places(by=person, at=at)
                    except Refused as refusal:
                        raise CommandError(refusal.sentence) from None
                    self.stdout.write(f"Places that this installation took over: {taken}. It is in the school’s trail.")
                    return
        raise CommandError("Nobody of that address holds an office that sees to backups, such as headteacher or IT.")

    def list(self) -> None:
        """Show what is there."""
        for place in keeping.places():
            for name in keeping.whole_backups(place):
                self.stdout.write(f"{place.address}: {name}")
