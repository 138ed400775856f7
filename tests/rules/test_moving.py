"""Moving the vault: every object arrives as it was, whenever the move is stopped, and nothing is lost on the way."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from buckets import SCHOOL, Settings, a_bucket, a_line, a_place, keys, unfinished
from stores import CONTENT, a_vault, opened, put, sweep

from forethought.evidence.bucket_objects import PART_SIZE
from forethought.evidence.bucket_vault import BucketVault
from forethought.evidence.moving import AlreadyMoving, Item, Moved, NotTheSame, copy_all, open_journal, remove_old
from forethought.evidence.places import Both
from forethought.evidence.store import Store, StoreAway, StoreFull
from forethought.evidence.vault import Vault

GONE = "0" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Vault:
    return a_vault(tmp_path / "here")


@pytest.fixture
def bucket(tmp_path: Path, folder: Vault, s3: Settings) -> BucketVault:
    return a_bucket(tmp_path / "here", a_place(s3), school=None)


def some_objects(store: Store, count: int = 3) -> list[Item]:
    contents = [CONTENT * number for number in range(1, count)] + [bytes(PART_SIZE + 1)]
    return [(SCHOOL, put(store.of(SCHOOL), content).object_name) for content in contents]  # type: ignore[arg-type]


def move(items: list[Item], source: Store, target: Store, journal: Path, step: Callable[[], object] = int) -> Moved:
    with open_journal(journal) as open_one:
        return copy_all(items, source=source, target=target, journal=open_one, step=step)


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("to", ["bucket", "folder"])
def test_every_object_arrives_as_it_was_and_the_old_ones_go_when_asked(
    to: str, folder: Vault, bucket: BucketVault, tmp_path: Path
) -> None:
    source, target = (folder, bucket) if to == "bucket" else (bucket, folder)
    items = some_objects(source)
    before = [opened(source.of(SCHOOL), name) for _, name in items]  # type: ignore[arg-type]

    done = move([*items, (SCHOOL, GONE)], source, target, tmp_path / "journal")
    assert (done.objects, done.nowhere) == (3, 1)
    assert [opened(target.of(SCHOOL), name) for _, name in items] == before  # type: ignore[arg-type]
    assert move(items, source, target, tmp_path / "journal") == Moved()

    with open_journal(tmp_path / "journal") as journal:
        assert remove_old(items, source=source, target=target, journal=journal, step=int) == 3
        journal.end()
    assert list(source.names()) == [] and len(list(target.names())) == 3
    assert not (tmp_path / "journal").exists()


def test_what_is_read_while_it_is_moved_is_found_wherever_it_is(
    folder: Vault, bucket: BucketVault, tmp_path: Path
) -> None:
    items = some_objects(folder)
    both = [Both(folder, bucket).of(SCHOOL), Both(bucket, folder).of(SCHOOL)]

    def all_there() -> None:
        for store in both:
            assert all(store.holds(name) and store.open(name).read(4) == b"FTst" for _, name in items)

    move(items, folder, bucket, tmp_path / "journal", all_there)
    with open_journal(tmp_path / "journal") as journal:
        remove_old(items, source=folder, target=bucket, journal=journal, step=all_there)
    assert list(folder.names()) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_it_goes_on_and_loses_nothing(
    when: str, folder: Vault, bucket: BucketVault, tmp_path: Path
) -> None:
    items = some_objects(folder, 2)
    journal, place = tmp_path / "journal", bucket._bucket.place
    with a_line(place.endpoint, lambda number, what: "pass") as line:
        for number in range(50):
            begin, let = os.pipe()
            if not (child := os.fork()):
                os.read(begin, 1)
                over = a_bucket(tmp_path / "here", replace(place, endpoint=line.address), school=None)
                move(items, folder, over, journal)
                os._exit(0)

            def kill(at: int, what: str, number: int = number, child: int = child) -> str:
                if at == number:
                    os.kill(child, signal.SIGKILL)
                return "lost" if at == number and when == "before" else "pass"

            line.plan = kill
            line.asked.clear()
            os.write(let, b"!")
            ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os.close(begin)
            os.close(let)
            line.settle()
            for _, name in items:
                assert folder.holds(name)
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
    assert number >= 6, "it was killed at each of its calls, and then came to its end"
    assert len(journal.read_text().splitlines()) == 2 == len(keys(bucket))
    assert [opened(bucket.of(SCHOOL), name) for _, name in items] == [opened(folder, name) for _, name in items]
    sweep(bucket, *(name for _, name in items), hours=-1)
    assert unfinished(bucket) == 0


def test_a_last_line_of_the_journal_that_was_cut_off_is_not_believed(
    folder: Vault, bucket: BucketVault, tmp_path: Path
) -> None:
    items = some_objects(folder, 2)
    journal = tmp_path / "journal"
    move(items, folder, bucket, journal)
    journal.write_bytes(journal.read_bytes()[:-5])
    assert move(items, folder, bucket, journal).objects == 1
    assert sorted(journal.read_text().split()) == sorted(name for _, name in items)


def test_an_object_that_does_not_arrive_as_it_was_stops_the_move_and_is_not_left(
    folder: Vault, bucket: BucketVault, tmp_path: Path
) -> None:
    [item] = some_objects(folder, 1)

    class Faulty(Vault):
        def put_file(self, object_name: str, file: object) -> None:
            super().put_file(object_name, BytesIO(b"another"))

    target = Faulty(tmp_path / "here", reserve=0)
    target._objects = tmp_path / "there"
    target._objects.mkdir()
    with pytest.raises(NotTheSame):
        move([item], folder, target, tmp_path / "journal")
    assert list(target.names()) == [] and folder.holds(item[1])
    assert (tmp_path / "journal").read_bytes() == b""


def test_a_wrong_copy_that_was_there_is_made_anew(folder: Vault, bucket: BucketVault, tmp_path: Path) -> None:
    [item] = some_objects(folder, 1)
    bucket.of(SCHOOL).put_file(item[1], BytesIO(b"half of it"))
    assert move([item], folder, bucket, tmp_path / "journal").objects == 1
    assert opened(bucket.of(SCHOOL), item[1]) == opened(folder, item[1])


@pytest.mark.parametrize("home", ["old", "new"])
def test_what_is_let_go_while_it_is_copied_is_in_neither_place(
    home: str, folder: Vault, bucket: BucketVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [(school, name)] = some_objects(folder, 1)
    both = (Both(folder, bucket) if home == "old" else Both(bucket, folder)).of(SCHOOL)
    put_file = BucketVault.put_file

    def letting_go(self: BucketVault, object_name: str, file: object) -> None:
        assert both.remove(object_name)
        put_file(self, object_name, file)  # type: ignore[arg-type]

    monkeypatch.setattr(BucketVault, "put_file", letting_go)
    assert move([(school, name)], folder, bucket, tmp_path / "journal").nowhere == 1
    assert keys(bucket) == [] and list(folder.names()) == []


def test_only_one_move_at_a_time(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal"), pytest.raises(AlreadyMoving), open_journal(tmp_path / "journal"):
        pass


def test_without_room_or_without_a_line_the_move_stops_and_what_was_done_stays(
    folder: Vault, bucket: BucketVault, tmp_path: Path
) -> None:
    items = some_objects(folder, 2)
    for place, stops in (
        (replace(bucket._bucket.place, limit=PART_SIZE), StoreFull),
        (replace(bucket._bucket.place, endpoint="http://127.0.0.1:9"), StoreAway),
    ):
        with pytest.raises(stops):
            move(items, folder, a_bucket(tmp_path / "here", place, school=None, tries=1), tmp_path / "journal")
    assert len((tmp_path / "journal").read_text().splitlines()) == 1
    assert move(items, folder, bucket, tmp_path / "journal").objects == 1
