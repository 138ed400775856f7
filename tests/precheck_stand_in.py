"""A stand-in for the model: it says what a test wants it to say, word by word."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from forethought.precheck.kinds import HEADS, KINDS
from forethought.precheck.model import Thresholds


class WordModel:
    """Scores a text by the words in it: `{"useless": {"bullying": 0.9}}`. Each head counts where it is highest."""

    def __init__(self, words: Mapping[str, Mapping[str, float]] | None = None) -> None:
        self.words = words or {}
        self.rows = 0
        self.thresholds = Thresholds(look=dict.fromkeys(KINDS, 0.5), stop=dict.fromkeys(KINDS, 0.9), urgent=0.4)

    def scores(self, texts: Sequence[str]) -> Any:
        self.rows += len(texts)
        found = np.zeros((len(texts), len(HEADS)))
        for row, text in enumerate(texts):
            for word, heads in self.words.items():
                if word in text.lower():
                    for head, value in heads.items():
                        found[row, HEADS.index(head)] = max(found[row, HEADS.index(head)], value)
        return found
