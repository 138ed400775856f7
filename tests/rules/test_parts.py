"""A file that comes in pieces: it may stop anywhere and go on, and what is kept is the file, whole."""

import errno
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from stores import ABOUT, GIB, KEY, a_vault, age, files, opened, put, sweep
from test_vault_faults import FewBytes, Recording

from forethought.evidence import parts
from forethought.evidence.keys import BrokenSeal, new_key
from forethought.evidence.parts import Gone, Misplaced, Part
from forethought.evidence.sealing import CHUNK, HEADER_LENGTH, piece_at
from forethought.evidence.store import StoreFull, TooLarge
from forethought.evidence.vault import Vault

NAME = "0123456789abcdef" * 2
SIZES = [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5]


def some(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def a_part(vault: Vault, size: int, *, name: str = NAME, begun: bool = True) -> Part:
    part = Part(vault, name, key=KEY, about=ABOUT, size=size)
    if begun:
        part.begin(ceiling=GIB)
    return part


def send(part: Part, content: bytes, *, piece: int = CHUNK) -> int:
    """Everything that is missing, in pieces of this size."""
    offset = part.offset
    while offset < len(content):
        body = content[offset : offset + piece]
        offset = part.take(BytesIO(body).read, start=offset, length=len(body))
    return offset


def breaking_after(content: bytes, count: int) -> Callable[[int], bytes]:
    """A connection that gives so many bytes and then breaks."""
    body = BytesIO(content[:count])

    def read(most: int) -> bytes:
        if found := body.read(most):
            return found
        raise ConnectionResetError(errno.ECONNRESET, "reset")

    return read


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("restarted", [False, True])
def test_a_file_in_pieces_is_kept_as_it_was_with_its_hash(tmp_path: Path, size: int, restarted: bool) -> None:
    vault, content = a_vault(tmp_path / "store"), some(size)
    part = a_part(vault, size)
    assert send(part, content, piece=2 * CHUNK) == size
    if restarted:
        parts.forget_running()
    kept = part.finish()

    assert (kept.sha256, kept.size) == (sha256(content).digest(), size)
    assert opened(vault, kept.object_name) == content
    assert [path.stat().st_size for path in files(tmp_path)] == [kept.stored_size]


def test_a_connection_may_break_at_any_byte_and_the_rest_is_sent_from_elsewhere(tmp_path: Path) -> None:
    content, chance = some(4 * CHUNK + 77), random.Random(7)
    vault = a_vault(tmp_path / "store")
    part = a_part(vault, len(content))
    offset = breaks = 0
    while offset < len(content):
        rest = content[offset:]
        cut = min(len(rest), chance.randint(0, 5 * CHUNK if breaks > 12 else CHUNK * 3 // 2))
        again = Part(vault, NAME, key=KEY, about=ABOUT, size=len(content))
        reached = again.take(breaking_after(rest, cut), start=offset, length=len(rest))
        assert reached == len(content) if cut == len(rest) else reached == offset + cut // CHUNK * CHUNK
        offset, breaks = reached, breaks + 1
        if breaks % 3 == 0:
            parts.forget_running()
    assert opened(vault, part.finish().object_name) == content


def test_a_piece_that_does_not_follow_is_refused_with_the_place_where_to_go_on(tmp_path: Path) -> None:
    content = some(3 * CHUNK)
    part = a_part(a_vault(tmp_path / "store"), len(content))
    part.take(BytesIO(content).read, start=0, length=CHUNK)
    for start, length in ((0, CHUNK), (2 * CHUNK, CHUNK), (CHUNK, 2 * CHUNK + 1), (CHUNK + 1, 10)):
        with pytest.raises(Misplaced) as refused:
            part.take(BytesIO(content).read, start=start, length=length)
        assert refused.value.offset == CHUNK
    with pytest.raises(Misplaced):
        part.finish()
    assert part.offset == CHUNK


def test_a_sender_whose_connection_died_silently_does_not_hold_up_the_next(tmp_path: Path) -> None:
    content = some(3 * CHUNK)
    vault = a_vault(tmp_path / "store")
    part = a_part(vault, len(content))

    def overtaken(most: int) -> bytes:
        # While the first one waits for a byte, the same file is sent whole from elsewhere.
        assert send(Part(vault, NAME, key=KEY, about=ABOUT, size=len(content)), content) == len(content)
        return content[:most] if part.offset else b""

    with pytest.raises(Misplaced):
        part.take(lambda most: overtaken(most) if part.offset == 0 else content[:most], start=0, length=CHUNK)
    assert opened(vault, part.finish().object_name) == content


@pytest.mark.parametrize("cut", [1, 30, HEADER_LENGTH + 5, CHUNK // 2, CHUNK + 100])
def test_what_a_kill_left_of_a_piece_is_cut_away_and_sent_again(tmp_path: Path, cut: int) -> None:
    content = some(3 * CHUNK + 9)
    vault = a_vault(tmp_path / "store")
    part = a_part(vault, len(content))
    part.take(BytesIO(content).read, start=0, length=2 * CHUNK)
    [path] = files(tmp_path)
    os.truncate(path, path.stat().st_size - cut)
    parts.forget_running()

    assert part.offset in {0, CHUNK} and part.offset == (2 - -(-cut // (CHUNK + 23))) * CHUNK
    assert path.stat().st_size == piece_at(part.offset // CHUNK)
    send(part, content)
    assert opened(vault, part.finish().object_name) == content


def test_a_piece_that_a_power_cut_left_as_noughts_is_found_and_sent_again(tmp_path: Path) -> None:
    content = some(4 * CHUNK)
    vault = a_vault(tmp_path / "store")
    part = a_part(vault, len(content))
    send(part, content)
    [path] = files(tmp_path)
    with path.open("r+b") as file:
        file.seek(piece_at(1) + 5000)
        file.write(bytes(4096))
    parts.forget_running()

    assert part.offset == CHUNK
    send(part, content)
    assert opened(vault, part.finish().object_name) == content


def test_a_piece_sealed_twice_never_uses_the_same_nonce(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    part = a_part(vault, 2 * CHUNK)
    [path] = files(tmp_path)
    seen = set()
    for seed in range(5):
        part.take(BytesIO(some(CHUNK, seed)).read, start=0, length=CHUNK)
        seen.add(path.read_bytes()[HEADER_LENGTH : HEADER_LENGTH + 7])
        os.truncate(path, HEADER_LENGTH + 100)
        parts.forget_running()
    assert len(seen) == 5


def test_what_is_too_large_or_has_no_room_is_not_begun(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    with pytest.raises(TooLarge, match="1 KiB"):
        Part(vault, NAME, key=KEY, about=ABOUT, size=1025).begin(ceiling=1024)
    Part(vault, NAME, key=KEY, about=ABOUT, size=1024).begin(ceiling=1024)
    with pytest.raises(StoreFull):
        a_part(a_vault(tmp_path / "full", reserve=2**60), 10, name="0" * 32)
    with pytest.raises(ValueError, match="empty"):
        a_part(vault, 0)
    assert [path.name for path in files(tmp_path)] == [f"{NAME}.part"]


def test_a_disk_that_fills_up_in_the_middle_leaves_nothing_and_takes_a_small_file(tmp_path: Path) -> None:
    content = some(4 * CHUNK)
    vault = a_vault(tmp_path / "store", FewBytes(2 * CHUNK + CHUNK // 2))
    part = a_part(vault, len(content))
    with pytest.raises(StoreFull):
        send(part, content)
    assert files(tmp_path) == []
    with pytest.raises(Gone):
        _ = part.offset
    assert opened(vault, put(vault, b"small").object_name) == b"small"


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_whichever_call_fails_it_can_be_tried_again_or_is_gone(tmp_path: Path, error: int) -> None:
    content = some(2 * CHUNK + 9)
    whole = Recording()
    vault = a_vault(tmp_path / "whole", whole)
    part = a_part(vault, len(content))
    send(part, content)
    part.finish()
    assert whole.calls.count("sync") == 1
    for place, call in enumerate(whole.calls):
        root = tmp_path / str(place)
        vault = a_vault(root, Recording(place, error))
        kept = None
        for _ in range(3):
            # What a browser does: go on where it can, begin again where nothing is left.
            parts.forget_running()
            again = a_part(vault, len(content), begun=False)
            try:
                try:
                    send(again, content)
                except Gone:
                    again.begin(ceiling=GIB)
                    send(again, content)
                kept = again.finish()
            except (OSError, StoreFull, Gone, Misplaced):
                kept = None
                if place > 0 and not files(root):
                    continue
        again = a_part(vault, len(content), begun=False)
        if kept is None:
            kept = again.finish()
        assert kept.sha256 == sha256(content).digest(), call
        assert opened(vault, kept.object_name) == content, call


def test_finishing_twice_gives_the_same_and_a_part_never_takes_the_place_of_an_object(tmp_path: Path) -> None:
    content = some(CHUNK + 3)
    vault = a_vault(tmp_path / "store")
    part = a_part(vault, len(content))
    send(part, content)
    first = part.finish()
    parts.forget_running()
    assert part.finish() == first
    [path] = files(tmp_path)
    with path.open("r+b") as file:
        file.seek(piece_at(1) + 8)
        file.write(b"\0")
    with pytest.raises(BrokenSeal):
        part.finish()


def test_only_whole_files_are_finished_and_another_key_opens_none(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    part = a_part(vault, 2 * CHUNK)
    send(part, some(CHUNK) * 2)
    parts.forget_running()
    with pytest.raises(Gone):
        _ = Part(vault, NAME, key=new_key(), about=ABOUT, size=2 * CHUNK).offset


def test_the_sweep_takes_a_part_that_nobody_has_touched_for_a_day(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    part = a_part(vault, 2 * CHUNK)
    part.take(BytesIO(some(CHUNK)).read, start=0, length=CHUNK)
    assert sweep(vault).removed == 0
    age(files(tmp_path)[0], hours=25)
    assert sweep(vault).removed == 1
    with pytest.raises(Gone):
        part.take(BytesIO(some(CHUNK)).read, start=CHUNK, length=CHUNK)


def test_nothing_of_it_lies_on_the_disk_in_the_clear(tmp_path: Path) -> None:
    content = b"You are finished, you know. " * 100_000
    part = a_part(a_vault(tmp_path / "store"), len(content))
    part.take(BytesIO(content).read, start=0, length=len(content))
    for path in files(tmp_path):
        assert b"finished, you know" not in path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_sender_killed_at_any_moment_goes_on_and_loses_nothing(tmp_path: Path) -> None:
    content, chance = some(24 * CHUNK + 11), random.Random(20261129)
    vault = a_vault(tmp_path / "store")
    part = a_part(vault, len(content))
    kills = 0
    while part.offset < len(content) and kills < 60:
        pid = os.fork()
        if pid == 0:
            try:
                parts.forget_running()
                send(Part(vault, NAME, key=KEY, about=ABOUT, size=len(content)), content)
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0.001, 0.012))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        kills += 1
        parts.forget_running()
    send(part, content)
    kept = part.finish()
    assert kills >= 3
    assert kept.sha256 == sha256(content).digest()
    assert opened(vault, kept.object_name) == content


def test_two_senders_of_one_file_at_once_make_one_whole_object(tmp_path: Path) -> None:
    content = some(12 * CHUNK + 5)
    vault = a_vault(tmp_path / "store")
    a_part(vault, len(content))
    kept: list[bytes] = []

    def sends() -> None:
        mine = Part(vault, NAME, key=KEY, about=ABOUT, size=len(content))
        while True:
            try:
                send(mine, content, piece=3 * CHUNK)
                kept.append(mine.finish().sha256)
                return
            except (Misplaced, Gone):
                # As the page's script does: ask where to go on. The other one was faster.
                continue

    both = [threading.Thread(target=sends) for _ in range(3)]
    for one in both:
        one.start()
    for one in both:
        one.join(300)
    assert kept == [sha256(content).digest()] * 3
    assert opened(vault, NAME) == content
    assert len(files(tmp_path)) == 1
