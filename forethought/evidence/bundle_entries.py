"""Which entries of a case go into a bundle: those on a list, so that a new kind is left out until somebody adds it.

Left out are those that would tell of another case of the same matter, of people kept out, of who may know, and of what
is weighed about somebody: a bundle shows how records came, what was done about the material, and who was told.
"""

import json
import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forethought.audit.models import Entry
from forethought.evidence.models import CaseKey
from forethought.rows import school_in_scope

SHOWN = frozenset(
    {
        "cases.open_case",
        "cases.take_up",
        "cases.answer_reporter",
        "cases.add_to_report",
        "cases.capture_address",
        "cases.keep_capture",
        "cases.note_referral",
        "cases.close",
        "cases.reopen",
        "evidence.give_grant",
        "evidence.keep_records",
        "evidence.keep_captured",
        "evidence.keep_uploads",
        "evidence.note_record",
        "evidence.describe_record",
        "evidence.hand_out",
        "evidence.open_viewing",
        "evidence.redact_picture",
        "evidence.redact_text",
        "evidence.discard_copy",
        "evidence.hand_out_copy",
        "evidence.make_bundle",
        "evidence.keep_bundle",
        "evidence.hand_out_bundle",
        "evidence.hand_over_bundle",
        "protection.fetch_answer_file",
        "evidence.place_hold",
        "evidence.lift_hold",
        "reports.file_report",
        "reports.receive_complaint",
        "safeguarding.raise_concern",
        "safeguarding.ask_consent",
        "safeguarding.answer_consent",
        "safeguarding.withdraw_consent",
        "safeguarding.report_to_police",
        "safeguarding.second_police_report",
        "safeguarding.note_crime_reference",
        "safeguarding.note_referral",
        "safeguarding.seal_away",
        "takedowns.open_takedown",
        "takedowns.ask_author",
        "takedowns.ask_host",
        "takedowns.note_taken",
        "takedowns.note_ticket",
        "takedowns.change_wish",
        "takedowns.check_removal",
        "takedowns.keep_site_look",
        "takedowns.confirm_site_look",
        "takedowns.escalate",
        "takedowns.skip_rung",
        "takedowns.hand_to_complainant",
        "takedowns.leave_up",
        "takedowns.reopen",
        "takedowns.withdraw",
    }
)

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Told:
    """One entry that may be shown: its number, its bytes as text, and what they say."""

    seq: int
    at: datetime
    by: str
    verb: str
    body: str

    @property
    def commitments(self) -> dict[str, Any]:
        """What it commits to."""
        found: dict[str, Any] = json.loads(self.body)["commitments"]
        return found


def entries_of(case_id: uuid.UUID, *, verbs: Collection[str] = SHOWN) -> list[Told]:
    """The entries of a case that may be shown, in the log's order.

    One that holds the id of another case, in whatever place, is left out as well.
    """
    rows = Entry.objects.filter(case_id=case_id, verb__in=verbs).order_by("seq")
    found = [Told(*row) for row in rows.values_list("seq", "at", "by", "verb", "body")]
    # The school's own words lie under a key of their own, which has the school's id; every entry names the school.
    ids = {uuid.UUID(one) for told in found for one in _ID.findall(told.body)} - {case_id, school_in_scope()}
    others = {str(one) for one in _cases_among(ids)}
    return [told for told in found if not others.intersection(_ID.findall(told.body))]


def _cases_among(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    every, known = sorted(ids), set()
    for start in range(0, len(every), 500):
        rows = CaseKey.objects.filter(case_id__in=every[start : start + 500])
        known |= set(rows.values_list("case_id", flat=True))
    return known
