"""How much one capture may take, whether one can be made here at all, and how it says that nothing could be kept.

Light enough for every process of the program; what does the work is loaded only in the process that does it.
"""

import shutil
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one capture may take: seconds by the clock, bytes as sent, bytes once unpacked, and how many answers.

    `idle` is how many seconds a site may say nothing.
    """

    seconds: float = 60.0
    idle: float = 15.0
    all_bytes: int = 256 * MIB
    one_body: int = 96 * MIB
    unpacked: int = 384 * MIB
    answers: int = 2000


class NotVisited(Exception):
    """Nothing of the page could be kept. `code` for the record; the message is a sentence for the person."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def browser_program() -> str | None:
    """Where Chromium is, or nothing: then nothing can be captured here, and everything else works."""
    return shutil.which("chromium") or shutil.which("chromium-browser")
