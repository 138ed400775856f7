"""An email as it was sent (RFC 5322): its header lines, its way, its words, what is attached.

Only `_reader` loads it.
"""

import base64
import binascii
import hashlib
import re
from email import generator, iterators, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Any, BinaryIO

MOST_WORDS = 400_000
MOST_HEADER = 2_000
MOST_HEADERS = 1_000
MOST_PARTS = 1_000
DEEPEST = 60
#: One of each is what RFC 5322 (3.6) allows.
SINGLE = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id")
SHOWN = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "list-id", "x-originating-ip")

#: Loaded here, because nothing can be once the process is fenced in.
PARTS = (generator, iterators)

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_SPACES = re.compile(r"\s+")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def read_mail(file: BinaryIO, options: Any) -> dict[str, Any]:
    """What an email says of itself, and what of that should make somebody look twice."""
    raw = file.read()
    headers, _ = header_lines(raw)
    if not headers:
        return {"not_read": "no_mail"}
    warnings: list[str] = []
    parts = _parts(raw, warnings)
    shown = [{"name": name, "value": shown_value(value)} for name, value in headers if name.lower() in SHOWN]
    counts = {name: sum(1 for one, _ in headers if one.lower() == name) for name in SINGLE}
    warnings += [f"second_{name.replace('-', '_')}" for name in SINGLE if counts[name] > 1]
    warnings += _doubts(headers)
    return {
        "headers": shown[:MOST_HEADERS],
        "all_headers": len(headers),
        "path": _path(headers),
        "signatures": _signatures(headers),
        "seals": sum(1 for name, _ in headers if name.lower() == "arc-seal"),
        "warnings": warnings,
        **parts,
    }


def header_lines(raw: bytes) -> tuple[list[tuple[str, bytes]], int]:
    """Each header field, unfolded but otherwise as it came, from the top; and where the body begins."""
    found: list[tuple[str, bytes]] = []
    at = 0
    while at < len(raw):
        end = raw.find(b"\n", at)
        end = len(raw) if end < 0 else end + 1
        line = raw[at:end]
        bare = line.rstrip(b"\r\n")
        if not bare:
            at = end
            break
        if bare[:1] in b" \t" and found:
            name, value = found[-1]
            if len(value) < 1_000_000:
                found[-1] = (name, value + b" " + bare.strip())
        elif field := _FIELD.fullmatch(bare):
            found.append((field[1].decode("ascii"), field[2].strip()))
        elif not (not found and bare.startswith((b"From ", b">From "))):
            # No header field: the body began without the empty line before it.
            break
        at = end
    return found, at


def shown_value(value: bytes) -> str:
    """A header's value as words. Letters beyond ASCII that no one declared are tried as UTF-8, then one by one."""
    try:
        text = value.decode("ascii")
    except UnicodeDecodeError:
        text = plain(value)
    else:
        text = _encoded_words(text)
    return visible(_SPACES.sub(" ", text).strip()[:MOST_HEADER])


def visible(text: str) -> str:
    """A text in which nothing turns the letters round: what would is named (Unicode TR 36, 2.6)."""
    return _TURNS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def plain(value: bytes) -> str:
    """Bytes as text, in whichever of the usual ways they can be read."""
    for charset in ("utf-8", "gb18030"):
        try:
            return value.decode(charset)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


def _encoded_words(text: str) -> str:
    """What RFC 2047 hides behind =?…?=."""
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (MessageError, binascii.Error, ValueError):
        return text
    said = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            said.append(piece)
            continue
        try:
            said.append(piece.decode(charset or "ascii", "strict" if charset else "replace"))
        except (LookupError, UnicodeDecodeError):
            said.append(plain(piece))
    return "".join(said)


def _path(headers: list[tuple[str, bytes]]) -> list[str]:
    """The servers it says that it passed, the oldest first. Only what one's own server wrote can be relied on."""
    return [shown_value(value) for name, value in reversed(headers) if name.lower() == "received"][:100]


def _signatures(headers: list[tuple[str, bytes]]) -> list[dict[str, str]]:
    """For each DKIM signature, from the top, where its key is to be looked up (RFC 6376, 3.6.2.1)."""
    found = []
    for name, value in headers:
        if name.lower() != "dkim-signature":
            continue
        tags = {}
        for tag in value.decode("latin-1").split(";"):
            key, _, said = tag.partition("=")
            tags[key.strip()] = _SPACES.sub("", said)
        found.append({"domain": tags.get("d", "")[:253], "selector": tags.get("s", "")[:253]})
    return found[:5]


