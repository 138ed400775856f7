"""Who handles a matter, who sees it, and who is kept out of it.

Nobody handles a report about themselves, about somebody they work for, or about somebody they live with. The table is
reliability.md 3.3; it is asked again at every access and before every letter goes out, so it is a function of what is
true now and keeps nothing. Exclusion is by person: it outlasts a new name, a second account, leaving and coming back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from forethought.people.cast import Act, Answer, Cast, Facts, Outside, PersonId

#: Tries of one excluded person in a day, after which the case's manager is told. The person is not. Reliability.md 3.3.
TRIES_BEFORE_MANAGER_IS_TOLD = 3


class Office(StrEnum):
    """Who may be asked to handle a matter, in the order in which they are."""

    SENIOR = "a senior manager"
    HEAD = "the headteacher"
    LEAD = "a safeguarding lead"
    CHAIR = "the chair of governors"
    VICE_CHAIR = "the vice-chair of governors"
    TRUST_LEAD = "the trust lead"


class About(StrEnum):
    """What a subject is, for the table. Whoever is several is the first of these."""

    PROPRIETOR = "the proprietor"
    TRUST_LEAD = "the trust lead"
    HEAD = "the headteacher"
    CHAIR = "the chair of governors"
    PROTECTION = "the data protection officer"
    GOVERNOR = "a governor"
    DSL = "a safeguarding lead"
    SENIOR = "a senior manager"
    STAFF = "somebody who works or helps here"
    NOBODY = "nobody at the school"


_GOVERNING = (Office.CHAIR, Office.VICE_CHAIR, Office.TRUST_LEAD)

#: Who handles it, the first who can. Where nobody is left: the outside one. Policy 7.2.
TABLE: Mapping[About, tuple[Office, ...]] = {
    About.PROPRIETOR: (),
    About.TRUST_LEAD: (),
    About.HEAD: _GOVERNING,
    About.CHAIR: (Office.VICE_CHAIR, Office.TRUST_LEAD),
    About.PROTECTION: _GOVERNING,
    About.GOVERNOR: _GOVERNING,
    About.DSL: (Office.HEAD, Office.TRUST_LEAD),
    About.SENIOR: (Office.HEAD, *_GOVERNING),
    About.STAFF: (Office.HEAD, *_GOVERNING),
    # Nobody here is in it: whoever is on duty. The safeguarding lead is a senior leader, so comes before a governor.
    About.NOBODY: (Office.SENIOR, Office.HEAD, Office.LEAD, *_GOVERNING),
}


@dataclass(frozen=True)
class Route:
    """Where a matter goes.

    `seats` are the people on its list, with the reason: manager, head or lead. `excluded` never see it; `reasons` says
    why, for each. `told` hear that a case waits for a handler, and nothing else. `outside` is shown to the reporter.
    `why` are sentences with offices, never names.
    """

    manager: PersonId | Outside
    seats: Mapping[PersonId, str]
    reasons: Mapping[PersonId, str]
    sealed_hold: bool
    outside: Outside | None
    why: tuple[str, ...]
    told: frozenset[PersonId] = field(default_factory=frozenset)

    @property
    def on_list(self) -> frozenset[PersonId]:
        """Who sees it. Never an excluded person, the reporter, the person harmed or a witness."""
        return frozenset(self.seats)

    @property
    def excluded(self) -> frozenset[PersonId]:
        """Who must never see it, whatever their office."""
        return frozenset(self.reasons)


def route(cast: Cast, facts: Facts) -> Route:
    """Who handles a matter and who sees it, by the table of conflicts. Policy 7.2, 6.5."""
    matter = _Matter(cast, facts)
    why: list[str] = []
    manager, office = matter.manager()
    seats: dict[PersonId, str] = {}
    outside = matter.outside_at_once()
    if manager is None:
        outside = outside or matter.outside()
        why.append(f"Nobody at the school can handle this now. It waits, sealed, and {outside.name} is named instead.")
        return Route(outside, {}, matter.reasons, True, outside, tuple(why), matter.told())
    seats[manager] = "manager"
    why.append(f"{_first_capital(office)} handles this{matter.because(office)}.")
    if office in {Office.SENIOR, Office.LEAD} and cast.head is not None and matter.may_see(cast.head):
        seats.setdefault(cast.head, "head")
        why.append("The headteacher sees it too.")
    if matter.needs_lead:
        lead = matter.lead()
        if lead is None:
            outside = outside or matter.local_authority()
            why.append(f"No safeguarding lead can see this now. {_first_capital(outside.name)} is named instead.")
        else:
            seats.setdefault(lead, "lead")
            why.append(matter.why_lead())
    if cast.it_support & matter.subjects:
        why.append("Hand the machine's own pages to the trust or the supplier while this is open.")
    if matter.reasons:
        why.append("Nobody who may be part of it can see it.")
    return Route(manager, seats, matter.reasons, False, outside, tuple(why))


def eligible(act: Act, cast: Cast, facts: Facts) -> PersonId | Outside:
    """Who does an act of the case now: always a person who may, or else the outside one by name.

    The second person to be informed is never the one who acted. Policy 7.2, 8.7.
    """
    found = route(cast, facts)
    if act is not Act.SECOND_INFORMED or isinstance(found.manager, Outside):
        return found.manager
    matter = _Matter(cast, facts)
    first = facts.acts.get(Act.REPORT_TO_POLICE, found.manager)
    informed = [one for one in found.seats if one not in cast.away]
    informed += [one for one in matter.second_people() if matter.can_act(one)]
    return next((one for one in informed if one != cast.person(first)), found.outside or matter.outside())


def sees(found: Route, person: PersonId) -> bool:
    """Whether somebody is on the list: asked at every access, and again before a letter goes out. Policy 7.2."""
    return person in found.seats and person not in found.reasons


def why_not_let_back(*, person: PersonId, by: PersonId, cast: Cast, found: Route) -> str | None:
    """Why somebody does not end an exclusion. Never anybody whom it helps. Policy 7.2."""
    person, by = cast.person(person), cast.person(by)
    if by == person or by in found.excluded or frozenset({person, by}) <= _tied(cast, {person}):
        return "Nobody can undo this for themselves or for somebody close to them."
    if by != found.manager:
        return "Only the person who handles this can do that."
    return None


# ---------------------------------------------------------------------------------------------------------------


class _Matter:
    """The table, read for one matter."""

    def __init__(self, cast: Cast, facts: Facts) -> None:
        self.cast = cast
        self.subjects = {cast.person(one) for one in facts.subjects}
        self.head_is_subject = facts.head_maybe == Answer.YES
        # Anything but a plain no is not sure: an answer that got lost on the way must not lead to the head.
        self.head_unclear = facts.head_maybe not in {Answer.YES, Answer.NO}
        if self.head_is_subject and cast.head is not None:
            self.subjects.add(cast.head)
        self.unknown_staff = facts.unknown_staff
        self.child = facts.child_concerned != Answer.NO
        self.parties = {cast.person(one) for one in (*facts.affected, *facts.witnesses)}
        if facts.reporter is not None:
            self.parties.add(cast.person(facts.reporter))
        self.about = self._about()
        self.reasons = self._reasons({cast.person(one) for one in facts.conflicted})
        # Off the list, though not kept out: whoever works to a headteacher it is about, except a safeguarding lead.
        self.works_to_head: set[PersonId] = set()
        if self.head_is_in_it:
            staff_of_head = {who for who, boss in cast.line_managers.items() if boss == cast.head}
            self.works_to_head = staff_of_head | set(cast.senior_managers)

    # What it is about

    @property
    def head_is_in_it(self) -> bool:
        return bool({About.HEAD, About.PROPRIETOR} & set(self.about))

    @property
    def needs_lead(self) -> bool:
        return self.child or self.head_unclear

    def _about(self) -> list[About]:
        found = [_what(self.cast, one) for one in self.subjects]
        if (self.head_unclear or self.head_is_subject) and self.cast.head not in self.subjects:
            found.append(About.PROPRIETOR if self.cast.head_is_proprietor else About.HEAD)
        elif self.unknown_staff:
            found.append(About.STAFF)
        return found or [About.NOBODY]

    def _reasons(self, conflicted: set[PersonId]) -> dict[PersonId, str]:
        """Who is kept out, and why, in words that fit a row. The first reason stays."""
        cast, found = self.cast, dict.fromkeys(self.subjects, "May be part of it")
        if self.head_unclear and cast.head is not None:
            found.setdefault(cast.head, "Not cleared yet")
        in_it = list(found)
        for one in conflicted:
            found.setdefault(one, "Cannot act in this")
        for one in in_it:
            for near in _tied(cast, {one}) - {one}:
                found.setdefault(near, "Close to somebody in it")
            boss = cast.line_managers.get(one)
            if boss is not None and not self._is_in_table(boss):
                found.setdefault(boss, "Line manager of somebody in it")
        if self.head_is_in_it:
            for one in cast.head_assistants:
                found.setdefault(one, "Works for the headteacher")
        if cast.chair in self.subjects and cast.clerk is not None and cast.clerk_is_chairs_nominee:
            found.setdefault(cast.clerk, "Named by the chair")
        return found

    def _is_in_table(self, boss: PersonId) -> bool:
        """A line manager stays only where the table itself names them: the head for staff, the chair for the head."""
        return any(boss in self._holders(office) for office in self._chain() if office is not Office.SENIOR)

    # Who handles it

    def manager(self) -> tuple[PersonId | None, Office | None]:
        """The first who can act, with the office in which they do."""
        chain = self._chain()
        for office in chain:
            for person in self._holders(office):
                if self.can_act(person):
                    return person, office
            if office is Office.HEAD and self._head_is_only_away():
                for person in self._holders(Office.SENIOR):
                    if self.can_act(person):
                        return person, Office.SENIOR
        return None, None

    def _chain(self) -> list[Office]:
        """The offices that every row of the table allows. With several subjects: head, then chair, then trust."""
        rows = [TABLE[About.STAFF if one is About.DSL and len(self.about) > 1 else one] for one in self.about]
        return [office for office in rows[0] if all(office in row for row in rows)]

    def _holders(self, office: Office) -> tuple[PersonId, ...]:
        cast = self.cast
        one = {
            Office.HEAD: cast.head,
            Office.CHAIR: cast.chair,
            Office.VICE_CHAIR: cast.vice_chair,
            Office.TRUST_LEAD: cast.trust_lead,
        }.get(office)
        if office is Office.SENIOR:
            return tuple(one for one in cast.senior_managers if one != cast.head)
        if office is Office.LEAD:
            return self._leads()
        return () if one is None else (one,)

    def _head_is_only_away(self) -> bool:
        """A senior manager stands in for a head on holiday, in what is about staff; a conflict goes to the chair."""
        head = self.cast.head
        only_staff = set(self.about) == {About.STAFF} and not self.unknown_staff
        return only_staff and head in self.cast.away and self.may_see(head)

    def may_see(self, person: PersonId | None) -> bool:
        return person is not None and person not in self.reasons and person not in self.parties

    def can_act(self, person: PersonId | None) -> bool:
        """Not kept out, no part in it, not working to a headteacher in it, and not away."""
        return self.may_see(person) and person not in self.cast.away and person not in self.works_to_head

    # Who else

    def lead(self) -> PersonId | None:
        """The safeguarding lead, a deputy, or the head, the first who is free to see it."""
        free = [one for one in (*self._leads(), self.cast.head) if self.may_see(one) and one not in self.cast.away]
        return free[0] if free else None

    def why_lead(self) -> str:
        if self.child:
            return "A safeguarding lead sees it, because a child may be concerned."
        return "A safeguarding lead holds it too, until it is known who it is about."

    def _leads(self) -> tuple[PersonId, ...]:
        first = () if self.cast.dsl is None else (self.cast.dsl,)
        return first + self.cast.deputy_dsls

    def second_people(self) -> list[PersonId]:
        """Who may be told second of a report to the police, when nobody else is on the list."""
        offices = (Office.HEAD, Office.LEAD, Office.SENIOR, *_GOVERNING)
        return [one for office in offices for one in self._holders(office)]

    def told(self) -> frozenset[PersonId]:
        """Who hears that a case waits for a handler. Away or not: they may come back for it."""
        if About.PROPRIETOR in self.about:
            return frozenset()
        waiting = [one for office in _GOVERNING for one in self._holders(office)]
        return frozenset(one for one in waiting if self.may_see(one) and one not in self.works_to_head)

    # Outside

    def local_authority(self) -> Outside:
        return Outside("lado", self.cast.local_authority)

    def outside_at_once(self) -> Outside | None:
        """Shown from the start where the headteacher is the one it is about."""
        return self.local_authority() if self.head_is_in_it else None

    def outside(self) -> Outside:
        """Who is named when nobody inside is left."""
        if About.TRUST_LEAD in self.about:
            return Outside("trustees", self.cast.trustees_chair)
        child_protection = self.child or {About.DSL, About.CHAIR} & set(self.about)
        if self.cast.in_trust and not child_protection:
            return Outside("trust", self.cast.trust_board)
        return self.local_authority()

    def because(self, office: Office | None) -> str:
        if self.head_unclear:
            return ", because it may be about the headteacher"
        if About.NOBODY in self.about:
            return ""
        if office is Office.SENIOR:
            return " while the headteacher is away"
        return (
            ", because of who it may be about" if len(self.about) > 1 else f", because it may be about {self.about[0]}"
        )


def _what(cast: Cast, person: PersonId) -> About:
    """What somebody is, for the table. Of several offices the one that reaches furthest counts."""
    if person == cast.head:
        return About.PROPRIETOR if cast.head_is_proprietor else About.HEAD
    if person == cast.trust_lead:
        return About.TRUST_LEAD
    if person == cast.chair:
        return About.CHAIR
    if person == cast.protection_officer:
        return About.PROTECTION
    if person in {cast.vice_chair, cast.clerk} or person in cast.governors:
        return About.GOVERNOR
    if person == cast.dsl or person in cast.deputy_dsls:
        return About.DSL
    return About.SENIOR if person in cast.senior_managers else About.STAFF


def _tied(cast: Cast, people: set[PersonId]) -> frozenset[PersonId]:
    """Those people and everybody who declared that they share a household, contract or union duty with one of them."""
    near = [group for group in cast.ties if group & people]
    return frozenset(people).union(*near)


def _first_capital(words: str | None) -> str:
    return f"{words[0].upper()}{words[1:]}" if words else ""
