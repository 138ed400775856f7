"""Keeping whom to ask: where apps and sites take reports, and what public registers say of a website."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from forethought.audit.procedures import Actor, acting
from forethought.capture.rdap import Answer, Unreadable, read_answer
from forethought.core.clock import london
from forethought.core.errors import Refused, insist
from forethought.evidence import keyring
from forethought.people.models import School
from forethought.takedowns.models import RegisterAnswer, Route, Takedown
from forethought.takedowns.routes import why_not_note_route


def own_routes(medium: str) -> dict[str, tuple[str, date]]:
    """The newest route of each kind that this school noted for an app or site: its place, and when it was checked."""
    found = Route.objects.filter(medium=medium).order_by("noted_at", "id").values_list("kind", "place", "checked_on")
    return {kind: (place, day) for kind, place, day in found}


def note_route(*, school: School, medium: str, kind: str, place: str, by: Actor, at: datetime) -> Route:
    """Note where an app or site is asked about one thing, as checked today. What stood before stays. Policy 4.2."""
    insist(why_not_note_route(kind=kind, place=place), "8.3")
    with acting("takedowns.note_route", by=by, at=at, facts={"kind": kind}) as event:
        made = Route.objects.create(
            school=school,
            medium=medium,
            kind=kind,
            place=place.strip(),
            checked_on=london(at).date(),
            noted_at=at,
            noted_by=str(by.id),
        )
        event.about = made.id
    return made


def note_register_answer(
    *, takedown: Takedown, raw: str, source: Mapping[str, str] | None = None, by: Actor, at: datetime
) -> RegisterAnswer:
    """Keep the answer of a public register, word for word, once it can be read as one.

    `source` is which register the program asked, and about what; a pasted answer has none. Policy 8.6.
    """
    try:
        answer = read_answer(raw.encode())
    except Unreadable as error:
        raise Refused(str(error), "8.6") from None
    with acting(
        "takedowns.note_register_answer",
        by=by,
        at=at,
        about=takedown.id,
        case_id=takedown.case_id,
        facts={"kind": answer.kind},
    ):
        row = RegisterAnswer(
            id=uuid.uuid4(),
            school_id=takedown.school_id,
            takedown=takedown,
            kind=answer.kind,
            noted_at=at,
            noted_by=str(by.id),
        )
        content = {"raw": raw, "source": dict(source or {})}
        row.content = keyring.seal(row, content, case_id=takedown.case_id)
        row.save(force_insert=True)
    return row


def answers_of(takedown: Takedown) -> list[tuple[RegisterAnswer, Answer, dict[str, str]]]:
    """What registers said about a takedown, newest first, read anew from what was kept, and which register it was."""
    key = keyring.case_key(takedown.school_id, takedown.case_id)
    rows = takedown.register_answers.order_by("-noted_at", "-id")
    kept = [(row, keyring.words(row, case_id=takedown.case_id, key=key)) for row in rows]
    return [(row, read_answer(said["raw"].encode()), said.get("source", {})) for row, said in kept]
