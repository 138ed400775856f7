"""Any two of three parts give the secret back, and one says nothing."""

import os
from itertools import combinations

import pytest

from forethought.core import shamir
from forethought.core.shamir import inverse, joined, read, read_two, split, times, written

SECRET = bytes(range(16))


@pytest.mark.parametrize(
    ("one", "other", "product"),
    # FIPS 197, sections 4.2 and 4.2.1, and the inverses that its S-box is built from.
    [(0x57, 0x83, 0xC1), (0x57, 0x13, 0xFE), (0x57, 0x02, 0xAE), (0x57, 0x10, 0x07), (0x53, 0xCA, 0x01), (0, 9, 0)],
)
def test_the_field_is_that_of_aes(one: int, other: int, product: int) -> None:
    assert times(one, other) == times(other, one) == product


def test_every_byte_but_nought_has_its_inverse() -> None:
    assert all(times(one, inverse(one)) == 1 for one in range(1, 256))
    with pytest.raises(ZeroDivisionError):
        inverse(0)


def test_known_parts_of_a_known_secret() -> None:
    # One byte, worked out by hand: 0x42 ^ (0x03 times the place).
    assert split(b"\x42", lambda count: b"\x03" * count) == [(1, b"\x41"), (2, b"\x44"), (3, b"\x47")]


def test_any_two_parts_give_the_secret_back() -> None:
    for _ in range(50):
        secret = os.urandom(16)
        for one, other in combinations(split(secret, os.urandom, parts=5), 2):
            assert joined(one, other) == joined(other, one) == secret


def test_one_part_says_nothing_of_the_secret() -> None:
    """Whatever the secret, over all slopes each value of a part comes up exactly once."""
    for secret in (0, 1, 0x42, 0xFF):
        for place in range(3):
            seen = {split(bytes([secret]), lambda _, slope=slope: bytes([slope]))[place][1] for slope in range(256)}
            assert len(seen) == 256


def test_parts_of_two_secrets_give_neither() -> None:
    one, other = split(SECRET, os.urandom), split(SECRET[::-1], os.urandom)
    assert joined(one[0], other[1]) not in {SECRET, SECRET[::-1]}


@pytest.mark.parametrize("pair", [((1, b"a"), (1, b"b")), ((1, b"a"), (2, b"bc")), ((0, b"a"), (1, b"b"))])
def test_what_are_no_two_parts_is_refused(pair: tuple[shamir.Part, shamir.Part]) -> None:
    with pytest.raises(ValueError, match="Two different parts"):
        joined(*pair)


def test_a_part_survives_paper() -> None:
    for part in split(os.urandom(16), os.urandom):
        text = written(part)
        assert len(text) == 39 and read(text) == part
        assert read(text.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == part


def test_a_slip_in_any_letter_is_noticed() -> None:
    text = written(split(SECRET, os.urandom)[0])
    for at, letter in enumerate(text):
        if letter != "-":
            other = "A" if letter != "A" else "B"
            assert read(text[:at] + other + text[at + 1 :]) is None
    for wrong in ("", text[:-1], text + "A", text.replace(text[0], "!", 1), "é" * 32):
        assert read(wrong) is None


def test_two_parts_are_two_different_ones() -> None:
    first, second, _ = (written(part) for part in split(SECRET, os.urandom))
    assert read_two([first, second]) is not None
    assert read_two([first, first]) is read_two([first]) is read_two([]) is read_two([first, "nonsense"]) is None
