"""Everything that the model learns from, as one kind of row: a text, what is known of each head, and how surely."""

import csv
import gzip
import hashlib
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from forethought.precheck.kinds import HEADS, KINDS
from training import hate_grammar
from training.hate_frames import Framed, framed

HERE = Path(__file__).parent
PUBLIC = HERE.parent.parent / "shared" / "data" / "precheck" / "train"
AT = {head: at for at, head in enumerate(HEADS)}

#: SHA-256 of each public set as it was read. A set that differs is refused; one that is missing stops the training.
PUBLIC_SETS = {
    "bias_templates": "56f644362fbab960ef52a6a3481c6c7291dbb8e7bcd83f854844df7105b49ff0",
    "davidson": "5196b39ff7eb1a38d6ebf05680721c6a89a986b3ef5cebaae29d5e099af6bb7d",
    "dev": "bac194298d724f0f66ef26abcfe44c3e1849cbf66607482ffb3dae91cde1cd8b",
    "edos": "63cdbcb57f312661c04b3f864783a3bafa5c9b50e7c944a991b952aa6c96c3c8",
    "goemotions_pos": "c50158776fd1f10dbc88144f17c3c786ce5f51e0b23da50bf0adb0b6e3510d93",
    "hatemojibuild": "bddd9a2dc0d09b05341f5688f789be2d485e16b4cb788cdd0a10f46331c934a2",
    "mhs": "ebac22b5a9521401a24a7f5d9ae12d8e28430d631a2fa32b4f42bef4a475dbc2",
    "oai_mod": "92fb1e925caefcb4080e8f16e8456b39e8c30864575f1781373995bb867dd73c",
    "toxigen": "a56ed1bf8aa4a73dea0a40c821406d4843c211e42849e6add605062b49d4caa3",
}
#: How far each set's "hate" is what we mean by it. Davidson's readers called most slurs merely offensive.
TRUST = {"mhs": 0.8, "edos": 0.5, "hatemojibuild": 1.5, "toxigen": 1.0, "davidson": 0.5, "oai_mod": 0.5}
#: Their names for heads, where they are not ours.
RENAMED = {"offensive": "foul"}


@dataclass(frozen=True)
class Row:
    """One text to learn from; `target` and `weight` have one number for each head, weight 0 where nothing is known."""

    text: str
    target: np.ndarray
    weight: np.ndarray
    source: str


def _row(text: str, known: dict[str, float], source: str, weights: dict[str, float] | None = None) -> Row:
    target = np.zeros(len(HEADS), np.float32)
    weight = np.zeros(len(HEADS), np.float32)
    for head, value in known.items():
        target[AT[head]] = value
        weight[AT[head]] = (weights or {}).get(head, 1.0)
    return Row(text, target, weight, source)


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def public(name: str) -> list[Row]:
    """The rows of one public set. Raises ValueError where the file is not the one that we know."""
    path = PUBLIC / f"{name}.csv.gz"
    if sha256(path) != PUBLIC_SETS[name]:
        raise ValueError(f"{path} is not the file that was trained on: its SHA-256 differs.")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return [_public_row(row["text"], row["label"], row["source"]) for row in csv.DictReader(lines)]


def _public_row(text: str, label: str, source: str) -> Row:
    known = {RENAMED.get(k, k): float(v) for k, v in (pair.split("=") for pair in label.split(";") if pair)}
    weights = {"hate": TRUST.get(source, 1.0)}
    if source == "davidson" and known.get("foul") == 1 and known["hate"] == 0:
        known.pop("hate")
    if "hate" in known and source in ("mhs", "hatemojibuild", "toxigen", "bias_templates"):
        # What is hateful discriminates; what is not may still.
        known["discrimination"] = known["hate"]
        weights["discrimination"] = 0.3 if known["hate"] or source == "bias_templates" else 0.15
    if source in ("goemotions_pos", "bias_templates"):
        known |= {kind: 0.0 for kind in KINDS if kind not in known}
        weights |= {kind: 0.3 for kind in KINDS}
    return _row(text, known, source, weights)


def frames(count: int, seed: int, pictures: float = 0.0) -> list[Row]:
    """Sentences of our own grammar: hate, and where the shape says it, foul and threat."""
    return [_framed_row(one) for one in framed(count, seed, pictures)]


def grammar(count: int, seed: int, pictures: float = 0.0) -> list[Row]:
    """The same from the second grammar."""
    return [_framed_row(one) for one in hate_grammar.made(count, seed, pictures)]


