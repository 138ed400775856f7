"""Whose a place of backups is, and that of two installations which claim it at once never both write."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import pytest

from forethought.backups import owners, owning
from forethought.backups.owners import Claim, Whose
from forethought.backups.places import NoPlace

AT = datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC)
ME, OTHER, THIRD = "a" * 32, "b" * 32, "c" * 32


def claim(number: int, installation: str) -> Claim:
    return Claim(number, AT, installation)


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ([], Whose.FREE),
        ([claim(1, ME)], Whose.OURS),
        ([claim(1, ME), claim(1, ME)], Whose.OURS),
        ([claim(1, OTHER)], Whose.ANOTHERS),
        ([claim(1, OTHER), claim(2, ME)], Whose.OURS),
        ([claim(2, OTHER), claim(1, ME)], Whose.ANOTHERS),
        ([claim(1, ME), claim(1, OTHER)], Whose.CONTESTED),
        ([claim(1, THIRD), claim(1, OTHER)], Whose.ANOTHERS),
        ([claim(1, ME), claim(1, OTHER), claim(2, OTHER)], Whose.ANOTHERS),
    ],
)
def test_a_place_is_of_whoever_claimed_it_last_and_alone(claims: list[Claim], found: Whose) -> None:
    assert owners.whose(claims, ME) is found


def test_a_claim_is_read_from_its_name_and_nothing_else_is_one() -> None:
    one = owners.next_claim([claim(1, OTHER)], ME, AT + timedelta(microseconds=5))

    assert one == Claim(2, AT, ME)
    assert owners.claims_in([one.path(), "owners/READ-ME.txt", "owners/0001-20261399T000000Z-" + ME + ".txt"]) == [one]


@pytest.mark.parametrize(
    ("made", "claims", "before"),
    [
        (AT - timedelta(days=1), [claim(1, ME)], False),
        (AT - timedelta(days=1), [claim(1, OTHER), claim(2, ME)], True),
        (AT, [claim(1, OTHER), claim(2, ME)], False),
        (AT, [], False),
    ],
)
def test_only_what_was_there_when_a_place_was_taken_over_is_of_a_former_owner(
    made: datetime, claims: list[Claim], before: bool
) -> None:
    assert owners.is_before(made, claims) is before


# --- Two at once ---


class TakingTurns:
    """A place in memory. Each thing that is done to it waits for its turn."""

    address = "/mnt/backup"

    def __init__(self, *, locked: bool) -> None:
        self.files: set[str] = set()
        self.locked = locked
        self.turn = threading.Condition()
        self.order: list[str] = []

    @contextmanager
    def my_turn(self) -> Iterator[None]:
        me = threading.current_thread().name
        with self.turn:
            assert self.turn.wait_for(lambda: not self.order or self.order[0] == me, timeout=30)
            yield
            del self.order[:1]
            self.turn.notify_all()

    def done(self) -> None:
        """Whoever has ended needs no more turns."""
        with self.turn:
            self.order = [one for one in self.order if one != threading.current_thread().name]
            self.turn.notify_all()

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        with self.my_turn():
            return iter([(one, 1) for one in self.files if one.startswith(prefix)])

    @contextmanager
    def writing(self, path: str) -> Iterator[Any]:
        with self.my_turn():
            yield SimpleNamespace(write=lambda data: len(data))
            self.files.add(path)

    def remove(self, path: str) -> None:
        with self.my_turn():
            if not self.locked:
                self.files.discard(path)


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("taking_over", [False, True])
def test_of_two_that_claim_at_once_in_every_order_never_both_write(
    monkeypatch: pytest.MonkeyPatch, locked: bool, taking_over: bool
) -> None:
    ids = {"first": ME, "second": OTHER}
    monkeypatch.setattr(owning, "identity", lambda: ids[threading.current_thread().name])
    monkeypatch.setattr(owning, "_was_restored", lambda: False)
    ended = set()
    # Each lists, writes, lists, and perhaps takes its claim away: four turns of eight.
    for firsts in combinations(range(8), 4):
        place: Any = TakingTurns(locked=locked)
        if taking_over:
            place.files.add(claim(1, THIRD).path())
        place.order = ["first" if turn in firsts else "second" for turn in range(8)]
        owning_now: list[str] = []

        def one(place: Any = place, owning_now: list[str] = owning_now) -> None:
            try:
                if taking_over:
                    owning.take_over(place, at=AT)
                else:
                    owning.insist_ours(place, at=AT)
                owning_now.append(threading.current_thread().name)
            except NoPlace:
                pass
            finally:
                place.done()

        threads = [threading.Thread(target=one, name=name) for name in ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        claims = owners.claims_in(place.files)
        after = [name for name, id in ids.items() if owners.whose(claims, id) is Whose.OURS]
        # One after the other both may take over: then the later has it, and the former is refused when it asks next.
        assert len(owning_now) <= len({one.number for one in claims} - {1} if taking_over else {1}), firsts
        assert len(after) <= 1 and (set(after) <= set(owning_now)), firsts
        assert locked or not owning_now or after, firsts
        ended.add(len(owning_now))
    assert ended == ({0, 1, 2} if taking_over else {0, 1})
