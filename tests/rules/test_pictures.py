"""What a picture tells, how many faces it shows, and a copy that tells nothing."""

import io
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import picture_making as make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from forethought.precheck import _picture_reader as reader
from forethought.precheck import pictures
from forethought.precheck._picture_faults import BROKEN
from forethought.precheck.faces import FOLDER, DamagedFaces, Faces
from forethought.precheck.picture_heads import DAMAGED, POINTS, NotLookedAt
from forethought.precheck.pictures import Letters, Sort, cleaned, looked_at, words_of

pytestmark = pytest.mark.policy("3.4", "5.3")


@pytest.fixture(scope="module", autouse=True)
def _slow_machine() -> Iterator[None]:
    """The other process is the last to get the processor: on a busy machine five seconds are soon over."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(pictures, "WAIT", 200)
        changed.setattr(pictures, "LETTERS_WAIT", 200)
        changed.setattr(pictures, "LETTERS_SECONDS", 60)
        yield


@pytest.fixture(scope="module")
def told() -> pictures.PictureSeen:
    return looked_at(make.everything())


def test_a_photograph_says_what_its_file_tells(told: pictures.PictureSeen) -> None:
    said = {one.sort: " ".join(one.said) for one in told.told}
    assert "51.50100 north, 0.14200 west" in said[Sort.PLACE] and told.has_place
    assert "Apple iPhone 15" in said[Sort.DEVICE] and "2026:05:01" in said[Sort.TIME]
    assert f"{make.CANARY}123" in said[Sort.SERIAL] and f"{make.CANARY} Artist" in said[Sort.AUTHOR]
    assert f"{make.CANARY} Pupil" in said[Sort.PEOPLE] and f"{make.CANARY} comment" in said[Sort.WORDS]
    assert said.keys() >= {Sort.MAKER, Sort.TAIL, Sort.HISTORY, Sort.REST, Sort.PROGRAM}


def test_its_face_is_counted(told: pictures.PictureSeen) -> None:
    assert told.faces == 1 and (told.width, told.height) == (512, 512)


def test_a_place_is_found_in_each_list_by_itself() -> None:
    without = make.exif(place=False)
    plain = make.jpeg(exif=without)
    xmp = make.jpeg(xmp=make.XMP.encode())
    text = make.png(make.photograph().resize((64, 64)), exif=make.exif())
    packed = make.webp(make.photograph().resize((64, 64)), exif=make.exif())
    assert not looked_at(plain).has_place
    for data in (xmp, plain[:2] + make.iptc() + plain[2:], text, packed):
        assert looked_at(data).has_place


def test_the_words_in_a_picture_are_read() -> None:
    seen = looked_at(make.png(make.poster("Proud of Maisie in class 4B")))
    assert seen.letters is Letters.READ and "Maisie" in seen.text and seen.faces == 0
    assert seen.told == ()


def test_without_the_program_for_letters_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_reader", lambda: None)
    seen = looked_at(make.png(make.poster("Proud of Maisie")))
    assert seen.letters is Letters.NO_PROGRAM and seen.text == "" and "not installed" in seen.letters.words


def test_only_words_that_are_sure_are_taken_from_the_table() -> None:
    head = "level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext"
    rows = ["5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96.1\tYear", "5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t91\tfour"]
    noise = ["5\t1\t2\t1\t1\t1\t0\t0\t9\t9\t12\tgrass", "5\t1\t3\t1\t1\t1\t0\t0\t9\t9\t99\t|", "5\tx", ""]
    assert words_of("\n".join([head, *rows, *noise])) == "Year four"


# --- The cleaned copy ---

FORMS: dict[str, Any] = {"JPEG": make.jpeg, "PNG": make.png, "WEBP": make.webp}


@pytest.mark.parametrize("form", FORMS)
def test_a_cleaned_copy_holds_points_and_nothing_else(form: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    small = make.photograph().resize((120, 80))
    how: dict[str, Any] = {"exif": make.exif(turn=6), "icc_profile": profile}
    if form == "JPEG":
        how |= {"xmp": make.XMP.encode(), "comment": make.CANARY}
    if form == "WEBP":
        how |= {"xmp": make.XMP.encode()}
    given = FORMS[form](small, **how) + b"PK\x03\x04" + make.CANARY.encode()
    assert make.CANARY.encode() in given

    copy = cleaned(given)

    assert set(make.parts_of(copy.data)) <= {"JFIF", "points"}
    assert make.CANARY.encode() not in copy.data
    with Image.open(io.BytesIO(copy.data)) as opened:
        assert opened.format == form and opened.size == (80, 120), "Turned as it was shown"
        assert not opened.getexif() and not set(opened.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"} - {
            "background",
            "timestamp",
            "duration",
            "loop",
        }
        upright = small.transpose(Image.Transpose.ROTATE_270)
        assert np.abs(np.asarray(opened.convert("RGB"), int) - np.asarray(upright, int)).mean() < 8


def test_a_cleaned_copy_tells_nothing_when_it_is_looked_at_again() -> None:
    assert looked_at(cleaned(make.everything()).data).told == ()


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_way_a_camera_is_held_is_turned_upright(turn: int) -> None:
    small = make.photograph().resize((60, 40))
    data = make.png(small, exif=make.exif(turn=turn))
    with Image.open(io.BytesIO(data)) as opened:
        from PIL import ImageOps

        wanted = ImageOps.exif_transpose(opened)
    _, copy = reader._clean(data)
    with Image.open(io.BytesIO(copy)) as opened:
        assert np.array_equal(np.asarray(opened.convert("RGB")), np.asarray(wanted.convert("RGB")))


def test_unusual_colours_come_through() -> None:
    small = make.photograph().resize((64, 64))
    sixteen = Image.fromarray(np.asarray(small.convert("L")).astype("uint16") << 8)
    clear = small.convert("RGBA")
    clear.putalpha(100)
    for data in (
        make.jpeg(small.convert("CMYK")),
        make.png(sixteen),
        make.png(small.convert("P")),
        make.png(small.convert("1")),
    ):
        with Image.open(io.BytesIO(reader._clean(data)[1])) as opened:
            grey, wanted = np.asarray(opened.convert("L"), int), np.asarray(small.convert("L"), int)
            assert abs(grey.mean() - wanted.mean()) < 14, opened.mode
        assert reader._look(data, None, {"letters": True})[1].startswith(b"P5 64 64 255\n")
    with Image.open(io.BytesIO(reader._clean(make.png(clear))[1])) as opened:
        assert opened.mode == "RGBA" and opened.getpixel((5, 5))[3] == 100  # type: ignore[index]


# --- Faces ---


@pytest.fixture(scope="module")
def faces() -> Faces:
    return Faces.from_folder()


@pytest.mark.parametrize("many", [1, 3, 5, 10])
def test_faces_are_counted(faces: Faces, many: int) -> None:
    assert faces.count(np.asarray(make.group(many))) == many


def test_nobody_is_seen_where_nobody_is(faces: Faces) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 301, 3), dtype=np.uint8)
    for points in (noise, np.zeros((1, 1, 3), np.uint8), np.full((640, 33, 3), 255, np.uint8)):
        assert faces.count(points) == 0


def test_a_model_of_faces_that_is_not_the_one_described_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "faces.onnx").write_bytes((FOLDER / "faces.onnx").read_bytes() + b"\0")
    (tmp_path / "faces.json").write_bytes((FOLDER / "faces.json").read_bytes())
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(DamagedFaces):
            Faces.from_folder(folder)


def test_the_model_of_faces_gives_places_and_nothing_that_could_tell_one_from_another() -> None:
    """Three outputs: how sure, how large, how far beside. No list of numbers that stands for a face."""
    session = Faces.from_folder()._session
    assert [one.name for one in session.get_outputs()] == ["537", "538", "539"]
    assert (FOLDER / "faces.onnx").stat().st_size < 2_100_000


# --- What was made to do harm ---


def test_a_picture_that_unpacks_to_more_than_it_says_hurts_nobody() -> None:
    bomb = make.png_head(7_000, 7_000)
    for data in (bomb, make.jpeg()[:9000], make.jpeg_head(3000, 3000)):
        for act in (looked_at, cleaned):
            try:
                act(data)
            except NotLookedAt as reason:
                assert str(reason) in {DAMAGED, POINTS, pictures.FAILED}


def test_lists_that_lead_in_a_circle_end() -> None:
    """An EXIF list whose next list is itself, and one that says it has 65,535 entries."""
    circle = b"Exif\0\0II*\0\x08\0\0\0" + b"\x01\0" + b"\x69\x87\x04\0\x01\0\0\0\x08\0\0\0" + b"\x08\0\0\0"
    many = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x87\x69\0\x04\xff\xff\xff\xff\0\0\0\x08" * 40
    plain = make.jpeg(make.photograph().resize((64, 64)))
    for said in (circle, many):
        data = plain[:2] + make.segment(0xE1, said) + plain[2:]
        assert reader._look(data, None, {})[0]["width"] == 64


SEEDS = [
    make.jpeg(make.photograph().resize((48, 32)), exif=make.exif(), xmp=make.XMP.encode()),
    make.png(make.photograph().resize((48, 32)), exif=make.exif()),
    make.webp(make.photograph().resize((48, 32)), exif=make.exif(), xmp=make.XMP.encode()),
]


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=12),
    st.integers(20, 6000),
)
@settings(max_examples=120, deadline=None)
def test_a_changed_picture_is_looked_at_or_refused(data: bytes, changes: list[tuple[int, int]], length: int) -> None:
    """In this process, where a fault that nobody expected is seen; the program does it behind the fence."""
    changed = bytearray(data)
    for at, value in changes:
        changed[at % len(changed)] = value
    for act in (lambda one: reader._look(one, None, {"letters": True}), reader._clean):
        try:
            act(bytes(changed[:length]))
        except (reader.NotRead, Image.DecompressionBombError, EOFError, MemoryError, *BROKEN):
            pass


def test_nothing_is_written_and_no_socket_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("A socket was opened.")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(os.listdir("/tmp"))
    looked_at(make.png(make.poster("Sports day")))
    assert list(tmp_path.iterdir()) == []
    assert not [name for name in set(os.listdir("/tmp")) - before if "tess" in name.lower() or "onnx" in name.lower()]


def test_more_pictures_than_turns_are_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PATIENCE", 0.01)
    taken = [pictures._turns.acquire() for _ in range(pictures.AT_ONCE)]
    try:
        with pytest.raises(pictures.Busy):
            looked_at(SEEDS[0])
    finally:
        for _ in taken:
            pictures._turns.release()
    assert looked_at(SEEDS[0]).width == 48