def _doubts(headers: list[tuple[str, bytes]]) -> list[str]:
    """What in the headers does not fit together."""
    values: dict[str, str] = {}
    for name, value in headers:
        values.setdefault(name.lower(), shown_value(value))
    sent_from = getaddresses([values.get("from", "")])
    # Without a line there is one address, which is empty, in some versions of Python.
    answers_to = {address.lower() for _, address in getaddresses([values.get("reply-to", "")]) if address}
    addresses = {address.lower() for _, address in sent_from}
    found = []
    if answers_to and not answers_to & addresses:
        found.append("reply_elsewhere")
    # A name that is itself an address, and another one than the mail came from.
    if any("@" in name and name.strip("'\" ").lower() != address.lower() for name, address in sent_from):
        found.append("name_is_address")
    if "received" not in values:
        found.append("no_path")
    if "list-id" in values:
        found.append("list")
    if any(not value.isascii() for _, value in headers):
        found.append("letters")
    return found


# --- The body ---


def _parts(raw: bytes, warnings: list[str]) -> dict[str, Any]:
    """The words and the attachments. Parts within parts without end leave the headers readable."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        return _walked(message, warnings)
    except RecursionError:
        warnings.append("nested")
        return {"words": "", "formatted": False, "attachments": []}


def _walked(message: Message, warnings: list[str]) -> dict[str, Any]:
    words, formatted, attachments = "", "", []
    waiting: list[tuple[Message, int]] = [(message, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > MOST_PARTS or depth > DEEPEST:
            warnings.append("nested")
            break
        kind = part.get_content_type()
        if part.is_multipart() and kind != "message/rfc822":
            inner = [one for one in part.get_payload() if isinstance(one, Message)]
            waiting += [(one, depth + 1) for one in reversed(inner)]
            continue
        name = _file_name(part)
        if kind == "message/rfc822":
            attachments.append(_inner_mail(part, name))
        elif kind in {"text/plain", "text/html"} and not name and part.get_content_disposition() != "attachment":
            said = _text(part)
            if kind == "text/plain":
                words = f"{words}\n{said}" if words else said
            else:
                formatted = formatted or said
        else:
            attachments.append(_attachment(part, name, kind))
    shown = words or (text_of_html(formatted) if formatted else "")
    return {
        "words": shown[:MOST_WORDS],
        "cut": len(shown) > MOST_WORDS,
        "formatted": bool(formatted) and not words,
        "attachments": attachments,
    }


def _file_name(part: Message) -> str:
    try:
        return _SPACES.sub(" ", _encoded_words(str(part.get_filename("") or "")))[:MOST_HEADER].strip()
    except (LookupError, ValueError, TypeError):
        return "?"


def _bytes_of(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (binascii.Error, ValueError, LookupError, AssertionError):
        found = None
    return found if isinstance(found, bytes) else b""


def _text(part: Message) -> str:
    content = _bytes_of(part)
    try:
        text = content.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError, ValueError):
        text = plain(content)
    return text.replace("\r\n", "\n").replace("\0", "")


def _attachment(part: Message, name: str, kind: str) -> dict[str, Any]:
    content = _bytes_of(part)
    return attached(name, kind, content)


def attached(name: str, kind: str, content: bytes) -> dict[str, Any]:
    """One attachment: its name as written, its size and its SHA-256, and what it holds that is not opened."""
    closed = ""
    if name.lower() == "winmail.dat" or kind in {"application/ms-tnef", "application/vnd.ms-tnef"}:
        closed = "tnef"
    elif "pkcs7" in kind or name.lower().endswith((".p7m", ".p7s")):
        closed = "smime"
    elif kind == "text/calendar":
        closed = "calendar"
    return {
        "name": visible(name),
        "kind": kind[:100],
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "closed": closed,
        # No file of ours is ever named so; somebody who saves it by hand should know.
        "odd_name": "/" in name or "\\" in name or ".." in name or "\u202e" in name,
    }


def _inner_mail(part: Message, name: str) -> dict[str, Any]:
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    content = first.as_bytes() if isinstance(first, Message) else b""
    found = attached(name, "message/rfc822", content)
    if isinstance(first, Message):
        found["closed"] = "mail"
        found["about"] = {
            key: shown_value(str(first.get(key, "")).encode("utf-8", "surrogateescape"))
            for key in ("From", "Subject", "Date")
        }
    return found


class _Words(HTMLParser):
    """The words of a page, without its scripts and styles."""

    BREAKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote"})
    SILENT = frozenset({"script", "style", "title", "head", "template"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self.silent += 1
        elif tag in self.BREAKS:
            self.said.append("\n\n" if tag in {"p", "blockquote"} else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT and self.silent:
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def text_of_html(html: str) -> str:
    """The words of a formatted message. Nothing in it is loaded, run or shown."""
    reader = _Words()
    reader.feed(html[: 4 * MOST_WORDS])
    reader.close()
    lines = [_SPACES.sub(" ", line).strip() for line in "".join(reader.said).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def decoded_key(answer: str) -> bytes | None:
    """The key in a DNS answer (its p= tag), or nothing when there is none; empty when it was revoked."""
    for tag in answer.split(";"):
        key, _, said = tag.partition("=")
        if key.strip() == "p":
            try:
                return base64.b64decode("".join(said.split()))
            except (binascii.Error, ValueError):
                return None
    return None
