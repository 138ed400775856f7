"""Lets a case and a record go in a database of its own, with real commits, and looks for them before and after.

Run as a program; prints one line of JSON.
"""

import io
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forethought.settings")

import django  # noqa: E402

django.setup()

from builders import a_draft, a_school, an_exhibit  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from retention_acts import SEVEN_YEARS, a_closed_case, agreed, an_officer  # noqa: E402

from forethought.evidence import shredding  # noqa: E402
from forethought.evidence.models import Exhibit  # noqa: E402
from forethought.evidence.reading import vault  # noqa: E402
from forethought.management.commands.verify import wrong_in_trail  # noqa: E402
from forethought.retention import disposing  # noqa: E402
from forethought.retention.models import Disposal  # noqa: E402
from forethought.rows import inside  # noqa: E402

WORDS = b"\x89PNG\r\n\x1a\nYou're dead, and so is your dog"


def files() -> list[bytes]:
    """Every file of the data folder, and on PostgreSQL every file of this database.

    Those are read by the server's own superuser, whom tools/with_servers.py lets in; no part of the program can.
    """
    contents = [path.read_bytes() for path in Path(settings.DATA).rglob("*") if path.is_file()]
    if connection.vendor == "postgresql":
        import psycopg

        place = connection.settings_dict
        with psycopg.connect(host=place["HOST"], dbname=place["NAME"], user="postgres", autocommit=True) as server:
            server.execute("CHECKPOINT")
            folder = "'base/' || (SELECT oid FROM pg_database WHERE datname = current_database())"
            found = server.execute(
                f"SELECT pg_read_binary_file({folder} || '/' || name) FROM pg_ls_dir({folder}) name".encode()
            )
            contents += [content for (content,) in found]
    return contents


def holding(needles: list[bytes]) -> int:
    """How many of these stand in any file."""
    contents = files()
    return sum(any(needle in content for content in contents) for needle in needles)


def destroy_one(world: Any) -> dict[str, Any]:
    """One record, destroyed by the command on an instruction."""
    with inside(world.school.id):
        exhibit = an_exhibit(a_draft(world), by=world.teacher, at=world.at, content=WORDS)
        needles = shredding.secrets_of(exhibit)
    before, said = holding(needles), io.StringIO()
    order = {"from_whom": "The court", "given_on": "1 May", "reference": "C/1"}
    call_command("destroy_record", str(exhibit.pk), stdout=said, **order)
    connection.close()
    return {"needles": len(needles), "before": before, "after": holding(needles), "said": said.getvalue()}


def main() -> None:
    """One case, two people, one night."""
    world = a_school()
    record = destroy_one(world)
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
    after = holding(needles)
    with inside(world.school.id):
        row = Disposal.objects.get(pk=row.pk)
        said = {
            "record": record,
            "needles": len(needles),
            "before": before,
            "after": after,
            "went": went,
            "proof": row.proof,
            "object": vault().holds(name),
            "trail": wrong_in_trail(world.school.id),
        }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
