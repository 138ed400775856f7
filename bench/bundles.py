"""Bundles: how long a stranger waits for the check, what a large one takes to write, and whether a change gets through.

`verify_bundle_s`           verify.py as its reader runs it, a process of its own, over 3 MB
`bundle_mutations_accepted` one seeded bit in every byte of a small bundle, every bit of statement and checkpoint, and
                            1,000 attacks by somebody who rebuilds every manifest; with the note. Only 0 will do
`write_bundle_s_gib`        1 GiB through the writer of the zip, without the vault
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from bench.rows import Row
from bench.server import ROOT

sys.path[:0] = [str(ROOT / "tests")]

import bundle_attacks  # noqa: E402
import bundle_making as making  # noqa: E402

from forethought.evidence.bundle_zip import of_bytes, of_pieces, zip_pieces  # noqa: E402

RUNS, MEGABYTES, ATTACKS = 7, 3, 1000


def verify_bundle_s() -> list[Row]:
    """Seconds from the command to its answer. The floor is Python starting and hashing the same bytes."""
    made = making.make(sizes=(MEGABYTES * 10**6 // 2,) * 2)
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        (at / "b.zip").write_bytes(made.zip)
        (at / "b.zip.note").write_text(made.note)
        (at / "key").write_text(making.KEY.public().to_text())
        alone = [sys.executable, "-I", "-S"]
        script = "import hashlib; hashlib.sha256(open('b.zip', 'rb').read()).hexdigest()"
        checked = _median(at, [*alone, str(making.VERIFIER / "verify.py"), "b.zip", "--key", "key"])
        floor = _median(at, [*alone, "-c", script])
    return [
        Row(
            "verify_bundle_s", checked, "s", floor,
            f"verify.py over {len(made.zip) / 10**6:.1f} MB, all it checks without OpenSSL; median of {RUNS}; "
            "floor: Python starts and hashes the file", limit=1.0,
        )
    ]  # fmt: skip


def _median(folder: Path, command: list[str]) -> float:
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def bundle_mutations_accepted() -> list[Row]:
    """How many changed bundles the verifier lets pass."""
    module = making.verifier()
    # Without the two verifiers in it, which are the same in every bundle: they are attacked below.
    made = making.make(sizes=(8_000, 12_000), pages=False)
    files = making.contents(made)
    tried = accepted = 0
    for changed in making.one_bit_in_each_byte(made.zip, 1):
        tried, accepted = tried + 1, accepted + making.accepted(module, changed, made.note)
    for path in ("statement.json", "log/checkpoint.note"):
        for changed in making.each_bit(files[path]):
            whole = making.zipped([of_bytes(p, changed if p == path else c) for p, c in files.items()])
            tried, accepted = tried + 1, accepted + making.accepted(module, whole, made.note)
    full, another = making.make(), making.make(seed=2)
    for _, whole in bundle_attacks.attacks(full, another, count=ATTACKS, seed=23):
        tried, accepted = tried + 1, accepted + making.accepted(module, whole, full.note)
    return [
        Row(
            "bundle_mutations_accepted", accepted, "", 0.0,
            f"of {tried:,}: one bit in each of {len(made.zip):,} bytes, every bit of statement and checkpoint, "
            f"{ATTACKS:,} attacks with manifests rebuilt; with the note", limit=0,
        )
    ]  # fmt: skip


def write_bundle_s_gib() -> list[Row]:
    """Seconds for a gibibyte through the zip writer, and the memory that it takes: pieces go straight through."""
    size, piece = 2**30, bytes(range(256)) * 4096
    content = [piece] * (size // len(piece))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    member = of_pieces("data/001-record.bin", lambda: iter(content))
    whole = sha256()
    for out in zip_pieces([member]):
        whole.update(out)
    took = time.perf_counter() - begun
    begun = time.perf_counter()
    floor = sha256()
    for one in content:
        floor.update(one)
    hashing = time.perf_counter() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return [
        Row(
            "write_bundle_s_gib", took, "s", hashing,
            f"1 GiB through the zip writer: two readings, three hashes, CRC-32; memory grew by {grown:.1f} MiB; "
            "floor: hashing it once",
        )
    ]  # fmt: skip


FIGURES: dict[str, Callable[[], list[Row]]] = {
    "verify_bundle_s": verify_bundle_s,
    "bundle_mutations_accepted": bundle_mutations_accepted,
    "write_bundle_s_gib": write_bundle_s_gib,
}
