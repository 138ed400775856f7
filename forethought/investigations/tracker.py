"""The full tracker: the stages of the Acas Code from telling the person to deciding whether there is a case to answer.

Where a school leaves the tracker off, HR runs these (handing_over.py). Hearings and minutes are in meetings.py, the
outcome and the appeal in outcome.py.
"""

from datetime import date, datetime, time

from forethought.audit.procedures import acting
from forethought.cases.owed import owe, settle
from forethought.core.clock import from_london, london
from forethought.core.errors import insist
from forethought.core.text import is_blank
from forethought.investigations import rules
from forethought.investigations.clearing import clear_if_so
from forethought.investigations.models import Breach
from forethought.investigations.rules import Part
from forethought.investigations.standing import allowed, move, note, unmoved
from forethought.people.models import Person


def tell_in_writing(*, breach: Breach, version: int, by: Person, at: datetime) -> None:
    """Note that the person reported was told in writing what is said, and what comes next. Acas Code. Policy 9.1."""
    unmoved(breach, version)
    with acting("investigations.tell_in_writing", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "tell_in_writing", at)
        move(breach, "tell_in_writing", version=version, by=by, at=at)
        note(breach.case, "tell_in_writing", by=by, at=at)


def start_investigation(*, breach: Breach, version: int, by: Person, at: datetime) -> None:
    """Begin to look into a matter, under its terms and by whoever was chosen. Acas Code, paragraphs 5 and 6.

    Policy 9.1.
    """
    unmoved(breach, version)
    with acting("investigations.start_investigation", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "start_investigation", at)
        move(breach, "start_investigation", version=version, by=by, at=at)
        note(breach.case, "start_investigation", by=by, at=at)


def consider_suspension(
    *, breach: Breach, choice: str, alternatives: str, review_on: date | None, by: Person, at: datetime
) -> None:
    """Say whether somebody is asked to stay away, after the alternatives, and when that is looked at again.

    It is no disciplinary action, is with pay, and is as short as can be. Acas Code, paragraph 8. Policy 9.5.
    """
    with acting(
        "investigations.consider_suspension",
        by=by,
        at=at,
        about=breach.id,
        case_id=breach.case_id,
        facts={"choice": choice},
    ):
        allowed(breach, "consider_suspension", at)
        reason = rules.why_not_suspend(
            choice=choice, alternatives=alternatives, review_on=review_on, today=london(at).date()
        )
        insist(reason, "9.5")
        said = review_on.isoformat() if review_on and choice == "suspend" else ""
        note(breach.case, "consider_suspension", choice=choice, alternatives=alternatives, review_on=said, by=by, at=at)
        if choice == "suspend" and review_on is not None:
            owe(case=breach.case, kind="suspension", about=breach.id, due_at=from_london(review_on, time(17)), at=at)
        else:
            settle(case=breach.case, kind="suspension", about=breach.id, by=by, at=at)


def is_suspended(breach: Breach) -> bool:
    """Whether the person reported stays away now: what was said last holds."""
    steps = breach.case.steps.filter(verb__in=["consider_suspension", "review_suspension"])
    last = steps.order_by("-done_at", "-id").first()
    return last is not None and last.choice in {"suspend", "goes_on"}


def review_suspension(
    *, breach: Breach, choice: str, reason: str, review_on: date | None, by: Person, at: datetime
) -> None:
    """Look again whether a suspension is still needed: it goes on until another day, or ends. Policy 9.5."""
    with acting(
        "investigations.review_suspension",
        by=by,
        at=at,
        about=breach.id,
        case_id=breach.case_id,
        facts={"choice": choice},
    ):
        allowed(breach, "review_suspension", at)
        insist(None if is_suspended(breach) else "Nobody is suspended here.", "9.5")
        insist(None if choice in {"goes_on", "ends"} else "Choose what you decided.", "9.5")
        insist("Say why, in a few words." if is_blank(reason) else None, "9.5")
        later = review_on is not None and review_on > london(at).date()
        insist(
            "Say on which day you look again. It has to come after today."
            if choice == "goes_on" and not later
            else None,
            "9.5",
        )
        note(breach.case, "review_suspension", choice=choice, reason=reason, by=by, at=at)
        if choice == "goes_on" and review_on is not None:
            owe(case=breach.case, kind="suspension", about=breach.id, due_at=from_london(review_on, time(17)), at=at)
        else:
            settle(case=breach.case, kind="suspension", about=breach.id, by=by, at=at)


