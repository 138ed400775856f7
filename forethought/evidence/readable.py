"""Whether a record may be read at all: by a program, which looks where no person asked to."""

from forethought.evidence.away_standing import away_among
from forethought.evidence.keys import BrokenSeal
from forethought.evidence.models import Exhibit, ExhibitKey
from forethought.evidence.procedures import said_of


def may_be_read(exhibit: Exhibit) -> bool:
    """Whether what a record holds may be read out, fingerprinted or searched.

    Only what was kept through the gate, and has neither been sealed away nor destroyed since.

    Asked before a byte is opened, and again in the transaction that keeps what was read. law.md 1.4; Policy 7.4.
    """
    if not exhibit.object_name or away_among([exhibit.pk]):
        return False
    if not ExhibitKey.objects.filter(exhibit=exhibit).exclude(wrapped=b"").exists():
        # Destroyed.
        return False
    try:
        return not said_of(exhibit).get("gated")
    except BrokenSeal:
        # What was said of it was put there from elsewhere. Whether it may be read cannot be told, so it is not.
        return False
