"""What the walls' tests counted, kept for `bin/bench`, which runs them with larger numbers (bench/walls.py)."""

import json
import os
from pathlib import Path


def keep(name: str, **counts: int) -> None:
    """Write the counts of one test where FORETHOUGHT_WALLS_COUNTED says; nothing where it says nothing."""
    if folder := os.environ.get("FORETHOUGHT_WALLS_COUNTED"):
        (Path(folder) / f"{name}.json").write_text(json.dumps(counts))
