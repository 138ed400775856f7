"""The code of a checkpoint: the first 16 hex digits of its root, in groups of four, as a person copies it.

Without the size of the trail. Whoever gets a code each week could otherwise see the trail grow, and from that learn of
a case that they are kept out of (docs/decisions/0021). A code is enough to find the state that it is of: no two states
of a trail share one, unless somebody spent some two to the power of 64 hashings on it.
"""

import re

LENGTH = 16

_CODE = re.compile(rf"[0-9a-f]{{{LENGTH}}}")


def code_of(root: bytes) -> str:
    """The code of the checkpoint with this root: four groups of four digits."""
    digits = root.hex()[:LENGTH]
    return " ".join(digits[at : at + 4] for at in range(0, LENGTH, 4))


def read_code(typed: str) -> str:
    """The 16 digits that somebody typed, whatever stands between them. Raises ValueError with a sentence."""
    digits = re.sub(r"[\s\-–—.:]", "", typed).lower()
    if not _CODE.fullmatch(digits):
        raise ValueError(f"A code has {LENGTH} digits, 0 to 9 and a to f, like 3f2a 9c01 77de 10ab.")
    return digits
