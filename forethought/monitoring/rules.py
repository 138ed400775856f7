"""When the school may look at its own systems, who says so, and when it ends. Plain facts in, a sentence out.

Policy 10.1. A leave is asked for with facts, commented on by the data protection officer, given by somebody who is
neither the asker nor the person it is about, and over by the clock.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from forethought.core.text import is_blank


class Status(StrEnum):
    """Where a request to monitor stands."""

    REQUESTED = "requested"
    COMMENTED = "commented"
    REFUSED = "refused"
    AUTHORISED = "authorised"
    RUNNING = "running"
    ENDED = "ended"
    EXPIRED = "expired"
    REVIEWED = "reviewed"
    DESTROYED = "destroyed"


STATES = {
    "requested": "Asked for",
    "commented": "Commented on",
    "refused": "Refused",
    "authorised": "Leave given, not begun",
    "running": "Running",
    "ended": "Stopped early",
    "expired": "Over, by the clock",
    "reviewed": "Reviewed",
    "destroyed": "The rest destroyed",
}

#: Nothing is looked at any more, or nothing ever was.
OVER = frozenset({Status.REFUSED, Status.ENDED, Status.EXPIRED, Status.REVIEWED, Status.DESTROYED})

#: Each act: from which states, to which. There is no act that makes a leave longer.
MOVES: Mapping[str, tuple[frozenset[Status], Status]] = {
    "comment_on_request": (frozenset({Status.REQUESTED}), Status.COMMENTED),
    "refuse_monitoring": (frozenset({Status.REQUESTED, Status.COMMENTED}), Status.REFUSED),
    "authorise_monitoring": (frozenset({Status.COMMENTED}), Status.AUTHORISED),
    "begin_monitoring": (frozenset({Status.AUTHORISED}), Status.RUNNING),
    "stop_monitoring": (frozenset({Status.AUTHORISED, Status.RUNNING}), Status.ENDED),
    "expire_monitoring": (frozenset({Status.AUTHORISED, Status.RUNNING}), Status.EXPIRED),
    "review_product": (frozenset({Status.ENDED, Status.EXPIRED}), Status.REVIEWED),
    "note_destruction": (frozenset({Status.REVIEWED}), Status.DESTROYED),
}
FIRST = Status.REQUESTED
#: A request ends here: refused, reviewed with nothing left over, or the rest destroyed.
FINAL = frozenset({Status.REFUSED, Status.REVIEWED, Status.DESTROYED})

#: For what reg. 3 of SI 2018/356 allows monitoring or recording. National security is for listed agencies alone.
HEADS = {
    "facts": "To establish facts that matter to the school’s work",
    "rules": "To check that rules or codes which bind the school are kept",
    "standards": "To check the standards that people should reach in their work",
    "crime": "To prevent or detect crime",
    "unauthorised": "To look into use of the system that was not allowed",
    "operation": "To keep the system working well",
    "relevant": "Only to find out whether messages are about the school’s work",
    "helpline": "To watch over a free helpline that lets callers stay unnamed",
}

#: What may be looked at: the school's own.
SYSTEMS = {
    "mail": "The school’s e-mail",
    "chat": "The school’s chat or meetings",
    "files": "The school’s shared files",
    "network": "Logs of the school’s network or filter",
    "device": "A device that the school owns",
    "phone": "The school’s phones",
}

#: What is never given leave for, and why.
NEVER = {
    "own_device": "Somebody’s own device is theirs. The school may not look into it. They can show a post themselves.",
    "own_account": "Somebody’s own account is theirs. The school may not look into it, even on a school device.",
    "false_profile": "No made-up profile and no friend request to look. That may be covert surveillance, which no head "
    "can allow. What everybody can see can be reported as it is.",
    "keystrokes": "Recording every key takes in passwords and private words. It is never given leave.",
}
NEVER_NAMES = {
    "own_device": "Their own phone or computer",
    "own_account": "Their own account",
    "false_profile": "A new profile or a friend request, to look",
    "keystrokes": "Every key that they press",
}

#: What is left out, unless somebody says why not.
EXCLUSIONS = {
    "union": "Union business",
    "legal": "Words with a legal adviser",
    "health": "Occupational health",
    "whistle": "Whistleblowing",
    "webmail": "Personal webmail",
    "safeguarding": "Safeguarding of another child",
}

#: How everybody is told beforehand. A banner reaches those who sign in; a footer, those who write from outside.
HOWS = {"banner": "A banner at sign-in", "footer": "A footer under every e-mail"}

#: What a covert leave must rest on.
SUSPICIONS = {"crime": "A crime is suspected", "gross": "Gross misconduct as grave as a crime is suspected"}

ADVICE = {"go": "Go on", "change": "Ask again, with changes", "stop": "Do not do this"}

#: How what was not needed can be destroyed.
WAYS = {
    "erased": "Erased from the system and its copies",
    "supplier": "Erased by the supplier, who confirmed it in writing",
    "shredded": "Paper shredded",
}

LONGEST_DAYS = 14
#: Working days for each step: the comment, the decision, the review of what was produced, the destruction.
COMMENT_DAYS, DECIDE_DAYS, REVIEW_DAYS, DESTROY_DAYS = 2, 2, 5, 10
#: Afterwards whoever owes it is reminded this often until it is done.
REMINDED = timedelta(days=7)

_BELIEF = re.compile(r"\b(?:I|we) (?:believe|think|feel|suspect)\b|\bhunch\b|\bgut feeling\b", re.IGNORECASE)
SHORTEST = 40


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks for, as the rules see it. Days are in London."""

    facts: str
    source: str
    purpose: str
    legal_head: str
    system: str
    scope: str
    starts_on: date | None
    ends_on: date | None
    exclusions: Collection[str] = field(default_factory=lambda: frozenset(EXCLUSIONS))
    exclusions_reason: str = ""
    alternatives: str
    rejected: str
    assessment: str
    covert: bool = False
    suspicion: str = ""
    covert_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """Who wants to decide, and what is on record, at the moment of asking."""

    status: str
    is_requester: bool = False
    is_subject: bool = False
    may_decide: bool = True
    has_assessment: bool = True
    ends_at: datetime | None = None
    told: Collection[str] = frozenset(HOWS)
    covert: bool = False
    is_head_or_chair: bool = True
    gave_first_yes: bool = False


