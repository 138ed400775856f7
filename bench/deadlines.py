"""A hundred thousand deadlines in ten simulated school years: the real worker, killed, under a clock that jumps.

`deadlines_early`, `deadlines_lost`, `deadlines_twice`   each should be 0; what each means stands in
                                                         tests/faults/judging.py

Twenty schools live through the ten years, each from a seed of its own and on a database of its own, as many at once as
there are cores.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.rows import Row
from bench.server import ROOT, database_name

sys.path[:0] = [str(ROOT / "tests" / "faults")]

import grounds  # noqa: E402

DEADLINES, SCHOOLS, MAILED = 100_000, 20, 10

COUNTED = ("deadlines", "settled", "kills", "clock_jumps", "clock_steps", "reboots", "looks", "mails", "twins")


def deadlines() -> list[Row]:
    """All schools, and what was wrong in any."""
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="ft-years-") as folder:
        (Path(folder) / "template").mkdir()
        template = grounds.make_template(Path(folder) / "template")

        def live(seed: int) -> grounds.Said:
            with grounds.a_place(Path(folder) / f"school-{seed}", template) as env:
                return grounds.run_there(
                    env, "ten_years.py", str(DEADLINES // SCHOOLS), str(seed), "raised", str(MAILED)
                )

        try:
            with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
                for said in pool.map(live, range(SCHOOLS)):
                    assert said["trail"] == [], said["trail"][:3]
                    for sentences in said["wrong"].values():
                        sys.stderr.writelines(f"{sentence}\n" for sentence in sentences)
                    found.update({name: said[name] for name in (*COUNTED, "early", "lost", "twice")})
        finally:
            grounds.on_the_server(f"DROP DATABASE {template[1]} WITH (FORCE)")
    how = (
        f"{found['deadlines']:,} deadlines of {SCHOOLS} schools in ten years each, {found['settled']:,} done in time; "
        f"{found['kills']:,} kills, {found['clock_jumps']:,} jumps of the clock, {found['clock_steps']:,} small steps "
        f"and {found['reboots']:,} reboots; {found['mails']:,} mails, {found['twins']} of them twice by a kill, "
        f"with one Message-ID, {database_name()}"
    )
    return [Row(f"deadlines_{name}", found[name], "", 0, how, limit=0) for name in ("early", "lost", "twice")]


FIGURES: dict[str, Callable[[], list[Row]]] = {"deadlines_early": deadlines}
