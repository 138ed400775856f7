"""Sealing away a record that should never have been kept, and what may become of it.

Anybody who can see a record may seal it away; nobody can read it then. Only two others together, neither of whom has a
hand in it, release it or have it destroyed, so that nobody can use this to make a case disappear (law.md 1.4).
"""

from collections.abc import Mapping
from enum import StrEnum

#: Why a record is sealed away, in the words of the form.
WHYS = {
    "child": "It may show somebody under 18 who is nude, partly nude or sexual",
    "adult": "It shows an adult in an intimate state",
    "not_ours": "It is private, and has nothing to do with this",
}

#: Who may have told the school to destroy it.
INSTRUCTED_BY = {
    "police": "The police",
    "lead": "The safeguarding lead",
    "protection": "The data protection officer",
    "court": "A court",
}

#: For what may show a child only these decide that it is destroyed.
FOR_A_CHILD = frozenset({"police", "court"})


class Step(StrEnum):
    """What somebody did about a record that is sealed away."""

    PROPOSE_RELEASE = "release"
    PROPOSE_DESTRUCTION = "destruction"
    DECLINE = "decline"
    AGREE = "agree"


PROPOSALS = frozenset({Step.PROPOSE_RELEASE, Step.PROPOSE_DESTRUCTION})

OVER = "This has been settled."


def why_not_seal_away(*, has_file: bool, away: bool, destroyed: bool, why: str) -> str | None:
    """Anybody who can see a record may seal it away at any time, with one of the reasons. law.md 1.4; Policy 7.4."""
    if destroyed:
        return "This record was destroyed. There is nothing to seal away."
    if away:
        return "This record is sealed away already. Nobody can open it."
    if not has_file:
        return "This record is in words alone. There is no file to seal away."
    return None if why in WHYS else "Choose why it should not have been kept."


def may_settle(*, told: bool, kept_out: bool, sealed_it: bool, brought_it: bool) -> bool:
    """Whether somebody may say what becomes of it: told of it, and with no hand in the case, the file or the sealing.

    Asked anew each time. law.md 1.4; Policy 7.4.
    """
    return told and not (kept_out or sealed_it or brought_it)


def why_not_propose(*, may: bool, over: bool, pending: bool) -> str | None:
    """One proposal at a time, from somebody who may settle it. law.md 1.4; Policy 7.4."""
    if not may:
        return "Somebody else says what becomes of it: a person with no hand in it."
    if over:
        return OVER
    return "Somebody has proposed something already. Agree to it or decline it first." if pending else None


def why_not_propose_destruction(*, why: str, instructed_by: str, instruction: Mapping[str, str]) -> str | None:
    """Destroying rests on an instruction from outside the two who do it, written down with who, when and its reference.

    What may show a child is evidence of a crime: the police or a court decide that. law.md 1.4; Policy 7.4.
    """
    if instructed_by not in INSTRUCTED_BY:
        return "Choose who gave the instruction."
    if why == "child" and instructed_by not in FOR_A_CHILD:
        return "This may be evidence of a crime. Only the police or a court can say that it is destroyed."
    missing = [words for name, words in INSTRUCTION.items() if not instruction.get(name, "").strip()]
    return f"Write {', '.join(missing)}." if missing else None


#: What is written down of an instruction.
INSTRUCTION = {"from_whom": "who gave it", "given_on": "the day it was given", "reference": "its reference"}


def why_not_answer_proposal(*, may: bool, pending: bool, proposed_it: bool, over: bool) -> str | None:
    """The second of two agrees or declines, and is never the first. law.md 1.4; Policy 7.4."""
    if not may:
        return "Somebody else settles this: a person with no hand in it."
    if over:
        return OVER
    if not pending:
        return "Nothing is proposed at the moment."
    return "You proposed this. A second person must answer." if proposed_it else None
