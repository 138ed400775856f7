"""The words of an archived web page: what a WACZ says of its pages, nothing of what it archived. For `_reader` alone.

https://specs.webrecorder.net/wacz/1.1.1/, pages/pages.jsonl: a line that says what follows, then a line for each page.
"""

import json
import zipfile
import zlib
from typing import Any, BinaryIO

from forethought.evidence._chat_reader import MOST_WORDS, insist_plain, unpacked
from forethought.evidence._reader import NotRead

PAGES = "pages/pages.jsonl"
MOST_PAGES = 200
_ENCRYPTED = 0x1


def read_wacz(file: BinaryIO, options: Any) -> dict[str, Any]:
    """Address, time, title and words of each page, as whoever archived it wrote them down."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            insist_plain(members)
            found = next((one for one in members if one.filename == PAGES), None)
            if found is None:
                raise NotRead("no_pages")
            if found.flag_bits & _ENCRYPTED:
                raise NotRead("locked")
            lines = unpacked(archive, found).decode("utf-8", "replace").splitlines()
    except NotImplementedError as fault:
        raise NotRead("method") from fault
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as fault:
        raise NotRead("damaged") from fault
    pages = [page for page in map(_page, lines) if page is not None][:MOST_PAGES]
    if not any(page["words"] for page in pages):
        raise NotRead("no_words")
    if sum(len(page["words"]) for page in pages) > MOST_WORDS:
        raise NotRead("large")
    return {"pages": pages}


def _page(line: str) -> dict[str, str] | None:
    """One line as a page; nothing for the line that says what follows, and for what is no page."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("url"), str):
        return None
    return {
        name: str(said.get(key) or "").replace("\0", "")
        for name, key in (("address", "url"), ("at", "ts"), ("title", "title"), ("words", "text"))
    }
