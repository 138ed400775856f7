"""Pictures for tests: a photograph with a face, details of every sort, and files that were made to do harm."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, IptcImagePlugin  # noqa: F401 - the plugin is loaded with the others

ASTRONAUT = Path(__file__).parent / "pictures" / "astronaut.jpg"
#: A word that stands nowhere else.
CANARY = "Qzxwvk"


def photograph() -> Image.Image:
    with Image.open(ASTRONAUT) as opened:
        return opened.convert("RGB")


def group(many: int, size: int = 110) -> Image.Image:
    """The one face several times, on grass, at some distance."""
    face = photograph().crop((150, 0, 330, 220)).resize((size, size * 220 // 180))
    field = Image.new("RGB", (640, 480), (90, 120, 100))
    for number in range(many):
        one = face.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if number % 2 else face
        field.paste(one, (20 + number % 5 * 122, 20 + number // 5 * 150))
    return field


def poster(words: str) -> Image.Image:
    paper = Image.new("RGB", (1200, 400), "white")
    ImageDraw.Draw(paper).text((40, 150), words, fill="black", font_size=56)
    return paper


def exif(*, turn: int = 1, place: bool = True) -> Image.Exif:
    """What a telephone writes: whose it is, which one, when and where."""
    found = Image.Exif()
    found[0x0112] = turn
    found[0x010F], found[0x0110], found[0x0131] = "Apple", "iPhone 15", "17.4"
    found[0x013B] = f"{CANARY} Artist"
    camera = found.get_ifd(0x8769)
    camera[0x9003], camera[0xA431], camera[0xA430] = "2026:05:01 10:00:00", f"{CANARY}123", f"{CANARY} Owner"
    camera[0x927C] = b"Apple iOS\0" + CANARY.encode() * 3
    if place:
        gps = found.get_ifd(0x8825)
        gps[1], gps[2], gps[3], gps[4] = "N", (51.0, 30.0, 3.6), "W", (0.0, 8.0, 31.2)
    return found


XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description exif:GPSLatitude="51,30.06N"'
    f' photoshop:City="{CANARY}" aux:SerialNumber="{CANARY}9">'
    f"<dc:creator><rdf:Seq><rdf:li>{CANARY} Author</rdf:li></rdf:Seq></dc:creator>"
    f"<MPReg:PersonDisplayName>{CANARY} Pupil</MPReg:PersonDisplayName></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def jpeg(picture: Image.Image | None = None, **how: Any) -> bytes:
    out = io.BytesIO()
    (picture or photograph()).save(out, "JPEG", quality=85, **how)
    return out.getvalue()


def png(picture: Image.Image, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", **how)
    return out.getvalue()


def webp(picture: Image.Image, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", **how)
    return out.getvalue()


def iptc() -> bytes:
    """An APP13 segment with a place and an author."""
    sets = b"".join(
        b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(said)) + said
        for number, said in ((80, CANARY.encode() + b" By"), (90, CANARY.encode() + b" Town"))
    )
    block = (
        b"Photoshop 3.0\x00" + b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(sets)) + sets + b"\0" * (len(sets) % 2)
    )
    return segment(0xED, block)


def segment(kind: int, said: bytes) -> bytes:
    return bytes([0xFF, kind]) + struct.pack(">H", len(said) + 2) + said


def everything() -> bytes:
    """A photograph that tells all it can: EXIF, XMP, IPTC, a comment, and an archive behind it."""
    data = jpeg(exif=exif(), xmp=XMP.encode(), comment=f"{CANARY} comment")
    return data[:2] + iptc() + segment(0xEB, b"JP" + CANARY.encode()) + data[2:] + b"PK\x03\x04" + CANARY.encode()


def png_head(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG that claims a size, with next to nothing in it."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said))


def jpeg_head(width: int, height: int) -> bytes:
    """The photograph with another size in its frame."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def parts_of(data: bytes) -> list[str]:
    """Every part of a file by name, read with nothing of the program's, and whatever lies behind its end."""
    found: list[str] = []
    if data.startswith(b"\xff\xd8"):
        at = 2
        while at < len(data):
            kind = data[at + 1]
            assert data[at] == 0xFF
            if kind == 0xD9:
                return [*found, *(["behind"] if data[at + 2 :] else [])]
            length = struct.unpack(">H", data[at + 2 : at + 4])[0]
            found.append({0xE0: "JFIF", 0xFE: "COM"}.get(kind, f"APP{kind - 0xE0}" if 0xE0 < kind < 0xF0 else "points"))
            at += 2 + length
            if kind == 0xDA:
                while data[at] != 0xFF or data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
                    at += 1
    elif data.startswith(b"\x89PNG"):
        at = 8
        while at < len(data):
            length, kind = struct.unpack(">I", data[at : at + 4])[0], data[at + 4 : at + 8].decode()
            found.append("points" if kind in {"IHDR", "IDAT", "IEND", "PLTE"} else kind)
            at += 12 + length
    else:
        assert data[:4] == b"RIFF" and struct.unpack("<I", data[4:8])[0] + 8 == len(data)
        at = 12
        while at < len(data):
            kind, length = data[at : at + 4].decode(), struct.unpack("<I", data[at + 4 : at + 8])[0]
            found.append("points" if kind in {"VP8 ", "VP8L", "VP8X", "ALPH"} else kind)
            at += 8 + length + length % 2
    return found
