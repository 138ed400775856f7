"""Making the three secrets of a new installation, once. None is written over, or made up in place of a lost one."""

from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from forethought.audit import log_key
from forethought.audit.checkpoints import signing_key
from forethought.audit.models import Checkpoint
from forethought.evidence.disk import Disk, make_folders, write_all
from forethought.evidence.keys import BadKeyFile, make_master
from forethought.people.models import Wake
from forethought.rows import inside


def make_secret(path: Path, line: str) -> None:
    """Make a file of one line that only we may read. Raises FileExistsError."""
    disk = Disk()
    make_folders(disk, path.parent)
    fd = disk.create(path)
    try:
        write_all(disk, fd, line.encode())
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


def holds_a_checkpoint() -> bool:
    """Whether a trail was signed here, under a key that must then have existed."""
    try:
        for school_id in list(Wake.objects.values_list("school_id", flat=True)) if holds_a_school() else []:
            with inside(school_id):
                if Checkpoint.objects.exists():
                    return True
    except DatabaseError:
        return False
    return False


class Command(BaseCommand):
    """Makes the master key, the key that signs checkpoints, and Django's secret key of a new installation."""

    help = "Makes the keys of a new installation. Refuses when there is one already."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-new", action="store_true", help="do nothing when the keys are there")
        parser.add_argument("--log", action="store_true", help="make the log key alone, which signs checkpoints")
        parser.add_argument("--lost", action="store_true", help="with --log: the one there was is lost for good")
        parser.add_argument("--public", action="store_true", help="show the public key of each school's log")

    def handle(
        self, *args: Any, if_new: bool = False, log: bool = False, lost: bool = False, public: bool = False, **o: Any
    ) -> None:
        master, secret = settings.MASTER_KEY_FILE, settings.SECRET_KEY_FILE
        found = [path for path in (master, secret) if path.exists()]
        if public:
            self.show_public()
        elif log or (if_new and len(found) == 2):
            # An installation from before there were checkpoints has the other two.
            self.make_log_key(if_new=if_new, lost=lost)
        elif found:
            raise CommandError(f"There is already a key at {found[0]}. A key is never written over.")
        else:
            self.make_all()

    def make_all(self) -> None:
        """Make the keys of an installation that has none."""
        master, secret, log = settings.MASTER_KEY_FILE, settings.SECRET_KEY_FILE, settings.LOG_KEY_FILE
        if holds_a_school():
            raise CommandError(
                f"The database holds a school, so its keys existed. Put back the copies of {master} and {secret}: "
                "nothing sealed under them opens with new ones."
            )
        if log.exists():
            raise CommandError(f"There is already a key at {log}. A key is never written over.")
        settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            make_secret(secret, f"{token_urlsafe(64)}\n")
            make_secret(log, log_key.new_line())
            make_master(master)
        except BadKeyFile as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Made {master}, {log} and {secret}.\nKeep a copy of all three on paper or on a stick in the school safe, "
            "apart from the backups: without the first nothing that was kept can be read."
        )

    def make_log_key(self, *, if_new: bool, lost: bool) -> None:
        """Make the key that signs checkpoints, where there was none; or in place of one that is lost for good."""
        path = settings.LOG_KEY_FILE
        if path.exists():
            if if_new:
                return
            raise CommandError(f"There is already a key at {path}. A key is never written over.")
        if holds_a_checkpoint() and not lost:
            raise CommandError(
                f"The trail was signed here before, so its key existed. Put back the copy of {path}. If it is lost for "
                "good, say so with --log --lost: checkpoints from before then no longer name this log."
            )
        make_secret(path, log_key.new_line())
        self.stdout.write(f"Made {path}. Keep a copy of it beside that of the master key.")

    def show_public(self) -> None:
        """Show what checkpoints and bundles are checked with. Everybody may know it."""
        for school_id in Wake.objects.order_by("school_id").values_list("school_id", flat=True):
            try:
                self.stdout.write(signing_key(school_id).public().to_text())
            except BadKeyFile as error:
                raise CommandError(str(error)) from None
