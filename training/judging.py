"""What a judge in training says of texts, and how good an answer is."""

import numpy as np
import torch

from forethought.precheck.wordpieces import Pieces
from training.encoder import Judge
from training.fitting import cut


def logits(judge: Judge, texts: list[str], pieces: Pieces, longest: int = 128) -> np.ndarray:
    """The logits of each text (texts x heads), as the judge in training gives them."""
    judge.eval()
    ids = [cut(text, pieces, longest) for text in texts]
    order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
    out = np.zeros((len(ids), judge.head.out_features), np.float32)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), 64):
            part = order[start : start + 64]
            length = max(len(ids[at]) for at in part)
            padded = torch.zeros((len(part), length), dtype=torch.long)
            mask = torch.zeros_like(padded)
            for row, at in enumerate(part):
                padded[row, : len(ids[at])] = torch.tensor(ids[at])
                mask[row, : len(ids[at])] = 1
            out[part] = judge(padded, mask).numpy()
    return out


def chances(values: np.ndarray) -> np.ndarray:
    """The logistic of each value."""
    return 1 / (1 + np.exp(-np.clip(values, -30, 30)))


def f1(said: np.ndarray, true: np.ndarray) -> float:
    """F1 of the positive class, 0 to 1."""
    hit = int((said & true).sum())
    return 2 * hit / max(1, int(said.sum()) + int(true.sum()))
