"""Personal links: the way in for somebody who is mailed something to read and has no account to sign in with.

The token is derived from the letter and kept nowhere, so a mail that is tried again carries the same one. It opens a
reading and what belongs to it, nothing of a case.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from forethought.people import codes
from forethought.people.models import Account, Doorway, Letter
from forethought.people.post import WITHOUT_ACCOUNT, Link

#: How long a personal link opens anything, from the last time its mail was tried.
LASTS = timedelta(days=14)


def personal_links(mails: Sequence[Sequence[Letter]], at: datetime) -> dict[uuid.UUID, Link]:
    """Make the links that these mails need, by the id of each one's first letter. Part of claiming, in its transaction.

    A mail needs one when it asks for something that can be done without an account, of somebody who has none. One whose
    link was ended since it was last tried gets none any more.
    """
    asking = [mail[0] for mail in mails if any(letter.kind in WITHOUT_ACCOUNT for letter in mail)]
    if not asking:
        return {}
    known = set(
        Account.objects.filter(person_id__in={letter.person_id for letter in asking}, is_active=True).values_list(
            "person_id", flat=True
        )
    )
    tokens = {letter: codes.personal_token(letter.id) for letter in asking if letter.person_id not in known}
    hashes = {letter: codes.key_hash("personal", token) for letter, token in tokens.items()}
    found = Doorway.objects.filter(key_hash__in=hashes.values(), kind="personal")
    # A link whose mail is tried again lasts as long as any other. One that was ended stays so.
    found.filter(ends_at__gt=at).update(ends_at=at + LASTS)
    Doorway.objects.bulk_create([_door(letter, key, at) for letter, key in hashes.items()], ignore_conflicts=True)
    live = found.filter(ends_at__gt=at).values_list("key_hash", "ends_at")
    ends = {bytes(key): ends_at for key, ends_at in live if ends_at is not None}
    return {
        letter.id: Link(f"{settings.SITE}/read/{token}/", ends[hashes[letter]])
        for letter, token in tokens.items()
        if hashes[letter] in ends
    }


def _door(letter: Letter, key: bytes, at: datetime) -> Doorway:
    assert letter.person_id is not None
    return Doorway(
        key_hash=key,
        kind="personal",
        school_id=letter.school_id,
        opens=letter.person_id,
        made_at=at,
        ends_at=at + LASTS,
    )
