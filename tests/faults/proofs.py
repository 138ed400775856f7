"""What must hold in a school after anything that can happen to it, in sentences when it does not.

Asked inside a process that has Django. A report stands whole with its record, or it is not there at all.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from other_acts import OTHERS, the_school

from forethought.audit.models import Entry
from forethought.audit.procedures import queue_up
from forethought.audit.verifying import wrong_in_trail
from forethought.cases.models import Case, Draft, Owed, Party, Report, Seat
from forethought.evidence.models import Exhibit, ExhibitKey, Grant, Particulars
from forethought.evidence.nightly import wrong_with
from forethought.rows import inside
from forethought.takedowns.models import Takedown


def wrong_with_database() -> list[str]:
    """What SQLite finds wrong with its own file. PostgreSQL has nobody to ask."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        found = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        found += [f"a row of {row[0]} points nowhere" for row in cursor.fetchall()]
    return found


def wrong_with_school(tickets: list[dict[str, Any]], acknowledged: Mapping[str, bool]) -> list[str]:
    """Everything that is wrong with the trail, and with what came of these reports and other acts."""
    school_id = the_school()
    wrong = wrong_with_database()
    with inside(school_id), transaction.atomic():
        # Whoever was killed may still be committing on the server: wait until they are through.
        queue_up(school_id)
        wrong += wrong_in_trail(school_id)
        for ticket in tickets:
            told = acknowledged.get(ticket["id"], False)
            other = OTHERS.get(ticket.get("act", ""))
            wrong += other.wrong(ticket, acknowledged=told) if other else wrong_with_report(ticket, acknowledged=told)
    return wrong


def recorded(tickets: list[dict[str, Any]]) -> int:
    """How many of these reports and other acts the school has."""
    with inside(the_school()):
        others = [one for one in tickets if "act" in one]
        if others:
            return sum(OTHERS[one["act"]].recorded(one) for one in others)
        return Report.objects.filter(draft__in=[ticket["draft"] for ticket in tickets]).count()


def wrong_with_report(ticket: Mapping[str, Any], *, acknowledged: bool) -> list[str]:
    """What is wrong with one report, in the school that was entered."""
    draft = Draft.objects.get(pk=ticket["draft"])
    reports = list(Report.objects.filter(draft=draft))
    wrong = wrong_with_record(draft, ticket)
    if acknowledged and not reports:
        wrong.append("LOST: somebody was told that the school has a report, and it has none.")
    if len(reports) > 1:
        wrong.append(f"One draft became {len(reports)} reports.")
    if bool(reports) != (draft.sent_at is not None):
        wrong.append("The draft does not say whether it was sent.")
    entries = Entry.objects.filter(case_id=draft.case_id)
    parts = {
        "case": Case.objects.filter(pk=draft.case_id).exists(),
        "parties": Party.objects.filter(case_id=draft.case_id).exists(),
        "seats": Seat.objects.filter(case_id=draft.case_id).exists(),
        "takedown": Takedown.objects.filter(case_id=draft.case_id).exists(),
        "clocks": Owed.objects.filter(case_id=draft.case_id).exists(),
        "event": entries.filter(verb="reports.file_report", about=draft.id).count() == 1,
    }
    if reports and not all(parts.values()):
        wrong.append(f"HALF: a report without {', '.join(name for name, there in parts.items() if not there)}.")
    if not reports and any(parts.values()):
        wrong.append(f"HALF: no report, and yet {', '.join(name for name, there in parts.items() if there)}.")
    if reports and not Exhibit.objects.filter(case_id=draft.case_id).exists():
        wrong.append("A report without the record that was added before it.")
    return wrong


def wrong_with_record(draft: Draft, ticket: Mapping[str, Any]) -> list[str]:
    """What is wrong with the record of a report: its row, its key, its bytes, its event."""
    grant = Grant.objects.get(pk=ticket["grant"])
    exhibits = list(Exhibit.objects.filter(case_id=draft.case_id))
    wrong = [sentence for exhibit in exhibits if (sentence := wrong_with(exhibit))]
    if (grant.used_at is not None) != (len(exhibits) == 1):
        wrong.append(f"HALF: {len(exhibits)} records, and the grant was {'' if grant.used_at else 'not '}used.")
    for exhibit in exhibits:
        if bytes(exhibit.sha256 or b"").hex() != ticket["sha256"]:
            wrong.append("The record is not what was sent.")
        if not ExhibitKey.objects.filter(exhibit=exhibit).exists():
            wrong.append("HALF: a record without its key.")
        if not Particulars.objects.filter(exhibit=exhibit).exists():
            wrong.append("HALF: a record without its particulars.")
    events = Entry.objects.filter(verb="evidence.keep_records", about=grant.id).count()
    if events != len(exhibits):
        wrong.append(f"HALF: {len(exhibits)} records and {events} events of keeping one.")
    return wrong
