"""Who had a record, when and why: hand-overs of bundles, the list of custody, and holds that stop disposal."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from forethought.audit.models import Entry
from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.evidence import bundle_rules, keyring
from forethought.evidence.away_standing import away_among
from forethought.evidence.bundle_models import Bundle, BundleFile, BundleItem, HandOver, Hold
from forethought.evidence.models import Exhibit
from forethought.people.models import Person


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


def place_hold(*, case_id: uuid.UUID, school_id: uuid.UUID, kind: str, reason: str, by: Actor, at: datetime) -> Hold:
    """Stop the disposal of a case, with a reason. It holds until two people lift it. Policy 7.3."""
    insist(bundle_rules.why_not_place_hold(kind=kind, reason=reason), "7.3")
    with acting("evidence.place_hold", by=by, at=at, case_id=case_id, facts={"kind": kind}) as event:
        row = Hold(id=uuid.uuid4(), school_id=school_id, case_id=case_id, kind=kind, placed_at=at, placed_by=str(by.id))
        row.content = keyring.seal(row, {"reason": reason}, case_id=case_id)
        row.save(force_insert=True)
        event.about = row.id
    return row


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
