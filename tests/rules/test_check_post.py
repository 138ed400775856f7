"""The command for judges outside: a line in, a line out, and a bad line stops nothing."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from precheck_stand_in import WordModel

from forethought.management.commands.check_post import Command, roster_from

MODEL = WordModel({"useless": {"bullying": 0.7}, "tonight": {"urgent": 0.9}})


def answers(*lines: bytes, roster: Path | None = None) -> list[dict[str, Any]]:
    out = io.StringIO()
    listed = roster_from(roster) if roster else None
    Command(stdout=out).answer_all(lines, model=MODEL, roster=listed)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.policy("3.4")
def test_each_line_is_answered_with_its_id() -> None:
    first, second = answers(
        b'{"id": 7, "text": "a useless day", "mode": "post"}\n',
        b'{"id": "r1", "text": "tonight", "mode": "incident"}\n',
    )

    assert first["id"] == 7
    assert [finding["kind"] for finding in first["findings"]] == ["bullying"]
    assert set(first["findings"][0]) == {"kind", "start", "end", "clause", "reason", "level"}
    assert set(first) == {"id", "findings", "hate", "offensive", "urgent"}
    assert (second["id"], second["urgent"], second["findings"]) == ("r1", True, [])


def test_a_bad_line_is_answered_with_an_error_and_the_rest_goes_on() -> None:
    given = answers(
        b"nonsense\n",
        b"[1]\n",
        b'{"id": 2}\n',
        b'{"id": 3, "text": 5}\n',
        b'{"id": 4, "text": "x", "mode": "other"}\n',
        b"\xff\xfe\n",
        b"\n",
        b'{"id": 5, "text": "\\ud83d half"}\n',
    )

    assert [(line["id"], "error" in line) for line in given] == [
        (None, True),
        (None, True),
        (2, True),
        (3, True),
        (4, True),
        (None, True),
        (5, False),
    ]


def test_a_line_is_answered_before_the_next_is_read() -> None:
    out = io.StringIO()

    def lines() -> Any:
        yield b'{"id": 1, "text": "one"}\n'
        assert json.loads(out.getvalue())["id"] == 1

    Command(stdout=out).answer_all(lines(), model=MODEL, roster=None)


def test_a_roster_names_the_pupils(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "\ufeffrole,first,last,known_as,class\npupil,Leon,Carver,,2B\nstaff,Leon,Ashby,,\n", encoding="utf-8"
    )

    named, not_named = answers(
        b'{"id": 1, "text": "Leon Carver bit me"}\n', b'{"id": 2, "text": "Leon Ashby ran"}\n', roster=roster
    )

    assert named["findings"][0]["kind"] == "pupil_identified"
    assert not_named["findings"] == []


def test_a_roster_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("name,class\nx,y\n")

    with pytest.raises(CommandError, match="no column"):
        roster_from(roster)
    with pytest.raises(CommandError, match="cannot be read"):
        roster_from(tmp_path / "absent.csv")