def why_not_system(system: str) -> str | None:
    """Only the school's own systems, and only by looking: no false profile, no keystrokes. Policy 10.1."""
    if system in NEVER:
        return NEVER[system]
    return None if system in SYSTEMS else "Choose what is to be looked at."


def why_not_facts(facts: str, source: str) -> str | None:
    """A belief is not enough: what was seen, by whom, when. Policy 10.1."""
    if len(facts.strip()) < SHORTEST:
        return "Write the facts: what was seen or heard, by whom, and when. A few words are not enough."
    if _BELIEF.search(facts):
        return "That says what somebody believes. Write what was seen or heard, by whom, and when."
    return "Say where each fact comes from." if is_blank(source) else None


def why_not_days(*, starts_on: date | None, ends_on: date | None, today: date) -> str | None:
    """It has a first and a last day, both counted, of at most 14 days. It cannot begin in the past. Policy 10.1."""
    if starts_on is None:
        return "Say on which day it begins."
    if ends_on is None:
        return "Say on which day it ends. No leave is without an end."
    if starts_on < today:
        return "It cannot begin before it is asked for."
    if ends_on < starts_on:
        return "The last day comes before the first."
    if (ends_on - starts_on).days + 1 > LONGEST_DAYS:
        return "Fourteen days at most. If more is needed then, it is asked for and decided anew."
    return None


def why_not_exclusions(kept: Collection[str], reason: str) -> str | None:
    """What is private by law or by trust is left out. Taking one in needs a reason. Policy 10.1."""
    if set(kept) < set(EXCLUSIONS) and is_blank(reason):
        return "You took something in that is left out as a rule. Say why."
    return None


def why_not_covert(*, covert: bool, suspicion: str, reason: str) -> str | None:
    """Without notice only where a crime, or misconduct as grave, is suspected, and with reasons. Policy 10.1."""
    if not covert:
        return None
    if suspicion not in SUSPICIONS:
        return "Not telling anybody needs a suspected crime, or gross misconduct as grave as one."
    return "Say why telling people would spoil it, and why nothing gentler would do." if is_blank(reason) else None


def why_not_request(asked: Asked, *, today: date, asks_about_self: bool = False) -> str | None:
    """Why a request to monitor is not taken in, as one sentence, or nothing. Policy 10.1."""
    if asks_about_self:
        return "You cannot ask for this about yourself."
    if asked.legal_head not in HEADS:
        return "Choose which purpose in the law it is for."
    for said, sentence in (
        (asked.purpose, "Say what you need to find out."),
        (asked.scope, "Say which mailboxes, folders or logs, and which words to look for."),
        (asked.alternatives, "Say what else you thought of that looks into less."),
        (asked.rejected, "Say why that would not do."),
        (asked.assessment, "Give the reference of the data protection impact assessment."),
    ):
        if is_blank(said):
            return sentence
    return (
        why_not_system(asked.system)
        or why_not_facts(asked.facts, asked.source)
        or why_not_days(starts_on=asked.starts_on, ends_on=asked.ends_on, today=today)
        or why_not_exclusions(asked.exclusions, asked.exclusions_reason)
        or why_not_covert(covert=asked.covert, suspicion=asked.suspicion, reason=asked.covert_reason)
    )


def why_not_move(verb: str, status: str) -> str | None:
    """Each act is done from the states that the table names. Policy 10.1."""
    if status in MOVES[verb][0]:
        return None
    if verb == "authorise_monitoring" and status == Status.REQUESTED:
        return "The data protection officer comments first."
    if verb in {"review_product", "note_destruction"} and status not in FINAL:
        return "It is reviewed once it is over." if verb == "review_product" else "What was produced is reviewed first."
    return f"This stands at “{STATES[status].lower()}”. That cannot be done now."


