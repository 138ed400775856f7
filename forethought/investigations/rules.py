"""What may be done about a suspected breach, and why not. Each act asks here, and so does its button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from forethought.core.naming import Named
from forethought.core.text import is_blank
from forethought.investigations.stages import MOVES, OF_TRACKER, Stage, why_not_from


class Harm(Named):
    """Whether the threshold of harm to a child may be met (KCSIE part four)."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_SURE = "not_sure", "Not sure"


class Procedure(Named):
    """Under which procedure a matter is dealt with. Policy 9.1."""

    BULLYING = "bullying", "Bullying and harassment"
    DISCIPLINARY = "disciplinary", "Disciplinary"
    OTHER = "other", "Another procedure"


class Part(Named):
    """What somebody is chosen for in a procedure."""

    INVESTIGATOR = "investigator", "Looks into it"
    DECIDER = "decider", "Decides, alone or on a panel"
    APPEAL = "appeal", "Hears any appeal"
    NOTE_TAKER = "note_taker", "Takes the notes"
    HR = "hr", "Advises as HR"


class Result(Named):
    """What was found about one allegation (KCSIE's words)."""

    SUBSTANTIATED = "substantiated", "Substantiated"
    UNSUBSTANTIATED = "unsubstantiated", "Unsubstantiated"
    UNFOUNDED = "unfounded", "Unfounded"
    FALSE = "false", "False"
    MALICIOUS = "malicious", "Malicious"


RESULTS_SAID = {
    Result.SUBSTANTIATED: "There is enough evidence that it is so.",
    Result.UNSUBSTANTIATED: "Not enough evidence either way. It says nothing of guilt.",
    Result.UNFOUNDED: "Nothing supports it.",
    Result.FALSE: "Shown not to be so.",
    Result.MALICIOUS: "Shown not to be so, and meant to deceive.",
}

#: Findings after which the person's record is cleared, and this is said to them.
CLEARING = frozenset({Result.UNFOUNDED, Result.FALSE, Result.MALICIOUS})

#: Steps that look into a matter or go to the person: never before the designated officer was consulted. Policy 6.5.
AFTER_LADO = frozenset(
    {
        "settle_informally",
        "hand_to_hr",
        "set_terms",
        "choose_person",
        "tell_in_writing",
        "start_investigation",
        "plan_meeting",
        "hold_meeting",
        "give_investigation_report",
        "find_case_to_answer",
        "give_notice",
        "propose_disclosure",
    }
)

