"""Weighing a suspected breach before anybody concludes: was it them, how serious, in proportion. Parts stay sealed.

Whoever looked into it proposes, whoever decides concludes, and the newest conclusion counts. No score is kept anywhere.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time

from forethought.audit.procedures import acting
from forethought.cases.models import Capacity, Case, Citation
from forethought.cases.moves import name_of
from forethought.cases.referring import lado_was_consulted
from forethought.cases.rules import lost_race
from forethought.core.clock import london
from forethought.core.errors import Refused, TooLate, insist
from forethought.evidence import keyring
from forethought.investigations import attribution, seriousness, work_time
from forethought.investigations.attribution import View
from forethought.investigations.models import Allegation, Breach, Chosen
from forethought.investigations.rules import LADO_FIRST, Harm, Part, Result
from forethought.investigations.seriousness import Factors
from forethought.investigations.standing import findings_of
from forethought.investigations.weighing_models import Weighing, Weighs
from forethought.investigations.work_hours import hours_on
from forethought.people.models import Person

Content = dict[str, object]


# --- How it stands ---


def newest(case: Case, question: Weighs, *, concluded: bool, at: datetime | None = None) -> Weighing | None:
    """The last proposal or conclusion about a question, by an instant (UTC) or now. Policy 9.2c, 9.3."""
    rows = Weighing.objects.filter(case=case, question=question, concluded=concluded)
    if at is not None:
        rows = rows.filter(weighed_at__lte=at)
    found: Weighing | None = rows.order_by("-weighed_at", "-id").first()
    return found


def words_of(row: Weighing | None) -> Content:
    """What was said with it; nothing where there is none."""
    return keyring.words(row, case_id=row.case_id) if row is not None else {}


class Thread:
    """Everything weighed so far about one question: its version is what a form carries, so that the second is told."""

    def __init__(self, case: Case, question: Weighs) -> None:
        self.case, self.question = case, question
        self.refresh_from_db()

    def refresh_from_db(self, fields: object = None) -> None:
        """Count again."""
        self.version = Weighing.objects.filter(case=self.case, question=self.question).count()


def lado_first(case: Case) -> bool:
    """Whether a child may have been harmed and the designated officer was not consulted yet. Policy 6.5."""
    harm = Breach.objects.filter(case=case).values_list("harm", flat=True).first() or case.child
    return harm != Harm.NO and not lado_was_consulted(case)


def only_wide(case: Case) -> bool:
    """Whether all that was found, or while nothing was, all that is said, may break a wide rule and no other.

    Policy 5.2, 5.3d.
    """
    rows, found = Allegation.objects.filter(case=case), findings_of(case)
    so = [one for one in rows if one.pk in found and found[one.pk].result == Result.SUBSTANTIATED] or rows
    cited = Citation.objects.filter(pk__in=[cite for one in so for cite in one.cites])
    named = set(cited.values_list("clause", flat=True))
    return bool(named) and named <= seriousness.WIDE


def weighed_of(case: Case, at: datetime) -> seriousness.Weighed:
    """What was concluded in a matter by an instant, for the rules. Policy 9.2c, 9.3."""
    found = {one: newest(case, one, concluded=True, at=at) for one in Weighs}
    was, how, fair = (found[one] for one in (Weighs.ATTRIBUTION, Weighs.SERIOUSNESS, Weighs.PROPORTION))
    effect = how.choices.get("effect") if how else None
    return seriousness.Weighed(
        attribution=was.result if was else "",
        lado_first=lado_first(case),
        seriousness=how is not None,
        only_wide=effect == "none" and only_wide(case),
        flags=frozenset(how.choices.get("flags", ())) if how else frozenset(),
        proportion=fair.result if fair else "",
        proportion_flags=frozenset(fair.choices.get("flags", ())) if fair else frozenset(),
    )


def why_not_sanction(*, case: Case, at: datetime) -> str | None:
    """What is missing before anything may be taken from the person reported, or nothing.

    It was them, the four factors, an effect where only a wide rule is named, proportion where it is called for, the
    designated officer first. Policy 2.4, 5.2, 5.3d, 6.5, 9.2c, 9.3, 9.6.
    """
    now = weighed_of(case, at)
    return seriousness.why_not_sanction(now, not_theirs=attribution.why_not_find_breach(now.attribution))


def why_not_substantiate(*, case: Case, at: datetime) -> str | None:
    """Why no allegation can be found to be so: it is not shown that it was them. Policy 9.2c."""
    found = newest(case, Weighs.ATTRIBUTION, concluded=True, at=at)
    return attribution.why_not_find_breach(found.result if found else "")


def why_not_conclude(case: Case, person: Person) -> str | None:
    """Whether somebody may conclude, rather than propose. Policy 9.1."""
    chosen = Chosen.objects.filter(case=case, part=Part.DECIDER, ended_at__isnull=True)
    deciders = set(chosen.values_list("person_id", flat=True))
    return attribution.why_not_conclude(
        looked=Chosen.objects.filter(case=case, person=person, part=Part.INVESTIGATOR).exists(),
        decided_by_others=bool(deciders) and person.pk not in deciders,
    )


# --- Weighing ---


def propose_attribution(*, case: Case, version: int, view: View, by: Person, at: datetime) -> Weighing:
    """Propose whether it was them, with what it rests on and what was found about each alternative. Policy 9.2c."""
    return _attribution("propose_attribution", case, version, view, concluded=False, by=by, at=at)


def conclude_attribution(*, case: Case, version: int, view: View, by: Person, at: datetime) -> Weighing:
    """Conclude on the balance of probabilities whether it was them. Not shown means no finding of breach.

    Policy 9.2c. It can be concluded anew; what was concluded before stays.
    """
    return _attribution("conclude_attribution", case, version, view, concluded=True, by=by, at=at)


def _attribution(
    verb: str, case: Case, version: int, view: View, *, concluded: bool, by: Person, at: datetime
) -> Weighing:
    reported = case.parties.filter(capacity=Capacity.REPORTED).exists()
    reason = None if reported else "Say first who it may be about."
    return _keep(
        verb,
        case,
        Weighs.ATTRIBUTION,
        version,
        reason=reason or attribution.why_not_weigh_attribution(view),
        concluded=concluded,
        result=view.result,
        choices={"bases": sorted(view.bases)},
        said={"basis": view.basis, "alternatives": dict(view.alternatives), "reasons": view.reasons},
        by=by,
        at=at,
    )


def propose_seriousness(
    *, case: Case, version: int, factors: Factors, said: Mapping[str, str], by: Person, at: datetime
) -> Weighing:
    """Propose how serious it is: four factors with their evidence, and what speaks for the person. Policy 9.3."""
    return _seriousness("propose_seriousness", case, version, factors, said, concluded=False, by=by, at=at)


def conclude_seriousness(
    *, case: Case, version: int, factors: Factors, said: Mapping[str, str], by: Person, at: datetime
) -> Weighing:
    """Conclude how serious it is. No score decides: the factors stand side by side, each with its evidence.

    Policy 9.3. A flag makes proportion compulsory before any sanction.
    """
    return _seriousness("conclude_seriousness", case, version, factors, said, concluded=True, by=by, at=at)


def _seriousness(
    verb: str,
    case: Case,
    version: int,
    factors: Factors,
    said: Mapping[str, str],
    *,
    concluded: bool,
    by: Person,
    at: datetime,
) -> Weighing:
    reason = seriousness.why_not_weigh_seriousness(
        nature=factors.nature,
        spread=factors.spread,
        effect=factors.effect,
        evidence=said,
        flags=factors.ticked,
    )
    kept: Content = {
        **said,
        "effects": factors.effect,
        "ticked": factors.ticked,
        "visible_said": factors.visible.said,
        "records": factors.records,
        "around": factors.around,
    }
    return _keep(
        verb,
        case,
        Weighs.SERIOUSNESS,
        version,
        reason=reason,
        concluded=concluded,
        result="",
        choices=factors.choices(),
        said=kept,
        by=by,
        at=at,
    )


def conclude_proportion(
    *,
    case: Case,
    version: int,
    result: str,
    answers: Mapping[str, str],
    screens: Mapping[str, str],
    advice: Mapping[str, str],
    reasons: str,
    by: Person,
    at: datetime,
) -> Weighing:
    """Conclude whether a sanction would go too far, once every question is answered. Policy 2.4, 9.3.

    It counts for what had been flagged by then; a new flag asks for it again.
    """
    how = newest(case, Weighs.SERIOUSNESS, concluded=True)
    reason = None if how else "Say first how serious it is. It shows what has to be weighed."
    reason = reason or seriousness.why_not_weigh_proportion(
        result=result, answers=answers, screens=screens, advice=advice, reasons=reasons
    )
    said: Content = {"answers": dict(answers), "screens": dict(screens), "advice": dict(advice), "reasons": reasons}
    return _keep(
        "conclude_proportion",
        case,
        Weighs.PROPORTION,
        version,
        reason=reason,
        concluded=True,
        result=result,
        choices={"flags": list(how.choices.get("flags", ())) if how else []},
        said=said,
        by=by,
        at=at,
    )


def note_use(
    *,
    case: Case,
    version: int,
    day: date,
    starts: time,
    ends: time,
    how_known: str,
    excuse: str,
    effect: str,
    reason: str,
    by: Person,
    at: datetime,
) -> Weighing:
    """Note when and how long somebody used social media at work, and what it did. Nobody is watched to find it.

    Policy 3.3, 5.7. What was not work time says so, and goes on only with a reason. Dates and times in London.
    """
    insist("That day has not come yet." if day > london(at).date() else None, "3.3")
    outside = work_time.not_work_time(day=day, starts=starts, ends=ends, hours=hours_on(day))
    refused = work_time.why_not_note_use(
        starts=starts, ends=ends, how_known=how_known, excuse=excuse, effect=effect, outside=outside, reason=reason
    )
    said: Content = {
        "day": day.isoformat(),
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "effect": effect,
        "outside": outside or work_time.not_misuse(excuse) or "",
        "reason": reason,
    }
    return _keep(
        "note_use",
        case,
        Weighs.USE,
        version,
        reason=refused,
        concluded=True,
        result="outside" if outside else "inside",
        choices={"how_known": how_known, "excuse": excuse},
        said=said,
        by=by,
        at=at,
    )


CLAUSES = {Weighs.ATTRIBUTION: "9.2c", Weighs.SERIOUSNESS: "9.3", Weighs.PROPORTION: "2.4", Weighs.USE: "3.3"}


def _keep(
    verb: str,
    case: Case,
    question: Weighs,
    version: int,
    *,
    reason: str | None,
    concluded: bool,
    result: str,
    choices: Content,
    said: Content,
    by: Person,
    at: datetime,
) -> Weighing:
    """Refuse whoever saw an older state, whoever may not, and what is not complete; then keep it."""
    with acting(f"investigations.{verb}", by=by, at=at, case_id=case.id, facts={"question": str(question)}) as event:
        _unmoved(case, question, version)
        insist("This case is closed. Open it again first." if case.status == "closed" else None, "9.1")
        if concluded and question != Weighs.USE:
            insist(why_not_conclude(case, by), "9.1")
        if lado_first(case):
            raise Refused(LADO_FIRST, "6.5")
        insist(reason, CLAUSES[question])
        row = Weighing(
            id=uuid.uuid4(),
            school_id=case.school_id,
            case=case,
            question=question,
            concluded=concluded,
            result=result,
            choices=choices,
            weighed_at=at,
            weighed_by=str(by.id),
        )
        row.content = keyring.seal(row, said, case_id=case.id)
        row.save(force_insert=True)
        event.about = row.id
    return row


def _unmoved(case: Case, question: Weighs, version: int) -> None:
    rows = Weighing.objects.filter(case=case, question=question)
    if rows.count() == version:
        return
    last = rows.order_by("-weighed_at", "-id").first()
    if last is None:
        raise TooLate("This page is too old. Open it again. What you typed is below. Nothing was changed.")
    raise TooLate(lost_race(role=name_of(last.weighed_by), at=last.weighed_at))
