"""Records are read by the worker after they are kept: what is found lies apart, sealed, and can be forgotten."""

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from builders import World, a_draft, a_report, a_school, found_in_the_clear
from django.db import DatabaseError, transaction
from reading_files import a_record, read_all
from record_files import MAIL, Signer, a_picture, no_network

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Draft
from forethought.core.errors import Refused
from forethought.evidence import away, derived, reading_acts
from forethought.evidence.away_models import Away
from forethought.evidence.derived_models import Derived, DerivedKey, ToRead
from forethought.evidence.keys import BrokenSeal
from forethought.evidence.likeness import copies_in
from forethought.evidence.models import Exhibit
from forethought.evidence.reading import vault
from forethought.evidence.shredding import destroy_exhibit
from forethought.management.commands import worker
from forethought.people.models import Wake
from forethought.rows import inside

pytestmark = pytest.mark.policy("7.3")

CHAT = b"13/03/2024, 14:05 - Tess: Quetzalcoatlus said so\n13/03/2024, 14:06 - Ben: no\n"


def said(exhibit: Exhibit, recipe: str) -> dict[str, Any]:
    return derived.words_of(derived.last_of([exhibit])[exhibit.id][recipe])


def recipes(exhibit: Exhibit) -> list[str]:
    return [one.recipe for one in Derived.objects.filter(exhibit=exhibit).order_by("made_at", "recipe")]


def test_a_record_is_kept_at_once_and_read_afterwards_by_the_worker(world: World) -> None:
    exhibit = a_record(world, CHAT, "chat.txt")
    assert recipes(exhibit) == []
    assert ToRead.objects.get(exhibit=exhibit).due_at == world.at
    woken = Wake.objects.get(pk=world.school.id).at
    assert woken is not None and woken <= world.at

    read_all(world)

    assert recipes(exhibit) == ["chat"]
    assert said(exhibit, "chat")["senders"] == ["Tess", "Ben"]
    assert ToRead.objects.get(exhibit=exhibit).due_at is None
    assert reading_acts.next_reading() is None


def test_what_was_read_says_how_by_what_when_and_by_whom_and_the_trail_commits_to_it(world: World) -> None:
    exhibit = a_record(world, CHAT, "chat.txt")
    read_all(world)
    row = Derived.objects.get(exhibit=exhibit)
    assert (row.recipe, row.tools, row.made_at, row.made_by) == ("chat", "Forethought chats 1", world.at, "program")
    entry = Entry.objects.get(verb="evidence.keep_reading")
    assert (entry.about, entry.by) == (exhibit.id, "program")
    assert '"derived_0":"' in entry.body
    assert "Tess" not in entry.body


def test_the_original_is_not_touched(world: World) -> None:
    exhibit = a_record(world, CHAT, "chat.txt")
    with vault().open(exhibit.object_name) as file:
        before = file.read()
    read_all(world)
    with vault().open(exhibit.object_name) as file:
        assert file.read() == before


def test_nothing_that_was_read_lies_in_the_clear(world: World) -> None:
    exhibit = a_record(world, CHAT, "chat.txt")
    read_all(world)
    assert "Quetzalcoatlus" in str(said(exhibit, "chat"))
    assert found_in_the_clear("Quetzalcoatlus") == []


def test_many_words_lie_in_the_vault_under_a_key_of_their_own(world: World) -> None:
    exhibit = a_record(world, CHAT + b"13/03/2024, 14:07 - Tess: hello hello hello\n" * 20_000, "chat.txt")
    read_all(world)
    row = Derived.objects.get(exhibit=exhibit)
    assert row.object_name and row.content is None
    assert len(said(exhibit, "chat")["rows"]) == 20_002


def test_what_was_read_cannot_be_changed_or_moved_to_another_record(world: World) -> None:
    one, other = a_record(world, CHAT, "a.txt"), a_record(world, CHAT.replace(b"Tess", b"Ann"), "b.txt")
    read_all(world)
    row, second = Derived.objects.get(exhibit=one), Derived.objects.get(exhibit=other)
    with pytest.raises(DatabaseError), transaction.atomic():
        Derived.objects.filter(pk=row.pk).update(content=second.content)
    second.content = row.content
    with pytest.raises(BrokenSeal):
        derived.words_of(second)


