"""One installation for every test here: made once a run in a fresh tree, then laid into the tree of each module."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fresh_tree
import pytest
from fresh_tree import HOST, Tree
from live import once_a_run

#: What bin/install wrote, with the accounts of the tree.
_WRITTEN = (
    "opt/forethought etc/forethought var/lib/forethought usr/local/sbin/forethought "
    "etc/systemd/system/forethought.service etc/passwd etc/group etc/shadow etc/gshadow"
).split()


def _install(folder: Path) -> dict[str, Any]:
    """Install in a fresh tree, wait for the first page over http, and keep what was written."""
    with fresh_tree.a_tree() as tree:
        began = time.monotonic()
        said = tree.install("--address", HOST, "--https", "plain", "--yes").stdout
        made = time.monotonic()
        tree.serve()
        tree.stop()
        seconds = {"install": made - began, "first page": time.monotonic() - began}
        with (folder / "files.tar").open("wb") as file:
            tree.pour("tar", "-C", "/", "--exclude=*.lock", "-cf", "-", *_WRITTEN, out=file)
    return {"said": said, "seconds": seconds, "files": str(folder / "files.tar")}


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What bin/install said in the fresh tree, and how many seconds it took."""
    return once_a_run(tmp_path_factory, "installation", _install)


@pytest.fixture(scope="module")
def tree(installation: dict[str, Any]) -> Iterator[Tree]:
    """A tree with that installation in it. Nothing serves yet. Leave it as you found it."""
    with fresh_tree.a_tree() as tree:
        with open(installation["files"], "rb") as file:
            tree.pour("tar", "-C", "/", "-xpf", "-", given=file)
        yield tree
