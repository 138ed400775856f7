"""What lies in a picture's file besides its points: where, when, with what and by whom it was made.

Only `_picture_reader` loads this, behind the fence. Each detail is a sort and the words that the file gives for it, cut
short; `pictures` says it to a person. XMP is searched by its marks and never parsed: it may hold anything.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from PIL import ExifTags

from forethought.precheck._picture_faults import BROKEN

LONGEST = 120
#: What one file may tell of a sort before the rest is passed over.
MOST_OF_A_SORT = 3
_BASE, _GPS = ExifTags.Base, ExifTags.GPS

Detail = tuple[str, str]

#: Tags of the main list and of the camera's own list, by the sort that they tell.
_MAIN = {
    "device": (_BASE.Make, _BASE.Model, _BASE.HostComputer),
    "program": (_BASE.Software, _BASE.ProcessingSoftware),
    "author": (_BASE.Artist, _BASE.Copyright, _BASE.XPAuthor),
    "time": (_BASE.DateTime,),
    "words": (_BASE.ImageDescription, _BASE.XPTitle, _BASE.XPComment, _BASE.XPKeywords, _BASE.XPSubject),
}
_CAMERA = {
    "time": (_BASE.DateTimeOriginal, _BASE.DateTimeDigitized),
    "author": (_BASE.CameraOwnerName,),
    "serial": (_BASE.BodySerialNumber, _BASE.LensSerialNumber, _BASE.ImageUniqueID),
    "device": (_BASE.LensMake, _BASE.LensModel),
    "words": (_BASE.UserComment,),
}
#: What XMP calls it, without the prefix that a program may choose.
_XMP = {
    "place": ("GPSLatitude", "GPSLongitude", "Location", "Sublocation", "City", "LocationCreated", "LocationShown"),
    "author": ("creator", "rights", "OwnerName", "AuthorsPosition", "Credit"),
    "people": ("PersonInImage", "PersonDisplayName", "RegionList", "Regions", "RegionInfo"),
    "serial": ("SerialNumber", "LensSerialNumber", "InternalSerialNumber"),
    "device": ("Make", "Model", "Lens"),
    "time": ("DateCreated", "CreateDate", "DateTimeOriginal", "ModifyDate"),
    "program": ("CreatorTool", "Software"),
    "words": ("description", "title", "Headline", "subject", "Instructions"),
    "history": ("DocumentID", "InstanceID", "OriginalDocumentID", "History", "DerivedFrom"),
}
#: Of places and histories only that they are there: a number without the others misleads.
_XMP_SAID = frozenset({"author", "device", "serial", "time", "program", "words", "people"})
_XMP_SORT = {name.lower(): sort for sort, names in _XMP.items() for name in names}
#: A mark may stand inside a tag, or be one. What belongs to the packet itself says nothing.
_XMP_MARKS = (
    re.compile(rb"\s(?!rdf|xmlns|x:)[\w.-]{1,40}:(\w{1,40})\s*=\s*[\"']([^\"']{0,300})"),
    re.compile(rb"<(?!rdf|x:)[\w.-]{1,40}:(\w{1,40})(?:\s[^<>]{0,500})?>([^<]{0,300})"),
)
_XMP_ITEM = re.compile(rb"(?:\s|</?rdf:(?:Seq|Bag|Alt)[^>]{0,80}>|<rdf:li[^>]{0,200}>){0,6}([^<]{0,300})")

#: Datasets of IPTC's second record.
_IPTC = {
    "author": (80, 85, 110, 115, 116, 122),
    "place": (26, 27, 90, 92, 95, 100, 101),
    "time": (55, 60, 62, 63),
    "words": (5, 25, 105, 120, 40),
    "program": (65,),
}
_IPTC_SORT = {number: sort for sort, numbers in _IPTC.items() for number in numbers}
_PNG_SORT = {
    "author": "author",
    "copyright": "author",
    "creation time": "time",
    "date:create": "time",
    "date:modify": "time",
    "software": "program",
    "source": "device",
}


def details_of(picture: Any, data: bytes) -> list[Detail]:
    """Every detail that is found, the first of each sort first. `data` is the whole file."""
    found: dict[str, list[str]] = {}
    for read in (_exif, _xmp, _iptc, _png, _segments):
        # One broken list hides none of the others.
        with suppress(*BROKEN):
            for sort, words in read(picture, data):
                kept = found.setdefault(sort, [])
                short = _short(words)
                if len(kept) < MOST_OF_A_SORT and not any(short.lower() in one.lower() for one in kept):
                    kept.append(short)
    return [(sort, words) for sort, kept in found.items() for words in kept]


def _short(value: Any) -> str:
    """As words of one line."""
    if isinstance(value, bytes):
        for prefix in (b"ASCII\0\0\0", b"UNICODE\0", b"JIS\0\0\0\0\0", b"\0" * 8):
            value = value.removeprefix(prefix)
        many = value.count(b"\0")
        value = value.decode("utf-16-le" if many * 3 > len(value) > 3 else "utf-8", "replace")
    text = "".join(c if c.isprintable() else " " for c in str(value if value is not None else ""))
    return " ".join(text.split())[:LONGEST]


def _exif(picture: Any, data: bytes) -> Iterator[Detail]:
    exif = picture.getexif()
    camera, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    if place := _place(gps):
        yield "place", place
    elif any(tag not in (_GPS.GPSVersionID,) for tag in gps):
        yield "place", ""
    for tags, given in ((_CAMERA, camera), (_MAIN, exif)):
        for sort, numbers in tags.items():
            said = [words for number in numbers if (words := _short(given.get(number)))]
            if sort == "device" and said:
                yield sort, " ".join(said)
            else:
                yield from ((sort, words) for words in said)
    if camera.get(_BASE.MakerNote):
        yield "maker", ""
    small = exif.get_ifd(ExifTags.IFD.IFD1)
    if small:
        yield "thumbnail", ""
    if small.get(_BASE.GPSInfo):
        yield "place", ""
    known = {*exif, *camera} - {_BASE.Orientation, _BASE.ExifOffset, _BASE.GPSInfo}
    if known:
        yield "rest", ""


def _place(gps: Any) -> str | None:
    """Latitude and longitude as words; nothing where there is none, or none on this earth."""
    degrees = []
    try:
        for value, side, negative in (
            (gps[_GPS.GPSLatitude], gps.get(_GPS.GPSLatitudeRef, "N"), "S"),
            (gps[_GPS.GPSLongitude], gps.get(_GPS.GPSLongitudeRef, "E"), "W"),
        ):
            whole, minutes, seconds = (float(part) for part in value)
            number = whole + minutes / 60 + seconds / 3600
            side = side.decode("ascii", "replace") if isinstance(side, bytes) else str(side)
            degrees.append(-number if side.strip("\0 ").upper() == negative else number)
    except BROKEN:
        return None
    north, east = degrees
    if not (abs(north) <= 90 and abs(east) <= 180):
        return None
    return f"{abs(north):.5f} {'south' if north < 0 else 'north'}, {abs(east):.5f} {'west' if east < 0 else 'east'}"


def _xmp(picture: Any, data: bytes) -> Iterator[Detail]:
    """A packet may stand in one segment, or in many, or as a text of a PNG; its marks are the same everywhere."""
    packets = [data[at : at + 262144] for at in _places(data, b"<x:xmpmeta", b"<rdf:RDF", b"http://ns.adobe.com/xmp/")]
    given = picture.info.get("xmp")
    packets += [given] if isinstance(given, bytes) else [str(given).encode()] if given else []
    if packets:
        yield "rest", ""
    for packet in packets[:4]:
        end = packet.find(b"</rdf:RDF>")
        packet = packet[: end if end > 0 else 262144]
        for mark in (one for marks in _XMP_MARKS for one in marks.finditer(packet)):
            sort = _XMP_SORT.get(mark[1].decode("ascii", "replace").lower())
            if not sort:
                continue
            inside = mark[2]
            if not inside.strip():
                item = _XMP_ITEM.match(packet, mark.end())
                inside = item[1] if item else b""
            yield sort, _short(inside) if sort in _XMP_SAID else ""


def _places(data: bytes, *marks: bytes) -> list[int]:
    for mark in marks:
        found = [match.start() for match in re.finditer(re.escape(mark), data)][:4]
        if found:
            return found
    return []


def _iptc(picture: Any, data: bytes) -> Iterator[Detail]:
    block = picture.info.get("photoshop")
    raw = block.get(0x0404) if isinstance(block, dict) else None
    if not isinstance(raw, bytes):
        return
    yield "rest", ""
    at = 0
    while at + 5 <= len(raw) and raw[at] == 0x1C:
        record, number, length = raw[at + 1], raw[at + 2], int.from_bytes(raw[at + 3 : at + 5], "big")
        if length & 0x8000:
            return
        if record == 2 and (sort := _IPTC_SORT.get(number)):
            yield sort, _short(raw[at + 5 : at + 5 + length])
        at += 5 + length


def _png(picture: Any, data: bytes) -> Iterator[Detail]:
    if picture.format != "PNG":
        return
    for name, value in getattr(picture, "text", {}).items():
        if "xmp" in name.lower() or name.lower().startswith("raw profile"):
            yield "rest", ""
            continue
        yield _PNG_SORT.get(name.lower(), "words"), _short(value)
    if b"tIME" in data[: 1 << 16] or b"tIME" in data[-(1 << 12) :]:
        yield "rest", ""


def _segments(picture: Any, data: bytes) -> Iterator[Detail]:
    """Parts of a JPEG that are no points and no list of the above: a comment, a second picture, how it was made."""
    for name, value in getattr(picture, "applist", []):
        if name == "COM":
            yield "words", _short(value)
        elif name == "APP11":
            yield "history", ""
        elif name == "APP2" and value.startswith(b"MPF\0"):
            yield "second", ""
        elif name not in {"APP0", "APP1", "APP2", "APP13", "APP14"}:
            yield "rest", ""
