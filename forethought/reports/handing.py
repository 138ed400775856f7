"""A pupil posted it: handed to the behaviour lead with a pack that says as little as is needed. The outcome comes back.

Policy 8.2. Education and Inspections Act 2006 section 89(5): a relevant school's rules may reach beyond its gate.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from forethought.audit.procedures import acting
from forethought.cases.models import Case, Decision, Exclusion, Kind, Report, Seat, Status, live
from forethought.cases.moves import move
from forethought.cases.opening import begin, link
from forethought.cases.owed import owe, settle, settle_all
from forethought.cases.procedures import decide, say, tell_reporter
from forethought.cases.rules import first_action_due
from forethought.cases.seating import keep_out, seat
from forethought.core.errors import insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.evidence.away_standing import away_in
from forethought.evidence.models import Exhibit
from forethought.people import casting
from forethought.people.models import Person
from forethought.people.post import owe_letter
from forethought.reports.forking import why_not_hand_over, why_not_release
from forethought.reports.known_names import surnames, words_for_pupils
from forethought.reports.models import Handed

#: Working days until the behaviour lead is asked for the outcome.
OUTCOME_DAYS = 10


def records_to_hand(case: Case) -> list[dict[str, Any]]:
    """The records of a case in the pack: kind and fingerprint. None that was stopped or sealed away. Policy 8.2."""
    gone = away_in(case.id)
    rows = [one for one in Exhibit.objects.filter(case_id=case.id).order_by("received_at") if one.pk not in gone]
    return [
        {"kind": one.get_kind_display(), "sha256": bytes(one.sha256).hex() if one.sha256 else ""}
        for one in rows
        if one.object_name
    ]


def hand_over(
    *, case: Case, behaviour: Person, pupil: str, summary: str, parent: str, vulnerable: str, by: Person, at: datetime
) -> Handed:
    """Hand a pupil's post to the behaviour lead: a reference, a summary, a list of records, and nothing else.

    The safeguarding lead sees it too: whoever posts may be a child in need. The report's case waits for the outcome.
    Policy 8.2.
    """
    refused = why_not_hand_over(
        pupil=pupil, summary=summary, handed=case.handed_on.exists(), said=f"{parent} {vulnerable}", staff=surnames()
    )
    insist(refused, "8.2")
    kept_out = Exclusion.objects.filter(case=case, person=behaviour).exists()
    has_part = case.parties.filter(person=behaviour).exists()
    insist("That person is part of this case. Choose somebody else." if kept_out or has_part else None, "8.2")
    with acting("reports.hand_over", by=by, at=at, case_id=case.id) as event:
        leads = _leads(case, at)
        made = begin(
            kind=Kind.PUPIL,
            school=case.school,
            label="",
            child="yes",
            manager_id=behaviour.id,
            outside="" if leads else casting.cast_at(at).local_authority,
            by=by,
            at=at,
        )
        # Whoever is kept out of the report is kept out of what came of it.
        keep_out(case=made, people=dict(case.exclusions.values_list("person_id", "why")), at=at)
        row = Handed(
            id=uuid.uuid4(), school_id=case.school_id, case=made, source=case, handed_at=at, handed_by=str(by.id)
        )
        pack = {
            "pupil": pupil,
            "summary": summary,
            "parent": parent,
            "vulnerable": vulnerable,
            "records": records_to_hand(case),
        }
        row.content = keyring.seal(row, pack, case_id=made.id)
        row.save(force_insert=True)
        seat(case=made, people={behaviour: "behaviour"}, at=at)
        seat(case=made, people=dict.fromkeys(leads, "lead"), at=at)
        link(case=case, other=made, by=by, at=at)
        settle(case=case, kind="hand_off", about=case.id, by=by, at=at)
        due = at
        for _ in range(OUTCOME_DAYS):
            due = first_action_due(due)
        owe(case=case, kind="behaviour", about=case.id, due_at=due, at=at)
        owe(case=made, kind="behaviour", about=made.id, due_at=due, at=at)
        event.about = row.id
    return row


def _leads(case: Case, at: datetime) -> Sequence[Person]:
    """The first safeguarding lead who is here, has no part in it and is not kept out of the report's own case."""
    cast = casting.cast_at(at)
    out = set(case.exclusions.values_list("person_id", flat=True)) | set(cast.away)
    out |= set(case.parties.filter(person__isnull=False).values_list("person_id", flat=True))
    ids = [one for one in (cast.dsl, *cast.deputy_dsls) if one is not None and one not in out]
    return list(Person.objects.filter(pk__in=[uuid.UUID(str(one)) for one in ids[:1]]))


def return_outcome(*, handed: Handed, words: str, by: Person, at: datetime) -> None:
    """Give the outcome back: what was decided under the behaviour policy, without the pupil's file. Policy 8.2."""
    insist("Write the outcome in a few words." if is_blank(words) else None, "8.2")
    insist("The outcome came back already." if handed.returned_at else None, "8.2")
    case = handed.case
    with acting("reports.return_outcome", by=by, at=at, about=handed.id, case_id=case.id):
        for one in (case, handed.source):
            # Under the key of each: whoever reads the one may not open the other.
            decide(case=one, verb="behaviour", outcome="", reasons=words, by=by, at=at)
        Handed.objects.filter(pk=handed.pk).update(returned_at=at, returned_by=str(by.id))
        if case.status == Status.RECEIVED:
            move(case, "take_up", version=case.version, by=by, at=at)
        move(case, "close", version=case.version, by=by, at=at)
        settle_all(case=case, by=by, at=at)
        settle(case=handed.source, kind="behaviour", about=handed.source_id, by=by, at=at)
        manager = handed.source.manager
        if manager is not None and Seat.objects.filter(live(at), case=handed.source, person=manager).exists():
            owe_letter(person=manager, kind="needs_you", at=at, case_id=handed.source_id)


def outcome_of(handed: Handed) -> str:
    """What came back, or nothing yet."""
    row = Decision.objects.filter(case=handed.source_id, verb="behaviour").order_by("-decided_at").first()
    return str(keyring.words(row, case_id=handed.source_id)["reasons"]) if row else ""


def skip_hand_off(*, case: Case, reason: str, by: Person, at: datetime) -> None:
    """Say why a pupil's post is not handed over, or why the outcome is not waited for. Policy 8.2."""
    insist("Say why in a few words." if is_blank(reason) else None, "8.2")
    with acting("reports.skip_hand_off", by=by, at=at, about=case.id, case_id=case.id):
        decide(case=case, verb="skip_hand_off", outcome="", reasons=reason, by=by, at=at)
        for kind in ("hand_off", "behaviour"):
            settle(case=case, kind=kind, about=case.id, by=by, at=at)


def release(*, report: Report, sentence: str, by: Person, at: datetime) -> None:
    """Tell the person who reported it as much as the head releases. They see nothing else of it. Policy 8.2.

    Once the outcome is back, and without a word by which the pupil is known.
    """
    returned = report.case.handed_on.filter(returned_at__isnull=False).exists()
    pupil = words_for_pupils(report.case)
    insist(why_not_release(sentence=sentence, returned=returned, pupil=pupil), "8.2")
    with acting("reports.release", by=by, at=at, about=report.id, case_id=report.case_id):
        say(report=report, kind="answer", sentence=sentence, by=by, at=at)
        tell_reporter(report, at)
