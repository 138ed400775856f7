"""The engine of the check before posting, with the model that is shipped: how long, how many, how much memory.

`check_text_p95_ms`   500 characters, the whole check with three findings explained: processor time of its one thread
`checks_per_s_2_cores` the same by two processes at once, for a few seconds
`engine_rss_mib`      a process that holds nothing but the engine, after the longest text that is read
`engine_artefact_mib` the model, its pieces and its card on the disk
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.rows import Row

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "forethought" / "precheck" / "model"
TIMES, SECONDS, MIB = 60, 4.0, 1024 * 1024

#: A long and grumpy post. It is checked against thresholds that find something in everything: the dearest case.
POST = (
    "The staff meeting ran over again and somebody had eaten my lunch from the fridge. Year 4 did fractions with "
    "pizza and nobody cried, which is a first. Our deputy says that the printer budget is gone until April, so "
    "please stop printing the whole unit in colour. Whoever keeps moving the good scissors, I will find you. "
    "Parents' evening is Thursday, the hall heating is broken and I have a cold. Wish me luck, and bring biscuits "
    "if you love me even slightly. Half term cannot come soon enough for me."
)[:500]


def main(what: str) -> None:
    """One process with the engine and nothing else; prints what it measured as JSON."""
    import resource
    from dataclasses import replace

    from forethought.precheck.checking import checked
    from forethought.precheck.model import Model

    model = Model.from_folder(FOLDER)
    model.thresholds = replace(model.thresholds, look=dict.fromkeys(model.thresholds.look, 0.0))
    for _ in range(3):
        checked(POST, model=model)
    found: dict[str, float] = {}
    if what == "many":
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < SECONDS:
            checked(POST, model=model)
            count += 1
        found["per_s"] = count / (time.perf_counter() - began)
    else:
        taken, floors = [], []
        for _ in range(TIMES):
            began = time.process_time()
            model.scores([POST])
            floors.append(time.process_time() - began)
            began = time.process_time()
            checked(POST, model=model)
            taken.append(time.process_time() - began)
        found["p95"] = sorted(taken)[int(TIMES * 0.95) - 1] * 1000
        found["floor"] = sorted(floors)[int(TIMES * 0.95) - 1] * 1000
        checked(POST * 20, model=model)
        found["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def _start(what: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "bench.engine", what], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _answer(child: subprocess.Popen[str]) -> dict[str, float]:
    out, _ = child.communicate(timeout=120)
    if child.returncode:
        raise RuntimeError("The engine could not be measured.")
    return json.loads(out)


def engine() -> list[Row]:
    """All four figures."""
    alone = _answer(_start("one"))
    two = [_start("many"), _start("many")]
    together = sum(_answer(child)["per_s"] for child in two)
    size = sum(path.stat().st_size for path in FOLDER.iterdir()) / MIB
    how = "500 characters, three findings explained, processor time of one thread; floor: the model once over the text"
    return [
        Row("check_text_p95_ms", alone["p95"], "ms", alone["floor"], how, limit=60),
        Row("checks_per_s_2_cores", together, "/s", 0, f"the same in two processes for {SECONDS:g} s"),
        Row("engine_rss_mib", alone["rss"], "MiB", 0, "the most a process with the engine alone held", limit=200),
        Row("engine_artefact_mib", size, "MiB", 0, "model, pieces and card on the disk", limit=25),
    ]


FIGURES: dict[str, Callable[[], list[Row]]] = dict.fromkeys(
    ("check_text_p95_ms", "checks_per_s_2_cores", "engine_rss_mib", "engine_artefact_mib"), engine
)

if __name__ == "__main__":
    main(sys.argv[1])
