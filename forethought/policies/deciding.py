"""What the approving body decides, and putting a text into force."""

from datetime import date, datetime, timedelta

from forethought.audit.procedures import Actor, acting
from forethought.core.clock import from_london, london
from forethought.core.errors import Refused, insist
from forethought.people.alarms import set_alarm
from forethought.people.models import Person
from forethought.policies import rules
from forethought.policies.consulting import NINE, as_it_is
from forethought.policies.models import Approval, Policy, Revision, Version
from forethought.policies.moves import change_policy, move
from forethought.policies.procedures import why_not_label
from forethought.policies.standing import consulted_on, last_approval, standing_of

#: How long before its review date a policy's review opens.
REVIEW_OPENS = timedelta(days=42)


def approve(
    *,
    policy: Policy,
    revision: Revision,
    version: int,
    body: rules.Body,
    met_on: date,
    minute: str,
    review_on: date | None,
    without: bool,
    reasons: str,
    decides: bool,
    by: Person,
    at: datetime,
) -> Approval:
    """Record that the body approved this very text: meeting, minute, and when it is reviewed.

    Policy F1, F3. `without`: the body decided without a consultation, for reasons that are kept; `decides`: whether who
    records it may speak for the body. The review falls a year after the meeting unless another date is given.
    """
    with acting("policies.approve", by=by, at=at, about=revision.id, facts={"body": body}) as event:
        as_it_is(revision, version)
        standing, consulted = standing_of(policy, revision), consulted_on(revision)
        insist(
            rules.why_not_approve(
                status=revision.status, standing=standing, decides=decides, without=without, reasons=reasons
            ),
            "F3",
        )
        basis, review = rules.basis_of(standing, without=without), review_on or rules.review_on(met_on)
        assert basis is not None, "the rule has just insisted on one"
        rests_on = consulted if basis is rules.Basis.CONSULTED else None
        closed_at = rests_on.closed_at if rests_on else None
        insist(
            rules.why_not_dates(
                met_on=met_on,
                review=review,
                today=london(at).date(),
                consulted_on=london(closed_at).date() if closed_at else None,
            ),
            "F1",
        )
        approval = Approval.objects.create(
            school_id=revision.school_id,
            revision=revision,
            text=revision.text,
            basis=basis,
            consultation=rests_on,
            reasons=reasons if rules.needs_reasons(standing) else "",
            body=body,
            met_on=met_on,
            minute=minute,
            review_on=review,
            approved_at=at,
            approved_by=by,
        )
        move(revision, "approve", version=version, by=by, at=at)
        event.facts["basis"] = basis
        event.commitments["text"] = standing.text.hex()
    return approval


def publish_version(*, policy: Policy, revision: Revision, version: int, by: Actor, at: datetime) -> Version:
    """Put an approved text into force from today, as a version that is never changed. Policy F1, F3, F4.

    Of two people at once the second is told. Who must read it is asked by acknowledgements.procedures.publish.
    """
    with acting("policies.publish_version", by=by, at=at, about=revision.id) as event:
        as_it_is(revision, version)
        # What the policy says of itself may have changed meanwhile; that is no reason to refuse.
        policy.refresh_from_db()
        insist(rules.why_not_publish(status=revision.status, standing=standing_of(policy, revision)), "F3")
        insist(why_not_label(revision.label), "F4")
        approval = last_approval(revision)
        assert approval is not None, "the rule has just insisted on one"
        made = Version.objects.create(
            school_id=policy.school_id,
            label=revision.label,
            summary=revision.summary,
            in_force_on=london(at).date(),
            text=revision.text,
            baseline=revision.baseline,
            approval=approval,
            brought=False,
            published_at=at,
            published_by=str(by.id),
        )
        move(revision, "publish_version", version=version, by=by, at=at)
        change_policy(policy, version=policy.version, by=by, at=at, in_force=made, review_on=approval.review_on)
        set_review(policy, at)
        event.facts["label"] = made.label
        event.commitments["text"] = bytes(revision.text.fingerprint).hex()
    return made


def set_review(policy: Policy, at: datetime) -> None:
    """Have the review opened six weeks before it is due, at nine in the morning. Part of a larger act."""
    if policy.review_on is not None:
        opens = from_london(policy.review_on, NINE) - REVIEW_OPENS
        set_alarm(school_id=policy.pk, kind="review_due", about=policy.pk, rings_at=max(opens, at))


def approve_again(
    *,
    policy: Policy,
    version: int,
    body: rules.Body,
    met_on: date,
    minute: str,
    review_on: date | None,
    decides: bool,
    by: Person,
    at: datetime,
) -> Approval:
    """Record that the body looked at the version in force and approved it again as it is. Policy F1, 10.2.

    No text changes, so nobody is asked again; only the review date moves.
    """
    current = policy.in_force
    if current is None:
        raise Refused("No version is in force here yet.", "F1")
    insist(None if decides else "Only the body that approves the policy can do this, or its clerk for it.", "F1")
    review = review_on or rules.review_on(met_on)
    insist(rules.why_not_dates(met_on=met_on, review=review, today=london(at).date()), "F1")
    with acting("policies.approve_again", by=by, at=at, about=current.id, facts={"body": body}):
        approval = Approval.objects.create(
            school_id=policy.pk,
            text=current.text,
            basis=rules.Basis.UNCHANGED,
            body=body,
            met_on=met_on,
            minute=minute,
            review_on=review,
            approved_at=at,
            approved_by=by,
        )
        change_policy(policy, version=version, by=by, at=at, review_on=review)
        set_review(policy, at)
    return approval
