"""Keeping large files: how fast beside the least that could be done, in how much memory, and how soon a part is read.

`intake_1gib_ratio`      1 GiB through the vault, as a share of the speed of SHA-256 and a write, both synced
`intake_5gib_memory_mib` 5 GiB through the real server in pieces: its memory above what it holds at rest
`range_read_ms`          a random 64 KiB of a large record, opened from its key on
"""

import hashlib
import http.client
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from uuid import UUID

from bench.rows import Row
from bench.server import ROOT, Client, database_name, serving, tree

sys.path[:0] = [str(ROOT / "tests" / "faults")]

MIB, GIB = 1024 * 1024, 1024**3
PAIRS, RANGES, RANGE = 5, 300, 64 * 1024
PIECE = 8 * MIB
#: Bytes that do not repeat within a piece; made once.
_SOME = os.urandom(64 * MIB)


def pieces(size: int, length: int) -> Iterator[memoryview]:
    """So many bytes, in pieces of this length."""
    some = memoryview(_SOME)
    for start in range(0, size, length):
        at = start % len(some)
        yield some[at : at + min(length, size - start)]


def hashed_and_written(folder: Path, size: int) -> float:
    """Seconds for the floor: each MiB hashed and written, and the file synced at the end."""
    began, found = time.perf_counter(), hashlib.sha256()
    fd = os.open(folder / "raw", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for piece in pieces(size, MIB):
            found.update(piece)
            os.write(fd, piece)
        os.fsync(fd)
    finally:
        os.close(fd)
    found.digest()
    taken = time.perf_counter() - began
    (folder / "raw").unlink()
    return taken


def through_the_vault(folder: Path, size: int) -> tuple[float, Callable[[], object]]:
    """Seconds for the same through the vault, and what takes it away again."""
    from forethought.evidence.keys import Binding, new_key
    from forethought.evidence.vault import Vault, make_store

    make_store(folder / "vault")
    vault = Vault(folder / "vault", reserve=0)
    about = Binding("exhibit", UUID(int=1), UUID(int=2), UUID(int=3))
    began = time.perf_counter()
    with vault.begin(key=new_key(), about=about, ceiling=8 * GIB) as incoming:
        for piece in pieces(size, MIB):
            incoming.write(piece)  # type: ignore[arg-type]
        kept = incoming.keep()
    taken = time.perf_counter() - began
    return taken, lambda: vault.remove(kept.object_name)


def intake_1gib_ratio() -> list[Row]:
    """Median of five pairs on the same disk, each pair one after the other."""
    floors, ours = [], []
    with tempfile.TemporaryDirectory(prefix="ft-vault-") as name:
        folder = Path(name)
        for _ in range(PAIRS):
            floors.append(hashed_and_written(folder, GIB))
            taken, away = through_the_vault(folder, GIB)
            ours.append(taken)
            away()
    ratio = median(floor / own for floor, own in zip(floors, ours, strict=True))
    over_http = sent_in_pieces(GIB)[0]
    how = (
        f"median of {PAIRS} pairs; floor {GIB / MIB / median(floors):.0f} MiB/s, vault {GIB / MIB / median(ours):.0f}, "
        f"over HTTP in pieces of 8 MiB {GIB / MIB / over_http:.0f}; all synced"
    )
    return [Row("intake_1gib_ratio", ratio, "", 1.0, how, least=0.9)]


def intake_5gib_memory_mib() -> list[Row]:
    """The highest that the web process came to while 5 GiB arrived, less what it held before."""
    seconds, above, rest = sent_in_pieces(5 * GIB)
    how = f"{seconds:.0f} s for 5 GiB in pieces of 8 MiB; web process at rest {rest:.0f} MiB; {database_name()}"
    return [Row("intake_5gib_memory_mib", above, "MiB", rest, how, limit=64)]


def sent_in_pieces(size: int) -> tuple[float, float, float]:
    """Seconds for a file of this size through the served site, and MiB: its peak above rest, and at rest."""
    import walk

    with serving() as server:
        browser = walk.Browser(walk.over_http("localhost", server.port))
        page = Client(server)
        demonstration = page.get("/demonstration/").decode()
        account = re.search(r"Tess Harlow.*?/demonstration/([0-9a-f-]{36})/be/", demonstration, re.S)
        assert account is not None
        walk.be(browser, account[1])
        draft = walk.start_draft(browser)
        walk.say(browser, draft)
        # A small one first: what is loaded late has been loaded, and the buffers are there.
        _send(browser, walk.pass_gate(browser, draft), 2 * PIECE)
        [web] = [pid for pid in tree(server.process.pid) if _named(pid, "ft-web")]  # type: ignore[union-attr]
        rest = _status(web, "VmRSS")
        Path(f"/proc/{web}/clear_refs").write_text("5")
        began = time.perf_counter()
        _send(browser, walk.pass_gate(browser, draft), size)
        seconds = time.perf_counter() - began
        return seconds, _status(web, "VmHWM") - rest, rest


def _named(pid: int, name: str) -> bool:
    return Path(f"/proc/{pid}/comm").read_text().strip() == name


def _status(pid: int, field: str) -> float:
    found = re.search(rf"^{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)
    assert found is not None
    return int(found[1]) / 1024


def _send(browser: "object", grant: str, size: int) -> None:
    """One file in pieces, as the page's script sends it."""
    import json

    tail = (size - 1) // MIB * MIB % len(_SOME)
    about = {
        "name": "film.bin",
        "type": "",
        "size": str(size),
        "modified": "1",
        "head": hashlib.sha256(_SOME[:MIB]).hexdigest(),
        "tail": hashlib.sha256(_SOME[tail : tail + (size - 1) % MIB + 1]).hexdigest(),
    }
    begun = json.loads(browser.post(f"/upload/{grant}/begin-upload/", about).body)  # type: ignore[attr-defined]
    offset = begun["offset"]
    for piece in pieces(size, PIECE):
        answer = browser._ask(  # type: ignore[attr-defined]
            "POST", f"{begun['to']}?offset={offset}", bytes(piece), "application/offset+octet-stream"
        )
        assert answer.status == http.client.OK, answer
        offset = json.loads(answer.body)["offset"]
    assert offset == size
    kept = browser.post(f"/upload/{grant}/keep-uploads/", {"kind": "social", "uploads": begun["id"]})  # type: ignore[attr-defined]
    assert kept.status == http.client.FOUND, kept


def range_read_ms() -> list[Row]:
    """From the file's name to 64 KiB of it, verified: the median, with the slowest of twenty beside it."""
    from forethought.evidence.keys import Binding, new_key
    from forethought.evidence.sealing import Opener
    from forethought.evidence.vault import Vault, make_store

    size, chance, key = GIB, random.Random(5), new_key()
    about = Binding("exhibit", UUID(int=1), UUID(int=2), UUID(int=3))
    with tempfile.TemporaryDirectory(prefix="ft-vault-") as name:
        make_store(Path(name))
        vault = Vault(Path(name), reserve=0)
        with vault.begin(key=key, about=about, ceiling=size) as incoming:
            for piece in pieces(size, MIB):
                incoming.write(piece)  # type: ignore[arg-type]
            kept = incoming.keep()
        taken = []
        for _ in range(RANGES):
            start = chance.randrange(size - RANGE)
            began = time.perf_counter()
            with vault.open(kept.object_name) as file:
                opener = Opener(file, key=key, about=about, object_name=kept.object_name)
                got = b"".join(opener.read_range(start, start + RANGE))
            taken.append((time.perf_counter() - began) * 1000)
            assert len(got) == RANGE
    taken.sort()
    slow = taken[int(RANGES * 0.95)]
    how = f"{RANGES} random ranges of 64 KiB of 1 GiB; 95 of 100 within {slow:.2f} ms; floor: the fastest"
    return [Row("range_read_ms", median(taken), "ms", taken[0], how, limit=5)]


FIGURES: dict[str, Callable[[], list[Row]]] = {
    "intake_1gib_ratio": intake_1gib_ratio,
    "intake_5gib_memory_mib": intake_5gib_memory_mib,
    "range_read_ms": range_read_ms,
}
