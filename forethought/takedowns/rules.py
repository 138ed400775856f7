"""Asking for something to be amended or removed: where a takedown can stand, what moves it, and why a move is refused.

One promise of 24 hours with two marks on it (`marks.py`); what is owed next in words is in `owing.py`, what can be
asked for in `targets.py`, the next steps when a host does not help in `ladder.py`.
"""

import re
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from forethought.core.clock import spoken
from forethought.core.text import is_blank
from forethought.takedowns.ladder import Refusal
from forethought.takedowns.targets import Target, why_not_target


class Status(StrEnum):
    """Where a takedown stands. Policy 8.3."""

    TO_ASK = "to_ask"
    AUTHOR_ASKED = "author_asked"
    HOST_ASKED = "host_asked"
    ESCALATED = "escalated"
    LEFT_UP = "left_up"
    HANDED = "handed"
    SEEN_SIGNED_IN = "seen_signed_in"
    GONE = "gone"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


class Wanted(StrEnum):
    """What the school asks for. Policy 8.3."""

    REMOVE = "remove"
    AMEND = "amend"


class Result(StrEnum):
    """What a person saw when they looked whether it was gone. Policy 8.5."""

    GONE_SIGNED_OUT = "gone_signed_out"
    GONE_SIGNED_IN = "gone_signed_in"
    GONE_INSIDE_GROUP = "gone_inside_group"
    STILL_THERE = "still_there"
    AMENDED_AS_ASKED = "amended_as_asked"
    CHANGED_OTHERWISE = "changed_otherwise"
    PRIVATE = "private"
    MOVED = "moved"
    COPY_FOUND = "copy_found"
    CANNOT_TELL = "cannot_tell"


class Author(StrEnum):
    """Who posted it, as far as anybody knows. The answers of the report form."""

    PUPIL = "pupil"
    PARENT = "parent"
    STAFF = "staff"
    OTHER = "other"
    UNKNOWN = "unknown"


#: Nothing more is asked of anybody; only the later looks of 24 hours, 7 and 30 days. Everything else still owes.
RESTING = frozenset({Status.GONE, Status.AMENDED, Status.WITHDRAWN})
OWING = frozenset(Status) - RESTING


class Move(NamedTuple):
    """One verb of the state table. `to` is None where the result of the look decides."""

    start: frozenset[Status]
    to: Status | None


_WAITING = frozenset({Status.AUTHOR_ASKED, Status.HOST_ASKED, Status.ESCALATED, Status.HANDED})

#: Verb, from which statuses, to which. `open` starts from nothing. Whether a move is allowed now: `why_not_<verb>`.
MOVES: dict[str, Move] = {
    "open": Move(frozenset(), Status.TO_ASK),
    "ask_author": Move(frozenset({Status.TO_ASK}), Status.AUTHOR_ASKED),
    # Again from host_asked: a report in the app and a letter to its host are two notices.
    "ask_host": Move(
        frozenset({Status.TO_ASK, Status.AUTHOR_ASKED, Status.HOST_ASKED, Status.LEFT_UP, Status.HANDED}),
        Status.HOST_ASKED,
    ),
    "leave_up": Move(frozenset({Status.TO_ASK, Status.AUTHOR_ASKED}), Status.LEFT_UP),
    "escalate": Move(_WAITING | {Status.TO_ASK}, Status.ESCALATED),
    "hand_to_complainant": Move(
        frozenset({Status.TO_ASK, Status.AUTHOR_ASKED, Status.HOST_ASKED, Status.ESCALATED, Status.LEFT_UP}),
        Status.HANDED,
    ),
    "check_removal": Move(frozenset(Status) - {Status.WITHDRAWN}, None),
    "reopen": Move(RESTING | {Status.LEFT_UP}, Status.TO_ASK),
    "withdraw": Move(OWING, Status.WITHDRAWN),
}


def after_look(status: Status, result: Result, wanted: Wanted, *, before: Status = Status.TO_ASK) -> Status:
    """Where a takedown stands after somebody looked.

    `before` is where it stood when it was first seen gone signed in: a signed-out look that finds it goes back there.
    Something that was gone and is found again starts anew. Policy 8.5.
    """
    status, result, wanted = Status(status), Result(result), Wanted(wanted)
    if status not in MOVES["check_removal"].start:
        raise ValueError(f"Nobody looks at a takedown that is {status}.")
    match result:
        case Result.GONE_SIGNED_OUT | Result.GONE_INSIDE_GROUP:
            return Status.GONE
        case Result.GONE_SIGNED_IN:
            # An account may be blocked while everybody else still sees it. What was seen properly is not taken back.
            return status if status in RESTING else Status.SEEN_SIGNED_IN
        case Result.AMENDED_AS_ASKED if wanted is Wanted.AMEND:
            return Status.AMENDED
        case Result.COPY_FOUND | Result.CANNOT_TELL:
            # A copy elsewhere is a takedown of its own, with its own clock; this one is neither better nor worse.
            return status
    if status in RESTING:
        return Status.TO_ASK
    return before if status is Status.SEEN_SIGNED_IN else status


