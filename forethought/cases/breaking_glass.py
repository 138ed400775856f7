"""Reading one case in an emergency: asked for, allowed by a second person, over after an hour, reviewed.

Every step is one act with one event: if the trail cannot be written, there is no seat (reliability.md 3.1 and 3.4).
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.cases import glass_rules as rules
from forethought.cases.models import Capacity, Case, Exclusion, Glass, Seat, Status
from forethought.cases.seating import seat
from forethought.cases.turning_away import turn_away
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people import casting, conflicts
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.cast import Cast, Facts, Outside
from forethought.people.models import Appointment, Letter, Person
from forethought.people.post import owe_letter, withdraw_letters
from forethought.people.settled_rules import settled


def ask_to_read(*, reference: str, category: str, reason: str, by: Person, at: datetime) -> Glass:
    """Ask to read one case in an emergency. What is done and answered is the same whether there is such a case or not.

    The first of chair, vice-chair and head who may know of it is asked, for 15 minutes. Policy 7.2.
    """
    insist(rules.why_not_ask(reference=reference, category=category, reason=reason, asking=asking_of(by, at)), "7.2")
    with acting("cases.ask_to_read", by=by, at=at, facts={"category": category}) as event:
        case = Case.objects.filter(reference=reference.strip().upper()).first()
        may = case is not None and may_be_let_in(case, by, at)
        if not may:
            # As at the door of a case: noted, and told to its manager from the third try of a day.
            turn_away(case_id=case.id if case is not None else uuid.uuid4(), by=by, at=at)
        row = Glass(
            id=uuid.uuid4(),
            school_id=by.school_id,
            case=case if may else None,
            person=by,
            category=category,
            asked_at=at,
            waits_until=at + rules.FIRST_WAIT,
        )
        said = {"reference": reference.strip().upper(), "reason": reason.strip()}
        row.content = keyring.seal_at_school(row, "content", said)
        row.save(force_insert=True)
        event.about = row.id
        _ask(row, first_decider(row, at), at)
        set_alarm(school_id=by.school_id, kind="glass_waits", about=row.id, rings_at=row.waits_until)
    return row


def asking_of(person: Person, at: datetime) -> rules.Asking:
    """What is known of somebody who asks: whether one waits, how many nobody has reviewed. Policy 7.2."""
    mine = Glass.objects.filter(person=person)
    return rules.Asking(
        is_it_support=person.pk in casting.cast_at(at).it_support,
        waiting=mine.filter(approved_at__isnull=True, asked_at__gt=at - rules.WHOLE_WAIT).count(),
        unreviewed=mine.filter(approved_at__isnull=False, reviewed_at__isnull=True).count(),
    )


def may_be_let_in(case: Case, person: Person, at: datetime) -> bool:
    """Never anybody with a part in it, kept out of it or too close to somebody in it; never IT support. Policy 7.2.

    Nor somebody who can open it already.
    """
    cast = casting.cast_at(at)
    if person.left_at is not None or person.pk in cast.it_support:
        return False
    if Case.objects.seen_by(person, at).filter(pk=case.pk).exists():
        return False
    return person.pk not in conflicted(case, cast)


def conflicted(case: Case, cast: Cast) -> set[object]:
    """Everybody who may not know of a case through an emergency: the rules asked anew, and all its parties."""
    parties = list(case.parties.filter(person__isnull=False).values_list("person_id", "capacity"))
    out = frozenset(case.exclusions.values_list("person_id", flat=True))
    facts = Facts(
        subjects=frozenset(pk for pk, what in parties if what == Capacity.REPORTED),
        affected=frozenset(pk for pk, what in parties if what != Capacity.REPORTED),
        conflicted=out,
    )
    return {*conflicts.route(cast, facts).excluded, *out, *(pk for pk, _ in parties)}


def _of_offices(cast: Cast, offices: Iterable[str]) -> list[uuid.UUID]:
    held = {
        "chair": cast.chair,
        "vice_chair": cast.vice_chair,
        "head": cast.head,
        "trust_lead": cast.trust_lead,
        "protection": cast.protection_officer,
    }
    return [uuid.UUID(str(one)) for office in offices if (one := held[office]) is not None]


def first_decider(row: Glass, at: datetime) -> Person | None:
    """Who is asked first: never the asker, nobody conflicted, nobody away. Without one, the trust lead. Policy 7.2."""
    return _decider(row, (*rules.DECIDERS, rules.LAST_DECIDER), at)


def last_decider(row: Glass, at: datetime) -> Person | None:
    """Who is asked when the first did not answer: the trust lead, else the next who may. Policy 7.2."""
    return _decider(row, (rules.LAST_DECIDER, *rules.DECIDERS), at, asked=row.approver_id)


def _decider(row: Glass, offices: Sequence[str], at: datetime, asked: uuid.UUID | None = None) -> Person | None:
    if row.case is None or is_held(row.case):
        # What nobody handles opens with two of three shares, never with one yes (cases/quorum.py).
        return None
    cast = casting.cast_at(at)
    out = {*conflicted(row.case, cast), *cast.away, *cast.it_support, row.person_id}
    able = [one for one in _of_offices(cast, offices) if one not in out]
    # Whoever names people would otherwise name whoever says yes. Where all are new, one of them does.
    counts = [one for one in able if _has_settled(one, at)] or able
    found = rules.first_of(counts, without={asked})
    return Person.objects.filter(pk=found).first() if found else None


def _has_settled(person_id: uuid.UUID, at: datetime) -> bool:
    """Whether somebody has held one of the offices that decide for fourteen days. Policy 7.2."""
    held = Appointment.objects.filter(person=person_id, role__in=(*rules.DECIDERS, rules.LAST_DECIDER))
    now = held.filter(starts_at__lte=at).exclude(ends_at__lte=at)
    return bool(settled(now.values_list("role", "starts_at"), at))


def outside_at(at: datetime) -> Outside:
    """Who outside is rung where nobody at the school may decide, whatever case it is. Policy 7.2."""
    cast = casting.cast_at(at)
    key, name = rules.outside_of(
        in_trust=cast.in_trust, trust_board=cast.trust_board, local_authority=cast.local_authority
    )
    return Outside(key, name)


def decider_or_outside(row: Glass, at: datetime) -> Person | Outside:
    """Who decides about a reading, the first or the last who may; else the one outside who is rung. Policy 7.2."""
    return first_decider(row, at) or last_decider(row, at) or outside_at(at)


def _ask(row: Glass, person: Person | None, at: datetime) -> None:
    """Have somebody decide. The letter names no case: they are not on its list."""
    if person is None:
        return
    Glass.objects.filter(pk=row.pk).update(approver=person)
    row.approver = person
    owe_letter(person=person, kind="needs_you_now", at=at, about=row.id, by_when=row.waits_until)


def pass_on_reading(*, glass: Glass, by: Actor, at: datetime) -> None:
    """Ask the trust lead, because the first person has not answered. With nobody left, the trail names who outside is.

    Policy 7.2.
    """
    with acting("cases.pass_on_reading", by=by, at=at, about=glass.id) as event:
        glass.waits_until = glass.asked_at + rules.WHOLE_WAIT
        person = last_decider(glass, at)
        Glass.objects.filter(pk=glass.pk).update(waits_until=glass.waits_until, approver=person or glass.approver)
        if person is None and glass.approver_id is None:
            # As where there is no such case: who asked reads the same in both.
            event.facts["outside"] = outside_at(at).key
        _ask(glass, person, at)


def approve_reading(*, glass: Glass, by: Person, at: datetime) -> Seat:
    """Let somebody read one case for an hour: read only, marked with their name, to be reviewed.

    Its manager, the chair and the data protection officer hear of it at once, without a word of the case. Policy 7.2.
    """
    insist(why_not_decide(glass, by, at), "7.2")
    assert glass.case is not None
    case, ends_at = glass.case, at + rules.LASTS
    with acting("cases.approve_reading", by=by, at=at, about=glass.person_id, case_id=case.id) as event:
        due = rules.review_due(at)
        given = Glass.objects.filter(pk=glass.pk, approved_at__isnull=True, refused_at__isnull=True).update(
            approved_at=at, approver=by, ends_at=ends_at, review_due_at=due
        )
        insist(None if given else "This has been decided.", "7.2")
        glass.refresh_from_db()
        row, told = let_in(glass, given_by=by, at=at)
        withdraw_letters(about=glass.id, kinds=["needs_you_now"], at=at)
        stop_alarm(kind="glass_waits", about=glass.id, at=at)
        event.facts.update(told=told, ends_in_minutes=int(rules.LASTS.total_seconds() // 60))
    return row


def let_in(glass: Glass, *, given_by: Person, at: datetime) -> tuple[Seat, int]:
    """Seat the reader until the reading ends, and tell manager, chair and data protection officer. How many.

    Part of allowing it.
    """
    assert glass.case is not None and glass.ends_at is not None
    new = seat(
        case=glass.case,
        people={glass.person: "glass"},
        at=at,
        letter="needs_you",
        ends_at=glass.ends_at,
        given_by=str(given_by.id),
    )
    insist(None if new else "This can no longer be given.", "7.2")
    row = Seat.objects.get(case=glass.case, person=glass.person, ended_at__isnull=True)
    told = told_of(glass, at)
    reviewer = reviewer_of(glass, at)
    for person in dict.fromkeys([*told, *([reviewer] if reviewer is not None else [])]):
        owe_letter(person=person, kind="needs_you", at=at, about=glass.id)
    set_alarm(school_id=glass.school_id, kind="seat_ends", about=row.id, rings_at=glass.ends_at)
    set_alarm(school_id=glass.school_id, kind="glass_review", about=glass.id, rings_at=rules.first_reminder(at))
    return row, len(told)


def is_held(case: Case) -> bool:
    """Whether nobody at the school handles a case that goes on: it is held, sealed. Policy 7.2."""
    return case.manager_id is None and case.status != Status.CLOSED


def refuse_reading(*, glass: Glass, by: Person, at: datetime) -> None:
    """Say no. To whoever asked it looks like no answer. Policy 7.2."""
    insist(why_not_decide(glass, by, at, letting_in=False), "7.2")
    with acting("cases.refuse_reading", by=by, at=at, about=glass.person_id, case_id=glass.case_id):
        Glass.objects.filter(pk=glass.pk, approved_at__isnull=True, refused_at__isnull=True).update(
            refused_at=at, approver=by
        )
        withdraw_letters(about=glass.id, kinds=["needs_you_now"], at=at)


def why_not_decide(glass: Glass, person: Person, at: datetime, *, letting_in: bool = True) -> str | None:
    """Why somebody cannot decide about this now, asked of what is true now. Policy 7.2."""
    asked = glass.case is not None and glass.approver_id == person.pk and not (letting_in and is_held(glass.case))
    out = conflicted(glass.case, casting.cast_at(at)) if glass.case is not None else set()
    return rules.why_not_decide(
        asked=asked and person.pk not in out and person.pk != glass.person_id,
        waits_until=glass.waits_until,
        decided=glass.approved_at is not None or glass.refused_at is not None,
        may_still=not letting_in or (glass.case is not None and may_be_let_in(glass.case, glass.person, at)),
        at=at,
    )


def told_of(glass: Glass, at: datetime) -> list[Person]:
    """Who hears at once that a reading was given: the manager, the chair, the data protection officer. Policy 7.2.

    Nobody kept out of the case, and not whoever reads.
    """
    if glass.case is None:
        return []
    cast = casting.cast_at(at)
    ids = [glass.case.manager_id, cast.chair, cast.protection_officer]
    out = {*conflicted(glass.case, cast), glass.person_id}
    people = Person.objects.filter(pk__in=[str(one) for one in ids if one and one not in out], left_at__isnull=True)
    return list(people.order_by("name", "id"))


def reviewer_of(glass: Glass, at: datetime) -> Person | None:
    """Who reviews a reading: the data protection officer, else the next who had no hand in it. Policy 7.2."""
    if glass.case is None:
        return None
    cast = casting.cast_at(at)
    out = {*conflicted(glass.case, cast), glass.person_id, glass.approver_id}
    found = rules.first_of(_of_offices(cast, rules.REVIEWERS), without=out)
    return Person.objects.filter(pk=found, left_at__isnull=True).first() if found else None


def review_reading(*, glass: Glass, outcome: str, words: str, by: Person, at: datetime) -> None:
    """Say how a reading looks afterwards. Until then it counts against whoever asked. Policy 7.2."""
    reviewer = reviewer_of(glass, at)
    insist(
        rules.why_not_review(
            may=reviewer is not None and reviewer.pk == by.pk,
            reviewed=glass.reviewed_at is not None,
            given=glass.approved_at is not None,
            outcome=outcome,
            words=words,
        ),
        "7.2",
    )
    with acting(
        "cases.review_reading", by=by, at=at, about=glass.person_id, case_id=glass.case_id, facts={"outcome": outcome}
    ):
        said = {**said_of(glass), "outcome": outcome, "review": words.strip()}
        content = keyring.seal_at_school(glass, "content", said)
        Glass.objects.filter(pk=glass.pk).update(content=content, reviewed_at=at, reviewed_by=str(by.id))
        stop_alarm(kind="glass_review", about=glass.id, at=at)


def remind_of_review(*, glass: Glass, by: Actor, at: datetime) -> None:
    """Remind whoever reviews a reading, each school day once it is late. Policy 7.2."""
    with acting("cases.remind_of_review", by=by, at=at, about=glass.id, case_id=glass.case_id):
        late = glass.review_due_at is not None and at >= glass.review_due_at
        reviewer = reviewer_of(glass, at)
        if reviewer is not None:
            kind = "late" if late else "due_soon"
            owe_letter(person=reviewer, kind=kind, at=at, about=glass.id, by_when=glass.review_due_at)
        again = rules.next_reminder(at)
        if not late and glass.review_due_at is not None:
            again = glass.review_due_at
        set_alarm(school_id=glass.school_id, kind="glass_review", about=glass.id, rings_at=again)


# Looking


def said_of(glass: Glass) -> dict[str, str]:
    """The reference and the reason, and what the review said."""
    return keyring.words_at_school(glass, "content")


def unfinished(at: datetime) -> "QuerySet[Glass]":
    """What is asked for and waits at an instant (UTC), and what was given and nobody has reviewed."""
    rows = Glass.objects.filter(case__isnull=False, refused_at__isnull=True, reviewed_at__isnull=True)
    return rows.exclude(approved_at__isnull=True, waits_until__lte=at).select_related("case", "person", "approver")


def withheld(letters: Sequence[Letter], at: datetime) -> dict[uuid.UUID, str]:
    """The letters about an emergency reading whose reader has been kept out of its case since, and why.

    For the school that was entered. Asked as each is sent (reliability.md 3.3, rule 2).
    """
    about = {letter.about for letter in letters if letter.about is not None and letter.case_id is None}
    cases = dict(Glass.objects.filter(pk__in=about, case__isnull=False).values_list("pk", "case_id"))
    places = Exclusion.objects.filter(case__in=set(cases.values())).values_list("case_id", "person_id") if cases else []
    out = set(places)
    return {
        letter.id: "kept_out"
        for letter in letters
        if letter.about in cases and (cases[letter.about], letter.person_id) in out
    }


# What the clock does


def ring_waits(about: uuid.UUID, at: datetime) -> None:
    """The first person asked has not answered for 15 minutes."""
    row = _row(about)
    if row is not None and row.approved_at is None and row.refused_at is None and row.waits_until <= at:
        pass_on_reading(glass=row, by=PROGRAM, at=at)


def ring_review(about: uuid.UUID, at: datetime) -> None:
    """A reading is still to be reviewed."""
    row = _row(about)
    if row is not None and row.approved_at is not None and row.reviewed_at is None:
        remind_of_review(glass=row, by=PROGRAM, at=at)


def _row(pk: uuid.UUID) -> Glass | None:
    return Glass.objects.select_related("case", "person", "approver").filter(pk=pk).first()


BELLS = {"glass_waits": ring_waits, "glass_review": ring_review}
