"""The sealed stream: every alteration of what is stored is noticed, and nothing altered is ever handed out."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forethought.evidence import sealing
from forethought.evidence.keys import Binding, BrokenSeal, Key, new_key, sealed_under
from forethought.evidence.sealing import CHUNK, HEADER_LENGTH, Opener, Sealer, sealed_size

NAME = "0123456789abcdef" * 2
ABOUT = Binding("exhibit", UUID(int=1), UUID(int=2), UUID(int=3))
KEY = new_key()
STORED_CHUNK = CHUNK + 7 + 16


def some(size: int, seed: int = 1) -> bytes:
    return Random(seed).randbytes(size)


def seal(content: bytes, *, pieces: int = CHUNK, key: Key = KEY, about: Binding = ABOUT, name: str = NAME) -> bytes:
    out = bytearray()
    sealer = Sealer(key, about, object_name=name, out=out.extend)
    for start in range(0, len(content), pieces):
        sealer.update(content[start : start + pieces])
    sealer.finish()
    assert (sealer.size, sealer.sha256) == (len(content), sha256(content).digest())
    return bytes(out)


def opener(stored: bytes, *, key: Key = KEY, about: Binding = ABOUT, name: str = NAME) -> Opener:
    return Opener(BytesIO(stored), key=key, about=about, object_name=name)


def opened(stored: bytes) -> bytes:
    return b"".join(opener(stored).chunks())


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The same construction in pieces of eight bytes, so that many pieces cost little."""
    monkeypatch.setattr(sealing, "CHUNK", 8)
    monkeypatch.setattr(sealing, "_SEALED_CHUNK", 8 + 7 + 16)
    monkeypatch.setattr(sealing, "_spare", [])
    yield 8


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1])
def test_a_content_of_any_size_comes_back(size: int) -> None:
    content = some(size)
    stored = seal(content)
    assert opened(stored) == content
    assert len(stored) == sealed_size(size)
    assert opener(stored).size == size
    assert sealed_under(stored) == KEY.id


@settings(max_examples=60)
@given(content=st.binary(max_size=70), cuts=st.lists(st.integers(0, 70), max_size=6), data=st.data())
def test_it_does_not_matter_how_the_bytes_arrive_or_leave(content: bytes, cuts: list[int], data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "CHUNK", 8)
        patch.setattr(sealing, "_SEALED_CHUNK", 31)
        patch.setattr(sealing, "_spare", [])
        out = bytearray()
        sealer = Sealer(KEY, ABOUT, object_name=NAME, out=out.extend)
        places = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
        for start, stop in pairwise(places):
            sealer.update(content[start:stop])
        sealer.finish()
        stored = bytes(out)
        assert sealer.sha256 == sha256(content).digest()
        assert opened(stored) == content
        start = data.draw(st.integers(0, 80))
        stop = data.draw(st.integers(start, 90))
        assert b"".join(opener(stored).read_range(start, stop)) == content[start:stop]


