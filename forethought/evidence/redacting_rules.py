"""What is covered or cut in a copy of a record, as somebody wrote it, and cutting a text.

Covered means painted over, never blurred: a blur can be undone (docs/decisions/0026). Plain values in and out.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

#: So many areas of one picture, and so many passages of one text, are covered at a time.
MOST_AREAS = 100
MOST_PASSAGES = 200
#: In a long text fewer passages are looked for at a time: so many looks at a line are a second or two.
MOST_LOOKS = 2_000_000
#: From so many lines on, what was cut in one go is one mark.
RUN = 4

#: What stands in a copy where something was taken out.
CUT, LINE_CUT = "[cut]", "[line cut]"

_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})?")
_RANGE = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a picture, in hundredths of a per cent of its width and height, from the top left corner."""

    left: int
    top: int
    right: int
    bottom: int

    def spoken(self) -> str:
        """The area as it is written in the form."""
        return " ".join(f"{value / 100:g}" for value in (self.left, self.top, self.right, self.bottom))


def read_areas(text: str) -> list[Area] | str:
    """The areas to cover, one to a line: left, top, right, bottom in per cent; or a sentence that says what is wrong.

    Policy 7.4.
    """
    found: list[Area] = []
    for number, line in enumerate((line for line in text.splitlines() if line.strip()), 1):
        parts = line.replace(",", " ").replace("%", " ").split()
        if len(parts) != 4 or not all(_NUMBER.fullmatch(part) for part in parts):
            return f"Area {number}: write four numbers, for example 10 20 45 30."
        left, top, right, bottom = (round(float(part) * 100) for part in parts)
        if max(left, top, right, bottom) > 10_000:
            return f"Area {number}: no number is more than 100."
        if left >= right or top >= bottom:
            return f"Area {number}: the third number is more than the first, and the fourth more than the second."
        found.append(Area(left, top, right, bottom))
    if not found:
        return "Say what to cover: at least one area."
    return found if len(found) <= MOST_AREAS else f"At most {MOST_AREAS} areas are covered at a time."


def read_lines(text: str, *, most: int) -> set[int] | str:
    """The numbers of lines to cut, as “3, 7-9”, each from 1 to `most`; or a sentence that says what is wrong.

    Policy 7.4.
    """
    found: set[int] = set()
    for part in (part.strip() for part in text.replace(";", ",").split(",") if part.strip()):
        match = _RANGE.fullmatch(part)
        if match is None:
            return "Write the lines as numbers, for example 3, 7-9."
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= most:
            return f"There is no line {part}. The text has lines 1 to {most}."
        found.update(range(first, last + 1))
    return found


def why_not_cut(
    *, lines: Sequence[str], numbers: Collection[int], passages: Sequence[str], heard: bool = False
) -> str | None:
    """A cut names a line or a passage, and each passage stands in the text as it is written. Policy 7.4.

    Of what was `heard` in a recording nothing need be cut: it is somebody's words, and never the record.
    """
    if not numbers and not passages and not heard:
        return "Say what to cut: a line, or the words."
    if len(passages) > MOST_PASSAGES:
        return f"At most {MOST_PASSAGES} passages are cut at a time."
    if len(passages) * len(lines) > MOST_LOOKS:
        return f"This text is long. At most {max(1, MOST_LOOKS // len(lines))} passages are cut from it at a time."
    # Not quoted: the sentence may be read over somebody's shoulder, and the words stand in the form already.
    for number, passage in enumerate(passages, 1):
        if not any(_pattern(passage).search(line) for line in lines):
            return (
                f"Passage {number} does not stand in one line of the text. Copy it out of the line, letter for letter."
            )
    return None


def cut(*, lines: Sequence[str], numbers: Collection[int], passages: Sequence[str]) -> list[str]:
    """The text without these lines and passages, a mark where each was. Capitals make no difference.

    Longer passages go first, so that one inside another leaves nothing standing. A passage does not run over the end of
    a line. Many lines cut in one go are one mark that says which. Policy 7.4.
    """
    kept: list[str] = []
    patterns = [_pattern(one) for one in sorted(passages, key=len, reverse=True)]
    runs = {first: last for first, last in _runs(numbers)}
    number = 1
    while number <= len(lines):
        if (last := runs.get(number)) is not None:
            last = min(last, len(lines))
            whole = last - number + 1
            kept += [f"[lines {number}-{last} cut]"] if whole >= RUN else [LINE_CUT] * whole
            number = last + 1
            continue
        line = lines[number - 1]
        for pattern in patterns:
            line = pattern.sub(CUT, line)
        kept.append(line)
        number += 1
    return kept


def names_in(lines: Sequence[str], names: Collection[str]) -> list[str]:
    """The names that stand in a text, each as it stands there whole, or by its first or last word. The longest first.

    To be cut unless somebody takes them out: too much rather than too little. Policy 7.4.
    """
    text = "\n".join(lines)
    wanted: set[str] = set()
    for name in names:
        parts = name.split()
        wanted.update(one for one in {" ".join(parts), *parts[:1], *parts[-1:]} if len(one) >= 3)
    found = [one for one in wanted if re.search(rf"(?<!\w){_pattern(one).pattern}(?!\w)", text, re.IGNORECASE)]
    return sorted(found, key=lambda one: (-len(one), one))


def spans(numbers: Collection[int]) -> list[str]:
    """Numbers of lines as they are written: “3”, “7-9”."""
    return [str(first) if first == last else f"{first}-{last}" for first, last in _runs(numbers)]


def _runs(numbers: Collection[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _pattern(passage: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(re.escape(word) for word in passage.split()), re.IGNORECASE)
