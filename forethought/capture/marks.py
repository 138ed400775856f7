"""What pictures are compared by: their PDQ fingerprints, worked out in a process behind the fence of core/fence.py.

Pictures of a page come from strangers, and the libraries that read them have had holes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from forethought.core import fence

_START = (
    "import sys; sys.path.append(sys.argv[1]); from forethought.capture._mark_reader import answer; "
    "answer(sys.argv[2:])"
)
_SECONDS, _MOST_OUT = 40.0, 100_000

#: Of one page, and of one picture in bytes.
MOST_PICTURES, MOST_BYTES = 12, 6_000_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A picture's PDQ fingerprint, 64 hex digits, and its quality up to 100."""

    pdq: str
    quality: int


def marks_of(pictures: Sequence[bytes]) -> list[Mark | None]:
    """The fingerprint of each picture, None where it cannot be read as one. Never raises for what is in them."""
    sizes = [len(one) for one in pictures]
    if not sizes:
        return []
    try:
        said = fence.apart(
            _START,
            [],
            pictures,
            wait=_SECONDS,
            most_in=MOST_PICTURES * MOST_BYTES,
            most_out=_MOST_OUT,
            options=sizes,
        )
        found = json.loads(said)
        return [Mark(str(one[0]), int(one[1])) if one else None for one in found]
    except (fence.Unanswered, fence.TooMuch, ValueError, TypeError, IndexError):
        return [None] * len(sizes)
