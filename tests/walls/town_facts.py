"""What stands in the town, row by row, and who may know of it: a second reading of the rules, apart from the pages.

Nothing here calls pages/access.py or `seen_by`. Seats, exclusions and roles are rows; the matrix is data.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from town import Place

from forethought.rows import Row, inside

#: Rows that belong to a case without naming it: by what they hang on.
_HANGS_ON = ("takedown", "notice", "exhibit", "party", "police_report", "concern", "complaint", "alert", "allegation",
             "papers", "handed", "request", "bundle", "away")  # fmt: skip
#: Never shown, and many.
_UNSHOWN = frozenset({"entry", "letter", "alarm", "owed", "schoolkey", "casekey", "exhibitkey"})

#: What somebody may read of a case without being on its list: the tables of their own part in it.
OF_REPORTER = frozenset({"draft", "report", "message", "offer", "takedown", "exhibit", "particulars", "grant"})
OF_TELLER = frozenset({"concern", "concernnote", "ownduty", "grant", "exhibit", "particulars"})
OF_COMPLAINANT = frozenset({"complaint", "complaintnote"})
OF_READER = frozenset({"papers"})
OF_ASKED = frozenset({"cooperationrequest", "cooperationanswer", "grant", "exhibit", "particulars"})
OF_TOLD = frozenset({"alert"})
OF_GLASS = frozenset({"glass"})
OF_AWAY = frozenset({"away", "exhibit"})
OF_SECOND = frozenset({"disclosure"})


@dataclass(frozen=True)
class Thing:
    """One row: its table, school, and the case it is part of, if any."""

    id: uuid.UUID
    table: str
    school: uuid.UUID
    case: uuid.UUID | None
    row: dict[str, Any] = field(compare=False, hash=False, repr=False)


class Facts:
    """All rows of all schools, and who is what to which case at an instant (UTC)."""

    def __init__(self, places: Iterable[Place], at: datetime) -> None:
        self.things: dict[uuid.UUID, Thing] = {}
        self.of_table: dict[str, list[Thing]] = defaultdict(list)
        self.of_case: dict[tuple[uuid.UUID | None, str], list[Thing]] = defaultdict(list)
        self.of_school: dict[tuple[uuid.UUID, str], list[Thing]] = defaultdict(list)
        for place in places:
            with inside(place.world.school.id):
                self._read()
        self.kept_out = {(one.row["person_id"], one.case) for one in self.of_table["exclusion"]}
        self.seats = {
            (one.row["person_id"], one.case): str(one.row["why"])
            for one in self.of_table["seat"]
            if one.row["ended_at"] is None and (one.row["ends_at"] is None or one.row["ends_at"] > at)
        }
        self.roles: dict[uuid.UUID, set[str]] = defaultdict(set)
        for one in self.of_table["appointment"]:
            if one.row["starts_at"] <= at and (one.row["ends_at"] is None or one.row["ends_at"] > at):
                self.roles[one.row["person_id"]].add(str(one.row["role"]))
        self.team = {
            (one.row["manager_id"], one.row["person_id"])
            for one in self.of_table["engagement"]
            if one.row["ends_on"] is None or one.row["ends_on"] >= at.date()
        }
        self.told = {(one.row["person_id"], one.row["alert_id"]) for one in self.of_table["alerttold"]}
        self.told_of_away = {(one.row["person_id"], one.row["away_id"]) for one in self.of_table["awaytold"]}
        self.own = self._own()
        # A draft has the id of the case that may come of it.
        cases = {one.case for table in ("case", "draft") for one in self.of_table[table] if one.case}
        self.by_word = {str(one).replace("-", "")[:10]: one for one in cases}
        self.by_reference = {str(one.row["reference"]): one.id for one in self.of_table["case"]}

    def _read(self) -> None:
        rows: dict[uuid.UUID, tuple[str, dict[str, Any]]] = {}
        for model in apps.get_app_config("forethought").get_models():
            table = model._meta.db_table.removeprefix("forethought_")
            if issubclass(model, Row) and table not in _UNSHOWN and isinstance(model._meta.pk, models.UUIDField):
                kept = [one.attname for one in model._meta.concrete_fields if not isinstance(one, models.BinaryField)]
                rows |= {row["id"]: (table, row) for row in model.objects.order_by("pk").values(*kept)}

        def case_of(table: str, row: dict[str, Any]) -> uuid.UUID | None:
            if table == "case":
                return row["id"]
            if row.get("case_id"):
                return row["case_id"]
            above = (rows.get(row.get(f"{name}_id")) for name in _HANGS_ON)
            return next((case_of(*one) for one in above if one), None)

        for key, (table, row) in rows.items():
            thing = Thing(key, table, row["school_id"], case_of(table, row), row)
            self.things[key] = thing
            self.of_table[table].append(thing)
            self.of_case[thing.case, table].append(thing)
            self.of_school[thing.school, table].append(thing)

    def _own(self) -> dict[tuple[object, uuid.UUID | None], set[str]]:
        """Which tables of a case somebody may read though they are not on its list."""
        found: dict[tuple[object, uuid.UUID | None], set[str]] = defaultdict(set)
        drafts = {one.id: one for one in self.of_table["draft"]}
        for draft in drafts.values():
            found[draft.row["holder"], draft.case] |= OF_REPORTER
        for report in self.of_table["report"]:
            for who in (report.row["reporter_id"], report.id):
                found[who, report.case] |= OF_REPORTER
        for concern in self.of_table["concern"]:
            for who in (concern.row["reporter_id"], concern.id):
                found[who, concern.case] |= OF_TELLER
        for complaint in self.of_table["complaint"]:
            found[complaint.id, complaint.case] |= OF_COMPLAINANT
        for papers in self.of_table["papers"]:
            found[papers.row["person_id"], papers.case] |= OF_READER
        for asked in self.of_table["cooperationrequest"]:
            found[asked.row["person_id"], asked.case] |= OF_ASKED
        reviewers = [one.row["person_id"] for one in self.of_table["appointment"] if one.row["role"] == "protection"]
        for glass in self.of_table["glass"]:
            for who in (glass.row["person_id"], glass.row["approver_id"], *reviewers):
                found[who, glass.case] |= OF_GLASS
        for due in self.of_table["due"]:
            # By reference alone, and nothing of what is in it.
            for who in reviewers if due.row["what"] == "case" else ():
                if (who, due.row["about"]) not in self.kept_out:
                    found[who, due.row["about"]] |= {"due"}
        for pack in self.of_table["disclosure"]:
            found[pack.row["second_id"], pack.case] |= OF_SECOND
        for person, away in self.told_of_away:
            found[person, self.things[away].case] |= OF_AWAY
        for person, alert in self.told:
            if (person, self.things[alert].case) not in self.kept_out:
                found[person, self.things[alert].case] |= OF_TOLD
        return found

    def keeper_of_tie(self, tie: Thing) -> object:
        """The headteacher; where one of the two is that, the next office."""
        held = {role: person for person, roles in self.roles.items() for role in roles if self._of(person, tie)}
        offices = [held.get(one) for one in ("head", "chair", "vice_chair", "trust_lead")]
        two = {tie.row["person_id"], tie.row["other_id"]}
        return next((one for one in offices if one and one not in two), None)

    def _of(self, person: uuid.UUID, tie: Thing) -> bool:
        return person in self.things and self.things[person].school == tie.school

    def sees(self, person: object, case: uuid.UUID | None) -> bool:
        """Whether somebody is on a case's list and not kept out of it."""
        return (person, case) in self.seats and (person, case) not in self.kept_out

    def reads(self, who: Collection[object], case: uuid.UUID | None, table: str) -> bool:
        """Whether one of these (a person, a visit) may read this table of a case."""
        return any(self.sees(one, case) or table in self.own.get((one, case), ()) for one in who)
