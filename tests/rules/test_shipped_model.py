"""The model that is shipped: what it was made from, its size, and that it still judges the dev lines as its card says.

Nothing is trained here. The floors lie a little under what the card says, so that another processor's rounding passes.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from forethought.precheck.kinds import HEADS, KINDS
from forethought.precheck.model import SHIPPED, Model
from forethought.precheck.normalising import normalised
from forethought.precheck.triage import certain

ROOT = Path(__file__).resolve().parents[2]
TRAINING = ROOT / "training"
MIB = 1024 * 1024
#: The sets that are named in the model card, each with a licence that lets us ship what was learnt from it.
LICENSED = {"bias_templates", "davidson", "dev", "edos", "goemotions_pos", "hatemojibuild", "mhs", "oai_mod", "toxigen"}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def card() -> dict:
    return json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))


@cache
def model() -> Model:
    return Model.from_folder(SHIPPED)


def judged(name: str, folder: str = "dev") -> tuple[list[dict], np.ndarray]:
    """The dev lines of one kind, or those of another folder, and the model's answer to each."""
    whole = (TRAINING / folder / f"{name}.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in whole.split("\n") if line]
    return lines, model().scores([normalised(one["text"]).text for one in lines])


def test_the_model_is_the_one_that_its_card_describes() -> None:
    assert card()["heads"] == list(HEADS)
    assert sha256(SHIPPED / "model.onnx") == card()["sha256"]


def test_the_folder_is_small_enough_to_ship() -> None:
    ours = ["model.json", "model.onnx", "vocab.txt"]

    assert {path.name for path in SHIPPED.iterdir()} >= set(ours)
    assert sum((SHIPPED / name).stat().st_size for name in ours) <= 25 * MIB


def test_every_text_that_was_written_is_among_the_inputs_as_it_is_now() -> None:
    """A line that is mended after the training is a line that the model did not see: train again."""
    own = {path for folder in ("posts", "reports", "dev", "hate") for path in (TRAINING / folder).glob("*.jsonl")}
    now = {f"training/{path.relative_to(TRAINING)}": sha256(path) for path in own}
    said = {name: value for name, value in card()["inputs"].items() if name.endswith(".jsonl")}

    assert said == now


def test_only_sets_with_a_licence_went_in_and_each_is_known_by_its_hash() -> None:
    public = {name: value for name, value in card()["inputs"].items() if name.startswith("public/")}

    assert {Path(name).name.split(".")[0] for name in public} == LICENSED
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in public.values())


def test_the_model_card_names_every_input_and_the_model_itself() -> None:
    page = (ROOT / "docs" / "explanation" / "model-card.md").read_text(encoding="utf-8")

    assert card()["sha256"] in page
    for name, value in card()["inputs"].items():
        assert f"{Path(name).name}` | `{value[:16]}" in page, name


def test_every_kind_has_both_levels_and_the_higher_is_higher() -> None:
    look, stop = card()["thresholds"]["look"], card()["thresholds"]["stop"]

    assert set(look) == set(stop) == set(KINDS)
    assert all(0 < look[kind] < stop[kind] < 1 for kind in KINDS)


def test_the_model_finds_what_it_should_and_leaves_innocuous_posts_alone() -> None:
    lines, chance = judged("posts")
    look = np.array([model().thresholds.look[kind] for kind in KINDS])
    said = chance[:, : len(KINDS)] >= look
    true = np.array([[kind in one["kinds"] for kind in KINDS] for one in lines])
    hit, named, meant = (said & true).sum(0), said.sum(0), true.sum(0)
    fine = ~true.any(1)

    assert 100 * float(np.mean(2 * hit / np.maximum(1, named + meant))) >= card()["figures"]["posts"]["macro_f1"] - 3
    assert 100 * said[~fine].any(1).mean() >= card()["figures"]["posts"]["any_finding_on_violating"] - 4
    assert said[fine].any(1).mean() <= 0.03


def test_lines_of_a_stranger_on_which_no_level_was_chosen_meet_the_goals_too() -> None:
    lines, chance = judged("posts", "unseen")
    look = np.array([model().thresholds.look[kind] for kind in KINDS])
    said = (chance[:, : len(KINDS)] >= look).any(1)
    violating = np.array([bool(one["kinds"]) for one in lines])

    assert said[violating].mean() >= 0.75
    # Three of 128; another processor's rounding may make it four.
    assert said[~violating].mean() <= 0.032


@pytest.mark.parametrize("folder", ["dev", "unseen"])
def test_the_model_knows_an_urgent_report_from_a_nuisance(folder: str) -> None:
    lines, chance = judged("reports", folder)
    said = chance[:, HEADS.index("urgent")] >= model().thresholds.urgent
    said |= np.array([certain(normalised(one["text"]).text) for one in lines])
    urgent = np.array([one["urgent"] for one in lines])

    assert said[urgent].mean() >= 0.90
    assert said[~urgent].mean() <= 0.20


def test_short_reports_in_danger_are_found_though_far_too_many_others_are_called_urgent() -> None:
    """No goal: where it stands, so that it gets no worse. The model learnt from hardly any report so short."""
    lines, chance = judged("reports", "short")
    said = chance[:, HEADS.index("urgent")] >= model().thresholds.urgent
    said |= np.array([certain(normalised(one["text"]).text) for one in lines])
    urgent = np.array([one["urgent"] for one in lines])

    assert said[urgent].mean() >= 0.96
    assert said[~urgent].mean() <= 0.65


@pytest.mark.parametrize("hateful", [True, False])
def test_the_model_knows_hate_from_what_only_sounds_like_it(hateful: bool) -> None:
    lines, chance = judged("hate")
    said = chance[:, HEADS.index("hate")] >= 0.5
    these = np.array([bool(one["hate"]) is hateful for one in lines])

    assert (said == hateful)[these].mean() >= 0.65
