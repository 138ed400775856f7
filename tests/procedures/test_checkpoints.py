"""Checkpoints: what is signed, when, and when not."""

from pathlib import Path

import pytest
from builders import World, a_report
from django.core.management import call_command
from django.db import DatabaseError, transaction
from pytest_django.fixtures import Settings
from trails import Judge

from forethought.audit.checkpoints import make_checkpoint, signing_key
from forethought.audit.models import Checkpoint, Entry, Tile, TimeStamp
from forethought.audit.notes import BadNote, Head, open_note, read_checkpoint
from forethought.audit.procedures import PROGRAM, acting
from forethought.core.key_file import BadKeyFile
from forethought.management.rounds import Rounds

pytestmark = pytest.mark.django_db


def test_a_checkpoint_signs_the_whole_trail_and_leaves_an_entry(world: World) -> None:
    bodies = [body.encode() for body in Entry.objects.order_by("seq").values_list("body", flat=True)]
    key = signing_key(world.school.id)

    made = make_checkpoint(by=world.head, at=world.at)

    opened = open_note(made.note, keys=[key.public()])
    assert read_checkpoint(opened.text) == Head(key.name, len(bodies), Judge(bodies).root(len(bodies)))
    assert (made.size, made.made_at, made.made_by) == (len(bodies), world.at, str(world.head.id))
    entry = Entry.objects.get(seq=made.size)
    assert (entry.verb, entry.about, entry.by) == ("audit.make_checkpoint", made.id, str(world.head.id))


def test_the_origin_names_no_school_and_no_host(world: World) -> None:
    note = make_checkpoint(by=PROGRAM, at=world.at).note

    assert "Larkfield" not in note and "localhost" not in note
    assert str(world.school.id) in note.partition("\n")[0]


def test_a_trail_that_did_not_grow_gets_no_second_checkpoint_however_often_it_is_asked(world: World) -> None:
    first = make_checkpoint(by=PROGRAM, at=world.at)
    size = Entry.objects.count()

    assert {make_checkpoint(by=PROGRAM, at=world.at).id for _ in range(3)} == {first.id}
    assert Entry.objects.count() == size == first.size + 1


def test_after_something_happened_the_next_one_covers_it_and_the_entry_of_the_last(world: World) -> None:
    first = make_checkpoint(by=PROGRAM, at=world.at)
    a_report(world)
    size = Entry.objects.count()

    second = make_checkpoint(by=PROGRAM, at=world.at)

    assert (first.size, second.size) == (first.size, size)


def test_a_checkpoint_is_not_made_inside_an_act_that_it_would_not_cover(world: World) -> None:
    with (
        pytest.raises(RuntimeError, match="outside every other act"),
        acting("tests.export", by=world.head, at=world.at),
    ):
        make_checkpoint(by=world.head, at=world.at)


def test_another_installations_key_does_not_open_the_note(world: World, settings: Settings, tmp_path: Path) -> None:
    note = make_checkpoint(by=PROGRAM, at=world.at).note
    settings.LOG_KEY_FILE = tmp_path / "log.key"
    call_command("make_keys", log=True, lost=True)

    with pytest.raises(BadNote):
        open_note(note, keys=[signing_key(world.school.id).public()])


def test_without_its_key_nothing_is_signed_and_nothing_is_noted(world: World, settings: Settings) -> None:
    settings.LOG_KEY_FILE = "/nonexistent/log.key"
    size = Entry.objects.count()

    with pytest.raises(BadKeyFile, match="Put back the copy"):
        make_checkpoint(by=PROGRAM, at=world.at)
    assert (Checkpoint.objects.count(), Entry.objects.count()) == (0, size)


@pytest.mark.parametrize("model", [Checkpoint, Tile, TimeStamp])
def test_what_was_signed_is_never_changed_and_never_removed(world: World, model: type[Checkpoint]) -> None:
    made = make_checkpoint(by=PROGRAM, at=world.at)
    Tile.objects.create(school=world.school, level=0, number=0, root=b"r", nodes=b"n")
    TimeStamp.objects.create(
        school=world.school,
        checkpoint=made,
        authority="x",
        request=b"q",
        response=b"a",
        chain="c",
        token_hash=b"h",
        gen_at=world.at,
        kept_at=world.at,
        kept_by="program",
    )
    row = model.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(id=row.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).delete()


def test_the_worker_goes_round_and_signs_what_grew(world: World) -> None:
    call_command("worker", once=True)
    assert Checkpoint.objects.count() == 1
    call_command("worker", once=True)
    assert Checkpoint.objects.count() == 1

    a_report(world)
    call_command("worker", once=True)
    assert Checkpoint.objects.count() == 2


def test_a_round_that_cannot_sign_says_so_and_goes_on(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LOG_KEY_FILE = "/nonexistent/log.key"

    Rounds().go()

    assert "No checkpoint is made. There is no log key" in caplog.text
