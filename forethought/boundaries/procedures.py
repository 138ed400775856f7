"""Keeping a record of a contact, sharing it, declaring family, and the day of a self-check."""

import uuid
from datetime import datetime

from django.db.models import F

from forethought.audit.procedures import acting
from forethought.boundaries import family_rules, rules, standing
from forethought.boundaries.models import ContactRecord, ContactShare, FamilyDeclaration, SelfCheck
from forethought.boundaries.rules import Mark, Told
from forethought.cases.models import Case
from forethought.core.clock import london
from forethought.core.errors import Refused, TooLate, insist
from forethought.evidence import keyring
from forethought.people import casting
from forethought.people.models import Person
from forethought.people.post import owe_letter, owe_letters, withdraw_letters
from forethought.people.sessions import roles_of
from forethought.safeguarding.concerns import raise_concern

#: Under which a second press of one form is the same concern.
_PRESS = uuid.UUID("5d0b3c5e-7d1b-4f3a-9a52-0f0f4a5f1e54")


def keep_contact_record(
    *,
    told: Told,
    platform: str,
    name: str,
    words: str,
    share_with: Person | None,
    press: uuid.UUID,
    by: Person,
    at: datetime,
) -> ContactRecord:
    """Keep a record of a contact, because its writer wants one. Two presses of one form are one record.

    Only they can read it, and whoever they choose. Where the same person tried before, or a child may be at risk, the
    safeguarding lead is told in the same act. Whether they were 18 is kept; a birthday is not. Policy 5.4, 5.6.
    """
    again = rules.is_again(said=Mark.AGAIN in told.marks, name=name, earlier=_earlier_names(by))
    told = Told(**{**vars(told), "marks": told.marks | {Mark.AGAIN} if again else told.marks})
    answer = rules.answer(told, family_declared=standing.has_declared(by), day=london(at).date())
    insist(rules.why_not_keep_contact(verdict=answer.verdict, words=words), "5.4")
    if share_with is not None:
        insist(rules.why_not_share_contact(own=True, already=False, to_oneself=share_with.pk == by.pk), "5.4")
    record_id = uuid.uuid5(press, str(by.pk))
    with acting("boundaries.keep_contact_record", by=by, at=at, about=record_id) as event:
        event.facts.update(lead=answer.lead_now, shared=share_with is not None)
        overtaken = ContactRecord.objects.filter(pk=record_id).first()
        if overtaken is not None:
            event.facts["again"] = True
            return overtaken
        concern = _tell_lead(told, platform, name, words, press, by, at) if answer.lead_now else None
        record = ContactRecord(id=record_id, school_id=by.school_id, writer=by, kept_at=at)
        kept = standing.Contact(
            who=told.who.value,
            way=told.way.value,
            marks=tuple(sorted(one.value for one in told.marks)),
            age=answer.age.value,
            verdict=answer.verdict.value,
            platform=platform,
            name=name,
            words=words,
            concern=str(concern.concern.pk) if concern else "",
        )
        record.content = keyring.seal_at_school(record, "content", {**vars(kept), "marks": list(kept.marks)})
        record.save(force_insert=True)
        if share_with is not None:
            _share(record, share_with, at)
    return record


def _earlier_names(person: Person) -> list[str]:
    return [standing.contact_of(one).name for one in standing.own_records(person)]


def _tell_lead(told: Told, platform: str, name: str, words: str, press: uuid.UUID, by: Person, at: datetime) -> Case:
    """Raise it as a concern, which has its own clock: nobody has to remember to look at a record."""
    marks = ". ".join(one.words for one in sorted(told.marks))
    answers = {
        "danger": "not_sure" if Mark.DISTRESS in told.marks else "no",
        "told": f"{told.who.words}. {told.way.words}. {marks}.\n\n{words}",
        "child": name,
        "adult": "no",
        "where": platform,
        "picture": "no",
        "observed_at": "",
    }
    key = uuid.uuid5(_PRESS, str(press))
    return raise_concern(school=by.school, answers=answers, reporter=by, press=key, by=by, at=at)


def _share(record: ContactRecord, person: Person, at: datetime) -> None:
    ContactShare.objects.create(school_id=record.school_id, record=record, person=person, shared_at=at)
    owe_letter(person=person, kind="needs_you", at=at, about=record.pk)


def share_contact_record(*, record: ContactRecord, person: Person, by: Person, at: datetime) -> None:
    """Share a record with one more person of the writer's choice. Policy 5.4."""
    already = record.shares.filter(person=person).exists()
    insist(
        rules.why_not_share_contact(
            own=record.writer_id == by.pk, already=already, to_oneself=person.pk == record.writer_id
        ),
        "5.4",
    )
    with acting("boundaries.share_contact_record", by=by, at=at, about=record.pk):
        if ContactShare.objects.filter(record=record, person=person).exists():
            raise TooLate("They can see it already.")
        _share(record, person, at)


