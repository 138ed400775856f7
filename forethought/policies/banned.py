"""The banned kinds of post as a version of the policy has them, so that a kind added to the text is one more here."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forethought.policies.sentences import key_of, sentences_of
from forethought.policies.text import Paragraph, Text

Links = Mapping[bytes, frozenset[str]]

#: The nine kinds that the program knows, by their clauses.
_KNOWN = re.compile(r"5\.3[a-i]")
#: The last part of a number in a list: the letter of 5.3a, the 9 of 4.1.9, the (b) of 7(b).
_LAST = re.compile(r"[.( ]?(?:[a-z]|\d{1,2}|[ivx]{2,5})[.)]?$", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[•◦▪‣●○■□·*+>–-]|\(?(?:\d{1,2}|[a-z]|[ivx]{2,5})[.)])\s+", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"]([^“”\"]{3,60})[”\"]")


@dataclass(frozen=True, slots=True)
class Banned:
    """One banned kind. `clause` is one of 5.3a to 5.3i, or empty for a kind that the school added.

    `number` is how the version itself numbers it, and may be empty. `phrases` are words that the policy puts in
    quotation marks, as examples of what it means.
    """

    clause: str
    number: str
    title: str
    words: str
    phrases: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """A name for forms: of the clause, else of the words, so that it is the same as long as they are."""
        named = self.clause.replace(".", "_")
        return named or f"own_{hashlib.sha256(self.words.encode()).hexdigest()[:10]}"

    @property
    def cited(self) -> str:
        """What a case that cites it notes: the clause, else a mark of the words, which no clause's id can be."""
        return self.clause or f"+{hashlib.sha256(self.words.encode()).hexdigest()[:7]}"


def banned_in(text: Text, links: Links) -> tuple[Banned, ...]:
    """The banned kinds of a text, in its order; none where no sentence of it serves a clause of 5.3a to 5.3i.

    A kind of the school's own is what stands in the same list: a paragraph numbered like the others that serves no
    other clause, or a bullet among bullets. Policy 5.3.
    """
    served = [_kinds_of(one, links) for one in text]
    stems = {_stem(one.number) for one, kinds in zip(text, served, strict=True) if kinds} - {""}
    found: list[Banned] = []
    for one, kinds in zip(text, served, strict=True):
        if len(kinds) > 1:
            found += _bullets(one, links)
        elif kinds:
            (clause,) = kinds
            found.append(_whole(one, clause))
        elif _stem(one.number) in stems and one.words.strip() and not _elsewhere(one, links):
            found.append(_whole(one, ""))
    return tuple(_once(found))


def _kinds_of(one: Paragraph, links: Links) -> list[str]:
    kinds = [
        clause
        for sentence in sentences_of(one.words)
        for clause in sorted(links.get(key_of(sentence), ()))
        if _KNOWN.fullmatch(clause)
    ]
    return list(dict.fromkeys(kinds))


def _elsewhere(one: Paragraph, links: Links) -> bool:
    """Whether a paragraph serves some other clause than the list itself: then it is no kind, whatever its number."""
    return any(links.get(key_of(sentence), frozenset()) - {"5.3"} for sentence in sentences_of(one.words))


def _stem(number: str) -> str:
    """What the numbers of one list begin with; nothing for a number that is in no list."""
    last = _LAST.search(number.strip())
    return number.strip()[: last.start()] if last else ""


def _whole(one: Paragraph, clause: str) -> Banned:
    return Banned(clause, one.number, one.title, one.words, tuple(_QUOTED.findall(one.words)))


def _bullets(one: Paragraph, links: Links) -> Iterator[Banned]:
    for sentence in sentences_of(one.words):
        kinds = sorted(clause for clause in links.get(key_of(sentence), ()) if _KNOWN.fullmatch(clause))
        bullet = _BULLET.match(sentence)
        if not kinds and not bullet:
            continue
        words = sentence[bullet.end() :] if bullet else sentence
        for clause in kinds or [""]:
            yield Banned(clause, one.number, "", words, tuple(_QUOTED.findall(words)))


def _once(found: list[Banned]) -> Iterator[Banned]:
    """Each kind once: of several paragraphs about one kind the first says what it is."""
    seen: set[str] = set()
    for one in found:
        if one.key not in seen:
            seen.add(one.key)
            yield one
