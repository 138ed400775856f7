"""One value, one sequence of bytes: canonical JSON after RFC 8785 (JCS).

Whatever is hashed or signed goes through here first, so that two machines, or one machine years later, hash the same
bytes. Only the value types that the trail needs are known. A float is refused because its shortest spelling is a matter
of taste between languages; a number that JavaScript could not hold exactly is refused for the same reason.
"""

import json
from datetime import UTC, datetime
from uuid import UUID

# RFC 8785 leans on IEEE doubles, which hold whole numbers exactly up to here and no further.
LARGEST = 2**53 - 1

# Entries are two or three levels deep. The bound turns a value that contains itself into a sentence.
DEEPEST = 32


class NotCanonical(ValueError):
    """The value has no canonical form."""


def canonical(value: object) -> bytes:
    """The one sequence of UTF-8 bytes that stands for `value`.

    Times become UTC with six decimals and `Z`, UUIDs lower-case text. Text is left as it was typed: JCS does not
    normalise Unicode, so two spellings of the same letter stay two values.
    """
    text = "".join(_pieces(value, depth=0))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("Half of a surrogate pair is not a character, so it has no UTF-8 form.") from None


def instant(at: datetime) -> str:
    """`at` as canonical text: RFC 3339 in UTC, always with microseconds, always with `Z`."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise NotCanonical("A time without a time zone could mean several moments.")
    try:
        return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    except OverflowError:
        raise NotCanonical("The time lies outside the years 1 to 9999 once it is turned to UTC.") from None


def _pieces(value: object, *, depth: int) -> list[str]:
    if depth > DEEPEST:
        raise NotCanonical(f"The value is nested more than {DEEPEST} levels deep.")
    if value is None:
        return ["null"]
    if isinstance(value, bool):  # before int: True is an int to Python and must not become 1
        return ["true" if value else "false"]
    if isinstance(value, str):
        return [_text(value)]
    if isinstance(value, int):
        return [_number(value)]
    if isinstance(value, datetime):
        return [_text(instant(value))]
    if isinstance(value, UUID):
        return [_text(str(value))]
    if isinstance(value, list | tuple):
        return _array(value, depth)
    if isinstance(value, dict):
        return _object(value, depth)
    raise NotCanonical(f"A value of type {type(value).__name__} has no canonical form here.")


def _text(value: str) -> str:
    # The standard library escapes just what RFC 8785 asks for: the quotation mark, the backslash and the control
    # characters, these by their short names or as lower-case \u00xx. Everything else stays itself.
    return json.dumps(value, ensure_ascii=False)


def _number(value: int) -> str:
    if abs(value) > LARGEST:
        raise NotCanonical("The number is too large to be read back exactly everywhere. Write it as text.")
    return int.__repr__(value)


def _array(value: list[object] | tuple[object, ...], depth: int) -> list[str]:
    pieces = ["["]
    for position, item in enumerate(value):
        if position:
            pieces.append(",")
        pieces += _pieces(item, depth=depth + 1)
    return [*pieces, "]"]


def _object(value: dict[object, object], depth: int) -> list[str]:
    names = [name for name in value if isinstance(name, str)]
    if len(names) != len(value):
        raise NotCanonical("The names in an object are text.")
    pieces = ["{"]
    for position, name in enumerate(sorted(names, key=_code_units)):
        if position:
            pieces.append(",")
        pieces += [_text(name), ":", *_pieces(value[name], depth=depth + 1)]
    return [*pieces, "}"]


def _code_units(name: str) -> bytes:
    """Sorting key: UTF-16 code units, as JavaScript compares text. Emoji sort before U+E000 this way, not after."""
    return name.encode("utf-16-be", "surrogatepass")
