"""A second machine and this one, known to each other, for the tests of backups on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from far_server import Far, far_machine
from pytest_django.fixtures import Settings

from forethought.backups import introducing
from forethought.backups.far_machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Far]:
    """A second machine that nobody here knows yet."""
    with far_machine(tmp_path / "far") as far:
        yield far


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data folder of this test's own."""
    settings.DATA = tmp_path / "data"
    (settings.DATA / "backup").mkdir(parents=True)
    return Path(settings.DATA)


@pytest.fixture
def far(machine: Far, data: Path) -> Far:
    """The same machine, once each of the two knows the other."""
    return met(machine)


def no_one(asked: str) -> str:
    raise AssertionError(f"Somebody was asked: {asked}")


def line_in(said: str) -> str:
    """The line for authorized_keys among what was said."""
    [found] = [line for line in said.splitlines() if line.startswith("restrict,")]
    return found


def met(machine: Far) -> Far:
    said: list[str] = []
    introduced = introducing.introduce(machine.address, say=said.append, ask=no_one, fingerprint=machine.fingerprint)
    assert not introduced
    machine.lets_in.append(line_in("\n".join(said)))
    return machine


def put(place: Machine, path: str, content: bytes) -> None:
    with place.writing(path) as out:
        for at in range(0, len(content), 60_000):
            out.write(content[at : at + 60_000])


def parts(far: Far) -> list[str]:
    return [one.name for one in (far.folder / ".parts").iterdir()]
