"""A list of 1,000 people: read, compared, brought in and undone. The floor is writing as many rows and nothing else."""

import json

from bench.readers import run_in
from bench.rows import Row
from bench.server import database_name, serving

PEOPLE = 1_000


def import_1000_people_s() -> list[Row]:
    """Seconds from the bytes of the file to everybody on the list, and from the press to everybody off it again."""
    with serving() as server:
        server.stop()
        took = json.loads(run_in(server, "bench.seed_people", PEOPLE).splitlines()[-1])
    return [
        Row(
            "import_1000_people_s",
            took["seconds"],
            "s",
            took["floor"],
            f"{PEOPLE:,} lines of CSV read, compared, shown and brought in, with an event each, {database_name()}; "
            f"undone in {took['undone']:.2f} s; floor: as many people and engagements written in one transaction",
            limit=5,
        )
    ]


FIGURES = {"import_1000_people_s": import_1000_people_s}
