"""Draft posts and reports, checked line by line: one JSON object in, one out, for judges outside.

Nothing is kept and no database is opened.
"""

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forethought.precheck.checking import Checked, checked
from forethought.precheck.model import DamagedModel, Scorer, shipped
from forethought.precheck.names import Roster

MODES = ("post", "incident")


class BadLine(Exception):
    """A line that cannot be answered, with the reason in a sentence."""


def roster_from(path: Path) -> Roster:
    """A list in CSV with the columns role, first, last, known_as and class. The first two must be there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"role", "first"} - set(reader.fieldnames or ())
            if missing:
                raise CommandError(f"The roster has no column {' or '.join(sorted(missing))}.")
            return Roster.from_rows(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"The roster cannot be read: {error}") from error


def answer(line: bytes, *, model: Scorer, roster: Roster | None) -> dict[str, Any]:
    """The answer to one line; a line that is wrong is answered with its id, where it has one, and the error."""
    number: Any = None
    try:
        try:
            asked = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadLine("This line is not JSON.") from error
        if not isinstance(asked, dict):
            raise BadLine("This line is not a JSON object.")
        number = asked.get("id")
        text, mode = asked.get("text"), asked.get("mode", "post")
        if not isinstance(text, str):
            raise BadLine("There is no text.")
        if mode not in MODES:
            raise BadLine("The mode is post or incident.")
        return {"id": number, **answer_of(checked(text, mode=mode, roster=roster, model=model))}
    except BadLine as bad:
        return {"id": number, "error": str(bad)}


def answer_of(found: Checked) -> dict[str, Any]:
    """What was found, as JSON has it. A limit is said only where there is one."""
    kept = ("kind", "start", "end", "clause", "reason", "level")
    said: dict[str, Any] = {
        "findings": [{name: getattr(finding, name) for name in kept} for finding in found.findings],
        "hate": round(found.hate, 4),
        "offensive": round(found.offensive, 4),
        "urgent": found.urgent,
    }
    return {**said, "limit": found.limit} if found.limit else said


class Command(BaseCommand):
    """Reads JSON lines and answers each at once."""

    help = "Checks posts and reports: JSON lines in, JSON lines out. Nothing is kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jsonl", action="store_true", required=True, help="read and write JSON lines")
        parser.add_argument("--roster", type=Path, help="a CSV with role, first, last, known_as and class")

    def handle(self, *, roster: Path | None, **options: Any) -> None:
        try:
            model = shipped()
        except DamagedModel as damaged:
            raise CommandError(f"The model cannot be used. {damaged}") from damaged
        listed = roster_from(roster) if roster else None
        self.answer_all(sys.stdin.buffer, model=model, roster=listed)

    def answer_all(self, lines: Iterable[bytes], *, model: Scorer, roster: Roster | None) -> None:
        for line in lines:
            if line.strip():
                # ASCII, so that half a pair of surrogates in an id does not stop the rest.
                self.stdout.write(json.dumps(answer(line, model=model, roster=roster)))
                self.stdout.flush()
