"""A chat that somebody exported from WhatsApp, as messages: both phones' forms, whatever way dates are written.

    [12/03/2024, 14:05:31] Name: words        the iPhone's
    12/03/2024, 14:05 - Name: words           Android's

Names are what the exporter's phone calls people, so they say who the exporter took them for, and no more. An export is
a text that anybody can edit; nothing here says that it is true (evidence.md 3.9 and 7, case 58).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any


class Form(StrEnum):
    """Which phone's form an export has."""

    IPHONE = "iphone"
    ANDROID = "android"


class Sort(StrEnum):
    """What one entry of a chat is."""

    WORDS = "words"
    MEDIA = "media"
    OMITTED = "omitted"
    DELETED = "deleted"
    VIEW_ONCE = "view_once"
    CALL = "call"
    SYSTEM = "system"


class Order(StrEnum):
    """In which order an export's dates name day, month and year."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One entry: its date and time as written, who sent it (by the exporter's name for them), and what it says.

    `media` is the file it names. `doubtful`: it goes back in time, so it may be a part of the entry before it that
    looks like an entry.
    """

    written: str
    sender: str
    sort: Sort
    text: str
    media: str = ""
    edited: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """An export: its form, its entries in their order, and in which order its dates are written.

    `how` says what settled that: the numbers themselves, or the order of the entries; empty where nothing did.
    """

    form: Form
    messages: tuple[Message, ...]
    order: Order
    how: str = ""


_MARKS = "\u200e\u200f\u202a\u202b\u202c\ufeff"
_NO_MARKS = dict.fromkeys(map(ord, _MARKS))
_DATE = r"(?P<a>\d{1,4})(?P<sep>[/.\-])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{1,4})"
_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
_WRITTEN = rf"(?P<written>{_DATE},?\s{_TIME})"
_HEADERS = {
    Form.IPHONE: re.compile(rf"[{_MARKS}]*\[{_WRITTEN}\] (?P<rest>.*)", re.DOTALL),
    Form.ANDROID: re.compile(rf"[{_MARKS}]*{_WRITTEN}\s[-–]\s(?P<rest>.*)", re.DOTALL),
}
_WHOLE_WRITTEN = re.compile(_WRITTEN)

