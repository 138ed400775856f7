"""A file with a list of people: what kind it is, and its lines. A spreadsheet is taken apart in another process."""

import json
from threading import Lock

from forethought.core import fence
from forethought.core.errors import Refused
from forethought.directory import tables
from forethought.directory.tables import Table, Unread

START = "import sys; sys.path.append(sys.argv[1]); from forethought.directory._workbook_reader import main; main()"
#: Seconds by the clock on the wall. The process itself stops after 20 seconds of work.
LONGEST_WAIT = 40
LONGEST_ANSWER = 16 * 1024 * 1024

PASTE = "Or copy its lines, and paste them."
TOO_LARGE = f"That file is larger than 5 MB. Save only the sheet with the list. {PASTE}"
_NOT_READ = {
    "old": f"That is an older Excel file, or one with a password. Save it as .xlsx or CSV without one. {PASTE}",
    "binary": f"That kind of Excel file is not read. Save it as .xlsx or CSV. {PASTE}",
    "other": f"That is no list. Save it as CSV or .xlsx, and choose that. {PASTE}",
    "large": f"That file unpacks to far more than a list. Save only the sheet with the list. {PASTE}",
    "damaged": f"That file could not be read. Open it, save it again as .xlsx or CSV, and choose that. {PASTE}",
}

#: One at a time: reading one may take half a gigabyte.
_READING = Lock()


def read_file(data: bytes) -> Table:
    """The lines of a CSV file or of a spreadsheet's first sheet, by what it is and not by its name. Policy 2.5.

    Raises Refused with a sentence for the person who sent it.
    """
    if len(data) > tables.LARGEST:
        raise Refused(TOO_LARGE, "2.5")
    if data[:4] == b"PK\x03\x04":
        if b"xl/workbook.bin" in data:
            raise Refused(_NOT_READ["binary"], "2.5")
        return _workbook(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused(_NOT_READ["old"], "2.5")
    if data[:5] == b"%PDF-" or data[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"GIF8") or data[:5] == b"{\\rtf":
        raise Refused(_NOT_READ["other"], "2.5")
    try:
        return tables.read_text(data)
    except Unread as why:
        raise Refused(str(why), "2.5") from None


def read_pasted(words: str) -> Table:
    """The lines of a list that was pasted. Policy 2.5. Raises Refused with a sentence."""
    try:
        return tables.read_words(words)
    except Unread as why:
        raise Refused(str(why), "2.5") from None


def _workbook(data: bytes) -> Table:
    if not _READING.acquire(timeout=LONGEST_WAIT):
        raise Refused("Another file is being read just now. Try again in a minute.", "2.5")
    try:
        said = json.loads(fence.apart(START, [], [data], wait=LONGEST_WAIT, most_in=len(data), most_out=LONGEST_ANSWER))
        if reason := said.get("not_read"):
            raise Refused(_NOT_READ.get(str(reason), _NOT_READ["damaged"]), "2.5")
        rows = tuple((int(number), tuple(str(cell) for cell in cells)) for number, cells in said["rows"])
        others = int(said["others"])
    except (fence.Unanswered, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Refused(_NOT_READ["damaged"], "2.5") from None
    finally:
        _READING.release()
    if len(rows) > tables.MOST_ROWS + 10:
        raise Refused(tables.TOO_MANY, "2.5")
    more = "another sheet" if others == 1 else f"{others} other sheets"
    return Table(rows, notes=(f"Only the first sheet with lines was read. There is {more}.",) if others else ())
