"""What a file is said to be: only what its content and its name agree on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.evidence.kinds import Kind, kind_of


def box(kind: bytes, rest: bytes = b"") -> bytes:
    return (8 + len(rest)).to_bytes(4, "big") + kind + rest


def brands(main: bytes, *others: bytes) -> bytes:
    return box(b"ftyp", main + bytes(4) + b"".join(others)) + box(b"moov")


PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
ZIP = b"PK\x03\x04" + bytes(26)
HTML = b"<!doctype html><script>alert(1)</script>"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n"
EXE = b"MZ\x90\x00\x03" + bytes(40)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
MAIL = b"Received: from mx.example\r\nFrom: a@example\r\nSubject: You\r\n\r\nHello"

KNOWN = [
    (PNG, "a.png", Kind.PNG),
    (PNG, "A.PNG", Kind.PNG),
    (JPEG, "a.jpg", Kind.JPEG),
    (JPEG, "a.jpeg", Kind.JPEG),
    (b"GIF89a" + bytes(8), "a.gif", Kind.GIF),
    (b"GIF87a" + bytes(8), "a.gif", Kind.GIF),
    (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a.webp", Kind.WEBP),
    (brands(b"heic", b"mif1", b"heic"), "IMG_0001.HEIC", Kind.HEIC),
    (brands(b"mif1", b"mif1", b"heic"), "a.heif", Kind.HEIC),
    (brands(b"isom", b"iso2", b"avc1"), "a.mp4", Kind.MP4),
    (brands(b"mp42"), "a.m4v", Kind.MP4),
    (brands(b"qt  "), "IMG_2.MOV", Kind.MOV),
    (box(b"wide") + box(b"mdat"), "a.mov", Kind.MOV),
    (b"ID3\x04" + bytes(8), "a.mp3", Kind.MP3),
    (b"\xff\xfb\x90\x64" + bytes(8), "a.mp3", Kind.MP3),
    (brands(b"M4A ", b"mp42"), "New Recording 3.m4a", Kind.M4A),
    (brands(b"isom"), "a.m4a", Kind.M4A),
    (b"#!AMR\n\x3c", "a.amr", Kind.AMR),
    (b"#!AMR-WB\n\x3c", "a.awb", Kind.AMR),
    (b"OggS\x00\x02", "PTT-20261101-WA0001.opus", Kind.OGG),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", "a.wav", Kind.WAV),
    (PDF, "a.pdf", Kind.PDF),
    (b"hello\r\n\tworld", "a.txt", Kind.TEXT),
    ("[01/11/2026, 09:41] Zoë: hi 👋".encode(), "_chat.txt", Kind.TEXT),
    (b"caf\xe9", "a.txt", Kind.TEXT),
    ("Zoë".encode("utf-16"), "a.txt", Kind.TEXT),
    (MAIL, "a.eml", Kind.EMAIL),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.msg", Kind.MSG),
    (MAIL.replace(b"\r\n", b"\n"), "a.eml", Kind.EMAIL),
    (b"name,when\nA,1\n", "a.csv", Kind.CSV),
    (ZIP, "WhatsApp Chat.zip", Kind.ZIP),
    (ZIP, "archive.wacz", Kind.WACZ),
    (b"PK\x05\x06" + bytes(18), "empty.zip", Kind.ZIP),
]

OPAQUE = [
    (b"", "a.png"),
    (b"", "a.txt"),
    (PNG, "a"),
    (PNG, ""),
    (PNG, "png"),
    (PNG, "a.png.exe"),
    (PNG, "a.jpg"),
    (PNG, "a.txt"),
    (PNG[:7], "a.png"),
    (EPS, "a.png"),
    (HTML, "a.jpg"),
    (HTML, "a.html"),
    (SVG, "a.svg"),
    (SVG, "a.png"),
    (EXE, "a.pdf"),
    (EXE, "a.exe"),
    (EXE, "a.txt"),
    (HTML + PDF, "a.pdf"),
    (b"\n" + PDF, "a.pdf"),
    (ZIP, "a.docx"),
    (ZIP, "a.jar"),
    (b"RIFF\x10\x00\x00\x00WEBP", "a.wav"),
    (b"RIFF\x10\x00\x00\x00WAVE", "a.webp"),
    (brands(b"avif", b"mif1"), "a.heic"),
    (brands(b"mif1", b"avif"), "a.heif"),
    (brands(b"heic"), "a.mp4"),
    (brands(b"qt  "), "a.mp4"),
    (brands(b"isom"), "a.mov"),
    (b"\xff\xfe\x41\x00", "a.mp3"),
    (b"\xff\xfb\xf0\x00", "a.mp3"),
    (b"\xff\xeb\x90\x00", "a.mp3"),
    (b"\xff\xfb", "a.mp3"),
    (b"text\x00more", "a.txt"),
    (b"\x1b[2Jtext\x07", "a.txt"),
    (b"\xff\xfe\x00\xd8\x41\x00\x41\x00\x41\x00", "a.txt"),
    (b"just words, no header\r\n\r\n", "a.eml"),
    (b"X-Only: this\r\n\r\n", "a.eml"),
    (b"From me to you\r\n", "a.eml"),
    (b"a,b\x00", "a.csv"),
    (b"moov", "a.mov"),
]


@pytest.mark.parametrize(("head", "name", "kind"), KNOWN)
def test_a_kind_is_known_when_content_and_name_agree(head: bytes, name: str, kind: Kind) -> None:
    assert kind_of(head, name) is kind


@pytest.mark.parametrize(("head", "name"), OPAQUE)
def test_anything_else_is_opaque(head: bytes, name: str) -> None:
    assert kind_of(head, name) is Kind.OPAQUE


def test_every_kind_but_opaque_has_an_example_here() -> None:
    assert {kind for _, _, kind in KNOWN} == set(Kind) - {Kind.OPAQUE}


def test_no_ending_belongs_to_two_kinds_and_every_slug_fits_its_column() -> None:
    endings = [ending for kind in Kind for ending in kind.endings]
    assert len(endings) == len(set(endings))
    assert max(len(kind.slug) for kind in Kind) <= 12


def test_a_utf16_text_cut_inside_a_character_is_still_text() -> None:
    text = ("x" + "👋" * 3000).encode("utf-16")
    assert kind_of(text[:4096], "a.txt") is Kind.TEXT
    assert kind_of(text[:4095], "a.txt") is Kind.TEXT


@given(st.binary(max_size=80), st.text(max_size=20))
def test_no_bytes_and_no_name_make_it_fail(head: bytes, name: str) -> None:
    assert isinstance(kind_of(head, name), Kind)
    for kind in Kind:
        for ending in kind.endings:
            assert kind_of(head, f"a.{ending}") in (kind, Kind.OPAQUE)