#: Looked for where each phone puts it, and no longer than a name may be: a search for “anything, then…” takes hours on
#: one long line.
_ATTACHED = {
    Form.IPHONE: re.compile(r"<attached: (?P<name>[^<>\n]{1,255})>"),
    Form.ANDROID: re.compile(r"\A(?P<name>[^\n]{1,250}?\.\w{2,5}) \(file attached\)"),
}
_OMITTED = re.compile(
    r"<Media omitted>|(?:image|video|audio|GIF|sticker|document|Contact card|video note) omitted|"
    r".+ • \d+ pages? document omitted",
    re.IGNORECASE,
)
_DELETED = re.compile(
    r"(?:This message was deleted|You deleted this message|This message was deleted by admin .*)\.?", re.IGNORECASE
)
_VIEW_ONCE = re.compile(
    r"<?(?:You received a )?view once (?:photo|video|voice message|message).*>?|null", re.IGNORECASE
)
_CALL = re.compile(r"(?:Missed |Silenced )?(?:voice|video) call\b.*|Missed group (?:voice|video) call.*", re.IGNORECASE)
_EDITED = re.compile(rf"\s?[{_MARKS}]*<This message was edited>[{_MARKS}]*$")
_SYSTEM = re.compile(
    r"Messages and calls are end-to-end encrypted|Messages to this (?:chat|group) are|You(?:’|')re now an admin|"
    r".* (?:created|changed|added|removed|left|joined|pinned|turned (?:on|off))\b.*|"
    r"Your security code with|This business|You (?:blocked|unblocked)|.*changed (?:their|to) ",
    re.DOTALL,
)
#: So many entries of one sender must go on alike before the colon in them is taken for a part of the name.
_OFTEN = 3
#: In what stands before the colon, these say that it is no name but what the program reports.
_REPORTED = re.compile(
    r" (?:created group|created this group|changed (?:the|this|their)|added|removed|pinned|turned (?:on|off)|joined)\b"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A header line with what follows it, before its sender is known."""

    parts: re.Match[str]
    rest: str


def parsed(text: str) -> Chat | None:
    """The chat in a text, or nothing when the text does not begin as an export does."""
    lines = text.replace("\r\n", "\n").split("\n")
    first = next((line for line in lines if line.strip(_MARKS + " ")), "")
    form = next((form for form, header in _HEADERS.items() if header.fullmatch(first)), None)
    if form is None:
        return None
    found = _entries(lines, _HEADERS[form])
    names = _names(one.rest for one in found)
    messages = [_message(one, names, form) for one in found]
    order, how = _order([one.parts for one in found])
    return Chat(form, tuple(_doubted(messages, order)), order, how)


def _entries(lines: list[str], header: re.Pattern[str]) -> list[_Found]:
    """Each header line with the lines that follow it."""
    found: list[tuple[re.Match[str], list[str]]] = []
    for line in lines:
        match = header.fullmatch(line)
        if match and _real(match):
            found.append((match, [match["rest"]]))
        elif found:
            found[-1][1].append(line)
    if found and found[-1][1][-1] == "" and len(found[-1][1]) > 1:
        # The file's own last line end.
        found[-1][1].pop()
    return [_Found(match, "\n".join(rest)) for match, rest in found]


def _real(match: re.Match[str]) -> bool:
    """Whether the numbers can be a date and a time at all."""
    return int(match["minute"]) < 60 and int(match["hour"]) < 25 and max(int(match["b"]), 1) < 32


def _names(rests: Iterable[str]) -> dict[str, str]:
    """Who sent what: for each beginning up to a colon, the name it stands for.

    A name may hold a colon. Then each entry of that sender goes on in the same way after it, three times or more.
    """
    tails: dict[str, list[str]] = {}
    for rest in rests:
        head, colon, tail = rest.partition(":")
        if colon and (not tail or tail[0] in " \n"):
            tails.setdefault(head, []).append(tail[1:])
    names = {}
    for head, said in tails.items():
        name, left = head, said
        while len(left) >= _OFTEN:
            more = {one.partition(": ")[0] if ": " in one else None for one in left}
            only = more.pop() if len(more) == 1 else None
            if only is None or not only or len(only) > 60 or "\n" in only or only[0] in _MARKS:
                break
            name, left = f"{name}: {only}", [one.partition(": ")[2] for one in left]
        names[head] = name
    return names


def _message(found: _Found, names: dict[str, str], form: Form) -> Message:
    """One entry, with its sender and what sort it is."""
    written, rest = found.parts["written"], found.rest
    head, colon, _ = rest.partition(":")
    name = names.get(head, "") if colon else ""
    if not name or _REPORTED.search(f" {head}") or "\n" in head:
        return Message(written, "", Sort.SYSTEM, rest.strip(_MARKS))
    text = rest[len(name) + 1 :].removeprefix(" ")
    marked, text = text[:1] in _MARKS and text != "", text.lstrip(_MARKS)
    edited = bool(_EDITED.search(text))
    text = _EDITED.sub("", text)
    plain = text.translate(_NO_MARKS).strip(" ")
    attached = _ATTACHED[form].search(text)
    if attached:
        media = attached["name"].strip(_MARKS + " ")
        left = (text[: attached.start()] + text[attached.end() :]).strip(_MARKS + " \n")
        return Message(written, name.strip(_MARKS), Sort.MEDIA, left, media, edited)
    for sort, pattern in ((Sort.OMITTED, _OMITTED), (Sort.DELETED, _DELETED), (Sort.CALL, _CALL)):
        if pattern.fullmatch(plain):
            return Message(written, name.strip(_MARKS), sort, plain, "", edited)
    # A photo to be seen once leaves nothing behind on one phone, and a line on the other.
    if _VIEW_ONCE.fullmatch(plain) or (form is Form.ANDROID and not plain):
        return Message(written, name.strip(_MARKS), Sort.VIEW_ONCE, plain, "", edited)
    if marked and _SYSTEM.match(plain):
        return Message(written, name.strip(_MARKS), Sort.SYSTEM, plain, "", edited)
    return Message(written, name.strip(_MARKS), Sort.WORDS, text, "", edited)


def _order(headers: list[re.Match[str]]) -> tuple[Order, str]:
    """How the dates are to be read, and what says so."""
    triples = [(int(h["a"]), int(h["b"]), int(h["c"])) for h in headers]
    if headers and all(len(h["a"]) == 4 for h in headers):
        return Order.YMD, "numbers"
    days, months = any(a > 12 for a, _, _ in triples), any(b > 12 for _, b, _ in triples)
    if days and months:
        return Order.UNKNOWN, ""
    if days or months:
        return (Order.DMY if days else Order.MDY), "numbers"
    if all(a == b for a, b, _ in triples):
        return Order.DMY, "numbers"
    rising = [order for order in (Order.DMY, Order.MDY) if _rises([_moment(h, order) for h in headers])]
    return (rising[0], "sequence") if len(rising) == 1 else (Order.UNKNOWN, "")


def _rises(times: list[datetime | None]) -> bool:
    known = [one for one in times if one is not None]
    return len(known) == len(times) and all(one <= next_ for one, next_ in pairwise(known))


def moment(written: str, order: Order) -> datetime | None:
    """The date and time of an entry as its phone had them, zone unknown; nothing when they cannot be read."""
    match = _WHOLE_WRITTEN.fullmatch(written)
    return _moment(match, order) if match else None


def _moment(parts: re.Match[str], order: Order) -> datetime | None:
    a, b, c = int(parts["a"]), int(parts["b"]), int(parts["c"])
    day, month, year = {Order.MDY: (b, a, c), Order.YMD: (c, b, a)}.get(order, (a, b, c))
    hour = int(parts["hour"])
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"] in "Pp" else 0)
    try:
        return datetime(  # noqa: DTZ001 - no zone is written.
            year + 2000 if year < 100 else year, month, day, hour % 24, int(parts["minute"]), int(parts["second"] or 0)
        )
    except ValueError:
        return None


def _doubted(messages: list[Message], order: Order) -> list[Message]:
    """Mark each entry that lies before the one above it while the next goes on from there."""
    times = [moment(one.written, order) for one in messages]
    marked = list(messages)
    for number in range(1, len(messages)):
        before, this = times[number - 1], times[number]
        after = times[number + 1] if number + 1 < len(messages) else before
        if before and this and after and this < before.replace(second=0) and after >= before.replace(second=0):
            marked[number] = replace(messages[number], doubtful=True)
    return marked


def printed(chat: Chat) -> str:
    """The export again, as its phone would write it. Parsed, it gives the same messages."""
    return "".join(f"{_line(one, chat.form)}\n" for one in chat.messages)


def _line(message: Message, form: Form) -> str:
    said = message.text
    if message.sort is Sort.MEDIA:
        ref = f"\u200e<attached: {message.media}>" if form is Form.IPHONE else f"{message.media} (file attached)"
        said = f"{ref}\n{said}" if said else ref
    elif message.sort is Sort.SYSTEM and message.sender:
        said = f"\u200e{said}"
    if message.edited:
        said += " \u200e<This message was edited>" if form is Form.IPHONE else " <This message was edited>"
    who = f"{message.sender}: " if message.sender else ""
    before = f"[{message.written}] " if form is Form.IPHONE else f"{message.written} - "
    return f"{before}{who}{said}"


def row_of(message: Message, sender: int) -> list[object]:
    """A message as a short row that JSON can hold; its sender by number."""
    flags = int(message.edited) + 2 * int(message.doubtful)
    return [message.written, sender, message.sort.value, message.text, message.media, flags]


def message_of(row: Sequence[Any], senders: Sequence[str]) -> Message:
    """The message in a row."""
    written, sender, sort, text, media, flags = row
    return Message(written, senders[sender], Sort(sort), text, media, bool(flags & 1), bool(flags & 2))


def chat_of_rows(kept: Mapping[str, Any]) -> Chat:
    """The chat in what was kept of it."""
    messages = tuple(message_of(row, kept["senders"]) for row in kept["rows"])
    return Chat(Form(kept["form"]), messages, Order(kept["order"]), kept["how"])


# --- Two exports of one chat ---


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two exports of one chat disagree, within the time that both cover.

    `altered` pairs what each says at the same minute. `outside` counts what lies before or after the other's time.
    """

    only_one: tuple[Message, ...]
    only_other: tuple[Message, ...]
    altered: tuple[tuple[Message, Message], ...]
    same: int
    outside: tuple[int, int]


_SPACE = re.compile(r"\s+")


def difference_of(one: Chat, other: Chat) -> Difference | None:
    """Where two exports disagree. Nothing when no minute is in both, so that they are no exports of one chat.

    Senders are left out, for each phone has names of its own; so are what the program reports, seconds, and whether a
    file came with the export. An order of dates that one export leaves open is taken from the other.
    """
    order, other_order = one.order or other.order, other.order or one.order
    here, there = _by_minute(one, order), _by_minute(other, other_order)
    if not here or not there or not here.keys() & there.keys():
        return None
    start, end = max(min(here), min(there)), min(max(here), max(there))
    only_here: list[Message] = []
    only_there: list[Message] = []
    altered: list[tuple[Message, Message]] = []
    same = 0
    for minute in sorted(here.keys() | there.keys()):
        if not start <= minute <= end:
            continue
        left, right, equal = _unequal(here.get(minute, []), there.get(minute, []))
        same += equal
        pairs = min(len(left), len(right))
        altered += zip(left[:pairs], right[:pairs], strict=True)
        only_here += left[pairs:]
        only_there += right[pairs:]
    outside = tuple(
        sum(len(said) for minute, said in chat.items() if not start <= minute <= end) for chat in (here, there)
    )
    return Difference(tuple(only_here), tuple(only_there), tuple(altered), same, (outside[0], outside[1]))


def _by_minute(chat: Chat, order: Order) -> dict[datetime, list[Message]]:
    found: dict[datetime, list[Message]] = {}
    for message in chat.messages:
        at = moment(message.written, order)
        if at is not None and message.sort is not Sort.SYSTEM:
            found.setdefault(at.replace(second=0), []).append(message)
    return found


def _said(message: Message) -> str:
    if message.sort in {Sort.MEDIA, Sort.OMITTED}:
        return f"{Sort.MEDIA}"
    if message.sort is Sort.WORDS:
        return "w" + _SPACE.sub(" ", message.text).strip()
    return str(message.sort)


def _unequal(left: list[Message], right: list[Message]) -> tuple[list[Message], list[Message], int]:
    """What of two lists has no equal in the other, in its order, and how many have."""
    shared = Counter(map(_said, left)) & Counter(map(_said, right))
    rests = []
    for side in (left, right):
        taken = Counter(shared)
        rest = []
        for message in side:
            said = _said(message)
            if taken[said]:
                taken[said] -= 1
            else:
                rest.append(message)
        rests.append(rest)
    return rests[0], rests[1], sum(shared.values())
