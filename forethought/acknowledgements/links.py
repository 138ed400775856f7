"""Coming in by a personal link: whose it is, that the name fits, and the short visit that it opens.

None of it is an act: who opens a link has done nothing yet. What somebody types as their name is kept nowhere.
"""

from datetime import datetime, timedelta

from django.db.models import F

from forethought.acknowledgements import rules
from forethought.people import codes
from forethought.people.models import Doorway, Person

#: How long somebody may read after a name that fits.
VISIT = timedelta(hours=2)


def person_behind(door: Doorway) -> Person | None:
    """Whose link it is, unless they have left. For the school that was entered. Policy 2.5."""
    return Person.objects.select_related("school").filter(pk=door.opens, left_at__isnull=True).first()


def opens_to(*, door: Doorway, typed: str, name: str, at: datetime) -> bool:
    """Whether a typed name opens a personal link, each wrong one counted; with too many the link ends. Policy 2.5.

    Part of coming in. It is counted before it is looked at, so that many at once are no more than so many tries.
    """
    live = Doorway.objects.filter(pk=door.pk, ends_at__gt=at)
    if not live.filter(tries__lt=rules.MOST_NAMES).update(tries=F("tries") + 1):
        return False
    if rules.is_their_name(typed, name):
        live.update(tries=F("tries") - 1)
        return True
    live.filter(tries__gte=rules.MOST_NAMES).update(ends_at=at)
    return False


def is_live(*, door: Doorway, at: datetime) -> bool:
    """Whether a link still opens anything, asked anew. Policy 2.5."""
    return Doorway.objects.filter(pk=door.pk, ends_at__gt=at).exists()


def open_visit(*, door: Doorway, at: datetime) -> str:
    """Let somebody in whose name fitted. Part of coming in. The token is for a cookie; only a keyed hash is kept."""
    token = codes.new_token()
    Doorway.objects.create(
        key_hash=codes.key_hash("reader", token),
        kind="reader",
        school_id=door.school_id,
        opens=door.opens,
        made_at=at,
        ends_at=at + VISIT,
    )
    return token


def end_visit(*, token: str, at: datetime) -> None:
    """End a visit now. Part of leaving."""
    Doorway.objects.filter(key_hash=codes.key_hash("reader", token), kind="reader", ends_at__gt=at).update(ends_at=at)
