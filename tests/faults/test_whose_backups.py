"""Of two machines with one place of backups, one writes: the drill's refuses until a person says it takes over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from live import run_manage
from pytest_django.fixtures import Settings
from test_backups import Kept, another, here, kept, kept_once  # noqa: F401
from test_backups_elsewhere import client  # noqa: F401
from test_backups_far import Far, far_here, machine  # noqa: F401

from forethought.backups import keeping, letting_go, owners, owning
from forethought.backups.bucket import Bucket
from forethought.backups.owning import NotOurs
from forethought.backups.places import Folder, Place
from forethought.management.backing import Backups
from tools.s3_server import BUCKET, LOCKED

AT = datetime(2090, 11, 27, 18, tzinfo=UTC)


def as_another(settings: Settings, name: str, *, restored: bool = False) -> None:
    """This process is another installation from here on, with the same school in it."""
    settings.DATA = settings.DATA.parent / name
    settings.DATA.mkdir(exist_ok=True)
    if restored:
        owning.note_restored()


def test_a_copy_left_by_a_drill_backs_up_nowhere_and_removes_nothing_until_it_takes_over(kept: Kept) -> None:
    before = sorted(path.as_posix() for path in kept.home.joinpath("disk").rglob("*"))
    with another(kept, kept.home / "new") as new:
        shown = run_manage(new, "restore", "--card", str(kept.home / "key.txt"))
        assert "makes none until somebody says" in shown
        refused = run_manage(new, "backup", check=False)
        assert "belong to another installation" in refused and "--take-over" in refused
        assert sorted(path.as_posix() for path in kept.home.joinpath("disk").rglob("*")) == before

        shown = run_manage(new, "backup", "--take-over", "head@one.example")
        assert "took over: 2" in shown and "is whole" in shown
        # It goes on from where the backups of the machine from before end, and is not taken for an old copy.
        assert "older than the newest backup" not in run_manage(new, "ready", check=False)


@pytest.mark.parametrize("kind", ["folder", "bucket", "locked"])
def test_a_place_is_claimed_once_and_who_takes_it_over_shuts_the_former_owner_out(
    here: Kept, settings: Settings, client: Any, kind: str
) -> None:
    place: Place
    if kind == "folder":
        place = Folder(here.home / "third", new=True)
    else:
        bucket = {"bucket": BUCKET, "locked": LOCKED}[kind]
        place = Bucket(f"s3://{bucket}/{here.home.name}", client=client, new=True, lock_days=kind == "locked")
    first = settings.DATA.name
    with keeping.alone():
        made = keeping.back_up(place, at=AT).manifest.name
    as_another(settings, "copy")
    for refused in (
        lambda: keeping.back_up(place, at=AT + timedelta(hours=1)),
        lambda: letting_go.let_go(place, keys_to=None, at=AT + timedelta(days=900), objects_too=True),
        lambda: letting_go.clear_unfinished(place, at=AT),
    ):
        with (
            keeping.alone(),
            pytest.raises(NotOurs, match="another installation, since Monday 27 November 2090"),
        ):
            refused()
    assert keeping.whole_backups(place) == [made]

    assert owning.take_over(place, at=AT + timedelta(hours=2))
    assert not owning.take_over(place, at=AT + timedelta(hours=2))
    with keeping.alone():
        keeping.back_up(place, at=AT + timedelta(hours=3))
    as_another(settings, first)
    with keeping.alone(), pytest.raises(NotOurs):
        keeping.back_up(place, at=AT + timedelta(hours=4))
    # And back, in the same way.
    assert owning.take_over(place, at=AT + timedelta(hours=5))
    assert [one.number for one in owners.last_of(owning.claims(place))] == [3]


def test_a_second_machine_belongs_to_one_installation_too(far_here: Far, here: Kept, settings: Settings) -> None:
    place = keeping.place_of(far_here.address, new=True)
    with keeping.alone():
        made = keeping.back_up(place, at=AT).manifest.name
    as_another(settings, "copy")

    with keeping.alone(), pytest.raises(NotOurs):
        keeping.back_up(place, at=AT + timedelta(hours=1))
    with keeping.alone(), pytest.raises(NotOurs):
        letting_go.let_go(place, keys_to=None, at=AT + timedelta(days=900), objects_too=True)
    assert keeping.whole_backups(place) == [made]
    assert owning.take_over(place, at=AT + timedelta(hours=2)) and not owning.is_anothers(place)


def test_a_place_from_before_marks_is_claimed_by_its_installation_and_by_no_copy_that_was_restored(
    here: Kept, settings: Settings
) -> None:
    place = Folder(here.disk)
    for path, _ in list(place.names(owners.FOLDER)):
        place.remove(path)
    first = settings.DATA.name
    as_another(settings, "copy", restored=True)

    with keeping.alone(), pytest.raises(NotOurs, match="from which this one was restored"):
        keeping.back_up(place, at=AT)
    as_another(settings, first)
    with keeping.alone():
        keeping.back_up(place, at=AT)

    assert not owning.is_anothers(place)
    # A new place is nobody's, also for one that was restored.
    as_another(settings, "copy")
    with keeping.alone():
        keeping.back_up(Folder(here.home / "new", new=True), at=AT)


def test_a_backup_during_which_another_takes_over_is_never_signed(here: Kept, settings: Settings) -> None:
    place, first = Folder(here.disk), settings.DATA.name
    before = keeping.whole_backups(place)
    real = keeping.ledger.written

    def meanwhile() -> bytes:
        as_another(settings, "copy")
        owning.take_over(place, at=AT)
        as_another(settings, first)
        return real()

    keeping.ledger.written = meanwhile
    try:
        with keeping.alone(), pytest.raises(NotOurs):
            keeping.back_up(place, at=AT)
    finally:
        keeping.ledger.written = real
    assert keeping.whole_backups(place) == before


def test_the_worker_takes_no_backup_of_another_for_its_own(here: Kept, settings: Settings) -> None:
    worker, kept_there = Backups(), Folder(here.disk)
    assert worker._make(AT, anew=True) == AT
    as_another(settings, "copy")

    assert worker._make(AT + timedelta(minutes=20), anew=False) is None
    assert worker._elsewhere
    assert keeping.whole_backups(kept_there)[0].startswith("20901127")
    owning.take_over(kept_there, at=AT + timedelta(hours=1))
    assert worker._make(AT + timedelta(hours=1), anew=True) == AT + timedelta(hours=1)
    assert not worker._elsewhere


def test_a_place_that_does_not_show_what_was_written_is_refused(here: Kept, settings: Settings) -> None:
    class Forgetful(Folder):
        def names(self, prefix: str) -> Any:
            return iter(())

    place = Forgetful(here.home / "third", new=True)
    with pytest.raises(keeping.NoPlace, match="is not there"):
        owning.insist_ours(place, at=AT)
    assert Path(here.home / "third").exists()
