"""Low-level concerns: a nagging doubt about an adult's conduct, told to the headteacher, and looked at for patterns."""

import uuid
from datetime import datetime
from typing import Any

from forethought.audit.procedures import Actor, acting
from forethought.cases.models import Capacity, Case, Group, Kind
from forethought.cases.moves import move
from forethought.cases.opening import begin_routed, link
from forethought.cases.owed import owe, settle_all
from forethought.cases.procedures import add_party
from forethought.cases.rules import first_action_due
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people import casting, conflicts
from forethought.people.cast import Answer, Facts
from forethought.people.models import Engagement, Person, School
from forethought.safeguarding import threshold as rules
from forethought.safeguarding.concerns import keep_note, raise_concern, take_on
from forethought.safeguarding.models import Concern, PatternReview


def raise_low_level(
    *,
    school: School,
    about: Person | None,
    sort: str,
    told: str,
    unnamed: bool,
    name: str = "",
    place: str = "",
    reporter: Person | None,
    reporter_name: str = "",
    press: uuid.UUID,
    by: Actor,
    at: datetime,
) -> Case:
    """Tell the headteacher of conduct that is not as it should be and harms nobody: the chair, where it is the head.

    Anybody may, also about themselves. `unnamed`: whether the teller would rather not be named to the person. `name`:
    what somebody without an account wrote; everybody whom it may mean is kept out. Two presses of one form are one
    concern. KCSIE part four; Policy 6.5.
    """
    insist("Write what happened. A few words are enough." if not told.strip() else None, "6.5")
    insist(None if sort in set(rules.Sort) else "Choose one.", "6.5")
    existing = Concern.objects.filter(press=press).select_related("case").first()
    if existing is not None:
        return existing.case
    with acting("safeguarding.raise_low_level", by=by, at=at) as event:
        overtaken = Concern.objects.filter(press=press).select_related("case").first()
        if overtaken is not None:
            event.about, event.case_id, event.facts["again"] = overtaken.id, overtaken.case_id, True
            return overtaken.case
        meant = [about] if about else casting.matched({"name": name, "group": "staff"})
        about = meant[0] if len(meant) == 1 else None
        themselves = reporter is not None and about is not None and reporter.pk == about.pk
        facts = Facts(
            subjects=frozenset(person.id for person in meant),
            unknown_staff=not meant,
            # “The head” is a name too, where nobody of the name is found.
            head_maybe=Answer.NO if meant else Answer.NOT_SURE,
            reporter=reporter.id if reporter and not themselves else None,
        )
        route = conflicts.route(casting.cast_at(at), facts)
        case = begin_routed(kind=Kind.LOW_LEVEL, school=school, label="", route=route, by=by, at=at)
        concern = Concern(
            id=uuid.uuid4(),
            school=school,
            case=case,
            press=press,
            reporter=reporter,
            about=about,
            sort=sort,
            told_at=at,
        )
        said = {
            "told": told,
            "place": place,
            "name": about.name if about else name,
            "unnamed": unnamed,
            "reporter_name": reporter_name,
            "themselves": themselves,
        }
        concern.content = keyring.seal(concern, said, case_id=case.id)
        concern.save(force_insert=True)
        people: dict[str, Any] = {"group": Group.STAFF, "by": by, "at": at}
        if not themselves:
            teller = reporter.name if reporter else reporter_name
            add_party(case=case, capacity=Capacity.REPORTER, name=teller, person=reporter, **people)
        parties: list[Person | None] = [*meant]
        for person in parties or [None]:
            said_name = person.name if person else name
            add_party(case=case, capacity=Capacity.REPORTED, name=said_name, person=person, **people)
        owe(case=case, kind="concern", about=case.id, due_at=first_action_due(at), at=at)
        event.about, event.case_id = concern.id, case.id
        event.facts["themselves"] = themselves
    return case


def engaged_by_others(person: Person, at: datetime) -> bool:
    """Whether somebody is here through an employer who is to be told of a low-level concern: agency or contractor."""
    live = Engagement.objects.filter(person=person, starts_on__lte=at.date()).exclude(ends_on__lt=at.date())
    return live.filter(kind__in=("agency", "contractor")).exists()