LADO_FIRST = (
    "A child may have been harmed. Speak to the local authority’s designated officer first, and note it here. They say "
    "what may be done and when."
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of a suspected breach at the moment of asking."""

    stage: str
    paused: bool = False
    tracked: bool = False
    harm: str = Harm.NO
    lado_consulted: bool = False
    subject_known: bool = True
    terms: bool = False
    parts: Mapping[str, int] = field(default_factory=dict)
    allegations: int = 0
    uncited: int = 0
    unfound: int = 0
    substantiated: int = 0
    letters: frozenset[str] = frozenset()
    hearing_planned: bool = False
    hearing_held: bool = False
    appeal_held: bool = False
    refer_owed: bool = False
    unoffered: bool = False

    @property
    def needs_lado(self) -> bool:
        """Whether the designated officer has to be consulted and has not been."""
        return self.harm != Harm.NO and not self.lado_consulted


def why_not(verb: str, standing: Standing) -> str | None:
    """Why an act cannot be done now, as a sentence, or nothing: for its button and for the act itself.

    Policy 9.1, 9.4, 9.5, 9.6.
    """
    if verb in MOVES and (reason := why_not_from(verb, standing.stage)):
        return reason
    if verb not in MOVES and verb not in AFTER_THE_END and standing.stage == Stage.ENDED:
        return "This has ended. Open it again if something new has come up."
    if standing.needs_lado and verb in AFTER_LADO:
        return LADO_FIRST
    if standing.paused and verb in MOVES and verb != "reopen_breach":
        return "This is paused. Go on with it first."
    if verb in OF_TRACKER and not standing.tracked:
        return "At this school HR runs the procedure. Hand it over."
    own = CHECKS.get(verb)
    return own(standing) if own else None


#: What may still be done once a matter has ended.
AFTER_THE_END = frozenset({"start_letter", "clear_record", "propose_disclosure", "step_back"})


def _choose_procedure(now: Standing) -> str | None:
    if not now.subject_known:
        return "Say first who it may be about. Nobody can be told or heard before that."
    if not now.allegations:
        return "Write down first what is said to have happened, and which rule it may break."
    return None


def _tell(now: Standing) -> str | None:
    if now.uncited:
        return "Each allegation needs a clause or a policy of the school that it may break."
    return None if "told" in now.letters else "Write the letter that tells them, and keep it as sent."


def _start(now: Standing) -> str | None:
    if not now.terms:
        return "Write the terms of reference first: what is to be looked into, and what is not."
    return None if now.parts.get(Part.INVESTIGATOR) else "Choose first who looks into it."


def _case_to_answer(now: Standing) -> str | None:
    return None if now.parts.get(Part.DECIDER) else "Choose first who decides. It is never who looked into it."


def _all_found(now: Standing) -> str | None:
    if not now.unfound:
        return None
    said = "One allegation has" if now.unfound == 1 else f"{now.unfound} allegations have"
    return f"{said} no finding yet. Each is decided on its own."


def _notice(now: Standing) -> str | None:
    if not now.hearing_planned:
        return "Plan the hearing first: day, time and place."
    if "notice" not in now.letters:
        return "Write the notice of the hearing, with the evidence and the right to a companion. Keep it as sent."
    return None


def _end(now: Standing) -> str | None:
    if now.stage == Stage.DECIDED and "decision" not in now.letters:
        return "Give them the decision in writing first, and say how to appeal. Keep the letter as sent."
    return _ended_well(now)


def _ended_well(now: Standing) -> str | None:
    if now.refer_owed:
        return "A finding says that it may be unlawful. Refer it, or say why not."
    if now.unoffered and now.subject_known:
        return "Offer support to the person reported before this ends."
    return _all_found(now)


def _appeal(now: Standing) -> str | None:
    if not now.parts.get(Part.APPEAL):
        return "Choose who hears the appeal. It is somebody with no part in it so far."
    if not now.appeal_held:
        return "Hear the appeal first."
    return "A finding says that it may be unlawful. Refer it, or say why not." if now.refer_owed else None


#: What each act needs besides its place among the stages.
CHECKS: Mapping[str, Callable[[Standing], str | None]] = {
    "choose_procedure": _choose_procedure,
    "tell_in_writing": _tell,
    "start_investigation": _start,
    "find_case_to_answer": _case_to_answer,
    "find_no_case": lambda now: _case_to_answer(now) or _ended_well(now),
    "give_notice": _notice,
    "hold_hearing": lambda now: None if now.hearing_held else "Note first that the hearing was held.",
    "decide_outcome": lambda now: _case_to_answer(now) or _all_found(now),
    "decide_appeal": _appeal,
    "note_hr_outcome": _ended_well,
    "end_breach": _end,
}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What somebody is to a matter when they are thought of for a part in it."""

    kept_out: bool = False
    left: bool = False
    away: bool = False
    subject: bool = False
    reporter: bool = False
    harmed: bool = False
    witness: bool = False
    manages_subject: bool = False
    works_for_subject: bool = False
    tied: bool = False
    companion: bool = False
    manages_case: bool = False
    #: The parts they hold or held in it.
    parts: frozenset[str] = frozenset()


def why_not_choose_person(part: str, who: Candidate) -> str | None:
    """Whoever looks into a matter does not decide it, and somebody else hears an appeal. None of them has a stake.

    Acas Code, paragraphs 5, 6 and 27. Policy 9.1.
    """
    return _why_no_stake(who) or _why_no_other_part(part, who)


def _why_no_stake(who: Candidate) -> str | None:
    stakes = (
        (who.subject, "This is about them. Choose somebody else."),
        (who.left, "That person has left the school."),
        (who.kept_out, "That person is kept out of this case. Choose somebody else."),
        (who.reporter, "They reported it. Whoever reports a matter does not look into it or decide it."),
        (who.harmed, "They may have been harmed by it. Choose somebody else."),
        (who.witness, "They are a witness. A witness does not look into a matter or decide it."),
        (who.manages_subject, "They manage the person reported. Choose somebody else."),
        (who.works_for_subject, "They work for the person reported. Choose somebody else."),
        (who.tied, "They are close to somebody in this. Choose somebody else."),
        (who.companion, "They are the companion. Choose somebody else."),
        (who.away, "They are away. Choose somebody who is here."),
    )
    return next((sentence for stands, sentence in stakes if stands), None)


def _why_no_other_part(part: str, who: Candidate) -> str | None:
    if part in who.parts:
        return "They have been chosen for that already."
    if part == Part.APPEAL and (who.parts or who.manages_case):
        return "They had a part in this before. An appeal is heard by somebody new to it."
    if part == Part.DECIDER and Part.INVESTIGATOR in who.parts:
        return "They looked into it. Whoever looks into a matter does not decide it."
    if part == Part.INVESTIGATOR and Part.DECIDER in who.parts:
        return "They decide it. Whoever decides a matter does not look into it."
    if Part.APPEAL in who.parts:
        return "They hear any appeal. They take no other part in this."
    return None


def why_not_allege(
    *, words: str, cites: int, happened_on: date, today: date, linked_missing: bool = False
) -> str | None:
    """An allegation says what happened, when, and which rule of that day it may break. Policy 3.2, 9.4.

    `linked_missing`: other policies were in force on that day, and the matter cites none of them.
    """
    if is_blank(words):
        return "Write what is said to have happened."
    if not cites:
        return "Choose at least one clause, or one other policy, that it may break."
    if linked_missing:
        return "Choose one other policy too, such as the code of conduct: this policy does not stand alone."
    return "That day has not come yet." if happened_on > today else None


def why_not_find(*, result: str, reasons: str, stage: str, by_investigator: bool) -> str | None:
    """Each allegation gets its own finding and reason, from whoever decides and not from whoever looked. Policy 9.4."""
    if by_investigator:
        return "You looked into this. Whoever decides says what is found."
    if stage in {Stage.TOLD, Stage.INVESTIGATING, Stage.ENDED}:
        return "Nothing is found before the report is in." if stage != Stage.ENDED else "This has ended."
    if result not in set(Result):
        return "Choose what was found."
    return "Say why, in a few words." if is_blank(reasons) else None


def why_not_note_charge(*, effect: str) -> str | None:
    """A criminal charge is not itself a reason: what counts is what it means for the work. Acas Code, paragraph 31.

    Policy 9.5.
    """
    return (
        "A charge is no reason by itself. Say what it means for their work here, or that it means nothing."
        if is_blank(effect)
        else None
    )


def why_not_suspend(*, choice: str, alternatives: str, review_on: date | None, today: date) -> str | None:
    """Suspension comes after the alternatives, and is looked at again on a day. It is no sanction. Policy 9.5."""
    if choice not in {"no", "other", "suspend"}:
        return "Choose what you decided."
    if is_blank(alternatives):
        return "Say which other ways you thought of, and why they do or do not do."
    if choice == "suspend" and review_on is None:
        return "Say on which day you look again whether it is still needed."
    return "The day to look again has to come after today." if review_on and review_on <= today else None


SETTLED = "This has been settled."


def why_not_propose_disclosure(*, left: bool, waits: bool, handled: bool, kept_out: bool, own: bool) -> str | None:
    """A pack has one reader who is still here, and nobody writes one for themselves. Policy 9.1."""
    if own:
        return "Nobody opens papers to themselves."
    if left:
        return "That person has left."
    if kept_out:
        return "That person is part of this case. Choose somebody else."
    if not handled:
        return "Nobody handles this case yet. Whoever does is one of the two who open papers."
    return "Papers for them wait for a second person already. Take those back first." if waits else None


def why_not_open_disclosure(*, may: bool, proposed_it: bool, over: bool, handler_in_it: bool) -> str | None:
    """The second of two opens a pack and is never the first; one of the two handles the case. Policy 9.1."""
    if over:
        return SETTLED
    if proposed_it:
        return "You wrote this. A second person must read it and agree."
    if not may:
        return "Somebody else is asked about this."
    return None if handler_in_it else "Somebody else handles the case by now. They write it anew, or take it back."


def why_not_note_outside_agreement(
    *, handles: bool, over: bool, somebody_here: bool, who: str, words: str
) -> str | None:
    """Somebody outside is the second person only where nobody at the school may be, and is named. Policy 7.2, 9.1."""
    if over:
        return SETTLED
    if not handles:
        return "Whoever handles the case notes this."
    if somebody_here:
        return "Somebody at the school can be the second person. Ask them: take this back and write it again."
    if is_blank(who):
        return "Write who agreed."
    return "Write how and when they agreed." if is_blank(words) else None
