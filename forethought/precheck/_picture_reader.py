"""Takes a picture apart in a process of its own: bytes come in, and what it shows goes out, or a copy of its points.

`pictures` starts it, behind the fence of core/fence.py. The answer is a line of JSON, and after it bytes: a grey copy
to read letters from, or the cleaned picture. Nothing of the picture is written anywhere else.
"""

import copy
import io
import json
import os
import sys
import warnings as python_warnings
from contextlib import suppress
from typing import Any

# numpy starts a thread for each core when it is loaded, each with memory that is never used here.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy
from PIL import (
    Image,
    ImageCms,
    ImageColor,
    ImageOps,
    ImagePalette,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from forethought.core import fence
from forethought.precheck import _picture_details
from forethought.precheck._picture_faults import BROKEN
from forethought.precheck.faces import SIDE, DamagedFaces, Faces
from forethought.precheck.picture_heads import MOST_POINTS, NotLookedAt, head_of

MIB = 1024 * 1024
#: 52 million points are 156 MB in colour: for themselves, while they are turned, and while they are written.
MEMORY = 1536 * MIB
SECONDS = 12
MOST_WRITTEN = 96 * MIB
#: Letters are read from at most so many points; a screen has fewer, and a poster is legible in as many.
POINTS_FOR_LETTERS = 2_000_000
QUALITY = 92

#: By name and not by trying: a JPEG that says it is two pictures is opened as the first of them.
OPENERS: dict[str, Any] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
}
#: Loaded here, because nothing can be once the process is fenced in.
PARTS = (copy, ImageColor, ImagePalette, MpoImagePlugin, TiffImagePlugin)
_TURNED = frozenset(range(2, 9))


class NotRead(Exception):
    """Why nothing is read, in one word."""


def main(arguments: list[str]) -> None:
    """Answer for the picture on standard input, with options from the file whose number is given."""
    fence.be_quiet()
    apart = fence.leave_network()
    options = fence.read_options(arguments[0])
    faces = None
    if options["want"] == "look":
        with suppress(DamagedFaces):
            faces = Faces.from_folder()
    Image.preinit()
    _warm()
    fence.fence_in(memory=MEMORY, seconds=SECONDS, written=MOST_WRITTEN)
    try:
        data = sys.stdin.buffer.read()
        said, rest = _look(data, faces, options) if options["want"] == "look" else _clean(data)
    except NotRead as reason:
        said, rest = {"not_read": str(reason)}, b""
    except (MemoryError, Image.DecompressionBombError):
        said, rest = {"not_read": "large"}, b""
    except (*BROKEN, EOFError):
        said, rest = {"not_read": "damaged"}, b""
    said["apart"] = apart
    sys.stdout.buffer.write(json.dumps(said).encode("ascii") + b"\n" + rest)
    sys.stdout.buffer.flush()


def _warm() -> None:
    """Use once whatever loads something on its first use: later, nothing can be opened any more."""
    dot, exif = Image.new("RGB", (8, 8)), Image.Exif()
    exif[0x0112] = 1
    for form in OPENERS:
        written = io.BytesIO()
        dot.save(written, form, exif=exif)
        OPENERS[form](io.BytesIO(written.getvalue())).load()
    usual = ImageCms.createProfile("sRGB")
    ImageCms.profileToProfile(dot, usual, usual)
    dot.convert("P").convert("RGBA")
    ImageOps.exif_transpose(dot).resize((4, 4), Image.Resampling.BILINEAR).convert("L")
    dot.getexif().get_ifd(0x8769)


def _opened(data: bytes) -> Any:
    python_warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = MOST_POINTS
    try:
        head = head_of(data)
    except NotLookedAt:
        raise NotRead("damaged") from None
    picture = OPENERS[head.form](io.BytesIO(data))
    # The library reads the size for itself, and may find another one.
    if picture.size[0] * picture.size[1] > MOST_POINTS:
        raise NotRead("large")
    if picture.size not in {(head.width, head.height), (head.height, head.width)}:
        raise NotRead("damaged")
    return picture


# --- Looking ---


