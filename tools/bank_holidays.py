"""Write `forethought/core/bank_holidays.py` from the `holidays` library.

    python tools/bank_holidays.py            writes the table
    python tools/bank_holidays.py --check    says whether it is current

Run it when a new bank holiday is announced and the library knows it, and every few years to reach further. The library
is needed here and in the tests only: in a running school it would cost 30 MiB of memory and a second at first use.
"""

import sys
from datetime import date
from pathlib import Path

TABLE = Path(__file__).parents[1] / "forethought" / "core" / "bank_holidays.py"
FIRST_YEAR, LAST_YEAR = 2019, 2040

_HEAD = '''"""The bank holidays of England that fall on a weekday. Written by tools/bank_holidays.py; do not edit.

From the `holidays` library {version}. Where a holiday falls on a weekend, its substitute day is listed.
"""

from datetime import date

FIRST_YEAR, LAST_YEAR = {first}, {last}

ENGLAND: dict[date, str] = {{
'''


def weekday_holidays(first: int = FIRST_YEAR, last: int = LAST_YEAR) -> dict[date, str]:
    """The holidays as the library has them, weekends left out: those are no working days anyway."""
    import holidays

    found = holidays.country_holidays("GB", subdiv="ENG", years=range(first, last + 1), language="en_GB")
    return {
        day: name.replace(" (observed)", " (substitute day)")
        for day, name in sorted(found.items())
        if day.weekday() < 5 and first <= day.year <= last
    }


def table() -> str:
    """The text of the module."""
    import holidays

    head = _HEAD.format(version=holidays.__version__, first=FIRST_YEAR, last=LAST_YEAR)
    rows = (f'    date({day.year}, {day.month}, {day.day}): "{name}",\n' for day, name in weekday_holidays().items())
    return head + "".join(rows) + "}\n"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        TABLE.write_text(table(), encoding="utf-8")
    elif TABLE.read_text(encoding="utf-8") != table():
        sys.exit("The table of bank holidays is not what the library says now.")
