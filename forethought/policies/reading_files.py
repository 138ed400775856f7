"""Reading a school's policy from a Word or PDF file. The bytes are taken apart in another process, `_file_parser`.

So a broken or hostile file costs that process and not this one, and the libraries for such files are never loaded here.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from forethought.core import fence
from forethought.core.errors import Refused, insist
from forethought.policies.taking_in import (
    Kind,
    Row,
    kind_of_file,
    paragraphs_of_pages,
    paragraphs_of_rows,
    why_not_file,
)
from forethought.policies.text import Text, why_not_text

START = (
    "import sys; sys.path.append(sys.argv[1]); from forethought.policies._file_parser import main; main(sys.argv[2])"
)
#: Seconds by the clock on the wall. The process itself stops after 20 seconds of work.
LONGEST_WAIT = 30
#: How many of the lines that were left out are shown; page numbers make one of each page.
MOST_SHOWN = 6
LONGEST_ANSWER = 16 * 1024 * 1024

PASTE = "Paste the text instead."
UNREAD = f"That file could not be read. {PASTE} Nothing was changed."
_NOT_READ = {
    "tracked": "The file holds tracked changes. Accept or reject them, save, and send it again.",
    "macros": "That Word file holds macros, which are small programs. Save it as .docx, and send that.",
    "locked": "That file is locked with a password. Save a copy without it, and send that.",
    "unpacks": f"That file unpacks to far more than a policy holds, so it was not opened. {PASTE}",
    "doctype": f"That file asks for other files, which a Word document never does. It was not opened. {PASTE}",
    "strict": "That is a “Strict” Word document. Save it as an ordinary Word document (.docx), and send that.",
    "other": "That is no Word document. Open it, save it as .docx or PDF, and send that.",
    "damaged": "That file is damaged. Open it, save it again, and send that. Or paste the text. Nothing was changed.",
    "pictures": f"That PDF holds pictures of pages, and no text. {PASTE}",
    "empty": f"There is no text in that file. {PASTE}",
    "garbled": f"The letters in that PDF cannot be read as text. {PASTE}",
    "pages": "That PDF has more than 300 pages. Is it the right file? If so, paste the text.",
    "long": "That file holds far more than a policy does. Is it the right file?",
}

#: One file at a time: reading one may take half a gigabyte.
_READING = Lock()


@dataclass(frozen=True, slots=True)
class FileText:
    """What a file says: its text, the SHA-256 of its bytes, its kind, and what a person should know first."""

    text: Text
    sha256: bytes
    kind: str
    remarks: tuple[str, ...] = ()


def read_file(data: bytes, name: str) -> FileText:
    """The text of a .docx or .pdf, or why it is not taken. Policy F4.

    Raises Refused with a sentence for the person who sent it.
    """
    insist(why_not_file(data, name, size=len(data)), "F4")
    kind = kind_of_file(data, name)
    answer = _taken_apart(data, kind)
    if reason := answer.get("not_read"):
        raise Refused(_NOT_READ.get(str(reason), UNREAD), "F4")
    try:
        text, remarks = _from_docx(answer) if kind is Kind.DOCX else _from_pdf(answer)
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise Refused(UNREAD, "F4") from fault
    # What stands on every page of a scan may be print: nothing is left when that has gone.
    insist(why_not_text(text) if text else _NOT_READ["empty" if kind is Kind.DOCX else "pictures"], "F4")
    return FileText(text=text, sha256=hashlib.sha256(data).digest(), kind=kind.value, remarks=remarks)


def _from_docx(answer: Mapping[str, Any]) -> tuple[Text, tuple[str, ...]]:
    rows = [Row(one["kind"], one["label"], one["bold"], tuple(one["texts"])) for one in answer["rows"]]
    return paragraphs_of_rows(rows), ()


def _from_pdf(answer: Mapping[str, Any]) -> tuple[Text, tuple[str, ...]]:
    text, left_out = paragraphs_of_pages(answer["pages"], measured=True)
    remarks = [f"Page {page} is a picture, so its words are not here." for page in answer["pictures"]]
    shown = [line for line in left_out if not line.isdigit()]
    if shown:
        lines = ", ".join(f"“{line}”" for line in shown[:MOST_SHOWN])
        more = f" and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
        remarks.append(f"Left out, because it stands on page after page: {lines}{more}.")
    return text, tuple(remarks)


def _taken_apart(data: bytes, kind: Kind) -> dict[str, Any]:
    """What the other process answers. Refuses when it answers nothing that makes sense, for whatever reason."""
    if not _READING.acquire(timeout=LONGEST_WAIT):
        raise Refused("Another file is being read just now. Try again in a minute. Nothing was changed.", "F4")
    try:
        said = json.loads(
            fence.apart(START, [kind.value], [data], wait=LONGEST_WAIT, most_in=len(data), most_out=LONGEST_ANSWER)
        )
    except (fence.Unanswered, ValueError, RecursionError) as fault:
        raise Refused(UNREAD, "F4") from fault
    finally:
        _READING.release()
    if not isinstance(said, dict):
        raise Refused(UNREAD, "F4")
    return said
