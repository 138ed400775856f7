"""Run the measurements: all, or those named. Each figure also runs alone and says which database it is of."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench import (
    backups,
    bucket,
    bundles,
    capture,
    deadlines,
    engine,
    faults,
    founding,
    installing,
    lists,
    pages,
    people,
    pictures,
    readers,
    removal,
    rest,
    sweep,
    trail,
    vault,
    walls,
)
from bench.rows import Row

#: What runs under a name. Some measurements give more than one figure.
FIGURES: dict[str, Callable[[], list[Row]]] = {
    "public_cpu_ms": pages.public_cpu_ms,
    "home_cpu_ms": pages.home_cpu_ms,
    "list25_cpu_ms_400": pages.list25_cpu_ms_400,
    "list25_cpu_ms_100k": pages.list25_cpu_ms_100k,
    "report_1mib_cpu_ms": pages.report_1mib_cpu_ms,
    "memory_rest_web_mib": rest.memory,
    "memory_rest_all_mib": rest.memory,
    "first_visit_kb": rest.first_visit_kb,
    **lists.FIGURES,
    **readers.FIGURES,
    **faults.FIGURES,
    **founding.FIGURES,
    **deadlines.FIGURES,
    **installing.FIGURES,
    **vault.FIGURES,
    **trail.FIGURES,
    **walls.FIGURES,
    **bucket.FIGURES,
    **bundles.FIGURES,
    **capture.FIGURES,
    **engine.FIGURES,
    **people.FIGURES,
    **pictures.FIGURES,
    **removal.FIGURES,
    **backups.FIGURES,
    **sweep.FIGURES,
}


def main() -> int:
    """Print the table, and write it as JSON when asked."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--json", metavar="FILE", help="also write the figures as a list")
    parser.add_argument("--postgres", action="store_true", help="measure on a PostgreSQL started for it")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in FIGURES]:
        parser.error(f"no figure is called {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    if asked.postgres and not os.environ.get("DATABASE_URL"):
        again = [*asked.names, *(["--json", asked.json] if asked.json else [])]
        return subprocess.run(
            [sys.executable, "-m", "tools.with_servers", sys.executable, "-m", "bench", *again], check=False
        ).returncode
    rows: dict[str, Row] = {}
    for name in asked.names or FIGURES:
        if name in rows:
            continue
        for row in FIGURES[name]():
            rows[row.name] = row
            print(row.as_text(), flush=True)
    if asked.json:
        shown = [row.as_json() for row in rows.values() if not asked.names or row.name in asked.names]
        Path(asked.json).write_text(json.dumps(shown, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
