"""What is made of records in a large school of the town: a copy with something cut, a bundle handed over, a hold."""

from builders import a_grant, an_upload
from bundle_acts import Handed
from town import MINUTE, Place

from forethought.evidence import custody, redacting
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import keep_records
from forethought.safeguarding import sealing_away

CHAT = b"From: Tim Example\r\nYou will see.\r\n"


def fill(place: Place) -> None:
    """A case with three records: a picture in a bundle, a text that was cut, and one that is sealed away."""
    world = place.world
    handed = Handed(world)
    case = place.note(handed.case)
    bundle = handed.made(by=case.manager)
    custody.hand_over_bundle(
        bundle=bundle,
        to="Pat Clerk",
        organisation="The tribunal",
        how="By hand",
        handed_at=handed.later(),
        by=case.manager,
        at=handed.later(),
    )
    hold = custody.place_hold(
        case_id=case.id,
        school_id=case.school_id,
        kind="claim",
        reason="A claim was sent.",
        by=case.manager,
        at=handed.later(),
    )
    custody.ask_to_lift(hold=hold, by=case.manager, at=handed.later())
    chat, wrong = (_kept(place, handed, name) for name in ("chat.txt", "other.txt"))
    redacting.redact_text(exhibit=chat, numbers={1}, passages=[], by=world.teacher, at=world.at + MINUTE)
    sealing_away.seal_away(exhibit=wrong, why="not_ours", words="", answers={}, by=world.teacher, at=world.at + MINUTE)


def _kept(place: Place, handed: Handed, name: str) -> Exhibit:
    world = place.world
    grant = a_grant(handed.draft, by=world.teacher, at=world.at)
    upload = an_upload(handed.draft, CHAT, name)
    return keep_records(grant=grant, kind="social", uploads=[upload], particulars={}, by=world.teacher, at=world.at)[0]
