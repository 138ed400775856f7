"""The trail of one school, made long and measured: `python -m bench.trail_there SIZE`, with settings of a fresh place.

Prints one JSON object. The entries are written straight into the table, as no procedure would; what is measured is the
program's own.
"""

import json
import statistics
import sys
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from pymerkle import InmemoryTree  # noqa: E402

from forethought.audit.checkpoints import make_checkpoint  # noqa: E402
from forethought.audit.models import Entry, TrailHead  # noqa: E402
from forethought.audit.procedures import PROGRAM, acting  # noqa: E402
from forethought.audit.proofs import consistency, fill_tiles, inclusion, root_at  # noqa: E402
from forethought.audit.tree import (  # noqa: E402
    TILE_WIDTH,
    Frontier,
    leaf_hash,
    tile_over,
    verify_consistency,
    verify_inclusion,
)
from forethought.people.procedures import found_school  # noqa: E402
from forethought.rows import inside  # noqa: E402

#: Acts one by one, each in a transaction of its own, durable before the next.
ACTS, PROOFS = 500, 500
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


def bodies(first: int, end: int) -> list[bytes]:
    """Entries of about 110 bytes."""
    filler = "x" * 80
    return [b'{"seq":%d,"verb":"bench.fill","about":"%s"}' % (seq, filler.encode()) for seq in range(first, end)]


def one_by_one(school_id: uuid.UUID) -> float:
    """Acts a second through the procedure that every page uses."""
    began = time.perf_counter()
    for _ in range(ACTS):
        with acting("bench.act", by=PROGRAM, at=NOW, about=school_id):
            pass
    return ACTS / (time.perf_counter() - began)


def write_rows(school_id: uuid.UUID, texts: list[bytes], leaves: list[bytes], first: int) -> None:
    """The entries as rows, before anything is measured."""
    of_all = {"school_id": school_id, "at": NOW, "by": "program", "verb": "bench.fill"}
    for start in range(0, len(texts), 20_000):
        places = range(start, min(start + 20_000, len(texts)))
        rows = [Entry(seq=first + n, body=texts[n].decode(), leaf=leaves[n], **of_all) for n in places]
        Entry.objects.bulk_create(rows, batch_size=2000)


def seconds(work: Any) -> tuple[float, Any]:
    """How long something takes, and what it gives."""
    began = time.perf_counter()
    given = work()
    return time.perf_counter() - began, given


def main(size: int) -> None:
    """Fill, measure, print."""
    school = found_school(name="Bench", demonstration=False, by=PROGRAM, at=NOW)
    with inside(school.id):
        found: dict[str, float] = {"one_by_one_per_s": one_by_one(school.id)}
        head = TrailHead.objects.get(pk=school.id)
        have = [text.encode() for text in Entry.objects.order_by("seq").values_list("body", flat=True)]
        texts = bodies(len(have), size)
        hashing, leaves = seconds(lambda: [leaf_hash(text) for text in texts])
        write_rows(school.id, texts, leaves, len(have))
        growing, _ = seconds(lambda: all_nodes(leaves))
        edge = Frontier.from_bytes(bytes(head.edge)).extend(leaves)
        TrailHead.objects.filter(pk=school.id).update(size=edge.size, edge=edge.to_bytes())
        filling, tiles = seconds(lambda: fill_tiles(school.id))
        judge = InmemoryTree()
        judging, _ = seconds(lambda: judge.append_entries(have + texts))
        chaining, _ = seconds(lambda: chained(texts))
        made = make_checkpoint(by=PROGRAM, at=NOW)
        assert bytes(made.root) == root_at(school.id, size) == judge.get_root(size), "the roots differ"
        found |= {
            "append_per_s": len(texts) / (hashing + growing),
            "with_tiles_per_s": len(texts) / (hashing + filling),
            "tiles": tiles,
            "pymerkle_per_s": size / judging,
            "chain_per_s": len(texts) / chaining,
            **proof_times(school.id, have + texts, bytes(made.root), judge),
        }
    print(json.dumps(found | {"vendor": connection.vendor}))


def all_nodes(leaves: list[bytes]) -> list[bytes]:
    """The nodes over every full tile, height above height, kept in memory."""
    made = []
    while len(leaves) >= TILE_WIDTH:
        full = range(0, len(leaves) - TILE_WIDTH + 1, TILE_WIDTH)
        tiles = [tile_over(b"".join(leaves[start : start + TILE_WIDTH])) for start in full]
        made += [nodes for nodes, _ in tiles]
        leaves = [root for _, root in tiles]
    return made


def chained(texts: list[bytes]) -> bytes:
    """The floor: one hash a line, each over the last. It proves nothing in twenty hashes."""
    last = b""
    for text in texts:
        last = leaf_hash(last + text)
    return last


def proof_times(school_id: uuid.UUID, texts: list[bytes], root: bytes, judge: InmemoryTree) -> dict[str, float]:
    """Milliseconds for proofs spread over the trail, each from a cold start of its own, each checked."""
    size = len(texts)
    inclusions, consistencies = [], []
    for number in range(PROOFS):
        seq = number * 7919 * 131 % size
        took, proof = seconds(lambda seq=seq: inclusion(school_id, seq, size))
        assert verify_inclusion(leaf_hash(texts[seq]), seq, size, proof, root)
        inclusions.append(took * 1000)
        took, proof = seconds(lambda old=seq + 1: consistency(school_id, old, size))
        if number % 50 == 0:
            assert verify_consistency(seq + 1, size, judge.get_root(seq + 1), root, proof)
        consistencies.append(took * 1000)
    return {
        "inclusion_ms": statistics.median(inclusions),
        "consistency_ms": statistics.median(consistencies),
        "inclusion_ms_95": statistics.quantiles(inclusions, n=20)[-1],
        "consistency_ms_95": statistics.quantiles(consistencies, n=20)[-1],
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
