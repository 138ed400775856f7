"""What a check comes to: look again, do not post, or nothing to point out. Never that a post is all right.

It is advice. Whoever wrote the post decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from forethought.core.naming import Named

MOST_FINDINGS = 3


class Answer(Named):
    """An answer about one's own draft."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_SURE = "not_sure", "Not sure"


class Result(Named):
    """What the check says, in the words of its heading."""

    NOTHING = "nothing", "We found nothing to point out"
    LOOK = "look", "Look again"
    STOP = "stop", "Do not post"


class Matter(Named):
    """What gives a person more freedom than the rest, or another road."""

    WRONGDOING = "wrongdoing", "It tells of wrongdoing or danger"
    UNION = "union", "It is union business"
    OPINION = "opinion", "It is my opinion, and says so"


#: Kinds that a union, or an honest opinion, may touch without doing wrong.
_FREER = {
    Matter.UNION: frozenset({"disrepute", "reputation", "5.3d", "5.3f"}),
    Matter.OPINION: frozenset({"disrepute", "reputation", "defamation", "5.3d", "5.3f", "5.3g"}),
}
#: What is not held against somebody who tells of wrongdoing: the road is another one, and no breach is spoken of.
_TOLD = frozenset({"confidential", "disrepute", "reputation", "defamation", "5.3a", "5.3d", "5.3f", "5.3g"})

#: What the engine calls them where the words of a draft suggest one.
MEANT = {"whistleblowing": Matter.WRONGDOING, "union": Matter.UNION, "opinion": Matter.OPINION}


class Found(Protocol):
    """A finding of the engine, as far as it is weighed here."""

    @property
    def kind(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def wording(self) -> str: ...


@dataclass(frozen=True)
class Advice:
    """What is said to the author. `against` are the keys of the questions that they answered against posting."""

    result: Result
    findings: tuple[Found, ...]
    audience: tuple[str, ...]
    against: tuple[str, ...]
    not_sure: bool
    matters: frozenset[Matter]
    perhaps: frozenset[Matter]


def advice_of(
    *,
    findings: Sequence[Found] = (),
    audience: Mapping[str, Answer],
    kinds: Mapping[str, Answer],
    clauses: Mapping[str, str],
    matters: frozenset[Matter] = frozenset(),
    perhaps: frozenset[Matter] = frozenset(),
) -> Advice:
    """Weigh what was found and what was answered. “Not sure” to anything comes to “do not post”.

    `kinds` are the answers by the key of their question, `clauses` the clause of each key. At most three findings, the
    gravest first and then as they stand in the draft. `perhaps` is what its words suggest: it changes no result, since
    a sentence is added and nothing is taken away. Policy 3.4, 5.3.
    """
    said = [*audience.values(), *kinds.values()]
    not_sure = Answer.NOT_SURE in said
    unhappy = tuple(key for key, answer in audience.items() if answer is Answer.NO)
    against = tuple(key for key, answer in kinds.items() if answer is Answer.YES)
    freer = frozenset[str]().union(*(_FREER.get(one, frozenset()) for one in matters))
    if Matter.WRONGDOING in matters:
        findings = [one for one in findings if one.kind not in _TOLD]
        against = tuple(key for key in against if clauses.get(key, "") not in _TOLD)
    stops = [one for one in findings if one.level == "stop" and one.kind not in freer]
    grave = [key for key in against if clauses.get(key, "") not in freer]
    if not_sure or unhappy or grave or stops or Matter.WRONGDOING in matters:
        result = Result.STOP
    elif findings or against:
        result = Result.LOOK
    else:
        result = Result.NOTHING
    gravest = sorted(findings, key=lambda one: (one not in stops, one.start))[:MOST_FINDINGS]
    shown = tuple(sorted(gravest, key=lambda one: one.start))
    return Advice(result, shown, unhappy, against, not_sure, matters, perhaps - matters)


def together(words: Advice, picture: Advice) -> tuple[Result, tuple[Found, ...], tuple[Found, ...]]:
    """What a post comes to that is words and a picture: the graver result, and at most three findings of both.

    Those that say “do not post” come first, and of equals those in the words. Each as they stand in their own text: the
    first in the words of the post, the second in those of the picture. Policy 3.4.
    """
    order = list(Result)
    both = [(0, one) for one in words.findings] + [(1, one) for one in picture.findings]
    kept = sorted(both, key=lambda one: one[1].level != "stop")[:MOST_FINDINGS]
    first, second = (
        tuple(sorted((one for of, one in kept if of == which), key=lambda one: one.start)) for which in (0, 1)
    )
    return max(words.result, picture.result, key=order.index), first, second


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a draft: plain where `number` is 0, else the words of the finding with that number."""

    text: str
    number: int = 0


def pieces_of(draft: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """The draft cut at these spans, in order, with nothing lost and nothing twice.

    Spans count code points and are numbered from 1 as they are given. Where two share words, the earlier has them; one
    that lies within another has no piece of its own. Policy 3.4.
    """
    found: list[Piece] = []
    at = 0
    for number, (start, end) in sorted(enumerate(spans, 1), key=lambda one: (one[1], one[0])):
        start, end = max(start, at), min(end, len(draft))
        if start >= end:
            continue
        if start > at:
            found.append(Piece(draft[at:start]))
        found.append(Piece(draft[start:end], number))
        at = end
    if at < len(draft):
        found.append(Piece(draft[at:]))
    return tuple(found)