def comes_back(status: Status, after: Status) -> bool:
    """Whether a look found again what was gone or amended, so that the clocks start anew. Policy 8.5."""
    return status in RESTING and after == Status.TO_ASK


def starts_another(result: Result) -> bool:
    """Whether the look found the material at a second place, which needs a takedown of its own. Policy 8.5."""
    return result in {Result.COPY_FOUND, Result.MOVED}


def edges() -> set[tuple[str, Status | None, Status]]:
    """Every arrow of the diagram: verb, from (None before there is a takedown), to."""
    arrows: set[tuple[str, Status | None, Status]] = {("open", None, Status.TO_ASK)}
    for verb, move in MOVES.items():
        for start in move.start:
            if move.to is not None:
                arrows.add((verb, start, move.to))
                continue
            befores = _WAITING | {Status.TO_ASK, Status.LEFT_UP} if start is Status.SEEN_SIGNED_IN else {Status.TO_ASK}
            arrows |= {
                (verb, start, after_look(start, result, wanted, before=before))
                for result in Result
                for wanted in Wanted
                for before in befores
            }
    return arrows


# ---------------------------------------------------------------------------------------------------------------
# Why not

_STANDS = {
    Status.TO_ASK: "Nobody has been asked yet.",
    Status.AUTHOR_ASKED: "The author has been asked already.",
    Status.HOST_ASKED: "The host has been asked.",
    Status.ESCALATED: "The host did not help, and a next step has been taken already.",
    Status.LEFT_UP: "It was decided not to ask.",
    Status.HANDED: "The person concerned has the complaint in hand.",
    Status.SEEN_SIGNED_IN: "It was seen gone by somebody signed in. Look signed out first.",
    Status.GONE: "It has been seen gone.",
    Status.AMENDED: "It has been changed as asked.",
    Status.WITHDRAWN: "This was withdrawn. Open it again first.",
}
_WAIT = "The police or the local authority asked the school to wait. Go on when they say so."


def why_not_open(*, target: Target, wanted: Wanted | None, wording: str = "") -> str | None:
    """Why this cannot be asked for yet. Policy 8.3."""
    if wanted is None:
        return "Say what you want: remove it, or change it."
    if wanted == Wanted.AMEND and is_blank(wording):
        return "Write the wording you want instead."
    return why_not_target(target)


def why_not_ask_author(
    *, status: Status, author: Author, safe: bool | None, threat: bool, told_to_wait: bool = False
) -> str | None:
    """Why the head does not ask the author. `safe` is None while nobody has said whether it is safe.

    Route zero, where it is safe: a parent or colleague by the head; a pupil through the behaviour policy.
    Policy 8.2, 8.3.
    """
    if author == Author.PUPIL:
        return "A pupil posted it. The behaviour policy decides who speaks to them. Ask the host meanwhile."
    if threat:
        return "It threatens somebody. Do not contact the author. Ask the host, and think of the police."
    if told_to_wait:
        return _WAIT
    if author == Author.UNKNOWN:
        return "Nobody knows who the author is. Ask the host."
    if safe is None:
        return "First say whether it is safe to ask the author."
    if not safe:
        return "It was said not to be safe. Ask the host."
    return _why_not_from("ask_author", status)


def why_not_ask_host(
    *, status: Status, missing: Collection[str] = (), only_person: bool = False, told_to_wait: bool = False
) -> str | None:
    """Why the host is not asked now. `missing` is what `notices.missing` says of the notice.

    `only_person`: the site hears nobody but the person concerned. Policy 8.3, 8.4.
    """
    if refusal := _why_not_from("ask_host", status):
        return refusal
    if told_to_wait:
        return _WAIT
    if only_person:
        return "Only the person concerned can complain about this. Hand it to them, with a helper."
    return next(iter(missing), None)


def why_not_change_wish(*, status: Status, wanted: Wanted | None, wording: str) -> str | None:
    """Why the school does not change what it wants now: remove it, or change it to something. Policy 8.3."""
    if Status(status) in RESTING:
        return _STANDS[Status(status)]
    if wanted is None:
        return "Say what you want: remove it, or change it."
    if wanted == Wanted.AMEND and is_blank(wording):
        return "Write the wording you want instead."
    return None


_MAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]+")


def why_not_mail(*, to: str, reply_to: str) -> str | None:
    """Why a notice does not go by mail: one plain address to send to, and one where an answer is read. Policy 8.3."""
    if not _MAIL.fullmatch(to):
        return "Give one mail address of theirs, like abuse@site.example."
    if not _MAIL.fullmatch(reply_to):
        return "Give one mail address for the answer, like office@school.example."
    return None


def why_not_leave_up(*, status: Status, reason: str) -> str | None:
    """Why the school may not leave it without asking the host. Policy 8.3."""
    if refusal := _why_not_from("leave_up", status):
        return refusal
    return "Say why the host is not asked." if is_blank(reason) else None


def why_not_escalate(*, status: Status, refusal: Refusal | None, resolve_due_at: datetime, at: datetime) -> str | None:
    """Why nobody beyond the host is approached yet. Needs only that the host did not help, on record.

    No answer counts from the end of the 24 hours; a refusal counts at once. A host that cannot be reached need not have
    been asked. Which rung it is does not matter here. Policy 8.6.
    """
    if reason := _why_not_from("escalate", status):
        return reason
    if refusal is None:
        return "First record what the host said, or that it did not answer."
    if refusal != Refusal.NO_WAY_TO_REACH and status in {Status.TO_ASK, Status.AUTHOR_ASKED}:
        return "Ask the host first. If there is no way to reach it, record that."
    if refusal == Refusal.NO_ANSWER and at < resolve_due_at:
        return f"The host has until {spoken(resolve_due_at, at)}."
    return None


def why_not_hand_to_complainant(
    *, status: Status, complainant_known: bool, complainant_is_school: bool, helper_chosen: bool
) -> str | None:
    """Why the complaint is not handed to the person it is about. They get full support. Policy 8.4."""
    if refusal := _why_not_from("hand_to_complainant", status):
        return refusal
    if complainant_is_school:
        return "The school cannot be the one complaining here. It must be the person concerned."
    if not complainant_known:
        return "First say who the person concerned is."
    if not helper_chosen:
        return "First choose who helps them. Nobody does this alone."
    return None


def why_not_check_removal(
    *,
    status: Status,
    result: Result,
    wanted: Wanted,
    target: Target,
    gated: bool = False,
    told_by_others: bool = False,
    by_person_harmed: bool = False,
    offered: bool = False,
) -> str | None:
    """Why this answer cannot be the answer.

    Gated material is never looked at again: only what the police, the IWF or the site says can be recorded. The person
    harmed may offer to look, and is never asked. Policy 8.5.
    """
    if refusal := _why_not_from("check_removal", status):
        return refusal
    if gated and not told_by_others:
        return "Do not open this again. Wait for word from the police, the Internet Watch Foundation or the site."
    if by_person_harmed and not offered:
        return "Ask a colleague to look. The person harmed may offer, but is never asked."
    if result == Result.GONE_INSIDE_GROUP and target.address:
        return "This has an address. Look at it signed out."
    if result in {Result.GONE_SIGNED_OUT, Result.GONE_SIGNED_IN} and target.closed:
        return "Only somebody inside the group can tell. Record what they saw there."
    if result == Result.AMENDED_AS_ASKED and wanted == Wanted.REMOVE:
        return "The school asked to remove it, not to change it. Choose “changed” if it is different now."
    return None


def why_not_correct(*, is_last: bool, acted_since: bool) -> str | None:
    """Why a press is not taken back: something has been built on it. A new look says what is so now. Policy 8.5."""
    if is_last and not acted_since:
        return None
    return "Somebody has acted since. Press the button for what you see now."


def why_not_reopen(*, status: Status, reason: str) -> str | None:
    """Why it is not opened again. Its history stays. Policy 8.5."""
    if refusal := _why_not_from("reopen", status):
        return refusal
    return "Say what has happened: it is back, or why it was opened again." if is_blank(reason) else None


def why_not_withdraw(*, status: Status, reason: str) -> str | None:
    """Why the school does not stop asking. Nothing is deleted. Policy 8.3."""
    if refusal := _why_not_from("withdraw", status):
        return refusal
    return "Say why the school stops asking." if is_blank(reason) else None


def _why_not_from(verb: str, status: Status) -> str | None:
    if status in MOVES[verb].start:
        return None
    if verb == "reopen":
        return "It is still open."
    return _STANDS[status]
