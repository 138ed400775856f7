"""A secret in three parts, of which any two give it back and one says nothing: Shamir 1979, over GF(2^8).

The field is that of AES (FIPS 197, section 4.2): bytes, with x^8 + x^4 + x^3 + x + 1. Each byte of the secret is the
value at 0 of a line of its own; a part is the line's value at a place from 1 to 255. Plain bytes, no clock, no files.
"""

import hashlib
from collections.abc import Callable, Sequence

#: x^8 + x^4 + x^3 + x + 1.
_MODULUS = 0x11B

#: Letters of a written part: Crockford's, without I, L, O and U.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LIKE = str.maketrans("OIL", "011", " -\t\n")
#: Bytes of a secret, and of the mark by which a slip in a written part is noticed.
SECRET, _MARK = 16, 3

Part = tuple[int, bytes]


def times(one: int, other: int) -> int:
    """The product of two bytes in the field. FIPS 197, section 4.2."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0x100:
            one ^= _MODULUS
        other >>= 1
    return product


def inverse(one: int) -> int:
    """The byte that gives 1 when multiplied with this one. ZeroDivisionError for 0."""
    if one == 0:
        raise ZeroDivisionError("Nought has no inverse.")
    # In a group of 255 elements the 254th power is the inverse.
    found, square = 1, one
    for bit in range(8):
        if 254 >> bit & 1:
            found = times(found, square)
        square = times(square, square)
    return found


def split(secret: bytes, random: Callable[[int], bytes], parts: int = 3) -> list[Part]:
    """A secret as so many parts, any two of which give it back. `random` gives so many bytes, each alike likely.

    ValueError for an empty secret or other than 2 to 255 parts.
    """
    if not secret or not 2 <= parts <= 255:
        raise ValueError("A secret has bytes, and 2 to 255 parts.")
    slopes = random(len(secret))
    return [
        (place, bytes(byte ^ times(slope, place) for byte, slope in zip(secret, slopes, strict=True)))
        for place in range(1, parts + 1)
    ]


def joined(first: Part, second: Part) -> bytes:
    """The secret of which these are two parts; with a part of another secret, other bytes. ValueError for one twice."""
    (here, one), (there, other) = first, second
    if here == there or len(one) != len(other) or not (1 <= here <= 255 and 1 <= there <= 255):
        raise ValueError("Two different parts of one secret are needed.")
    # The line through both points, read at 0.
    scale = inverse(here ^ there)
    left, right = times(there, scale), times(here, scale)
    return bytes(times(a, left) ^ times(b, right) for a, b in zip(one, other, strict=True))


def written(part: Part) -> str:
    """A part as it is written on paper: eight groups of four letters, with a mark against slips."""
    place, value = part
    body = bytes([place]) + value
    number = int.from_bytes(body + hashlib.sha256(body).digest()[:_MARK])
    letters = "".join(LETTERS[number >> shift & 31] for shift in range(155, -1, -5))
    return "-".join(letters[at : at + 4] for at in range(0, 32, 4))


def tidied(text: str) -> str:
    """A part, or an end of one, as typed, made forgiving: capital letters, no gaps, O for 0, I and L for 1."""
    return text.upper().translate(_LIKE)


def read(text: str) -> Part | None:
    """A part from paper, forgiving about case, gaps, and O, I and L; nothing where a letter must be wrong."""
    letters = tidied(text)
    if len(letters) != 32 or any(letter not in LETTERS for letter in letters):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | LETTERS.index(letter)
    whole = number.to_bytes(1 + SECRET + _MARK)
    body, mark = whole[:-_MARK], whole[-_MARK:]
    if hashlib.sha256(body).digest()[:_MARK] != mark or body[0] == 0:
        return None
    return body[0], body[1:]


def read_two(texts: Sequence[str]) -> tuple[Part, Part] | None:
    """Two different parts from paper, or nothing."""
    found = [read(text) for text in texts]
    first, second = [*found, None, None][:2]
    return (first, second) if first and second and first[0] != second[0] else None
