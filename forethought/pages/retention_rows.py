"""What pages say about keeping and letting go, in whole sentences. Nobody is named but the two who let something go."""

import uuid
from datetime import date, datetime

from forethought.cases.models import Kind
from forethought.core.clock import london, spoken, spoken_day
from forethought.evidence.bundle_models import Hold
from forethought.pages.case_rows import sentence
from forethought.people.models import Person
from forethought.people.names import office_of
from forethought.prepared import Prepared
from forethought.retention import people
from forethought.retention.models import Disposal, Due, What
from forethought.retention.rules import STOPPED
from forethought.retention.schedule import rules

Row = dict[str, str]

LIST, DISPOSALS = "/keeping/due/list-due/", "/keeping/disposals/"

_open = Prepared(
    lambda: (
        Disposal.objects.filter(confirmed_at__isnull=True, stopped_at__isnull=True)
        .order_by("proposed_at")
        .values_list("id")
    )
)


def lines_for(person: Person, at: datetime) -> list[Row]:
    """What waits for somebody here, for their home: a disposal to agree to. Most days none, for one query."""
    ids = [pk for (pk,) in _open()]
    lines = []
    for row in Disposal.objects.filter(pk__in=ids).order_by("proposed_at", "id") if ids else []:
        if person.pk in {one.pk for one in people.confirmers(row, at)}:
            lines.append(
                {
                    "kind": "disposal",
                    "href": f"{DISPOSALS}{row.pk}/see-disposal/",
                    "text": "Somebody proposed to let a record go. Agree or decline.",
                    "button": "Open",
                    "state": "normal",
                }
            )
    return lines


def what_it_is(what: str, kind: str = "") -> str:
    """What a thing is, in words."""
    return Kind(kind).label if what == What.CASE and kind in Kind.values else What(what).label


def due_item(row: Due, held: set[uuid.UUID], going: set[uuid.UUID], today: date) -> dict[str, str]:
    """One line of the list."""
    status, colour = "", ""
    if row.about in held:
        status, colour = "Held", "blue"
    elif row.about in going:
        status, colour = "Proposed", "yellow"
    elif row.due_on <= today:
        status, colour = "Due", "orange"
    else:
        status, colour = "Soon", "grey"
    return {
        "text": f"{row.reference}: {rules()[row.rule].words}",
        "href": f"/keeping/due/{row.pk}/see-due/",
        "hint": said_due(row, today),
        "status": status,
        "colour": colour,
    }


def said_due(row: Due, today: date) -> str:
    """When it falls due, and whether something was not known."""
    when = f"{'Due since' if row.due_on <= today else 'Due on'} {spoken_day(row.due_on, year=True)}."
    return f"{when} A birthday is not known, so this is the latest day." if row.cautious else when


def due_rows(row: Due, kind: str, today: date) -> list[Row]:
    """The facts about one thing on the list."""
    rule = rules()[row.rule]
    return [
        {"key": "Reference", "value": row.reference},
        {"key": "What it is", "value": what_it_is(row.what, kind)},
        {"key": "Why it is kept", "value": rule.words},
        {"key": "Counted from", "value": f"{spoken_day(row.from_on, year=True)}, when {rule.moment.words}"},
        {"key": "Due", "value": said_due(row, today)},
        {"key": "Then", "value": rule.then},
        {"key": "On whose word", "value": f"{rule.source} {rule.certainty.words}"},
    ]


def state_of(row: Disposal, at: datetime) -> str:
    """How a disposal stands, in a sentence."""
    if row.done_at is not None:
        return f"It was destroyed at {spoken(row.done_at, at, year=True)}."
    if row.stopped_at is not None:
        return f"It was stopped at {spoken(row.stopped_at, at)}: {STOPPED[row.stopped_why].lower()}."
    if row.waits_until is not None:
        return f"Two people agreed. It goes in the night after {spoken(row.waits_until, at)}, unless it is stopped."
    return "Somebody proposed it. A second person agrees or declines."


def who(actor: str | None, at: datetime) -> str:
    """Somebody who let something go, by name and office: the certificate names the two."""
    person = Person.objects.filter(pk=actor).first() if actor and len(actor) == 36 else None
    return f"{person.name}, {office_of(person, at)}" if person else "The program" if actor == "program" else ""


def certificate_rows(row: Disposal, at: datetime) -> list[Row]:
    """All that is left of something that went: which kind, when, by which rule, and the two people."""
    rule = rules()[row.rule]
    rows = [
        ("Reference", row.reference),
        ("What it was", what_it_is(row.what, row.kind)),
        ("Begun", spoken_day(row.opened_on, year=True)),
        ("Kept by the rule", rule.words),
        ("Counted from", spoken_day(row.from_on, year=True)),
        ("Due on", spoken_day(row.due_on, year=True)),
        ("Proposed by", f"{who(row.proposed_by, at)}, at {spoken(row.proposed_at, at, year=True)}"),
    ]
    if row.confirmed_at is not None:
        hand = ". They had a hand in the case: nobody else was left" if row.in_hand else ""
        second = f"{who(row.confirmed_by, at)}, at {spoken(row.confirmed_at, at, year=True)}{hand}"
        rows.append(("Agreed to by", sentence(second)))
    if row.done_at is not None:
        rows += [
            ("Destroyed", spoken(row.done_at, at, year=True)),
            ("How much", f"Rows: {row.rows:,}. Records with their keys: {row.exhibits:,}"),
            ("In a backup until", backups_said(row, at)),
            ("How it was shown", "\n".join(row.proof) or "It is being looked into."),
        ]
    return [{"key": key, "value": value} for key, value in rows]


def backups_said(row: Disposal, at: datetime) -> str:
    """Until when a backup may still hold it."""
    assert row.in_backups_until is not None
    day = spoken_day(row.in_backups_until, year=True)
    if row.in_backups_until < london(at).date():
        return f"{day}. That day is past: no backup holds it, if the oldest one is no older than was set."
    return f"{day} at the latest. Whoever restores an older one has to destroy it again."


def held_among(ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these things on which a hold stands."""
    return set(Hold.objects.filter(case_id__in=ids, lifted_at__isnull=True).values_list("case_id", flat=True))


def going_among(ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these things that were proposed or wait to go."""
    found = Disposal.objects.filter(about__in=ids, stopped_at__isnull=True, done_at__isnull=True)
    return set(found.values_list("about", flat=True))
