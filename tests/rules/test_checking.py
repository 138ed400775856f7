"""A trail that somebody touched: edited, deleted from, added to, reordered, or written afresh."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from forethought.audit.checking import (
    MOST_FAULTS,
    Fault,
    FaultKind,
    body_of,
    check_against,
    check_trail,
    leaf_of,
    stored_entry,
)
from forethought.audit.tree import EMPTY_ROOT, leaf_hash, root_of
from forethought.core.canonical import NotCanonical

SCHOOL = UUID("11111111-1111-4111-8111-111111111111")
OTHER_SCHOOL = UUID("22222222-2222-4222-8222-222222222222")
EVENING = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)

Entry = dict[str, Any]


def an_entry(seq: int) -> Entry:
    body: Entry = {
        "seq": seq,
        "school": SCHOOL,
        "at": EVENING + timedelta(minutes=seq),
        "by": "head",
        "verb": "takedowns.ask_host",
        "about": f"t-{seq}",
        "case": "c-1",
        "facts": {"route": "host", "files": seq},
        "commitments": {"wording": "ab" * 32},
    }
    return sealed(body)


def sealed(entry: Entry) -> Entry:
    """The entry with the leaf its body asks for: what an attacker with the code can do as well."""
    return {**entry, "leaf": leaf_of(entry)}


def a_trail(size: int = 10) -> list[Entry]:
    return [an_entry(seq) for seq in range(size)]


def head_of(entries: list[Entry]) -> dict[str, Any]:
    return {"school": SCHOOL, "size": len(entries), "root": root_of(leaf_of(entry) for entry in entries)}


def kinds(faults: list[Fault]) -> list[str]:
    return [fault.kind.value for fault in faults]


@pytest.mark.parametrize("size", [0, 1, 2, 7, 64, 65])
def test_a_trail_that_nobody_touched_has_no_faults(size: int) -> None:
    entries = a_trail(size)

    assert check_trail(entries, head_of(entries)) == []


def test_an_exported_trail_with_texts_in_place_of_values_checks_just_the_same() -> None:
    entries = a_trail()
    head = head_of(entries)
    for entry in entries:
        entry["school"] = str(entry["school"])
        entry["at"] = entry["at"].isoformat(timespec="microseconds").replace("+00:00", "Z")
        entry["leaf"] = entry["leaf"].hex()
    head = {"school": str(SCHOOL), "size": head["size"], "root": head["root"].hex()}

    assert check_trail(iter(entries), head) == []


EDITS = [
    ("at", EVENING),
    ("by", "deputy"),
    ("verb", "takedowns.withdraw"),
    ("about", "t-0"),
    ("case", None),
    ("facts", {"route": "host", "files": 5}),
    ("facts", {}),
    ("commitments", {}),
    ("commitments", {"wording": "ac" * 32}),
]


@pytest.mark.parametrize(("key", "value"), EDITS)
def test_an_edited_entry_is_named(key: str, value: object) -> None:
    entries = a_trail()
    head = head_of(entries)
    entries[4][key] = value

    faults = check_trail(entries, head)

    assert kinds(faults) == ["leaf", "root"]
    assert faults[0].seq == 4
    assert faults[0].sentence.startswith("Entry 4 does not agree with its leaf")
    assert "it is the bodies" in faults[1].sentence


def test_an_edited_leaf_is_named() -> None:
    entries = a_trail()
    head = head_of(entries)
    entries[4]["leaf"] = EMPTY_ROOT

    faults = check_trail(entries, head)

    # The bodies still give the head's root, so the head itself is not in doubt.
    assert [(fault.kind, fault.seq) for fault in faults] == [(FaultKind.LEAF, 4)]


def test_an_entry_edited_together_with_its_leaf_is_given_away_by_the_head() -> None:
    entries = a_trail()
    head = head_of(entries)
    entries[4] = sealed({**entries[4], "by": "deputy"})

    faults = check_trail(entries, head)

    assert kinds(faults) == ["root"]
    assert "together with its leaf" in faults[0].sentence


@pytest.mark.parametrize("gone", [0, 4, 8])
def test_a_deleted_entry_is_named(gone: int) -> None:
    entries = a_trail()
    head = head_of(entries)
    del entries[gone]

    faults = check_trail(entries, head)

    assert kinds(faults) == ["sequence", "size", "root"]
    assert faults[0].seq == gone
    assert f"entry {gone} should stand and does not" in faults[0].sentence
    assert "counts 10 entries and the trail holds 9" in faults[1].sentence


def test_a_cut_off_end_is_given_away_by_the_head() -> None:
    entries = a_trail()
    head = head_of(entries)

    faults = check_trail(entries[:7], head)

    assert kinds(faults) == ["size", "root"]
    assert faults[0].seq == 7


def test_several_deleted_entries_are_named_as_a_range() -> None:
    entries = a_trail()
    head = head_of(entries)
    del entries[3:6]

    assert "entries 3 to 5 should stand" in check_trail(entries, head)[0].sentence


def test_an_inserted_entry_is_named() -> None:
    entries = a_trail()
    head = head_of(entries)
    entries.insert(5, sealed({**entries[4], "by": "deputy"}))

    faults = check_trail(entries, head)

    assert kinds(faults) == ["sequence", "size", "root"]
    assert faults[0].sentence == "Entry 4 stands where entry 5 should: it is doubled or moved."


def test_an_entry_inserted_with_every_later_one_renumbered_is_given_away_by_the_head() -> None:
    entries = a_trail()
    head = head_of(entries)
    entries.insert(5, deepcopy(entries[4]))
    entries = [sealed({**entry, "seq": seq}) for seq, entry in enumerate(entries)]

    assert kinds(check_trail(entries, head)) == ["size", "root"]


def test_an_entry_added_at_the_end_is_given_away_by_the_head() -> None:
    entries = a_trail()
    head = head_of(entries)
    entries.append(an_entry(10))

    assert kinds(check_trail(entries, head)) == ["size", "root"]


def test_reordered_entries_are_named() -> None:
    entries = a_trail()
    head = head_of(entries)
    entries[3], entries[6] = entries[6], entries[3]

    faults = check_trail(entries, head)

    assert faults[0].kind is FaultKind.SEQUENCE
    assert faults[0].seq == 3
    assert faults[-1].kind is FaultKind.ROOT


def test_two_entries_that_changed_numbers_are_given_away_by_their_leaves() -> None:
    entries = a_trail()
    head = head_of(entries)
    entries[3]["seq"], entries[6]["seq"] = 6, 3
    entries[3], entries[6] = entries[6], entries[3]

    assert kinds(check_trail(entries, head)) == ["leaf", "leaf", "root"]


def test_a_trail_written_afresh_from_its_middle_is_found_only_by_a_checkpoint_kept_elsewhere() -> None:
    entries = a_trail()
    kept_by_the_chair = head_of(entries)
    rebuilt = [*entries[:5], *(sealed({**entry, "by": "deputy"}) for entry in entries[5:])]

    assert check_trail(rebuilt, head_of(rebuilt)) == []
    assert check_against(rebuilt, 5, root_of(leaf_of(entry) for entry in entries[:5])) == []

    faults = check_against(rebuilt, kept_by_the_chair["size"], kept_by_the_chair["root"])
    assert kinds(faults) == ["checkpoint"]
    assert "before entry 10 was changed" in faults[0].sentence


def test_a_trail_that_only_grew_agrees_with_every_checkpoint_it_ever_had() -> None:
    entries = a_trail(20)

    for size in range(21):
        root = root_of(leaf_of(entry) for entry in entries[:size])
        assert check_against(entries, size, root) == []
        assert check_against(iter(entries), size, root.hex()) == []


def test_a_trail_shorter_than_its_checkpoint_is_found() -> None:
    entries = a_trail()

    faults = check_against(entries[:6], 10, head_of(entries)["root"])

    assert kinds(faults) == ["checkpoint"]
    assert faults[0].seq == 6
    assert "holds 6" in faults[0].sentence


def test_a_checkpoint_that_is_no_hash_agrees_with_nothing() -> None:
    assert kinds(check_against(a_trail(), 10, "not a root")) == ["checkpoint"]


def test_an_entry_of_another_school_is_named() -> None:
    entries = a_trail()
    entries[4] = sealed({**entries[4], "school": OTHER_SCHOOL})

    faults = check_trail(entries, head_of(entries))

    assert kinds(faults) == ["school"]
    assert faults[0].sentence == "Entry 4 belongs to another school's trail."


def test_a_head_without_a_school_takes_the_first_entry_at_its_word() -> None:
    entries = a_trail()
    head = head_of(entries)
    del head["school"]

    assert check_trail(entries, head) == []


def test_something_that_the_leaf_does_not_cover_may_not_ride_along() -> None:
    entries = a_trail()
    entries[4]["note"] = "looks like part of the record"

    faults = check_trail(entries, head_of(entries))

    assert [(fault.kind, fault.seq) for fault in faults] == [(FaultKind.BODY, 4)]
    assert "note" in faults[0].sentence


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entry: entry.pop("verb"),
        lambda entry: entry.update(facts={"share": 0.5}),
        lambda entry: entry.update(about="\ud800"),
        lambda entry: entry.update(at=datetime(2026, 11, 20)),  # noqa: DTZ001
        lambda entry: entry.update(facts={1: "one"}),
    ],
)
def test_an_entry_without_a_canonical_body_is_a_fault_and_not_an_error(spoil: Any) -> None:
    entries = a_trail()
    head = head_of(entries)
    spoil(entries[4])

    faults = check_trail(entries, head)

    assert (faults[0].kind, faults[0].seq) == (FaultKind.BODY, 4)
    assert "cannot be checked" in faults[0].sentence
    assert kinds(check_against(entries, 10, head["root"])) == ["body"]
    with pytest.raises(NotCanonical):
        leaf_of(entries[4])


@pytest.mark.parametrize("leaf", [None, "", "zz" * 32, b"\0" * 31, 7, "AB" * 32, " " + "ab" * 31])
def test_a_leaf_that_is_no_hash_is_a_fault_and_not_an_error(leaf: object) -> None:
    entries = a_trail()
    head = head_of(entries)
    entries[4]["leaf"] = leaf

    faults = check_trail(entries, head)

    assert [(fault.kind, fault.seq) for fault in faults] == [(FaultKind.LEAF, 4)]


@pytest.mark.parametrize("seq", [None, "4", 4.0, True, -1])
def test_a_number_that_is_no_number_in_its_place_is_a_fault(seq: object) -> None:
    entries = a_trail()
    head = head_of(entries)
    entries[4]["seq"] = seq

    assert check_trail(entries, head)[0].kind is FaultKind.SEQUENCE


@pytest.mark.parametrize("head", [{}, {"size": 10}, {"size": "10", "root": EMPTY_ROOT}, {"size": 10, "root": "?"}])
def test_a_head_that_says_nothing_vouches_for_nothing(head: dict[str, Any]) -> None:
    assert kinds(check_trail(a_trail(), head)) == ["root"]


def test_a_wholly_ruined_trail_gives_a_list_that_somebody_can_read() -> None:
    entries = a_trail(3 * MOST_FAULTS)
    head = head_of(entries)
    for entry in entries:
        entry["by"] = "deputy"

    faults = check_trail(entries, head)

    assert len(faults) == MOST_FAULTS + 1
    assert faults[0].seq == 0


def test_every_sentence_is_one_that_a_person_can_read() -> None:
    entries = a_trail()
    head = head_of(entries)
    entries[2]["by"] = "deputy"
    del entries[5]

    for fault in [*check_trail(entries, head), *check_against(entries, 10, head["root"])]:
        assert fault.sentence[0].isupper() and fault.sentence.endswith(".")


def test_a_part_of_the_body_that_not_every_entry_has_is_covered_where_it_stands() -> None:
    entries = [sealed({**entry, "about_kind": "takedown"}) for entry in a_trail()]
    head = head_of(entries)
    assert check_trail(entries, head) == []

    entries[3]["about_kind"] = "case"
    del entries[5]["about_kind"]

    assert [fault.seq for fault in check_trail(entries, head)] == [3, 5, None]


def rows_of(entries: list[Entry]) -> list[Entry]:
    """What the database holds: the body as text, its leaf, and columns that repeat it."""
    columns = ("seq", "at", "by", "verb", "about", "case")
    return [
        {
            "body": body_of(entry).decode(),
            "leaf": memoryview(entry["leaf"]),
            "columns": {name: entry[name] for name in columns},
        }
        for entry in entries
    ]


def test_a_stored_trail_that_nobody_touched_has_no_faults() -> None:
    entries = a_trail()

    assert check_trail((stored_entry(**row) for row in rows_of(entries)), head_of(entries)) == []


@pytest.mark.parametrize(("name", "value"), [("by", "deputy"), ("at", EVENING), ("case", None), ("seq", 7)])
def test_a_column_that_no_longer_says_what_the_body_says_is_named(name: str, value: object) -> None:
    entries = a_trail()
    rows = rows_of(entries)
    rows[4]["columns"][name] = value

    faults = check_trail((stored_entry(**row) for row in rows), head_of(entries))

    assert [(fault.kind, fault.seq) for fault in faults] == [(FaultKind.COLUMN, 4)]
    assert f"another “{name}” in its row" in faults[0].sentence


def test_a_stored_body_that_two_readers_could_read_differently_is_named() -> None:
    entries = a_trail()
    rows = rows_of(entries)
    # The name stands twice: some readers take the first, ours takes the last, and the leaf agrees with the last.
    rows[4]["body"] = rows[4]["body"].replace("{", '{"by":"deputy",', 1)

    faults = check_trail((stored_entry(**row) for row in rows), head_of(entries))

    assert [(fault.kind, fault.seq) for fault in faults] == [(FaultKind.BODY, 4)]
    assert "canonical way" in faults[0].sentence


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "7", '{"seq": 4}', "[" * 100_000])
def test_a_stored_body_that_is_no_body_is_a_fault_and_not_an_error(body: str) -> None:
    entries = a_trail()
    rows = rows_of(entries)
    rows[4]["body"] = body

    faults = check_trail((stored_entry(**row) for row in rows), head_of(entries))

    assert FaultKind.BODY in [fault.kind for fault in faults]
    assert all(fault.seq in (4, None) for fault in faults)


def test_the_leaf_is_made_over_the_very_bytes_that_are_stored() -> None:
    entry = an_entry(0)

    assert leaf_of(entry) == leaf_hash(body_of(entry))
