"""What to do about contact with a pupil, a former pupil, a parent or somebody unknown. Clauses 5.4 to 5.6.

Nothing here is kept. An answer rests on what somebody says, once, and on the day in London.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from forethought.core.clock import spoken_day
from forethought.core.naming import Named
from forethought.core.text import is_blank

GROWN_UP = 18
#: Nobody is older, so a higher number is a slip of the finger.
OLDEST = 120
#: What somebody writes about it, and what shows who it was, in characters.
LONGEST = 4000
LONGEST_NAME = 80


class Who(Named):
    """Who the other person is to the member of staff."""

    PUPIL = "pupil", "A pupil of this school"
    EX_PUPIL = "ex_pupil", "A former pupil"
    PARENT = "parent", "A parent or carer"
    UNKNOWN = "unknown", "Somebody I do not know"
    OTHER = "other", "Somebody else"


class Way(Named):
    """Which way the contact went."""

    RECEIVED = "received", "They wrote to me, or asked to connect"
    SENT = "sent", "I wrote to them, or asked to connect"
    FOLLOWING = "following", "They follow an account of mine that anybody can see"
    SEEN = "seen", "I saw that another adult of the school has such contact"


class Mark(Named):
    """What else is so. Each changes the answer, or adds to it."""

    AGAIN = "again", "The same person tried before"
    DISTRESS = "distress", "They seem upset, or may be at risk"
    FAMILY = "family", "They are my own child, or a relative"
    IMPOSTOR = "impostor", "I doubt that it is really them"
    GAMING = "gaming", "It was in a game"
    GROUP = "group", "It is a group: of a class, of parents, of the PTA"


class Verdict(Named):
    """What the answer comes to."""

    LEAD = "lead", "Tell the safeguarding lead now"
    CONCERN = "concern", "Tell it as a concern"
    UNDO = "undo", "Take it back, and tell the headteacher"
    DECLINE = "decline", "Decline"
    ACCOUNT = "account", "Use the school’s account"
    FAMILY = "family", "Family matters are fine"
    ALLOWED = "allowed", "Allowed. Take care"


class Age(Named):
    """What is known of somebody's age on a day. A record keeps this, and never the birthday."""

    UNDER = "under", "Under 18"
    GROWN = "grown", "18 or over"
    UNKNOWN = "unknown", "Not known"


@dataclass(frozen=True)
class Told:
    """What somebody says about a contact. `born` and `age` may both be missing."""

    who: Who
    way: Way
    marks: frozenset[Mark] = frozenset()
    born: date | None = None
    age: int | None = None


@dataclass(frozen=True)
class Answer:
    """What to do: the outcome, sentences in order, the clause, and where to go on.

    `lead_now`: the safeguarding lead has to hear at once. `own_fault`: somebody may tell the headteacher of it
    themselves. `reply`: a reply that sends a parent to the school's account is offered. `lead_if_again`: the lead would
    hear of a second try.
    """

    verdict: Verdict
    sentences: tuple[str, ...]
    clause: str
    age: Age
    lead_now: bool = False
    own_fault: bool = False
    reply: bool = False
    lead_if_again: bool = False


def grown_up_on(born: date) -> date:
    """The day from which somebody is 18. Born on 29 February, it is 1 March: 18 years on is never a leap year.

    A year of age is reached at the beginning of the birthday (Family Law Reform Act 1969, section 9). Policy 5.4.
    """
    try:
        return born.replace(year=born.year + GROWN_UP)
    except ValueError:
        return date(born.year + GROWN_UP, 3, 1)


def age_on(*, born: date | None, age: int | None, day: date) -> Age:
    """What is known of somebody's age on a day (London). Where a birthday and an age differ, the younger holds.

    Policy 5.4.
    """
    found = set()
    if born is not None:
        found.add(Age.GROWN if day >= grown_up_on(born) else Age.UNDER)
    if age is not None:
        found.add(Age.GROWN if age >= GROWN_UP else Age.UNDER)
    if Age.UNDER in found:
        return Age.UNDER
    return Age.GROWN if found else Age.UNKNOWN


def why_not_told(*, born: date | None, age: int | None, day: date) -> str | None:
    """A birthday has been, and an age is one that people have. Policy 5.4."""
    if born is not None and born > day:
        return "That date has not come yet."
    if age is not None and not 0 <= age <= OLDEST:
        return "Enter an age in years, like 16."
    return None


#: Whose contact is as that of a child: whoever is or was a pupil, and whoever may be one.
_MAY_BE_PUPIL = frozenset({Who.PUPIL, Who.EX_PUPIL, Who.UNKNOWN})

