"""A program of its own: whether any of some bytes, in hex on stdin, stand in the file that the command line names.

In the process that uses a SQLite database this must not be done: closing the file, however it was opened, would take
away all locks that SQLite holds on it there (sqlite.org, "How to corrupt", 2.2). It says `yes` or `no`.
"""

import mmap
import sys
from pathlib import Path


def main() -> None:
    """Read the file once for each of the needles."""
    needles = [bytes.fromhex(line) for line in sys.stdin.read().split()]
    with Path(sys.argv[1]).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = any(content.find(needle) >= 0 for needle in needles)
    sys.stdout.write("yes" if found else "no")


main()
