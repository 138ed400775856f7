"""From raw logits on the dev rows to what model.json says: shifts, temperatures, thresholds, figures.

The people outside read "hate" and "foul" against one half, so a head's best level is moved there by a shift of its bias
in the graph itself. The thirteen kinds share one budget of false alarms, and their own levels are drawn halfway to a
common one, because a kind has some fifteen dev posts and could not carry a level of its own.
"""

import numpy as np

from forethought.precheck.kinds import HEADS, KINDS
from training.gathering import AT, Row
from training.judging import chances, f1

#: Of a hundred innocuous dev posts by strangers so many may be flagged. The goal is three.
BUDGET = 3.0
#: Of a hundred routine dev reports so many may be called urgent by the model alone. The goal is twenty, with phrases.
ROUTINE_BUDGET = 15.0


def balanced(values: np.ndarray, true: np.ndarray, level: float) -> float:
    """The mean of how many yes are found and how many no are kept, 0 to 1."""
    return float(((values[true] >= level).mean() + (values[~true] < level).mean()) / 2)


def shift(head: str, rows: list[Row], values: np.ndarray, sources: dict[str, float]) -> float:
    """What to take from a head's logit so that zero is its best level: balanced accuracy, each set with its share."""
    at = AT[head]
    parts = []
    for source, share in sources.items():
        these = [i for i, row in enumerate(rows) if row.source == source and row.weight[at] > 0]
        parts.append((share, values[these, at], np.array([rows[i].target[at] > 0.5 for i in these])))
    levels = np.arange(-3, 3.01, 0.05)
    found = np.array([sum(share * balanced(v, t, level) for share, v, t in parts) for level in levels])
    # The middle of the best, not its edge.
    smooth = np.convolve(np.pad(found, 5, mode="edge"), np.ones(11) / 11, mode="valid")
    # The top is flat and the sets are small: of what is as good, the level nearest to what was learnt.
    close = levels[smooth >= smooth.max() - 0.003]
    return float(close[np.abs(close).argmin()])


def temperature(values: np.ndarray, true: np.ndarray) -> float:
    """The temperature with the least log loss, between one half and four."""
    best = min(
        np.arange(0.5, 4.01, 0.05),
        key=lambda t: float(np.logaddexp(0, np.where(true, -values, values) / t).mean()),
    )
    return float(round(best, 2))


