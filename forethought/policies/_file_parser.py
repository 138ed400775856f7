"""Takes a Word or PDF file apart, in a process of its own: bytes come in, and JSON with its lines goes out.

A file from outside meets libraries written by others, so what they could do wrong is fenced in (core/fence.py). After
its imports the process can open nothing more: no file, no socket, no other program. It has 512 MB of memory and 20
seconds of the processor, and may write 16 MB to what it was given.

`reading_files` starts it. The libraries for such files are loaded here and nowhere else.
"""

import codecs
import json
import sys

from forethought.core import fence

MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 20
MOST_WRITTEN = 16 * 1024 * 1024
MOST_CHARACTERS = 1_000_000
MOST_ROWS = 10_000

#: Loaded by name in the middle of the work, when they could no longer be opened.
CODECS = ("cp437", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "latin-1", "cp1252", "mac-roman", "charmap")


class NotRead(Exception):
    """Why there are no lines, in one word that `reading_files` has a sentence for."""


def fence_in() -> None:
    """Give up what the work does not need. What is open stays open; nothing else can be opened any more."""
    fence.fence_in(memory=MOST_MEMORY, seconds=MOST_SECONDS, written=MOST_WRITTEN)


def main(kind: str) -> None:
    fence.be_quiet()
    fence.leave_network()
    if kind == "docx":
        from forethought.policies._docx_parser import rows_of_docx as take_apart
    else:
        from forethought.policies._pdf_parser import pages_of_pdf as take_apart
    for name in CODECS:
        codecs.lookup(name)
    data = sys.stdin.buffer.read()
    fence_in()
    try:
        answer = take_apart(data)
    except NotRead as reason:
        answer = {"not_read": str(reason)}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))
    sys.stdout.buffer.flush()
