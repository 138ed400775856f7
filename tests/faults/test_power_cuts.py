"""The power goes at any moment: what a reporter was told is kept, is kept. A store that never syncs is seen to lose.

Two hundred cuts in CI, where it must run: it fails where root, a loop device or mkfs.ext4 is missing. Elsewhere ten, or
FORETHOUGHT_POWER_CUTS; where none can be made, the run's warnings say so. PostgreSQL's files are its own.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import grounds
import power_cuts as power
import pytest

CUTS = int(os.environ.get("FORETHOUGHT_POWER_CUTS", "200" if os.environ.get("CI") else "10"))
CONTROL_CUTS = 8


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A folder in memory: the speed of a disk is not what is asked."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="ft-plug-", dir=memory) as folder:
        yield Path(folder)


def cut(
    tmp_path: Path, template: tuple[Path, str], folder: Path, cuts: int, order: str, **more: str
) -> power.Cuts | None:
    """So many cuts; nothing where no power can be cut."""
    if not grounds.on_sqlite():
        return None
    if reason := power.why_not():
        assert not os.environ.get("CI"), reason
        warnings.warn(f"POWER CUTS WERE NOT TESTED. {reason}", stacklevel=2)
        return None
    with grounds.a_place(tmp_path, template) as env:
        # The disk is small.
        ground = grounds.Ground(tmp_path, {**env, "FORETHOUGHT_FREE_SPACE_RESERVE_MIB": "0", **more})
        try:
            return power.cut_again_and_again(ground, folder, cuts, order=order)
        finally:
            ground.stop()


@pytest.mark.policy("7.3")
def test_what_was_acknowledged_survives_every_power_cut(
    tmp_path: Path, live_template: tuple[Path, str], in_memory: Path
) -> None:
    found = cut(tmp_path, live_template, in_memory, CUTS, "right")
    if found is not None:
        print(found)
        assert (found.lost, found.damaged, found.bad) == (0, 0, [])
        assert found.cuts == CUTS and found.acknowledged > 0


@pytest.mark.parametrize("order", ["never synced", "nothing synced"])
def test_the_same_cuts_find_what_was_never_synced(
    order: str, tmp_path: Path, live_template: tuple[Path, str], in_memory: Path
) -> None:
    found = cut(tmp_path, live_template, in_memory, CONTROL_CUTS, order)
    if found is not None:
        print(found)
        # The files alone, as Django's own storage keeps them; and everything: then reports go too.
        assert (found.lost if order == "nothing synced" else found.damaged) > 0, "the cuts are blind"


def test_the_same_cuts_of_the_same_program_lose_reports_under_eatmydata(
    tmp_path: Path, live_template: tuple[Path, str], in_memory: Path
) -> None:
    settings = power.eatmydata()
    if not settings:
        missing = "Install eatmydata's library: apt-get install libeatmydata1"
        assert not os.environ.get("CI"), missing
        warnings.warn(f"THE CONTROL OF THE POWER CUTS DID NOT RUN. {missing}", stacklevel=2)
        return
    found = cut(tmp_path, live_template, in_memory, CONTROL_CUTS, "right", **settings)
    if found is not None:
        print(found)
        assert found.lost > 0, "the cuts are blind"
        assert found.bad != []