def flagged(chance: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Which rows have any kind at or over its level."""
    return (chance[:, : len(KINDS)] >= levels).any(1)


def levels_for(chance: np.ndarray, true: np.ndarray, budget: float, strangers: np.ndarray) -> np.ndarray:
    """A level for each kind: the most macro-F1 and findings, at most `budget` per cent of innocuous rows flagged.

    Only what strangers wrote counts towards the budget: posts by authors of training lines are flagged far less often.
    """
    violating, fine = true.any(1), ~true.any(1) & strangers
    grid = np.concatenate([np.arange(0.1, 0.95, 0.02), [0.95, 0.97, 0.985]])
    most = int(budget / 100 * fine.sum())

    def worth(levels: np.ndarray) -> float:
        said = chance >= levels
        if int(said[fine].any(1).sum()) > most:
            return -1.0
        return float(np.mean([f1(said[:, k], true[:, k]) for k in range(len(KINDS))]) + said[violating].any(1).mean())

    common = max((float(level) for level in grid), key=lambda level: worth(np.full(len(KINDS), level)))
    own = np.full(len(KINDS), common)
    for _ in range(3):
        for k in range(len(KINDS)):
            here = np.arange(len(KINDS)) == k
            tried = [(worth(np.where(here, level, own)), -abs(level - common), level) for level in grid]
            own[k] = max(tried)[2]
    logit = (np.log(own / (1 - own)) + np.log(common / (1 - common))) / 2
    drawn = chances(logit)
    # Halfway may be over the budget again: all rise together until it is not.
    while int((chance >= drawn)[fine].any(1).sum()) > most:
        drawn = chances(np.log(drawn / (1 - drawn)) + 0.05)
    return np.round(drawn, 3)


def stops_for(chance: np.ndarray, true: np.ndarray, looks: np.ndarray) -> np.ndarray:
    """The higher level of each kind, "do not post": nine in ten are right on dev, and well over "look again"."""
    stops = []
    for k, look in enumerate(looks):
        level = look + 0.5 * (1 - look)
        while level < 0.97 and (said := chance[:, k] >= level).any() and true[said, k].mean() < 0.9:
            level += 0.01
        stops.append(round(float(level), 4))
    return np.array(stops)


def urgent_level(chance: np.ndarray, true: np.ndarray) -> float:
    """The lowest level within the budget of routine reports: as many urgent ones are found as it allows."""
    routine = np.sort(chance[~true])[::-1]
    most = int(ROUTINE_BUDGET / 100 * len(routine))
    return float(round((routine[most] + routine[most - 1]) / 2, 4))


def post_figures(chance: np.ndarray, true: np.ndarray, looks: np.ndarray, strangers: np.ndarray) -> dict:
    """Per cent: macro-F1 over kinds, any finding on a violating post, innocuous flagged; and each kind's own."""
    said = chance >= looks
    fine = ~true.any(1)
    by_kind = {}
    for k, kind in enumerate(KINDS):
        hit = int((said[:, k] & true[:, k]).sum())
        by_kind[kind] = {
            "posts": int(true[:, k].sum()),
            "found": round(100 * hit / max(1, int(true[:, k].sum())), 1),
            "right": round(100 * hit / max(1, int(said[:, k].sum())), 1),
            "f1": round(100 * f1(said[:, k], true[:, k]), 1),
        }
    return {
        "posts": len(true),
        "macro_f1": round(float(np.mean([one["f1"] for one in by_kind.values()])), 1),
        "any_finding_on_violating": round(100 * float(said[~fine].any(1).mean()), 1),
        "innocuous_flagged": round(100 * float(said[fine].any(1).mean()), 1),
        "strangers": {
            "posts": int(strangers.sum()),
            "any_finding_on_violating": round(100 * float(said[~fine & strangers].any(1).mean()), 1),
            "innocuous_flagged": round(100 * float(said[fine & strangers].any(1).mean()), 1),
        },
        "kinds": by_kind,
    }


def urgent_figures(chance: np.ndarray, certain: np.ndarray, true: np.ndarray, level: float) -> dict:
    """Per cent of urgent reports found and of routine ones called urgent, with the certain phrases and without."""
    alone, both = chance >= level, (chance >= level) | certain
    return {
        "reports": len(true),
        "urgent_found": round(100 * float(both[true].mean()), 1),
        "routine_called_urgent": round(100 * float(both[~true].mean()), 1),
        "urgent_found_without_phrases": round(100 * float(alone[true].mean()), 1),
        "routine_called_urgent_without_phrases": round(100 * float(alone[~true].mean()), 1),
    }


def hate_figures(head: str, rows: list[Row], chance: np.ndarray) -> dict:
    """For each dev set with a label for the head, at one half: rows, yes found, no kept, macro-F1; per cent."""
    at, out = AT[head], {}
    for source in sorted({row.source for row in rows}):
        these = [i for i, row in enumerate(rows) if row.source == source and row.weight[at] > 0]
        true = np.array([rows[i].target[at] > 0.5 for i in these], bool)
        if not these or (not true.any() and source != "goemotions_pos"):
            continue
        said = chance[these, at] >= 0.5
        one = {"rows": len(these), "no_kept": round(100 * float((~said[~true]).mean()), 1) if (~true).any() else None}
        if true.any():
            one["yes_found"] = round(100 * float(said[true].mean()), 1)
            one["macro_f1"] = round(50 * (f1(said, true) + f1(~said, ~true)), 1)
        out[source] = one
    return out


def heads_of(values: dict[str, float]) -> dict[str, float]:
    """The values in the order of the model's heads."""
    return {head: values[head] for head in HEADS}
