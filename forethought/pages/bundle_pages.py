"""The two pages inside a bundle, for people: what to read first, and what was done in the case, in order."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from forethought.audit.codes import code_of
from forethought.cases.models import Case
from forethought.core.clock import london
from forethought.evidence.bundle_drafts import Draft
from forethought.evidence.bundle_entries import Told
from forethought.evidence.bundle_format import COPY, ORIGINAL, Plan
from forethought.evidence.bundle_models import BundleFile
from forethought.evidence.bundle_rules import AUDIENCES
from forethought.pages import wording
from forethought.pages.case_rows import offices_of, sentence
from forethought.people.models import Person
from forethought.people.names import office_of

MADE = {ORIGINAL: "As it was handed in", COPY: "A copy, with something covered or cut"}


def verifiers() -> dict[str, bytes]:
    """The two programs that go into every bundle."""
    folder = Path(settings.ROOT) / "verifier"
    return {name: (folder / name).read_bytes() for name in ("verify.py", "verify.html")}


def file_name(bundle_id: object) -> str:
    """What a bundle is called outside: nothing that says what it is about."""
    return f"bundle-{str(bundle_id)[:8]}.zip"


def short_form(size: int, root: bytes) -> str:
    """A checkpoint as it stands in a bundle, to compare by eye: its size, and the code that witnesses are mailed."""
    return f"{size} · {code_of(root)}"


def moment(at: datetime) -> str:
    """A time as it stands in a bundle: London's, and UTC for whoever compares it with the log."""
    here = london(at)
    return f"{here:%d %B %Y, %H:%M:%S} (UTC {at.astimezone(UTC):%H:%M:%S})".lstrip("0")


def chronology(told: Sequence[Told], *, names: bool, at: datetime) -> list[dict[str, str]]:
    """The entries of a case as lines for people: when, what, who by office; with names where they were asked for."""
    offices = offices_of([one.by for one in told], at)
    people = {str(p.id): p.name for p in Person.objects.filter(pk__in={one.by for one in told if len(one.by) == 36})}
    lines = []
    for one in told:
        who = offices.get(one.by) or {"program": "the program"}.get(one.by, "the reporter")
        if names and one.by in people:
            who = f"{people[one.by]} ({who})"
        lines.append(
            {"at": moment(one.at), "what": wording.verb_in_words(one.verb), "who": sentence(who), "seq": str(one.seq)}
        )
    return lines


def pages_of(
    draft: Draft, plan: Plan, *, case: Case, maker: Person, audience: str, to: str, why: str, names: bool, at: datetime
) -> dict[str, bytes]:
    """The covering pages and verifiers of a bundle, by path. Written once; what they say is committed to."""
    programs = verifiers()
    in_charge = case.manager or maker
    values: dict[str, Any] = {
        "school": case.school.name,
        "reference": case.reference,
        "bundle": plan.bundle,
        "file": file_name(plan.bundle),
        "made": moment(at),
        "maker": f"{maker.name}, {office_of(maker, at)}",
        "in_charge": f"{in_charge.name}, {office_of(in_charge, at)}",
        "audience": AUDIENCES[audience],
        "to": to,
        "why": why,
        "key": plan.log_key,
        "before": short_form(draft.before.size, bytes(draft.before.root)),
        "before_at": moment(draft.before.made_at),
        "stamps": [f"{row.authority}, {moment(row.gen_at)}" for row in draft.before.stamps.order_by("authority")],
        "items": [
            {
                "path": item.member.path,
                "name": item.name,
                "made": MADE.get(item.made, "Written out by the program"),
                "kept": moment(item.kept_at) if item.kept_at else "",
                "bytes": item.member.size,
                "sha256": item.member.sha256.hex(),
                "said": wording.particulars_in_words(item.said),
            }
            for item in plan.items
        ],
        "withheld": [{"what": one.what, "at": moment(one.at), "why": one.why, "ask": one.ask} for one in plan.withheld],
        "verifiers": [(name, sha256(content).hexdigest()) for name, content in programs.items()],
    }
    lines = chronology(draft.entries, names=names, at=at)
    return {
        "READ-ME-FIRST.html": _page("read_me", values),
        "chronology.html": _page("chronology", {**values, "lines": lines}),
        **programs,
    }


def _page(name: str, values: dict[str, Any]) -> bytes:
    return render_to_string(f"forethought/bundles/inside/{name}.html", values).encode()


def facts_of(row: BundleFile) -> dict[str, str]:
    """What a receipt and the bundle's own page say of the file."""
    return {
        "file": file_name(row.bundle_id),
        "bytes": f"{row.size:,}",
        "sha256": bytes(row.sha256).hex(),
        "code": code_of(bytes(row.checkpoint.root)),
    }
