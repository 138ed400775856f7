"""Texts, archives, pictures and recordings are read in processes apart, and what is hostile in them stops there."""

import io
import shutil
import struct
import subprocess
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from record_files import a_picture, a_screen, a_zip, no_network

from forethought.core import fence
from forethought.evidence import reading_out
from forethought.evidence.likeness import look_alike
from forethought.evidence.reading_out import Reading, read_out

pytestmark = pytest.mark.policy("7.3")

NOW = datetime.now(UTC)
CHAT = b"13/03/2024, 14:05 - Tess: IMG-1.jpg (file attached)\n13/03/2024, 14:06 - Ben: IMG-2.jpg (file attached)\n"


def read(media: str, content: bytes) -> list[Reading]:
    return read_out(media, lambda: iter([content]), look_up=no_network, at=NOW)


def only(media: str, content: bytes) -> Reading:
    (one,) = read(media, content)
    return one


def why(media: str, content: bytes) -> str:
    one = only(media, content)
    assert one.recipe == "unreadable", one
    return str(one.content["why"])


# --- Archived pages ---


def pages_of(content: bytes) -> Any:
    return reading_out.asked_of("wacz", lambda: iter([content]), {})


def test_of_an_archived_page_its_address_time_title_and_words_are_read_and_nothing_it_archived() -> None:
    lines = (
        b'{"format": "json-pages-1.0", "id": "pages"}\n'
        b'{"url": "https://x.example/1", "ts": "2026-11-20T12:00:00Z", "title": "Year 4", "text": "You will see."}\n'
        b"no JSON at all\n"
        b'{"url": "https://x.example/2"}\n'
    )
    said = pages_of(a_zip(("pages/pages.jsonl", lines), ("archive/data.warc.gz", b"Not words")))
    assert [tuple(one.values()) for one in said["pages"]] == [
        ("https://x.example/1", "2026-11-20T12:00:00Z", "Year 4", "You will see."),
        ("https://x.example/2", "", "", ""),
    ]
    assert "Not words" not in str(said)


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ([("archive/data.warc.gz", b"x")], "no_pages"),
        ([("pages/pages.jsonl", b'{"url": "https://x.example/"}')], "no_words"),
        ([("pages/pages.jsonl", b"[" * 5000)], "no_words"),
        ([("pages/pages.jsonl", b"{}"), ("PAGES/pages.jsonl", b"{}")], "twice"),
        ([("pages/pages.jsonl", b"{}"), ("../x", b"")], "outside"),
    ],
)
def test_an_archive_without_pages_or_with_what_none_has_is_refused(members: list[tuple[str, bytes]], says: str) -> None:
    assert pages_of(a_zip(*members)) == says
    assert pages_of(a_zip(*members)[:-30]) == "damaged"


# --- Texts and archives ---


def test_a_text_is_a_chat_when_it_begins_as_one_and_words_otherwise() -> None:
    assert only("TEXT", CHAT).recipe == "chat"
    found = only("TEXT", "Grüße".encode("utf-16"))
    assert (found.recipe, found.content["words"]) == ("text", "Grüße")


@pytest.mark.parametrize("name", ["_chat.txt", "WhatsApp Chat with Ben.txt", "folder/_chat.txt"])
def test_the_chat_in_an_archive_is_read_and_says_which_of_its_files_are_missing(name: str) -> None:
    found = only("ZIP", a_zip((name, CHAT), ("IMG-1.jpg", b"x")))
    assert found.recipe == "chat"
    assert (found.content["files"], found.content["missing"]) == (["IMG-1.jpg"], ["IMG-2.jpg"])


def test_any_other_archive_stays_closed() -> None:
    assert why("ZIP", a_zip(("holiday.jpg", b"x"), ("notes.txt", b"hello"))) == "archive"
    assert why("ZIP", a_zip(("_chat.txt", b"no chat at all"))) == "archive"


def test_an_archive_that_would_fill_the_memory_is_stopped_by_its_bytes_and_not_by_what_it_says() -> None:
    bomb = a_zip(("_chat.txt", CHAT + b" " * 200_000_000))
    assert len(bomb) < 1_000_000
    # It says that it holds ten bytes, in both places.
    lying = bomb.replace(struct.pack("<I", 200_000_000 + len(CHAT)), struct.pack("<I", 10))
    assert why("ZIP", bomb) == "unpacks"
    assert why("ZIP", lying) in {"unpacks", "damaged"}


