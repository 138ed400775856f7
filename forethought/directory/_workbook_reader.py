"""Reads the first sheet of a spreadsheet in a process of its own: bytes come in, and JSON with its cells goes out.

`reading_files` starts it behind the fence of core/fence.py. No formula is worked out: what the spreadsheet last showed
is taken. No macro, link or picture is opened. The library for such files is loaded here and nowhere else.
"""

import codecs
import datetime
import json
import sys
from typing import Any

from forethought.core import fence

MIB = 1024 * 1024
MOST_MEMORY = 512 * MIB
MOST_SECONDS = 20
MOST_WRITTEN = 16 * MIB
#: Beyond these nothing is looked at: ten lines above the headings, and one more than may be.
MOST_ROWS = 10_012
MOST_COLUMNS = 100
LONGEST_CELL = 2_000
#: Loaded by name in the middle of the work, when they could no longer be opened.
CODECS = ("cp437", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "latin-1", "cp1252", "ascii")


def in_words(value: Any) -> str:
    """One cell as a person would read it: days as 2026-09-01, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:LONGEST_CELL].strip()


def read_workbook() -> dict[str, Any]:
    """The lines of the first sheet that has any, with the numbers that the spreadsheet shows beside them."""
    from io import BytesIO

    from openpyxl import load_workbook

    data = BytesIO(sys.stdin.buffer.read())
    # openpyxl looks for its readers while it works; after the fence nothing could be opened.
    import xml.etree.ElementTree  # noqa: F401

    import openpyxl.cell._writer
    import openpyxl.reader.drawings
    import openpyxl.worksheet._read_only  # noqa: F401

    for name in CODECS:
        codecs.lookup(name)
    fence.fence_in(memory=MOST_MEMORY, seconds=MOST_SECONDS, written=MOST_WRITTEN)
    try:
        book = load_workbook(data, read_only=True, data_only=True, keep_links=False)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in shown:
            # What a file says of its own size is not believed.
            sheet.reset_dimensions()
            rows = []
            for number, cells in enumerate(
                sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True), 1
            ):
                said = [in_words(one) for one in cells]
                while said and not said[-1]:
                    said.pop()
                if said:
                    rows.append([number, said])
            if rows:
                return {"rows": rows, "others": len(shown) - 1}
    except MemoryError:
        return {"not_read": "large"}
    except Exception:
        # Whatever a broken file makes the library say, it says nothing to a person.
        return {"not_read": "damaged"}
    return {"rows": [], "others": 0}


def main() -> None:
    """Read the spreadsheet on standard input."""
    fence.be_quiet()
    fence.leave_network()
    answer = read_workbook()
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))
    sys.stdout.buffer.flush()
