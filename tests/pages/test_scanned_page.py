"""A record in which the virus scanner found something: kept, warned of, not shown."""

from typing import Any

import pytest
from builders import World, a_case
from reading_files import a_record, read_all
from scanner import EICAR, Scanner, scanner  # noqa: F401
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.cases.models import Draft, Report
from forethought.evidence.reading import content_of

pytestmark = pytest.mark.policy("7.3")


def test_what_is_found_is_kept_as_evidence_and_warned_of(
    school_now: World,
    scanner: Scanner,
    settings: Any,
) -> None:
    world = school_now
    settings.VIRUS_SCANNER = scanner.place
    case = a_case(world)
    draft = Draft.objects.get(pk=Report.objects.get(case=case).draft_id)
    exhibit = a_record(world, EICAR, "invoice.txt", draft=draft)
    read_all(world)
    assert b"".join(content_of(exhibit)) == EICAR
    manager = client_of(world.senior)
    here = f"/cases/{case.id}/exhibits/{exhibit.id}/"
    page = text_of(manager.get(here))
    assert "Eicar-Test-Signature" in page and "It is not shown here." in page and "Show the words" not in page
    manager.post(f"/cases/{case.id}/show-names/")
    assert "It is kept as it came, because it may be evidence." in text_of(manager.get(f"{here}read/"))