def _framed_row(one: Framed) -> Row:
    known: dict[str, float] = {"hate": one.hate, "discrimination": one.hate}
    if one.foul is not None:
        known["foul"] = one.foul
    if one.threat is not None:
        known["threat"] = one.threat
    return _row(one.text, known, "frames", {"discrimination": 0.2, "foul": 0.5})


def lines(paths: Iterable[Path]) -> list[dict]:
    """The JSON lines of some files, in the order of their names."""
    whole = [path.read_text(encoding="utf-8") for path in sorted(paths)]
    return [json.loads(line) for text in whole for line in text.split("\n") if line]


def hate_row(one: dict) -> Row:
    """One hand-written line of what frames cannot say."""
    known = {"hate": float(one["hate"]), "discrimination": float(one["hate"])}
    return _row(one["text"], known, "hate", {"hate": 1.5, "discrimination": 0.3})


def written(folder: str, part: str) -> list[Path]:
    """The files of a folder: written "first", by the "second" to "fifth" stage, or "all"; or "dev" to judge by."""
    if part == "dev":
        return [HERE / "dev" / f"{folder}.jsonl"]
    found = sorted((HERE / folder).glob("*.jsonl"))
    if part == "first":
        return [path for path in found if path.name.startswith(("first", "subtle"))]
    turns = ("late", "sets", "deep", "wide")
    later = turns[{"second": 0, "third": 1, "fourth": 2, "fifth": 3, "all": 4}[part] :]
    return [path for path in found if not path.name.startswith(later)]


def hate_lines(part: str) -> list[Row]:
    """The hand-written lines on hate; `part` as in `written`."""
    return [hate_row(one) for one in lines(written("hate", part))]


def hate_told(part: str, times: int, seed: int) -> list[Row]:
    """The hand-written lines on hate so many times over, each told a little otherwise (hate_grammar.py)."""
    draw = random.Random(seed)
    found = lines(written("hate", part)) * times
    return [hate_row(one | {"text": hate_grammar.told_otherwise(one["text"], draw)}) for one in found]


def post_row(one: dict) -> Row:
    """One authored post: all thirteen kinds are known, and what follows from them for the other heads."""
    kinds = set(one["kinds"])
    known = {kind: float(kind in kinds) for kind in KINDS}
    # One post in twenty has a given kind: without more weight the first thing learnt is to say nothing.
    weights = {kind: 2.0 for kind in kinds}
    if "offensive" not in kinds:
        known |= {"sexual": 0.0, "threat": 0.0}
        if not kinds & {"bullying", "discrimination"}:
            known["foul"] = 0.0
    if "discrimination" not in kinds:
        known["hate"] = 0.0
        weights["hate"] = 1.0 if not kinds else 0.5
    return _row(one["text"], known, "posts", weights)


def report_row(one: dict) -> Row:
    """One authored report: only whether somebody must act tonight is known."""
    return _row(one["text"], {"urgent": float(one["urgent"])}, "reports")


def authored(part: str) -> tuple[list[Row], list[Row]]:
    """Posts and reports; `part` as in `written`."""
    posts, reports = lines(written("posts", part)), lines(written("reports", part))
    return [post_row(one) for one in posts], [report_row(one) for one in reports]


def by_strangers(folder: str) -> list[bool]:
    """For each dev line whether its author wrote none to learn from. Topics say who wrote one (training/README.md)."""
    return [not one["topic"].startswith(("v8-", "v9-")) for one in lines(written(folder, "dev"))]


def drawn(rows: list[Row], count: int, seed: int) -> list[Row]:
    """`count` of the rows in an order of the seed; more than there are begins again."""
    draw = random.Random(seed)
    out: list[Row] = []
    while len(out) < count:
        mixed = rows[:]
        draw.shuffle(mixed)
        out += mixed[: count - len(out)]
    return out


def inputs() -> dict[str, str]:
    """Every file that the training reads, with its SHA-256: what model.json and the model card name."""
    own = [p for folder in ("posts", "reports", "dev", "hate") for p in sorted((HERE / folder).glob("*.jsonl"))]
    own += [HERE / name for name in ("hate_words.py", "hate_frames.py", "hate_grammar.py", "hate_grammar.txt")]
    found = {f"training/{path.relative_to(HERE)}": sha256(path) for path in own}
    return found | {f"public/{name}.csv.gz": value for name, value in PUBLIC_SETS.items()}
