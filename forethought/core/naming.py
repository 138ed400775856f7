"""A fixed set of values, each with the words that people read for it."""

from enum import StrEnum
from typing import Self


class Named(StrEnum):
    """A StrEnum whose members are written as `OPEN = "open", "Open until its date"`."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        # The default is for type checkers, who take Status("open") for making one rather than finding it.
        made = str.__new__(cls, value)
        made._value_ = value
        made.words = words
        return made

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Value and words of each, in order, as forms and tables want them."""
        return [(one.value, one.words) for one in cls]
