"""How a suspected breach stands, counted now, and moving it on. Parts of larger acts."""

import uuid
from collections import Counter
from datetime import datetime

from django.db.models import F

from forethought.audit.procedures import Actor
from forethought.cases.models import Capacity, Case, Owed, Status
from forethought.cases.moves import move as move_case
from forethought.cases.moves import name_of
from forethought.cases.owed import settle_all
from forethought.cases.referring import lado_was_consulted
from forethought.cases.rules import lost_race
from forethought.core.errors import TooLate, insist
from forethought.evidence import keyring
from forethought.investigations import rules
from forethought.investigations.models import Allegation, Breach, Finding, Step
from forethought.investigations.rules import Result, Standing
from forethought.investigations.stages import MOVES, Stage

Content = dict[str, object]


def breach_of(case: Case) -> Breach:
    """The suspected breach that a case is about."""
    found: Breach = Breach.objects.select_related("case__school", "case__manager", "subject").get(case=case)
    return found


def findings_of(case: Case) -> dict[uuid.UUID, Finding]:
    """The newest finding about each allegation of a case that has one. Policy 9.4."""
    rows = Finding.objects.filter(allegation__case=case).order_by("found_at", "id")
    return {row.allegation_id: row for row in rows}


def standing_of(breach: Breach, at: datetime) -> Standing:
    """What is known of a suspected breach at an instant (UTC): what every rule about it is asked with. Policy 9.1."""
    case = breach.case
    allegations = list(Allegation.objects.filter(case=case))
    found = findings_of(case)
    parts: Counter[str] = Counter(case.chosen.filter(ended_at__isnull=True).values_list("part", flat=True))
    meetings = list(case.meetings.filter(moved_to__isnull=True).values_list("kind", "held_at"))
    reported = case.parties.filter(capacity=Capacity.REPORTED).prefetch_related("offers")
    return Standing(
        stage=breach.stage,
        paused=breach.paused_at is not None,
        tracked=breach.tracked,
        harm=breach.harm,
        lado_consulted=breach.harm != rules.Harm.NO and lado_was_consulted(case),
        subject_known=breach.subject_id is not None,
        terms=case.steps.filter(verb="set_terms").exists(),
        parts=parts,
        allegations=len(allegations),
        uncited=sum(not one.cites for one in allegations),
        unfound=sum(one.id not in found for one in allegations),
        substantiated=sum(one.result == Result.SUBSTANTIATED for one in found.values()),
        letters=frozenset(case.sent_letters.values_list("kind", flat=True)),
        hearing_planned=any(kind == "hearing" for kind, _ in meetings),
        hearing_held=any(kind == "hearing" and held for kind, held in meetings),
        appeal_held=any(kind == "appeal" and held for kind, held in meetings),
        refer_owed=Owed.objects.filter(case=case, kind="refer", done_at__isnull=True).exists(),
        unoffered=any(not party.offers.all() for party in reported),
    )


def allowed(breach: Breach, verb: str, at: datetime) -> None:
    """Refuse an act that the rules do not allow now. Part of every act; asked inside its transaction.

    Raises Refused with the rule's sentence.
    """
    breach.refresh_from_db(fields=["stage", "paused_at", "tracked", "harm", "subject"])
    insist(rules.why_not(verb, standing_of(breach, at)), "9.1")


def unmoved(breach: Breach, version: int) -> None:
    """Refuse whoever saw an older state, before any rule speaks of the new one. Part of every decision.

    Raises TooLate, naming who was first and when.
    """
    now = Breach.objects.only("version", "moved_at", "moved_by").get(pk=breach.pk)
    if now.version != version:
        raise TooLate(lost_race(role=name_of(now.moved_by), at=now.moved_at))


def move(breach: Breach, verb: str, *, version: int, by: Actor, at: datetime, **changes: object) -> None:
    """Move a suspected breach as its state table allows, if it is still at the version the person saw.

    Its case is opened with the first step and closed with the last. Raises TooLate, naming who was first and when,
    otherwise. Part of a larger act.
    """
    sources, target = MOVES[verb]
    changed = Breach.objects.filter(pk=breach.pk, version=version, stage__in=sources).update(
        stage=target, version=F("version") + 1, moved_at=at, moved_by=str(by.id), **changes
    )
    if not changed:
        unmoved(breach, -1)
    breach.refresh_from_db()
    follow(breach.case, breach.stage, by=by, at=at)


def change(breach: Breach, *, version: int, by: Actor, at: datetime, **changes: object) -> None:
    """Change something about a suspected breach without moving it, if it is still at the version the person saw.

    Raises TooLate, naming who was first and when, otherwise. Part of a larger act.
    """
    changed = Breach.objects.filter(pk=breach.pk, version=version).update(
        version=F("version") + 1, moved_at=at, moved_by=str(by.id), **changes
    )
    if not changed:
        unmoved(breach, -1)
    breach.refresh_from_db()


def follow(case: Case, stage: str, *, by: Actor, at: datetime) -> None:
    """Open or close the case as its breach goes on or ends. Part of a larger act."""
    case.refresh_from_db(fields=["status", "version"])
    if case.status == Status.RECEIVED:
        move_case(case, "take_up", version=case.version, by=by, at=at)
    if stage == Stage.ENDED and case.status == Status.OPEN:
        settle_all(case=case, by=by, at=at)
        move_case(case, "close", version=case.version, by=by, at=at)
    elif stage != Stage.ENDED and case.status == Status.CLOSED:
        move_case(case, "reopen", version=case.version, by=by, at=at)


def note(
    case: Case, verb: str, *, by: Actor, at: datetime, choice: str = "", about: uuid.UUID | None = None, **said: object
) -> Step:
    """Keep what was done in a procedure, with its words sealed. Part of a larger act."""
    step = Step(
        id=uuid.uuid4(),
        school_id=case.school_id,
        case=case,
        verb=verb,
        choice=choice,
        about=about,
        done_at=at,
        done_by=str(by.id),
    )
    step.content = keyring.seal(step, dict(said), case_id=case.id)
    step.save(force_insert=True)
    return step


def last_step(case: Case, verb: str) -> Step | None:
    """The newest step of one kind, or nothing."""
    found: Step | None = case.steps.filter(verb=verb).order_by("-done_at", "-id").first()
    return found


def words_of(step: Step | None) -> Content:
    """What was said with a step; nothing where there is none."""
    return keyring.words(step, case_id=step.case_id) if step is not None else {}
