"""Somebody with the database tampers with the trail: what the installation finds by itself, and what only an old
checkpoint finds (evidence.md 7, cases 26 to 28; reliability.md 6.6)."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from authority import Authority as Server
from builders import World, a_report
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings
from trails import grow_to

from forethought.audit.checking import check_against, check_trail
from forethought.audit.checkpoints import make_checkpoint, signing_key
from forethought.audit.codes import code_of, read_code
from forethought.audit.models import Checkpoint, Entry, Tile, TimeStamp, TrailHead
from forethought.audit.notes import checkpoint_text, sign_note
from forethought.audit.procedures import PROGRAM
from forethought.audit.proofs import fill_tiles
from forethought.audit.tree import EMPTY_ROOT, Frontier, leaf_hash
from forethought.audit.verifying import entries_of, wrong_in_trail
from forethought.core.canonical import canonical
from forethought.management.rounds import Rounds

pytestmark = pytest.mark.django_db

SEALED = ("entry", "checkpoint", "tile", "timestamp")


@pytest.fixture
def yesterday(world: World, tmp_path: Path) -> Path:
    """The checkpoint that somebody outside got yesterday; today the trail has grown."""
    a_report(world, at=world.at - timedelta(days=1))
    note = tmp_path / "yesterday.note"
    note.write_text(make_checkpoint(by=PROGRAM, at=world.at - timedelta(days=1)).note)
    a_report(world)
    make_checkpoint(by=PROGRAM, at=world.at)
    be_administrator()
    return note


def be_administrator() -> None:
    """Have the database let sealed rows be changed, as whoever administers it can."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("RESET ROLE; SET ROLE NONE; SET CONSTRAINTS ALL IMMEDIATE")
        for name in SEALED:
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE forethought_{name} DISABLE TRIGGER USER")
                continue
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER forethought_{name}_no_{verb}")


@pytest.fixture(autouse=True)
def as_before() -> Any:
    """Serve again as the role that serves, whatever a test became."""
    yield
    if connection.vendor == "postgresql":
        connection.close()


def found(world: World) -> str:
    """What the installation finds by itself, in one text."""
    return " ".join(wrong_in_trail(world.school.id, key=signing_key(world.school.id).public()))


