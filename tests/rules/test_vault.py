"""The store: what is kept can be opened, what is refused leaves nothing, and the sweep takes nothing that counts."""

import random
import stat
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from stores import CONTENT, GIB, a_vault, age, begin, files, opened, put, sweep

from forethought.core.errors import Refused
from forethought.evidence import vault as vault_module
from forethought.evidence.disk import Disk
from forethought.evidence.sealing import CHUNK
from forethought.evidence.store import StoreFull, TooLarge
from forethought.evidence.vault import Vault, make_store

NOW = datetime.now(UTC)


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("size", [0, 1, CHUNK, 3 * CHUNK + 5])
def test_what_is_kept_can_be_opened_and_is_hashed(tmp_path: Path, size: int) -> None:
    vault = a_vault(tmp_path / "store")
    content = random.Random(size).randbytes(size)
    kept = put(vault, content)
    assert opened(vault, kept.object_name) == content
    assert (kept.sha256, kept.size) == (sha256(content).digest(), size)
    [path] = files(tmp_path)
    assert path.stat().st_size == kept.stored_size


def test_an_object_has_a_random_name_in_two_folders_and_is_ours_alone(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    kept = [put(vault) for _ in range(3)]
    assert len({one.object_name for one in kept}) == 3
    for one in kept:
        name = one.object_name
        path = tmp_path / "store" / "objects" / name[0] / name[1] / name
        assert len(bytes.fromhex(name)) == 16
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in path.parents[:4]} == {0o700}


def test_a_store_is_never_made_by_accident(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="Mount its disk"):
        Vault(tmp_path, reserve=0)
    assert list(tmp_path.iterdir()) == []


def test_what_is_being_written_is_sealed_hidden_and_ours_alone(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    with begin(vault) as incoming:
        incoming.write(CONTENT * 100)
        [part] = files(tmp_path)
        assert part.parent.name == "incoming"
        assert stat.S_IMODE(part.stat().st_mode) == 0o600
        assert part.stat().st_size > CHUNK
        assert b"finished" not in part.read_bytes()
    assert files(tmp_path) == []


def test_leaving_without_keeping_leaves_nothing(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    with pytest.raises(ZeroDivisionError), begin(vault) as incoming:
        incoming.write(CONTENT)
        _ = 1 / 0
    with begin(vault) as incoming:
        incoming.write(CONTENT)
    incoming.abandon()
    assert files(tmp_path) == []
    for late in (incoming.keep, lambda: incoming.write(b"x")):
        with pytest.raises(RuntimeError):
            late()


def test_nothing_is_added_to_or_taken_from_what_is_kept(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    with begin(vault) as incoming:
        kept = incoming.keep()
        with pytest.raises(RuntimeError):
            incoming.write(b"x")
        incoming.abandon()
    assert opened(vault, kept.object_name) == b""


@pytest.mark.parametrize(("size", "fits"), [(9_999, True), (10_000, True), (10_001, False), (5_000_000, False)])
def test_a_file_over_the_ceiling_is_refused_as_it_comes(tmp_path: Path, size: int, fits: bool) -> None:
    vault = a_vault(tmp_path / "store")
    with begin(vault, ceiling=10_000) as incoming:
        if fits:
            incoming.write(bytes(size - 1))
            incoming.write(b"x")
            assert incoming.keep().size == size
        else:
            with pytest.raises(TooLarge, match=r"larger than 9\.766 KiB") as refusal:
                for _ in range(size // 1000 + 1):
                    incoming.write(bytes(1000))
            assert isinstance(refusal.value, Refused)
            assert files(tmp_path) == []


def test_an_upload_is_refused_before_the_reserve_is_touched(tmp_path: Path) -> None:
    class Filling(Disk):
        free = 100 * GIB

        def room(self, path: Path) -> tuple[int, int]:
            return self.free, 200 * GIB

    disk = Filling()
    make_store(tmp_path / "store")
    vault = Vault(tmp_path / "store", reserve=GIB, reserve_share=0.1, disk=disk)
    assert vault.has_room(80 * GIB) and not vault.has_room(80 * GIB + 1)
    disk.free = 20 * GIB
    with begin(vault) as incoming:
        incoming.write(bytes(15 * CHUNK))
        disk.free -= 1
        with pytest.raises(StoreFull, match="send your report without it"):
            incoming.write(bytes(3 * CHUNK))
    with pytest.raises(StoreFull):
        begin(vault)
    assert files(tmp_path) == []


def test_the_sweep_removes_what_a_crash_left_and_nothing_younger(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    incoming = tmp_path / "store" / "incoming"
    for digit, hours in (("a", 23.9), ("b", 24.1), ("c", 1000)):
        (incoming / (digit * 32 + ".part")).write_bytes(b"12345")
        age(incoming / (digit * 32 + ".part"), hours)
    swept = sweep(vault)
    assert (swept.removed, swept.freed) == (2, 10)
    assert [path.name[0] for path in files(incoming)] == ["a"]


def test_the_sweep_leaves_a_living_upload_alone_whatever_the_clock_says(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    with begin(vault) as incoming:
        incoming.write(CONTENT * 100)
        [part] = files(tmp_path)
        age(part, 1000)
        assert sweep(vault).removed == 0
        kept = incoming.keep()
    assert opened(vault, kept.object_name) == CONTENT * 100


def test_the_sweep_reports_objects_without_a_row_and_adopts_and_removes_none(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    known, orphan, young = (put(vault).object_name for _ in range(3))
    for path in files(tmp_path):
        if path.name != young:
            age(path, 25)
    swept = sweep(vault, known)
    assert swept == vault_module.Swept(0, 0, (orphan,), ())
    assert len(files(tmp_path)) == 3


def test_the_sweep_asks_about_a_bounded_number_of_names_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_module, "ASK", 4)
    vault = a_vault(tmp_path / "store")
    names = {put(vault, b"").object_name for _ in range(10)}
    asked: list[list[str]] = []

    def none_known(names: list[str]) -> list[str]:
        asked.append(list(names))
        return []

    swept = vault.sweep(older_than=NOW + timedelta(hours=1), referenced=none_known)
    assert sorted(len(batch) for batch in asked) == [2, 4, 4]
    assert set(swept.orphans) == names


def test_the_sweep_points_at_what_the_vault_did_not_make(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    name = put(vault).object_name
    strangers = [tmp_path / "store" / "incoming" / "notes.txt", tmp_path / "store" / "objects" / name]
    for path in strangers:
        path.write_bytes(b"")
        age(path, 1000)
    assert sorted(sweep(vault, name).strangers) == sorted(map(str, strangers))
    assert all(path.exists() for path in strangers)


def test_removing_takes_an_object_away_once(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    name = put(vault).object_name
    assert vault.remove(name) and not vault.remove(name)
    with pytest.raises(FileNotFoundError):
        vault.open(name)
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "/etc/passwd", "A" * 32, "0" * 31, "0" * 32 + "\n"])
def test_nothing_but_an_objects_name_is_looked_up(tmp_path: Path, name: str) -> None:
    vault = a_vault(tmp_path / "store")
    for act in (vault.open, vault.remove):
        with pytest.raises(ValueError, match="32 hex digits"):
            act(name)


def test_a_new_file_never_takes_the_place_of_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("there", "link"):
        with pytest.raises(FileExistsError):
            Disk().create(tmp_path / name)
    assert not (tmp_path / "elsewhere").exists()
