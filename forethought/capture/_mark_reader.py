"""The fingerprints of pictures by sight. Only `marks` starts this, in a process of its own behind the fence.

Four formats, and no more than 40 million points: a file that calls itself a picture may unpack to a gigabyte.
"""

import copy
import io
import json
import os
import sys
import warnings
from collections.abc import Sequence

# numpy starts a thread for each core when it is loaded, each with memory that is never used here.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy
import pdqhash
from PIL import (
    GifImagePlugin,
    Image,
    ImageColor,
    ImagePalette,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from forethought.core import fence

#: Loaded here, because nothing can be once the process is fenced in.
PARTS = (
    copy, GifImagePlugin, ImageColor, ImagePalette, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin,
    WebPImagePlugin,
)  # fmt: skip
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_POINTS, SIDE, LEAST_SIDE = 40_000_000, 1024, 48
_MEMORY, _SECONDS, _WRITTEN = 1_200_000_000, 30, 1_000_000


def answer(arguments: Sequence[str]) -> None:
    """In the process: the pictures lie one after another on the standard input; the file named last has their sizes."""
    fence.be_quiet()
    fence.leave_network()
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = MOST_POINTS // 2
    warnings.simplefilter("ignore")
    # The first use of the library loads what it needs.
    pdqhash.compute(numpy.zeros((64, 64, 3), dtype=numpy.uint8))
    sizes = fence.read_options(arguments[0])
    fence.fence_in(memory=_MEMORY, seconds=_SECONDS, written=_WRITTEN)
    found = [_mark(sys.stdin.buffer.read(size)) for size in sizes]
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()


def _mark(content: bytes) -> list[object] | None:
    """Fingerprint and quality of one picture; nothing for what is none, or is too small to show anything."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if min(picture.size) < LEAST_SIDE or picture.width * picture.height > MOST_POINTS:
            return None
        picture.load()
        if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
            clear = picture.convert("RGBA")
            white = Image.new("RGBA", clear.size, "white")
            white.alpha_composite(clear)
            seen = white.convert("RGB")
        else:
            seen = picture.convert("RGB")
        seen.thumbnail((SIDE, SIDE))
        bits, quality = pdqhash.compute(numpy.asarray(seen))
    except Exception:
        # Whatever a stranger's picture makes a library raise: it is no picture that could be compared.
        return None
    return [numpy.packbits(numpy.asarray(bits, dtype=numpy.uint8)).tobytes().hex(), int(quality)]