def against(note: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What is found with the note of yesterday."""
    with pytest.raises(CommandError, match=r"faults? (was|were) found"):
        call_command("verify", checkpoint=[note])
    return capsys.readouterr().err


def rebuild(world: World, *, sign: bool = True) -> None:
    """Make everything agree again, from the bodies on: leaves, numbers, head, tiles, and checkpoints signed anew.

    What somebody can do who has the database and the log key.
    """
    school, edge = world.school.id, Frontier()
    sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
    Checkpoint.objects.all().delete()
    Tile.objects.all().delete()
    rows = list(Entry.objects.order_by("seq", "id"))
    Entry.objects.all().delete()
    for seq, row in enumerate(rows):
        body = json.loads(row.body) | {"seq": seq}
        row.body, row.seq = canonical(body).decode(), seq
        row.by, row.verb, row.leaf = body["by"], body["verb"], leaf_hash(row.body.encode())
        edge = edge.append(row.leaf)
        if sign and seq + 1 in sizes:
            key = signing_key(school)
            note = sign_note(checkpoint_text(key.name, edge.size, edge.root()), key=key)
            Checkpoint.objects.create(
                school=world.school,
                size=edge.size,
                root=edge.root(),
                edge=edge.to_bytes(),
                note=note,
                made_at=world.at,
                made_by="program",
            )
    Entry.objects.bulk_create(rows)
    TrailHead.objects.filter(pk=school).update(size=edge.size, edge=edge.to_bytes())
    fill_tiles(school)


def edited(seq: int) -> None:
    row = Entry.objects.get(seq=seq)
    body = json.loads(row.body) | {"by": "somebody-else"}
    Entry.objects.filter(pk=row.pk).update(body=canonical(body).decode())


def deleted(seq: int) -> None:
    Entry.objects.filter(seq=seq).delete()


def inserted(seq: int) -> None:
    row = Entry.objects.get(seq=seq)
    row.pk, row.seq = None, Entry.objects.count() + 50
    row._state.adding = True
    row.save(force_insert=True)
    Entry.objects.filter(seq__gte=seq, seq__lt=row.seq).order_by("-seq").update()
    moved(row.seq, seq)


def moved(seq: int, to: int) -> None:
    """An entry between two others, all after it one further on."""
    rows = list(Entry.objects.order_by("seq"))
    one = next(row for row in rows if row.seq == seq)
    rows.remove(one)
    rows.insert(to, one)
    for number, row in enumerate(rows):
        Entry.objects.filter(pk=row.pk).update(seq=number + 10_000)
    for number, row in enumerate(rows):
        Entry.objects.filter(pk=row.pk).update(seq=number)


CHANGES = {
    "edited": lambda: edited(7),
    "deleted": lambda: deleted(7),
    "inserted": lambda: inserted(7),
    "re-ordered": lambda: moved(7, 12),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_alone_is_found_by_the_installation_itself(world: World, yesterday: Path, change: str) -> None:
    assert found(world) == ""

    CHANGES[change]()

    assert found(world) != ""


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_with_everything_rebuilt_and_signed_is_found_by_yesterdays_checkpoint_alone(
    world: World, yesterday: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    CHANGES[change]()
    rebuild(world)

    # This is why a checkpoint has to leave the building.
    assert found(world) == ""
    assert "are not those that it was made over" in against(yesterday, capsys)


def test_rebuilt_leaves_and_head_without_the_log_key_are_found_by_the_signatures(world: World, yesterday: Path) -> None:
    notes = {row.size: row for row in Checkpoint.objects.all()}
    edited(7)
    rebuild(world, sign=False)
    for row in notes.values():
        row._state.adding = True
        row.save(force_insert=True)

    assert "does not fit" in found(world)


@pytest.mark.parametrize("signed", [True, False])
def test_five_entries_dropped_from_the_end_are_found(
    world: World, yesterday: Path, signed: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    today = tmp_path / "today.note"
    today.write_text(Checkpoint.objects.latest("size").note)
    Entry.objects.filter(seq__gte=Entry.objects.count() - 5).delete()
    if signed:
        Checkpoint.objects.filter(size__gt=Entry.objects.count()).delete()
    kept = list(Checkpoint.objects.all())
    rebuild(world, sign=False)
    for row in kept:
        row._state.adding = True
        row.save(force_insert=True)

    assert ("its end is gone" in found(world)) is not signed
    assert "its end is gone" in against(today, capsys)


def test_a_code_from_a_mail_finds_a_trail_that_was_written_afresh(
    world: World, yesterday: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = code_of(bytes(Checkpoint.objects.earliest("size").root))
    call_command("verify", code=[code])
    assert "It only grew from what was kept elsewhere" in capsys.readouterr().out
    edited(7)
    rebuild(world)

    with pytest.raises(CommandError):
        call_command("verify", code=[code])
    assert f"The code {read_code(code)} is of no state" in capsys.readouterr().err


def test_yesterdays_checkpoint_fits_a_trail_that_only_grew(
    world: World, yesterday: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify", checkpoint=[yesterday])

    said = capsys.readouterr().out
    assert "Checkpoints: 2, time stamps: 0." in said and "only grew" in said


@pytest.mark.parametrize("content", ["", "no note\n", "a\n1\nb\n\n— a AAAA\n"])
def test_a_checkpoint_that_cannot_be_read_is_said_to_be_that(world: World, tmp_path: Path, content: str) -> None:
    (tmp_path / "x").write_text(content)

    with pytest.raises(CommandError, match="cannot be used"):
        call_command("verify", checkpoint=[tmp_path / "x"])


def test_a_checkpoint_of_another_log_is_not_compared(world: World, yesterday: Path, settings: Settings) -> None:
    settings.LOG_KEY_FILE = yesterday.with_name("other.key")
    before = signing_key_text(world, settings)

    with pytest.raises(CommandError, match="cannot be used"):
        call_command("verify", checkpoint=[yesterday])
    with pytest.raises(CommandError, match="public key"):
        call_command("verify", key=[before[:-4]])


def signing_key_text(world: World, settings: Settings) -> str:
    call_command("make_keys", log=True, lost=True)
    return signing_key(world.school.id).public().to_text()


def test_after_the_key_was_lost_the_old_ones_public_part_opens_what_it_signed(
    world: World, yesterday: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    old = signing_key(world.school.id).public().to_text()
    settings.LOG_KEY_FILE = yesterday.with_name("other.key")
    signing_key_text(world, settings)

    with pytest.raises(CommandError):
        call_command("verify")
    assert "not signed by this log" in capsys.readouterr().err
    call_command("verify", key=[old], checkpoint=[yesterday])


@pytest.mark.parametrize("bad", ["", "xyz", "3f2a 9c01 77de 10a", "3f2a 9c01 77de 10ab 0", "é" * 16])
def test_what_is_no_code_is_said_to_be_none(world: World, bad: str) -> None:
    with pytest.raises(CommandError, match="A code has 16 digits"):
        call_command("verify", code=[bad])


@pytest.mark.parametrize("typed", ["3f2a9c0177de10ab", " 3F2A-9C01-77DE-10AB ", "3f2a 9c01\n77de 10ab"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "3f2a9c0177de10ab"


# --- What is stored beside the entries ---


def test_a_node_that_was_changed_is_found_at_either_height(world: World) -> None:
    grow_to(world.school.id, 256 * 256 + 300, world.at)
    fill_tiles(world.school.id)
    be_administrator()
    assert said_of_nodes(world) == []

    Tile.objects.filter(level=0, number=3).update(nodes=b"\0" * 510 * 32)
    Tile.objects.filter(level=1, number=0).update(root=EMPTY_ROOT)
    Tile.objects.create(school=world.school, level=0, number=900, root=EMPTY_ROOT, nodes=b"")

    assert sorted(said_of_nodes(world)) == [
        "The nodes stored over tile 0 of height 1 are not those of its entries.",
        "The nodes stored over tile 3 of height 0 are not those of its entries.",
        "There are nodes stored over entries that are not there.",
    ]


def said_of_nodes(world: World) -> list[str]:
    from forethought.audit.verifying import Growth

    growth = Growth([])
    for _ in growth.watched(
        {"leaf": bytes(leaf)} for (leaf,) in Entry.objects.order_by("seq").values_list("leaf").iterator()
    ):
        pass
    return growth.wrong()


def test_a_checkpoint_whose_row_or_note_was_changed_is_found(world: World, yesterday: Path) -> None:
    first, last = Checkpoint.objects.order_by("size")
    Checkpoint.objects.filter(pk=first.pk).update(note=last.note)
    assert "shows another size or root" in found(world)
    Checkpoint.objects.filter(pk=first.pk).update(note=first.note.replace("— ", "— x"))
    assert "is not signed by this log" in found(world)
    Checkpoint.objects.filter(pk=first.pk).update(note=first.note, root=last.root)
    assert "does not fit" in found(world)


def test_a_time_stamp_that_was_changed_moved_or_taken_from_elsewhere_is_found(
    world: World, tmp_path: Path, settings: Settings
) -> None:
    with Server(tmp_path, "one") as server:
        settings.TIME_AUTHORITIES = [(server.url, str(server.folder / "root.pem"))]
        Rounds().go()
        a_report(world)
        Rounds().go()
    be_administrator()
    assert found(world) == ""
    one, other = TimeStamp.objects.order_by("kept_at")

    TimeStamp.objects.filter(pk=one.pk).update(gen_at=one.gen_at - timedelta(hours=1))
    assert "shows another time or hash" in found(world)
    TimeStamp.objects.filter(pk=one.pk).update(gen_at=one.gen_at, response=other.response)
    assert "does not hold" in found(world)
    TimeStamp.objects.filter(pk=one.pk).update(response=one.response, chain="")
    assert "does not hold" in found(world)
    TimeStamp.objects.filter(pk=one.pk).delete()
    TimeStamp.objects.filter(pk=other.pk).update(checkpoint=one.checkpoint)
    assert "does not hold" in found(world)


def test_a_time_stamp_that_no_entry_speaks_of_is_found(world: World, tmp_path: Path, settings: Settings) -> None:
    with Server(tmp_path, "one") as server:
        settings.TIME_AUTHORITIES = [(server.url, str(server.folder / "root.pem"))]
        Rounds().go()
    be_administrator()
    Entry.objects.filter(verb="audit.keep_stamp").update(verb="audit.something")

    assert "No entry of the trail speaks of the time stamp" in found(world)


# --- A thousand edits, each with everything after it hashed anew ---


def test_a_thousand_edits_with_the_rest_hashed_anew_are_all_found_against_yesterday(world: World) -> None:
    a_report(world)
    entries = list(entries_of(world.school.id))[:60]
    size = len(entries)
    leaves = [entry["leaf"] for entry in entries]
    root = Frontier().extend(leaves).root()  # type: ignore[arg-type]
    chance = random.Random(7)

    for _ in range(1000):
        changed = [dict(entry) for entry in entries]
        at = chance.randrange(size)
        way = chance.choice(["edit", "drop", "double", "swap", "cut"])
        if way == "edit":
            changed[at] |= {chance.choice(["by", "verb"]): f"x{chance.random()}"}
        elif way == "drop":
            del changed[at]
        elif way == "double":
            # Not the last: the same once more behind it is growth.
            at = min(at, size - 2)
            changed.insert(at, dict(changed[at]))
        elif way == "swap":
            other = (at + 1 + chance.randrange(size - 1)) % size
            changed[at], changed[other] = changed[other], changed[at]
        else:
            changed = changed[: max(at, 1) - 1]
        head = hashed_anew(changed)
        assert check_trail([{k: v for k, v in e.items() if k not in {"text", "columns"}} for e in changed], head) == []
        assert check_against(changed, size, root) != []


def hashed_anew(entries: list[dict[str, object]]) -> dict[str, object]:
    edge = Frontier()
    for seq, entry in enumerate(entries):
        entry["seq"] = seq
        body = {key: value for key, value in entry.items() if key not in {"leaf", "text", "columns"}}
        entry["leaf"] = leaf_hash(canonical(body))
        edge = edge.append(entry["leaf"])
    return {"size": edge.size, "root": edge.root()}
