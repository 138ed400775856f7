"""A picture is refused by its first bytes, before anything is unpacked, and no bytes make that fail."""

import struct

import picture_making as make
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forethought.precheck import picture_heads as heads
from forethought.precheck.picture_heads import NotLookedAt, head_of

pytestmark = pytest.mark.policy("3.4")

SEEDS = [
    make.jpeg(make.photograph().resize((64, 48)), exif=make.exif()),
    make.png(make.photograph().resize((64, 48))),
    make.webp(make.photograph().resize((64, 48)), exif=make.exif()),
]


def refusal(data: bytes) -> str:
    with pytest.raises(NotLookedAt) as refused:
        head_of(data)
    return str(refused.value)


@pytest.mark.parametrize(("data", "form"), list(zip(SEEDS, ("JPEG", "PNG", "WEBP"), strict=True)))
def test_the_three_forms_are_known_with_their_size(data: bytes, form: str) -> None:
    head = head_of(data)
    assert (head.form, head.width, head.height, head.tail) == (form, 64, 48, 0)


def test_every_way_of_writing_a_webp_is_measured() -> None:
    small = make.photograph().resize((61, 47))
    for data in (
        make.webp(small),
        make.webp(small, lossless=True),
        make.webp(small.convert("RGBA"), xmp=b"<x/>"),
    ):
        assert (head_of(data).width, head_of(data).height) == (61, 47)


def test_a_file_that_claims_too_many_points_is_refused_by_its_head() -> None:
    for data in (
        make.png_head(30_000, 30_000),
        make.png_head(2**31 - 1, 1),
        make.png_head(20_001, 10),
        make.jpeg_head(65_500, 65_500),
    ):
        assert refusal(data) == heads.POINTS
    assert refusal(make.png_head(0, 10)) == heads.DAMAGED
    assert head_of(make.png_head(8_160, 6_120)).width == 8_160, "A telephone of today"


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert refusal(b"\xff\xd8\xff" + b"\0" * heads.MOST_BYTES) == heads.LARGE


def test_what_is_no_still_picture_is_refused_in_words() -> None:
    photo = make.photograph().resize((40, 40))
    frames = {"save_all": True, "append_images": [photo.rotate(90)]}
    assert refusal(make.png(photo, **frames)) == heads.MOVING
    assert refusal(make.webp(photo, **frames)) == heads.MOVING
    assert refusal(b"\0\0\0\x18ftypheic" + b"\0" * 40) == heads.HEIC
    assert "GIF" in refusal(b"GIF89a" + b"\0" * 40)
    assert refusal(b"%PDF-1.7 and so on") == refusal(b"<svg></svg>") == refusal(b"PK\x03\x04") == heads.OTHER
    assert refusal(b"") == heads.EMPTY


def test_a_jpeg_with_two_frames_of_different_sizes_is_refused() -> None:
    data = SEEDS[0]
    at = data.index(b"\xff\xc0")
    (length,) = struct.unpack(">H", data[at + 2 : at + 4])
    second = bytearray(data[at : at + 2 + length])
    second[5:9] = struct.pack(">HH", 5, 5)
    assert refusal(data[:at] + bytes(second) + data[at:]) == heads.DAMAGED


def test_what_lies_behind_the_picture_is_counted_and_filling_is_not() -> None:
    for data in SEEDS:
        assert head_of(data + b"PK\x03\x04 an archive").tail == len(b"PK\x03\x04 an archive")
        assert head_of(data + b"\0" * 64).tail == 0


def test_a_picture_cut_short_has_a_size_or_is_refused() -> None:
    for data in SEEDS:
        for at in range(0, len(data), 37):
            try:
                assert head_of(data[:at]).width in (64, 1)
            except NotLookedAt as reason:
                assert str(reason) in {heads.DAMAGED, heads.OTHER, heads.EMPTY, heads.POINTS}


@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFFxxxxWEBPVP8X"]))
@example(b"\xc0\x00\x00", b"\xff\xd8\xff")
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_looking_at_a_head_fail(data: bytes, beginning: bytes) -> None:
    try:
        head = head_of(beginning + data)
    except NotLookedAt:
        return
    assert 0 < head.width * head.height <= heads.MOST_POINTS


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6))
@settings(max_examples=300, deadline=None)
def test_no_change_to_a_head_makes_looking_at_it_fail(data: bytes, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(data)
    for at, value in changes:
        changed[at % len(changed)] = value
    try:
        head = head_of(bytes(changed))
    except NotLookedAt:
        return
    assert 0 < head.width * head.height <= heads.MOST_POINTS
