"""The figures of takedowns as a picture: an SVG file without scripts, styles or anything from outside.

It can be pasted into a paper for governors. Whoever cannot see it has the same in a table beside it.
"""

from collections.abc import Sequence
from html import escape

from forethought.takedowns.figures import NOT_SAID, Line

_WIDTH, _LEFT, _ROOM, _ROW, _BAR = 640, 8, 624, 74, 16
#: Told apart without colour too: the second is lighter and has an edge.
_IN_TIME, _AT_ALL = "#1d70b8", "#b4cfe5"


def picture(lines: Sequence[Line], *, title: str) -> str:
    """Two bars for each line: within 24 hours, and at all. Text is text, so it can be read aloud and searched."""
    height = 56 + _ROW * len(lines)
    said = "; ".join(f"{line.name}: {line.said[1]} within 24 hours, {line.said[2]} at all" for line in lines)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'role="img" aria-labelledby="picture-title picture-text" font-family="Arial, sans-serif" font-size="16">',
        f'<title id="picture-title">{escape(title)}</title>',
        f'<desc id="picture-text">{escape(said)}</desc>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _key(_LEFT, _IN_TIME, "Within 24 hours"),
        _key(_LEFT + 180, _AT_ALL, "At all"),
    ]
    for place, line in enumerate(lines):
        top = 48 + place * _ROW
        parts.append(
            f'<text x="{_LEFT}" y="{top + 14}" fill="#0b0c0c">{escape(line.name[:60])} ({line.count:,})</text>'
        )
        parts.append(_bar(top + 22, line.in_time, _IN_TIME))
        parts.append(_bar(top + 22 + _BAR + 4, line.at_all, _AT_ALL))
    return "".join([*parts, "</svg>"])


def _key(left: int, colour: str, words: str) -> str:
    return (
        f'<rect x="{left}" y="12" width="16" height="16" fill="{colour}" stroke="#0b0c0c"/>'
        f'<text x="{left + 24}" y="26" fill="#0b0c0c">{escape(words)}</text>'
    )


def _bar(top: int, share: int | None, colour: str) -> str:
    if share is None:
        return f'<text x="{_LEFT}" y="{top + 13}" fill="#505a5f" font-size="14">{NOT_SAID}</text>'
    width = round((_ROOM - 60) * share / 100)
    return (
        f'<rect x="{_LEFT}" y="{top}" width="{max(width, 1)}" height="{_BAR}" fill="{colour}" stroke="#0b0c0c"/>'
        f'<text x="{_LEFT + max(width, 1) + 8}" y="{top + 13}" fill="#0b0c0c" font-size="14">{share}%</text>'
    )
