"""What calls for a review of the policy, when it is due, how it may end; and what goes into the registers beside it."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from forethought.core.clock import add_years, spoken
from forethought.core.naming import Named


class Trigger(Named):
    """What calls for a review: its date, or one of the four kinds of event that the policy names."""

    DATE = "date", "The yearly date"
    LAW = "law", "A change in the law"
    GUIDANCE = "guidance", "Good practice guidance"
    CASE_LAW = "case_law", "A judgment"
    INCIDENT = "incident", "A significant incident"


class Decision(Named):
    """How a review ended."""

    NO_CHANGE = "no_change", "No change"
    AMEND = "amend", "The policy is to change"


#: Days from what called for a review to when it is due, unless a date is given.
DUE_IN = timedelta(days=42)


def why_not_open_review(*, source: str, due_on: date, today: date) -> str | None:
    """Each review says what called for it and by when. Dates in London. Policy 10.2."""
    if not source.strip():
        return "Say what calls for the review, and where you read it."
    if due_on < today:
        return "That date has passed already. Choose a later one."
    return None


def why_not_close_review(*, closed: bool, decision: str = "", reasons: str = "") -> str | None:
    """A review ends with a decision, and “no change” with a reason. Policy 10.2."""
    if closed:
        return "This review is closed."
    if decision == Decision.NO_CHANGE and not reasons.strip():
        return "Say why nothing changes. The next reviewer will want to know."
    return None


def is_overdue(*, due_on: date, closed: bool, today: date) -> bool:
    """Whether a review is late. Dates in London. Policy 10.2."""
    return not closed and today > due_on


def due_on(*, review_on: date, today: date) -> date:
    """When the yearly review is due: on the policy's own date, or weeks from now once that has passed. Policy 3.8."""
    return review_on if review_on >= today else today + DUE_IN


def lost_race(*, name: str, closed_at: datetime | None) -> str:
    """What the second of two people is told about a review."""
    if closed_at is None:
        return "Somebody else changed this review before you. What you typed is below. Nothing was changed."
    return (
        f"{name} closed this review at {spoken(closed_at)}, before you. What you typed is below. Nothing was changed."
    )


#: Statuses of a law that something else took over from.
TAKEN_OVER = frozenset({"superseded", "superseded_in_part"})


def why_not_note_law(
    *, status: str, superseded_by: str, source: str, link: str, review_on: date | None, today: date
) -> str | None:
    """What somebody writes into the law register says what took over, where it was read, and when to look again.

    Policy 11.1.
    """
    if status in TAKEN_OVER and not superseded_by.strip():
        return "Say which law took over. If you do not know it yet, choose “Not known” as its status."
    if status not in TAKEN_OVER and superseded_by.strip():
        return "You named a law that took over. Choose “Superseded” or “Superseded in part”, or take the name out."
    if not source.strip():
        return "Say where you read it. The next reader will want to check."
    if link and not is_address(link):
        return NO_ADDRESS
    if review_on is not None and review_on < today:
        return "The day to check it again has passed already. Choose a later one."
    return None


NO_ADDRESS = "Give the whole web address. It begins with https://"


def is_address(text: str) -> bool:
    """Whether a text is a web address that may become a link."""
    try:
        found = urlsplit(text)
        return found.scheme == "https" and "." in (found.hostname or "") and " " not in text
    except ValueError:
        return False


#: How long ago an edition of guidance may have begun, and how far ahead it may be set, in years.
OLDEST_EDITION, NEWEST_EDITION = 3, 1
MOST_MINUTES = 600


def why_not_set_edition(
    *, taken: bool, link: str, in_force_on: date, newest: date | None, minutes: int, due_on: date, today: date
) -> str | None:
    """An edition of guidance is set once, with a believable date, and never replaces a newer one. Policy 6.4.

    `taken`: whether one of that name is there. `newest` is the date of the newest edition set here, if any.
    """
    if taken:
        return "That edition is set already, and people were asked to read it. Give a new one its own name."
    if in_force_on < add_years(today, -OLDEST_EDITION):
        return "That edition began more than three years ago. Check the year."
    if in_force_on > add_years(today, NEWEST_EDITION):
        return "That edition begins more than a year from now. Check the year."
    if newest is not None and in_force_on < newest:
        return "A newer edition is set here already. People read the newest one."
    if link and not is_address(link):
        return NO_ADDRESS
    if not 1 <= minutes <= MOST_MINUTES:
        return f"Say how many minutes it takes to read: 1 to {MOST_MINUTES}."
    if due_on < today:
        return "The day to read it by has passed already. Choose a later one."
    return None


#: How old a version of another policy may be, in years. Older is a slip of the pen.
OLDEST_VERSION = 60


def why_not_keep_linked_version(*, taken: bool, where: str, in_force_on: date, today: date) -> str | None:
    """A version of a linked policy has its own name, a believable date, and a place where it is kept. Policy 3.2."""
    if taken:
        return "There is a version of that name already, and a version is never changed. Give this one its own name."
    if in_force_on < add_years(today, -OLDEST_VERSION) or in_force_on > add_years(today, 1):
        return "Check the year of that date."
    if where.startswith(("http:", "https:", "www.")) and not is_address(where):
        return NO_ADDRESS
    return None


#: A number of cases below this is not said, so that nobody is known by it.
FEWEST_SAID = 5


def count_said(number: int) -> str:
    """How often a clause was cited, without saying small numbers. Policy 10.2."""
    return f"{number:,} cases" if number >= FEWEST_SAID else f"fewer than {FEWEST_SAID} cases"
