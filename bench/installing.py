"""From nothing to the first page: bin/install in a fresh Debian tree."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.rows import Row

#: A school has half an hour and ten questions for everything; this is what the machine may take of it.
LIMIT = 300.0


def install_to_first_page_s() -> list[Row]:
    """One installation, timed until its first page has come over http. Needs root."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    import fresh_tree

    if not fresh_tree.possible():
        raise SystemExit("install_to_first_page_s needs root, and a system that lets it mount.")
    with fresh_tree.a_tree() as tree:
        began = time.monotonic()
        tree.install("--address", fresh_tree.HOST, "--https", "plain", "--yes")
        tree.serve()
        seconds = time.monotonic() - began
        began = time.monotonic()
        tree.install()
        again = time.monotonic() - began
        tree.stop()
    how = (
        "bin/install in a tree of this machine's own system files, with Debian's and Python's packages at hand; "
        f"downloads come on top. Run again to repair: {again:.0f} s."
    )
    return [Row("install_to_first_page_s", seconds, "s", 0, how, limit=LIMIT)]


FIGURES: dict[str, Callable[[], list[Row]]] = {"install_to_first_page_s": install_to_first_page_s}