def _look(data: bytes, faces: Faces | None, options: Any) -> tuple[dict[str, Any], bytes]:
    picture = _opened(data)
    found: dict[str, Any] = {"width": picture.size[0], "height": picture.size[1]}
    found["details"] = _picture_details.details_of(picture, data)
    turn = _turn(picture)
    # A JPEG is unpacked at a half or a quarter at once, where that is still enough to read letters.
    if picture.format == "JPEG":
        scale = (picture.size[0] * picture.size[1] / POINTS_FOR_LETTERS) ** 0.5
        if scale >= 2:
            picture.draft("RGB", (int(picture.size[0] / scale), int(picture.size[1] / scale)))
    picture.load()
    shown = _upright(_colours(_smaller(picture, POINTS_FOR_LETTERS)), turn)
    if faces is not None:
        small = shown.copy()
        small.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR)
        found["faces"] = faces.count(numpy.asarray(small))
    if not options.get("letters"):
        return found, b""
    grey = shown.convert("L")
    if numpy.asarray(grey).mean() < 128:
        grey = ImageOps.invert(grey)
    return found, b"P5 %d %d 255\n" % grey.size + grey.tobytes()


def _smaller(picture: Any, most: int) -> Any:
    """With so many points at most; of a palette, the colours first."""
    width, height = picture.size
    if width * height <= most:
        return picture
    scale = (most / (width * height)) ** 0.5
    size = max(1, int(width * scale)), max(1, int(height * scale))
    if picture.mode not in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        picture = picture if picture.mode.startswith("I") else picture.convert("RGBA")
    if picture.mode.startswith("I"):
        picture = _eight_bits(picture)
    # The library's own short cut: whole numbers of points first, then the rest.
    return picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _colours(picture: Any) -> Any:
    """In three colours, on white where it is clear."""
    if picture.mode.startswith("I"):
        picture = _eight_bits(picture)
    if picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        white.alpha_composite(clear)
        picture = white
    return picture.convert("RGB")


def _eight_bits(picture: Any) -> Any:
    """Of sixteen bits the upper eight: the library would cut them off at white."""
    return Image.fromarray((numpy.asarray(picture).astype("uint32") >> 8).clip(0, 255).astype("uint8"))


def _turn(picture: Any) -> int:
    """How the camera was held, from 1 to 8; 1 where that is not said, or is nonsense."""
    with suppress(*BROKEN):
        turn = picture.getexif().get(0x0112)
        return turn if turn in _TURNED else 1
    return 1


def _upright(picture: Any, turn: int) -> Any:
    flips = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    return picture.transpose(flips[turn]) if turn in flips else picture


# --- The cleaned copy ---


def _clean(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The points alone, upright and in the usual colours, written anew. What cannot be unpacked whole gives no copy."""
    picture = _opened(data)
    form, turn, profile = picture.format, _turn(picture), picture.info.get("icc_profile")
    picture.load()
    clear = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    if picture.mode.startswith("I"):
        picture = _eight_bits(picture)
    points = _usual(picture, profile)
    points = points.convert("RGBA" if clear and form != "JPEG" else "RGB")
    points = _upright(points, turn)
    # Drawn onto a new one: details lie beside the points, and only the points are taken over.
    clean = Image.new(points.mode, points.size)
    clean.paste(points)
    written = io.BytesIO()
    how = {
        "JPEG": {"quality": QUALITY, "subsampling": 1},
        "PNG": {"compress_level": 6},
        "WEBP": {"quality": QUALITY, "method": 2, "exact": False},
    }[form]
    clean.save(written, form, **how)
    return {"form": form}, written.getvalue()


def _usual(picture: Any, profile: Any) -> Any:
    """In sRGB, which every screen assumes: a profile may name a device, so the colours move and it stays."""
    if isinstance(profile, bytes) and profile and picture.mode in {"RGB", "RGBA", "CMYK", "L"}:
        with suppress(*BROKEN, ImageCms.PyCMSError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            out = "RGBA" if picture.mode == "RGBA" else "RGB"
            return ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode=out)
    return picture
