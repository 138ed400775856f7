"""What a look of the program is compared with: the first capture of the address, which somebody had made.

No capture, no look: whoever had the page captured answered the gate for it and wanted it visited (decision 29).
"""

from contextlib import suppress
from typing import Any

from forethought.capture.addresses import NotAllowed, read_address
from forethought.cases.capture_models import Capture
from forethought.evidence import keyring
from forethought.evidence.away_standing import SealedAway, away_in
from forethought.evidence.gate import Outcome
from forethought.evidence.models import Exhibit, Grant
from forethought.evidence.procedures import said_of
from forethought.evidence.reading import Damaged, content_of
from forethought.policies.naming_media import own_media
from forethought.takedowns.counting import medium_of
from forethought.takedowns.figures import OTHERS
from forethought.takedowns.models import Takedown
from forethought.takedowns.observed import Captured, Picture
from forethought.takedowns.procedures import target_of
from forethought.takedowns.rules import Status
from forethought.takedowns.seeing import Before

_MOST_TEXT = 2_000_000

NOTHING_CAPTURED = (
    "The page was not captured here while it could be seen, so the program has nothing to compare with. Somebody looks."
)


def why_not_visit(takedown: Takedown) -> str | None:
    """Why the program does not visit the address of a takedown. Policy 8.5."""
    if takedown.target != "address":
        return "There is no web address, so only somebody inside can look."
    if takedown.status == Status.WITHDRAWN:
        return "This was withdrawn. Open it again first."
    stopped = Grant.objects.filter(case_id=takedown.case_id).exclude(verdict=Outcome.PASS)
    if stopped.exists() or away_in(takedown.case_id):
        return (
            "Something in this case must not be looked at again. Wait for word from the police, the Internet Watch "
            "Foundation or the site."
        )
    target, _ = target_of(takedown)
    try:
        address = read_address(target.address)[1]
    except NotAllowed as why:
        return why.sentence
    return None if _kept(takedown, address) else NOTHING_CAPTURED


def before_of(takedown: Takedown) -> Before | None:
    """What was captured of the address first, while the site still showed something. None where nothing was."""
    target, _ = target_of(takedown)
    try:
        address = read_address(target.address)[1]
    except NotAllowed:
        return None
    kept = _kept(takedown, address)
    if not kept:
        return None
    said = next((one for one in kept if (one["facts"]["status"] or 0) < 400), kept[0])
    facts = said["facts"]
    pictures = facts.get("pictures", [])
    return Before(
        address=address,
        status=facts["status"],
        captured=Captured(
            text=_words(said["exhibits"]),
            pictures=tuple(Picture(one["pdq"], one["quality"]) for one in pictures),
            # Every app and site that is known by name has private accounts, and tells strangers no difference.
            hides_private=medium_of(target, own_media()) != OTHERS,
        ),
        picture_addresses=tuple(one["address"] for one in pictures),
    )


def _kept(takedown: Takedown, address: str) -> list[dict[str, Any]]:
    """What is known of each capture of this address that was kept, the oldest first."""
    rows = Capture.objects.filter(case=takedown.case_id, ended="kept").order_by("asked_at", "id")
    found = [keyring.words(row, case_id=takedown.case_id) for row in rows]
    return [said for said in found if said["address"] == address]


def _words(ids: list[str]) -> str:
    """The captured words. Nothing where they were sealed away or no longer open."""
    for exhibit in Exhibit.objects.filter(pk__in=ids).order_by("id"):
        if said_of(exhibit).get("file_name") == "words.txt":
            with suppress(SealedAway, Damaged, OSError):
                return b"".join(content_of(exhibit)).decode("utf-8", "replace")[:_MOST_TEXT]
    return ""
