"""What the tree costs: leaves appended in bulk, and proofs in a trail of a million entries from the stored nodes.

Beside it what another library takes for the same tree, a plain hash chain as the floor, and acts one by one, each
durable before the next. The roots must be equal, and every proof must hold, or there is no figure.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.rows import Row
from bench.server import ROOT, database_name, real

SIZE = 1_000_000


def measured(size: int = SIZE) -> dict[str, float]:
    """The figures of one trail of this size, in a place of its own."""
    with tempfile.TemporaryDirectory(prefix="ft-bench-") as folder:
        database = f"bench_{time.monotonic_ns()}"
        real._on_the_server(f"CREATE DATABASE {database}")
        try:
            env = real.settings_for(Path(folder), database)
            real.run_manage(env, "make_keys")
            real.run_manage(env, "migrate", "-v0")
            done = subprocess.run(
                [sys.executable, "-m", "bench.trail_there", str(size)],
                cwd=ROOT,
                env={**env, "DJANGO_SETTINGS_MODULE": "forethought.settings"},
                capture_output=True,
                text=True,
                timeout=1800,
                check=False,
            )
            assert done.returncode == 0, done.stderr[-3000:]
            found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
            return found
        finally:
            real._on_the_server(f"DROP DATABASE {database} WITH (FORCE)")


def trail() -> list[Row]:
    """Appending and proving, of one run."""
    found = measured()
    return [
        Row(
            "log_append_per_s",
            found["append_per_s"],
            "/s",
            found["pymerkle_per_s"],
            f"{SIZE:,} entries hashed and appended in bulk, all nodes made; the floor is pymerkle in memory, with the "
            f"same root. Nodes stored as well {found['with_tiles_per_s']:,.0f}/s. A plain hash chain, which proves "
            f"nothing, {found['chain_per_s']:,.0f}/s. Acts one by one, each durable, "
            f"{found['one_by_one_per_s']:,.0f}/s, {database_name()}",
            least=300_000,
        ),
        Row(
            "proof_ms_1m",
            max(found["inclusion_ms"], found["consistency_ms"]),
            "ms",
            0,
            f"the slower median of 500 proofs from stored nodes, each checked: inclusion {found['inclusion_ms']:.2f} "
            f"(95 of 100 under {found['inclusion_ms_95']:.2f}), consistency {found['consistency_ms']:.2f} "
            f"({found['consistency_ms_95']:.2f}), {found['tiles']:,.0f} tiles, {database_name()}",
            limit=1,
        ),
    ]


FIGURES: dict[str, Callable[[], list[Row]]] = {"log_append_per_s": trail, "proof_ms_1m": trail}
