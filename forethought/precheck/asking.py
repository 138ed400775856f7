"""What the check asks its author: who might see the post, and each kind that the policy bans.

The answers are weighed here and kept nowhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forethought.policies.banned import Banned
from forethought.policies.clauses import clause
from forethought.precheck.kinds import IN_FORCE, KindInForce

#: Who might see it. A post may be seen by all of them, whoever it was meant for.
AUDIENCES: tuple[tuple[str, str], ...] = (
    ("pupil", "A pupil"),
    ("parent", "A parent or carer"),
    ("colleague", "A colleague"),
    ("trust", "Somebody at another school of the trust"),
    ("employer", "A future employer"),
)

#: The question for each kind that the program knows. “Yes” is always the answer that speaks against posting.
_ASKED = {
    "5.3a": "Did you learn any of it in confidence, through your work here?",
    "5.3b": "Would somebody feel picked on or shut out by it?",
    "5.3c": "Does it put people down for who they are?",
    "5.3d": "Would a fair parent trust the school less after reading it?",
    "5.3e": "Is any of it sexual, threatening or abusive?",
    "5.3f": "Would you hold it back with that person, and the head, in the room?",
    "5.3g": "Does it state as fact what you cannot prove?",
    "5.3h": "Did somebody else make a picture, sound, film or text in it?",
    "5.3i": "Could it break a law or a court order?",
}
#: The kinds where no version of the policy is known.
MODEL = tuple(Banned(name, name, clause(name).title, clause(name).words) for name in _ASKED)

LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a kind: its name in the form, the clause, and the words."""

    key: str
    clause: str
    title: str
    asked: str


def questions_of(banned: Iterable[Banned]) -> tuple[Question, ...]:
    """A question for each kind that a version bans, one that the school added included.

    Policy 3.4, 5.3, 5.3a, 5.3b, 5.3c, 5.3d, 5.3e, 5.3f, 5.3g, 5.3h, 5.3i.
    """
    return tuple(_question(one) for one in banned)


def _question(one: Banned) -> Question:
    title = _title(one)
    asked = _ASKED.get(one.clause) or f"Could any of it be what the policy means by “{title}”?"
    return Question(one.key, _said_clause(one), title, asked)


def _title(one: Banned) -> str:
    title = one.title or (clause(one.clause).title if one.clause else one.words)
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _said_clause(one: Banned) -> str:
    return one.number or one.clause or "5.3"


def kinds_of(banned: Sequence[Banned]) -> tuple[KindInForce, ...]:
    """The kinds that the engine looks for under a version: those it knows, less what that version does not ban.

    One that the school added is found by the words that its policy puts in quotation marks. Policy 5.3.
    """
    theirs = {one.clause for one in banned}
    known = [one for one in IN_FORCE if not one.clause.startswith("5.3") or one.clause in theirs]
    return (*known, *(_own(one) for one in banned if not one.clause))


def _own(one: Banned) -> KindInForce:
    return KindInForce(
        one.key,
        _said_clause(one),
        f"Your school’s policy bans this: {_title(one)}.",
        "Leave it out, or ask first.",
        one.phrases,
    )