def test_an_archive_within_an_archive_is_not_opened() -> None:
    assert why("ZIP", a_zip(("inner.zip", a_zip(("_chat.txt", CHAT))))) == "archive"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_with_two_files_of_one_name_is_not_opened() -> None:
    assert why("ZIP", a_zip(("_chat.txt", CHAT), ("_chat.txt", b"other"))) == "twice"
    assert why("ZIP", a_zip(("_chat.txt", CHAT), ("_CHAT.txt", b"other"))) == "twice"


def test_an_archive_with_a_link_or_a_way_out_is_not_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("_chat.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert why("ZIP", out.getvalue()) == "links"
    assert why("ZIP", a_zip(("_chat.txt", CHAT), ("../../x", b""))) == "outside"


def test_an_archive_that_is_locked_damaged_or_packed_in_an_odd_way_says_so() -> None:
    whole = a_zip(("_chat.txt", CHAT))
    locked = bytearray(whole)
    central = whole.index(b"PK\x01\x02")
    locked[6] |= 1
    locked[central + 8] |= 1
    odd = bytearray(whole)
    odd[8], odd[central + 10] = 9, 9
    assert why("ZIP", bytes(locked)) == "locked"
    assert why("ZIP", bytes(odd)) == "method"
    assert why("ZIP", whole[:-30]) == "damaged"


def test_the_long_form_of_an_archive_is_read_with_every_byte_counted() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("_chat.txt", "w", force_zip64=True) as member:
        member.write(CHAT)
    assert only("ZIP", out.getvalue()).recipe == "chat"


def test_an_archive_of_more_members_than_a_chat_has_is_not_opened() -> None:
    assert why("ZIP", a_zip(*((f"{n}.jpg", b"") for n in range(20_001)))) == "members"


def test_what_is_larger_than_memory_allows_is_left_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_out, "MOST_IN", 100)
    assert why("ZIP", a_zip(("_chat.txt", CHAT))) == "large"


# --- Pictures (case 15) ---


def exif(**tags: Any) -> Image.Exif:
    found = Image.Exif()
    found[271], found[272], found[306] = "Acme", "Phone 9", "2026:11:20 12:00:00"
    if place := tags.get("place"):
        found[0x8825] = {1: "N", 2: (place[0], 30.0, 0.0), 3: "W", 4: (place[1], 7.0, 30.0)}
    return found


def test_a_picture_says_when_where_and_with_what_it_was_taken() -> None:
    said = read("JPEG", a_picture(exif=exif(place=(51.0, 0.0))))[0].content
    assert said["said"]["device"] == "Phone 9"
    assert said["said"]["taken"] == "2026:11:20 12:00:00"
    assert said["said"]["place"] == "51.50000, -0.12500"
    assert said["warnings"] == ["place"]


def test_the_place_nought_nought_is_no_place() -> None:
    found = Image.Exif()
    found[0x8825] = {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}
    assert read("JPEG", a_picture(exif=found))[0].content["warnings"] == ["place_zero"]


def test_a_picture_without_notes_says_nothing() -> None:
    said = read("PNG", a_screen(["Hello"]))[0].content
    assert (said["said"], said["warnings"], said["frames"]) == ({}, [], 1)


