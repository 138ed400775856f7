"""How the trail stands, for the page on it: never a size, never a root, and no time from which an act could be read.

Whoever sees this page may be kept out of a case. So it says whether all is in order, and by days where something is not
(docs/decisions/0021).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forethought.audit import stamps
from forethought.audit.checkpoints import OWN_VERBS, newest
from forethought.audit.codes import read_code
from forethought.audit.models import Checkpoint, Entry, TimeStamp, Verification
from forethought.audit.tree import Frontier

#: A round takes ten minutes. What is older than two rounds should be signed, and stamped.
LATE = timedelta(minutes=20)


@dataclass(frozen=True)
class Stamped:
    """How one authority stands: its name, whether the newest checkpoint has its stamp, and its last one's time."""

    name: str
    current: bool
    last_at: datetime | None


def is_signed(at: datetime) -> bool:
    """Whether everything older than twenty minutes is under a checkpoint."""
    last = newest()
    left = Entry.objects.filter(seq__gte=last.size if last else 0, at__lt=at - LATE).exclude(verb__in=OWN_VERBS)
    return not left.exists()


def stamped(at: datetime) -> list[Stamped]:
    """How each authority stands that this installation asks. Raises ValueError when one's certificates are unusable."""
    found = []
    for authority in stamps.authorities():
        owed = stamps.owed_by(authority)
        last = TimeStamp.objects.filter(authority=authority.name).order_by("-kept_at").first()
        current = owed is None or owed.made_at > at - LATE
        found.append(Stamped(authority.name, current, last.gen_at if last else None))
    return found


def last_verification() -> Verification | None:
    """When everything was last worked out anew, and what came of it."""
    found: Verification | None = Verification.objects.order_by("-verified_at").first()
    return found


def still_holds(typed: str) -> bool:
    """Whether the trail grew from the state that a code is of, worked out from its entries. Raises ValueError.

    Everything else is the same plain no, whatever was typed, so that nobody learns how long the trail is.
    """
    code = read_code(typed)
    low = bytes.fromhex(code)
    fitting = Checkpoint.objects.filter(root__gte=low + bytes(24), root__lte=low + b"\xff" * 24)
    for checkpoint in fitting.order_by("size"):
        leaves = Entry.objects.filter(seq__lt=checkpoint.size).order_by("seq").values_list("leaf", flat=True)
        tree = Frontier().extend(bytes(leaf) for leaf in leaves.iterator(chunk_size=5000))
        if tree.size == checkpoint.size and tree.root() == bytes(checkpoint.root):
            return True
    return False
