"""The loop that learns: batches of like length, half precision, a running mean of the weights, and a way to go on."""

import math
import random
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
import torch.distributed as together
from torch import Tensor
from torch.nn import functional as F

from forethought.precheck.normalising import normalised
from forethought.precheck.wordpieces import Pieces
from training import gathering
from training.augmenting import damaged
from training.encoder import Judge
from training.gathering import Row

#: So many pieces (padding counted) go into one batch.
IN_ONE = 1280
#: Two processes learn from half of the batches each, and meet at the mean of their weights after so many steps.
MEET = 25


def hands() -> tuple[int, int]:
    """Which of how many processes this is. Alone unless they have met (torch.distributed)."""
    return (together.get_rank(), together.get_world_size()) if together.is_initialized() else (0, 1)


def _fewest(count: int) -> int:
    """The least count that any of the processes has: they have to meet as often."""
    least = torch.tensor([count])
    if together.is_initialized():
        together.all_reduce(least, op=together.ReduceOp.MIN)
    return int(least)


@lru_cache(maxsize=60_000)
def cut(text: str, pieces: Pieces, longest: int) -> list[int]:
    """The numbers of a text's pieces, as the engine reads it."""
    return pieces.encode(normalised(text).text, longest).ids


def batches(rows: list[Row], pieces: Pieces, seed: int, longest: int, damage: dict[str, float]) -> list[tuple]:
    """One epoch as padded batches (ids, mask, target, weight), each of like length, in an order of the seed."""
    draw = random.Random(seed)
    cutting = []
    for row in rows:
        cutting.append((cut(damaged(row.text, draw, damage.get(row.source, 0.1)), pieces, longest), row))
    draw.shuffle(cutting)
    # Sorting within large slices keeps the order of sources by chance.
    out, slice_of = [], 6000
    for start in range(0, len(cutting), slice_of):
        part = sorted(cutting[start : start + slice_of], key=lambda one: len(one[0]))
        batch: list = []
        for one in part:
            if batch and (len(batch) + 1) * len(one[0]) > IN_ONE:
                out.append(_padded(batch))
                batch = []
            batch.append(one)
        out.append(_padded(batch))
    draw.shuffle(out)
    return out


def _padded(batch: list) -> tuple:
    length = max(len(ids) for ids, _ in batch)
    ids = np.zeros((len(batch), length), np.int64)
    mask = np.zeros((len(batch), length), np.int64)
    for at, (one, _) in enumerate(batch):
        ids[at, : len(one)] = one
        mask[at, : len(one)] = 1
    target = np.stack([row.target for _, row in batch])
    weight = np.stack([row.weight for _, row in batch])
    return tuple(torch.from_numpy(part) for part in (ids, mask, target, weight))


def loss_of(logits: Tensor, target: Tensor, weight: Tensor, smooth: float) -> Tensor:
    """Masked binary cross-entropy: the sum over what is known, by the number of rows."""
    soft = target * (1 - 2 * smooth) + smooth
    return (F.binary_cross_entropy_with_logits(logits, soft, reduction="none") * weight).sum() / len(logits)


def groups(judge: Judge, rate: float, decay: float, head_rate: float) -> list[dict]:
    """Parameters by layer, the lower the slower, so that what the encoder knows of language stays."""
    found = [{"params": list(judge.head.parameters()), "lr": head_rate}]
    for at, layer in enumerate(judge.layers):
        found.append({"params": list(layer.parameters()), "lr": rate * decay ** (len(judge.layers) - 1 - at)})
    low = [judge.places.weight, judge.kind, *judge.norm.parameters(), judge.words.weight]
    found.append({"params": low, "lr": rate * decay ** len(judge.layers)})
    for group in found:
        group["params"] = [one for one in group["params"] if one.requires_grad]
    return [group for group in found if group["params"]]


