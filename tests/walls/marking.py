"""Words that stand for the case and the table they were written in, put into every text that is sealed for a case.

Whoever reads one on a page knows whose it is: `zq`, ten letters of the case's id, the table, `zq`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from forethought.evidence import keyring

WORD = re.compile(r"zq([0-9a-f]{10})_([a-z]+)_zq")
_WRITTEN = re.compile(r"[A-Za-z]{2,}[.,]? [A-Za-z]")
#: Read again by the program, to find the person of that name.
_NAMES = frozenset({"name", "about"})

#: What is hashed and signed as it stands.
_EXACT = frozenset({"bundle"})


def word_of(case_id: object, table: str) -> str:
    """The word for a case's texts in a table."""
    return f"zq{str(case_id).replace('-', '')[:10]}_{table}_zq"


def marked(content: Any, word: str) -> Any:
    """The same content, with the word at the end of each text that somebody wrote."""
    if isinstance(content, dict):
        return {key: value if key in _NAMES else marked(value, word) for key, value in content.items()}
    if isinstance(content, list):
        return [marked(one, word) for one in content]
    if isinstance(content, str) and _WRITTEN.search(content):
        return f"{WORD.sub('', content).rstrip()} {word}"
    return content


@contextmanager
def everything_marked() -> Iterator[None]:
    """While a town is built, mark what is sealed for a case."""
    seal = keyring.seal

    def sealed(row: Any, content: Any, **more: Any) -> bytes:
        table = row._meta.db_table.removeprefix("forethought_")
        said = content if table in _EXACT else marked(content, word_of(more["case_id"], table))
        return seal(row, said, **more)

    with mock.patch.object(keyring, "seal", sealed):
        yield