def settle_low_level(*, concern: Concern, words: str, employer_told: str = "", by: Person, at: datetime) -> None:
    """Write down what was done about a low-level concern. It stays in the log. KCSIE part four; Policy 6.5.

    For somebody from an agency or a contractor, `employer_told` says that their employer was told, or why not.
    """
    insist("Write what was done." if not words.strip() else None, "6.5")
    needs_employer = concern.about is not None and engaged_by_others(concern.about, at)
    insist(
        "Note that their employer was told, or why not." if needs_employer and not employer_told.strip() else None,
        "6.5",
    )
    with acting("safeguarding.settle_low_level", by=by, at=at, about=concern.id, case_id=concern.case_id):
        take_on(concern.case, by, at)
        said = {"words": words, "employer_told": employer_told}
        keep_note(concern=concern, kind="end", choice="", said=said, by=by, at=at)
        move(concern.case, "close", version=concern.case.version, by=by, at=at)
        settle_all(case=concern.case, by=by, at=at)


def raise_to_threshold(*, concern: Concern, words: str, by: Person, at: datetime) -> Case:
    """Take a low-level concern, alone or with others, as one that may meet the harm threshold. Policy 6.2, 6.5.

    A concern of its own begins, linked to this one, with the designated officer to be asked first.
    """
    insist("Say why in a few words." if not words.strip() else None, "6.5")
    with acting("safeguarding.raise_to_threshold", by=by, at=at, about=concern.id, case_id=concern.case_id):
        keep_note(concern=concern, kind="threshold", choice="yes", said={"words": words}, by=by, at=at)
        told = keyring.words(concern, case_id=concern.case_id)["told"]
        parties = concern.case.parties.filter(capacity=Capacity.REPORTED, person__isnull=False).select_related("person")
        meant = [party.person for party in parties if party.person]
        answers = {"told": f"{told}\n\n{words}", "danger": "no", "adult": "yes"}
        case = raise_concern(
            school=concern.school,
            answers=answers,
            subjects=meant,
            head_maybe="no" if meant else "not_sure",
            reporter=None,
            from_case=concern.case,
            by=by,
            at=at,
        )
        link(case=concern.case, other=case, by=by, at=at)
    return case


def log_for(person: Person, at: datetime) -> list[Concern]:
    """The low-level concerns that somebody may see at an instant (UTC), newest first."""
    seen = Case.objects.seen_by(person, at).filter(kind=Kind.LOW_LEVEL).values("pk")
    rows = Concern.objects.filter(case__in=seen).select_related("about", "case", "reporter")
    return list(rows.order_by("-told_at", "id"))


def patterns_for(person: Person, at: datetime) -> list[rules.Pattern]:
    """What stands out in the part of the log that somebody may see. KCSIE part four."""
    log = [rules.LowLevel(one.about_id, one.sort, one.told_at, place_of(one)) for one in log_for(person, at)]
    return rules.patterns(log, at=at)


def place_of(concern: Concern) -> str:
    """Where it was, as whoever told it wrote."""
    return str(keyring.words(concern, case_id=concern.case_id).get("place", ""))


def review_place(*, concern: Concern, choice: str, reasons: str, by: Person, at: datetime) -> PatternReview:
    """Look at the low-level concerns of one place together, and say what comes of it. KCSIE part four; Policy 6.5."""
    place = rules.plain_place(place_of(concern))
    count = sum(rules.plain_place(place_of(one)) == place for one in log_for(by, at)) if place else 0
    insist(rules.why_not_review(choice=choice, reasons=reasons, count=count), "6.5")
    with acting("safeguarding.review_place", by=by, at=at, facts={"choice": choice}) as event:
        row = _review(concern.school_id, None, choice, {"reasons": reasons, "place": place}, by, at)
        event.about = row.id
    return row


def review_pattern(*, about: Person, choice: str, reasons: str, by: Person, at: datetime) -> PatternReview:
    """Look at somebody's low-level concerns together, and say what comes of it. KCSIE part four; Policy 6.5."""
    count = sum(one.about_id == about.pk for one in log_for(by, at))
    insist(rules.why_not_review(choice=choice, reasons=reasons, count=count), "6.5")
    with acting("safeguarding.review_pattern", by=by, at=at, about=about.id, facts={"choice": choice}):
        return _review(about.school_id, about, choice, {"reasons": reasons}, by, at)


def _review(
    school_id: uuid.UUID, about: Person | None, choice: str, said: dict[str, str], by: Person, at: datetime
) -> PatternReview:
    row = PatternReview(
        id=uuid.uuid4(), school_id=school_id, about=about, choice=choice, reviewed_at=at, reviewed_by=str(by.id)
    )
    row.content = keyring.seal_at_school(row, "content", said)
    row.save(force_insert=True)
    return row
