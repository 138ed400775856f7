"""Ten school years of deadlines: each said once, none early, no mail lost, whatever befalls the worker and the clock.

`ten_years.py` says how; `bin/bench deadlines_early` does a hundred thousand.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from grounds import a_place, run_there

#: One plan with kills as exceptions, and one in which each life is a process that ends by SIGKILL.
RAISED, KILLED = 500, 250


@pytest.fixture
def place(tmp_path: Path, live_template: tuple[Path, str]) -> Iterator[dict[str, str]]:
    with a_place(tmp_path / "place", live_template) as env:
        yield env


@pytest.mark.policy("8.1", "8.3", "8.5", "8.8")
@pytest.mark.parametrize(("how", "deadlines", "mailed"), [("raised", RAISED, 3), ("killed", KILLED, 1)])
def test_in_ten_school_years_every_deadline_is_said_once_and_none_early(
    how: str, deadlines: int, mailed: int, place: dict[str, str]
) -> None:
    said: dict[str, Any] = run_there(place, "ten_years.py", str(deadlines), "7", how, str(mailed))

    print(said)
    assert said["wrong"] == {"early": [], "lost": [], "twice": []}
    assert said["trail"] == []
    # Enough happened for this to mean something.
    assert said["deadlines"] == deadlines and said["kills"] >= 20
    assert said["clock_jumps"] >= 10 and said["clock_steps"] >= 5 and said["mails"] >= deadlines / 4


def test_a_worker_that_forgot_which_clock_it_believed_is_caught_being_early(
    tmp_path: Path, live_template: tuple[Path, str]
) -> None:
    # The control: if nothing went wrong here, the simulation would be blind. When its worker dies hangs on how many
    # statements the program needs; in one school it may be spared the very minute in which forgetting matters.
    for seed in range(5, 11):
        with a_place(tmp_path / str(seed), live_template) as env:
            said = run_there(env, "ten_years.py", "150", str(seed), "forgetful", "1")
        print(said)
        assert said["twice"] == 0
        if said["early"]:
            return
    pytest.fail("It forgot which clock it believed in six schools, and nothing was early.")
