"""A program for test_downloads_end.py, beside a served demonstration.

`seed` keeps a large record in a new case and says where; `leave NAME` takes somebody off the list, as the head does.
"""

import json
import os
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]
os.environ["DJANGO_SETTINGS_MODULE"] = "forethought.settings"

import django  # noqa: E402

django.setup()

from builders import World, a_draft, an_exhibit  # noqa: E402
from django.utils import timezone  # noqa: E402

from forethought.people import procedures as people  # noqa: E402
from forethought.people.models import Account, Person  # noqa: E402
from forethought.reports.procedures import file_report  # noqa: E402
from forethought.rows import inside  # noqa: E402

SIZE = 48 * 1024 * 1024
CAST = ("Amina Okafor", "David Reed", "Susan Patel", "Joan Whitfield", "Colin Marsh", "Tess Harlow", "Ben Foster")


def main(act: str, *more: str) -> None:
    now = timezone.now()
    account = Account.objects.get(email__startswith="amina@")
    with inside(account.school_id):
        named = {one.name: one for one in Person.objects.select_related("school")}
        head = named["Amina Okafor"]
        if act == "leave":
            people.leave(person=named[more[0]], by=head, at=now)
            return
        cast = [named.get(name, head) for name in CAST]
        world = World(head.school, now, *cast)
        draft = a_draft(world, at=now)
        exhibit = an_exhibit(draft, by=world.teacher, at=now, content=b"\x89PNG\r\n\x1a\n" + bytes(SIZE))
        case = file_report(draft=draft, school=head.school, by=world.teacher, at=now).report.case
        print(json.dumps({"path": f"/cases/{case.id}/exhibits/{exhibit.id}/", "size": exhibit.size}))


if __name__ == "__main__":
    main(*sys.argv[1:])
