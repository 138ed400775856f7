"""Whether two records are the same file, or two pictures look the same, within what somebody may see.

Nothing is indexed for this: a fingerprint in the clear would let whoever steals the database ask whether a school has
a file that they have, and see which cases share one. PDQ fingerprints lie sealed with what was read out of a picture,
and are compared in memory (evidence.md 3.7).
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from forethought.evidence.derived import last_of, words_of
from forethought.evidence.models import Exhibit
from forethought.evidence.readable import may_be_read

#: Of 256 bits. Unrelated pictures differ in about 128; the nearest of 780 pairs in 102.
NEAREST = 31
#: Below this, a picture is too flat to have a fingerprint.
LEAST_QUALITY = 50


@dataclass(frozen=True, slots=True)
class Copies:
    """The other records that are the same file, byte for byte; the pictures that look the same, with how far off."""

    same: tuple[Exhibit, ...]
    alike: tuple[tuple[Exhibit, int], ...]

    def __bool__(self) -> bool:
        return bool(self.same or self.alike)


def look_alike(one: str, other: str) -> int | None:
    """In how many of 256 bits two PDQ fingerprints (64 hex digits) differ, if that is few enough to be one picture."""
    apart = (int(one, 16) ^ int(other, 16)).bit_count()
    return apart if apart <= NEAREST else None


def copies_in(exhibit: Exhibit, case_ids: Collection[uuid.UUID]) -> Copies:
    """What these cases hold that is the same as a record. Other schools' are never looked at: no query reaches them.

    The caller names the cases that the viewer may see. Policy 7.3.
    """
    if exhibit.sha256 is None or not may_be_read(exhibit):
        return Copies((), ())
    others = Exhibit.objects.filter(case_id__in=case_ids).exclude(pk=exhibit.pk).exclude(object_name="")
    same = [one for one in others.filter(size=exhibit.size, sha256=bytes(exhibit.sha256)) if may_be_read(one)]
    return Copies(tuple(same), tuple(_alike(exhibit, others.exclude(pk__in=[one.pk for one in same]))))


def _alike(exhibit: Exhibit, others: "Collection[Exhibit]") -> list[tuple[Exhibit, int]]:
    own = last_of([exhibit], "picture").get(exhibit.id)
    mark = _mark(words_of(own["picture"])) if own else None
    if mark is None:
        return []
    found = []
    for rows in last_of(others, "picture").values():
        row = rows["picture"]
        theirs = _mark(words_of(row))
        apart = look_alike(mark, theirs) if theirs else None
        if apart is not None and may_be_read(row.exhibit):
            found.append((row.exhibit, apart))
    return sorted(found, key=lambda pair: pair[1])


def _mark(said: dict[str, object]) -> str | None:
    """The fingerprint of a picture, if it is worth something."""
    return str(said["pdq"]) if said.get("pdq") and int(str(said["quality"])) >= LEAST_QUALITY else None
