"""Asking somebody to co-operate: what may be asked, in which ways they may answer, and what is never asked.

No password, ever; nobody looks into somebody's own device. Whatever they answer is noted, and that is all it does.
Plain rules. Clauses 9.2, 9.2a, 9.2b, 2.3.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from forethought.core.text import is_blank
from forethought.core.working_time import add_working_days
from forethought.investigations.rules import LADO_FIRST

#: Whose account or device it is about. Whatever is not the school's counts as their own.
DEVICES: Mapping[str, str] = {
    "own": "Their own account or device",
    "school": "The school’s account or device",
}

#: How somebody may answer, in words for themselves.
ANSWERS: Mapping[str, str] = {
    "show": "I will show it at a meeting, on my own device, in my own hands",
    "export": "I will give a copy myself",
    "decline": "I would rather not",
}
ANSWERS_SCHOOL: Mapping[str, str] = {
    "pass_on": "I agree that access passes to somebody else at the school",
    "decline": "I would rather not",
}

#: The same for whoever reads the case. Every answer is worded alike: it is noted, and it changes nothing else.
NOTED: Mapping[str, str] = {
    "show": "They will show it on their own device at a meeting.",
    "export": "They will give a copy themselves.",
    "decline": "They would rather not, and said why.",
    "pass_on": "They agree that access passes on.",
    "copied": "They gave a copy themselves. It is among the records.",
    "shown": "It was shown at a meeting, on their own device, in their own hands.",
    "passed_on": "Access to the school’s account was passed on.",
    "withdrawn": "The school took the request back.",
}

NEUTRAL = "The answer is noted as it is. Saying no proves nothing, and nothing follows from it by itself."

#: First suggestion for an answer, in working days. No law sets it.
USUAL_DAYS = 5
SHORTEST = timedelta(days=1)


def answers_for(device: str) -> Mapping[str, str]:
    """How somebody may answer. For their own device nothing is among it that the school would do to it. Policy 2.3."""
    return ANSWERS_SCHOOL if device == "school" else ANSWERS


def acts_for(device: str) -> tuple[str, ...]:
    """What the school may note afterwards: a showing on their own device; access passed on for its own account alone.

    Policy 2.3, 9.2a.
    """
    return ("pass_access_on", "withdraw_request") if device == "school" else ("note_showing", "withdraw_request")


def usual_deadline(day: date) -> date:
    """By which day an answer is first asked for: five working days on. London dates. Policy 9.2."""
    return add_working_days(day, USUAL_DAYS)


def why_not_ask_cooperation(
    *,
    device: str,
    scope: str,
    reasons: str,
    rights_told: bool,
    due_at: datetime,
    at: datetime,
    person_known: bool,
    lado_first: bool,
) -> str | None:
    """A request names certain posts or dates, says why, leaves time, and says that advice may be had first.

    Policy 9.2, 9.2a. Where a child may have been harmed, the designated officer is consulted before it.
    """
    if not person_known:
        return "Say first who it may be about, as a person known here."
    if lado_first:
        return LADO_FIRST
    if device not in DEVICES:
        return "Choose whose account or device it is about."
    if is_blank(scope):
        return "Say which posts, or which dates. Nobody can be asked for everything."
    if is_blank(reasons):
        return "Say why you ask."
    if not rights_told:
        return "Say that they may get advice first, from their union or somebody else."
    return "Leave them at least a day." if due_at < at + SHORTEST else None


def why_not_answer_cooperation(*, answer: str, device: str, reasons: str, ended: bool) -> str | None:
    """They may show it, give a copy or say no with a reason, and change their mind until the request ends.

    Policy 9.2, 9.2a.
    """
    if ended:
        return "This request has ended. Nothing is asked of you now."
    if answer not in answers_for(device):
        return "Choose an answer."
    if answer == "decline" and is_blank(reasons):
        return "Say why, in a few words. One sentence is enough."
    return None


def why_not_note_showing(
    *, device: str, witness: str, companion: str, shown: str, shown_at: datetime, at: datetime, ended: bool
) -> str | None:
    """What somebody shows stays in their hands. A witness is there, and their companion or their word that none came.

    Policy 2.3, 9.2a.
    """
    if device == "school":
        return "This is about the school’s own account. Nobody needs to show it."
    if ended:
        return "This request has ended."
    if is_blank(witness):
        return "Say who was there as a witness."
    if is_blank(companion):
        return "Say who came as their companion. If nobody did, write that they came alone."
    if is_blank(shown):
        return "Say what they showed, in words."
    return "That time has not come yet." if shown_at > at else None


def why_not_pass_access_on(*, device: str, custodian: bool, to_themselves: bool, ended: bool) -> str | None:
    """Access to an account of the school passes to a custodian; IT resets it, and no password is told. Policy 9.2a."""
    if device != "school":
        return "This is their own account. The school has no access to it and asks for none."
    if ended:
        return "This request has ended."
    if not custodian:
        return "Choose who looks after the account from now on."
    return "Choose somebody else. Access passes from them, not to them." if to_themselves else None


def why_not_withdraw_request(*, ended: bool) -> str | None:
    """A request can be taken back at any time. Policy 9.2."""
    return "This request has ended already." if ended else None
