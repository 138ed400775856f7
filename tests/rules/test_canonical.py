"""Canonical JSON: the same value gives the same bytes, and what has no single form is refused."""

import enum
import json
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.core.canonical import LARGEST, NotCanonical, canonical, instant


class Verb(enum.StrEnum):
    ASK_HOST = "ask_host"


class Rung(enum.IntEnum):
    FIRST = 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-7, "-7"),
        (LARGEST, "9007199254740991"),
        (-LARGEST, "-9007199254740991"),
        ("", '""'),
        ([], "[]"),
        ({}, "{}"),
        ((1, "a"), '[1,"a"]'),
        ({"b": [1, None, True], "a": {"y": 1, "x": 2}}, '{"a":{"x":2,"y":1},"b":[1,null,true]}'),
        (Verb.ASK_HOST, '"ask_host"'),
        (Rung.FIRST, "1"),
        (UUID("ABCDEF01-2345-6789-ABCD-EF0123456789"), '"abcdef01-2345-6789-abcd-ef0123456789"'),
    ],
)
def test_each_value_type_has_one_form(value: object, expected: str) -> None:
    assert canonical(value) == expected.encode()


def test_the_strings_of_the_rfc_are_escaped_as_the_rfc_says() -> None:
    typed = '\u20ac$\u000f\nA\'B"\\\\"/'

    assert canonical(typed) == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("\b", r"\b"),
        ("\t", r"\t"),
        ("\n", r"\n"),
        ("\f", r"\f"),
        ("\r", r"\r"),
        ("\0", r"\u0000"),
        ("\x1f", r"\u001f"),
        ("\x7f", "\x7f"),
        ("\u2028", "\u2028"),
        ("/", "/"),
        ("<", "<"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_only_quotes_backslashes_and_controls_are_escaped(character: str, expected: str) -> None:
    assert canonical(character) == f'"{expected}"'.encode()


def test_names_are_ordered_by_utf16_code_units_as_in_the_rfc() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    assert list(json.loads(canonical(value)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_the_order_in_which_names_were_put_in_does_not_matter() -> None:
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


def test_two_spellings_of_one_letter_stay_two_values() -> None:
    assert canonical("\u00e9") != canonical("e\u0301")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 20, 18, 0, tzinfo=UTC), "2026-11-20T18:00:00.000000Z"),
        (datetime(2026, 7, 1, 0, 30, 0, 5, tzinfo=timezone(timedelta(hours=1))), "2026-06-30T23:30:00.000005Z"),
        (datetime(999, 1, 1, tzinfo=UTC), "0999-01-01T00:00:00.000000Z"),
    ],
)
def test_times_are_written_in_utc_with_microseconds(at: datetime, expected: str) -> None:
    assert canonical(at) == f'"{expected}"'.encode()
    assert instant(at) == expected


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        LARGEST + 1,
        -LARGEST - 1,
        b"bytes",
        {1, 2},
        date(2026, 11, 20),
        datetime(2026, 11, 20, 18, 0),  # noqa: DTZ001
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        {1: "a"},
        {None: "a"},
        "\ud800",
        {"\udfff": 1},
        ["fine", {"deep": ("\ud83d",)}],
        pytest.param(object(), id="object"),
    ],
    # Of one form in every process, so that parallel runs collect the same tests.
    ids=ascii,
)
def test_a_value_without_one_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_a_value_that_contains_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)

    with pytest.raises(NotCanonical, match="nested"):
        canonical(loop)


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_what_is_written_reads_back_the_same_and_is_written_the_same_again(value: object) -> None:
    read = json.loads(canonical(value))

    assert read == value
    assert canonical(read) == canonical(value)
