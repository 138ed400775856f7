"""What is owed next on a takedown, in a sentence: the act, by when, the time left.

The words are those of the case page (pages.md, section 3). An instant is said with its day and date; “tomorrow” is
never used, because a page may be read later than it was drawn.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forethought.core.clock import spoken, spoken_length, spoken_moment, spoken_near, spoken_until, utc
from forethought.takedowns.marks import next_look
from forethought.takedowns.rules import Status

#: From here on a thing is due soon. Policy 8.3.
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Owed:
    """One line of “Owed next”. `what` is the verb of the button, empty when nothing is owed; `due_at` is in UTC."""

    what: str
    due_at: datetime | None
    late: bool
    sentence: str


@dataclass(frozen=True)
class _Times:
    """What the sentences are made from. All instants in UTC."""

    reported_at: datetime
    approach_due_at: datetime
    resolve_due_at: datetime
    at: datetime
    asked_at: datetime | None
    last_look_at: datetime | None
    seen_gone_at: datetime | None
    gone_at: datetime | None
    role: str


def owed(
    *,
    status: Status,
    reported_at: datetime,
    approach_due_at: datetime,
    resolve_due_at: datetime,
    at: datetime,
    asked_at: datetime | None = None,
    last_look_at: datetime | None = None,
    seen_gone_at: datetime | None = None,
    gone_at: datetime | None = None,
    role: str = "",
) -> Owed:
    """What the school owes next on a takedown, at that instant.

    `asked_at`: when the author, host or next step was last asked. `last_look_at`: the last look, whatever it found.
    `seen_gone_at`: since when it has been seen gone or amended. `gone_at`: when it had been seen gone before it came
    back.
    `role`: who said why not, or who helps the person, as words for the screen. Late is after the instant, not at it.
    Policy 8.3, 8.4, 8.5.
    """
    times = _Times(
        reported_at=utc(reported_at),
        approach_due_at=utc(approach_due_at),
        resolve_due_at=utc(resolve_due_at),
        at=utc(at),
        asked_at=utc(asked_at) if asked_at else None,
        last_look_at=utc(last_look_at) if last_look_at else None,
        seen_gone_at=utc(seen_gone_at) if seen_gone_at else None,
        gone_at=utc(gone_at) if gone_at else None,
        role=role,
    )
    status = Status(status)
    match status:
        case Status.TO_ASK:
            return _to_ask(times)
        case Status.AUTHOR_ASKED:
            return _author_asked(times)
        case Status.HOST_ASKED | Status.ESCALATED:
            return _waiting(times, "Next step taken" if status is Status.ESCALATED else "Asked")
        case Status.LEFT_UP:
            return _left_up(times)
        case Status.HANDED:
            return _handed(times)
        case Status.SEEN_SIGNED_IN:
            return _seen_signed_in(times)
        case Status.GONE | Status.AMENDED:
            return _resolved(times, "Removed" if status is Status.GONE else "Amended as asked")
        case Status.WITHDRAWN:
            return Owed("", None, False, "Withdrawn. Nothing is owed.")


def _to_ask(times: _Times) -> Owed:
    due, at = times.approach_due_at, times.at
    if at > due:
        again = "asked again" if times.gone_at else "asked"
        back = "It is back. " if times.gone_at else ""
        host = f"The host was to be {again} by {spoken(due, at)}"
        if at > times.resolve_due_at:
            host += f", and the 24 hours ended at {spoken(times.resolve_due_at, at)}"
        return Owed("ask_host", due, True, f"Late. {back}{host}. Ask now, or say why not.")
    soon = "Due soon. " if due - at <= SOON else ""
    if times.gone_at:
        gone = spoken_length(times.reported_at - times.gone_at)
        back = f"Back. Reported {spoken_moment(times.reported_at, at)}, after {gone} gone. Ask again by"
        return Owed("ask_host", due, False, f"{soon}{back} {spoken_near(due, at)}. {_left(due, at)}")
    return Owed("ask_host", due, False, f"{soon}Ask the host by {spoken_near(due, at)}. {_left(due, at)}")


def _author_asked(times: _Times) -> Owed:
    due, at = times.approach_due_at, times.at
    asked = f"Author asked {_moment(times.asked_at, at)}."
    if at > due:
        host = f"The host was to be asked by {spoken(due, at)}"
        if at > times.resolve_due_at:
            host += f", and the 24 hours ended at {spoken(times.resolve_due_at, at)}"
        return Owed("ask_host", due, True, f"Late. {asked} {host}. Ask now, or say why not.")
    still = f"Still ask the host by {spoken_near(due, at)}, unless it goes first."
    if due - at <= SOON:
        return Owed("ask_host", due, False, f"Due soon. {asked} {still} {_left(due, at)}")
    return Owed("ask_host", due, False, f"{asked} {still}")


def _waiting(times: _Times, asked: str) -> Owed:
    due, at = times.resolve_due_at, times.at
    if at > due:
        if times.last_look_at and times.last_look_at >= due:
            seen = f"Still there {spoken_moment(times.last_look_at, at)}. Go to the next step, and look again."
            return Owed("escalate", due, True, f"{_ended(due, at)} {seen}")
        return Owed("check_removal", due, True, f"{_ended(due, at)} Look now. Still there? Go to the next step.")
    look = f"{asked} {_moment(times.asked_at, at)}. Look by {spoken_near(due, at)}, when the 24 hours end."
    return _look(due, at, look)


def _left_up(times: _Times) -> Owed:
    due, at = times.resolve_due_at, times.at
    said = f"{times.role or 'Somebody'} said why not."
    if at <= due:
        return _look(due, at, f"{said} The 24 hours still end at {spoken_near(due, at)}.")
    if times.last_look_at and times.last_look_at >= due:
        seen = f"Looked {spoken_moment(times.last_look_at, at)}."
        return Owed("", None, False, f"{said} {seen} Nothing more is owed, unless the reason ends.")
    return Owed("check_removal", due, True, f"{_ended(due, at)} {said} Look now: is it still there?")


def _handed(times: _Times) -> Owed:
    due, at = times.resolve_due_at, times.at
    helper = f"; {times.role} is helping" if times.role else ""
    if at > due:
        only = f"Only the person concerned can complain{helper}."
        return Owed("check_removal", due, True, f"{_ended(due, at)} {only} Look now.")
    only = f"Only the person concerned can complain. Their pack is ready{helper}."
    return _look(due, at, f"{only} Our 24 hours do not pause: look by {spoken_near(due, at)}.")


def _seen_signed_in(times: _Times) -> Owed:
    due, at = times.resolve_due_at, times.at
    if at > due:
        return Owed("check_removal", due, True, f"{_ended(due, at)} Seen gone, signed in. Look signed out now.")
    return _look(due, at, f"Seen gone, signed in. Look signed out by {spoken_near(due, at)}.")


def _resolved(times: _Times, done: str) -> Owed:
    at = times.at
    if times.seen_gone_at is None:
        raise ValueError("What is gone was seen gone at some time.")
    after = spoken_length(times.seen_gone_at - times.reported_at)
    seen = f"{done}, seen at {spoken(times.seen_gone_at, at)}, {after} after the report."
    due = next_look(times.seen_gone_at, times.last_look_at)
    if due is None:
        return Owed("", None, False, f"{seen} Looked again after 30 days. Nothing is owed.")
    if at > due:
        look = f"Somebody was to look again by {spoken(due, at)}. Look now."
        return Owed("check_removal", due, True, f"Late. {seen} {look}")
    return Owed("check_removal", due, False, f"{seen} Look again by {spoken_near(due, at)}.")


def _look(due: datetime, at: datetime, sentence: str) -> Owed:
    if due - at <= SOON:
        sentence = f"Due soon. {sentence} {_left(due, at)}"
    return Owed("check_removal", due, False, sentence)


def _left(due: datetime, at: datetime) -> str:
    words = spoken_until(due, at)
    return f"{words[0].upper()}{words[1:]}."


def _ended(due: datetime, at: datetime) -> str:
    return f"Late. The 24 hours ended at {spoken(due, at)}."


def _moment(instant: datetime | None, at: datetime) -> str:
    # Older rows may not say when; the sentence still has to be one.
    return spoken_moment(instant, at) if instant else "already"
