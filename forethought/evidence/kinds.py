"""What kind of file an exhibit is, from its first bytes and the end of its name, which must agree.

A short list of our own. Anything else is opaque: kept, and only ever handed back as it came. Calling a file a picture
does not make it safe; nothing here decodes one (reliability.md 5.6; evidence.md 7, case 13).
"""

import re
from collections.abc import Callable
from enum import Enum

# The first bytes that are looked at. A signature needs a dozen; text is judged by all of them.
HEAD_LENGTH = 4096

_ISO_FILM = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV"})
# Telephones other than Apple's write their voice notes under a film's brand.
_ISO_SOUND = _ISO_FILM | {b"M4A ", b"M4B ", b"3gp4", b"3gp5", b"dash"}
_ISO_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis"})
# An older QuickTime film begins with one of its parts, and has no brand.
_BARE_QUICKTIME = frozenset({b"moov", b"mdat", b"wide"})
_HEADER = re.compile(rb"[!-9;-~]{1,76}:[ \t]?[^\r\n]*\r?\n")
_MAIL_HEADERS = frozenset(
    {b"from", b"to", b"date", b"subject", b"received", b"return-path", b"delivered-to", b"message-id", b"mime-version"}
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class Kind(Enum):
    """One kind of file: its short name, its media type, the words for a person, and the endings that belong to it."""

    PNG = ("png", "image/png", "picture (PNG)", "png")
    JPEG = ("jpeg", "image/jpeg", "picture (JPEG)", "jpg jpeg jpe jfif")
    GIF = ("gif", "image/gif", "picture (GIF)", "gif")
    WEBP = ("webp", "image/webp", "picture (WebP)", "webp")
    HEIC = ("heic", "image/heic", "picture (HEIC)", "heic heif")
    MP4 = ("mp4", "video/mp4", "film (MP4)", "mp4 m4v")
    MOV = ("mov", "video/quicktime", "film (MOV)", "mov qt")
    MP3 = ("mp3", "audio/mpeg", "sound (MP3)", "mp3")
    M4A = ("m4a", "audio/mp4", "sound (M4A)", "m4a m4b")
    AMR = ("amr", "audio/amr", "sound (AMR)", "amr awb")
    OGG = ("ogg", "audio/ogg", "sound (Ogg)", "ogg oga opus")
    WAV = ("wav", "audio/wav", "sound (WAV)", "wav wave")
    PDF = ("pdf", "application/pdf", "document (PDF)", "pdf")
    TEXT = ("text", "text/plain", "plain text", "txt text log")
    EMAIL = ("email", "message/rfc822", "email", "eml")
    MSG = ("msg", "application/vnd.ms-outlook", "email (Outlook)", "msg")
    CSV = ("csv", "text/csv", "table (CSV)", "csv")
    WACZ = ("wacz", "application/wacz", "archived web page (WACZ)", "wacz")
    ZIP = ("zip", "application/zip", "archive (ZIP)", "zip")
    OPAQUE = ("opaque", "application/octet-stream", "other file", "")

    def __init__(self, slug: str, media_type: str, words: str, endings: str) -> None:
        self.slug = slug
        self.media_type = media_type
        self.words = words
        self.endings = frozenset(endings.split())


def kind_of(head: bytes, file_name: str) -> Kind:
    """The kind of a file from its first 4 KiB (or all, if shorter) and its name. OPAQUE unless both say the same."""
    ending = file_name.rpartition(".")[2].strip().lower() if "." in file_name else ""
    for kind, fits in _SIGNATURES.items():
        if ending in kind.endings:
            return kind if fits(head[:HEAD_LENGTH]) else Kind.OPAQUE
    return Kind.OPAQUE


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def _brands(head: bytes) -> list[bytes]:
    """The brands of an ISO base media file, the main one first (ISO/IEC 14496-12, 4.3); empty for anything else."""
    if head[4:8] != b"ftyp":
        return []
    length = min(int.from_bytes(head[:4], "big"), len(head))
    return [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]


def _is_heic(head: bytes) -> bool:
    brands = _brands(head)
    # The plain image brands are also AVIF's, so there the list must name a HEIC one.
    return bool(brands) and (
        brands[0] in _ISO_HEIC or (brands[0] in {b"mif1", b"msf1"} and not _ISO_HEIC.isdisjoint(brands))
    )


def _is_film(head: bytes) -> bool:
    return (_brands(head) or [b""])[0] in _ISO_FILM


def _is_quicktime(head: bytes) -> bool:
    return (_brands(head) or [b""])[0] == b"qt  " or head[4:8] in _BARE_QUICKTIME


def _is_iso_sound(head: bytes) -> bool:
    return (_brands(head) or [b""])[0] in _ISO_SOUND


def _is_mp3(head: bytes) -> bool:
    """An ID3 tag, or the header of a layer III frame with no reserved value in it (ISO/IEC 11172-3, 2.4.2.3)."""
    if head[:3] == b"ID3":
        return True
    if len(head) < 3 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bitrate not in (0, 15) and rate != 3


def _is_text(head: bytes) -> bool:
    """UTF-8, or UTF-16 that says so, or one of the old eight-bit sets: no control characters, and not empty."""
    if not head:
        return False
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            text = head[: len(head) // 2 * 2].decode("utf-16")
        except UnicodeDecodeError as error:
            # The head may end between the two halves of one character.
            if error.end < len(head) // 2 * 2 - 2:
                return False
            text = head[: error.start].decode("utf-16")
        return not _CONTROL.search(text.encode())
    return not _CONTROL.search(head)


def _is_mail(head: bytes) -> bool:
    """Text whose first line is one of the header fields that a message begins with (RFC 5322, 3.6)."""
    first = _HEADER.match(head)
    if first is None or not _is_text(head):
        return False
    names = {line.partition(b":")[0].strip().lower() for line in head.splitlines()}
    return not _MAIL_HEADERS.isdisjoint(names)


_SIGNATURES: dict[Kind, Callable[[bytes], bool]] = {
    Kind.PNG: _begins(b"\x89PNG\r\n\x1a\n"),
    Kind.JPEG: _begins(b"\xff\xd8\xff"),
    Kind.GIF: _begins(b"GIF87a", b"GIF89a"),
    Kind.WEBP: _riff(b"WEBP"),
    Kind.HEIC: _is_heic,
    Kind.MP4: _is_film,
    Kind.MOV: _is_quicktime,
    Kind.MP3: _is_mp3,
    Kind.M4A: _is_iso_sound,
    Kind.AMR: _begins(b"#!AMR\n", b"#!AMR-WB\n"),
    Kind.OGG: _begins(b"OggS\x00"),
    Kind.WAV: _riff(b"WAVE"),
    # At the very beginning, although readers search the first kilobyte: a page of HTML may not hide in front.
    Kind.PDF: _begins(b"%PDF-"),
    Kind.TEXT: _is_text,
    Kind.EMAIL: _is_mail,
    Kind.MSG: _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    Kind.CSV: _is_text,
    Kind.WACZ: _begins(b"PK\x03\x04"),
    Kind.ZIP: _begins(b"PK\x03\x04", b"PK\x05\x06"),
}
