"""Whether a copy of the master key lies in the safe: shown by typing back the end of the line that stands on it.

The end is the check against slips in copying, a hash of the line. Neither the key nor the check is ever shown here.
"""

import hmac
import uuid
from datetime import datetime

from forethought.audit.models import Entry
from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.evidence import keyring, keys
from forethought.founding import rules
from forethought.people.models import School
from forethought.prepared import Prepared

_noted = Prepared(
    lambda key: Entry.objects.filter(about=key, verb="founding.note_key_copy").values_list("seq")[:1], uuid.UUID
)


def note_key_copy(*, school: School, typed: str, by: Actor, at: datetime) -> None:
    """Note that somebody held a copy of the master key in their hands. Another key asks for it anew. Policy 2.5."""
    key = keyring.master()
    fits = hmac.compare_digest("".join(typed.lower().split()).encode(), keys.check_of(key).encode())
    insist(rules.why_not_key_copy(fits=fits), "2.5")
    with acting("founding.note_key_copy", by=by, at=at, about=uuid.UUID(bytes=key.id)):
        pass


def has_key_copy() -> bool:
    """Whether that was noted at this school for the master key in use."""
    return bool(_noted(uuid.UUID(bytes=keyring.master().id)))
