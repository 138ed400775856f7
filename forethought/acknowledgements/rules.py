"""Who is asked to read what, when it counts as read and understood, and how often somebody may be reminded."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forethought.core.clock import spoken_day
from forethought.core.working_time import add_working_days
from forethought.policies.text import Paragraph

#: The order in which one kind of engagement stands for somebody who has several.
KINDS = ("employee", "trust", "agency", "trainee", "contractor", "governor", "volunteer")

#: How fast people read, in words a minute: slow, since it matters.
PACE = 200

#: How long after one reminder the next may go.
BETWEEN_REMINDERS = timedelta(hours=24)

#: How often a wrong name may be typed before a personal link ends.
MOST_NAMES = 5


def title_of(label: str) -> str:
    """What a version is called in a sentence; a label may say “version” itself. Policy F4."""
    named = label.casefold().startswith("version")
    return f"{label[:1].lower()}{label[1:]} of the policy" if named else f"version {label} of the policy"


def said(title: str) -> str:
    """The sentence that somebody confirms: read and understood, never a contract. Policy 10.3, 3.7."""
    return f"I have read and understood {title}. This is not a contract. I may disagree with parts."


def kind_of(kinds: Collection[str]) -> str:
    """What somebody with several engagements counts as, once. Policy 2.5."""
    return next((kind for kind in KINDS if kind in kinds), "employee")


def minutes_of(text: Sequence[Paragraph]) -> int:
    """How many minutes a text takes to read; one at the least. Policy 3.7."""
    words = sum(len(one.words.split()) + len(one.title.split()) for one in text)
    return max(1, -(-words // PACE))


def due_on(*, opened_on: date, days: int, extra: Collection[date] = ()) -> date:
    """By when everybody is asked to have read something: so many working days on. Dates in London. Policy 3.7."""
    return add_working_days(opened_on, days, extra)


def newcomer_due_on(*, starts_on: date, today: date) -> date:
    """By when somebody new reads: before they begin, or today if they have begun already. Policy 2.5."""
    return max(starts_on, today)


def why_not_acknowledge(
    *, done_on: date | None, closed: bool, left_to_open: int, own_words: str | None = None, asked: bool = False
) -> str | None:
    """Somebody confirms once, after every section was opened, in their own words where the school asks. Policy 3.7.

    `own_words` is None until they are asked for.
    """
    if done_on is not None:
        return f"You confirmed on {spoken_day(done_on, year=True)}."
    if closed:
        return "There is something newer to read. You need not confirm this one."
    if left_to_open:
        return (
            "Open every part first. One is left."
            if left_to_open == 1
            else f"Open every part first. {left_to_open} are left."
        )
    if asked and own_words is not None and not own_words.strip():
        return "Write in your own words what it means for you. A sentence is enough."
    return None


def why_not_want_paper(*, done: bool, closed: bool) -> str | None:
    """Paper is for what is still to be read. Policy 2.5."""
    if done:
        return "You have confirmed this already."
    return "There is something newer to read. You need not confirm this one." if closed else None


def why_not_paper(*, signed_on: date, opened_on: date, today: date, done: bool, closed: bool) -> str | None:
    """A paper form counts from the day it was signed, not before there was anything to sign. Policy 2.5."""
    if done:
        return "They have confirmed already."
    if closed:
        return "This is not asked of them any more."
    if signed_on > today:
        return "That day has not come yet."
    if signed_on < opened_on:
        return f"That is before this version was to be read, from {spoken_day(opened_on, year=True)} on."
    return None


REMINDED = "They were reminded in the last 24 hours. Once a day is the most."


def why_not_remind(
    *, reminded_at: datetime | None, at: datetime, done: bool = False, closed: bool = False, has_email: bool = True
) -> str | None:
    """A reminder goes once a day at most, by mail, about what is still asked. Policy 3.7."""
    if done:
        return "They have confirmed. There is nothing to remind them of."
    if closed:
        return "This is not asked of them any more."
    if not has_email:
        return "No email address is on the list for them. Hand them a link or a paper form instead."
    return REMINDED if reminded_at is not None and at - reminded_at < BETWEEN_REMINDERS else None


def why_not_make_link(*, left: bool, signs_in: bool) -> str | None:
    """A link is handed to somebody who is here and cannot sign in. Policy 2.5."""
    if left:
        return "They have left. A link would open nothing."
    return "They can sign in, so they read it there. A link is for those who cannot." if signs_in else None


def is_their_name(typed: str, name: str) -> bool:
    """Whether a typed name is that person's: first and last word agree, whatever case, accents and middle names.

    Policy 2.5. It only tells a forwarded link from one's own; it proves nothing about who somebody is.
    """
    given, known = _words(typed), _words(name)
    if not given or not known:
        return False
    return given == known or (min(len(given), len(known)) > 1 and (given[0], given[-1]) == (known[0], known[-1]))


#: How somebody is addressed is no part of their name.
_FORMS = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "rev", "revd"})

#: Letters that are written without their stroke or in two, where a keyboard lacks them.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

_DASHES = str.maketrans(dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2212", " "))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_PLAIN).translate(_DASHES)
    words = "".join(letter for letter in plain if letter.isalnum() or letter.isspace()).split()
    while len(words) > 1 and words[0] in _FORMS:
        words = words[1:]
    return words


@dataclass(frozen=True)
class Row:
    """One line of the head's picture: a kind of engagement, how many were asked, have confirmed, and are late."""

    kind: str
    asked: int
    done: int
    late: int

    @property
    def waiting(self) -> int:
        """How many have not confirmed yet, late or not."""
        return self.asked - self.done


def per_cent(done: int, asked: int) -> int:
    """How many in a hundred have confirmed, rounded down, so that 100 means everybody. Policy 3.7."""
    return done * 100 // asked if asked else 0
