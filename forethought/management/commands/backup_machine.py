"""Making a second machine for backups known: its key is compared by a person, and the line that lets us in is shown."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from forethought.backups import introducing
from forethought.backups.far_address import is_far
from forethought.backups.places import NoPlace


def typed(asked: str) -> str:
    """What somebody types, or nothing when nobody is there."""
    sys.stdout.write(asked)
    sys.stdout.flush()
    return sys.stdin.readline()


class Command(BaseCommand):
    """Introduces this machine and a second one to each other."""

    help = "Makes a second machine for backups known. Run it again once the line it shows is there."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="sftp://name@host/folder, with :port after the host for another than 22")
        parser.add_argument("--fingerprint", default="", help="what the machine’s key must be (SHA256:…), for scripts")
        parser.add_argument("--another-key", action="store_true", help="sign in with a new key from now on")

    def handle(self, *args: Any, address: str, fingerprint: str, another_key: bool, **options: Any) -> None:
        try:
            if another_key:
                set_here = [one for one in [*settings.BACKUP_TO, settings.BACKUP_KEYS_TO] if is_far(one)]
                done = introducing.sign_in_with_another_key([address, *set_here], say=self.stdout.write)
            else:
                done = introducing.introduce(address, say=self.stdout.write, ask=typed, fingerprint=fingerprint)
        except NoPlace as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"It could not be done: {error}.") from None
        if not done:
            raise CommandError("Not yet.")
        if not another_key:
            self.stdout.write("Next, if it is new: manage.py backup --new")
