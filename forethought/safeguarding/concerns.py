"""A concern: from any adult, at any hour, to the safeguarding lead and deputies at once, and to nobody named in it."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from forethought.audit.procedures import Actor, acting
from forethought.cases.models import Capacity, Case, Group, Kind, Status, live
from forethought.cases.moves import move, unmoved
from forethought.cases.opening import begin, begin_routed, link
from forethought.cases.owed import owe, settle, settle_all
from forethought.cases.procedures import add_party
from forethought.cases.referring import steps_with
from forethought.cases.rules import first_action_due
from forethought.cases.seating import keep_out, seat
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people import casting, conflicts
from forethought.people.models import Person, School
from forethought.people.post import owe_letter
from forethought.safeguarding import threshold as rules
from forethought.safeguarding.heeding import heed_later
from forethought.safeguarding.models import AlertTold, Concern, ConcernNote, OwnDuty
from forethought.safeguarding.procedures import raise_alert, see_alert
from forethought.safeguarding.tagging import every_tag

Answers = Mapping[str, object]


def routing(answers: Answers, subjects: Sequence[Person], out: Sequence[Person] = ()) -> dict[str, object]:
    """A concern's answers as the conflict rules ask them. `out`: who is left out though it is not known about whom."""
    adult = str(answers.get("adult", "not_sure"))
    return {
        "happened": answers.get("told", ""),
        "where": answers.get("where", ""),
        "name": answers.get("name", ""),
        "group": "staff" if adult != "no" or subjects else "other",
        "head": answers.get("head", "no") if adult != "no" or subjects else "no",
        "child": "yes",
        "part_of": [str(person.id) for person in (*subjects, *out)],
        "reporter_name": answers.get("reporter_name", ""),
        "only_mentioned": answers.get("only_mentioned", []),
    }


