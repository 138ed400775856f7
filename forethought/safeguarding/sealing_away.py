"""Sealing away a record that should never have been kept: who is told, and who settles it.

The lock and the rules are evidence's; who may know is decided here, where cases and their lists are known.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.cases.models import Case, Exclusion, Party
from forethought.core.errors import insist
from forethought.evidence import away, keyring
from forethought.evidence import away_rules as rules
from forethought.evidence.away_models import Away, AwayStep, AwayTold
from forethought.evidence.away_rules import Step
from forethought.evidence.models import Exhibit
from forethought.evidence.shredding import held
from forethought.people import casting
from forethought.people.models import Person, School
from forethought.people.post import owe_letter
from forethought.safeguarding.procedures import UNSEEN, raise_alert

#: So many people at least are told of it, where the school has them: two must settle it, and neither is whoever did it.
ENOUGH = 2


def seal_away(
    *, exhibit: Exhibit, why: str, words: str, answers: Mapping[str, object], by: Actor, at: datetime
) -> Away:
    """Make a record unreadable to everybody, at once, and tell those who may settle what becomes of it.

    `answers` are the report's, for the conflict rules: nobody named in it is told. Nothing is deleted. What may show a
    child goes to the safeguarding lead as an alert. law.md 1.4; Policy 6.5, 7.4.
    """
    with acting(
        "safeguarding.seal_away", by=by, at=at, about=exhibit.pk, case_id=exhibit.case_id, facts={"why": why}
    ) as event:
        standing = Away.objects.filter(exhibit=exhibit).exclude(ended_as="released").first()
        insist(
            rules.why_not_seal_away(
                has_file=bool(exhibit.object_name),
                away=standing is not None and standing.ended_at is None,
                destroyed=standing is not None and standing.ended_at is not None,
                why=why,
            ),
            "7.4",
        )
        row = Away(
            id=uuid.uuid4(),
            school_id=exhibit.school_id,
            exhibit=exhibit,
            case_id=exhibit.case_id,
            why=why,
            sealed_at=at,
            sealed_by=str(by.id),
        )
        row.content = keyring.seal(row, {"words": words}, case_id=exhibit.case_id)
        away.lock(exhibit=exhibit, away=row)
        event.facts["told"] = _tell(row, answers=answers, by=by, at=at)
    return row


def _tell(row: Away, *, answers: Mapping[str, object], by: Actor, at: datetime) -> int:
    """Tell the lead or whoever the rules put in their place, then others until two can settle it. How many."""
    reporter = by if isinstance(by, Person) else None
    first, then = casting.safeguarding_people(answers=answers, reporter=None, at=at)
    case = Case.objects.filter(pk=row.case_id).select_related("manager").first()
    if case is not None and case.manager is not None and case.manager not in first:
        # Whoever handles the case must know that a record of it is gone, whatever it was.
        first = [*first, case.manager]
    told = _able(row, first)
    # Before a report is sent nobody is kept out of it by a row yet: its own answers say whom it is about.
    away_now = casting.cast_at(at).away
    named = casting.excluded_by(casting.route_report(answers={**answers, "child": "yes"}, reporter=None, at=at))
    for person in [*then, *(one for one in _officers(at) if one.pk not in named)]:
        # Somebody who is away hears of it and settles it later; two who are here can do so now.
        if len([one for one in _able(row, told) if one.pk not in away_now]) >= ENOUGH:
            break
        told += [one for one in _able(row, [person]) if one not in told]
    for person in dict.fromkeys([*_hearing(row, first), *told]):
        AwayTold.objects.create(school_id=row.school_id, away=row, person=person, told_at=at)
        owe_letter(person=person, kind="needs_you_now", at=at, about=row.pk, by_when=at + UNSEEN)
    if row.why == "child":
        school = School.objects.get(pk=row.school_id)
        raise_alert(case_id=row.case_id, school=school, answers=answers, reporter=reporter, sealed=row.pk, by=by, at=at)
    return row.told.count()


def _officers(at: datetime) -> list[Person]:
    """The other offices that may settle it, in their order, for a school where too few are free."""
    cast = casting.cast_at(at)
    ids = [cast.head, cast.chair, cast.vice_chair, cast.trust_lead, *cast.senior_managers]
    found = Person.objects.in_bulk([uuid.UUID(str(one)) for one in ids if one is not None and one not in cast.away])
    return list(found.values())


def _kept_out(row: Away) -> set[uuid.UUID]:
    """Everybody who is kept out of the matter or has a part in it."""
    out = set(Exclusion.objects.filter(case=row.case_id).values_list("person_id", flat=True))
    parts = Party.objects.filter(case=row.case_id, person__isnull=False).values_list("person_id", flat=True)
    return out | {one for one in parts if one is not None}


def _hearing(row: Away, people: Iterable[Person]) -> list[Person]:
    out = _kept_out(row)
    return [person for person in people if person.pk not in out]


def _able(row: Away, people: Iterable[Person]) -> list[Person]:
    """Of these people, those who could settle it."""
    return [one for one in _hearing(row, people) if str(one.pk) not in {row.sealed_by, row.exhibit.received_by}]


def may_open(row: Away, person: Person) -> bool:
    """Whether somebody may read that a record was sealed away: told of it, and not kept out since. Policy 7.4."""
    return row.told.filter(person=person).exists() and person.pk not in _kept_out(row)


def may_settle(row: Away, person: Person) -> bool:
    """Whether somebody may say what becomes of it. Asked anew at each look and each act. Policy 7.4."""
    return rules.may_settle(
        told=row.told.filter(person=person).exists(),
        kept_out=person.pk in _kept_out(row),
        sealed_it=row.sealed_by == str(person.pk),
        brought_it=row.exhibit.received_by == str(person.pk),
    )


def settlers(row: Away) -> list[Person]:
    """Everybody who may settle it now. With fewer than two, somebody outside the school must be asked. Policy 7.4."""
    told = Person.objects.filter(pk__in=row.told.values("person_id"), left_at__isnull=True)
    return _able(row, told)


def pending(row: Away) -> AwayStep | None:
    """The proposal that waits for a second person, or nothing."""
    last = row.steps.order_by("-done_at", "-id").first()
    return last if last is not None and last.step in rules.PROPOSALS else None


def see_sealed(*, row: Away, by: Person, at: datetime) -> str:
    """Look at what is known of a record that was sealed away, and note the look. What its sealer wrote. Policy 7.4."""
    with acting("safeguarding.see_sealed", by=by, at=at, about=row.exhibit_id, case_id=row.case_id):
        return str(keyring.words(row, case_id=row.case_id)["words"])


def propose_release(*, row: Away, words: str, by: Person, at: datetime) -> AwayStep:
    """Propose that a record is released: it was sealed away by mistake. A second person must agree.

    law.md 1.4; Policy 7.4.
    """
    with acting("safeguarding.propose_release", by=by, at=at, about=row.exhibit_id, case_id=row.case_id):
        _insist_may_propose(row, by)
        insist(None if words.strip() else "Say why it may be kept after all.", "7.4")
        return _proposed(row, Step.PROPOSE_RELEASE, {"words": words}, by, at)


def propose_destruction(
    *, row: Away, instructed_by: str, instruction: Mapping[str, str], by: Person, at: datetime
) -> AwayStep:
    """Propose that a record is destroyed, on an instruction that is written down. A second person must agree.

    law.md 1.4; Policy 7.4.
    """
    with acting("safeguarding.propose_destruction", by=by, at=at, about=row.exhibit_id, case_id=row.case_id):
        _insist_may_propose(row, by)
        insist(held(row.exhibit), "7.3")
        insist(
            rules.why_not_propose_destruction(why=row.why, instructed_by=instructed_by, instruction=instruction), "7.4"
        )
        return _proposed(row, Step.PROPOSE_DESTRUCTION, {"instructed_by": instructed_by, **instruction}, by, at)


def decline_proposal(*, row: Away, words: str, by: Person, at: datetime) -> AwayStep:
    """Decline what somebody proposed; the record stays sealed away. Policy 7.4."""
    with acting("safeguarding.decline_proposal", by=by, at=at, about=row.exhibit_id, case_id=row.case_id):
        asked = _insist_may_answer(row, by)
        insist(None if words.strip() else "Say why not.", "7.4")
        step = _step(row, Step.DECLINE, {"words": words}, by, at)
        _tell_proposer(asked, at)
    return step


def agree_to_proposal(*, row: Away, by: Person, at: datetime) -> AwayStep:
    """Agree, as the second of two: the record is released, or destroyed for good with its key, salt and bytes.

    law.md 1.4; Policy 7.4.
    """
    with acting("safeguarding.agree_to_proposal", by=by, at=at, about=row.exhibit_id, case_id=row.case_id) as event:
        asked = _insist_may_answer(row, by)
        if asked.step == Step.PROPOSE_DESTRUCTION:
            # A hold that was placed since beats the instruction: it has to be lifted first.
            insist(held(row.exhibit), "7.3")
        event.facts["outcome"] = asked.step
        step = _step(row, Step.AGREE, {}, by, at)
        if asked.step == Step.PROPOSE_RELEASE:
            away.unlock(away=row, by=by, at=at)
        else:
            away.destroy(away=row, by=by, at=at)
        _tell_proposer(asked, at)
    return step


def instruction_words(said: Mapping[str, object]) -> str:
    """The instruction in one line, as the certificate prints it. Policy 7.4."""
    who = rules.INSTRUCTED_BY.get(str(said.get("instructed_by")), "")
    return f"{who}: {said.get('from_whom', '')}, {said.get('given_on', '')}, {said.get('reference', '')}"


def _insist_may_propose(row: Away, by: Person) -> None:
    # Inside the act, and so behind every other act of the school: of two at once the second finds the first.
    row.refresh_from_db()
    refused = rules.why_not_propose(
        may=may_settle(row, by), over=row.ended_at is not None, pending=pending(row) is not None
    )
    insist(refused, "7.4")


def _insist_may_answer(row: Away, by: Person) -> AwayStep:
    row.refresh_from_db()
    asked = pending(row)
    refused = rules.why_not_answer_proposal(
        may=may_settle(row, by),
        pending=asked is not None,
        proposed_it=asked is not None and asked.done_by == str(by.pk),
        over=row.ended_at is not None,
    )
    insist(refused, "7.4")
    assert asked is not None
    return asked


def _proposed(row: Away, step: Step, said: Mapping[str, object], by: Person, at: datetime) -> AwayStep:
    kept = _step(row, step, said, by, at)
    for person in settlers(row):
        if person.pk != by.pk:
            owe_letter(person=person, kind="needs_you", at=at, about=row.pk)
    return kept


def _tell_proposer(asked: AwayStep, at: datetime) -> None:
    person = Person.objects.filter(pk=asked.done_by, left_at__isnull=True).first()
    if person is not None:
        owe_letter(person=person, kind="news", at=at, about=asked.away_id)


def _step(row: Away, step: Step, said: Mapping[str, object], by: Person, at: datetime) -> AwayStep:
    kept = AwayStep(id=uuid.uuid4(), school_id=row.school_id, away=row, step=step, done_at=at, done_by=str(by.pk))
    kept.content = keyring.seal(kept, dict(said), case_id=row.case_id)
    kept.save(force_insert=True)
    return kept