def why_not_comment(*, status: str, is_officer: bool, officer_there: bool, who: str, words: str) -> str | None:
    """The data protection officer says what they think of it before anybody decides. Policy 10.1.

    Where the school's own cannot, the comment of another is written in, with their name.
    """
    if reason := why_not_move("comment_on_request", status):
        return reason
    if not is_officer and officer_there:
        return "The data protection officer comments on this themselves."
    if not is_officer and is_blank(who):
        return "Say who was asked in place of the school’s own data protection officer."
    return "Write the comment in a few words." if is_blank(words) else None


def why_not_authorise(now: Deciding, *, at: datetime) -> str | None:
    """Leave is given by the head, or the chair for the head, never by the asker or the person it is about.

    After a comment, with an assessment, an end and everybody told; covert only by head and chair both. Policy 10.1.
    """
    if now.is_requester:
        return "You asked for this. Somebody else decides."
    if now.is_subject or not now.may_decide:
        return "Somebody else decides this. You may be too close to it."
    if reason := why_not_move("authorise_monitoring", now.status):
        return reason
    if not now.has_assessment:
        return "There is no data protection impact assessment. Without one it is refused."
    if now.ends_at is None:
        return "It has no end. Without one it is refused."
    if now.ends_at <= at:
        return "Its last day has passed. It is asked for anew."
    if now.covert and not now.is_head_or_chair:
        return "Only headteacher and chair together can allow this without notice. Refuse it, or have it asked anew."
    if now.gave_first_yes:
        return "You have said yes. The other of headteacher and chair must say yes too."
    if not now.covert and (missing := [HOWS[how] for how in HOWS if how not in now.told]):
        return f"Everybody must be told first. Not on record: {' and '.join(missing).lower()}."
    return None


def why_not_refuse(*, status: str, is_requester: bool, may_decide: bool, reasons: str) -> str | None:
    """A request is refused with reasons, by whoever may decide it. Policy 10.1."""
    if is_requester:
        return "You asked for this. Somebody else decides."
    if not may_decide:
        return "Somebody else decides this. You may be too close to it."
    return why_not_move("refuse_monitoring", status) or ("Say why, in a few words." if is_blank(reasons) else None)


def why_not_longer() -> str:
    """A leave is never made longer. Policy 10.1."""
    return "A leave is never made longer. Ask anew: it is commented on and decided again."


def why_not_review(*, status: str, produced: bool, kept: int, looked_at: int, kept_where: str) -> str | None:
    """What was produced is gone through once it is over: how much, what is kept and where. Policy 10.1."""
    if reason := why_not_move("review_product", status):
        return reason
    if not produced and (kept or looked_at):
        return "You said that nothing was produced. Then there is nothing looked at and nothing kept."
    if kept > looked_at:
        return "More is kept than was looked at. Check the numbers."
    return (
        "Say where the records that are kept are: the case and its reference."
        if kept and is_blank(kept_where)
        else None
    )


def why_not_destruction(
    *,
    status: str,
    left_over: bool,
    way: str,
    second_is_other: bool,
    second_may: bool,
    done_on: date | None,
    today: date,
) -> str | None:
    """What was not needed is destroyed: when, how, and two names. Policy 10.1."""
    if reason := why_not_move("note_destruction", status):
        return reason
    if not left_over:
        return "Nothing was left over to destroy."
    if way not in WAYS:
        return "Choose how it was destroyed."
    if done_on is None or done_on > today:
        return "Give the day on which it was destroyed. It cannot be in the future."
    if not second_is_other:
        return "Two people stand for this. Choose somebody other than yourself."
    return None if second_may else "That person is part of this. Choose somebody else."


def why_not_note_notice(*, how: str, given_on: date | None, wording: str, today: date) -> str | None:
    """A notice to everybody has a way, a day that has come, and its words. Policy 10.1."""
    if how not in HOWS:
        return "Choose how everybody is told."
    if given_on is None or given_on > today:
        return "Give the day from which it was shown. It cannot be in the future."
    return "Copy the words of the notice here." if is_blank(wording) else None


def status_at(status: str, *, starts_at: datetime, ends_at: datetime, at: datetime) -> Status:
    """How a request stands at an instant (UTC), whether or not the clock's own act was noted yet.

    So it is never shown as running past its end, and needs nobody for that. Policy 10.1.
    """
    stored = Status(status)
    if stored in {Status.AUTHORISED, Status.RUNNING}:
        if at >= ends_at:
            return Status.EXPIRED
        return Status.RUNNING if at >= starts_at else Status.AUTHORISED
    return stored


def leaves_over(*, looked_at: int, kept: int) -> bool:
    """Whether something was produced that was not needed. Policy 10.1."""
    return looked_at > kept
