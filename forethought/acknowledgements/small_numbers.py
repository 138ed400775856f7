"""The head's picture for those who see its shape alone: no count is said that is small enough to point at somebody.

A small number is given away by others too: 36 asked less 34 who confirmed is 2. So what would let it be worked out is
not said either.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from forethought.acknowledgements.rules import Row, per_cent

#: The smallest count that is said. Reviews keep to the same (reviews/rules.py).
FEWEST = 5

#: A kind with fewer people than this stands together with others. From here on, who has confirmed and who has not
#: cannot both be few.
FEWEST_OF_A_KIND = 2 * FEWEST

#: The kind of the line in which those stand.
OTHERS = "others"

SMALL = f"fewer than {FEWEST}"
NOT_SAID = "not shown"


@dataclass(frozen=True)
class Shape:
    """One line of the picture as it is said: counts, or that they are not said. `kind` is empty for everybody."""

    kind: str
    asked: str
    done: str
    waiting: str
    late: str
    #: In a hundred; nothing where it would give a small number away.
    per_cent: int | None


def shaped(rows: Sequence[Row], everybody: Row) -> tuple[Shape, ...]:
    """The picture without small numbers: a line for each kind that is large enough, and one for everybody.

    Policy 3.7. What is not said of one kind is not said of everybody, whatever the numbers: were it said now and then,
    the exception would speak.
    """
    if everybody.asked < FEWEST_OF_A_KIND:
        asked = str(everybody.asked) if everybody.asked >= FEWEST else SMALL
        return (Shape("", asked, NOT_SAID, NOT_SAID, NOT_SAID, None),)
    kinds = together(rows)
    lines = [_said(row, _hides_done(row), _hides_late(row)) for row in kinds] if len(kinds) > 1 else []
    if not lines:
        return (_said(everybody, _hides_done(everybody), _hides_late(everybody)),)
    hides_done, hides_late = any(map(_hides_done, kinds)), any(map(_hides_late, kinds))
    total = _said(everybody, hides_done, hides_late)
    if hides_done:
        total = replace(total, done=NOT_SAID, waiting=NOT_SAID)
    return (*lines, replace(total, late=NOT_SAID) if hides_late else total)


def together(rows: Sequence[Row]) -> list[Row]:
    """The rows, those of small kinds in one; it takes in the next smallest until it is large enough itself."""
    large = sorted((row for row in rows if row.asked >= FEWEST_OF_A_KIND), key=lambda row: row.asked, reverse=True)
    small = [row for row in rows if row.asked < FEWEST_OF_A_KIND]
    while small and large and sum(row.asked for row in small) < FEWEST_OF_A_KIND:
        small.append(large.pop())
    kept = [row for row in rows if row in large]
    if small:
        numbers = (sum(one) for one in zip(*((row.asked, row.done, row.late) for row in small), strict=True))
        kept.append(Row(OTHERS, *numbers))
    return kept


def _hides_done(row: Row) -> bool:
    """Either of the two gives the other away, since all who were asked are in one of them."""
    return min(row.done, row.waiting) < FEWEST


def _hides_late(row: Row) -> bool:
    in_time = row.waiting - row.late
    return _hides_done(row) or row.late < FEWEST or 0 < in_time < FEWEST


def _said(row: Row, hides_done: bool, hides_late: bool) -> Shape:
    def said(count: int, hides: bool) -> str:
        return (SMALL if count < FEWEST else NOT_SAID) if hides else f"{count:,}"

    return Shape(
        kind=row.kind,
        asked=f"{row.asked:,}",
        done=said(row.done, hides_done),
        waiting=said(row.waiting, hides_done),
        late=said(row.late, hides_late),
        per_cent=None if hides_done else per_cent(row.done, row.asked),
    )
