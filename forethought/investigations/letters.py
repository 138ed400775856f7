"""Letters: begun from a first draft, changed by hand, and kept as sent. The program sends none of them itself."""

import uuid
from datetime import date, datetime

from django.db.models import F

from forethought.audit.procedures import Actor, acting
from forethought.cases.moves import name_of
from forethought.cases.owed import settle
from forethought.cases.rules import lost_race
from forethought.core.clock import london, spoken, spoken_day
from forethought.core.errors import TooLate, insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.investigations import letter_texts
from forethought.investigations.companions import companionship
from forethought.investigations.handing_over import allegation_words
from forethought.investigations.letter_texts import TEXTS
from forethought.investigations.models import Breach, LetterDraft, SentLetter
from forethought.investigations.standing import allowed, last_step, words_of
from forethought.people.models import Person


def known_of(breach: Breach, by: Person, at: datetime) -> dict[str, str]:
    """What is known for the blanks of a letter; the others stay blank, in square brackets."""
    case = breach.case
    hearing = case.meetings.filter(moved_to__isnull=True).order_by("-planned_at").first()
    decided = words_of(last_step(case, "decide_outcome"))
    appeal_by = str(decided.get("appeal_by", ""))
    cleared = words_of(last_step(case, "clear_record"))
    return {
        "name": breach.subject.name if breach.subject else "",
        "today": spoken_day(london(at).date(), year=True),
        "school": breach.case.school.name,
        "allegations": "\n".join(allegation_words(case, at)),
        "when": spoken(hearing.starts_at, year=True) if hearing else "",
        "where": str(keyring.words(hearing, case_id=case.id).get("place", "")) if hearing else "",
        "companion": companionship(breach.engagement).to_them,
        "reasons": str(decided.get("reason", "")),
        "appeal_by": spoken_day(date.fromisoformat(appeal_by), year=True) if appeal_by else "",
        "statement": str(cleared.get("statement", "")),
        "sender": by.name,
    }


def start_letter(*, breach: Breach, kind: str, by: Person, at: datetime) -> LetterDraft:
    """Begin a letter from its first draft, with what is known filled in. Policy 9.5."""
    with acting("investigations.start_letter", by=by, at=at, case_id=breach.case_id, facts={"kind": kind}) as event:
        allowed(breach, "start_letter", at)
        insist(None if kind in TEXTS else "Choose a letter.", "9.5")
        row = LetterDraft(
            id=uuid.uuid4(),
            school_id=breach.school_id,
            case=breach.case,
            kind=kind,
            started_at=at,
            moved_at=at,
            moved_by=str(by.id),
        )
        words = letter_texts.filled(TEXTS[kind][1], known_of(breach, by, at))
        row.content = keyring.seal(row, {"words": words}, case_id=breach.case_id)
        row.save(force_insert=True)
        event.about = row.id
    return row


def unmoved(letter: LetterDraft, version: int) -> None:
    """Refuse whoever saw an older state of a letter. Raises TooLate, naming who was first. Part of a larger act."""
    now = LetterDraft.objects.only("version", "moved_at", "moved_by").get(pk=letter.pk)
    if now.version != version:
        raise TooLate(lost_race(role=name_of(now.moved_by), at=now.moved_at))


def _change(letter: LetterDraft, *, version: int, by: Actor, at: datetime, **changes: object) -> None:
    changed = LetterDraft.objects.filter(pk=letter.pk, version=version).update(
        version=F("version") + 1, moved_at=at, moved_by=str(by.id), **changes
    )
    if not changed:
        unmoved(letter, -1)
    letter.refresh_from_db()


def change_letter(*, letter: LetterDraft, words: str, version: int, by: Person, at: datetime) -> None:
    """Change the words of a letter that has not been sent. Policy 9.5."""
    unmoved(letter, version)
    insist("This letter was sent. It is kept as it was." if SentLetter.objects.filter(draft=letter).exists() else None)
    insist("Write the letter." if is_blank(words) else None, "9.5")
    with acting("investigations.change_letter", by=by, at=at, about=letter.id, case_id=letter.case_id):
        content = keyring.seal(letter, {"words": words}, case_id=letter.case_id)
        _change(letter, version=version, by=by, at=at, content=content)


def keep_as_sent(
    *, breach: Breach, letter: LetterDraft, way: str, sent_on: date, proof: str, version: int, by: Person, at: datetime
) -> SentLetter:
    """Keep a letter as it was sent, with how and the proof. It is never changed afterwards. Policy 9.5."""
    unmoved(letter, version)
    sent = SentLetter.objects.filter(draft=letter).exists()
    words = str(keyring.words(letter, case_id=letter.case_id)["words"])
    reason = letter_texts.why_not_keep_as_sent(
        sent=sent, words=words, way=way, sent_on=sent_on, today=london(at).date(), proof=proof
    )
    insist(reason, "9.5")
    with acting(
        "investigations.keep_as_sent",
        by=by,
        at=at,
        about=letter.id,
        case_id=letter.case_id,
        facts={"kind": letter.kind},
    ):
        _change(letter, version=version, by=by, at=at)
        row = SentLetter(
            id=uuid.uuid4(),
            school_id=letter.school_id,
            case=breach.case,
            draft=letter,
            kind=letter.kind,
            way=way,
            sent_on=sent_on,
            kept_at=at,
            kept_by=str(by.id),
        )
        row.content = keyring.seal(row, {"words": words, "proof": proof}, case_id=letter.case_id)
        row.save(force_insert=True)
        if letter.kind == "decision":
            settle(case=breach.case, kind="breach_letter", about=breach.id, by=by, at=at)
    return row
