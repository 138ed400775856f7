"""Replacing keys: each school's key, or the installation's master key. Pages go on meanwhile."""

import base64
import os
import uuid
from binascii import Error as NotBase64
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from forethought.audit.procedures import PROGRAM
from forethought.backups import keeping
from forethought.core.errors import Refused
from forethought.evidence import keyring, keys, rotating
from forethought.evidence.disk import Disk
from forethought.evidence.keys import BadKeyFile, BrokenSeal, Key, load_master, make_master
from forethought.evidence.models import CaseKey
from forethought.pages.signin import SecondStep
from forethought.people.models import School, Wake
from forethought.rows import inside

_BAR = 30


class Command(BaseCommand):
    """Replaces school keys or the master key, goes on where it was stopped, and retires what nothing needs any more."""

    help = "Replaces the keys of schools, or with --master the installation's key. Safe to stop and start again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--master", action="store_true", help="replace the master key instead of the schools' keys")
        parser.add_argument("--school", type=uuid.UUID, help="this school alone")

    def handle(self, *args: Any, master: bool = False, school: uuid.UUID | None = None, **options: Any) -> None:
        if master and school:
            raise CommandError("The master key is one for all schools.")
        if master:
            try:
                # A backup copies the database first and the keys last: each would be of another master key.
                with keeping.alone():
                    self.replace_master()
            except keeping.Busy as busy:
                raise CommandError(str(busy)) from None
            return
        for one in [school] if school else schools():
            self.replace_school_key(one)

    # --- A school's key ---

    def replace_school_key(self, school_id: uuid.UUID) -> None:
        """Give a school a new key, unless an older one is still being replaced.

        The school is entered anew for each step: each is a transaction of its own, and nothing is remembered from
        before there was a new key.
        """
        with inside(school_id):
            if not School.objects.filter(pk=school_id).exists():
                raise CommandError(f"There is no school {school_id} here.")
            self.begin(school_id)
            total = CaseKey.objects.count()
        done = 0
        while wrapped := self.step(school_id):
            done += wrapped
            self.show(done, total)
        with inside(school_id):
            left = rotating.standing_keys()[1:]
        for old in left:
            with inside(school_id):
                self.retire(old)

    def begin(self, school_id: uuid.UUID) -> None:
        """Make the new key, in the school that was entered, unless there are two already."""
        standing = rotating.standing_keys()
        try:
            # Before anything new is made: under another installation's key it would be lost with that.
            for row in standing:
                keyring.open_school_key(school_id, row)
        except (BadKeyFile, BrokenSeal) as error:
            raise CommandError(str(error)) from None
        if len(standing) == 1:
            rotating.start_school_key(school_id=school_id, by=PROGRAM, at=timezone.now())
        else:
            self.stdout.write("Going on with what was begun before.")

    def step(self, school_id: uuid.UUID) -> int:
        """Wrap some more keys anew. How many."""
        with inside(school_id):
            return rotating.rewrap_some(school_id)

    def retire(self, old: Any) -> None:
        """Retire an old key of the school that was entered, or say what still needs it."""
        key_id = bytes(old.key_id)
        try:
            rotating.retire_school_key(key=old, by=PROGRAM, at=timezone.now())
        except Refused as refusal:
            self.stdout.write(f"The old key {key_id.hex()} stays. {refusal.sentence}")
            return
        self.stdout.write(f"Counted: nothing needs the old key {key_id.hex()}. It is destroyed.")

    # --- The master key ---

    def replace_master(self) -> None:
        """Make a new master key, wrap what lies under the old one anew, then put it in its place."""
        current, coming, last = settings.MASTER_KEY_FILE, keyring.next_master_file(), keyring.last_master_file()
        try:
            old = keyring.master()
            if not coming.exists() and last.exists() and self.needs(load_master(last)):
                # Stopped between the exchange of the files and the last look.
                new, old = old, load_master(last)
            else:
                new = load_master(coming) if coming.exists() else make_master(coming)
        except BadKeyFile as error:
            raise CommandError(str(error)) from None
        self.wrap_under(new)
        if coming.exists():
            exchange(disk=Disk())
        # What a page that was under way sealed with the old one meanwhile.
        self.wrap_under(new)
        if left := self.needs(old):
            raise CommandError(f"{left} things still need the old master key. Run this again.")
        self.stdout.write(
            f"Counted: nothing here needs the old master key {old.id.hex()}. The new one is {new.id.hex()}, "
            f"at {current}. Copy it to paper now.\nThe old one lies at {last}, for the backups made until today: keep "
            "it with them, apart from this machine, and remove it here."
        )

    def wrap_under(self, new: Key) -> None:
        """Wrap the keys of every school, and the secrets of second steps, under this key."""
        found = schools()
        for number, one in enumerate(found, start=1):
            with inside(one):
                rotating.change_master_key(school_id=one, new=new, by=PROGRAM, at=timezone.now())
            self.show(number, len(found))
        for row in Authenticator.objects.all():
            fresh = each_secret(row.data, lambda sealed: reseal(sealed, new))
            if fresh != row.data:
                Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=fresh)

    def needs(self, old: Key) -> int:
        """How many keys and secrets lie under this master key."""
        count = 0
        for one in schools():
            with inside(one):
                count += sum(keys.sealed_under(bytes(row.wrapped)) == old.id for row in rotating.standing_keys())

        def counted(sealed: bytes) -> bytes:
            nonlocal count
            count += keys.sealed_under(sealed) == old.id
            return sealed

        for row in Authenticator.objects.all():
            each_secret(row.data, counted)
        return count

    def show(self, done: int, total: int) -> None:
        """The bar: on one line at a terminal, else a line at the end."""
        filled = _BAR * done // max(total, 1)
        end = "\n" if done >= total else "\r"
        if self.stdout.isatty() or end == "\n":
            self.stdout.write(f"[{'#' * filled}{'.' * (_BAR - filled)}] {done} of {total}", ending=end)
            self.stdout.flush()


def schools() -> list[uuid.UUID]:
    """Every school of this installation."""
    return list(Wake.objects.order_by("school_id").values_list("school_id", flat=True))


def exchange(disk: Disk) -> None:
    """Put the new master key in the old one's place, in one step; the old one stays under another name."""
    current, coming, last = settings.MASTER_KEY_FILE, keyring.next_master_file(), keyring.last_master_file()
    last.unlink(missing_ok=True)
    os.link(current, last)
    disk.sync_folder(current.parent)
    disk.rename(coming, current)
    disk.sync_folder(current.parent)


def each_secret(data: Any, change: Callable[[bytes], bytes]) -> Any:
    """The data of a second step, with each secret in it that is sealed by us passed through `change`."""
    if isinstance(data, dict):
        return {name: each_secret(value, change) for name, value in data.items()}
    if isinstance(data, list):
        return [each_secret(value, change) for value in data]
    if not isinstance(data, str):
        return data
    try:
        sealed = base64.b64decode(data, validate=True)
    except (NotBase64, ValueError):
        return data
    if not sealed.startswith(keys.SEALED_TEXT):
        return data
    return base64.b64encode(change(sealed)).decode()


def reseal(sealed: bytes, new: Key) -> bytes:
    """A secret of a second step, sealed under another master key; as it is when it lies under that one already."""
    if keys.sealed_under(sealed) == new.id:
        return sealed
    try:
        plain = keys.open_text(sealed, key=keyring.master_above(sealed), about=SecondStep.PLACE)
    except (BadKeyFile, BrokenSeal):
        # Of an installation before this one. It opens for nobody as it is.
        return sealed
    return keys.seal_text(plain, key=new, about=SecondStep.PLACE)
