"""Who looks into a matter, who decides it and who hears an appeal: chosen, refused, stepping back.

Every choice is asked of the conflict rules anew: never the person reported, never anybody kept out, never anybody with
a part in what happened, and never one person in two parts.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from forethought.audit.procedures import acting
from forethought.cases import granting
from forethought.cases.grant_rules import LENGTHS
from forethought.cases.models import Capacity, Case, Exclusion, Seat
from forethought.cases.procedures import route_again
from forethought.cases.seating import keep_out, seat
from forethought.core.clock import london
from forethought.core.errors import insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.investigations.models import Breach, Chosen, Meeting
from forethought.investigations.rules import Candidate, Part, why_not_choose_person
from forethought.investigations.standing import allowed, note
from forethought.people import casting, conflicts
from forethought.people.cast import Act, Answer, Facts, Outside
from forethought.people.models import Appointment, Engagement, Person, Role

#: Offices that stay though they manage the person reported: the table of conflicts names them for it.
IN_TABLE = frozenset({Role.HEAD, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD})


def managers_of(people: Iterable[uuid.UUID], at: datetime) -> dict[uuid.UUID | str, uuid.UUID | str]:
    """Whom each of these people works to, on that day in London."""
    day = london(at).date()
    rows = Engagement.objects.filter(person__in=list(people), manager__isnull=False, starts_on__lte=day)
    return dict(rows.exclude(ends_on__lt=day).values_list("person_id", "manager_id"))


def roles_of(person_ids: Iterable[uuid.UUID], at: datetime) -> dict[uuid.UUID, set[str]]:
    """The roles that people hold at an instant, in UTC."""
    held: dict[uuid.UUID, set[str]] = {}
    rows = Appointment.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at), person__in=list(person_ids), starts_at__lte=at
    )
    for person_id, role in rows.values_list("person_id", "role"):
        held.setdefault(person_id, set()).add(role)
    return held


def candidates(breach: Breach, people: Iterable[Person], at: datetime) -> dict[uuid.UUID, Candidate]:
    """What each of these people is to a matter, asked of what is true now. Policy 7.2, 9.1."""
    people, case, subject = list(people), breach.case, breach.subject
    ids = [person.pk for person in people]
    out = set(Exclusion.objects.filter(case=case).values_list("person_id", flat=True))
    parts: dict[uuid.UUID, set[str]] = {}
    for person_id, part in case.chosen.filter(person__isnull=False).values_list("person_id", "part"):
        parts.setdefault(person_id, set()).add(part)
    capacities: dict[uuid.UUID, set[str]] = {}
    for person_id, capacity in case.parties.filter(person__isnull=False).values_list("person_id", "capacity"):
        capacities.setdefault(person_id, set()).add(capacity)
    companions = set(Meeting.objects.filter(case=case).values_list("companion_id", flat=True))
    # Whoever was the second of two to open papers is not new to it.
    seconds = set(case.disclosures.filter(settled_as="opened").values_list("second_id", flat=True))
    away = casting.cast_at(at).away
    roles = roles_of([*ids, *([subject.pk] if subject else [])], at)
    boss = managers_of([subject.pk], at).get(subject.pk) if subject else None
    below = {who for who, manager in managers_of(ids, at).items() if subject and manager == subject.pk}
    head = subject is not None and Role.HEAD in roles.get(subject.pk, set())

    in_it = set(capacities)
    near = {one for pair in casting.ties_now() if pair & in_it for one in pair}

    def one(person: Person) -> Candidate:
        mine, what = roles.get(person.pk, set()), capacities.get(person.pk, set())
        return Candidate(
            kept_out=person.pk in out,
            left=person.left_at is not None,
            away=person.pk in away,
            subject=subject is not None and person.pk == subject.pk,
            reporter=Capacity.REPORTER in what,
            harmed=Capacity.HARMED in what,
            witness=Capacity.WITNESS in what,
            manages_subject=person.pk == boss and not mine & IN_TABLE,
            works_for_subject=person.pk in below or (head and Role.SENIOR in mine),
            tied=person.pk in near and person.pk not in in_it,
            companion=person.pk in companions,
            manages_case=person.pk == case.manager_id or person.pk in seconds,
            parts=frozenset(parts.get(person.pk, set())),
        )

    return {person.pk: one(person) for person in people}


def outside_of(breach: Breach, at: datetime) -> Outside:
    """Who is asked where nobody at the school may take a part: named by the conflict rules. Policy 7.2, 9.1."""
    everybody = frozenset(Person.objects.values_list("pk", flat=True))
    subjects = frozenset({breach.subject.pk}) if breach.subject else frozenset()
    facts = Facts(
        subjects=subjects,
        conflicted=everybody - subjects,
        child_concerned=Answer.NO if breach.harm == "no" else Answer.YES,
    )
    found = conflicts.eligible(Act.TRIAGE, casting.cast_at(at), facts)
    return found if isinstance(found, Outside) else Outside("trust", "the trust's board")


def choose_person(
    *,
    breach: Breach,
    part: str,
    person: Person | None,
    outside: str = "",
    tied: bool = False,
    by: Person,
    at: datetime,
) -> Chosen:
    """Choose who looks into a matter, decides it, hears an appeal or takes the notes; or somebody from outside.

    Somebody of the school is seated for that part alone, for six months. `tied`: the chooser knows that they are close
    to somebody in it. Policy 9.1.
    """
    with acting("investigations.choose_person", by=by, at=at, case_id=breach.case_id, facts={"part": part}) as event:
        allowed(breach, "choose_person", at)
        insist(None if part in set(Part) else "Choose what they do.", "9.1")
        if person is not None:
            who = candidates(breach, [person], at)[person.pk]
            who = replace(who, tied=tied or who.tied)
            insist(why_not_choose_person(part, who), "9.1")
        else:
            insist("Choose a person, or write who it is." if is_blank(outside) else None, "9.1")
        row = Chosen(
            id=uuid.uuid4(),
            school_id=breach.school_id,
            case=breach.case,
            person=person,
            part=part,
            chosen_at=at,
            chosen_by=str(by.id),
        )
        row.content = keyring.seal(row, {"name": person.name if person else outside}, case_id=breach.case_id)
        row.save(force_insert=True)
        event.about = row.id
        if person is not None:
            seat_for(breach.case, person, part, by=by, at=at)
    return row


def seat_for(case: Case, person: Person, part: str, *, by: Person, at: datetime) -> None:
    """Seat somebody for one part of a procedure, with an end that is warned of. Part of a larger act.

    Whoever is on the list already keeps the seat they have.
    """
    new = seat(case=case, people={person: part}, at=at, ends_at=at + LENGTHS["involved"], given_by=str(by.id))
    if new:
        granting.set_clock(Seat.objects.get(case=case, person=person, ended_at__isnull=True), at)


def end_choice(*, chosen: Chosen, reason: str, by: Person, at: datetime) -> None:
    """Take a part away again, with a reason; the seat that came with it ends. What they did stays. Policy 9.1."""
    insist("That part has ended already." if chosen.ended_at else None, "9.1")
    insist("Say why, in a few words." if is_blank(reason) else None, "9.1")
    with acting("investigations.end_choice", by=by, at=at, about=chosen.id, case_id=chosen.case_id):
        _end(chosen, at)
        note(chosen.case, "end_choice", choice=chosen.part, about=chosen.id, reason=reason, by=by, at=at)


def step_back(*, breach: Breach, reason: str, by: Person, at: datetime) -> None:
    """Say “I cannot act in this”: every part and seat ends, and they see nothing of it from then on.

    Whoever handled the case is followed by the next whom the conflict rules allow. Policy 7.2, 9.1.
    """
    insist("Say why, in a few words. You need not say more than that." if is_blank(reason) else None, "9.1")
    with acting("investigations.step_back", by=by, at=at, about=breach.id, case_id=breach.case_id):
        note(breach.case, "step_back", reason=reason, by=by, at=at)
        for row in breach.case.chosen.filter(person=by, ended_at__isnull=True):
            _end(row, at)
        keep_out(case=breach.case, people={by.pk: "Cannot act in this"}, at=at)
        reported = [breach.subject.pk] if breach.subject else []
        route_again(case=breach.case, reported=reported, by=by, at=at)


def end_for_kept_out(case: Case, *, at: datetime) -> None:
    """End the parts of everybody who is kept out of a case by now. Part of naming whom it is about."""
    out = Exclusion.objects.filter(case=case).values_list("person_id", flat=True)
    for row in case.chosen.filter(person__in=list(out), ended_at__isnull=True):
        _end(row, at)


def speaks_for_union(breach: Breach, at: datetime) -> bool:
    """Whether the person reported represents a union: an official of it is best spoken to early. Policy 9.1.

    Acas Code, paragraph 30: after the member agrees.
    """
    return breach.subject is not None and Role.UNION in roles_of([breach.subject.pk], at).get(breach.subject.pk, set())


def _end(chosen: Chosen, at: datetime) -> None:
    Chosen.objects.filter(pk=chosen.pk, ended_at__isnull=True).update(ended_at=at)
    if chosen.person_id is not None:
        Seat.objects.filter(
            case=chosen.case_id, person=chosen.person_id, why=chosen.part, ended_at__isnull=True
        ).update(ended_at=at)
