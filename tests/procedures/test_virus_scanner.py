"""The school's own virus scanner: asked about each record, believed as one voice, and never in the way."""

from pathlib import Path
from typing import Any

import pytest
from builders import World
from reading_files import a_record, read_all
from scanner import EICAR, MOST, Scanner, scanner  # noqa: F401

from forethought.evidence import derived
from forethought.evidence.models import Exhibit
from forethought.evidence.scanning import Scanned, scan

pytestmark = pytest.mark.policy("7.3")

WHO = "ClamAV 1.4.1/27460/Sun Nov 29 2026"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", Scanned("clean", scanner=WHO)),
        (b"nothing bad" * 100_000, Scanned("large", scanner=WHO)),
        (b"nothing bad" * 1000, Scanned("clean", scanner=WHO)),
        (b"a" * 1000 + EICAR, Scanned("found", "Eicar-Test-Signature", WHO)),
    ],
)
def test_a_scanner_that_is_well_says_what_it_found(scanner: Scanner, content: bytes, said: Scanned) -> None:
    assert scan(iter([content]), scanner.place) == said
    assert len(content) > MOST or scanner.heard == [content]


@pytest.mark.parametrize("mood", ["slow", "silent", "nonsense", "endless"])
def test_a_scanner_that_is_not_well_gives_no_answer_and_holds_nothing_up(scanner: Scanner, mood: str) -> None:
    scanner.mood = mood
    assert scan(iter([b"a letter"]), scanner.place, wait=0.5).state == "no_answer"


def test_a_scanner_that_is_down_gives_no_answer(tmp_path: Path) -> None:
    assert scan(iter([b"a letter"]), str(tmp_path / "nobody")) == Scanned("no_answer")
    assert scan(iter([b"a letter"]), "localhost:1") == Scanned("no_answer")


def scanned(world: World, exhibit: Exhibit) -> dict[str, Any]:
    read_all(world)
    return derived.words_of(derived.last_of([exhibit], "virus")[exhibit.pk]["virus"])


def test_each_record_is_scanned_also_one_that_is_never_opened(world: World, scanner: Scanner, settings: Any) -> None:
    settings.VIRUS_SCANNER = scanner.place
    opaque = a_record(world, b"MZ" + b"\0" * 100, "setup.exe")
    assert scanned(world, opaque) == {"state": "clean", "name": ""}
    assert scanner.heard[-1].startswith(b"MZ")


def test_without_a_scanner_nothing_is_asked_and_nothing_is_missing(world: World, scanner: Scanner) -> None:
    exhibit = a_record(world, EICAR, "invoice.txt")
    read_all(world)
    assert "virus" not in derived.last_of([exhibit]).get(exhibit.pk, {})
    assert scanner.heard == []
