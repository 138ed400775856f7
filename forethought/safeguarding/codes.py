"""The code with which somebody without an account comes back to what they told."""

from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.people import codes
from forethought.people.models import Doorway
from forethought.safeguarding.models import Concern

#: A second press of Send gives another code, because the first was never seen. Of more than these the oldest end.
CODES = 5


def concern_code(*, concern: Concern, by: Actor, at: datetime) -> str:
    """Give a visitor a code to come back with. Only a keyed hash of it is kept. Policy 6.5."""
    with acting("safeguarding.concern_code", by=by, at=at, about=concern.id, case_id=concern.case_id):
        code = codes.receipt_code()
        Doorway.objects.create(
            key_hash=codes.key_hash("receipt", codes.tidy(code)),
            kind="receipt",
            school_id=concern.school_id,
            opens=concern.id,
            made_at=at,
        )
        mine = Doorway.objects.filter(kind="receipt", opens=concern.id, ends_at__isnull=True).order_by("-made_at")
        Doorway.objects.filter(key_hash__in=list(mine.values_list("key_hash", flat=True)[CODES:])).update(ends_at=at)
    return code
