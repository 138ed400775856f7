"""Archives of captures, judged by others' code and shown again with the site switched off.

capture    a visit as the program makes it, whose archive is judged before anything is said of it
judge      what every WACZ must stand
Replay     answers the browser from a WACZ alone: what is not in it is not there
"""

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import wacz.main
import warcio.cli
from hard_site import Site
from pytest import MonkeyPatch
from warcio.archiveiterator import ArchiveIterator

from forethought.capture import browser, visiting
from forethought.capture.bounds import Limits
from forethought.capture.visiting import Captured

#: Seconds for which a page must be quiet, where every part of it has to come. A busy machine pauses longer in the
#: middle of a page than the half second after which somebody's page counts as there.
PATIENT = 3.0
#: And the limits of such a visit.
LONG = Limits(seconds=240, idle=60)


def capture(*args: Any, quiet: float | None = None, **kwargs: Any) -> Captured:
    """A visit on a thread of its own: the tests' own browser may hold an event loop in this one.

    `quiet`: seconds for which nothing may be under way before the page counts as there.
    """
    with ThreadPoolExecutor(1) as pool, MonkeyPatch.context() as patched:
        if quiet is not None:
            patched.setattr(browser, "_QUIET", quiet)
            patched.setattr(browser, "_LONG_QUIET", 2 * quiet)
        captured = pool.submit(visiting.capture, *args, **kwargs).result()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "capture.wacz"
        path.write_bytes(captured.archive.read())
        captured.archive.seek(0)
        judge(path)
    return captured


def members(path: Path) -> dict[str, bytes]:
    """Every file in a WACZ."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def judge(path: Path) -> None:
    """What every WACZ must stand: `wacz validate`, `warcio check`, and a re-hash by nobody's code but this."""
    said = _said(wacz.main.main, ["validate", "-f", str(path)])
    assert "Validation succeeded" in said, said
    found = members(path)
    warc = path.with_suffix(".warc.gz")
    warc.write_bytes(found["archive/data.warc.gz"])
    said = _said(warcio.cli.main, ["check", "-v", str(warc)])
    assert "digest pass" in said and "fail" not in said, said
    listed = json.loads(found["datapackage.json"])
    assert {one["path"] for one in listed["resources"]} | {"datapackage.json", "datapackage-digest.json"} == set(found)
    for one in listed["resources"]:
        content = found[one["path"]]
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
    digest = hashlib.sha256(found["datapackage.json"]).hexdigest()
    assert json.loads(found["datapackage-digest.json"])["hash"] == f"sha256:{digest}"


def _said(command: Callable[[list[str]], Any], words: list[str]) -> str:
    """What one of the tools prints. It must not say by its status that something is wrong."""
    with redirect_stdout(io.StringIO()) as out:
        try:
            status = command(words)
        except SystemExit as end:
            status = end.code
    assert not status, out.getvalue()
    return out.getvalue()


def lookup(found: dict[str, bytes], key: str) -> tuple[dict[str, str], bytes, str]:
    """What a replaying tool does with the site switched off: find a key in the index, and read the record there."""
    [line] = [row for row in found["indexes/index.cdx"].decode().splitlines() if row.startswith(f"{key} ")]
    about = json.loads(line.split(" ", 2)[2])
    begin, length = int(about["offset"]), int(about["length"])
    record = next(iter(ArchiveIterator(BytesIO(found["archive/data.warc.gz"][begin : begin + length]))))
    return about, record.content_stream().read(), record.rec_headers.get_header("WARC-Date")


class Replay(Site):
    """A site that has nothing but an archive. `answered` counts the addresses it gave, `missing` those it had not."""

    def __init__(self, folder: Path, archive: bytes) -> None:
        super().__init__(folder)
        self.answered: Counter[str] = Counter()
        self.missing: list[str] = []
        self._kept: dict[str, tuple[int, list[tuple[str, str]], bytes]] = {}
        with zipfile.ZipFile(BytesIO(archive)) as file:
            self._read(file.read("archive/data.warc.gz"))
        # Asked before anything that the site itself would have.
        self.more = _Everything(self._answer)

    def _read(self, warc: bytes) -> None:
        for record in ArchiveIterator(BytesIO(warc)):
            if record.rec_type == "response":
                headers = [(name, value) for name, value in record.http_headers.headers
                           if not name.lower().startswith(("content-length", "x-archive-orig-"))]  # fmt: skip
                answer = int(record.http_headers.get_statuscode()), headers, record.raw_stream.read()
                self._kept.setdefault(record.rec_headers.get_header("WARC-Target-URI"), answer)

    def _answer(self, handler: Any) -> None:
        address = handler.address()
        kept = self._kept.get(address)
        if kept is None:
            self.missing.append(address)
            handler.give(404, "text/plain", b"Not in the archive.")
            return
        self.answered[address] += 1
        status, headers, body = kept
        handler.send_response_only(status)
        for name, value in headers:
            handler.send_header(name, value)
        if status != 204:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)


class _Everything(dict[str, Callable[[Any], None]]):
    """One answer for every path."""

    def __init__(self, answer: Callable[[Any], None]) -> None:
        super().__init__()
        self._answer = answer

    def __contains__(self, path: object) -> bool:
        return True

    def __getitem__(self, path: str) -> Callable[[Any], None]:
        return self._answer
