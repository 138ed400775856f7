"""The lines of a record from which something can be cut. What somebody sees as these lines is all that is in the copy.

A text as it stands, the words read out of a mail, a chat, a PDF or an archived page, what somebody wrote down of a
recording.
"""

from collections.abc import Callable, Mapping
from typing import Any

from forethought.core.errors import Refused
from forethought.evidence import chats, reading_out, transcribing
from forethought.evidence.away_standing import insist_not_away
from forethought.evidence.models import Exhibit
from forethought.evidence.reading import content_of
from forethought.evidence.reading_out import RECORDINGS
from forethought.evidence.transcripts import clock_time

#: No text that is cut here is longer, in bytes.
MOST_TEXT = 8 * 1024 * 1024

NOT_READ = {
    "archive": "This archive holds no exported chat, so nothing of it can be cut here.",
    "locked": "This file is locked with a password.",
    "large": "This file is too long to be cut here.",
    "no_words": "This document holds no words that a program can find. Its pages may be pictures.",
    "no_pages": "This archive says nothing of its pages, so nothing of it can be cut here.",
}


def lines_of(exhibit: Exhibit) -> tuple[list[str], str]:
    """The lines that can be cut, and with which tools they were read out; none for a text, which is as it came.

    Refuses what is too long, cannot be read, is of another kind, or is a recording of which nobody wrote down what it
    says. Policy 7.4.
    """
    insist_not_away(exhibit)
    if exhibit.media in RECORDINGS:
        return _heard(exhibit), ""
    if exhibit.media in {"TEXT", "CSV"}:
        return as_text(_whole(exhibit)).splitlines(), ""
    kind, lines = _READ[exhibit.media]
    said = reading_out.asked_of(kind, lambda: content_of(exhibit), {})
    if isinstance(said, str):
        raise Refused(NOT_READ.get(said, "The words of this file cannot be read, so nothing can be cut here."), "7.4")
    found = [each for line in lines(said) for each in line.splitlines() or [""]]
    return found, str(said.get("tools", "Forethought"))


def _heard(exhibit: Exhibit) -> list[str]:
    _, heard = transcribing.heard_in(exhibit)
    if not heard:
        raise Refused("Nobody has written down what this recording says. Do that first.", "7.4")
    sure = sum(bool(one.confirmed_by) for one in heard)
    return [
        "[What a recording says, written down by somebody at the school. The recording is not here.]",
        f"[Lines that somebody listened to and confirmed: {sure} of {len(heard)}.]",
        *(f"{clock_time(one.line.at)} {one.line.words}" for one in heard),
    ]


def as_text(raw: bytes) -> str:
    """Bytes of a text in words: UTF-8, UTF-16 that says so, or the old set of Windows, where every byte is a letter."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _whole(exhibit: Exhibit) -> bytes:
    whole = bytearray()
    for piece in content_of(exhibit):
        whole += piece
        if len(whole) > MOST_TEXT:
            raise Refused("This text is too long to be cut here.", "7.4")
    return bytes(whole)


def _of_mail(said: Mapping[str, Any]) -> list[str]:
    """Its header lines, its words, and what is attached by name alone. Which way it came is not in it."""
    attached = [f"[attached: {one['name'] or 'without a name'}]" for one in said["attachments"]]
    return [
        "[The words of an email, read out by a program. What is attached is not here.]",
        *(f"{one['name']}: {one['value']}" for one in said["headers"]),
        *attached,
        "",
        said["words"],
        *(["[The mail goes on.]"] if said.get("cut") else []),
    ]


def _of_chat(said: Mapping[str, Any]) -> list[str]:
    return [
        "[An exported chat, read out by a program. Names are the exporter’s own for people. Files are not here.]",
        chats.printed(chats.chat_of_rows(said["chat"])),
    ]


def _of_pdf(said: Mapping[str, Any]) -> list[str]:
    found = ["[The words of a PDF, read out by a program. Pictures and the look of its pages are not here.]"]
    for number, lines in enumerate(said["pages"], 1):
        found += [f"[Page {number}]", *(lines or ["[No words.]"])]
    return found


def _of_pages(said: Mapping[str, Any]) -> list[str]:
    found = ["[The words of an archived web page, read out by a program. Its pictures and its look are not here.]"]
    for one in said["pages"]:
        found += [f"[Page: {one['address']}]", f"[Archived: {one['at'] or 'no time was given'}]"]
        found += [one["title"], "", one["words"] or "[No words.]"]
    return found


#: For each kind, who reads it behind the fence, and how its lines are made of the answer.
_READ: dict[str, tuple[str, Callable[[Mapping[str, Any]], list[str]]]] = {
    "EMAIL": ("mail", _of_mail),
    "MSG": ("outlook", _of_mail),
    "ZIP": ("zip", _of_chat),
    "PDF": ("pdf", _of_pdf),
    "WACZ": ("wacz", _of_pages),
}
CUT = frozenset({"TEXT", "CSV", *_READ}) | RECORDINGS
