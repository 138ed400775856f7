"""The store's own upkeep: left-overs go, orphans are told of and left alone, and rot is found in a month at most."""

import logging
import os
import time
from datetime import timedelta
from typing import Any

import pytest
from builders import World, a_draft, an_exhibit
from django.db import transaction
from django.utils import timezone

from forethought.audit.models import Entry
from forethought.evidence import shredding, upkeep
from forethought.evidence.bucket_vault import BucketVault
from forethought.evidence.models import Exhibit
from forethought.evidence.reading import vault
from forethought.evidence.store import StoreAway
from forethought.evidence.vault import Vault


@pytest.fixture
def exhibit(world: World) -> Exhibit:
    return an_exhibit(a_draft(world), by=world.teacher, at=world.at)


def a_month(now: Any) -> None:
    for day in range(upkeep.ROUND):
        for _ in upkeep.days_work(now + timedelta(days=day)):
            pass


@pytest.mark.policy("7.3")
@pytest.mark.usefixtures("in_a_folder")
def test_one_rotten_byte_is_found_within_a_month_and_its_piece_is_named(world: World, exhibit: Exhibit) -> None:
    place = vault()._place(exhibit.object_name)
    content = bytearray(place.read_bytes())
    content[-1] ^= 1
    place.write_bytes(content)
    a_month(timezone.now())
    [alarm] = Entry.objects.filter(verb="evidence.note_fault", about=exhibit.pk)
    assert '"piece":1' in alarm.body and '"by":"program"' in alarm.body


def test_what_is_sound_raises_no_alarm(world: World, exhibit: Exhibit) -> None:
    a_month(timezone.now())
    assert not Entry.objects.filter(verb="evidence.note_fault").exists()


@pytest.mark.policy("7.3")
@pytest.mark.usefixtures("in_a_folder")
def test_an_object_that_no_row_names_is_told_of_and_never_adopted(
    world: World, exhibit: Exhibit, caplog: pytest.LogCaptureFixture
) -> None:
    name = "ab" * 16
    orphan = vault().lasting_place(name)
    orphan.write_bytes(b"x")
    old = time.time() - 3 * 86400
    for place in (orphan, vault()._place(exhibit.object_name)):
        os.utime(place, (old, old))
    with caplog.at_level(logging.ERROR):
        upkeep.sweep(timezone.now())
    said = [one.message for one in caplog.records if name in one.message]
    assert len(said) == 1 and orphan.exists()
    assert not any(exhibit.object_name in one.message for one in caplog.records)
    orphan.unlink()


def test_a_little_at_a_time_and_only_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def work(now: Any) -> Any:
        for number in range(5):
            done.append(number)
            yield

    monkeypatch.setattr(upkeep, "days_work", work)
    monkeypatch.setattr(upkeep, "FIRST_AFTER", 0.0)
    one = upkeep.Upkeep()
    one.a_little(0)
    assert done == [0]
    for _ in range(20):
        one.a_little(0)
    assert done == [0, 1, 2, 3, 4]
    monkeypatch.setattr(upkeep, "FIRST_AFTER", 300.0)
    upkeep.Upkeep().a_little(1)
    assert len(done) == 5, "after a start the pages come first"


@pytest.mark.policy("7.3")
def test_bytes_that_could_not_be_removed_when_their_record_was_destroyed_go_within_a_month(
    world: World, exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = an_exhibit(a_draft(world), by=world.teacher, at=world.at)

    def away(self: Any, name: str) -> bool:
        raise StoreAway

    with monkeypatch.context() as during:
        for store in (Vault, BucketVault):
            during.setattr(store, "remove", away)
        # As at the end of the act that destroyed it, with its key gone.
        with transaction.atomic():
            shredding.forget_exhibit(exhibit)
        for work in transaction.get_connection().run_on_commit:
            work[1]()
    assert vault().holds(exhibit.object_name) and "could not be removed" in caplog.text
    a_month(timezone.now())
    assert not vault().holds(exhibit.object_name) and vault().holds(other.object_name)
