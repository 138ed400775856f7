"""Plain text, and archives of one sort: an exported chat with its files. Only `_reader` loads it.

An archive stays closed but for the text of a chat, and the text is unpacked with every byte counted: what an archive
says of its own sizes is nobody's promise (evidence.md 7, case 14).
"""

import re
import stat
import zipfile
import zlib
from typing import Any, BinaryIO

from forethought.evidence import chats
from forethought.evidence._mail_reader import plain
from forethought.evidence._reader import MIB, NotRead
from forethought.evidence.chats import Chat, Message, Sort, chat_of_rows, difference_of, row_of
from forethought.evidence.kept_json import content_in

MOST_TEXT = 40 * MIB
MOST_WORDS = 2_000_000
MOST_MEMBERS = 20_000
MOST_ENTRIES = 400_000
MOST_SHOWN = 500
_CHAT = re.compile(r"(?:.*/)?(?:_chat|WhatsApp Chat (?:with|-) [^/]*)\.txt", re.IGNORECASE)
_ENCRYPTED = 0x1


def read_text(file: BinaryIO, options: Any) -> dict[str, Any]:
    """A text: as a chat when it begins as an export does, and as words otherwise."""
    raw = file.read(MOST_TEXT + 1)
    if len(raw) > MOST_TEXT:
        raise NotRead("large")
    text = text_of(raw)
    found = chats.parsed(text)
    if found is not None and found.messages:
        return {"chat": chat_as_rows(found, None)}
    return {"words": text[:MOST_WORDS], "cut": len(text) > MOST_WORDS}


def text_of(raw: bytes) -> str:
    """Bytes as text: by the mark at their beginning, else in whichever usual way they can be read."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace").replace("\0", "")
    return plain(raw.removeprefix(b"\xef\xbb\xbf")).replace("\0", "")


def read_zip(file: BinaryIO, options: Any) -> dict[str, Any]:
    """The chat in an archive. Any other archive stays closed, and so does one that is not as a phone makes it."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            insist_plain(members)
            named = [one for one in members if _CHAT.fullmatch(one.filename)]
            if len(named) != 1:
                raise NotRead("archive")
            if named[0].flag_bits & _ENCRYPTED:
                raise NotRead("locked")
            found = chats.parsed(text_of(unpacked(archive, named[0])))
    except NotImplementedError as fault:
        raise NotRead("method") from fault
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as fault:
        raise NotRead("damaged") from fault
    if found is None or not found.messages:
        raise NotRead("archive")
    return {"chat": chat_as_rows(found, {one.filename.rpartition("/")[2]: one.file_size for one in members})}


def compare(file: BinaryIO, options: Any) -> dict[str, Any]:
    """Where two exports of one chat disagree. Both come as they were kept, with a zero byte between: JSON has none."""
    one, other = (chat_of_rows(content_in(kept)) for kept in file.read().split(b"\0"))
    found = difference_of(one, other)
    if found is None:
        return {"not_read": "no_minute"}
    return {
        "only_one": [_shown(message) for message in found.only_one[:MOST_SHOWN]],
        "only_other": [_shown(message) for message in found.only_other[:MOST_SHOWN]],
        "altered": [[_shown(a), _shown(b)] for a, b in found.altered[:MOST_SHOWN]],
        "counts": [len(found.only_one), len(found.only_other), len(found.altered)],
        "same": found.same,
        "outside": list(found.outside),
    }


def _shown(message: Message) -> dict[str, str]:
    said = message.media if message.sort is Sort.MEDIA and not message.text else message.text
    return {"written": message.written, "sender": message.sender, "sort": message.sort.value, "text": said[:5000]}


def insist_plain(members: list[zipfile.ZipInfo]) -> None:
    """Refuse what no phone makes: two members of one name, links, ways out of the folder, more than can be meant."""
    names = [one.filename for one in members]
    if len(names) > MOST_MEMBERS:
        raise NotRead("members")
    if len({name.casefold() for name in names}) != len(names):
        raise NotRead("twice")
    for one in members:
        if stat.S_ISLNK(one.external_attr >> 16):
            raise NotRead("links")
        if one.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", one.filename):
            raise NotRead("outside")


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member's bytes, counted while they unpack. Raises NotRead where there are more than any text has."""
    pieces, size = [], 0
    with archive.open(member) as file:
        while piece := file.read(MIB):
            size += len(piece)
            if size > MOST_TEXT:
                raise NotRead("unpacks")
            pieces.append(piece)
    return b"".join(pieces)


def chat_as_rows(chat: Chat, files: dict[str, int] | None) -> dict[str, Any]:
    """A chat as JSON holds it: senders once, then a short row for each entry."""
    if len(chat.messages) > MOST_ENTRIES:
        raise NotRead("large")
    senders: dict[str, int] = {}
    rows = []
    for one in chat.messages:
        number = senders.setdefault(one.sender, len(senders))
        rows.append(row_of(one, number))
    named = {one.media for one in chat.messages if one.sort is Sort.MEDIA}
    return {
        "form": chat.form.value,
        "order": chat.order.value,
        "how": chat.how,
        "senders": list(senders),
        "rows": rows,
        "files": None if files is None else sorted(named & files.keys()),
        "missing": [] if files is None else sorted(named - files.keys())[:1000],
    }
