"""The guides are true to what is built: each address that they name is one, and each test that pages name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

#: An address of the program in a document: between backticks, from slash to slash.
ADDRESS = re.compile(r"`(/[a-z0-9/-]*/)`")
NAMED = re.compile(r"`(test_[a-z0-9_]+)`")
DEFINED = re.compile(r"^ *def (test_[a-z0-9_]+)\(", re.MULTILINE)


def found(pattern: re.Pattern[str], folder: str) -> Iterator[tuple[str, str]]:
    for path in sorted((DOCS / folder).glob("*.md")):
        yield from ((path.name, one) for one in pattern.findall(path.read_text(encoding="utf-8")))


def is_none(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return True
    return False


@pytest.mark.parametrize("folder", ["guides", "explanation"])
def test_each_address_that_a_page_names_is_one(folder: str) -> None:
    named = list(found(ADDRESS, folder))

    assert len(named) > 3
    assert [(page, one) for page, one in named if is_none(one)] == []


def test_each_test_that_a_page_names_is_there() -> None:
    there = {
        one for path in (ROOT / "tests").rglob("test_*.py") for one in DEFINED.findall(path.read_text(encoding="utf-8"))
    }
    named = list(found(NAMED, "explanation"))

    assert len(named) > 60
    assert [(page, one) for page, one in named if one not in there] == []
