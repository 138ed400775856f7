"""How backups stand, for the page and the head's home: days and minutes, never how much there is."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from forethought.backups import rules
from forethought.backups.far_address import is_far, read_address, why_not
from forethought.backups.far_machine import is_confirmed, is_unsure
from forethought.backups.models import Backing, Drill
from forethought.people.models import Alarm


@dataclass(frozen=True)
class Far:
    """How second machines stand: whether a person has confirmed each one’s key, and whether each promises fsync."""

    is_confirmed: bool
    is_sure: bool


@dataclass(frozen=True)
class Standing:
    """What is known: whether a place is set, the last good backup and test with its faults, whether a place is
    another installation's, whether files could not be locked anew, and the last drill.

    `far` says of second machines, if one is set, whether each is confirmed and promises to outlast a power cut.
    """

    is_set: bool
    keys_are_set: bool
    backed_up_at: datetime | None
    tried_at: datetime | None
    faults: int
    elsewhere: bool
    lock_failing: bool
    drill: Drill | None
    far: Far | None = None

    def wrong(self, at: datetime) -> str | None:
        """What is wrong with the backups, in a sentence for the head; nothing when all is well."""
        if not self.is_set:
            return "There is no backup. If the server failed now, everything would be lost."
        if self.elsewhere:
            return "The place for backups belongs to another installation, so none is made there."
        if self.backed_up_at is None:
            return "There has been no backup yet."
        if at - self.backed_up_at > rules.TOLD_AFTER:
            return "There has been no good backup for more than a day."
        if self.faults:
            return "The last backup did not pass its test. It may not come back whole."
        if self.lock_failing:
            return "Files in the bucket could not be locked anew. Whoever takes over the server could delete them."
        return None


def standing() -> Standing:
    """How the backups of the school that was entered stand."""
    row = Backing.objects.first()
    return Standing(
        is_set=bool(settings.BACKUP_TO),
        keys_are_set=bool(settings.BACKUP_KEYS_TO),
        backed_up_at=row.backed_up_at if row else None,
        tried_at=row.tried_at if row else None,
        faults=row.faults if row else 0,
        elsewhere=bool(row and row.elsewhere),
        lock_failing=Alarm.objects.filter(kind="lock_failing", rung_at__isnull=True).exists(),
        drill=Drill.objects.order_by("-drilled_at").first(),
        far=_far(),
    )


def _far() -> Far | None:
    """Of the second machines that are set; nothing is asked of them."""
    named = [one for one in [*settings.BACKUP_TO, settings.BACKUP_KEYS_TO] if is_far(one)]
    if not named:
        return None
    return Far(
        is_confirmed=all(why_not(one) is None and is_confirmed(read_address(one)) for one in named),
        is_sure=not any(is_unsure(one) for one in named),
    )
