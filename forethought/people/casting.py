"""Who holds which office now, read from the appointments, the rota and the absences, for the conflict rules.

The rules themselves are plain (`conflicts.py`); this only fills in their questions from what the school has recorded.
"""

import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

from django.db.models import Q

from forethought.core.clock import london
from forethought.people import conflicts, duty
from forethought.people.cast import Act, Answer, Cast, Facts, Outside, PersonId
from forethought.people.conflicts import Route
from forethought.people.models import Absence, Appointment, Engagement, Person, Role, School, Shift, Tie
from forethought.prepared import Prepared
from forethought.rows import remembered, school_in_scope

Answers = Mapping[str, object]


_held = Prepared(
    lambda at: (
        Appointment.objects.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at, person__left_at__isnull=True
        )
        .order_by("rank", "starts_at")
        .values_list("role", "person_id")
    ),
    datetime,
)
_away = Prepared(
    lambda at: Absence.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at).values_list(
        "person_id"
    ),
    datetime,
)
_ties = Prepared(lambda: Tie.objects.filter(ended_at__isnull=True).values_list("person_id", "other_id"))
_managed = Prepared(
    lambda day: (
        Engagement.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day), manager__isnull=False, starts_on__lte=day
        )
        .order_by("starts_on", "id")
        .values_list("person_id", "manager_id")
    ),
    date,
)
_on_duty = Prepared(
    lambda at: Shift.objects.filter(starts_at__lte=at, ends_at__gt=at).order_by("-starts_at").values_list("person_id"),
    datetime,
)


_run_by = Prepared(lambda school: School.objects.filter(pk=school).values_list("run_by"), uuid.UUID)


def in_trust() -> bool:
    """Whether an academy trust runs the school in scope: then its board is named where nobody inside is left."""
    school = school_in_scope()
    return school is not None and bool(remembered("in trust", lambda: _run_by(school) == [("trust",)]))


def cast_at(at: datetime) -> Cast:
    """The offices of the school in scope at an instant, the senior manager on duty first. Policy 7.2, 8.3."""
    held: dict[str, list[uuid.UUID]] = {}
    for role, person_id in _held(at):
        held.setdefault(role, []).append(person_id)
    first = [person_id for (person_id,) in _on_duty(at)]
    seniors = held.get(Role.SENIOR, [])

    def one(role: Role) -> uuid.UUID | None:
        return next(iter(held.get(role, [])), None)

    return Cast(
        head=one(Role.HEAD),
        senior_managers=tuple(dict.fromkeys([p for p in first if p in seniors] + seniors)),
        dsl=one(Role.LEAD),
        deputy_dsls=tuple(held.get(Role.LEAD, [])[1:] + held.get(Role.DEPUTY_LEAD, [])),
        chair=one(Role.CHAIR),
        vice_chair=one(Role.VICE_CHAIR),
        clerk=one(Role.CLERK),
        trust_lead=one(Role.TRUST_LEAD),
        hr_advisers=frozenset(held.get(Role.HR, [])),
        it_support=frozenset(held.get(Role.IT, [])),
        protection_officer=one(Role.PROTECTION),
        away=frozenset(person_id for (person_id,) in _away(at)),
        line_managers=dict(_managed(london(at).date())),
        ties=ties_now(),
        in_trust=in_trust(),
    )


def ties_now() -> frozenset[frozenset[PersonId]]:
    """The pairs who are close to each other now, as they declared. Policy 7.2."""
    return frozenset(frozenset(pair) for pair in _ties())


def on_duty_at(at: datetime) -> str:
    """Who a report would go to now, as an office: “On duty tonight: Senior manager.” Policy 8.3."""
    return _duty_at(cast_at(at), at).sentence


def away_and_on_duty_at(at: datetime) -> tuple[frozenset[PersonId], frozenset[PersonId]]:
    """Who is away at an instant, and who is on duty: everybody on the rota, else who comes next. Policy 8.3."""
    cast = cast_at(at)
    first = _duty_at(cast, at).person
    rota = frozenset(person_id for (person_id,) in _on_duty(at))
    return cast.away, (rota | ({first} if first else set())) - cast.away


