"""What the case page shows, row by row: with names, or without a word that says who or what."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from forethought.audit.models import Entry
from forethought.cases import procedures, rules
from forethought.cases.models import Capacity, Case, Decision, Message, Offer, Party, Report, live
from forethought.core.clock import spoken_near
from forethought.evidence import keyring
from forethought.evidence.away_models import Away
from forethought.evidence.away_standing import away_in
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.cut_lines import CUT
from forethought.evidence.keys import BrokenSeal, Key
from forethought.evidence.models import Destruction, Exhibit, Particulars
from forethought.evidence.procedures import missing
from forethought.evidence.reading_out import RECORDINGS
from forethought.evidence.redacting import PICTURES
from forethought.investigations.weighing import lado_first
from forethought.pages import wording
from forethought.people.models import Person
from forethought.people.names import office_of
from forethought.safeguarding import rules as police
from forethought.safeguarding.models import PoliceReport
from forethought.safeguarding.rules import BASES, Basis, Step, standing_answer

Row = dict[str, object]

#: The act that makes a copy of a record with something covered, by the kind of file.
REDACTED = {**dict.fromkeys(PICTURES, "redact-picture"), **dict.fromkeys(CUT, "redact-text")}

#: Acts in the timeline; looking is kept in the trail and left out here.
LATEST = 60


def party_rows(case: Case, names: bool, key: Key | None, at: datetime) -> list[Row]:
    """Everybody with a part in a case: what they are to it, who when names are shown, support, the police question."""
    found = case.parties.select_related("person").prefetch_related("offers", "consents").order_by("added_at", "id")
    order = list(Capacity.values)
    return [party_row(p, names, key, at) for p in sorted(found, key=lambda p: order.index(p.capacity))]


def party_row(party: Party, names: bool, key: Key | None, at: datetime) -> Row:
    """One party."""
    name = ""
    if names:
        said = str(keyring.words(party, case_id=party.case_id, key=key)["name"])
        name = party.person.name if party.person else said or "Name not known"
    reported = party.capacity == Capacity.REPORTED
    return {
        "what": party.get_capacity_display(),
        "group": party.get_group_display() if reported else "",
        "name": name,
        "harmed": party.capacity == Capacity.HARMED,
        **support_of(party, at),
        **consent_of(party),
    }


#: Who is said to have harmed a child is not spoken to before the designated officer was asked.
LADO_BEFORE_SUPPORT = "Ask the designated officer when you may speak to them. Offer it as soon as you may."


def officer_before_support(party: Party) -> bool:
    """Whether the designated officer comes before a word of support: somebody reported may have harmed a child."""
    return party.capacity == Capacity.REPORTED and lado_first(party.case)


def support_of(party: Party, at: datetime) -> Row:
    """What was offered to a party, what they said, and the button for what comes next."""
    base = f"/cases/{party.case_id}/support/{party.id}"
    if not procedures.is_owed_support(party):
        return {"support": ""}
    offer = max(party.offers.all(), key=lambda one: one.offered_at, default=None)
    if offer is None:
        return {
            "support": f"Support has not been offered yet. {LADO_BEFORE_SUPPORT}"
            if officer_before_support(party)
            else "Support has not been offered yet.",
            "support_text": "Offer support",
            "support_href": f"{base}/offer-support/",
        }
    words = f"Support was offered at {spoken_near(offer.offered_at, at)}: {offered_words(offer)}. "
    return {
        "support": words + wording.OFFER_ANSWERS.get(offer.answer, "They have not answered yet."),
        "support_text": "Note their answer",
        "support_href": f"{base}/answer-offer/",
        "offer_href": f"{base}/offer-support/",
    }


def offered_words(offer: Offer) -> str:
    """What was offered, in words."""
    known = dict(wording.OFFERS)
    return ", ".join(known.get(one, one).lower() for one in offer.offered) or "support"


def consent_of(party: Party) -> Row:
    """Where the police question stands for the person harmed, and why each button may be dead."""
    if party.capacity != Capacity.HARMED:
        return {}
    steps = sorted(party.consents.all(), key=lambda one: (one.said_at, str(one.id)))
    standing = standing_answer([Step(one.step, one.answer) for one in steps])
    base, why_not_ask = f"/cases/{party.case_id}/police/{party.id}", police.why_not_ask_consent(standing=standing)
    return {
        "consent": wording.CONSENTS[standing],
        "police_base": base,
        "why_not_ask": why_not_ask,
        "why_not_report": police.why_not_report_to_police(
            basis=Basis.CONSENT, standing=standing, reason="", second=False
        ),
    }


def police_rows(case: Case, names: bool, key: Key | None, person: Person, at: datetime) -> list[Row]:
    """The school's reports to the police."""
    rows: list[Row] = []
    for row in PoliceReport.objects.filter(case=case).prefetch_related("references").order_by("named_at"):
        references = [
            str(keyring.words(one, case_id=case.id, key=key)["reference"]) if names else "A reference was noted."
            for one in row.references.all()
        ]
        is_second = row.second_id == person.pk and row.second_at is None
        rows.append(
            {
                "basis": BASES[Basis(row.basis)],
                "at": row.reported_at,
                "told": row.second_at,
                "references": references,
                "waits": row.reported_at is None,
                "untold": row.second_id is not None and row.second_at is None,
                "second_href": f"/cases/{case.id}/police/{row.id}/second-police-report/" if is_second else "",
                "reason": str(keyring.words(row, case_id=case.id, key=key)["reason"]) if names else "",
                "reference_href": f"/cases/{case.id}/police/{row.id}/note-crime-reference/" if row.reported_at else "",
            }
        )
    return rows