_NO_FAULT = "Receiving it is no fault of yours."
_CARE = "Take care: keep it open to others to see, and keep school business out of it."
_WAYS = {
    Way.FOLLOWING: (
        "You cannot decline a follower, so remove or block them where you can.",
        "Do not follow back, and do not answer there.",
    ),
    Way.RECEIVED: ("Do not accept, and do not answer.",),
}
_ADDED = {
    Mark.GAMING: "A name in a game says nothing about age. Leave the game or its chat, and switch its voice chat off.",
    Mark.IMPOSTOR: "Do not test whether it is them. Report the account to the site, and report it to the school.",
    Mark.GROUP: "A group is contact with each person in it. Leave it where a pupil is in it, and say nothing first.",
}
_PARENT_GROUP = (
    "A group of a class, of parents or of the PTA is contact with each parent in it. Speak there as a parent of your "
    "own child alone, or not at all. School business goes through the school’s account."
)
_NOT_ONLINE_ALONE = "A text message, a call to your own phone and your own email count like social media."


def answer(told: Told, *, family_declared: bool, day: date) -> Answer:
    """What to do about a contact. `family_declared`: the head has seen a declaration of theirs that still stands.

    What protects a child comes first; then another adult's conduct, then family, then who it is. `day` in London.
    Policy 5.4, 5.5, 5.6.
    """
    age = age_on(born=told.born, age=told.age, day=day)
    if told.way is Way.SEEN:
        return _seen(told, age)
    found = _family(told, age, declared=family_declared) if Mark.FAMILY in told.marks else _of_who(told, age, day)
    added = tuple(_ADDED[one] for one in told.marks if one in _ADDED and not _said_already(one, told))
    child, family = _may_be_child(told, age), Mark.FAMILY in told.marks
    if Mark.DISTRESS in told.marks and not child and told.who is not Who.PARENT:
        added = (*added, "Is somebody in danger? Call 999.")
    again = child and not family
    found = Answer(**{**vars(found), "sentences": (*found.sentences, *sorted(added)), "lead_if_again": again})
    # One's own child writes more than once; in distress it is a child like any other.
    calls_for_lead = {Mark.DISTRESS} if family else {Mark.AGAIN, Mark.DISTRESS}
    return _lead_first(found, told) if child and told.marks & calls_for_lead else found


def _said_already(mark: Mark, told: Told) -> bool:
    return mark is Mark.GROUP and told.who is Who.PARENT


def _may_be_child(told: Told, age: Age) -> bool:
    """Whether it may be a pupil or a child. A parent may not; somebody else may, unless they are 18."""
    if told.who is Who.PUPIL:
        return True
    return told.who is not Who.PARENT and age is not Age.GROWN


def _lead_first(found: Answer, told: Told) -> Answer:
    first = ["Is somebody in danger now? Call 999 first."] if Mark.DISTRESS in told.marks else []
    if Mark.DISTRESS in told.marks:
        no_fault = "Tell the safeguarding lead now."
        if told.way is not Way.SENT:
            no_fault = f"A pupil who asks for help is a matter of safeguarding, and no misconduct. {no_fault}"
        first += [
            no_fault,
            "Do not promise to keep it secret. Do not delete it.",
        ]
    if Mark.AGAIN in told.marks and Mark.FAMILY not in told.marks:
        first.append("They tried more than once, so the safeguarding lead has to hear of it at once.")
    first.append("Nobody has been told yet.")
    return Answer(**{**vars(found), "verdict": Verdict.LEAD, "sentences": (*first, *found.sentences), "lead_now": True})


def _seen(told: Told, age: Age) -> Answer:
    """Contact between another adult of the school and somebody."""
    if _may_be_child(told, age):
        said = (
            "Tell the safeguarding lead today. It goes to nobody named in it.",
            "Do not ask the adult about it, do not ask the pupil, and do not look further yourself.",
        )
        return Answer(Verdict.CONCERN, said, "6.5", age, lead_now=Mark.DISTRESS in told.marks)
    ask = "You need not judge it. Ask a manager, or tell it as a low-level concern."
    return Answer(Verdict.CONCERN, (ask,), "5.5", age)


def _family(told: Told, age: Age, *, declared: bool) -> Answer:
    """Somebody's own child or a relative. What is about the school still goes through the school's account."""
    school = "School business still goes through the school’s account, also for your own family."
    if declared:
        fine = "You have declared it, and it has been seen. Personal contact on family matters is fine."
        return Answer(Verdict.FAMILY, (fine, school), "5.5", age, reply=told.who is Who.PARENT)
    said = (
        "Declare it first, unless you have. It takes two minutes, and it stands once the headteacher has seen it.",
        "Until then use the school’s account for all that is not life at home.",
        school,
    )
    return Answer(Verdict.ACCOUNT, said, "5.5", age, reply=told.who is Who.PARENT)