def _duty_at(cast: Cast, at: datetime) -> duty.Duty:
    shifts = [
        duty.Shift(row.person_id, row.starts_at, row.ends_at)
        for row in Shift.objects.filter(starts_at__lte=at, ends_at__gt=at).order_by("starts_at")
    ]
    return duty.on_duty(
        at,
        shifts=shifts,
        senior_managers=cast.senior_managers,
        head=cast.head,
        away=[duty.Away(person, at) for person in cast.away],
    )


def on_duty_said(school_id: uuid.UUID, at: datetime) -> str:
    """The same sentence, worked out once a minute for each school: it names an office and decides nothing."""
    return _on_duty_in_minute(school_id, int(at.timestamp()) // 60)


@lru_cache(maxsize=256)
def _on_duty_in_minute(school_id: uuid.UUID, minute: int) -> str:
    # As at its last second: whoever was named within it counts.
    return on_duty_at(datetime.fromtimestamp(minute * 60 + 59, UTC))


def route_report(*, answers: Answers, reporter: Person | None, at: datetime) -> Route:
    """Who handles a report and who sees it, from its answers: never anybody named in it. Policy 7.2."""
    return conflicts.route(cast_at(at), facts_of(answers=answers, reporter=reporter))


def facts_of(*, answers: Answers, reporter: Person | None) -> Facts:
    """What a report's answers say, as the conflict rules ask it."""
    subjects = frozenset(person.id for person in matched(answers))
    raw = answers.get("part_of")
    marked = frozenset(uuid.UUID(str(one)) for one in raw) if isinstance(raw, list) else frozenset()
    return Facts(
        subjects=subjects,
        unknown_staff=answers.get("group") == "staff" and not subjects,
        head_maybe=_answer(answers.get("head")),
        reporter=reporter.id if reporter else None,
        conflicted=marked | frozenset(person.id for person in mentioned(answers)),
        child_concerned=_answer(answers.get("child")),
    )


def route_again(
    *,
    reported: Iterable[uuid.UUID],
    parties: Iterable[uuid.UUID],
    excluded: frozenset[uuid.UUID],
    child: str,
    at: datetime,
) -> Route:
    """Who handles a case once more is known of who is in it. Everybody kept out before stays out. Policy 7.2."""
    facts = Facts(
        subjects=frozenset(reported), affected=frozenset(parties), conflicted=excluded, child_concerned=_answer(child)
    )
    return conflicts.route(cast_at(at), facts)


def second_person(
    *,
    first: uuid.UUID,
    reported: Iterable[uuid.UUID],
    parties: Iterable[uuid.UUID],
    excluded: frozenset[uuid.UUID],
    at: datetime,
) -> Person | None:
    """Who is told second of a report to the police, or nobody when no one at the school may be. Policy 8.7."""
    facts = Facts(
        subjects=frozenset(reported),
        affected=frozenset(parties),
        conflicted=excluded,
        acts={Act.REPORT_TO_POLICE: first},
    )
    found = conflicts.eligible(Act.SECOND_INFORMED, cast_at(at), facts)
    return None if isinstance(found, Outside) else Person.objects.filter(pk=found).first()


def safeguarding_people(
    *, answers: Answers, reporter: Person | None, at: datetime
) -> tuple[list[Person], list[Person]]:
    """Who is told at once that a child may be shown, and who next if nobody looks. Policy 6.5.

    First lead and deputies, else whoever the rules seat; then the head, else who handles it. Never anybody kept out.
    """
    cast = cast_at(at)
    found = conflicts.route(cast, facts_of(answers={**answers, "child": "yes"}, reporter=reporter))
    leads = [p for p in (cast.dsl, *cast.deputy_dsls) if p is not None and p not in found.excluded]
    first = [p for p in leads if p not in cast.away] or [p for p, why in found.seats.items() if why == "lead"]
    if not first and cast.head in found.seats and cast.head not in cast.away:
        # With no lead here the head stands in, who may be seated as head already: nobody more needs to know.
        first = [p for p in found.seats if p == cast.head]
    # An alert that nobody hears is the one thing that must not be: then whoever hears that a case waits.
    first = first or list(found.seats) or list(found.told)
    then = [p for p in (cast.head, *found.seats) if p is not None and p not in found.excluded and p not in first]
    people = Person.objects.in_bulk([uuid.UUID(str(p)) for p in (*first, *then)])
    known = {str(key): person for key, person in people.items()}
    return [known[str(p)] for p in first], [known[str(p)] for p in dict.fromkeys(then)]


def matched(answers: Answers) -> list[Person]:
    """The adults of the school whom the answer to “name or account” may mean.

    By surname where it may be somebody who works here, by full name otherwise. Two with one surname are both meant
    until a manager says which: better one too many kept out than one too few.
    """
    said = _plain(str(answers.get("name", "")))
    if not said:
        return []
    loose = answers.get("group") in {"staff", "unknown", None}
    words = set(said.split())
    found = []
    for person in Person.objects.all():
        parts = _plain(person.name).split()
        if parts and (set(parts) <= words or (loose and parts[-1] in words)):
            found.append(person)
    return found


def writer_of(answers: Answers) -> Person | None:
    """The adult of the school who wrote a form that somebody else types in, where the name says so plainly.

    For the conflict rules alone: nobody's own page shows a report because of a name that another typed.
    """
    if answers.get("written_by") != "other":
        return None
    found = matched({"name": answers.get("writer_name", ""), "group": "other"})
    return found[0] if len(found) == 1 else None


def mentioned(answers: Answers) -> list[Person]:
    """Those who might handle it and whose surname stands in the report's own words, unless only mentioned.

    The reporter is asked before sending which of them are part of it.
    """
    told = " ".join(str(answers.get(name, "")) for name in ("happened", "where", "name"))
    words = {_plain(word) for word in told.split() if word[:1].isupper() or word[:1] in "‘“'\"("}
    raw = answers.get("only_mentioned")
    let_in = {str(one) for one in raw} if isinstance(raw, list) else set()
    roles = (Role.HEAD, Role.SENIOR, Role.LEAD, Role.DEPUTY_LEAD, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD)
    handlers = Person.objects.filter(appointments__role__in=roles, appointments__ends_at__isnull=True).distinct()
    return [
        p
        for p in handlers
        if _plain(p.name).split()[-1:] and _plain(p.name).split()[-1] in words and str(p.id) not in let_in
    ]


def seats_of(route: Route) -> dict[uuid.UUID, str]:
    """The people a route seats, with the reason, as ids."""
    return {uuid.UUID(str(person)): why for person, why in route.seats.items()}


def excluded_by(route: Route) -> dict[uuid.UUID, str]:
    """The people a route keeps out, with the reason, as ids."""
    return {uuid.UUID(str(person)): why for person, why in route.reasons.items()}


def told_of(route: Route) -> list[Person]:
    """Who hears that a case waits for a handler, and nothing else."""
    return list(Person.objects.filter(pk__in=[uuid.UUID(str(p)) for p in route.told]))


def manager_of(route: Route) -> uuid.UUID | None:
    """The manager a route names, or nobody at the school."""
    return None if isinstance(route.manager, Outside) else uuid.UUID(str(route.manager))


def outside_name(route: Route) -> str:
    """The outside one a route names, or an empty text."""
    return route.outside.name if route.outside else ""


def _answer(value: object) -> Answer:
    return Answer(str(value)) if value in {"yes", "no", "not_sure"} else Answer.NOT_SURE


def _plain(words: str) -> str:
    """Small letters without accents or marks, hyphens and apostrophes closed up: O’Brien and obrien are one name."""
    bare = unicodedata.normalize("NFKD", words.casefold())
    kept = "".join(c if c.isalnum() or c.isspace() else "" for c in bare if not unicodedata.combining(c))
    return " ".join(kept.split())
