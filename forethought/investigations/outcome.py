"""The outcome: offered by engagement, refused while something is missing, and the appeal against it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings

from forethought.audit.procedures import acting
from forethought.cases.owed import owe, settle
from forethought.core.clock import from_london, london
from forethought.core.errors import insist
from forethought.core.text import is_blank
from forethought.core.working_time import add_working_days
from forethought.investigations import outcomes, weighing
from forethought.investigations.clearing import clear_if_so
from forethought.investigations.models import Breach
from forethought.investigations.outcomes import Need
from forethought.investigations.rules import Part
from forethought.investigations.standing import allowed, move, note, standing_of, unmoved
from forethought.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Considered:
    """What was thought of before an outcome, in words. `others` is who else was told or asked, and when."""

    hr_advice: str = ""
    barring: str = ""
    others: str = ""
    appeal_told: bool = False


#: The fewest people who are a panel. How many a school needs is for its own procedure.
PANEL = 2


def why_not_without(*, needs: Collection[Need], panel: int, facts: Considered) -> str | None:
    """What an outcome needs first: for a dismissal a panel, HR’s advice, a thought about barring, the appeal told.

    Policy 9.6.
    """
    missing = {
        Need.PANEL: panel < PANEL and "A panel decides a dismissal. Choose at least one more person who decides.",
        Need.HR_ADVICE: is_blank(facts.hr_advice) and "Write what HR advised. This needs that advice first.",
        Need.BARRING: is_blank(facts.barring) and "Say what you thought about a referral to the DBS and TRA, and why.",
        Need.APPEAL: not facts.appeal_told and "Tell them of their right to appeal.",
        Need.AGENCY: is_blank(facts.others) and "Say when and how the agency was told.",
        Need.CONTRACTOR: is_blank(facts.others) and "Say when and how their own employer was told.",
        Need.PROVIDER: is_blank(facts.others) and "Say when and how the training provider was told.",
        Need.BOARD: is_blank(facts.others) and "Say when the board meets, and who told its clerk.",
        Need.CONTRACT: is_blank(facts.others) and "Say what the contract allows, and who looked.",
    }
    return next((said for need in needs if (said := missing.get(need))), None)


def why_not_outcome(breach: Breach, *, outcome: str, reasons: str, facts: Considered, at: datetime) -> str | None:
    """An outcome is one of those offered to somebody engaged like this, and rests on a substantiated finding.

    No sanction while it is not shown that it was them, or belief and expression were not weighed. Policy 9.3, 9.6.
    """
    if outcome not in outcomes.offered(breach.engagement):
        return "That outcome is not open for somebody who works or helps here in this way."
    if is_blank(reasons):
        return "Say why, in a few words."
    now = standing_of(breach, at)
    if outcomes.is_sanction(outcome):
        if not now.substantiated:
            return "No allegation was found to be so. Choose an outcome that takes nothing from them."
        if reason := weighing.why_not_sanction(case=breach.case, at=at):
            return reason
    # Handed to HR, the panel sits there; what else is needed is noted here all the same.
    panel = now.parts.get(Part.DECIDER, 0) if breach.tracked else PANEL
    return why_not_without(needs=list(outcomes.needs(outcome, breach.engagement)), panel=panel, facts=facts)


def appeal_ends(day: date) -> date:
    """The last day to appeal unless another is set: working days from the setting. London dates.

    The Acas Code gives no number; five working days is guidance alone. Policy 9.5.
    """
    return add_working_days(day, settings.APPEAL_WORKING_DAYS)


def decide_outcome(
    *,
    breach: Breach,
    outcome: str,
    reasons: str,
    facts: Considered,
    appeal_by: date | None,
    version: int,
    by: Person,
    at: datetime,
) -> None:
    """Decide, once both sides were heard and each allegation has its finding. The decision goes to them in writing.

    Until when they may appeal is put on the clock. Policy 9.5, 9.6.
    """
    unmoved(breach, version)
    with acting(
        "investigations.decide_outcome",
        by=by,
        at=at,
        about=breach.id,
        case_id=breach.case_id,
        facts={"outcome": outcome},
    ):
        allowed(breach, "decide_outcome", at)
        looked = breach.case.chosen.filter(person=by, part=Part.INVESTIGATOR).exists()
        insist("You looked into this. Whoever decides notes the outcome." if looked else None, "9.1")
        insist(why_not_outcome(breach, outcome=outcome, reasons=reasons, facts=facts, at=at), "9.6")
        last = appeal_by or appeal_ends(london(at).date())
        insist("The last day to appeal has to come after today." if last <= london(at).date() else None, "9.5")
        move(breach, "decide_outcome", version=version, by=by, at=at, outcome=outcome)
        note(
            breach.case,
            "decide_outcome",
            choice=outcome,
            reason=reasons,
            appeal_by=last.isoformat(),
            hr_advice=facts.hr_advice,
            barring=facts.barring,
            others=facts.others,
            appeal_told=facts.appeal_told,
            by=by,
            at=at,
        )
        letter_due = from_london(add_working_days(london(at).date(), 1), time(17))
        owe(case=breach.case, kind="breach_letter", about=breach.id, due_at=letter_due, at=at)
        owe(case=breach.case, kind="breach_appeal", about=breach.id, due_at=from_london(last, time(23, 59)), at=at)


def note_appeal(*, breach: Breach, grounds: str, came_on: date, version: int, by: Person, at: datetime) -> None:
    """Note an appeal with its grounds, on time or late: whether a late one is heard is for a person. Policy 9.5."""
    unmoved(breach, version)
    with acting("investigations.note_appeal", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "note_appeal", at)
        insist("Write why they appeal." if is_blank(grounds) else None, "9.5")
        insist("That day has not come yet." if came_on > london(at).date() else None, "9.5")
        move(breach, "note_appeal", version=version, by=by, at=at)
        settle(case=breach.case, kind="breach_appeal", about=breach.id, by=by, at=at)
        note(breach.case, "note_appeal", grounds=grounds, came_on=came_on.isoformat(), by=by, at=at)


def decide_appeal(
    *, breach: Breach, result: str, outcome: str, reasons: str, version: int, by: Person, at: datetime
) -> None:
    """Decide an appeal, heard by somebody with no part in it before: upheld, changed or not. Never harsher.

    Changed, the outcome is another of those offered. Policy 9.5.
    """
    unmoved(breach, version)
    with acting(
        "investigations.decide_appeal", by=by, at=at, about=breach.id, case_id=breach.case_id, facts={"result": result}
    ):
        allowed(breach, "decide_appeal", at)
        before = breach.case.chosen.filter(person=by).exclude(part=Part.APPEAL).exists()
        insist("You had a part in this before. Whoever hears the appeal notes how it ended." if before else None, "9.1")
        insist(None if result in APPEALS else "Choose how the appeal ended.", "9.5")
        insist("Say why, in a few words." if is_blank(reasons) else None, "9.5")
        new = outcome if result == "changed" else outcomes.NO_ACTION if result == "upheld" else breach.outcome
        insist(None if new in outcomes.offered(breach.engagement) else "Choose the new outcome.", "9.6")
        harsher = outcomes.is_sanction(new) and not outcomes.is_sanction(breach.outcome)
        insist("An appeal does not make it worse. Choose another outcome." if harsher else None, "9.5")
        note(breach.case, "decide_appeal", choice=result, outcome=new, reason=reasons, by=by, at=at)
        clear_if_so(breach, by=by, at=at)
        move(breach, "decide_appeal", version=version, by=by, at=at, outcome=new)


APPEALS = {
    "dismissed": "The decision stands",
    "changed": "Another, lesser outcome",
    "upheld": "The appeal is right: no action",
}
