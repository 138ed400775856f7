"""A picture: what its camera wrote into it, its fingerprint by sight, and a plain copy for reading its letters.

Only `_reader` loads this. Four formats, and no more than 40 million points: without the list, a file that calls itself
a picture can start another program, and 21 kB can unpack to a gigabyte (reliability.md 5.6).
"""

import base64
import copy
import io
import os
import warnings as python_warnings
from contextlib import suppress
from importlib.metadata import version
from typing import Any, BinaryIO

# numpy starts a thread for each core when it is loaded, each with memory that is never used here.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy
import pdqhash
from PIL import (
    ExifTags,
    GifImagePlugin,
    Image,
    ImageChops,
    ImageColor,
    ImageFilter,
    ImageOps,
    ImagePalette,
    ImageStat,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from forethought.evidence._reader import NotRead

TOOLS = f"Pillow {version('pillow')}, pdqhash {version('pdqhash')}"
#: Loaded here, because nothing can be once the process is fenced in.
PARTS = (copy, ImageColor, ImageFilter, ImagePalette)
PLUGINS = (GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
Image.preinit()
#: A JPEG may turn out to be two, which is an MPO; that is no kind to ask for.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_POINTS = 40_000_000
#: Letters on a screen are read as well from this many points, in a fraction of the time.
POINTS_FOR_LETTERS = 6_000_000
SIDE_FOR_SIGHT = 1024
#: Mean distance, of 255, between a picture and the small one inside it, above which they do not show the same.
THUMBNAIL_DIFFERS = 24

BROKEN = (OSError, ValueError, SyntaxError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError)
_BASE = ExifTags.Base


def read_picture(file: BinaryIO, options: Any) -> dict[str, Any]:
    """What a picture says of itself, and what two pictures are compared by. `options["letters"]`: a copy to read."""
    # Pillow refuses at twice this number; between the two it would only warn.
    Image.MAX_IMAGE_PIXELS = MOST_POINTS // 2
    python_warnings.simplefilter("ignore")
    try:
        picture = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as fault:
        raise NotRead("points") from fault
    except (*BROKEN, EOFError) as fault:
        raise NotRead("damaged") from fault
    width, height = picture.size
    if width * height > MOST_POINTS:
        raise NotRead("points")
    found: dict[str, Any] = {
        "width": width,
        "height": height,
        "format": str(picture.format),
        "frames": _frames(picture),
        "said": {},
        "warnings": [],
        "tools": TOOLS,
    }
    with suppress(*BROKEN):
        _read_exif(picture, found)
    try:
        seen = _plain_copy(picture)
    except (*BROKEN, EOFError, Image.DecompressionBombError):
        found["warnings"].append("cut_short")
        return found
    with suppress(*BROKEN):
        _look_at_thumbnail(picture, seen, found)
    _fingerprint(seen, found)
    if options.get("letters"):
        found["letters"] = _for_letters(seen, found)
    return found


def _frames(picture: Image.Image) -> int:
    """How many pictures there are; only the first is looked at. A GIF is not counted, which would unpack it all."""
    return 1 if picture.format == "GIF" else int(getattr(picture, "n_frames", 1))


def _plain_copy(picture: Image.Image) -> Image.Image:
    """The first picture, upright, on white, in three colours."""
    picture.load()
    upright = ImageOps.exif_transpose(picture) or picture
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        white.alpha_composite(clear)
        upright = white
    return upright.convert("RGB")


def _fingerprint(seen: Image.Image, found: dict[str, Any]) -> None:
    """PDQ: 256 bits that hardly change when a picture is made smaller or saved again, and a quality up to 100."""
    small = seen.copy()
    small.thumbnail((SIDE_FOR_SIGHT, SIDE_FOR_SIGHT))
    bits, quality = pdqhash.compute(numpy.asarray(small))
    found["pdq"] = numpy.packbits(numpy.asarray(bits, dtype=numpy.uint8)).tobytes().hex()
    found["quality"] = int(quality)


def _for_letters(seen: Image.Image, found: dict[str, Any]) -> str:
    """A copy in grey, dark letters on light, as PNG in base64: programs that read letters expect paper."""
    grey = seen.convert("L")
    if grey.width * grey.height > POINTS_FOR_LETTERS:
        scale = (POINTS_FOR_LETTERS / (grey.width * grey.height)) ** 0.5
        grey = grey.resize((max(1, int(grey.width * scale)), max(1, int(grey.height * scale))))
    found["inverted"] = ImageStat.Stat(grey).mean[0] < 128
    if found["inverted"]:
        grey = ImageOps.invert(grey)
    out = io.BytesIO()
    grey.save(out, "PNG", compress_level=1)
    return base64.b64encode(out.getvalue()).decode("ascii")


# --- What the camera wrote ---


def _read_exif(picture: Image.Image, found: dict[str, Any]) -> None:
    exif = picture.getexif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    said = {
        "taken": inner.get(_BASE.DateTimeOriginal) or exif.get(_BASE.DateTime),
        "zone": inner.get(_BASE.OffsetTimeOriginal) or inner.get(_BASE.OffsetTime),
        "maker": exif.get(_BASE.Make),
        "device": exif.get(_BASE.Model),
        "program": exif.get(_BASE.Software),
        "owner": inner.get(_BASE.CameraOwnerName) or exif.get(_BASE.Artist),
    }
    found["said"] = {name: _words(value) for name, value in said.items() if _words(value)}
    place = _place(exif.get_ifd(ExifTags.IFD.GPSInfo))
    if place is not None:
        found["warnings"].append("place_zero" if place == (0.0, 0.0) else "place")
        found["said"]["place"] = f"{place[0]:.5f}, {place[1]:.5f}"


def _words(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
    return " ".join(text.replace("\0", " ").split())[:200]


def _place(gps: Any) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, north and east positive; nothing when there is no place or it is none."""
    tags = ExifTags.GPS
    try:
        found = []
        for value, side, negative in (
            (gps[tags.GPSLatitude], gps.get(tags.GPSLatitudeRef, "N"), "S"),
            (gps[tags.GPSLongitude], gps.get(tags.GPSLongitudeRef, "E"), "W"),
        ):
            degrees, minutes, seconds = (float(part) for part in value)
            number = degrees + minutes / 60 + seconds / 3600
            found.append(-number if str(side).strip("\0 ").upper() == negative else number)
    except BROKEN:
        return None
    latitude, longitude = found
    return (latitude + 0.0, longitude + 0.0) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _look_at_thumbnail(picture: Image.Image, seen: Image.Image, found: dict[str, Any]) -> None:
    """A small picture inside the file may show more than the picture: what was there before it was cut."""
    exif = picture.getexif()
    first = exif.get_ifd(ExifTags.IFD.IFD1)
    at, length = first.get(_BASE.JpegIFOffset), first.get(_BASE.JpegIFByteCount)
    raw = picture.info.get("exif", b"")
    if not at or not length or not isinstance(raw, bytes):
        return
    raw = raw.removeprefix(b"Exif\x00\x00")
    with Image.open(io.BytesIO(raw[at : at + length]), formats=("JPEG",)) as small:
        if small.width * small.height > 1_000_000:
            return
        small.load()
        inner = small.convert("L")
    found["thumbnail"] = True
    outer = ImageOps.grayscale(seen)
    if picture.getexif().get(_BASE.Orientation, 1) in {5, 6, 7, 8}:
        # The small one is kept as the camera lay.
        inner = inner.rotate({6: 270, 8: 90}.get(exif.get(_BASE.Orientation, 1), 0), expand=True)
    shapes = inner.width / inner.height, outer.width / outer.height
    far = ImageStat.Stat(ImageChops.difference(inner.resize((64, 64)), outer.resize((64, 64)))).mean[0]
    if far > THUMBNAIL_DIFFERS or abs(shapes[0] / shapes[1] - 1) > 0.1:
        found["warnings"].append("thumbnail_differs")
