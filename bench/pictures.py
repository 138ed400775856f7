"""A picture before it is posted: six million points, with details, three faces and words, as the page looks at it.

`check_picture_p95_ms`       metadata, faces and words: processor time of the processes that look, their start included
`picture_process_rss_mib`    the most that one of them held; it ends with the picture
`text_and_faces_rss_mib`     one process that holds the text's engine and the faces' model and has used both
"""

import io
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench.rows import Row

ROOT = Path(__file__).resolve().parents[1]
TIMES = 12


def photograph() -> bytes:
    """Six million points as a telephone writes them: grain, three faces, a poster, a place."""
    import numpy
    from PIL import Image, ImageDraw

    with Image.open(ROOT / "tests" / "pictures" / "astronaut.jpg") as opened:
        face = opened.convert("RGB").crop((150, 0, 330, 220)).resize((540, 660))
    picture = Image.new("RGB", (3000, 2000), (90, 120, 100))
    for number in range(3):
        picture.paste(face, (200 + number * 900, 200))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((300, 1300, 2700, 1800), fill="white")
    draw.text((350, 1450), "Sports day, Year 4, well done Maisie", fill="black", font_size=120)
    grain = numpy.random.default_rng(7).normal(0, 6, (2000, 3000, 3))
    picture = Image.fromarray((numpy.asarray(picture) + grain).clip(0, 255).astype("uint8"))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Apple", "iPhone 15"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (51.0, 30.0, 3.6), "W", (0.0, 8.0, 31.2)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def main(what: str) -> None:
    """One process that makes the picture, or measures and prints JSON."""
    if what == "make":
        sys.stdout.buffer.write(photograph())
        return
    found: dict[str, float] = {}
    if what == "look":
        from forethought.precheck.pictures import Letters, looked_at

        # Made elsewhere: a process that was large when it started another makes that one look large.
        data, taken = sys.stdin.buffer.read(), []
        for _ in range(TIMES + 1):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            seen = looked_at(data)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            if (seen.faces, seen.letters, seen.has_place) != (3, Letters.READ, True):
                raise RuntimeError("The picture was not seen whole.")
        found["p95"] = sorted(taken[1:])[int(TIMES * 0.95)] * 1000
        found["floor"] = min(taken[1:]) * 1000
        found["rss"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    else:
        import numpy

        from bench.engine import FOLDER, POST
        from forethought.precheck.checking import checked
        from forethought.precheck.faces import SIDE, Faces
        from forethought.precheck.model import Model

        model, faces = Model.from_folder(FOLDER), Faces.from_folder()
        checked(POST * 20, model=model)
        faces.count(numpy.zeros((SIDE * 3 // 4, SIDE, 3), numpy.uint8))
        found["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def _asked(what: str, given: bytes = b"") -> bytes:
    command = [sys.executable, "-m", "bench.pictures", what]
    return subprocess.run(command, cwd=ROOT, input=given, capture_output=True, timeout=300, check=True).stdout


def pictures() -> list[Row]:
    """All three figures."""
    look, both = json.loads(_asked("look", _asked("make"))), json.loads(_asked("both"))
    how = "6 megapixels, place, three faces, words: processor time of its processes; floor: the quickest"
    return [
        Row("check_picture_p95_ms", look["p95"], "ms", look["floor"], how, limit=800),
        Row("picture_process_rss_mib", look["rss"], "MiB", 0, "the most one of them held", limit=200),
        Row("text_and_faces_rss_mib", both["rss"], "MiB", 0, "both models used in one process", limit=200),
    ]


FIGURES: dict[str, Callable[[], list[Row]]] = dict.fromkeys(
    ("check_picture_p95_ms", "picture_process_rss_mib", "text_and_faces_rss_mib"), pictures
)

if __name__ == "__main__":
    main(sys.argv[1])
