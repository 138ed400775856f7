"""An email as Outlook saves it (.msg). Only `_reader` loads it."""

from contextlib import suppress
from importlib.metadata import version
from typing import Any, BinaryIO

from oxmsg import Message

from forethought.evidence._mail_reader import (
    MOST_HEADER,
    MOST_PARTS,
    MOST_WORDS,
    attached,
    text_of_html,
)
from forethought.evidence._reader import NotRead

TOOLS = f"python-oxmsg {version('python-oxmsg')}"
_METHOD, _MESSAGE = 0x3705, 5
#: What olefile and oxmsg raise for a file that is cut short or made up; neither has errors of its own.
BROKEN = (OSError, ValueError, SyntaxError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError)


def read_outlook(file: BinaryIO, options: Any) -> dict[str, Any]:
    """What a message says of itself. Outlook took it apart when it kept it, so no signature can be checked."""
    try:
        message = Message.load(file.read())
        sender, subject = message.sender or "", message.subject or ""
        to = [_recipient(one) for one in message.recipients]
    except (*BROKEN, RecursionError) as fault:
        raise NotRead("damaged") from fault
    headers = [("From", sender), *(("To", one) for one in to if one), ("Subject", subject)]
    warnings = ["outlook"]
    path: list[str] = []
    with suppress(*BROKEN):
        kept = message.message_headers
        for name in ("Reply-To", "Date", "Message-ID"):
            if kept.get(name):
                headers.append((name, kept[name]))
    with suppress(*BROKEN):
        whole = message._message_headers
        path = [" ".join(str(one).split())[:MOST_HEADER] for one in reversed(whole.get_all("Received", []))][:100]
        warnings += [f"second_{name}" for name in ("from", "subject") if len(whole.get_all(name, [])) > 1]
    if not any(name == "Date" for name, _ in headers):
        with suppress(*BROKEN):
            if message.sent_date:
                headers.append(("Date", message.sent_date.isoformat()))
    words, formatted = _words(message)
    return {
        "headers": [{"name": name, "value": " ".join(value.split())[:MOST_HEADER]} for name, value in headers],
        "all_headers": len(headers),
        "path": path,
        "signatures": [],
        "seals": 0,
        "warnings": warnings if path else [*warnings, "no_path"],
        "words": words[:MOST_WORDS],
        "cut": len(words) > MOST_WORDS,
        "formatted": formatted,
        "attachments": _attachments(message, warnings),
        "tools": TOOLS,
    }


def _recipient(one: Any) -> str:
    try:
        return f"{one.name} <{one.email_address}>"
    except BROKEN:
        return ""


def _words(message: Any) -> tuple[str, bool]:
    body = html = ""
    with suppress(*BROKEN):
        body = message.body or ""
    if not body:
        with suppress(*BROKEN):
            html = message.html_body or ""
    return (body or text_of_html(html)).replace("\r\n", "\n").replace("\0", ""), bool(html) and not body


def _attachments(message: Any, warnings: list[str]) -> list[dict[str, Any]]:
    """What is attached. A message inside is listed and not opened, however deep they go."""
    found: list[dict[str, Any]] = []
    try:
        for one in message.attachments[:MOST_PARTS]:
            # Bit 1 is set for a file, and for a message inside as well (MS-OXCMSG 2.2.2.9).
            if one.properties.int_prop_value(_METHOD) != _MESSAGE:
                content = one.file_bytes or b""
                found.append(attached(str(one.file_name or "")[:MOST_HEADER], str(one.mime_type or ""), content))
            else:
                found.append({**attached(str(one.file_name or "")[:MOST_HEADER], "", b""), "closed": "mail"})
    except BROKEN:
        warnings.append("attachments")
    return found
