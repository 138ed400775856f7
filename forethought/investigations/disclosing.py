"""Papers for whoever a case is about, or for their companion: written by one person, opened by a second.

One of the two is whoever handles the case. What was written is read by nobody outside it before both have agreed
(reliability.md 3.2).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet

from forethought.audit.procedures import acting
from forethought.cases.models import Capacity, Case, Exclusion
from forethought.cases.opened_papers import OWN, USUAL, Part, open_papers, why_not_open_papers
from forethought.core.clock import from_london
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.investigations import rules
from forethought.investigations.models import Disclosure
from forethought.investigations.weighing import lado_first
from forethought.people import casting, conflicts
from forethought.people.cast import Act, Facts, Outside
from forethought.people.models import Letter, Person
from forethought.people.post import owe_letter, withdraw_letters

#: To whom nothing is opened by one person alone.
BY_TWO = frozenset({*OWN, "companion"})


def why_lado_first(case: Case, audience: str) -> str | None:
    """Neither the person reported nor their companion reads anything before that consultation. Policy 6.5."""
    return rules.LADO_FIRST if audience in {"subject", "companion"} and lado_first(case) else None


@dataclass(frozen=True)
class Pack:
    """What one person proposes to open: to whom, what they are to the case, its title, its words, its last day."""

    person: Person
    audience: str
    title: str
    words: str
    ends_on: date | None = None


def propose_disclosure(*, case: Case, pack: Pack, by: Person, at: datetime) -> Disclosure:
    """Write a pack for whoever a case is about, or their companion, and ask a second person to open it.

    Nothing is open yet. Where nobody at the school may be the second, the row names who outside is asked.
    Policy 9.1, 9.5.
    """
    ends_at = from_london(pack.ends_on, time(23, 59)) if pack.ends_on else None
    insist(why_lado_first(case, pack.audience), "6.5")
    insist(None if pack.audience in BY_TWO else "These papers need no second person.", "9.1")
    parts = [Part("What you may read", pack.words)]
    insist(
        why_not_open_papers(audience=pack.audience, parts=parts, ends_at=ends_at or at + USUAL, at=at)
        or rules.why_not_propose_disclosure(
            left=pack.person.left_at is not None,
            waits=waiting(case).filter(person=pack.person).exists(),
            handled=case.manager_id is not None,
            kept_out=pack.audience not in OWN and case.exclusions.filter(person=pack.person).exists(),
            own=pack.person.pk == by.pk,
        ),
        "9.1",
    )
    with acting(
        "investigations.propose_disclosure", by=by, at=at, case_id=case.id, facts={"audience": pack.audience}
    ) as event:
        found = second_for(case, first=by, reader=pack.person, at=at)
        row = Disclosure(
            id=uuid.uuid4(),
            school_id=case.school_id,
            case=case,
            person=pack.person,
            audience=pack.audience,
            ends_at=ends_at,
            second=found if isinstance(found, Person) else None,
            outside=found.name if isinstance(found, Outside) else "",
            proposed_at=at,
            proposed_by=str(by.id),
        )
        row.content = keyring.seal(row, {"title": pack.title, "words": pack.words}, case_id=case.id)
        row.save(force_insert=True)
        event.about = row.id
        event.facts["outside"] = row.second_id is None
        if row.second is not None:
            owe_letter(person=row.second, kind="needs_you", at=at, about=row.id)
    return row


def second_for(case: Case, *, first: Person, reader: Person, at: datetime) -> Person | Outside:
    """Who is the second of two: whoever handles the case, or where they wrote it, the next whom the rules allow.

    Never the reader, nobody kept out, nobody with a part in the matter or in its procedure. Policy 7.2, 9.1.
    """
    if case.manager is not None and case.manager_id not in {first.pk, reader.pk}:
        return case.manager
    parties = list(case.parties.filter(person__isnull=False).values_list("person_id", "capacity"))
    chosen = case.chosen.filter(person__isnull=False).values_list("person_id", flat=True)
    out = {*case.exclusions.values_list("person_id", flat=True), *chosen, reader.pk}
    facts = Facts(
        subjects=frozenset(pk for pk, what in parties if what == Capacity.REPORTED),
        affected=frozenset(pk for pk, what in parties if what != Capacity.REPORTED),
        conflicted=frozenset(out),
        acts={Act.REPORT_TO_POLICE: first.pk},
    )
    found = conflicts.eligible(Act.SECOND_INFORMED, casting.cast_at(at), facts)
    if isinstance(found, Outside):
        return found
    return Person.objects.get(pk=found)


def may_settle(row: Disclosure, person: Person) -> bool:
    """Whether somebody is asked to be the second of two, and may still be. Asked anew at each look. Policy 9.1."""
    out = Exclusion.objects.filter(case=row.case_id, person=person).exists()
    has_part = row.case.parties.filter(person=person).exists()
    return row.second_id == person.pk and not (out or has_part or person.pk == row.person_id)


def see_disclosure(*, disclosure: Disclosure, by: Person, at: datetime) -> dict[str, str]:
    """Read a pack that one is asked to open, as its second person: `title` and `words`. The look is noted.

    Policy 9.1.
    """
    insist(None if may_settle(disclosure, by) else "Somebody else is asked about this.", "9.1")
    with acting("investigations.see_disclosure", by=by, at=at, about=disclosure.id, case_id=disclosure.case_id):
        return words_of(disclosure)


def words_of(disclosure: Disclosure) -> dict[str, str]:
    """What a pack says, and what was said to it since."""
    return keyring.words(disclosure, case_id=disclosure.case_id)


def why_not_open(row: Disclosure, by: Person) -> str | None:
    """Why somebody does not open a pack as the second of two. Policy 9.1."""
    return rules.why_not_open_disclosure(
        may=may_settle(row, by),
        proposed_it=row.proposed_by == str(by.pk),
        over=row.settled_at is not None,
        handler_in_it=str(row.case.manager_id) in {row.proposed_by, str(by.pk)},
    )


def open_disclosure(*, disclosure: Disclosure, by: Person, at: datetime) -> Disclosure:
    """Open a pack to its reader, as the second of two. From now on they can read it. Policy 9.1, 9.5."""
    insist(why_lado_first(disclosure.case, disclosure.audience), "6.5")
    insist(why_not_open(disclosure, by), "9.1")
    with acting("investigations.open_disclosure", by=by, at=at, about=disclosure.id, case_id=disclosure.case_id):
        _open(disclosure, by, at)
    return disclosure


def note_outside_agreement(*, disclosure: Disclosure, who: str, words: str, by: Person, at: datetime) -> Disclosure:
    """Open a pack on the agreement of somebody outside, because nobody at the school may be the second person.

    Who agreed, and how, is kept. Refused as soon as somebody at the school may be asked. Policy 7.2, 9.1.
    """
    insist(why_lado_first(disclosure.case, disclosure.audience), "6.5")
    found = second_for(disclosure.case, first=by, reader=disclosure.person, at=at)
    insist(
        rules.why_not_note_outside_agreement(
            handles=disclosure.case.manager_id == by.pk,
            over=disclosure.settled_at is not None,
            somebody_here=disclosure.second_id is not None or isinstance(found, Person),
            who=who,
            words=words,
        ),
        "9.1",
    )
    with acting("investigations.note_outside_agreement", by=by, at=at, about=disclosure.id, case_id=disclosure.case_id):
        _open(disclosure, by, at, who=who.strip(), agreed=words.strip())
    return disclosure


def decline_disclosure(*, disclosure: Disclosure, words: str, by: Person, at: datetime) -> None:
    """Decline to open a pack, as the second of two, and say what should change. It stays shut. Policy 9.1."""
    insist(why_not_open(disclosure, by), "9.1")
    insist(None if words.strip() else "Say what should change.", "9.1")
    with acting("investigations.decline_disclosure", by=by, at=at, about=disclosure.id, case_id=disclosure.case_id):
        _settle(disclosure, "declined", by, at, declined=words.strip())


def withdraw_disclosure(*, disclosure: Disclosure, by: Person, at: datetime) -> None:
    """Take a pack back before it was opened: whoever wrote it, or whoever handles the case. Policy 9.1."""
    may = str(by.pk) in {disclosure.proposed_by, str(disclosure.case.manager_id)}
    insist(None if may else "Whoever wrote it, or handles the case, can take it back.", "9.1")
    with acting("investigations.withdraw_disclosure", by=by, at=at, about=disclosure.id, case_id=disclosure.case_id):
        _settle(disclosure, "withdrawn", by, at)


def _open(row: Disclosure, by: Person, at: datetime, **said: str) -> None:
    words = words_of(row)
    papers = open_papers(
        case=row.case,
        person=row.person,
        audience=row.audience,
        title=words["title"],
        parts=[Part("What you may read", words["words"])],
        ends_at=row.ends_at,
        by=by,
        at=at,
    )
    _settle(row, "opened", by, at, **said)
    Disclosure.objects.filter(pk=row.pk).update(papers=papers)
    row.papers = papers


def _settle(row: Disclosure, how: str, by: Person, at: datetime, **said: str) -> None:
    """End it, once: of two at a time one wins."""
    content = keyring.seal(row, {**words_of(row), **said}, case_id=row.case_id) if said else row.content
    done = Disclosure.objects.filter(pk=row.pk, settled_at__isnull=True).update(
        settled_at=at, settled_by=str(by.id), settled_as=how, content=content
    )
    insist(None if done else rules.SETTLED, "9.1")
    row.settled_at, row.settled_by, row.settled_as, row.content = at, str(by.id), how, content
    withdraw_letters(about=row.id, kinds=["needs_you"], at=at)
    writer = Person.objects.filter(pk=row.proposed_by, left_at__isnull=True).first()
    if writer is not None and writer.pk != by.pk:
        owe_letter(person=writer, kind="needs_you", at=at, case_id=row.case_id)


def waiting(case: Case) -> "QuerySet[Disclosure]":
    """The packs of a case that are written and neither opened, declined nor taken back."""
    return Disclosure.objects.filter(case=case, settled_at__isnull=True).order_by("proposed_at", "id")


def asked_of(person: Person) -> "QuerySet[Disclosure]":
    """The packs that somebody is asked to open, oldest first. Whether they still may is asked apart."""
    rows = Disclosure.objects.filter(second=person, settled_at__isnull=True)
    return rows.select_related("case").order_by("proposed_at", "id")


def withheld(letters: Sequence[Letter], at: datetime) -> dict[uuid.UUID, str]:
    """The letters about a pack whose reader has been kept out of its case since, and why. Asked as each is sent.

    Whoever is asked need not be on the case's list, so the letter names no case (reliability.md 3.3, rule 2).
    """
    about = {letter.about for letter in letters if letter.about is not None and letter.case_id is None}
    cases = dict(Disclosure.objects.filter(pk__in=about).values_list("pk", "case_id"))
    places = Exclusion.objects.filter(case__in=set(cases.values())).values_list("case_id", "person_id") if cases else []
    out = set(places)
    return {
        letter.id: "kept_out"
        for letter in letters
        if letter.about in cases and (cases[letter.about], letter.person_id) in out
    }
