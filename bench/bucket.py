"""The vault in a bucket: how fast beside a bare upload of the same bytes, and in how much memory.

`vault_s3_ratio`       1 GiB through the vault into a bucket, as a share of the speed of a bare multi-part upload
`vault_s3_memory_mib`  what that took of memory above rest, at its highest

Both are of a real S3 server on this machine, which has a share of the same processors and the same disk.
FORETHOUGHT_BENCH_S3_MIB makes the file smaller.
"""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from io import RawIOBase
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from bench.rows import Row
from bench.server import ROOT
from bench.vault import MIB, pieces

sys.path[:0] = [str(ROOT)]

PAIRS = 3
SIZE = int(os.environ.get("FORETHOUGHT_BENCH_S3_MIB", "1024")) * MIB


class _Bytes(RawIOBase):
    """The same bytes as a file that is read once from its beginning."""

    def __init__(self) -> None:
        self._pieces, self._left = pieces(SIZE, MIB), memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = []
        while size:
            if not self._left:
                self._left = next(self._pieces, memoryview(b""))
                if not self._left:
                    break
            found.append(self._left[:size])
            self._left, size = self._left[size:], size - len(found[-1])
        return b"".join(found)


def bare(settings: dict[str, str]) -> tuple[float, Callable[[], object]]:
    """Seconds for the upload that the maker of the library offers, in parts of the same size; and its removal."""
    import boto3
    from boto3.s3.transfer import TransferConfig

    client = boto3.client(
        "s3",
        region_name=settings["FORETHOUGHT_S3_REGION"],
        endpoint_url=settings["FORETHOUGHT_S3_ENDPOINT"],
        aws_access_key_id=settings["FORETHOUGHT_S3_KEY_ID"],
        aws_secret_access_key=settings["FORETHOUGHT_S3_SECRET"],
    )
    where: dict[str, Any] = {"Bucket": settings["FORETHOUGHT_S3_BUCKET"], "Key": f"bare-{secrets.token_hex(8)}"}
    began = time.perf_counter()
    client.upload_fileobj(_Bytes(), **where, Config=TransferConfig(multipart_chunksize=8 * MIB))
    return time.perf_counter() - began, lambda: client.delete_object(**where)


def through_the_vault(folder: Path, settings: dict[str, str]) -> tuple[float, Callable[[], object]]:
    """Seconds for the same through the vault: sealed, each part with its SHA-256, looked at afterwards."""
    from forethought.evidence.bucket import Bucket, Place
    from forethought.evidence.bucket_vault import BucketVault
    from forethought.evidence.keys import Binding, new_key
    from forethought.evidence.vault import Vault, make_store

    make_store(folder)
    names = ("BUCKET", "ENDPOINT", "REGION", "KEY_ID", "SECRET")
    bucket, endpoint, region, key_id, secret = (settings[f"FORETHOUGHT_S3_{name}"] for name in names)
    place = Place(bucket, endpoint, region, "bench", "", 0, 0, key_id, secret)
    vault = BucketVault(Bucket(place), here=Vault(folder, reserve=0), school=UUID(int=1))
    about = Binding("exhibit", UUID(int=1), UUID(int=2), UUID(int=3))
    vault.holds("0" * 32)
    began = time.perf_counter()
    with vault.begin(key=new_key(), about=about, ceiling=SIZE) as incoming:
        for piece in pieces(SIZE, MIB):
            incoming.write(piece)  # type: ignore[arg-type]
        kept = incoming.keep()
    return time.perf_counter() - began, lambda: vault.remove(kept.object_name)


def vault_s3() -> list[Row]:
    """Median of three pairs, each pair one after the other, on one server."""
    from tools.s3_server import s3_server

    floors, ours, above, rest = [], [], 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="ft-bucket-") as name, s3_server() as server:
        settings = server.wait()
        for _ in range(PAIRS):
            rest = rest or _status("VmRSS")
            Path("/proc/self/clear_refs").write_text("5")
            taken, away = through_the_vault(Path(name), settings)
            # Of the first alone: what the bare upload takes is not given back, and would hide ours.
            above = above or _status("VmHWM") - rest
            ours.append(taken)
            away()
            taken, away = bare(settings)
            floors.append(taken)
            away()
    ratio = median(floor / own for floor, own in zip(floors, ours, strict=True))
    size = SIZE / MIB
    how = (
        f"median of {PAIRS} pairs of {size:.0f} MiB on one S3 server (SeaweedFS) on this machine; bare "
        f"{size / median(floors):.0f} MiB/s, vault {size / median(ours):.0f}"
    )
    took = f"the process at rest {rest:.0f} MiB; {size:.0f} MiB in parts of 8 MiB, at most three of them in memory"
    return [
        Row("vault_s3_ratio", ratio, "", 1.0, how),
        Row("vault_s3_memory_mib", above, "MiB", 3 * 8, took, limit=64),
    ]


def _status(field: str) -> float:
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(f"{field}:"))
    return int(line.split()[1]) / 1024


FIGURES: dict[str, Callable[[], list[Row]]] = {"vault_s3_ratio": vault_s3, "vault_s3_memory_mib": vault_s3}