def see_contact_record(*, record: ContactRecord, by: Person, at: datetime) -> standing.Contact:
    """Open a record that somebody shared, and note that it was seen. Policy 5.4."""
    mine = ContactShare.objects.filter(record=record, person=by)
    if not mine.exists():
        raise Refused("This record is not yours to see.", "5.4")
    with acting("boundaries.see_contact_record", by=by, at=at, about=record.pk):
        mine.filter(seen_at__isnull=True).update(seen_at=at)
        withdraw_letters(about=record.pk, kinds=("needs_you",), person_id=by.pk, at=at)
        return standing.contact_of(record)


def declare_family(*, relation: str, pupil: str, by: Person, at: datetime) -> FamilyDeclaration:
    """Declare one's own child or a relative at the school, with as little of their name as shows who it is. Policy 5.5.

    The head sees it, or the chair where it is the head's own. It stands once it has been seen.
    """
    standing_now = [standing.family_of(one) for one in standing.own_declarations(by) if one.ended_at is None]
    there = any(one.pupil.casefold() == pupil.casefold() for one in standing_now)
    insist(family_rules.why_not_declare_family(relation=relation, pupil=pupil, there=there), "5.5")
    with acting("boundaries.declare_family", by=by, at=at) as event:
        row = FamilyDeclaration(
            id=uuid.uuid4(),
            school_id=by.school_id,
            person=by,
            declared_at=at,
            review_on=family_rules.review_on(london(at).date()),
        )
        row.content = keyring.seal_at_school(row, "content", {"relation": relation, "pupil": pupil})
        row.save(force_insert=True)
        event.about = row.pk
        owe_letters(people=_who_sees_family(by, at), kind="needs_you", at=at, about=row.pk)
    return row


def _who_sees_family(declarer: Person, at: datetime) -> list[Person]:
    cast = casting.cast_at(at)
    offices = {"head": cast.head, "chair": cast.chair, "vice_chair": cast.vice_chair}
    seen_by = family_rules.seen_by_office(declarer=roles_of(declarer, at))
    holders = [offices[one] for one in sorted(seen_by)]
    found = [one for one in holders if one is not None and one != declarer.pk]
    return list(Person.objects.filter(pk__in=found, left_at__isnull=True))


def list_families(*, by: Person, at: datetime) -> list[tuple[FamilyDeclaration, standing.Family]]:
    """Open the declarations that somebody sees by office, and note that they did. Policy 5.5."""
    with acting("boundaries.list_families", by=by, at=at) as event:
        found = standing.declarations_for(by, at)
        event.facts["count"] = len(found)
        return [(one, standing.family_of(one)) for one in found]


def see_family(*, declaration: FamilyDeclaration, version: int, by: Person, at: datetime) -> None:
    """Note that whoever has the office for it has seen a declaration. It stands from then on. Policy 5.5."""
    insist(
        family_rules.why_not_see_family(
            may_see=standing.sees(declaration, by, at),
            seen=declaration.seen_at is not None,
            ended=declaration.ended_at is not None,
        ),
        "5.5",
    )
    with acting("boundaries.see_family", by=by, at=at, about=declaration.pk):
        _change(declaration, version, seen_at=at, seen_by=by)
        withdraw_letters(about=declaration.pk, kinds=("needs_you",), at=at)


def renew_family(*, declaration: FamilyDeclaration, version: int, by: Person, at: datetime) -> None:
    """Say after a year that a declaration is still so. Policy 5.5."""
    today = london(at).date()
    insist(
        family_rules.why_not_renew_family(
            own=declaration.person_id == by.pk,
            ended=declaration.ended_at is not None,
            due_on=declaration.review_on,
            today=today,
        ),
        "5.5",
    )
    with acting("boundaries.renew_family", by=by, at=at, about=declaration.pk):
        _change(declaration, version, review_on=family_rules.review_on(today))


def end_family(*, declaration: FamilyDeclaration, version: int, by: Person, at: datetime) -> None:
    """End a declaration: the pupil has left, or it is not so any more. It stays in the record. Policy 5.5."""
    insist(
        family_rules.why_not_end_family(own=declaration.person_id == by.pk, ended=declaration.ended_at is not None),
        "5.5",
    )
    with acting("boundaries.end_family", by=by, at=at, about=declaration.pk):
        _change(declaration, version, ended_at=at, ended_by=by)
        withdraw_letters(about=declaration.pk, kinds=("needs_you",), at=at)


def _change(declaration: FamilyDeclaration, version: int, **values: object) -> None:
    """Change a declaration that is as its reader saw it. Raises TooLate when somebody was first."""
    unmoved = FamilyDeclaration.objects.filter(pk=declaration.pk, version=version, ended_at__isnull=True)
    if not unmoved.update(**values, version=F("version") + 1):
        raise TooLate("This has changed since you opened it. Look again. Nothing was changed.")
    declaration.refresh_from_db()


def note_self_check(*, by: Person, at: datetime) -> SelfCheck:
    """Keep the day on which somebody went through their own settings, as they wish it. Policy 3.1, 3.5."""
    with acting("boundaries.note_self_check", by=by, at=at):
        done, _ = SelfCheck.objects.update_or_create(
            person=by, school_id=by.school_id, defaults={"done_on": london(at).date()}
        )
        return done
