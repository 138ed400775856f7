"""Making the two secrets of a new installation, once. Neither is written over, or made up in place of a lost one."""

from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from forethought.evidence.disk import Disk, make_folders, write_all
from forethought.evidence.keys import BadKeyFile, make_master
from forethought.people.models import Wake


def make_secret(path: Path) -> None:
    """Make the key that signs sessions and codes: a file that only we may read. Raises FileExistsError."""
    disk = Disk()
    make_folders(disk, path.parent)
    fd = disk.create(path)
    try:
        write_all(disk, fd, f"{token_urlsafe(64)}\n".encode())
        disk.sync(fd)
    finally:
        disk.close(fd)
    disk.sync_folder(path.parent)


def holds_a_school() -> bool:
    """Whether the database already holds a school, whose records only its old keys open."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        # Asking would make the file, with whatever permissions this process happens to give.
        return False
    try:
        return Wake.objects.exists()
    except DatabaseError:
        return False


class Command(BaseCommand):
    """Makes the master key and Django's secret key of a new installation."""

    help = "Makes the keys of a new installation. Refuses when there is one already."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-new", action="store_true", help="do nothing when both keys are there")

    def handle(self, *args: Any, if_new: bool = False, **options: Any) -> None:
        master, secret = settings.MASTER_KEY_FILE, settings.SECRET_KEY_FILE
        found = [path for path in (master, secret) if path.exists()]
        if len(found) == 2 and if_new:
            return
        if found:
            raise CommandError(f"There is already a key at {found[0]}. A key is never written over.")
        if holds_a_school():
            raise CommandError(
                f"The database holds a school, so its keys existed. Put back the copies of {master} and {secret}: "
                "nothing sealed under them opens with new ones."
            )
        settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            make_secret(secret)
            make_master(master)
        except BadKeyFile as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Made {master} and {secret}.\nKeep a copy of both on paper or on a stick in the school safe, apart from "
            "the backups: without them nothing that was kept can be read."
        )