def test_every_flipped_bit_of_a_small_object_is_noticed(small_chunks: int) -> None:
    for content in (b"", b"threats", b"exactly8", b"three pieces of eight"):
        stored = seal(content)
        for bit in range(8 * len(stored)):
            altered = bytearray(stored)
            altered[bit // 8] ^= 1 << bit % 8
            with pytest.raises(BrokenSeal):
                opened(bytes(altered))


def test_every_cut_and_every_added_byte_is_noticed(small_chunks: int) -> None:
    for content in (b"", b"exactly8", b"sixteen bytes!!!", b"three pieces of eight"):
        stored = seal(content)
        for length in range(len(stored)):
            with pytest.raises(BrokenSeal):
                opened(stored[:length])
        for more in range(1, 50):
            with pytest.raises(BrokenSeal):
                opened(stored + bytes(more))


def test_pieces_cannot_be_swapped_dropped_repeated_or_borrowed(small_chunks: int) -> None:
    stored, other = seal(some(40)), seal(some(40, seed=2))
    head, pieces = stored[:HEADER_LENGTH], [stored[at : at + 31] for at in range(HEADER_LENGTH, len(stored), 31)]
    borrowed = other[HEADER_LENGTH + 31 : HEADER_LENGTH + 62]
    first, second, third, fourth, last = pieces
    for changed in (
        [second, first, third, fourth, last],
        [first, second, fourth, third, last],
        [first, third, fourth, last],
        [second, third, fourth, last],
        [first, second, third, fourth],
        [first, second, third, fourth, fourth],
        [first, first, third, fourth, last],
        [first, borrowed, third, fourth, last],
        [last],
        [],
    ):
        with pytest.raises(BrokenSeal):
            opened(head + b"".join(changed))
    with pytest.raises(BrokenSeal):
        opened(other[:HEADER_LENGTH] + stored[HEADER_LENGTH:])


def test_real_pieces_cannot_be_swapped_or_dropped() -> None:
    stored = seal(some(3 * CHUNK))
    head = stored[:HEADER_LENGTH]
    first, second, last = (stored[at : at + STORED_CHUNK] for at in range(HEADER_LENGTH, len(stored), STORED_CHUNK))
    for changed in (second + first + last, first + last, first + second):
        with pytest.raises(BrokenSeal):
            opened(head + changed)


@pytest.mark.parametrize(
    "changes",
    [
        {"about": replace(ABOUT, school=UUID(int=9))},
        {"about": replace(ABOUT, case=UUID(int=9))},
        {"about": replace(ABOUT, object=UUID(int=9))},
        {"about": replace(ABOUT, version=2)},
        {"about": replace(ABOUT, what="bundle")},
        {"name": "f" * 32},
        {"key": new_key()},
        {"key": Key(KEY.id, new_key().secret)},
    ],
)
def test_an_object_opens_only_as_what_it_was_sealed_as(changes: dict[str, object]) -> None:
    with pytest.raises(BrokenSeal):
        list(opener(seal(b"x"), **changes).chunks())  # type: ignore[arg-type]


def test_one_rotten_byte_is_placed_and_the_other_pieces_still_open() -> None:
    content = some(3 * CHUNK + 5)
    stored = bytearray(seal(content))
    stored[HEADER_LENGTH + STORED_CHUNK + 77] ^= 1
    found = opener(bytes(stored))
    with pytest.raises(BrokenSeal, match="Piece 2 of 4") as fault:
        list(found.chunks())
    assert fault.value.chunk == 1
    assert b"".join(found.read_range(0, CHUNK)) == content[:CHUNK]
    assert b"".join(found.read_range(2 * CHUNK, 3 * CHUNK + 5)) == content[2 * CHUNK :]


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (0, 0),
        (0, 1),
        (0, CHUNK),
        (CHUNK - 1, CHUNK + 1),
        (CHUNK, 2 * CHUNK),
        (1, 2 * CHUNK + 6),
        (2 * CHUNK, 2 * CHUNK + 7),
        (2 * CHUNK + 6, 2 * CHUNK + 7),
        (2 * CHUNK + 7, 2 * CHUNK + 7),
        (2 * CHUNK + 7, 9 * CHUNK),
        (5 * CHUNK, 6 * CHUNK),
    ],
)
def test_a_range_is_what_a_slice_would_be(start: int, stop: int) -> None:
    content = some(2 * CHUNK + 7)
    assert b"".join(opener(seal(content)).read_range(start, stop)) == content[start:stop]


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 4), (-5, -1)])
def test_a_range_that_runs_backwards_is_refused(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match="no range"):
        list(opener(seal(b"content")).read_range(start, stop))


def test_a_range_past_the_end_of_a_shortened_object_is_a_fault_and_not_a_short_answer() -> None:
    stored = seal(some(3 * CHUNK))[: HEADER_LENGTH + 2 * STORED_CHUNK]
    for start, stop in ((0, 3 * CHUNK), (2 * CHUNK, 3 * CHUNK), (5 * CHUNK, 6 * CHUNK), (CHUNK, 2 * CHUNK)):
        with pytest.raises(BrokenSeal):
            list(opener(stored).read_range(start, stop))


def test_nothing_can_be_added_after_the_end_and_there_is_no_hash_before_it() -> None:
    sealer = Sealer(KEY, ABOUT, object_name=NAME, out=len)
    with pytest.raises(RuntimeError):
        _ = sealer.sha256
    sealer.finish()
    for late in (lambda: sealer.update(b"x"), sealer.finish):
        with pytest.raises(RuntimeError):
            late()


def test_no_two_pieces_share_a_nonce(small_chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    real = sealing._nonce

    def watched(prefix: bytes, number: int, *, last: bool) -> bytes:
        seen.append(real(prefix, number, last=last))
        return seen[-1]

    monkeypatch.setattr(sealing, "_nonce", watched)
    for _ in range(3):
        seal(some(80))
    assert len(seen) == len(set(seen)) == 30


def test_nothing_of_one_object_comes_out_with_the_next() -> None:
    seal(some(CHUNK + 9))
    assert opened(seal(b"short")) == b"short"
    assert opened(seal(b"")) == b""


def test_two_objects_sealed_at_the_same_time_do_not_mix() -> None:
    outs = [bytearray(), bytearray()]
    sealers = [Sealer(KEY, ABOUT, object_name=NAME, out=out.extend) for out in outs]
    contents = [some(2 * CHUNK + 5, seed=seed) for seed in (3, 4)]
    for start in range(0, 2 * CHUNK + 5, 300_000):
        for sealer, content in zip(sealers, contents, strict=True):
            sealer.update(content[start : start + 300_000])
    for sealer in sealers:
        sealer.finish()
    assert [opened(bytes(out)) for out in outs] == contents


def test_a_counter_that_would_come_round_is_a_fault(small_chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_CHUNKS", 2)
    seal(some(16))
    with pytest.raises(OverflowError):
        seal(some(17))


@pytest.mark.parametrize("name", ["", "0" * 31, "0" * 33, "A" * 32, "../" + "0" * 29])
def test_an_object_without_a_proper_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="hex"):
        Sealer(KEY, ABOUT, object_name=name, out=len)


def test_the_stored_bytes_show_nothing_of_the_content() -> None:
    stored = seal(b"You're dead. " * 200_000)
    # Four letters alone come about by chance, once in some two thousand runs.
    assert b"You're dead" not in stored
    assert max(stored.count(bytes([value])) for value in range(256)) < 1.1 * len(stored) / 256