def test_a_bad_file_is_kept_as_it_came_and_said_to_be_unreadable_without_a_word_of_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    exhibit = a_record(world, b"\x89PNG\r\n\x1a\nQuetzalcoatlus", "shot.png")
    read_all(world)
    assert said(exhibit, "unreadable") == {"why": "damaged"}
    assert "Quetzalcoatlus" not in caplog.text


def test_a_kind_that_is_never_opened_is_settled_without_being_read(world: World) -> None:
    exhibit = a_record(world, b"%PDF-1.7", "letter.pdf")
    read_all(world)
    assert recipes(exhibit) == []
    assert ToRead.objects.get(exhibit=exhibit).due_at is None


def test_reading_that_dies_is_begun_again_and_given_up_after_three_times(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    exhibit = a_record(world, CHAT, "chat.txt")

    def die(*args: object, **more: object) -> None:
        raise RuntimeError("Quetzalcoatlus")

    monkeypatch.setattr(reading_acts, "read_out", die)
    for number in range(4):
        read_all(world, after=number * 2 * reading_acts.LEASE)
    assert said(exhibit, "unreadable") == {"why": "failed"}
    assert "RuntimeError" in caplog.text
    assert "Quetzalcoatlus" not in caplog.text


def test_no_second_worker_takes_what_one_has_taken(world: World) -> None:
    a_record(world, CHAT, "chat.txt")
    taken: list[Callable[[], None]] = []
    for _ in range(2):
        reading_acts.read_due(world.school.id, world.at, look_up=no_network, aside=taken.append)
    assert len(taken) == 1


def test_a_record_that_only_waited_behind_another_loses_no_try(world: World) -> None:
    exhibit = a_record(world, CHAT, "chat.txt")
    for number in range(5):
        # Taken, and the worker is killed before it comes to this one.
        reading_acts.read_due(
            world.school.id, world.at + number * reading_acts.LEASE, look_up=no_network, aside=lambda do: None
        )
    assert ToRead.objects.get(exhibit=exhibit).tries == 0
    read_all(world, after=5 * reading_acts.LEASE)
    assert recipes(exhibit) == ["chat"]


def test_what_was_taken_again_meanwhile_is_not_read_twice(world: World) -> None:
    exhibit = a_record(world, CHAT, "chat.txt")
    taken: list[Callable[[], None]] = []
    reading_acts.read_due(world.school.id, world.at, look_up=no_network, aside=taken.append)
    read_all(world, after=reading_acts.LEASE)
    taken[0]()
    assert recipes(exhibit) == ["chat"]


@pytest.mark.usefixtures("in_a_folder")
def test_a_file_that_is_not_what_was_kept_is_an_alarm_and_not_read(world: World) -> None:
    one, other = a_record(world, CHAT, "a.txt"), a_record(world, MAIL, "b.eml")
    places = [vault()._place(exhibit.object_name) for exhibit in (one, other)]
    places[0].write_bytes(places[1].read_bytes())
    places[1].unlink()
    read_all(world)
    assert said(one, "unreadable") == said(other, "unreadable") == {"why": "seal"}
    assert Entry.objects.filter(verb="evidence.note_fault").count() == 2


# --- A mail's key ---


def test_a_key_that_could_not_be_asked_for_is_asked_for_again_and_only_that(world: World) -> None:
    signer = Signer()
    exhibit = a_record(world, signer.sign(MAIL), "mail.eml")
    read_all(world)
    assert recipes(exhibit) == ["email", "signatures"]
    assert said(exhibit, "signatures")["signatures"][0]["result"] == "no_network"
    assert reading_acts.next_reading() == world.at + timedelta(minutes=10)

    # Still no network: nothing new is kept, and the next time is later.
    read_all(world, after=timedelta(minutes=10))
    assert recipes(exhibit) == ["email", "signatures"]
    assert reading_acts.next_reading() == world.at + timedelta(minutes=70)

    read_all(world, look_up=signer, after=timedelta(minutes=70))
    assert recipes(exhibit) == ["email", "signatures", "signatures"]
    assert said(exhibit, "signatures")["signatures"][0]["result"] == "fits"
    assert said(exhibit, "signatures")["keys"][0]["text"] == signer.record
    assert reading_acts.next_reading() is None


def test_nobody_asks_for_a_key_for_ever(world: World) -> None:
    a_record(world, Signer().sign(MAIL), "mail.eml")
    for _ in range(20):
        due = reading_acts.next_reading()
        if due is None:
            break
        read_all(world, after=due - world.at)
    else:
        raise AssertionError("It is still asked for.")
    assert due is None


# --- By a press ---


def test_a_record_can_be_read_again_by_a_press_and_what_was_read_before_stays(world: World) -> None:
    exhibit = a_record(world, CHAT, "chat.txt")
    with pytest.raises(Refused, match="being read"):
        reading_acts.read_record(exhibit=exhibit, by=world.senior, at=world.at)
    read_all(world)
    reading_acts.read_record(exhibit=exhibit, by=world.senior, at=world.at + timedelta(hours=1))
    read_all(world, after=timedelta(hours=1))
    assert recipes(exhibit) == ["chat", "chat"]
    assert Entry.objects.filter(verb="evidence.read_record", about=exhibit.id).count() == 1


def test_a_kind_that_is_never_opened_is_not_read_by_a_press_either(world: World) -> None:
    exhibit = a_record(world, b"%PDF-1.7", "letter.pdf")
    read_all(world)
    with pytest.raises(Refused, match="never opened"):
        reading_acts.read_record(exhibit=exhibit, by=world.senior, at=world.at)


# --- The same file, and pictures that look the same (cases 8 and 9) ---


def test_the_same_file_twice_in_a_case_is_noted_in_its_trail(world: World) -> None:
    draft = a_draft(world)
    one, other = (a_record(world, CHAT, name, draft=draft) for name in ("a.txt", "b.txt"))
    read_all(world)
    assert copies_in(one, [draft.case_id]).same == (other,)
    entries = Entry.objects.filter(verb="evidence.notice_copies", case_id=draft.case_id)
    assert {entry.about for entry in entries} == {one.id, other.id}
    assert '"same":1' in entries[0].body


def test_other_bytes_of_the_same_name_are_another_file(world: World) -> None:
    draft = a_draft(world)
    one = a_record(world, CHAT, "a.txt", draft=draft)
    a_record(world, CHAT + b"\n", "a.txt", draft=draft)
    read_all(world)
    assert not copies_in(one, [draft.case_id])


def test_the_same_in_another_case_is_found_only_where_that_case_may_be_seen(world: World) -> None:
    one, other = a_record(world, CHAT, "a.txt"), a_record(world, CHAT, "a.txt")
    read_all(world)
    assert not copies_in(one, [one.case_id])
    assert copies_in(one, [one.case_id, other.case_id]).same == (other,)
    # Nothing in the trail of either tells of the other.
    assert not Entry.objects.filter(verb="evidence.notice_copies").exists()


def test_a_copy_in_another_school_is_never_found(world: World) -> None:
    one = a_record(world, CHAT, "a.txt")
    elsewhere = a_school(tag="two", name="Another School")
    with inside(elsewhere.school.id):
        other = a_record(elsewhere, CHAT, "a.txt")
    assert not copies_in(one, [one.case_id, other.case_id])


def test_a_picture_saved_again_is_noticed_and_a_different_one_is_not(world: World) -> None:
    draft = a_draft(world)
    first = a_record(world, a_picture(), "a.jpg", draft=draft)
    again = a_record(world, a_picture(quality=40), "b.jpg", draft=draft)
    a_record(world, a_picture(seed=2), "c.jpg", draft=draft)
    read_all(world)
    found = copies_in(first, [draft.case_id])
    assert [one.id for one, _ in found.alike] == [again.id]


# --- What may not be read (case 67) ---


def sealed_away(world: World, exhibit: Exhibit) -> Away:
    row = Away(
        id=uuid.uuid4(),
        school_id=exhibit.school_id,
        exhibit=exhibit,
        case_id=exhibit.case_id,
        why="child",
        content=b"",
        sealed_at=world.at,
        sealed_by=str(world.teacher.id),
    )
    away.lock(exhibit=exhibit, away=row)
    return row


@pytest.mark.policy("7.4")
def test_what_was_sealed_away_before_it_was_read_is_never_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    exhibit = a_record(world, a_picture(), "a.jpg")
    sealed_away(world, exhibit)
    monkeypatch.setattr(reading_acts, "read_out", lambda *a, **k: pytest.fail("It was read."))
    read_all(world)
    assert recipes(exhibit) == []
    with pytest.raises(Refused, match="never read"):
        reading_acts.read_record(exhibit=exhibit, by=world.senior, at=world.at)
    assert not copies_in(exhibit, [exhibit.case_id])


@pytest.mark.policy("7.4")
def test_what_is_sealed_away_while_it_is_read_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    exhibit = a_record(world, a_picture(), "a.jpg")
    real = reading_acts.read_out

    def read_then_seal(*args: Any, **more: Any) -> Any:
        found = real(*args, **more)
        with inside(world.school.id):
            sealed_away(world, exhibit)
        return found

    monkeypatch.setattr(reading_acts, "read_out", read_then_seal)
    read_all(world)
    assert recipes(exhibit) == []


@pytest.mark.policy("7.4")
def test_sealing_away_destroys_what_was_read_and_releasing_reads_it_anew(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    exhibit = a_record(world, CHAT + b"13/03/2024, 14:07 - Tess: hello hello\n" * 20_000, "chat.txt")
    read_all(world)
    name = Derived.objects.get(exhibit=exhibit).object_name
    with django_capture_on_commit_callbacks(execute=True):
        row = sealed_away(world, exhibit)
    assert not DerivedKey.objects.filter(derived__exhibit=exhibit).exists()
    with pytest.raises(FileNotFoundError):
        vault().open(name)
    assert derived.last_of([exhibit]) == {}

    away.unlock(away=row, by=PROGRAM, at=world.at)
    read_all(world)
    assert said(exhibit, "chat")["senders"] == ["Tess", "Ben"]


INSTRUCTION = {"from_whom": "Sgt Ali", "given_on": "1 November", "reference": "42/7"}


def test_what_was_destroyed_is_not_read_any_more_and_nothing_of_it_can_be_guessed(world: World) -> None:
    exhibit, other = a_record(world, CHAT, "chat.txt"), a_record(world, CHAT, "b.txt")
    read_all(world)
    keys = set(DerivedKey.objects.filter(derived__exhibit=exhibit).values_list("pk", flat=True))
    destroy_exhibit(exhibit=exhibit, instruction=INSTRUCTION, by=PROGRAM, at=world.at)
    exhibit.refresh_from_db()
    assert not DerivedKey.objects.filter(pk__in=keys).exists()
    # The salt of the commitment in the trail came from the key, and is nowhere else.
    assert not [field.name for field in Derived._meta.fields if "salt" in field.name]
    with pytest.raises(Refused, match="never read"):
        reading_acts.read_record(exhibit=exhibit, by=world.senior, at=world.at)
    assert not copies_in(other, [exhibit.case_id, other.case_id])


def test_what_is_destroyed_before_it_was_read_is_settled_unread(world: World) -> None:
    exhibit = a_record(world, CHAT, "chat.txt")
    destroy_exhibit(exhibit=exhibit, instruction=INSTRUCTION, by=PROGRAM, at=world.at)
    read_all(world)
    assert recipes(exhibit) == []
    assert ToRead.objects.get(exhibit=exhibit).due_at is None


def test_the_trail_commits_to_what_was_read_by_its_key(world: World) -> None:
    exhibit = a_record(world, CHAT, "chat.txt")
    read_all(world)
    row = Derived.objects.select_related("exhibit", "key").get(exhibit=exhibit)
    entry = Entry.objects.get(verb="evidence.keep_reading")
    assert derived.commitment_to(row) in entry.body


def test_a_record_of_a_sent_report_is_read_like_any_other(world: World) -> None:
    report = a_report(world)
    draft = Draft.objects.get(case_id=report.case_id)
    exhibit = a_record(world, CHAT, "chat.txt", draft=draft)
    assert worker.look(world.at, worker.queues(_no_post(), look_up=no_network)) == 1
    assert recipes(exhibit) == ["chat"]


def _no_post() -> Any:
    class NoPost:
        def close(self) -> None: ...

        def __getattr__(self, name: str) -> Any:
            return lambda *a, **k: None

    return NoPost()
