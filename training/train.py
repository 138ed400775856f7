"""Train, calibrate and write forethought/precheck/model/. Started by bin/train; a run that was stopped goes on.

Two processes learn side by side, one core each, and meet at the mean of their weights (fitting.py).
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import torch
import torch.distributed as together

from training import carding, stages
from training.shipping import ship

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "forethought" / "precheck" / "model"
HANDS = 2


def learn(work: Path, hand: int) -> None:
    """The six stages, as one of the processes. What is done already is not done again."""
    torch.set_num_threads(1)
    together.init_process_group("gloo", init_method=f"file://{work}/meeting", rank=hand, world_size=HANDS)
    if (work / "one-done.pt").exists():
        judge, pieces = stages.fresh(work)
    else:
        judge, pieces = stages.stage_one(work)
    together.barrier()
    later = (
        ("two", stages.stage_two),
        ("three", stages.stage_three),
        ("four", stages.stage_four),
        ("five", stages.stage_five),
        ("six", stages.stage_six),
    )
    for name, stage in later:
        done = f"{name}-done.pt"
        if not (work / done).exists():
            stage(judge, pieces, work)
        together.barrier()


def main() -> int:
    """Read the arguments; train where this is a hand, else start the hands and ship what they learnt."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--work", type=Path, default=ROOT / "var" / "train", help="where checkpoints are kept")
    asked.add_argument("--out", type=Path, default=SHIPPED)
    asked.add_argument("--hand", type=int, help=argparse.SUPPRESS)
    given = asked.parse_args()
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    if given.hand is not None:
        learn(work, given.hand)
        return 0
    (work / "meeting").unlink(missing_ok=True)
    command = [sys.executable, "-u", "-m", "training.train", "--work", str(work), "--hand"]
    quiet = os.environ | {"OMP_NUM_THREADS": "1"}
    started = [subprocess.Popen([*command, str(hand)], cwd=ROOT, env=quiet) for hand in range(HANDS)]  # noqa: S603
    if any([one.wait() for one in started]):
        return 1
    torch.set_num_threads(1)
    judge, _ = stages.fresh(work)
    judge.load_state_dict(torch.load(work / "six-done.pt"))
    figures = ship(judge, work, given.out.resolve(), stages.SEED)
    print(json.dumps(figures, indent=1))
    if given.out.resolve() == SHIPPED:
        carding.write(SHIPPED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