def raise_concern(
    *,
    school: School,
    answers: Answers,
    subjects: Sequence[Person] = (),
    conflicted: Sequence[Person] = (),
    head_maybe: str = "no",
    reporter: Person | None,
    press: uuid.UUID | None = None,
    case_id: uuid.UUID | None = None,
    from_case: Case | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Tell the safeguarding lead and deputies at once. Two presses of one form are one concern.

    Where an adult of the school is in it, the headteacher handles it; where it is the lead, the headteacher without
    that lead; where it may be the headteacher, the chair. `conflicted` are kept out though it is not about them. Unseen
    for an hour it goes on. `observed_at` among the answers is an ISO time in UTC. Policy 6.2, 6.5, 6.6.
    """
    press = press or uuid.uuid4()
    existing = Concern.objects.filter(press=press).select_related("case").first()
    if existing is not None:
        return existing.case
    observed = observed_in(answers)
    insist(
        rules.why_not_raise(
            told=str(answers.get("told", "")),
            danger=str(answers.get("danger", "")),
            adult=str(answers.get("adult", "")),
            observed_at=observed,
            at=at,
        ),
        "6.5",
    )
    with acting("safeguarding.raise_concern", by=by, at=at) as event:
        overtaken = Concern.objects.filter(press=press).select_related("case").first()
        if overtaken is not None:
            event.about, event.case_id, event.facts["again"] = overtaken.id, overtaken.case_id, True
            return overtaken.case
        leads = leads_in_it(answers, at)
        subjects = [*subjects, *(leads if answers.get("lead") == "yes" else [])]
        asked = routing({**answers, "head": head_maybe}, subjects, [*leads, *conflicted])
        found = [*dict.fromkeys([*subjects, *casting.matched(asked)])] if asked["group"] == "staff" else []
        case = _open(school, asked, found, reporter, answers, case_id, by, at)
        concern = Concern(
            id=uuid.uuid4(),
            school=school,
            case=case,
            press=press,
            reporter=reporter,
            threshold="not_sure" if asked["group"] == "staff" else "",
            tags=[one for one in _texts(answers.get("tags")) if one in every_tag()],
            observed_at=observed,
            told_at=at,
        )
        concern.content = keyring.seal(concern, {k: v for k, v in answers.items() if k != "tags"}, case_id=case.id)
        concern.save(force_insert=True)
        _parties(case, found, reporter, answers, by, at)
        listed = [one.person for one in case.seats.filter(live(at)).select_related("person").order_by("given_at", "id")]
        raise_alert(case_id=case.id, school=school, answers=asked, reporter=reporter, listed=listed, by=by, at=at)
        owe(case=case, kind="concern", about=case.id, due_at=first_action_due(at), at=at)
        if concern.threshold:
            owe(case=case, kind="lado", about=case.id, due_at=first_action_due(at), at=at)
        heed_later(school_id=school.id, about=concern.id, at=at)
        if from_case is not None:
            link(case=from_case, other=case, by=by, at=at)
        event.about, event.case_id = concern.id, case.id
        event.facts.update(adult=asked["group"] == "staff", held=not case.seats.exists())
    return case


def observed_in(answers: Answers) -> datetime | None:
    """When it was seen, in UTC, or nothing."""
    said = answers.get("observed_at")
    return datetime.fromisoformat(str(said)) if said else None


def leads_in_it(answers: Answers, at: datetime) -> list[Person]:
    """The safeguarding lead, where it may be about them. Their deputies then see it only if somebody lists them.

    Reliability.md 3.3. Policy 6.5.
    """
    dsl = casting.cast_at(at).dsl
    if answers.get("lead") not in {"yes", "not_sure"} or answers.get("adult") == "no" or dsl is None:
        return []
    return list(Person.objects.filter(pk=dsl))


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _open(
    school: School,
    asked: dict[str, object],
    found: Sequence[Person],
    reporter: Person | None,
    answers: Answers,
    case_id: uuid.UUID | None,
    by: Actor,
    at: datetime,
) -> Case:
    """The case and its list. Without an adult of the school in it: the lead and deputies, and nobody else."""
    cast = casting.cast_at(at)
    leads = {cast.dsl, *cast.deputy_dsls}
    # A deputy whose own lead it is about sees it only if somebody lists them (reliability.md 3.3).
    about_lead = bool(leads & {person.id for person in found} or leads_in_it(answers, at))
    facts = casting.facts_of(answers={**asked, "child": "no"} if about_lead else asked, reporter=reporter)
    route = conflicts.route(cast, facts)
    first, _ = casting.safeguarding_people(answers=asked, reporter=reporter, at=at)
    threat = answers.get("danger") != "no"
    made: dict[str, Any] = {"kind": Kind.CONCERN, "school": school, "label": "", "child": "yes", "threat": threat}
    if asked["group"] == "staff":
        case = begin_routed(**made, route=route, case_id=case_id, by=by, at=at)
        others = [] if about_lead else [one for one in first if one.id in leads and one.id not in route.excluded]
        seat(case=case, people=dict.fromkeys(others, "lead"), at=at, letter=None)
        return case
    # `first` is the leads who are here, else whoever the rules seat, else who hears that one waits: never nobody.
    outside = "" if first else casting.outside_name(route) or "the local authority"
    manager = first[0].id if first else None
    case = begin(**made, case_id=case_id, manager_id=manager, outside=outside, by=by, at=at)
    keep_out(case=case, people=casting.excluded_by(route), at=at)
    seat(case=case, people=dict.fromkeys(first, "lead"), at=at, letter=None)
    return case


def _parties(
    case: Case, found: Sequence[Person], reporter: Person | None, answers: Answers, by: Actor, at: datetime
) -> None:
    name = reporter.name if reporter else str(answers.get("reporter_name", ""))
    add_party(case=case, capacity=Capacity.REPORTER, group=Group.STAFF, name=name, person=reporter, by=by, at=at)
    for person in found:
        add_party(
            case=case, capacity=Capacity.REPORTED, group=Group.STAFF, name=person.name, person=person, by=by, at=at
        )


def see_concern(*, concern: Concern, by: Person, at: datetime) -> None:
    """Note that a concern was opened, by whichever way: then it no longer goes on to the next person. Policy 6.5."""
    told = AlertTold.objects.filter(alert__case_id=concern.case_id, person=by, seen_at__isnull=True)
    for one in told.select_related("alert"):
        see_alert(told=one, by=by, at=at)


def take_on(case: Case, by: Person, at: datetime) -> None:
    """Note with the first thing done that a concern is being worked on. Part of a larger act."""
    if case.status == Status.RECEIVED:
        move(case, "take_up", version=case.version, by=by, at=at)


def weigh_threshold(*, concern: Concern, answers: Mapping[str, str], words: str, by: Person, at: datetime) -> str:
    """Answer the four questions of the harm threshold. Where it may be met, the designated officer is asked first.

    Returns yes, not_sure or no. Policy 6.2.
    """
    insist(None if concern.case.status != Status.CLOSED else "This concern has been ended already.", "6.2")
    found = rules.threshold_of(answers)
    case = concern.case
    with acting("safeguarding.weigh_threshold", by=by, at=at, about=concern.id, case_id=case.id, facts={"met": found}):
        take_on(case, by, at)
        keep_note(concern=concern, kind="threshold", choice=found, said={**answers, "words": words}, by=by, at=at)
        Concern.objects.filter(pk=concern.pk).update(threshold=found)
        concern.threshold = found
        if found == "no":
            settle(case=case, kind="lado", about=case.id, by=by, at=at)
        elif not any(one.agency == "lado" for one in steps_with(case)):
            owe(case=case, kind="lado", about=case.id, due_at=first_action_due(at), at=at)
    return found


def note_action(*, concern: Concern, words: str, by: Person, at: datetime) -> ConcernNote:
    """Note what was done about a concern. Never changed afterwards. Policy 6.5."""
    insist("Write what was done." if not words.strip() else None, "6.5")
    with acting("safeguarding.note_action", by=by, at=at, about=concern.id, case_id=concern.case_id):
        take_on(concern.case, by, at)
        return keep_note(concern=concern, kind="action", choice="", said={"words": words}, by=by, at=at)


def add_to_concern(*, concern: Concern, words: str, by: Actor, at: datetime) -> ConcernNote:
    """Add something to a concern one has told. Whoever handles it is told. Policy 6.5."""
    insist("Write a few words first." if not words.strip() else None, "6.5")
    with acting("safeguarding.add_to_concern", by=by, at=at, about=concern.id, case_id=concern.case_id):
        row = keep_note(concern=concern, kind="said", choice="", said={"words": words}, by=by, at=at)
        heed_later(school_id=concern.school_id, about=row.id, at=at)
        if concern.case.manager is not None:
            owe_letter(person=concern.case.manager, kind="needs_you", at=at, case_id=concern.case_id)
    return row


def end_concern(*, concern: Concern, version: int, words: str, by: Person, at: datetime) -> None:
    """End a concern: what was done, whom outside was told or why nobody. Nothing of it is deleted. Policy 6.5.

    Raises TooLate when somebody was first.
    """
    case = concern.case
    unmoved(case, version)
    done = steps_with(case)
    insist(
        rules.why_not_end(
            ended=case.status == Status.CLOSED,
            done=words,
            threshold=concern.threshold,
            lado_settled=any(one.agency == "lado" for one in done),
            referred=any(one.step == "referred" for one in done),
            not_referred=any(one.step == "not_referred" for one in done),
        ),
        "6.5",
    )
    with acting("safeguarding.end_concern", by=by, at=at, about=concern.id, case_id=case.id):
        take_on(case, by, at)
        move(case, "close", version=case.version, by=by, at=at)
        keep_note(concern=concern, kind="end", choice="", said={"words": words}, by=by, at=at)
        settle_all(case=case, by=by, at=at)


def note_own_duty(*, concern: Concern, to: str, told_at: datetime, reference: str, by: Actor, at: datetime) -> OwnDuty:
    """Note that an adult themselves told the police or the authority, apart from telling the lead. `told_at` in UTC.

    law.md 1.2. Policy 6.5.
    """
    insist("Say whom you told." if not to.strip() else None, "6.5")
    insist("That time has not come yet." if told_at > at else None, "6.5")
    with acting("safeguarding.note_own_duty", by=by, at=at, about=concern.id, case_id=concern.case_id):
        row = OwnDuty(
            id=uuid.uuid4(),
            school_id=concern.school_id,
            concern=concern,
            person=by if isinstance(by, Person) else None,
            told_at=told_at,
            noted_at=at,
        )
        row.content = keyring.seal(row, {"to": to, "reference": reference}, case_id=concern.case_id)
        row.save(force_insert=True)
    return row


def keep_note(
    *, concern: Concern, kind: str, choice: str, said: Mapping[str, object], by: Actor, at: datetime
) -> ConcernNote:
    """Keep something done or said about a concern. Part of a larger act."""
    row = ConcernNote(
        id=uuid.uuid4(),
        school_id=concern.school_id,
        concern=concern,
        kind=kind,
        choice=choice,
        noted_at=at,
        noted_by=str(by.id),
    )
    row.content = keyring.seal(row, dict(said), case_id=concern.case_id)
    row.save(force_insert=True)
    return row
