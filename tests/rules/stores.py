"""What the tests of the store share: a small store, and putting things in and getting them out."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from forethought.evidence.disk import Disk
from forethought.evidence.keys import Binding, Key
from forethought.evidence.sealing import CHUNK, Opener
from forethought.evidence.store import Incoming, Kept, Swept
from forethought.evidence.vault import Vault, make_store

KEY = Key(b"i" * 16, b"s" * 32)
ABOUT = Binding("exhibit", UUID(int=1), UUID(int=2), UUID(int=3))
CONTENT = b"You're finished. " * 1000
GIB = 2**30


def a_vault(root: Path, disk: Disk | None = None, *, reserve: int = 0) -> Vault:
    if not root.exists():
        make_store(root)
    return Vault(root, reserve=reserve, disk=disk)


def begin(vault: Vault, ceiling: int = GIB) -> Incoming:
    return vault.begin(key=KEY, about=ABOUT, ceiling=ceiling)


def put(vault: Vault, content: bytes = CONTENT) -> Kept:
    with begin(vault) as incoming:
        for start in range(0, len(content), CHUNK):
            incoming.write(content[start : start + CHUNK])
        return incoming.keep()


def opened(vault: Vault, object_name: str) -> bytes:
    with vault.open(object_name) as file:
        return b"".join(Opener(file, key=KEY, about=ABOUT, object_name=object_name).chunks())


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def age(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def sweep(vault: Vault, *known: str, hours: float = 24) -> Swept:
    edge = datetime.now(UTC) - timedelta(hours=hours)
    return vault.sweep(older_than=edge, referenced=lambda names: [name for name in names if name in known])
