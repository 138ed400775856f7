"""Cells of a table that goes out: what a spreadsheet would take for a formula is made text."""

import re

#: What starts a formula or a command in one spreadsheet or another, plain or full-width (reliability.md 7, case 80).
_STARTS = "=+-@;|\uff1d\uff0b\uff0d\uff20"
_NUMBER = re.compile(r"[+-]?[0-9][0-9 ,]*(\.[0-9]+)?")


def guarded(cell: str) -> str:
    """A cell with an apostrophe before what could be worked out. A number stays one."""
    if _NUMBER.fullmatch(cell):
        return cell
    begins = cell[:1] in "\t\r\n" or cell.lstrip()[:1] in _STARTS
    return f"'{cell}" if cell.strip() and begins else cell
