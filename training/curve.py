"""What more posts would buy: the same judge on an eighth, a quarter, a half and all of them, the encoder held still.

A linear map is learnt on top of the encoder as it came (ridge, closed form), so that ten runs take a minute. What is
shipped is far better than this at every size; what the curve tells is its slope. `python -m training.curve`.
"""

import random
import tempfile
from pathlib import Path

import numpy as np
import torch

from forethought.precheck.kinds import KINDS
from training import calibrating, gathering, stages
from training.fitting import cut

SHARES = (0.125, 0.25, 0.5, 1.0)
DRAWS = 3


def features(texts: list[str]) -> np.ndarray:
    """The mean and greatest last states of each text, from the encoder as it came, each of length one (texts x 768)."""
    with tempfile.TemporaryDirectory() as folder:
        judge, pieces = stages.fresh(Path(folder))
    judge.eval()
    out = []
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for text in texts:
            ids = torch.tensor([cut(text, pieces, 128)])
            found = judge.states(ids, torch.ones_like(ids)).float()[0]
            out.append((found / found.norm()).numpy())
    return np.stack(out)


def learnt(x: np.ndarray, y: np.ndarray, strength: float = 0.3) -> np.ndarray:
    """The linear map (with one) of least squares that answers y from x."""
    whole = np.concatenate([x, np.ones((len(x), 1))], 1)
    return np.linalg.solve(whole.T @ whole + strength * np.eye(whole.shape[1]), whole.T @ (y - y.mean(0)))


def main() -> None:
    """Print, for each share of the posts, macro-F1 and any finding at three per cent of innocuous dev posts flagged."""
    posts, _ = gathering.authored("all")
    dev, _ = gathering.authored("dev")
    x, z = features([row.text for row in posts]), features([row.text for row in dev])
    y = np.stack([row.target[: len(KINDS)] for row in posts])
    true = np.stack([row.target[: len(KINDS)] > 0.5 for row in dev])
    z = np.concatenate([z, np.ones((len(z), 1))], 1)
    for share in SHARES:
        found = []
        for seed in range(DRAWS if share < 1 else 1):
            some = random.Random(seed).sample(range(len(posts)), int(share * len(posts)))
            chance = calibrating.chances(8 * (z @ learnt(x[some], y[some])) - 2)
            whole = np.ones(len(true), bool)
            one = calibrating.post_figures(chance, true, calibrating.levels_for(chance, true, 3.0, whole), whole)
            found.append((one["macro_f1"], one["any_finding_on_violating"], one["innocuous_flagged"]))
        print(int(share * len(posts)), np.round(np.mean(found, 0), 1), flush=True)


if __name__ == "__main__":
    main()
