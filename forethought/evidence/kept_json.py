"""How what was read out of a record is written down: JSON, and a long one by pages, so that one page is found alone.

A long one has everything but its rows on the first line, with how many rows there are and where each page of them
begins, counted in bytes from the second line; then a row a line. JSON writes no line end inside a value.
"""

import json
from typing import Any

#: Rows that are found together, and what the first line calls their number and places.
PAGE = 500
COUNT, MARKS = "#rows", "#marks"


def dumped(value: Any) -> bytes:
    """A value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def paged(content: dict[str, Any]) -> bytes:
    """A content by pages, if it has rows."""
    if not isinstance(content.get("rows"), list):
        return dumped(content)
    rows, marks, at = [dumped(row) for row in content["rows"]], [], 0
    for number, row in enumerate(rows):
        if number % PAGE == 0:
            marks.append(at)
        at += len(row) + 1
    rest = {name: value for name, value in content.items() if name != "rows"}
    return b"\n".join([dumped({**rest, COUNT: len(rows), MARKS: marks}), *rows])


def content_in(kept: bytes) -> dict[str, Any]:
    """The content again, written either way."""
    head, _, rest = kept.partition(b"\n")
    content: dict[str, Any] = json.loads(head)
    if content.pop(COUNT, None) is None:
        return content
    content.pop(MARKS, None)
    return {**content, "rows": [json.loads(line) for line in rest.split(b"\n") if line]}