def with_thumbnail(picture: bytes, small: bytes) -> bytes:
    """A JPEG with a small picture in its notes, as cameras write one (Exif 2.3, 4.5.5)."""
    ifd0 = struct.pack("<HI", 0, 14)
    ifd1 = struct.pack("<H", 2) + struct.pack("<HHII", 0x201, 4, 1, 44) + struct.pack("<HHII", 0x202, 4, 1, len(small))
    tiff = b"II*\0\x08\0\0\0" + ifd0 + ifd1 + b"\0\0\0\0"
    body = b"Exif\0\0" + tiff.ljust(44, b"\0") + small
    return picture[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + picture[2:]


def test_a_small_picture_inside_that_shows_something_else_is_said() -> None:
    whole = Image.open(io.BytesIO(a_picture()))
    cropped = whole.crop((0, 0, 200, 200))
    out, small, same = io.BytesIO(), io.BytesIO(), io.BytesIO()
    cropped.save(out, "JPEG")
    whole.resize((160, 120)).save(small, "JPEG")
    cropped.resize((120, 120)).save(same, "JPEG")
    assert "thumbnail_differs" in read("JPEG", with_thumbnail(out.getvalue(), small.getvalue()))[0].content["warnings"]
    assert read("JPEG", with_thumbnail(out.getvalue(), same.getvalue()))[0].content["warnings"] == []


def a_flood(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that unpacks to far more."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_000, 5_001)])
def test_a_picture_of_too_many_points_is_not_unpacked(size: tuple[int, int]) -> None:
    assert why("PNG", a_flood(*size)) == "points"


def test_a_moving_picture_of_ten_thousand_is_one_picture() -> None:
    out = io.BytesIO()
    first = Image.new("RGB", (8, 8), "red")
    frames = [Image.new("RGB", (8, 8), (n % 256, n // 256, 0)) for n in range(10_000)]
    first.save(out, "WEBP", save_all=True, append_images=frames[1:], duration=20, lossless=True)
    assert read("WEBP", out.getvalue())[0].content["frames"] == 10_000


def test_a_gif_is_read_by_its_first_picture() -> None:
    assert read("GIF", a_picture(format="GIF"))[0].content["format"] == "GIF"


def test_a_picture_that_was_cut_short_says_so_and_still_what_was_noted() -> None:
    said = only("JPEG", a_picture(exif=exif())[:8000]).content
    assert said["warnings"] == ["cut_short"]
    assert said["said"]["device"] == "Phone 9"
    assert "pdq" not in said


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\nnot really", b"%!PS-Adobe-3.0 EPSF-3.0\n", b""])
def test_what_only_calls_itself_a_picture_starts_nothing_and_is_unreadable(content: bytes) -> None:
    assert why("PNG", content) == "damaged"


def test_a_heic_is_kept_and_not_decoded() -> None:
    assert why("HEIC", b"anything") == "heic"


def test_a_picture_saved_again_smaller_or_in_grey_looks_alike_and_another_does_not() -> None:
    whole = Image.open(io.BytesIO(a_picture()))

    def mark(picture: Image.Image, **how: Any) -> str:
        out = io.BytesIO()
        picture.save(out, **{"format": "JPEG", **how})
        return str(read("JPEG", out.getvalue())[0].content["pdq"])

    own = mark(whole)
    for copy in (mark(whole, quality=40), mark(whole.resize((320, 240))), mark(whole.convert("L"))):
        assert look_alike(own, copy) is not None
    other = read("JPEG", a_picture(seed=2))[0].content["pdq"]
    assert look_alike(own, other) is None


def test_a_flat_picture_has_a_fingerprint_that_is_not_used() -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 400), "grey").save(out, "PNG")
    assert read("PNG", out.getvalue())[0].content["quality"] < 50


@pytest.mark.parametrize("dark", [False, True])
def test_the_letters_on_a_screen_are_found_for_search(dark: bool) -> None:
    letters = read("PNG", a_screen(["You should be ashamed", "of yourself"], dark=dark))[1]
    assert letters.recipe == "letters"
    assert "You should be ashamed" in letters.content["words"]
    assert letters.content["inverted"] is dark
    assert letters.tools.startswith("tesseract 5")


# --- Recordings (case 59) ---


def a_sound(tmp_path: Path, name: str, seconds: float, *how: str) -> bytes:
    out = tmp_path / name
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"sine=440:d={seconds}", *how, str(out)], check=True)
    return out.read_bytes()


@pytest.mark.parametrize(
    ("name", "media"), [("a.wav", "WAV"), ("a.mp3", "MP3"), ("a.m4a", "M4A"), ("a.opus", "OGG"), ("a.mp4", "MP4")]
)
def test_a_recording_says_how_long_it_is(tmp_path: Path, name: str, media: str) -> None:
    found = only(media, a_sound(tmp_path, name, 7))
    assert found.recipe == "length"
    assert abs(found.content["says"] - 7) < 0.3
    assert abs(found.content["plays"] - 7) < 0.3
    assert found.tools.startswith("ffmpeg version")


def test_a_voicemail_in_a_telephones_own_form_is_measured() -> None:
    # AMR at 12.2 kbit/s: a frame of 32 bytes for each fiftieth of a second (RFC 4867, 5.3). Silence throughout.
    said = only("AMR", b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * 50 * 9).content
    assert abs(said["plays"] - 9) < 0.3


def test_a_header_that_says_five_seconds_over_three_hours_is_found_out(tmp_path: Path) -> None:
    long = a_sound(tmp_path, "long.mp3", 3 * 3600, "-b:a", "8k", "-ar", "8000", "-ac", "1")
    at = next(place for place in (long.find(b"Info"), long.find(b"Xing")) if place >= 0)
    frames = int.from_bytes(long[at + 8 : at + 12], "big")
    lying = long[: at + 8] + (frames * 5 // (3 * 3600)).to_bytes(4, "big") + long[at + 12 :]
    said = only("MP3", lying).content
    assert said["says"] < 60
    assert abs(said["plays"] - 3 * 3600) < 60


def test_a_recording_too_large_for_memory_is_read_as_it_streams_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = a_sound(tmp_path, "a.mp3", 60)
    monkeypatch.setattr(reading_out, "MOST_IN", 100_000)
    assert len(content) > 100_000
    assert abs(only("MP3", content).content["plays"] - 60) < 1


def test_a_recording_that_is_none_is_unreadable() -> None:
    assert why("MP4", b"\0\0\0\x18ftypisom" + b"\0" * 100) == "damaged"


def test_a_program_that_is_missing_is_said_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("ffprobe") is None
    assert only("MP3", b"ID3").content == {"why": "no_program"}
    picture, letters = read("PNG", a_screen(["Hello"]))
    assert picture.recipe == "picture"
    assert letters.content == {"why": "no_program"}


# --- The fence ---


def test_a_list_inside_a_recording_opens_no_other_file(tmp_path: Path) -> None:
    other = tmp_path / "other.wav"
    other.write_bytes(a_sound(tmp_path, "b.wav", 3))
    playlist = f"ffconcat version 1.0\nfile {other}\n".encode()
    assert why("WAV", playlist) == "damaged"


def test_nothing_of_a_record_is_in_an_argument_or_on_a_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[Any] = []
    real = subprocess.Popen

    def noting(command: Any, *args: Any, **more: Any) -> Any:
        seen.append((command, more))
        return real(command, *args, **more)

    monkeypatch.setattr(subprocess, "Popen", noting)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    read("TEXT", CHAT)
    assert len(seen) == 1
    assert b"Tess" not in repr(seen).encode()
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_does_not_answer_in_time_is_ended() -> None:
    with pytest.raises(fence.Unanswered):
        fence.apart("import time; time.sleep(60)", [], [b"x"], wait=0.5, most_in=10, most_out=10)
    with pytest.raises(fence.Unanswered):
        fence.apart("import time; time.sleep(60)", [], iter([b"x"] * 10**6), wait=0.5, most_in=None, most_out=10)


def test_a_process_apart_reaches_no_network() -> None:
    code = (
        "import sys; sys.path.append(sys.argv[1]); import socket\n"
        "from forethought.core import fence\n"
        "if not fence.leave_network(): print(101); raise SystemExit  # This system lets no process leave.\n"
        "try: socket.create_connection(('127.0.0.1', 9), 1)\n"
        "except OSError as fault: print(fault.errno)"
    )
    # Not “refused”, which this machine itself would say: there is no way to anywhere.
    assert fence.apart(code, [], [b""], wait=10, most_in=10, most_out=100).strip() == b"101"


def test_the_processes_that_serve_never_load_the_libraries_for_files() -> None:
    code = (
        "import sys, os; sys.path.append(sys.argv[1]); os.environ['DJANGO_SETTINGS_MODULE'] = 'forethought.settings'\n"
        "import django; django.setup()\n"
        "import forethought.pages.urls, forethought.management.commands.worker\n"
        "print(sorted({'PIL', 'numpy', 'dkim', 'dns', 'pdqhash', 'oxmsg', 'olefile'} & set(sys.modules)))"
    )
    assert fence.apart(code, [], [b""], wait=60, most_in=10, most_out=1000).strip() == b"[]"


def test_the_readers_know_no_django() -> None:
    code = (
        "import sys; sys.path.append(sys.argv[1])\n"
        "from forethought.evidence._reader import reader_of\n"
        "[reader_of(one) for one in ('mail', 'signature', 'outlook', 'text', 'zip', 'picture')]\n"
        "print('django' in sys.modules)"
    )
    assert fence.apart(code, [], [b""], wait=60, most_in=10, most_out=1000).strip() == b"False"
