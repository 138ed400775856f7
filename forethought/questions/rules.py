"""Whom somebody may ask, by when they are answered, and what may become of the answer."""

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from forethought.core.clock import from_london, london
from forethought.core.text import is_blank
from forethought.core.working_time import add_working_days
from forethought.people.cast import Cast, PersonId

#: A question, a draft and an answer, in characters; and the question of one that all may read.
LONGEST = 4000
COMMON_QUESTION = 1000

#: When the day on which an answer is due ends, in London.
FIVE = time(17)

#: A question that may be about a child at risk is due within this, and unseen it goes on.
WITHIN = timedelta(hours=1)

#: The same question sent again within this is one question: somebody pressed twice.
TWICE = timedelta(minutes=10)

NOBODY = (
    "Nobody here can take this now. Call 999 if a child is in danger. If not, call the police on 101, "
    "or children’s social care."
)


def may_be_at_risk(child: str) -> bool:
    """Whether a question goes to the safeguarding lead: anything but a plain no does. Policy 3.6, 6.5."""
    return child != "no"


def due_at(*, asked_at: datetime, days: int, extra: Collection[date] = ()) -> datetime:
    """When the answer is due, in UTC: so many working days after the London day of asking, at 5pm. Policy 3.6."""
    return from_london(add_working_days(london(asked_at).date(), max(days, 1), extra), FIVE)


def who_to_ask(*, asker: PersonId, line_managers: Iterable[PersonId], cast: Cast) -> tuple[tuple[PersonId, str], ...]:
    """Whom somebody may ask, with their office: their line manager first, a governor last, never themselves.

    The chair is there for whoever thinks that all the others may be part of it. Policy 3.6.
    """
    found: dict[PersonId, str] = {}
    offices: list[tuple[PersonId | None, str]] = [(one, "your line manager") for one in line_managers]
    offices += [(one, "senior manager") for one in cast.senior_managers]
    offices += [(cast.head, "headteacher"), (cast.chair, "chair of governors")]
    for one, office in offices:
        if one is not None and one != asker:
            found.setdefault(one, office)
    return tuple(found.items())


def who_is_next(
    *, manager: PersonId, asker: PersonId, line_managers: Iterable[PersonId], cast: Cast
) -> PersonId | None:
    """Who else answers once it is late: the manager's own line manager, else the head, else the chair. Policy 3.6.

    A governor was chosen so that it stays away from the head, so it goes on to another governor.
    """
    governing = (cast.chair, cast.vice_chair, cast.trust_lead)
    chain = governing if manager in governing else (*line_managers, cast.head, *governing)
    return next((one for one in chain if one is not None and one not in {manager, asker}), None)


def why_not_ask_question(*, words: str, child: str, chosen: bool, leads: bool) -> str | None:
    """A question has words and somebody to go to. Policy 3.6."""
    if child not in {"yes", "no", "not_sure"}:
        return "Choose yes, no or not sure."
    if is_blank(words):
        return "Write your question. A few words are enough."
    if may_be_at_risk(child):
        return None if leads else NOBODY
    return None if chosen else "Choose somebody from the list."


def why_not_answer_question(*, asked: bool, answered: bool, words: str) -> str | None:
    """Only those it was put before answer it, once. `asked`: whether it was put before this person. Policy 3.6."""
    if not asked:
        return "This question is not yours to answer."
    if answered:
        return "This has been answered."
    return "Write your answer." if is_blank(words) else None


def why_not_pass_to_lead(*, asked: bool, answered: bool, child: str, is_lead: bool, leads: bool) -> str | None:
    """What shows that a child may be at risk goes to the safeguarding lead, whoever was asked. Policy 3.6, 6.5."""
    if not asked:
        return "This question is not yours to pass on."
    if may_be_at_risk(child):
        return "The safeguarding lead has it."
    if is_lead:
        return "You are a safeguarding lead. Act on it now, then answer."
    if answered:
        return "This has been answered. Tell the safeguarding lead yourself, now."
    return None if leads else NOBODY


def why_not_share_answer(*, asked: bool, answered: bool, may_be_shared: bool, child: str) -> str | None:
    """An answer is shared only where the asker allowed it, and never where a child may be at risk. Policy 3.6."""
    if not asked:
        return "This answer is not yours to share."
    if not answered:
        return "Answer it first."
    if may_be_at_risk(child):
        return "A child may be at risk, so this is not shared."
    return None if may_be_shared else "The person who asked did not say that others may learn from it."


def why_not_these_words(*, question: str, answer: str, original: str, asker: str, there: bool) -> str | None:
    """What all may read is written anew and names nobody who asked. Policy 3.6.

    `asker`: their name; `there`: whether all may read these very words already.
    """
    if is_blank(question) or is_blank(answer):
        return "Write the question and the answer."
    if there:
        return "All can read this already."
    if names(asker, in_words=f"{question}\n{answer}"):
        return "This may name the person who asked. Write it without the name."
    if plain(question) == plain(original):
        return "Write the question anew. In their own words, people may tell who asked."
    return None


def names(person: str, *, in_words: str) -> bool:
    """Whether a surname stands in some words, written as a name is: “Reed”, and not “reed”."""
    last = person.split()[-1:]
    return bool(last) and re.search(rf"(?<!\w){re.escape(last[0])}(?!\w)", in_words) is not None


def plain(words: str) -> str:
    """Words as they are compared: small letters, one space between them, no marks."""
    return " ".join(re.findall(r"\w+", words.casefold()))


def why_not_withdraw_common_question(*, own: bool, head: bool, withdrawn: bool) -> str | None:
    """Whoever shared it takes it back, or the head. Policy 3.6."""
    if not (own or head):
        return "Only the person who shared it, or the headteacher, can take it back."
    return "This was taken back already." if withdrawn else None
