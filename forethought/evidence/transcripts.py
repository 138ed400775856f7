"""What a person writes down of a recording, line by line, each with its time. No program ever writes one.

0:05 He says that he knows where I live.
1:02:30 The call ends.
"""

import re
from dataclasses import dataclass

#: Lines of one transcript, characters of one line, and the longest recording, in seconds.
MOST_LINES = 2_000
LONGEST_LINE = 2_000
LATEST = 48 * 3600

_LINE = re.compile(r"\[?(?:(\d{1,2}):)?(\d{1,3}):(\d{2})\]?[ \t]+(\S.*)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: at how many seconds from the beginning, and the words."""

    at: int
    words: str


def lines_in(text: str) -> tuple[list[Line], str | None]:
    """The lines of a transcript as it was typed, or why they are not taken, in a sentence that names the line.

    Each begins with minutes and seconds, or hours as well. Times never go back. Policy 7.3.
    """
    found: list[Line] = []
    for number, typed in enumerate((line for line in text.splitlines() if line.strip()), 1):
        match = _LINE.fullmatch(typed.strip())
        if match is None or int(match[3]) > 59 or (match[1] is not None and int(match[2]) > 59):
            return [], f"Line {number} does not begin with a time. Write minutes and seconds first, such as 0:05."
        at = int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3])
        if found and at < found[-1].at:
            return [], f"Line {number} goes back in time. Put the lines in their order."
        if at > LATEST or len(match[4]) > LONGEST_LINE:
            return [], f"Line {number} is too long, or its time is too late."
        found.append(Line(at, match[4]))
    if not found:
        return [], "Write at least one line, with its time."
    if len(found) > MOST_LINES:
        return [], f"At most {MOST_LINES:,} lines can be kept."
    return found, None


def clock_time(seconds: float) -> str:
    """A place in a recording as people read it: 0:05, 12:30, 3:00:00."""
    whole = round(seconds)
    hours, minutes, left = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def typed_again(lines: list[Line]) -> str:
    """A transcript as it is typed, to be gone on with."""
    return "\n".join(f"{clock_time(line.at)} {line.words}" for line in lines)
