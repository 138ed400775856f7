"""The lines of a record from which something can be cut: a text as it stands, or the words read out of a mail, a chat
or a PDF. What somebody sees as these lines is all that can get into the copy."""

from collections.abc import Callable, Mapping
from typing import Any

from forethought.core.errors import Refused
from forethought.evidence import chats, reading_out
from forethought.evidence.away_standing import insist_not_away
from forethought.evidence.models import Exhibit
from forethought.evidence.reading import content_of

#: No text that is cut here is longer, in bytes.
MOST_TEXT = 8 * 1024 * 1024

NOT_READ = {
    "archive": "This archive holds no exported chat, so nothing of it can be cut here.",
    "locked": "This file is locked with a password.",
    "large": "This file is too long to be cut here.",
    "no_words": "This document holds no words that a program can find. Its pages may be pictures.",
}


def lines_of(exhibit: Exhibit) -> tuple[list[str], str]:
    """The lines that can be cut, and with which tools they were read out; none for a text, which is as it came.

    Refuses what is too long, cannot be read, or is of another kind. Policy 7.4.
    """
    insist_not_away(exhibit)
    if exhibit.media in {"TEXT", "CSV"}:
        return as_text(_whole(exhibit)).splitlines(), ""
    kind, lines = _READ[exhibit.media]
    said = reading_out.asked_of(kind, lambda: content_of(exhibit), {})
    if isinstance(said, str):
        raise Refused(NOT_READ.get(said, "The words of this file cannot be read, so nothing can be cut here."), "7.4")
    found = [each for line in lines(said) for each in line.splitlines() or [""]]
    return found, str(said.get("tools", "Forethought"))


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


#: For each kind, who reads it behind the fence, and how its lines are made of the answer.
_READ: dict[str, tuple[str, Callable[[Mapping[str, Any]], list[str]]]] = {
    "EMAIL": ("mail", _of_mail),
    "MSG": ("outlook", _of_mail),
    "ZIP": ("zip", _of_chat),
    "PDF": ("pdf", _of_pdf),
}
CUT = frozenset({"TEXT", "CSV", *_READ})