def report_rows(case: Case, names: bool, key: Key | None) -> list[Row]:
    """Each report: when it came, and its words when names are shown."""
    return [report_row(report, names, key) for report in case.reports.order_by("reported_at")]


def report_row(report: Report, names: bool, key: Key | None) -> Row:
    """One report."""
    said = keyring.words(report, case_id=report.case_id, key=key) if names else {}
    return {"at": report.reported_at, "said": wording.answers_in_words(said) if said else []}


def exhibit_rows(case: Case, names: bool, key: Key) -> list[Row]:
    """The records of a case, to open unless it is read in an emergency. All last particulars are fetched at once."""
    found = list(Exhibit.objects.filter(case_id=case.id).order_by("received_at", "id"))
    last: dict[object, Particulars] = {}
    for one in Particulars.objects.filter(exhibit__in=found).order_by("said_at"):
        last[one.exhibit_id] = one
    said = {pk: particulars_of(one, case.id, key) for pk, one in last.items()}
    gone, copies = away_in(case.id), copies_in(case)
    rows = [
        away_row(exhibit, gone[exhibit.id])
        if exhibit.id in gone
        else exhibit_row(exhibit, said.get(exhibit.id, {}), names)
        for exhibit in found
    ]
    if getattr(case, "own_seat", "") != "glass":
        return [{**row, "copies": copies.get(exhibit.id, [])} for row, exhibit in zip(rows, found, strict=True)]
    return [
        {**row, "href": "", "describe_href": "", "seal_href": "", "redact_href": "", "read_href": ""} for row in rows
    ]


def copies_in(case: Case) -> dict[object, list[Row]]:
    """The redacted copies of a case's records that were not discarded, by record."""
    copies: dict[object, list[Row]] = {}
    found = RedactedCopy.objects.filter(exhibit__case_id=case.id, key__isnull=False)
    for one in found.select_related("exhibit").order_by("made_at"):
        heard = one.exhibit.media in RECORDINGS
        words = "What a recording says" if heard else "Copy with something covered"
        row: Row = {"words": words, "at": one.made_at, "href": f"/cases/{case.id}/copies/{one.id}/"}
        copies.setdefault(one.exhibit_id, []).append(row)
    return copies


def particulars_of(row: Particulars, case_id: uuid.UUID, key: Key | None) -> dict[str, str]:
    """What was last said of a record. One that was moved here from elsewhere says nothing, and is shown as damaged."""
    try:
        return dict(keyring.words(row, case_id=case_id, key=key))
    except BrokenSeal:
        return {"damaged": "yes"}


