"""A list of adults in rows: what it would do, group by group, and which column is what."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from forethought.core.clock import spoken
from forethought.directory.bringing import KINDS, Lines, examples
from forethought.directory.columns import SAID, why_not_columns
from forethought.directory.comparing import Change, Joiner, Leaver, Part, Plan
from forethought.directory.entries import Fault, Post, Read
from forethought.directory.models import StaffList
from forethought.pages import asking, fields
from forethought.pages.people_rows import LIST, Cells, day

#: As many of one group as a page shows; the rest is counted.
SHOWN = 50


def list_rows(lists: Sequence[StaffList], at: datetime) -> list[Cells]:
    """The lists that were brought in."""
    return [
        [
            {
                "label": "Brought in",
                "text": spoken(one.imported_at, at) if one.imported_at else "",
                "href": f"{LIST}lists/{one.pk}/",
            },
            {"label": "Joined", "text": f"{one.joined:,}"},
            {"label": "Changed", "text": f"{one.changed:,}"},
            {"label": "Left", "text": f"{one.left:,}"},
            {"label": "Undone", "text": "Yes" if one.undone_at else "No"},
        ]
        for one in lists
    ]


def kind_notes(found: Read, kind: str) -> list[str]:
    """Words for a kind that are none here."""
    if not found.unknown_kinds:
        return []
    said = ", ".join(f"“{one}”" for one in found.unknown_kinds[:6])
    more = f" and {len(found.unknown_kinds) - 6} more" if len(found.unknown_kinds) > 6 else ""
    return [f"Read as {KINDS[kind]}, because we do not know them as a kind: {said}{more}."]


def counts(plan: Plan) -> list[dict[str, str]]:
    """How many of each."""
    said = (
        ("Join", len(plan.joiners)),
        ("Change", len(plan.changes)),
        ("Leave", len(plan.leavers)),
        ("Stay as they are", len(plan.unchanged)),
        ("Lines not understood", len(plan.faults)),
    )
    return [{"key": key, "value": f"{number:,}"} for key, number in said]


def groups(plan: Plan, today: date) -> list[dict[str, Any]]:
    """Each group that has anybody in it, with its first rows."""
    found = [
        group("Not understood", [fault_row(one) for one in plan.faults], download=True),
        group("They leave", [leaver_row(one) for one in plan.leavers]),
        group(
            "They stay, although they are not on the list",
            [[{"label": "Name", "text": one.name, "href": f"{LIST}{one.id}/"}] for one in plan.stay],
            "They hold a role here or manage somebody. No list ends that. Do they leave? Say so on their own page.",
        ),
        group("They change", [change_row(one) for one in plan.changes]),
        group("They join", [joiner_row(one) for one in plan.joiners]),
    ]
    return [one for one in found if one["rows"]]


def group(title: str, rows: list[Cells], said: str = "", *, download: bool = False) -> dict[str, Any]:
    """One group of the preview."""
    return {
        "title": f"{title}: {len(rows):,}",
        "rows": rows[:SHOWN],
        "more": max(0, len(rows) - SHOWN),
        "said": said,
        "download": download,
    }


def fault_row(fault: Fault) -> Cells:
    """One line that is not understood."""
    return [{"label": "Where", "text": f"Line {fault.line}"}, {"label": "Why", "text": fault.reason}]


def leaver_row(leaver: Leaver) -> Cells:
    """Somebody who leaves."""
    why = f"Their last day was {day(leaver.last_day)}" if leaver.last_day else "Not on the list"
    return [
        {"label": "Name", "text": leaver.person.name, "href": f"{LIST}{leaver.person.id}/"},
        {"label": "Why", "text": why},
    ]


def change_row(change: Change) -> Cells:
    """Somebody of whom something changes: old, then new."""
    return [
        {"label": "Name", "text": change.person.name, "href": f"{LIST}{change.person.id}/"},
        {"label": "What changes", "text": ". ".join(part_said(part) for part in change.parts)},
    ]


def part_said(part: Part) -> str:
    """One thing that changes."""
    old = part.old or "none"
    if part.what == "back":
        return "They are back. Their sign-in stays closed"
    if part.what == "name":
        return f"Name: {old} → {part.new}"
    if part.what == "email":
        return f"Email: {old} → {part.new}"
    if part.what == "asked":
        return f"Email: {old} → {part.new}, once they say yes themselves"
    if part.what == "ends":
        return f"Last day: {day(date.fromisoformat(part.old)) if part.old else 'none'} → {_day(part.new)}"
    return f"Also engaged as {post_said(part.post)}" if part.post else ""


def _day(kept: str) -> str:
    return day(date.fromisoformat(kept))


def post_said(post: Post) -> str:
    """What somebody is engaged as."""
    since = f", from {day(post.starts_on)}" if post.starts_on else ""
    return f"{KINDS[post.kind]}{since}{f' to {day(post.ends_on)}' if post.ends_on else ''}"


def joiner_row(joiner: Joiner) -> Cells:
    """Somebody who joins."""
    return [
        {"label": "Name", "text": joiner.entry.name},
        {"label": "Email", "text": joiner.entry.email or "None"},
        {"label": "Engaged as", "text": "; ".join(post_said(post) for post in joiner.posts)},
    ]


class ColumnsForm(asking.Form):
    """What each column of a list is."""

    def __init__(self, data: Any = None, *, lines: Lines) -> None:
        super().__init__(data)
        self.columns = max(len(cells) for _, cells in lines.rows)
        choices = [("", "Leave it out"), *SAID.items()]
        for place in range(self.columns):
            shown = examples(lines.rows, place)
            if shown:
                self.fields[f"column_{place}"] = fields.Pick(
                    label=f"Column {place + 1}", hint=f"It says: {'; '.join(shown)}", choices=choices, required=False
                )
                self.fields[f"column_{place}"].says_optional = False  # type: ignore[attr-defined]
        self.fields["headed"] = fields.Tick(
            label="The first line is one of headings, and no person", required=False, initial=True
        )

    def places(self) -> dict[str, int]:
        """Where each column stands."""
        return {
            self.cleaned_data[name]: int(name.removeprefix("column_"))
            for name in self.fields
            if name.startswith("column_") and self.cleaned_data.get(name)
        }

    def clean(self) -> dict[str, Any]:
        """Each is said once, and who somebody is."""
        cleaned = super().clean()
        said = [value for name, value in cleaned.items() if name.startswith("column_") and value]
        twice = next((value for value in said if said.count(value) > 1), None)
        if twice:
            self.add_error(None, f"Two columns are “{SAID[twice]}”. Choose one.")
        elif reason := why_not_columns(dict.fromkeys(said, 0)):
            self.add_error(None, reason)
        return cleaned
