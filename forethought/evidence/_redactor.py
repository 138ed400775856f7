"""A copy of a picture with areas painted over. Only `_reader` loads this, in a process behind the fence.

Painted, not blurred: what a blur hides can often be worked out again. The copy is drawn anew, point by point, so that
nothing the camera or a program wrote into the original comes along.
"""

import base64
import io
from typing import Any, BinaryIO

from PIL import Image, ImageDraw, ImageOps

from forethought.evidence._picture_reader import BROKEN, FORMATS, MOST_POINTS, TOOLS
from forethought.evidence._reader import NotRead

#: The longest side of the picture that shows what could be covered; a copy itself keeps every point.
PREVIEW = 1400
STEPS = 10


def redact_picture(file: BinaryIO, options: Any) -> dict[str, Any]:
    """The copy as PNG in base64. `options`: areas, in hundredths of a per cent; grid, to see where they would lie."""
    Image.MAX_IMAGE_PIXELS = MOST_POINTS // 2
    try:
        opened = Image.open(file, formats=FORMATS)
        if opened.width * opened.height > MOST_POINTS:
            raise NotRead("points")
        opened.seek(0)
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    except Image.DecompressionBombError as fault:
        raise NotRead("points") from fault
    except (*BROKEN, EOFError) as fault:
        raise NotRead("damaged") from fault
    # Drawn onto a new one: metadata lies beside the points, and only the points are taken over.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    if options.get("grid"):
        clean.thumbnail((PREVIEW, PREVIEW))
        _draw_grid(clean)
    draw = ImageDraw.Draw(clean)
    for left, top, right, bottom in options.get("areas", []):
        draw.rectangle(
            (
                clean.width * left // 10_000,
                clean.height * top // 10_000,
                -(-clean.width * right // 10_000) - 1,
                -(-clean.height * bottom // 10_000) - 1,
            ),
            fill=(0, 0, 0),
        )
    kept = io.BytesIO()
    clean.save(kept, "PNG")
    return {"png": base64.b64encode(kept.getvalue()).decode(), "tools": TOOLS}


def _draw_grid(picture: Image.Image) -> None:
    """Thin lines at each tenth, with the per cent beside them."""
    draw = ImageDraw.Draw(picture)
    for step in range(1, STEPS):
        x, y = picture.width * step // STEPS, picture.height * step // STEPS
        for offset, colour in ((0, (255, 255, 255)), (1, (0, 0, 0))):
            draw.line((x + offset, 0, x + offset, picture.height), fill=colour)
            draw.line((0, y + offset, picture.width, y + offset), fill=colour)
        for place in ((x + 3, 1), (3, y + 1)):
            draw.rectangle((place[0] - 1, place[1], place[0] + 20, place[1] + 12), fill=(255, 255, 255))
            draw.text(place, str(step * STEPS), fill=(0, 0, 0))
