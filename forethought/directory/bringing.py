"""Bringing a list of adults: read, kept sealed for an hour to be looked at, and forgotten. Nothing is changed by it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.clock import london
from forethought.core.errors import Refused, insist
from forethought.directory import standing
from forethought.directory.columns import FIELDS, Heads, in_order, recognised, why_not_columns
from forethought.directory.comparing import Plan, compare
from forethought.directory.entries import Fault, Read, name_of, read_entries
from forethought.directory.models import StaffList
from forethought.directory.tables import MOST_ROWS, TOO_MANY, Table
from forethought.evidence import keyring
from forethought.people.alarms import set_alarm
from forethought.people.models import Kind, School

#: For how long the lines of a list are kept when nobody brings it in, and what was done by it afterwards.
LOOKED_AT = timedelta(hours=1)
UNDONE_WITHIN = timedelta(hours=24)

KINDS = {str(kind): str(kind.label) for kind in Kind}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What whoever brings a list says of it: the kind and the first day where it says none, and of which kinds it
    names everybody.
    """

    kind: str
    first_day: date
    everybody: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """A list as it lies in its row: whole lines while its columns are not known, else its cells in FIELDS' order."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    known: bool
    broken: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]
    passed_over: tuple[str, ...]
    chosen: Chosen


def bring_list(*, school: School, table: Table, source: str, chosen: Chosen, by: Actor, at: datetime) -> StaffList:
    """Keep a list sealed for an hour, with only the columns that are read, to be looked at. Policy 2.5.

    `source`: pasted or file. Where its columns are not known, all are kept until somebody chooses, or the hour is over.
    """
    if not table.rows:
        raise Refused("There is no line in it.", "2.5")
    with acting("directory.bring_list", by=by, at=at) as event:
        heads = recognised([cells for _, cells in table.rows[:12]])
        lines = Lines(table.rows, False, table.broken, table.notes, (), chosen)
        lines = _with_columns(lines, heads) if heads else lines
        insist(TOO_MANY if len(lines.rows) > MOST_ROWS else None, "2.5")
        row = StaffList(
            id=uuid.uuid4(),
            school=school,
            source=source,
            lines=len(lines.rows),
            brought_at=at,
            brought_by=str(by.id),
            ends_at=at + LOOKED_AT,
        )
        row.content = keyring.seal_at_school(row, "content", _packed(lines))
        row.save(force_insert=True)
        set_alarm(school_id=school.id, kind="list_over", about=row.id, rings_at=row.ends_at)
        event.about = row.id
        event.facts["lines"] = row.lines
    return row


def choose_columns(*, staff_list: StaffList, places: Mapping[str, int], headed: bool, by: Actor, at: datetime) -> None:
    """Say by hand which column is what; the others are forgotten. `headed`: the first line is one of headings.

    Policy 2.5.
    """
    lines = lines_of(staff_list)
    if lines is None or staff_list.imported_at is not None:
        raise Refused("This list has been forgotten meanwhile. Bring it in again.", "2.5")
    insist(why_not_columns(places), "2.5")
    with acting("directory.choose_columns", by=by, at=at, about=staff_list.id):
        if not lines.known:
            lines = _with_columns(lines, Heads(dict(places), above=1 if headed else 0))
            sealed = keyring.seal_at_school(staff_list, "content", _packed(lines))
            StaffList.objects.filter(pk=staff_list.pk, imported_at__isnull=True).update(
                content=sealed, lines=len(lines.rows)
            )


def _with_columns(lines: Lines, heads: Heads) -> Lines:
    """A list with the columns that are read, and no other. A line of headings that comes again is passed over."""
    headings = tuple(lines.rows[heads.above - 1][1]) if heads.above else None
    rows = tuple(
        (number, tuple(in_order(cells, heads.places)))
        for number, cells in lines.rows[heads.above :]
        if tuple(cells) != headings
    )
    notes = list(lines.notes)
    if heads.above > 1:
        notes.append("What stands above the headings was passed over.")
    if heads.system:
        notes.append(f"The headings look like those of {heads.system}.")
    if heads.offices:
        notes.append("The list says what people’s jobs are. That is not read: roles are given by hand, to each.")
    return replace(lines, rows=rows, known=True, notes=tuple(notes), passed_over=heads.passed_over)


def _packed(lines: Lines) -> dict[str, Any]:
    chosen = lines.chosen
    return {
        "rows": [[number, list(cells)] for number, cells in lines.rows],
        "known": lines.known,
        "broken": [list(one) for one in lines.broken],
        "notes": list(lines.notes),
        "passed_over": list(lines.passed_over),
        "kind": chosen.kind,
        "first_day": chosen.first_day.isoformat(),
        "everybody": list(chosen.everybody),
    }


def lines_of(staff_list: StaffList) -> Lines | None:
    """The lines of a list that is still to be looked at; nothing once it was brought in or forgotten."""
    if staff_list.content is None or staff_list.imported_at is not None:
        return None
    said = keyring.words_at_school(staff_list, "content")
    return Lines(
        rows=tuple((number, tuple(cells)) for number, cells in said["rows"]),
        known=said["known"],
        broken=tuple((number, reason) for number, reason in said["broken"]),
        notes=tuple(said["notes"]),
        passed_over=tuple(said["passed_over"]),
        chosen=Chosen(said["kind"], date.fromisoformat(said["first_day"]), tuple(said["everybody"])),
    )


def read(lines: Lines) -> Read:
    """What each line says."""
    return read_entries(lines.rows, kinds=KINDS, otherwise=lines.chosen.kind, is_email=is_email)


def plan_of(lines: Lines, *, by: Actor, at: datetime) -> Plan:
    """What bringing a list in would do now, at an instant in UTC. Whoever brings it never leaves by it."""
    found = read(lines)
    cells = {number: dict(zip(FIELDS, row, strict=True)) for number, row in lines.rows}
    wrong = {one.line: cells[one.line] for one in found.faults}
    broken = [Fault(number, reason) for number, reason in lines.broken]
    plan = compare(
        found.entries,
        [*found.faults, *broken],
        standing.everybody(),
        today=london(at).date(),
        first_day=lines.chosen.first_day,
        # A line that breaks may be anybody: then nobody is missing.
        everybody=() if lines.broken else lines.chosen.everybody,
        keep=standing.not_by_list(at) | ({by.id} if isinstance(by.id, uuid.UUID) else set()),
        fields_of={line: (said["number"], name_of(said), said["email"]) for line, said in wrong.items()},
    )
    with_cells = {number: tuple(row) for number, row in lines.rows}
    return replace(plan, faults=tuple(replace(one, cells=with_cells.get(one.line, ())) for one in plan.faults))


def is_email(typed: str) -> bool:
    """Whether a mail can go there."""
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return True


def forget_list(*, staff_list: StaffList, by: Actor, at: datetime) -> None:
    """Empty a list of what it said or did; its numbers stay. Policy 2.5."""
    with acting("directory.forget_list", by=by, at=at, about=staff_list.id):
        StaffList.objects.filter(pk=staff_list.pk).update(content=None)


def ring_list_over(about: uuid.UUID, at: datetime) -> None:
    """A list is not looked at, or not undone, any more."""
    row = StaffList.objects.filter(pk=about, content__isnull=False, ends_at__lte=at).first()
    if row is not None:
        forget_list(staff_list=row, by=PROGRAM, at=at)


BELLS = {"list_over": ring_list_over}


def examples(rows: Sequence[tuple[int, Sequence[str]]], place: int) -> list[str]:
    """What stands in one column of the first lines."""
    said = (cells[place] for _, cells in rows[:30] if place < len(cells) and cells[place])
    return list(dict.fromkeys(one[:40] for one in said))[:3]
