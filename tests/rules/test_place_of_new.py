"""Where new objects go is said once, also when several that come first ask at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from forethought.evidence import places
from forethought.evidence.disk import Disk
from forethought.evidence.vault import make_store


def test_several_that_come_first_all_find_the_same_place(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAULT = tmp_path / "vault"
    make_store(settings.VAULT)
    both_wrote = threading.Barrier(2, timeout=30)

    class Slow(Disk):
        def rename(self, old: Path, new: Path) -> None:
            both_wrote.wait()
            super().rename(old, new)

    monkeypatch.setattr(places, "Disk", Slow)
    stores: Any = {places.FOLDER: None, places.BUCKET: None}

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(places.place_of_new, [stores, stores]))

    assert found == [places.BUCKET, places.BUCKET]
    assert [one.name for one in settings.VAULT.glob("place*")] == ["place"]
