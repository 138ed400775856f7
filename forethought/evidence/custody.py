"""Who had a record, when and why: hand-overs of bundles, the list of custody, and holds that stop disposal."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.clock import add_months, from_london, london
from forethought.core.errors import insist
from forethought.evidence import bundle_rules, keyring
from forethought.evidence.away_standing import away_among
from forethought.evidence.bundle_models import Bundle, BundleFile, BundleItem, HandOver, Hold
from forethought.evidence.models import CaseKey, Exhibit
from forethought.people.alarms import Bell, set_alarm
from forethought.people.models import Person, Role
from forethought.people.post import owe_letter

#: Months after which a hold is looked at again, unless another day was chosen; and from what hour, London.
REVIEWED_AFTER, REVIEWED_FROM = 6, time(9)


def hand_over_bundle(
    *, bundle: Bundle, to: str, organisation: str, how: str, handed_at: datetime, by: Person, at: datetime
) -> HandOver:
    """Note that somebody by name took a bundle: from where, how and when (UTC). A receipt is printed from it.

    Policy 7.3.
    """
    exhibits = list(bundle.items.values_list("exhibit_id", flat=True))
    insist(
        bundle_rules.why_not_hand_over_bundle(
            written=BundleFile.objects.filter(bundle=bundle).exists(),
            away=len(away_among(exhibits)),
            to=to,
            organisation=organisation,
            how=how,
            handed_at=handed_at,
            at=at,
        ),
        "7.3",
    )
    with acting("evidence.hand_over_bundle", by=by, at=at, case_id=bundle.case_id) as event:
        row = HandOver(
            id=uuid.uuid4(),
            school_id=bundle.school_id,
            bundle=bundle,
            handed_at=handed_at,
            noted_at=at,
            noted_by=str(by.id),
        )
        said = {"to": to, "organisation": organisation, "how": how}
        row.content = keyring.seal(row, said, case_id=bundle.case_id)
        row.save(force_insert=True)
        event.about = bundle.id
    return row


def place_hold(
    *,
    case_id: uuid.UUID,
    school_id: uuid.UUID,
    kind: str,
    reason: str,
    review_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Hold:
    """Stop the disposal of a case, with a reason. It holds until two people lift it. Policy 7.3.

    `review_on` is a London date on which whoever placed it is asked if it is still needed; half a year on unless given.
    """
    today = london(at).date()
    review_on = review_on or add_months(today, REVIEWED_AFTER)
    insist(bundle_rules.why_not_place_hold(kind=kind, reason=reason, review_on=review_on, today=today), "7.3")
    with acting("evidence.place_hold", by=by, at=at, case_id=case_id, facts={"kind": kind}) as event:
        insist(None if CaseKey.objects.filter(case_id=case_id).exists() else "This case was let go of.", "7.3")
        row = Hold(
            id=uuid.uuid4(),
            school_id=school_id,
            case_id=case_id,
            kind=kind,
            placed_at=at,
            placed_by=str(by.id),
            review_on=review_on,
        )
        row.content = keyring.seal(row, {"reason": reason}, case_id=case_id)
        row.save(force_insert=True)
        event.about = row.id
        set_alarm(school_id=school_id, kind="hold_review", about=row.id, rings_at=from_london(review_on, REVIEWED_FROM))
    return row


def review_hold(*, hold: Hold, review_on: date | None, by: Actor, at: datetime) -> None:
    """Say that a hold is still needed, and when it is looked at again (a London date). Policy 7.3."""
    insist(
        bundle_rules.why_not_review_hold(
            lifted=hold.lifted_at is not None, review_on=review_on, today=london(at).date()
        ),
        "7.3",
    )
    assert review_on is not None
    with acting("evidence.review_hold", by=by, at=at, about=hold.id, case_id=hold.case_id):
        moved = Hold.objects.filter(pk=hold.pk, lifted_at__isnull=True).update(review_on=review_on)
        insist(None if moved else "This hold has been lifted.", "7.3")
        rings = from_london(review_on, REVIEWED_FROM)
        set_alarm(school_id=hold.school_id, kind="hold_review", about=hold.id, rings_at=rings)


def remind_of_hold(*, hold: Hold, by: Actor, at: datetime) -> None:
    """Ask whoever placed a hold, or once they left the data protection officer, whether it is still needed. Policy 7.3.

    Asked again each week. It stands meanwhile.
    """
    with acting("evidence.remind_of_hold", by=by, at=at, about=hold.id, case_id=hold.case_id):
        placed = Person.objects.filter(
            left_at__isnull=True, pk__in=[hold.placed_by] if len(hold.placed_by) == 36 else []
        )
        found = list(placed) or list(
            Person.objects.filter(
                left_at__isnull=True, appointments__role=Role.PROTECTION, appointments__starts_at__lte=at
            ).exclude(appointments__ends_at__lte=at)
        )
        for person in found:
            owe_letter(person=person, kind="to_decide", at=at, about=hold.id)
        again = from_london(london(at).date() + timedelta(days=7), REVIEWED_FROM)
        set_alarm(school_id=hold.school_id, kind="hold_review", about=hold.id, rings_at=again)


def ring_hold_review(about: uuid.UUID, at: datetime) -> None:
    """A hold is to be looked at again, unless it was lifted or went with its case."""
    hold = Hold.objects.filter(pk=about, lifted_at__isnull=True).first()
    if hold is not None:
        remind_of_hold(hold=hold, by=PROGRAM, at=at)


BELLS: dict[str, Bell] = {"hold_review": ring_hold_review}


def ask_to_lift(*, hold: Hold, by: Actor, at: datetime) -> None:
    """Ask that a hold be lifted. Nothing changes until a second person agrees. Policy 7.3."""
    reason = bundle_rules.why_not_ask_to_lift(lifted=hold.lifted_at is not None, asked=hold.asked_at is not None)
    insist(reason, "7.3")
    with acting("evidence.ask_to_lift", by=by, at=at, about=hold.id, case_id=hold.case_id):
        moved = Hold.objects.filter(pk=hold.pk, asked_at__isnull=True, lifted_at__isnull=True)
        insist(None if moved.update(asked_at=at, asked_by=str(by.id)) else "Somebody was first. Look again.", "7.3")


def lift_hold(*, hold: Hold, by: Actor, at: datetime) -> None:
    """Lift a hold that somebody else asked to lift. Policy 7.3."""
    reason = bundle_rules.why_not_lift_hold(lifted=hold.lifted_at is not None, asked_by=hold.asked_by, by=str(by.id))
    insist(reason, "7.3")
    with acting("evidence.lift_hold", by=by, at=at, about=hold.id, case_id=hold.case_id):
        moved = Hold.objects.filter(pk=hold.pk, asked_by=hold.asked_by, lifted_at__isnull=True)
        insist(None if moved.update(lifted_at=at, lifted_by=str(by.id)) else "Somebody was first. Look again.", "7.3")


def why_not_destroy(case_id: uuid.UUID) -> str | None:
    """Why nothing of a case may be destroyed now, asked before any disposal; nothing without a hold. Policy 7.3."""
    holds = Hold.objects.filter(case_id=case_id, lifted_at__isnull=True).count()
    return bundle_rules.why_not_destroy(holds=holds)


#: What is in the trail of one record, besides bundles: the verbs whose entry is about it.
OF_RECORD = frozenset(
    {
        "evidence.note_record",
        "evidence.describe_record",
        "evidence.hand_out",
        "evidence.open_viewing",
        "evidence.view_reading",
        "safeguarding.seal_away",
    }
)

#: What is in the trail of a bundle, and so of each record in it.
OF_BUNDLE = frozenset({"evidence.make_bundle", "evidence.hand_out_bundle", "evidence.hand_over_bundle"})


@dataclass(frozen=True)
class Step:
    """One line of a record's custody: when (UTC), who, as the trail writes them, what, and about which row."""

    at: datetime
    by: str
    verb: str
    about: uuid.UUID


def custody_of(exhibits: Collection[Exhibit]) -> dict[uuid.UUID, list[Step]]:
    """Who had each of these records, from the trail, in order: kept, opened, bundled, handed over. Policy 7.3."""
    steps = {
        one.pk: [Step(one.received_at, one.received_by, "evidence.keep_records", one.pk)] if one.object_name else []
        for one in exhibits
    }
    holding: dict[uuid.UUID, list[uuid.UUID]] = {}
    for bundle_id, exhibit_id in BundleItem.objects.filter(exhibit__in=steps).values_list("bundle_id", "exhibit_id"):
        holding.setdefault(bundle_id, []).append(exhibit_id)
    rows = Entry.objects.filter(about__in=[*steps, *holding], verb__in=OF_RECORD | OF_BUNDLE).order_by("seq")
    for at, by, verb, about in rows.values_list("at", "by", "verb", "about"):
        assert about is not None
        for exhibit_id in [about] if about in steps else holding[about]:
            steps[exhibit_id].append(Step(at, by, verb, about))
    return steps
