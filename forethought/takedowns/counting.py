"""Gathering what the figures of takedowns are made from: one plain row for each, without a name or an address."""

from collections.abc import Sequence
from datetime import datetime

from forethought.cases.silence import kept_from
from forethought.people.models import Person
from forethought.policies.media import Known, look_up
from forethought.policies.naming_media import own_media
from forethought.takedowns.figures import OTHERS, Taken
from forethought.takedowns.models import Takedown
from forethought.takedowns.procedures import target_of
from forethought.takedowns.targets import Target, shown_host

#: How it was first asked for.
NOBODY = "Nobody was asked"
_FIRST = {
    "N1": "A report in the app or site",
    "N2": "A letter to the host",
}


def taken_since(since: datetime, *, person: Person) -> list[Taken]:
    """Each takedown first on the clock since an instant (UTC). Cases that this person is kept out of are not counted.

    A count would tell them. What was withdrawn is left out: nobody waited for it. Policy 8.3.
    """
    own = own_media()
    found = (
        Takedown.objects.filter(reported_at__gte=since)
        .exclude(status="withdrawn")
        .exclude(case__in=kept_from(person))
        .select_related("case")
        .prefetch_related("notices")
        .order_by("reported_at")
    )
    return [_taken(one, own) for one in found]


def _taken(one: Takedown, own: Sequence[Known]) -> Taken:
    target, _ = target_of(one)
    return Taken(
        medium=medium_of(target, own),
        route=_route_of(one),
        reported_at=one.reported_at,
        asked_at=one.asked_at,
        gone_at=one.seen_gone_at if one.status in {"gone", "amended"} else None,
    )


def medium_of(target: Target, own: Sequence[Known] = ()) -> str:
    """The app or site by its usual name; others stand together, so that no small website is named. Policy 4.2."""
    host = shown_host(target.address).removeprefix("www.") if target.address else ""
    for words in (target.platform, host.split(".")[0], host.replace(".", " ")):
        found = look_up(words, own).medium if words else None
        if found is not None:
            return found.name
    return OTHERS


def _route_of(one: Takedown) -> str:
    notices = sorted(one.notices.all(), key=lambda notice: notice.sent_at)
    if one.status == "handed" or any(notice.rung == "person" for notice in notices):
        return "The person’s own complaint"
    if notices:
        return _FIRST.get(notices[0].kind, "A further step")
    return "The author alone" if one.asked_at else NOBODY