def give_investigation_report(
    *, breach: Breach, found: str, for_them: str, recommends: str, version: int, by: Person, at: datetime
) -> None:
    """Give the report: what was found, what speaks for the person, and whether there seems to be a case to answer.

    Facts alone: it decides nothing. Policy 9.1.
    """
    unmoved(breach, version)
    with acting("investigations.give_investigation_report", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "give_investigation_report", at)
        insist("Write what was found." if is_blank(found) else None, "9.1")
        insist("Write what speaks for the person, or that nothing does." if is_blank(for_them) else None, "9.1")
        insist(None if recommends in {"case", "no_case", "informal"} else "Choose what you recommend.", "9.1")
        move(breach, "give_investigation_report", version=version, by=by, at=at)
        note(
            breach.case,
            "give_investigation_report",
            choice=recommends,
            found=found,
            for_them=for_them,
            by=by,
            at=at,
        )


def decides(breach: Breach, by: Person) -> str | None:
    """Why somebody may not note a decision: they looked into it. Policy 9.1."""
    looked = breach.case.chosen.filter(person=by, part=Part.INVESTIGATOR).exists()
    return "You looked into this. Whoever looks into a matter does not decide it." if looked else None


def find_case_to_answer(*, breach: Breach, reason: str, version: int, by: Person, at: datetime) -> None:
    """Decide that there is a case to answer, which a hearing then hears. It is no finding. Policy 9.1."""
    unmoved(breach, version)
    with acting("investigations.find_case_to_answer", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "find_case_to_answer", at)
        insist(decides(breach, by), "9.1")
        insist("Say why, in a few words." if is_blank(reason) else None, "9.1")
        move(breach, "find_case_to_answer", version=version, by=by, at=at)
        note(breach.case, "find_case_to_answer", reason=reason, by=by, at=at)


def find_no_case(*, breach: Breach, reason: str, version: int, by: Person, at: datetime) -> None:
    """Decide that there is no case to answer: it ends, each allegation with its finding. Policy 9.1, 9.4."""
    unmoved(breach, version)
    with acting("investigations.find_no_case", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "find_no_case", at)
        insist(decides(breach, by), "9.1")
        insist("Say why, in a few words." if is_blank(reason) else None, "9.1")
        note(breach.case, "find_no_case", reason=reason, by=by, at=at)
        clear_if_so(breach, by=by, at=at)
        move(breach, "find_no_case", version=version, by=by, at=at)


def give_notice(*, breach: Breach, evidence: str, version: int, by: Person, at: datetime) -> None:
    """Give notice of the hearing: what is said, what may come of it, the evidence, when, where, and the companion.

    Acas Code, paragraphs 9 and 10. Policy 9.5.
    """
    unmoved(breach, version)
    with acting("investigations.give_notice", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "give_notice", at)
        insist("List the evidence that went with the notice." if is_blank(evidence) else None, "9.5")
        move(breach, "give_notice", version=version, by=by, at=at)
        note(breach.case, "give_notice", evidence=evidence, by=by, at=at)


def hold_hearing(*, breach: Breach, version: int, by: Person, at: datetime) -> None:
    """Go on from a hearing that was held to the decision. Policy 9.5."""
    unmoved(breach, version)
    with acting("investigations.hold_hearing", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "hold_hearing", at)
        move(breach, "hold_hearing", version=version, by=by, at=at)
        note(breach.case, "hold_hearing", by=by, at=at)
