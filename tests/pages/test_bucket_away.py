"""What people meet while the place for files cannot be reached: a sentence, no alarm, and words still go through."""

from typing import Any, NoReturn

import pytest
from builders import World, a_draft
from django.test import Client
from django.utils import timezone
from signed import client_of, school_now  # noqa: F401
from test_records import a_file, answer_gate, grant_in, send
from test_viewing import a_record, page_of, source_in, uncover

from forethought.audit.models import Entry
from forethought.evidence import nightly
from forethought.evidence.bucket_vault import BucketVault
from forethought.evidence.models import Exhibit
from forethought.evidence.nightly_models import NightlyLook
from forethought.evidence.store import StoreAway
from forethought.evidence.vault import Vault


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def take_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: Any, *args: Any, **more: Any) -> NoReturn:
        raise StoreAway

    for store in (Vault, BucketVault):
        for name in ("open", "begin", "holds", "remove", "adopt"):
            monkeypatch.setattr(store, name, away)


@pytest.mark.policy("7.3")
def test_a_record_cannot_be_shown_and_is_not_called_damaged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = client_of(world.senior)
    case, exhibit = a_record(world)
    source = source_in(uncover(manager, case, exhibit))
    take_away(monkeypatch)

    answer = manager.get(source)
    assert answer.status_code == 503 and "Nothing is lost" in answer.content.decode()
    assert manager.post(page_of(case, exhibit) + "open-viewing/").status_code < 500
    assert manager.get(page_of(case, exhibit)).status_code == 200
    for _ in range(2):
        with pytest.raises(StoreAway):
            nightly.is_broken(exhibit.id, timezone.now())
    assert not Entry.objects.filter(verb="evidence.note_fault").exists()


@pytest.mark.policy("7.3")
def test_the_nightly_look_waits_for_it_and_finds_no_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    a_record(world)
    at = timezone.now()
    nightly.look(world.school.id, at)
    due = NightlyLook.objects.get().due_at
    with monkeypatch.context() as meanwhile:
        take_away(meanwhile)
        assert not nightly.look(world.school.id, due)
    assert NightlyLook.objects.get().looked_at is None
    assert nightly.look(world.school.id, due + nightly.LEASE)
    assert (NightlyLook.objects.get().faults, NightlyLook.objects.get().whole) == (0, True)


@pytest.mark.policy("7.3")
def test_a_file_is_refused_with_a_sentence_and_nothing_says_that_it_was_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher: Client = client_of(world.teacher)
    draft = a_draft(world, at=timezone.now())
    grant = grant_in(answer_gate(teacher, draft))
    take_away(monkeypatch)

    answer = send(teacher, grant, a_file())
    assert answer.status_code == 422 and "cannot be reached at the moment" in answer.content.decode()
    assert not Exhibit.objects.exists()
