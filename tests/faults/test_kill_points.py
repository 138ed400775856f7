"""A report is whole or not there, wherever the process that takes it is killed, and whichever of its calls fails.

CI tries every call at or beside one that makes something last, and a choice of the others with a fixed seed.
`bench/faults.py` tries all of them.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import grounds
import pytest
from kill_points import TALK, Point, Tally, Workshop, failing, points_of, telling

SEED = 20261124
OTHERS = 10


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory, live_template: tuple[Path, str]) -> Iterator[Workshop]:
    with grounds.a_ground(tmp_path_factory.mktemp("kill-points"), live_template) as ground:
        yield Workshop(ground)


def told(tally: Tally, calls: list[str]) -> None:
    """Say what was tried. `pytest -s` shows it."""
    print(f"{len(calls)} calls in a report; {tally}")


def test_strace_is_here_to_kill_with() -> None:
    assert shutil.which("strace"), "Install strace: apt-get install strace"


@pytest.mark.policy("7.3", "7.4")
def test_a_report_killed_at_any_call_is_whole_or_not_there(workshop: Workshop) -> None:
    calls = workshop.calls_of_a_report()
    tally = workshop.disturb_all(telling(points_of(calls), OTHERS, SEED))

    told(tally, calls)
    assert set(calls) >= {"fsync", "rename", "openat", "write"} | (set() if grounds.on_sqlite() else set(TALK))
    assert tally.bad == []
    assert tally.lost == 0
    assert {one.recorded for one in tally.outcomes} == {True, False}, "some before the commit and some after it"


@pytest.mark.policy("7.3", "7.4")
@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_a_report_whose_disk_fails_at_any_call_is_whole_or_not_there(error: str, workshop: Workshop) -> None:
    calls = workshop.calls_of_a_report()
    tally = workshop.disturb_all(telling(points_of(calls, error), 3, SEED))

    told(tally, calls)
    assert tally.bad == []
    assert tally.lost == 0


@pytest.mark.policy("7.3", "7.4")
@pytest.mark.parametrize("what", ["KILL", "EIO", "ENOSPC"])
def test_a_file_in_pieces_disturbed_at_any_call_is_kept_whole_or_goes_on(what: str, workshop: Workshop) -> None:
    calls = workshop.calls_of_a_report(order="in pieces")
    # Everything up to the row of the file; what follows is a report like any other.
    points = points_of(calls, what)
    chosen = telling(points, OTHERS if what == "KILL" else 3, SEED)
    tally = workshop.disturb_all(chosen, order="in pieces")

    told(tally, calls)
    assert set(calls) >= {"fsync", "rename", "openat", "write"} | (set() if grounds.on_sqlite() else set(TALK))
    assert tally.bad == []
    assert tally.lost == 0


def test_a_visitors_report_killed_around_its_commit_is_whole_or_not_there(workshop: Workshop) -> None:
    calls = workshop.calls_of_a_report(visitor=True)
    tally = workshop.disturb_all(points_of(calls)[-8:], visitor=True)

    told(tally, calls)
    assert tally.bad == []
    assert any(one.recorded and not one.acknowledged for one in tally.outcomes), "killed between commit and answer"


def test_with_the_row_before_the_file_the_same_kills_find_the_fault(workshop: Workshop) -> None:
    points = [Point("fsync", 1), Point("fsync", 2), Point("fsync", 3), Point("rename", 1)]
    tally = workshop.disturb_all(points, order="rows first")

    assert tally.bad != []
    assert all("is not in the vault" in sentence for sentence in tally.bad)


def test_the_file_its_name_and_its_folder_are_synced_before_any_row_is_committed(workshop: Workshop) -> None:
    calls = workshop.calls_of_a_report()

    after_rename = calls[calls.index("rename") + 1 :]
    row = "fdatasync" if grounds.on_sqlite() else "sendto"
    assert calls.index("fsync") < calls.index("rename")
    assert after_rename.index("fsync") < after_rename.index(row), os.linesep.join(calls)


# --- The other ways into the vault ---


@pytest.fixture(scope="module", params=["bundle", "capture", "copy"])
def other(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, live_template: tuple[Path, str]
) -> Iterator[Workshop]:
    with grounds.a_ground(tmp_path_factory.mktemp(request.param), live_template) as ground:
        yield Workshop(ground, request.param)


@pytest.mark.policy("7.3", "7.4")
@pytest.mark.parametrize("killed", [True, False])
def test_a_bundle_a_capture_and_a_copy_disturbed_at_any_call_are_whole_or_go_on(killed: bool, other: Workshop) -> None:
    calls = other.calls_of_a_report()
    # At each call that makes something last, so that it was not done, and after it; all others are the bench's.
    points = (
        telling(points_of(calls), 3, SEED, beside=(0, 1)) if killed else telling(failing(calls), 3, SEED, beside=[0])
    )
    tally = other.disturb_all(points)

    told(tally, calls)
    assert set(calls) >= {"fsync", "rename", "openat", "write"} | (set() if grounds.on_sqlite() else set(TALK))
    assert tally.bad == []
    assert tally.lost == 0
    assert not killed or {one.recorded for one in tally.outcomes} == {True, False}


@pytest.mark.policy("7.3", "7.4")
def test_what_was_committed_stays_whole_when_the_answer_of_the_database_is_lost(other: Workshop) -> None:
    if grounds.on_sqlite():
        return  # It has no line that could break.
    calls = other.calls_of_a_report()
    points = [point for point in points_of(calls, "ECONNRESET") if point.call == "recvfrom"]
    tally = other.disturb_all(points[-12:])

    told(tally, calls)
    assert tally.bad == []
    assert any(one.recorded and not one.acknowledged for one in tally.outcomes), "no commit lost its answer"
