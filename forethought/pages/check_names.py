"""Whose names a check knows: staff, and the pupils of a list where the school keeps one. Only for somebody signed in.

What was made of a list is remembered in this process, by the list's id, until another one is kept. It holds no draft.
"""

import threading
import uuid

from forethought.pages.asked import Request
from forethought.people.models import Person
from forethought.precheck.names import Roster
from forethought.roster import procedures
from forethought.roster.models import PupilList

#: As many schools as have lists in memory at once.
MOST = 4

_made: dict[uuid.UUID, tuple[uuid.UUID | None, int, Roster]] = {}
_lock = threading.Lock()


def roster_for(request: Request) -> Roster | None:
    """The names that a draft of this request is read with; none for whoever is not signed in. Policy 6.3."""
    if request.viewer is None:
        return None
    school, row = request.viewer.person.school_id, procedures.kept_list()
    staff = list(Person.objects.filter(left_at__isnull=True).order_by("pk").values_list("name", flat=True))
    asked = (row.pk if row else None, hash(tuple(staff)))
    with _lock:
        known = _made.get(school)
    if known is not None and known[:2] == asked:
        return known[2]
    made = _roster(row, staff)
    with _lock:
        # In the place of the one before, so that names of a list that was removed do not stay.
        _made.pop(school, None)
        while len(_made) >= MOST:
            _made.pop(next(iter(_made)))
        _made[school] = (*asked, made)
    return made


def _roster(row: PupilList | None, staff: list[str]) -> Roster:
    rows = [one.row() for one in procedures.names_in(row)] if row else []
    for name in staff:
        first, _, last = name.partition(" ")
        rows.append({"role": "staff", "first": first, "last": last, "known_as": "", "class": ""})
    return Roster.from_rows(rows)


def forget(school: uuid.UUID) -> None:
    """Forget the names of a school's list, which was removed or replaced."""
    with _lock:
        _made.pop(school, None)
