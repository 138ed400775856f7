"""Searching the records of one case. Everything is sealed, so each text is opened, looked through and let go."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.evidence import derived, keyring
from forethought.evidence.chats import Sort, message_of
from forethought.evidence.derived_models import Derived, ToRead
from forethought.evidence.models import Exhibit, Particulars
from forethought.evidence.readable import may_be_read
from forethought.evidence.transcripts import clock_time

#: Places shown, of one record and of all.
MOST_OF_ONE, MOST = 20, 200
#: Letters on each side of what was found.
AROUND = 60
LONGEST = 200

#: What was said about a record, as its form has it.
_SAID = ("file_name", "address", "handle", "number", "sender", "subject", "words", "note")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Hit:
    """One place: in which record, by which recipe, where in it (a time as written, a name), and the words around it."""

    exhibit: Exhibit
    recipe: str
    where: str
    before: str
    found: str
    after: str


@dataclass
class Found:
    """What a search found, and what it looked through: records, those that wait to be read, those with no text."""

    hits: list[Hit] = field(default_factory=list)
    more: bool = False
    records: int = 0
    searched: int = 0
    waiting: int = 0


def search_records(*, case_id: uuid.UUID, words: str, by: Actor, at: datetime) -> Found:
    """Every place in the records of a case that holds all these words, in any case of letters. The words are not kept.

    Policy 7.3.
    """
    wanted = [part.casefold() for part in words.split()]
    insist(None if wanted and len(words) <= LONGEST else "Write one word or a few.", "7.3")
    found = Found()
    exhibits = list(Exhibit.objects.filter(case_id=case_id).order_by("received_at", "id"))
    read = derived.last_of(exhibits)
    waiting = set(
        ToRead.objects.filter(exhibit__in=exhibits, due_at__isnull=False, only="").values_list("exhibit_id", flat=True)
    )
    for exhibit in exhibits:
        found.records += 1
        if exhibit.object_name and not may_be_read(exhibit):
            continue
        found.waiting += exhibit.pk in waiting
        _search(exhibit, read.get(exhibit.pk, {}), wanted, found)
    # Only now, for it holds up the school's writers; and still before anything is shown.
    with acting("evidence.search_records", by=by, at=at, case_id=case_id):
        return found


def _search(exhibit: Exhibit, rows: dict[str, Derived], wanted: list[str], found: Found) -> None:
    texts = of_one = 0
    for recipe, where, text in _texts(exhibit, rows):
        texts += 1
        folded = text.casefold()
        if not all(one in folded for one in wanted):
            continue
        if of_one >= MOST_OF_ONE or len(found.hits) >= MOST:
            found.more = True
            break
        of_one += 1
        found.hits.append(Hit(exhibit, recipe, where, *_around(text, wanted[0])))
    found.searched += texts > 0


def _texts(exhibit: Exhibit, rows: dict[str, Derived]) -> Iterator[tuple[str, str, str]]:
    """Every text of a record: what was said about it first, then what was read out. Recipe, place in it, text."""
    last = Particulars.objects.filter(exhibit=exhibit).order_by("-said_at").first()
    said = keyring.words(last, case_id=exhibit.case_id) if last else {}
    about = " ".join(
        str(said[name]) for name in ("file_name", "address", "handle", "number", "sender") if said.get(name)
    )
    about = " ".join([about, *(str(said[name]) for name in ("subject", "words", "note") if said.get(name))]).strip()
    if about:
        yield "particulars", "", about
    for recipe, row in rows.items():
        if recipe == "chat":
            senders = derived.page_of(row, 0, 0)[0]["senders"]
            for one in derived.rows_of(row):
                message = message_of(one, senders)
                if message.sort is not Sort.SYSTEM or message.text:
                    yield recipe, message.written, f"{message.sender}: {message.text} {message.media}".strip()
        elif recipe in {"email", "text", "letters", derived.TRANSCRIPT}:
            yield from _texts_of(recipe, derived.words_of(row))


def _texts_of(recipe: str, content: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for header in content.get("headers", []):
        yield recipe, header["name"], header["value"]
    for attached in content.get("attachments", []):
        if attached["name"]:
            yield recipe, "", attached["name"]
    for at, words in content.get("lines", []):
        yield recipe, clock_time(at), words
    if content.get("words"):
        yield recipe, "", content["words"]


def _around(text: str, word: str) -> tuple[str, str, str]:
    """What was found, with a little on each side. Found again letter by letter, for folding can change a length."""
    match = re.search(re.escape(word), text, re.IGNORECASE)
    if match is None:
        return "", "", _SPACES.sub(" ", text[: 2 * AROUND])
    start, stop = max(0, match.start() - AROUND), match.end() + AROUND
    before, after = text[start : match.start()], text[match.end() : stop]
    return (
        ("…" if start else "") + _SPACES.sub(" ", before),
        _SPACES.sub(" ", match[0]),
        _SPACES.sub(" ", after) + ("…" if stop < len(text) else ""),
    )
