"""The one model: what a text is likely to be, by head. One thread; nothing is fetched and nothing kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from forethought.precheck.kinds import HEADS
from forethought.precheck.wordpieces import Pieces

#: Where the model that is shipped lies.
SHIPPED = Path(__file__).parent / "model"

#: Pieces in one window, both marks counted, and how many of them two windows share.
WINDOW = 128
SHARED = 32

#: Pieces in one run of the model, padding counted: more would take more memory and not be faster.
AT_ONCE = 512


class DamagedModel(Exception):
    """The folder does not hold a model that belongs to this program."""


@dataclass(frozen=True)
class Thresholds:
    """From where on a probability says something. A kind without one is never said."""

    look: Mapping[str, float]
    stop: Mapping[str, float]
    urgent: float
    hate: float = 0.5
    foul: float = 0.5


class Scorer(Protocol):
    """Whatever can score texts as the model does."""

    thresholds: Thresholds

    def scores(self, texts: Sequence[str]) -> Any:
        """Probabilities, one row a text and one column a head of HEADS."""


class Model:
    """The model with its pieces, thresholds and temperatures, from one folder."""

    def __init__(self, session: Any, pieces: Pieces, card: Mapping[str, Any]) -> None:
        import numpy as np

        self._session, self._pieces = session, pieces
        self._temperatures = np.array([float(card["temperatures"][head]) for head in HEADS], dtype=np.float32)
        given = card["thresholds"]
        self.thresholds = Thresholds(
            look=dict(given["look"]),
            stop=dict(given["stop"]),
            urgent=float(given["urgent"]),
            hate=float(given.get("hate", 0.5)),
            foul=float(given.get("foul", 0.5)),
        )

    @classmethod
    def from_folder(cls, folder: Path) -> "Model":
        """Load model.onnx, vocab.txt and model.json. Refuses, by `DamagedModel`, what does not belong together."""
        # Loaded here: the web process pays for them when a draft is first checked, and not at its start.
        import hashlib

        import onnxruntime

        try:
            card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            graph = (folder / "model.onnx").read_bytes()
            pieces = Pieces.from_file(folder / "vocab.txt")
        except (OSError, ValueError, KeyError) as error:
            raise DamagedModel(f"{folder.name}: {error}") from error
        if tuple(card.get("heads", ())) != HEADS:
            raise DamagedModel("The model answers other questions than this program asks.")
        if hashlib.sha256(graph).hexdigest() != card.get("sha256"):
            raise DamagedModel("The model is not the one that its card describes.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Both hold on to memory of the size of the longest text so far.
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        return cls(session, pieces, card)

    def scores(self, texts: Sequence[str]) -> Any:
        """Probabilities of each head for each normalised text, after temperature: an array of texts by len(HEADS).

        A text longer than one window is read in windows that overlap, and each head counts where it is highest.
        """
        import numpy as np

        windows: list[tuple[int, list[int]]] = []
        for number, text in enumerate(texts):
            ids, _ = self._pieces.cut(text)
            step = WINDOW - 2 - SHARED
            last = max(len(ids) - SHARED, 1)
            windows += [(number, ids[at : at + WINDOW - 2]) for at in range(0, last, step)]
        best = np.zeros((len(texts), len(HEADS)), dtype=np.float32)
        # Windows of one length together: padding is work for nothing.
        windows.sort(key=lambda window: len(window[1]))
        at = 0
        while at < len(windows):
            some = windows[at : at + 1]
            while at + len(some) < len(windows) and (len(some) + 1) * (len(windows[at + len(some)][1]) + 2) <= AT_ONCE:
                some.append(windows[at + len(some)])
            at += len(some)
            found = self._run([ids for _, ids in some])
            for (number, _), row in zip(some, found, strict=True):
                np.maximum(best[number], row, out=best[number])
        return best

    def _run(self, rows: list[list[int]]) -> Any:
        import numpy as np

        longest = max(len(row) for row in rows) + 2
        ids = np.full((len(rows), longest), self._pieces.pad, dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(row) + 2] = [self._pieces.begin, *row, self._pieces.end]
            mask[at, : len(row) + 2] = 1
        (logits,) = self._session.run(["logits"], {"input_ids": ids, "attention_mask": mask})
        return 1 / (1 + np.exp(-logits / self._temperatures))


@cache
def shipped() -> Model:
    """The model that comes with the program, loaded once a process. It holds no text."""
    return Model.from_folder(SHIPPED)
