"""A capture as one file that others can replay: a WACZ 1.1.1 of its WARC, an index and the list of pages.

Written here, because it is a zip of five small texts beside the WARC, and the usual package for it brings fifty more.
That package judges what is written here, in the tests. (https://specs.webrecorder.net/wacz/1.1.1/)
"""

import base64
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from forethought.capture.bounds import MIB
from forethought.capture.recording import Entry, pieces_of

_WARC = "data.warc.gz"
_LONGEST_QUERY = 4096
#: The first moment a zip can hold; the times that count stand inside.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a capture: its address and time exactly as its record in the WARC has them."""

    address: str
    began: str
    title: str
    text: str


def package(warc: BinaryIO, entries: Sequence[Entry], page: Page, *, made: str) -> BinaryIO:
    """The WACZ as a file in memory, at its beginning. `made` is when, in UTC.

    Nothing in the zip is packed again, so a reader finds any record by its place.
    """
    pages = _lines(
        [
            {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"},
            {"id": "1", "url": page.address, "ts": page.began, "title": page.title, "text": page.text},
        ]
    )
    out: BinaryIO = os.fdopen(os.memfd_create("wacz"), "w+b")
    listed: list[dict[str, Any]] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as file:
        for path, pieces in (
            (f"archive/{_WARC}", pieces_of(warc)),
            ("indexes/index.cdx", [index(entries)]),
            ("pages/pages.jsonl", [pages]),
        ):
            listed.append(_put(file, path, pieces))
        about = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": page.title,
            "mainPageUrl": page.address,
            "mainPageDate": page.began,
            "created": made,
            "software": "Forethought",
            "resources": listed,
        }
        written = _put(file, "datapackage.json", [_as_json(about, indent=2)])
        digest = {"path": "datapackage.json", "hash": written["hash"]}
        _put(file, "datapackage-digest.json", [_as_json(digest, indent=2)])
    out.seek(0)
    return out


def index(entries: Sequence[Entry]) -> bytes:
    """The CDXJ of the answers: one line each, sorted by key and time."""
    lines = []
    for one in entries:
        about = {
            "url": one.address,
            "mime": one.media,
            "status": str(one.status),
            "digest": one.digest,
            "length": str(one.length),
            "offset": str(one.offset),
            "filename": _WARC,
        }
        if one.method != "GET":
            about["method"] = one.method
        lines.append(f"{key_of(_asked(one))} {_digits(one.began)} {json.dumps(about)}\n")
    return "".join(sorted(lines)).encode()


def key_of(address: str) -> str:
    """An address turned round for sorting, host first from its end, in the form that replaying tools look for."""
    parts = urlsplit(address.lower())
    host = re.sub(r"^www\d*\.", "", parts.hostname or "")
    port = f":{parts.port}" if parts.port else ""
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    path = parts.path if parts.path in {"", "/"} else parts.path.rstrip("/")
    return f"{','.join(reversed(host.split('.')))}{port}){path or '/'}{'?' + query if query else ''}"


def _asked(one: Entry) -> str:
    """The address under which an answer is looked for: what was sent with POST is a part of it."""
    if one.method in {"GET", "HEAD"}:
        return one.address
    sent = f"&__wb_post_data={base64.b64encode(one.asked).decode()}" if one.asked else ""
    return f"{one.address}{'&' if '?' in one.address else '?'}__wb_method={one.method}{sent}"[:_LONGEST_QUERY]


def _digits(stamp: str) -> str:
    """To the second, as the index has it."""
    return re.sub(r"\D", "", stamp)[:14]


def _lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(_as_json(row) + b"\n" for row in rows)


def _as_json(value: Mapping[str, Any], indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "replace")


def _put(file: zipfile.ZipFile, path: str, pieces: Iterable[bytes]) -> dict[str, Any]:
    """Write one file into the zip, hashing each byte once. How it stands in the list."""
    found, size = hashlib.sha256(), 0
    entry = zipfile.ZipInfo(path, _NO_TIME)
    entry.external_attr = 0o644 << 16
    with file.open(entry, "w", force_zip64=True) as out:
        for piece in pieces:
            for begin in range(0, len(piece), MIB):
                part = piece[begin : begin + MIB]
                found.update(part)
                size += len(part)
                out.write(part)
    return {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{found.hexdigest()}", "bytes": size}
