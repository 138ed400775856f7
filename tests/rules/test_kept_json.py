"""What was read out of a record is written down so that it comes back the same, however long it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.evidence.kept_json import MARKS, PAGE, content_in, dumped, paged

pytestmark = pytest.mark.policy("7.3")

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_VALUES = st.one_of(_WORDS, st.integers(), st.booleans(), st.none())


@given(st.dictionaries(_WORDS.filter(lambda name: not name.startswith("#") and name != "rows"), _VALUES, max_size=5))
def test_a_content_without_rows_comes_back(content: dict[str, object]) -> None:
    assert content_in(dumped(content)) == content == content_in(paged(content))


@given(st.lists(st.lists(_VALUES, min_size=1, max_size=4), max_size=30))
def test_a_content_with_rows_comes_back_whatever_line_ends_are_in_it(rows: list[list[object]]) -> None:
    content = {"form": "iphone\r\n\u2028", "rows": rows}
    assert content_in(dumped(content)) == content == content_in(paged(content))
    assert b"\0" not in paged(content)


def test_each_page_begins_where_the_first_line_says() -> None:
    rows = [[number, "é" * (number % 7)] for number in range(2 * PAGE + 1)]
    kept = paged({"rows": rows})
    head, _, body = kept.partition(b"\n")
    marks = json.loads(head)[MARKS]
    assert [body[at:].partition(b"\n")[0] for at in marks] == [dumped(rows[number]) for number in (0, PAGE, 2 * PAGE)]
