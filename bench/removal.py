"""How often something that is there is called removed, and how often nobody can tell: over the recorded situations."""

import sys
from collections.abc import Callable
from pathlib import Path

from bench.rows import Row


def removal_wrong_removed() -> list[Row]:
    """Every situation judged: none may be called removed that is not, and at most three may stay open."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from removal_situations import SITUATIONS

    from forethought.takedowns.verdicts import REMOVED, Verdict, judge

    judged = [(one, judge(one.captured, one.seen).verdict) for one in SITUATIONS]
    wrong = sum(verdict in REMOVED and not one.truly_gone for one, verdict in judged)
    unsure = sum(verdict is Verdict.CANNOT_TELL for _, verdict in judged)
    only = sum(one.only_a_person for one in SITUATIONS)
    how = f"Of {len(SITUATIONS)} recorded situations, {only} of them closed groups, sign-in walls and the like."
    return [
        Row("removal_wrong_removed", wrong, "cases", 0, how, limit=0),
        Row("removal_cannot_tell", unsure, "cases", 0, "Of the same situations.", limit=3),
    ]


FIGURES: dict[str, Callable[[], list[Row]]] = {
    "removal_wrong_removed": removal_wrong_removed,
    "removal_cannot_tell": removal_wrong_removed,
}
