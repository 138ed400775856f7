"""Who gets across the walls between cases and schools: the tests of tests/walls, with larger numbers.

`doors_crossed`     of a million requests at every door, how many read, wrote or told something that was not theirs
`twin_world_bytes`  of 200 cases, how many bytes somebody kept out of one could tell it by

Both should be 0. Each is of one database; `--postgres` asks the other.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.rows import Row
from bench.server import ROOT, database_name

DOORS, TWINS = 1_000_000, 200


def counted(test: str, **more: str) -> dict[str, int]:
    """Run one file of tests with these settings, and add up what its tests counted. They may fail: that is counted."""
    with tempfile.TemporaryDirectory(prefix="ft-walls-") as folder:
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-n", str(os.cpu_count() or 2), test],
            cwd=ROOT,
            env={**os.environ, **more, "FORETHOUGHT_WALLS_COUNTED": folder},
            capture_output=True,
            text=True,
            check=False,
        )
        found = [json.loads(one.read_text()) for one in Path(folder).glob("*.json")]
    if ran.returncode:
        sys.stderr.write(ran.stdout[-20_000:])
    if not found:
        raise SystemExit(f"{test} counted nothing.")
    return {name: sum(one[name] for one in found) for name in found[0]}


def doors_crossed() -> list[Row]:
    """Everyone at every door."""
    found = counted("tests/walls/test_doors_crossed.py", FORETHOUGHT_DOORS=str(DOORS))
    how = (
        f"{found['knocks']} requests at every address by everybody with everybody’s ids: {found['turned_away']} turned "
        f"away, {found['opened']} let in, {database_name()}"
    )
    return [Row("doors_crossed", found["wrong"], "", 0, how, limit=0)]


def twin_world_bytes() -> list[Row]:
    """One school twice, with a case and without it, as somebody finds both who is kept out of the case."""
    found = counted("tests/walls/test_twin_worlds.py", FORETHOUGHT_TWINS=str(TWINS), FORETHOUGHT_TWIN_PAGES="0")
    how = f"{found['pairs']} pairs of case and person, {found['read']} pages and mails compared, {database_name()}"
    return [Row("twin_world_bytes", found["bytes"], "bytes", 0, how, limit=0)]


FIGURES = {"doors_crossed": doors_crossed, "twin_world_bytes": twin_world_bytes}
