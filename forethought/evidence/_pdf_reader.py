"""The words of a PDF, page by page, for a copy with something cut. Only `_reader` loads it."""

import zlib
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from pkgutil import walk_packages
from typing import Any, BinaryIO

import pypdf
from pypdf.errors import PyPdfError

from forethought.evidence._reader import NotRead

TOOLS = f"pypdf {pypdf.__version__}"
MOST_PAGES = 500
MOST_WORDS = 2_000_000
#: What pypdf raises for a file that is cut short or made up.
BROKEN = (PyPdfError, KeyError, ValueError, IndexError, TypeError, AttributeError, RecursionError, zlib.error)

# Loaded by pypdf when it meets a use for them, and by then no file can be opened any more.
for _part in walk_packages(pypdf.__path__, "pypdf."):
    with suppress(ImportError):
        import_module(_part.name)


def read_words(file: BinaryIO, options: Any) -> dict[str, Any]:
    """The words of each page, as they stand in the file; a page that is a picture has none."""
    pages, size = [], 0
    try:
        reader = pypdf.PdfReader(BytesIO(file.read()))
        if reader.is_encrypted:
            raise NotRead("locked")
        if len(reader.pages) > MOST_PAGES:
            raise NotRead("large")
        for page in reader.pages:
            pages.append(page.extract_text().replace("\0", "").splitlines())
            size += sum(map(len, pages[-1]))
            if size > MOST_WORDS:
                raise NotRead("large")
    except BROKEN as fault:
        raise NotRead("damaged") from fault
    if not size:
        raise NotRead("no_words")
    return {"pages": pages, "tools": TOOLS}
