"""Who is on duty at an instant: the rota first, then the senior managers in order, then the head.

Nights, weekends, bank holidays and school holidays are no different: the 24 hours do not pause for them. Policy 8.3.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from forethought.core.clock import london, utc
from forethought.people.cast import PersonId

_EVENING, _MORNING = time(17), time(7)


@dataclass(frozen=True)
class Shift:
    """A stretch on the rota, or away. It begins at `starts_at` and is over at `ends_at`; None has no end yet. UTC."""

    person: PersonId
    starts_at: datetime
    ends_at: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether it runs at that instant: at its very start, no longer at its very end."""
        return utc(self.starts_at) <= utc(at) and (self.ends_at is None or utc(at) < utc(self.ends_at))


#: Being away has the same shape.
Away = Shift


@dataclass(frozen=True)
class Duty:
    """Who is on duty, as what, and the sentence for the page. `person` is None when nobody can be."""

    person: PersonId | None
    role: str
    sentence: str


def on_duty(
    at: datetime,
    *,
    shifts: Sequence[Shift] = (),
    senior_managers: Sequence[PersonId] = (),
    head: PersonId | None = None,
    away: Collection[Away] = (),
    excluded: Collection[PersonId] = (),
    roles: Mapping[PersonId, str] | None = None,
) -> Duty:
    """Who is on duty at that instant, leaving out who is away and who must not be asked.

    Of two shifts at once the one that began later is asked first: it was put in to change the other. `roles` says what
    to call somebody; the name is never used. Policy 8.3.
    """
    running = [shift for shift in shifts if shift.covers(at)]
    # reversed first: of two that begin together the later row wins, and the sort keeps that order.
    rota = [shift.person for shift in sorted(reversed(running), key=lambda shift: utc(shift.starts_at), reverse=True)]
    gone = {one.person for one in away if one.covers(at)}
    for person in (*rota, *senior_managers, *(() if head is None else (head,))):
        if person not in gone and person not in excluded:
            role = (roles or {}).get(person) or ("Headteacher" if person == head else "Senior manager")
            return Duty(person, role, f"On duty {_when(at)}: {role}.")
    return Duty(None, "", f"Nobody is on duty {_when(at)}. In danger now? Call 999.")


def _when(at: datetime) -> str:
    clock = london(at).time()
    return "tonight" if clock >= _EVENING or clock < _MORNING else "today"