def away_row(exhibit: Exhibit, row: Away | Destruction) -> Row:
    """One record that was sealed away: that there is one, and since when. Neither its name nor its fingerprint."""
    return {"kind": exhibit.get_kind_display(), "at": exhibit.received_at, "away": row}


def exhibit_row(exhibit: Exhibit, said: Mapping[str, str], names: bool) -> Row:
    """One record: its kind, size and fingerprint; its name and place only when names are shown."""
    gated = bool(said.get("gated"))
    lacks = missing(exhibit.kind, said) if exhibit.object_name and not gated else []
    return {
        "kind": exhibit.get_kind_display(),
        "at": exhibit.received_at,
        "gated": gated,
        "damaged": bool(said.get("damaged")),
        "size": exhibit.size,
        "said": wording.particulars_in_words(said) if names else [],
        "lacks": f"No {', no '.join(lacks)}." if lacks else "",
        "sha256": bytes(exhibit.sha256).hex() if exhibit.sha256 else "",
        "href": f"/cases/{exhibit.case_id}/exhibits/{exhibit.id}/" if exhibit.object_name else "",
        "describe_href": "" if gated else f"/cases/{exhibit.case_id}/{exhibit.id}/describe-record/",
        "seal_href": f"/cases/{exhibit.case_id}/{exhibit.id}/seal-away/" if exhibit.object_name else "",
        "redact_href": f"/cases/{exhibit.case_id}/{exhibit.id}/{REDACTED[exhibit.media]}/"
        if exhibit.media in REDACTED
        else "",
        "redacts": "Make a text of what is said"
        if exhibit.media in RECORDINGS
        else "Make a copy with something covered",
        "read_href": f"/cases/{exhibit.case_id}/exhibits/{exhibit.id}/read/" if exhibit.object_name else "",
    }


def message_rows(case: Case, names: bool, key: Key | None) -> list[Row]:
    """What was said between school and reporter, when names are shown."""
    if not names:
        return []
    rows = Message.objects.filter(case=case).order_by("said_at")
    return [
        {
            "kind": wording.MESSAGES.get(m.kind, m.kind),
            "words": keyring.words(m, case_id=case.id, key=key)["words"],
            "at": m.said_at,
        }
        for m in rows
    ]


def decision_rows(case: Case, names: bool, key: Key | None, at: datetime) -> list[Row]:
    """Each decision: how it ended and when; why, when names are shown."""
    found = list(Decision.objects.filter(case=case, verb__in=("close", "reopen")).order_by("decided_at"))
    offices = offices_of([one.decided_by for one in found], at)
    return [
        {
            "what": rules.OUTCOMES.get(one.outcome, "Opened again") if one.verb == "close" else "Opened again",
            "at": one.decided_at,
            "who": offices.get(one.decided_by, ""),
            "reasons": str(keyring.words(one, case_id=case.id, key=key)["reasons"]) if names else "",
        }
        for one in found
    ]


def timeline(case: Case, at: datetime) -> list[Row]:
    """The acts of a case in the order of the trail, newest first."""
    rows = list(Entry.objects.filter(case_id=case.id).exclude(verb="cases.view").order_by("-seq")[:LATEST])
    offices = offices_of([row.by for row in rows], at)
    others = {"program": "the clock"}
    lines: list[Row] = []
    for row in rows:
        who = offices.get(row.by) or others.get(row.by, "the reporter")
        line: Row = {"at": row.at, "what": wording.verb_in_words(row.verb), "who": who}
        # What one press did several times over is one line.
        if not lines or line != lines[-1]:
            lines.append(line)
    return lines


def seat_rows(case: Case, names: bool, at: datetime) -> list[Row]:
    """Who can open this case now, by office."""
    seats = case.seats.filter(live(at)).select_related("person").order_by("given_at")
    return [{"office": sentence(office_of(s.person, at)), "name": s.person.name if names else ""} for s in seats]


def offices_of(ids: Iterable[str], at: datetime) -> dict[str, str]:
    """The office of each of these people, by id as the trail writes it."""
    people = Person.objects.filter(pk__in={one for one in ids if len(one) == 36})
    return {str(person.id): office_of(person, at) for person in people}


def sentence(words: str) -> str:
    """With a capital letter."""
    return words[:1].upper() + words[1:]
