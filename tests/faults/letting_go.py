"""Lets a case go in a database of its own, with real commits, and looks for what was in it before and after.

Run as a program; prints one line of JSON.
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forethought.settings")

import django  # noqa: E402

django.setup()

from builders import a_school  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from retention_acts import SEVEN_YEARS, a_closed_case, agreed, an_officer  # noqa: E402

from forethought.evidence.models import Exhibit  # noqa: E402
from forethought.evidence.reading import vault  # noqa: E402
from forethought.management.commands.verify import wrong_in_trail  # noqa: E402
from forethought.retention import disposing  # noqa: E402
from forethought.retention.models import Disposal  # noqa: E402
from forethought.rows import inside  # noqa: E402

WORDS = b"\x89PNG\r\n\x1a\nYou're dead, and so is your dog"


def files() -> list[Path]:
    """The database's own files and everything else in the data folder."""
    return [path for path in Path(settings.DATA).rglob("*") if path.is_file()]


def holding(needles: list[bytes]) -> int:
    """How many of these stand in any file."""
    contents = [path.read_bytes() for path in files()]
    return sum(any(needle in content for content in contents) for needle in needles)


def main() -> None:
    """One case, two people, one night."""
    world = a_school()
    later = world.at + SEVEN_YEARS
    with inside(world.school.id):
        officer = an_officer(world)
        case = a_closed_case(world, content=WORDS)
        row, then = agreed(world, case, by=world.head, second=officer, at=later)
        needles = disposing.secrets_in("case", case.pk)
        name = Exhibit.objects.get(case_id=case.pk).object_name
    before = holding(needles)
    went = disposing.of_tonight(world.school.id, then + timedelta(minutes=1))
    connection.close()
    with inside(world.school.id):
        row = Disposal.objects.get(pk=row.pk)
        said = {
            "needles": len(needles),
            "before": before,
            "after": holding(needles),
            "went": went,
            "proof": row.proof,
            "object": vault().holds(name),
            "trail": wrong_in_trail(world.school.id),
        }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
