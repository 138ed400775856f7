"""Telling the safeguarding lead at once, and the police when that is right."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from forethought.audit.procedures import Actor, acting
from forethought.cases.models import Capacity, Case, Exclusion, Kind, Party
from forethought.cases.owed import owe, settle
from forethought.cases.seating import seat
from forethought.core.errors import Refused, insist
from forethought.evidence import keyring
from forethought.people import casting
from forethought.people.models import Person, School
from forethought.people.post import owe_letter, wake
from forethought.safeguarding import rules
from forethought.safeguarding.models import Alert, AlertTold, Consent, CrimeReference, PoliceReport
from forethought.safeguarding.rules import Basis, Step

#: Unseen for this long, an alert goes on to the next person.
UNSEEN = timedelta(hours=1)


def raise_alert(
    *,
    case_id: uuid.UUID,
    school: School,
    answers: Mapping[str, object],
    reporter: Person | None,
    listed: Sequence[Person] | None = None,
    sealed: uuid.UUID | None = None,
    words: bool = False,
    by: Actor,
    at: datetime,
) -> Alert:
    """Tell the safeguarding lead and deputies that a child may be shown in something. Nobody named in it is told.

    Kept before the page that says so is shown, with or without a report. `listed`: the list of a case that is there
    already: everybody on it is told, whoever handles it among them. `sealed`: the row that sealed away a record which
    had been kept, so that the alert leads there. `words`: no picture, but the words of a report that may mean danger.
    law.md 1.4; Policy 6.5.
    """
    with acting("safeguarding.raise_alert", by=by, at=at, case_id=case_id) as event:
        first, then = casting.safeguarding_people(answers=answers, reporter=reporter, at=at)
        if listed:
            first = list(listed)
            then = [person for person in then if person not in first]
        alert = Alert(
            id=uuid.uuid4(),
            school_id=school.id,
            case_id=case_id,
            raised_at=at,
            raised_by=str(by.id),
            passes_on_at=at + UNSEEN if then else None,
        )
        name = reporter.name if reporter else str(answers.get("reporter_name", ""))
        said = {"reporter": name, "then": [str(person.id) for person in then]}
        if sealed is not None:
            said["sealed"] = str(sealed)
        if words:
            said["words"] = "yes"
        alert.content = keyring.seal(alert, said, case_id=case_id)
        alert.save(force_insert=True)
        tell(alert=alert, people=first, at=at)
        wake(school.id, at + UNSEEN)
        event.about = alert.id
        event.facts["told"] = len(first)
    return alert


def tell(*, alert: Alert, people: Sequence[Person], at: datetime) -> None:
    """Put an alert before people, once each, with a letter. Part of raising it and of passing it on."""
    for person in people:
        _, new = AlertTold.objects.get_or_create(
            school_id=alert.school_id, alert=alert, person=person, defaults={"told_at": at}
        )
        if new:
            owe_letter(person=person, kind="needs_you_now", at=at, about=alert.id, by_when=at + UNSEEN)


def pass_on_alert(*, alert: Alert, by: Actor, at: datetime) -> None:
    """Tell the next people of an alert that nobody has opened for an hour: the head, else whoever may. Policy 6.5."""
    with acting("safeguarding.pass_on_alert", by=by, at=at, about=alert.id, case_id=alert.case_id) as event:
        moved = Alert.objects.filter(pk=alert.pk, passes_on_at=alert.passes_on_at).update(passes_on_at=None)
        unseen = not AlertTold.objects.filter(alert=alert, seen_at__isnull=False).exists()
        event.facts["unseen"] = unseen
        if moved and unseen:
            then = keyring.words(alert, case_id=alert.case_id)["then"]
            found = Person.objects.filter(left_at__isnull=True).in_bulk([uuid.UUID(one) for one in then])
            next_people = may_hear(alert, [found[uuid.UUID(one)] for one in then if uuid.UUID(one) in found])
            case = Case.objects.filter(pk=alert.case_id, kind=Kind.CONCERN).first()
            if case is not None:
                # A concern goes on to one person: the head, else the next. Nobody more than must know knows of it.
                next_people = next_people[:1]
                seat(case=case, people=dict.fromkeys(next_people, "head"), at=at, letter=None)
            tell(alert=alert, people=next_people, at=at)


def may_hear(alert: Alert, people: Iterable[Person]) -> list[Person]:
    """Of these people, those who are not kept out of the case that an alert is about. Asked at each look."""
    out = set(Exclusion.objects.filter(case=alert.case_id).values_list("person_id", flat=True))
    return [person for person in people if person.pk not in out]


def add_to_alert(*, alert: Alert, where: str, seen_by: str, more: str, by: Actor, at: datetime) -> None:
    """Add where it is, who has seen it, and anything else, without describing the image. law.md 1.4."""
    with acting("safeguarding.add_to_alert", by=by, at=at, about=alert.id, case_id=alert.case_id):
        said = keyring.words(alert, case_id=alert.case_id)
        said.update(where=where, seen_by=seen_by, more=more)
        content = keyring.seal(alert, said, case_id=alert.case_id)
        Alert.objects.filter(pk=alert.pk).update(content=content)


def see_alert(*, told: AlertTold, by: Person, at: datetime) -> dict[str, str]:
    """Open an alert, and note that it was seen. Policy 6.5."""
    with acting("safeguarding.see_alert", by=by, at=at, about=told.alert_id, case_id=told.alert.case_id):
        AlertTold.objects.filter(pk=told.pk, seen_at__isnull=True).update(seen_at=at)
        Alert.objects.filter(pk=told.alert_id).update(passes_on_at=None)
        said = keyring.words(told.alert, case_id=told.alert.case_id)
        return {name: str(words) for name, words in said.items() if name != "then"}


def steps_of(party: Party) -> list[Step]:
    """What has been asked and answered so far."""
    rows = Consent.objects.filter(party=party).order_by("said_at", "id")
    return [Step(row.step, row.answer) for row in rows]


def ask_consent(*, party: Party, by: Person, at: datetime) -> Consent:
    """Ask the person harmed whether the school shall tell the police. They answer on their own page. Policy 8.7."""
    insist(rules.why_not_ask_consent(standing=rules.standing_answer(steps_of(party))), "8.7")
    with acting("safeguarding.ask_consent", by=by, at=at, about=party.id, case_id=party.case_id):
        if party.person is not None:
            owe_letter(person=party.person, kind="news", at=at)
        # Whoever asks has seen that it threatens, whatever the report said; the reporter then sees the question.
        Case.objects.filter(pk=party.case_id).update(threat=True)
        return _step(party, "asked", "", by, at)


def answer_consent(*, party: Party, answer: str, by: Actor, at: datetime) -> Consent:
    """Answer yes, no or not now, at any time, asked or not; the last answer holds. Policy 8.7."""
    insist(None if answer in {"yes", "no", "not_now"} else "Choose yes, no or not now.", "8.7")
    with acting(
        "safeguarding.answer_consent", by=by, at=at, about=party.id, case_id=party.case_id, facts={"answer": answer}
    ):
        if party.case.manager is not None:
            owe_letter(person=party.case.manager, kind="needs_you", at=at, case_id=party.case_id)
        return _step(party, "answered", answer, by, at)


def withdraw_consent(*, party: Party, by: Actor, at: datetime) -> Consent:
    """Take a yes back. What was reported before stays reported; nothing more follows from it. Policy 8.7."""
    insist(rules.why_not_withdraw_consent(standing=rules.standing_answer(steps_of(party))), "8.7")
    with acting("safeguarding.withdraw_consent", by=by, at=at, about=party.id, case_id=party.case_id):
        if party.case.manager is not None:
            owe_letter(person=party.case.manager, kind="needs_you", at=at, case_id=party.case_id)
        return _step(party, "withdrawn", "", by, at)


def report_to_police(
    *, case: Case, party: Party | None, basis: Basis, reason: str, second: Person | None, by: Person, at: datetime
) -> PoliceReport:
    """Note that the school reports to the police, and on what basis.

    One name is enough with a yes, in danger or by law; then a second person is informed afterwards. To protect others,
    it waits for the second name. For a child there is no `party`, and nobody is asked. Policy 8.7.
    """
    standing = rules.standing_answer(steps_of(party) if party else [])
    insist(
        rules.why_not_report_to_police(basis=basis, standing=standing, reason=reason, second=second is not None), "8.7"
    )
    insist("The second name must be another person’s." if second is not None and second.pk == by.pk else None, "8.7")
    if basis is not Basis.CONSENT and second is None:
        excluded = frozenset(case.exclusions.values_list("person_id", flat=True))
        known = case.parties.filter(person__isnull=False)
        second = casting.second_person(
            first=by.id,
            reported=known.filter(capacity=Capacity.REPORTED).values_list("person_id", flat=True),
            parties=known.exclude(capacity=Capacity.REPORTED).values_list("person_id", flat=True),
            excluded=excluded,
            at=at,
        )
    with acting(
        "safeguarding.report_to_police",
        by=by,
        at=at,
        about=party.id if party else case.id,
        case_id=case.id,
        facts={"basis": str(basis)},
    ) as event:
        row = PoliceReport(
            id=uuid.uuid4(),
            school_id=case.school_id,
            case=case,
            basis=basis,
            named_at=at,
            named_by=str(by.id),
            second=second,
            reported_at=None if basis is Basis.PROTECTION else at,
        )
        row.content = keyring.seal(row, {"reason": reason}, case_id=case.id)
        row.save(force_insert=True)
        event.facts["waits"] = row.reported_at is None
        if second is not None and basis is not Basis.CONSENT:
            if case.exclusions.filter(person=second).exists():
                raise Refused("That person is part of this case. Choose somebody else.", "8.7")
            seat(case=case, people={second: "second"}, at=at, letter=None)
            owe_letter(person=second, kind="needs_you_now", at=at, case_id=case.id, by_when=at + UNSEEN)
            owe(case=case, kind="inform", about=row.id, due_at=at + timedelta(days=1), at=at)
    return row


def second_police_report(*, police_report: PoliceReport, by: Person, at: datetime) -> None:
    """Give the second name, or confirm having been informed. Policy 8.7."""
    insist(
        rules.why_not_second(is_first=police_report.named_by == str(by.id), waiting=police_report.second_at is None),
        "8.7",
    )
    if police_report.second_id != by.pk:
        raise Refused("Somebody else was asked for the second name.", "8.7")
    with acting(
        "safeguarding.second_police_report", by=by, at=at, about=police_report.id, case_id=police_report.case_id
    ):
        reported_at = police_report.reported_at or at
        PoliceReport.objects.filter(pk=police_report.pk, second_at__isnull=True).update(
            second_at=at, reported_at=reported_at
        )
        settle(case=police_report.case, kind="inform", about=police_report.id, by=by, at=at)


def note_crime_reference(*, police_report: PoliceReport, reference: str, by: Person, at: datetime) -> CrimeReference:
    """Note the reference and officer the police gave. Policy 8.7."""
    insist(None if reference.strip() else "Write the reference the police gave.", "8.7")
    insist(None if police_report.reported_at else "This report still waits for its second name.", "8.7")
    case_id = police_report.case_id
    with acting("safeguarding.note_crime_reference", by=by, at=at, about=police_report.id, case_id=case_id):
        row = CrimeReference(
            id=uuid.uuid4(),
            school_id=police_report.school_id,
            police_report=police_report,
            noted_at=at,
            noted_by=str(by.id),
        )
        row.content = keyring.seal(row, {"reference": reference}, case_id=case_id)
        row.save(force_insert=True)
    return row


def _step(party: Party, step: str, answer: str, by: Actor, at: datetime) -> Consent:
    return Consent.objects.create(
        school_id=party.school_id,
        case_id=party.case_id,
        party=party,
        step=step,
        answer=answer,
        said_at=at,
        said_by=str(by.id),
    )
