"""A sign of life from one process to another: a file that is touched while it goes on, with a few words in it.

Touching takes no room, so it goes on while the disk is full.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

Said = dict[str, str]

#: The worker's file, in the folder of the data.
WORKER = "worker.beat"


class Beat:
    """The file of one process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._said: Said | None = None

    def beat(self, **said: str) -> None:
        """Say that one is alive, and how things stand. A disk that is full or away costs the words and nothing else."""
        with suppress(OSError):
            if said != self._said:
                new = self._path.with_suffix(".new")
                new.write_text(json.dumps(said))
                os.replace(new, self._path)
                self._said = said
            os.utime(self._path)

    def heard(self, now: float) -> tuple[float, Said] | None:
        """How many seconds ago it was alive, as of `now` in seconds since 1970, and what it said. None: never."""
        try:
            age = now - self._path.stat().st_mtime
            found = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return None
        return age, {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