class Fitting:
    """One stage: epochs of rows, with a checkpoint that a new start goes on from."""

    def __init__(self, judge: Judge, pieces: Pieces, saved: Path, *, rate: float, head_rate: float, decay: float = 0.9,
                 smooth: float = 0.0, mean_over: float = 0.998) -> None:  # fmt: skip
        self.judge, self.pieces, self.saved, self.smooth, self.mean_over = judge, pieces, saved, smooth, mean_over
        self.best = torch.optim.AdamW(groups(judge, rate, decay, head_rate), weight_decay=0.01, fused=True)
        self.rates = [group["lr"] for group in self.best.param_groups]
        self.mean = {name: value.detach().clone() for name, value in judge.state_dict().items()}
        self.step = 0

    def run(
        self,
        epoch_rows: Callable[[int], list[Row]],
        epochs: int,
        *,
        seed: int,
        longest: int,
        damage: dict[str, float],
        slowing_over: int,
    ) -> None:
        """Learn for so many epochs; the rate would come to its end after `slowing_over`."""
        done_epochs, done_here = self._resume()
        total = None
        mine, of = hands()
        for epoch in range(done_epochs, epochs):
            whole = gathering.drawn(rows := epoch_rows(epoch), len(rows), seed + epoch)
            made = batches(whole[mine::of], self.pieces, seed + epoch, longest, damage)
            made = made[: _fewest(len(made))]
            total = total or len(made) * slowing_over
            if not done_here:
                torch.manual_seed(seed + epoch * 10 + mine)
            for at, batch in self._from(made, done_here):
                self._one(batch, total)
                if (at + 1) % MEET == 0:
                    self._meet()
                if (at + 1) % (4 * MEET) == 0:
                    self._save(epoch, at + 1)
            done_here = 0
            self._meet()
            self._save(epoch + 1, 0)

    def _meet(self) -> None:
        """Take the mean of the weights of all processes, and of their running means."""
        of = hands()[1]
        if of == 1:
            return
        named = [(name, value) for name, value in self.judge.named_parameters() if value.requires_grad]
        parts = [value.detach() for _, value in named] + [self.mean[name] for name, _ in named]
        flat = torch.cat([part.reshape(-1) for part in parts])
        together.all_reduce(flat)
        at = 0
        for part in parts:
            part.copy_(flat[at : at + part.numel()].view_as(part) / of)
            at += part.numel()

    def _from(self, made: list, start: int) -> Iterator[tuple[int, tuple]]:
        began, rows, lost = time.time(), 0, 0.0
        for at in range(start, len(made)):
            yield at, made[at]
            rows += len(made[at][0])
            lost += self.lost
            if (at + 1) % 100 == 0 and hands()[0] == 0:
                speed = rows / (time.time() - began)
                print(f"{at + 1}/{len(made)} loss {lost / 100:.3f}, {speed:.0f} rows/s each", flush=True)
                lost = 0.0

    def _one(self, batch: tuple, total: int) -> None:
        ids, mask, target, weight = batch
        part = self.step / max(1, total)
        warm = min(1.0, self.step / (0.06 * total + 1))
        for group, rate in zip(self.best.param_groups, self.rates, strict=True):
            group["lr"] = rate * warm * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, part))))
        self.judge.train()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = self.judge(ids, mask)
        loss = loss_of(logits, target, weight, self.smooth)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.judge.parameters(), 1.0)
        self.best.step()
        self.best.zero_grad()
        self.lost = float(loss.detach())
        self.step += 1
        if self.step % 4 == 0:
            keep = min(self.mean_over**4, self.step / (self.step + 40))
            with torch.no_grad():
                for name, value in self.judge.named_parameters():
                    if value.requires_grad:
                        self.mean[name].lerp_(value, 1 - keep)

    def _save(self, epoch: int, at: int) -> None:
        mine = hands()[0]
        saved = self.saved.with_suffix(f".{mine}.pt")
        part = saved.with_suffix(".part")
        now = {"judge": self.judge.state_dict(), "mean": self.mean, "best": self.best.state_dict()}
        torch.save(now | {"step": self.step, "epoch": epoch, "at": at, "random": torch.get_rng_state()}, part)
        if hands()[1] > 1:
            together.barrier()
        part.replace(saved)

    def _resume(self) -> tuple[int, int]:
        saved = self.saved.with_suffix(f".{hands()[0]}.pt")
        if not saved.exists():
            return 0, 0
        had = torch.load(saved)
        self.judge.load_state_dict(had["judge"])
        self.mean, self.step = had["mean"], had["step"]
        self.best.load_state_dict(had["best"])
        torch.set_rng_state(had["random"])
        return had["epoch"], had["at"]
