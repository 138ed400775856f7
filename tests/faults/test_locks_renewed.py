"""Locks in a real bucket are renewed for what lives, never for what was destroyed, and destroying stays possible."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from buckets import a_bucket, a_place, keys, s3  # noqa: F401
from builders import World, a_draft, an_exhibit
from pytest_django.fixtures import Settings
from test_backups import Kept, here, kept, kept_once  # noqa: F401
from test_backups_elsewhere import client  # noqa: F401

from forethought.backups import keeping, letting_go, locking, manifest, procedures
from forethought.backups.bucket import Bucket
from forethought.backups.standing import standing
from forethought.evidence import places, shredding
from forethought.evidence.bundle_models import Hold
from forethought.evidence.lock_rules import Walk
from forethought.evidence.locks import Refused, go_on
from forethought.evidence.models import Exhibit
from forethought.management import locks
from forethought.people.models import Alarm, Letter
from forethought.retention import locked
from forethought.retention.models import Due, What
from tools.s3_server import LOCKED

ORDER = {"from_whom": "the data protection officer", "given_on": "today", "reference": "D-1"}


def a_little_after(until: datetime | None, what: datetime) -> bool:
    return until is not None and timedelta(0) <= what - until + timedelta(minutes=5) < timedelta(minutes=10)


def test_the_vaults_locks_are_renewed_for_living_rows_alone_up_to_their_day_and_end_with_disposal(
    world: World, s3: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = a_bucket(tmp_path / "vault", a_place(s3, locked=True, lock_days=4), school=None)
    monkeypatch.setattr(places, "by_place", lambda: {places.FOLDER: store._here, places.BUCKET: store})
    monkeypatch.setattr(places, "place_of_new", lambda stores: places.BUCKET)
    now, rows = datetime.now(UTC), list[Exhibit]()
    for _ in range(4):
        draft = a_draft(world)
        rows.append(an_exhibit(draft, by=world.teacher, at=world.at))
    lasting, due, held, gone = rows
    for one in (due, held):
        Due.objects.create(
            school_id=world.school.id,
            what=What.CASE,
            about=one.case_id,
            reference="x",
            rule="x",
            from_on=now.date(),
            due_on=(now + timedelta(days=6)).date(),
        )
    Hold.objects.create(
        school_id=world.school.id, case_id=held.case_id, content=b"", placed_at=now, placed_by="x", review_on=now.date()
    )
    with monkeypatch.context() as away:
        # It could not be removed when it was destroyed, and is there still.
        away.setattr(type(store), "remove", lambda self, name: False)
        shredding.destroy_exhibit(exhibit=gone, instruction=ORDER, by=world.head, at=world.at)
    key = {one.pk: next(found for found in keys(store) if found.endswith(one.object_name)) for one in rows}

    asked = store.locks(days=locked.MOST_DAYS)
    assert asked is not None and asked.days == 4
    at = now + timedelta(days=3)
    walk = go_on(asked, Walk(at), living=locked.living, at=at, most=99)

    assert (walk.renewed, walk.refused, walk.left_open) == (3, 0, 0)
    for one, until in (
        (lasting, at + timedelta(days=4)),
        (held, at + timedelta(days=4)),
        (gone, now + timedelta(days=4)),
    ):
        assert a_little_after(asked.locked_until(key[one.pk]), until)
    # Not an hour into the day on which it may be destroyed.
    until = asked.locked_until(key[due.pk])
    assert until is not None and until.date() <= (now + timedelta(days=6)).date()
    assert now + timedelta(days=4) < until < at + timedelta(days=4)
    for one in rows:
        assert store.of(world.school.id).remove(one.object_name)
    with pytest.raises(FileNotFoundError):
        asked.lock(key[due.pk], at + timedelta(days=9))


def test_files_of_records_that_the_newest_backup_needs_stay_locked_for_no_longer_than_keys_are_kept(
    here: Kept, client: Any, settings: Settings
) -> None:
    settings.BACKUPS_KEPT_DAYS = 20
    place = Bucket(f"s3://{LOCKED}/{here.home.name}", client=client, new=True, lock_days=35)
    now = datetime.now(UTC)
    with keeping.alone():
        made = keeping.back_up(place, at=now).manifest
    objects = sorted(manifest.place_of(one) for one in keeping.objects_of(place, made))
    stray = manifest.place_of("0" * 32)
    with place.writing(stray) as out:
        out.write(b"x")
    found = locking.locks_of(place)
    assert found is not None and found.days == 20
    needed = locking.needed(place)
    assert needed == set(objects) and stray not in needed

    at = now + timedelta(days=30)
    walk = go_on(found, Walk(at), living=lambda keys: {key: None for key in keys if key in needed}, at=at, most=99)

    assert (walk.renewed, walk.looked) == (len(objects), len(objects) + 1)
    assert all(a_little_after(place.locked_until(one), at + timedelta(days=20)) for one in objects)
    assert a_little_after(place.locked_until(stray), now + timedelta(days=35))
    # What is locked cannot be let go of, and nothing else than the lock stands in the way.
    with keeping.alone():
        letting_go.let_go(place, keys_to=None, at=now, objects_too=True)
    assert set(objects) <= {path for path, _ in place.names("objects")}
    assert locking.locks_of(Bucket(f"s3://{LOCKED}/{here.home.name}", client=client)) is None


def test_a_bucket_that_lets_no_lock_be_renewed_is_told_of_in_the_morning_and_on_the_page(
    world: World, here: Kept, client: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, now = Bucket(f"s3://{LOCKED}/{here.home.name}", client=client, new=True, lock_days=35), datetime.now(UTC)
    with keeping.alone():
        keeping.back_up(place, at=now)
    settings.BACKUP_TO = [place.address]
    monkeypatch.setattr(keeping, "place_of", lambda address: place)
    monkeypatch.setattr(locks, "is_quiet", lambda school_id: False)
    real = Bucket.lock

    def refuses(self: Bucket, path: str, until: datetime) -> None:
        raise Refused

    monkeypatch.setattr(Bucket, "lock", refuses)
    locks.look(now)
    assert not standing().lock_failing
    # The first walk found nothing to renew. The next does.
    for days in (9, 18):
        locks.look(now + timedelta(days=days))

    assert standing().lock_failing
    [alarm] = Alarm.objects.filter(kind="lock_failing", rung_at__isnull=True)
    procedures.ring_lock(alarm.about, alarm.rings_at)
    assert Letter.objects.filter(kind="lock_failing").count() == 1
    monkeypatch.setattr(Bucket, "lock", real)
    locks.look(now + timedelta(days=19, hours=1))
    assert not standing().lock_failing
