"""A case with records in the program, and bundles made of it as its pages make them."""

import io
import json
import uuid
import zipfile
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

from builders import World, a_case, an_exhibit

from forethought.audit import checkpoints
from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Case, Draft, Report
from forethought.evidence import bundle_drafts, bundle_sweep, bundling
from forethought.evidence.bundle_drafts import Written
from forethought.evidence.bundle_models import Bundle, BundleFile
from forethought.evidence.models import Exhibit
from forethought.people.models import Person

CONTENT = b"\x89PNG\r\n\x1a\nwhat was posted"
PAGES = {"READ-ME-FIRST.html": b"<!doctype html><title>Read me first</title>"}


class Handed:
    """A case with one record, and the moments after it."""

    def __init__(self, world: World, **answers: object) -> None:
        self.world = world
        self.case: Case = a_case(world, **answers)
        self.draft = Draft.objects.get(pk=Report.objects.get(case=self.case).draft_id)
        self.exhibit: Exhibit = an_exhibit(self.draft, by=world.teacher, at=world.at, content=CONTENT)
        self._minutes = 0

    def later(self) -> datetime:
        self._minutes += 1
        return self.world.at + timedelta(minutes=self._minutes)

    def made(self, *, by: Person | None = None, write: bool = True, **changes: Any) -> Bundle:
        """A bundle of the record and a text, decided by the senior manager, and written."""
        at = self.later()
        checkpoints.make_checkpoint(by=PROGRAM, at=at)
        words = [Written("The report, in words", "report", "What was reported.\n")]
        draft = bundle_drafts.draft_of(self.case.id, chosen=[self.exhibit.id], written=words)
        key = checkpoints.signing_key(self.case.school_id).public().to_text()
        plan = bundling.plan_of(draft, bundle_id=uuid.uuid4(), log_key=key, about={"for": "tribunal"}, at=at)
        said: dict[str, Any] = {"audience": "tribunal", "ground": "order", "to": "The clerk", "why": "It was ordered."}
        said |= {"recorded": set(), "consent": "unasked"} | changes
        bundle = bundling.make_bundle(
            draft=draft,
            plan=bundling.with_pages(plan, PAGES),
            **said,
            school_id=self.case.school_id,
            by=by or self.world.senior,
            at=at,
        )
        if write:
            assert bundle_sweep.write_now(bundle=bundle, size=100, at=self.later())
        return bundle


def bytes_of(bundle: Bundle) -> bytes:
    """The file of a bundle, out of the vault."""
    return b"".join(bundling.content_of_bundle(bundle))


def note_of(bundle: Bundle) -> str:
    """The note beside it."""
    return str(BundleFile.objects.get(bundle=bundle).note)


def states_of(verify: ModuleType, bundle: Bundle, **more: Any) -> list[tuple[str, str]]:
    """What verify.py says of it, given the school's key and the note."""
    key = checkpoints.signing_key(bundle.school_id).public().to_text()
    return list(verify.check(io.BytesIO(bytes_of(bundle)), note_of(bundle).encode(), key, **more))


def read(bundle: Bundle, path: str) -> Any:
    """One file of a bundle; JSON as its value."""
    with zipfile.ZipFile(io.BytesIO(bytes_of(bundle))) as opened:
        content = opened.read(path)
    return json.loads(content) if path.endswith(".json") else content