def _of_who(told: Told, age: Age, day: date) -> Answer:
    if told.who is Who.PARENT:
        return _parent(told, age)
    if told.who is not Who.PUPIL and age is Age.GROWN:
        asked = told.way is Way.RECEIVED
        if told.who is Who.EX_PUPIL:
            why_allowed = "They are 18 or over and no pupil any more, so the policy allows it."
            free = ("You need not accept.",) if asked else ()
        else:
            why_allowed = "They are 18 or over, and as far as you know no pupil. The policy does not forbid it."
            free = ("You need not accept. If in doubt, decline.",) if asked else ()
        return Answer(Verdict.ALLOWED, (why_allowed, *free, _CARE), "5.4", age)
    why = _why_decline(told, age, day)
    if told.way is Way.SENT:
        said = (
            "Take the request back now. Do not write again, also not to explain.",
            *why,
            "Tell the headteacher yourself, today. It may be a low-level concern. To tell it oneself is right.",
            "Leave messages as they are. Do not delete what was said.",
        )
        return Answer(Verdict.UNDO, said, "5.4", age, own_fault=True)
    return Answer(Verdict.DECLINE, (*why, *_WAYS[told.way], _NO_FAULT), "5.4", age)


def _why_decline(told: Told, age: Age, day: date) -> tuple[str, ...]:
    if told.who is Who.PUPIL:
        grown = " That holds for pupils of 18 too." if age is Age.GROWN else ""
        return (f"Staff do not connect with a pupil of this school, of any age.{grown}",)
    if told.who is Who.EX_PUPIL:
        return ("Staff do not connect with a former pupil under 18.", _from_when(told, age, day))
    if told.who is Who.UNKNOWN:
        return ("You do not know who it is, so it may be a pupil. Treat them as one.",)
    return ("They are under 18, or you do not know. Treat them as a pupil. If you coach them, say, ask a manager.",)


def _from_when(told: Told, age: Age, day: date) -> str:
    """From when it would be allowed, or why nobody can say."""
    if age is Age.UNKNOWN:
        return "You do not know how old they are, so they count as under 18."
    if told.born is None or day >= grown_up_on(told.born):
        return "It stays so until they are 18."
    turns = grown_up_on(told.born)
    if turns == day + timedelta(days=1):
        return "They turn 18 tomorrow: allowed from tomorrow, take care. Decline today."
    return f"They turn 18 on {spoken_day(turns, year=True)}. Until that day, decline."


def _parent(told: Told, age: Age) -> Answer:
    """Parents and carers: through the school's account alone."""
    said = ["Staff and parents write to each other through the school’s account."]
    if told.way is Way.SENT:
        said += ["Do not go on there. Send the rest from the school’s account.", _NOT_ONLINE_ALONE]
    elif told.way is Way.FOLLOWING:
        said += ["A parent may read what you show to all. Do not follow back, and do not speak of school there."]
    else:
        said += ["Do not answer in the matter there. You can send the reply below once.", _NOT_ONLINE_ALONE, _NO_FAULT]
    if Mark.GROUP in told.marks:
        said.append(_PARENT_GROUP)
    if Mark.AGAIN in told.marks:
        said.append("They wrote before. If it goes on, ask a manager to speak to them.")
    if Mark.DISTRESS in told.marks:
        said.append("Is a child at risk? Tell the safeguarding lead. Is somebody in danger? Call 999.")
    return Answer(Verdict.ACCOUNT, tuple(said), "5.6", age, reply=told.way is not Way.FOLLOWING)


NEVER = (
    "Nothing that you know through the school may be used to find, approach or get in touch with a child. Do not look "
    "for their account, and do not look through it."
)


def is_again(*, said: bool, name: str, earlier: Collection[str]) -> bool:
    """Whether the same person tried before: somebody says so, or the same name stands in a record of theirs.

    Policy 5.4.
    """
    return said or (not is_blank(name) and _plain(name) in {_plain(one) for one in earlier})


def _plain(name: str) -> str:
    return " ".join(name.replace(".", " ").casefold().split())


def why_not_keep_contact(*, verdict: Verdict, words: str) -> str | None:
    """A record says what happened. What another adult did is told as a concern, and is no record of one's own.

    Policy 5.4.
    """
    if verdict is Verdict.CONCERN:
        return "Tell this as a concern instead. Then it is with those who can act."
    return "Write what happened. A few words are enough." if is_blank(words) else None


def why_not_share_contact(*, own: bool, already: bool, to_oneself: bool) -> str | None:
    """A record is shared by its writer alone, once with each person. Policy 5.4."""
    if not own:
        return "This record is not yours to share."
    if to_oneself:
        return "Choose somebody else than yourself."
    return "They can see it already." if already else None
