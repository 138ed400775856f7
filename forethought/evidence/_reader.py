"""Reads a record in a process of its own: bytes come in, and JSON with what they say goes out.

`reading_out` starts it, behind the fence of core/fence.py. The libraries for such files are loaded here and nowhere
else. What cannot be read is answered with one word that `reading_out` has a sentence for.
"""

import codecs
import encodings
import json
import sys
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, BinaryIO

from forethought.core import fence

MIB = 1024 * 1024
MOST_SECONDS = 40
MOST_WRITTEN = 48 * MIB
#: A picture of 40 million points is 160 MB in colour, once for itself and once more while it is turned.
MEMORY = {"picture": 1024 * MIB, "redact": 1024 * MIB, "mail": 1024 * MIB, "outlook": 1024 * MIB}
MOST_MEMORY = 768 * MIB


class NotRead(Exception):
    """Why nothing is read, in one word."""


def load_codecs() -> None:
    """Every way of writing letters that Python knows: later, none could be opened any more."""
    for found in iter_modules(encodings.__path__):
        with suppress(Exception):
            codecs.lookup(found.name)


def reader_of(kind: str) -> Any:
    """The function that reads this kind, with its libraries loaded."""
    module, name = {
        "mail": ("_mail_reader", "read_mail"),
        "signature": ("_signature_reader", "check_signatures"),
        "outlook": ("_outlook_reader", "read_outlook"),
        "text": ("_chat_reader", "read_text"),
        "zip": ("_chat_reader", "read_zip"),
        "wacz": ("_page_reader", "read_wacz"),
        "compare": ("_chat_reader", "compare"),
        "picture": ("_picture_reader", "read_picture"),
        "redact": ("_redactor", "redact_picture"),
        "pdf": ("_pdf_reader", "read_words"),
    }[kind]
    return getattr(import_module(f"forethought.evidence.{module}"), name)


def main(arguments: list[str]) -> None:
    """Read the file on standard input as one kind, with options from the file whose number comes second."""
    kind, number = arguments
    fence.be_quiet()
    apart = fence.leave_network()
    read = reader_of(kind)
    load_codecs()
    options = fence.read_options(number)
    fence.fence_in(memory=MEMORY.get(kind, MOST_MEMORY), seconds=MOST_SECONDS, written=MOST_WRITTEN)
    file: BinaryIO = sys.stdin.buffer
    try:
        answer = read(file, options)
    except NotRead as reason:
        answer = {"not_read": str(reason)}
    except MemoryError:
        answer = {"not_read": "large"}
    answer["apart"] = apart
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
