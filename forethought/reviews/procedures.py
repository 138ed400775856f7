"""Reviews of the policy: opened by a date or an event, owned by somebody, late, and closed with a decision."""

import uuid
from datetime import date, datetime, time, timedelta

from django.db.models import F

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.clock import from_london, london, spoken_day
from forethought.core.errors import Refused, TooLate, insist
from forethought.people.alarms import Bell, set_alarm, stop_alarm
from forethought.people.models import Person, School
from forethought.people.post import owe_letter, withdraw_letters
from forethought.policies.models import Policy
from forethought.policies.standing import open_revision
from forethought.reviews import rules
from forethought.reviews.models import Review
from forethought.reviews.register import Watch, due_watch, watch_list
from forethought.reviews.rules import Decision, Trigger
from forethought.reviews.standing import default_owner, is_watching

#: When the watch list is looked at each day, and when somebody hears that a review is late. London.
SIX = time(6)
NINE = time(9)

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)

#: Letters about a review, all of them taken back once it is closed.
LETTERS = ("to_decide", "late")


def open_review(
    *,
    school: School,
    trigger: Trigger,
    source: str,
    owner: Person,
    due_on: date,
    source_key: str = "",
    by: Actor,
    at: datetime,
) -> Review:
    """Have the policy looked at again: what calls for it and where that was read, whose it is, and by when.

    Policy 3.8, 10.2. A `source_key` that was used before opens nothing twice.
    """
    insist(rules.why_not_open_review(source=source, due_on=due_on, today=london(at).date()), "10.2")
    with acting("reviews.open_review", by=by, at=at, facts={"trigger": str(trigger)}) as event:
        if source_key and Review.objects.filter(source_key=source_key).exists():
            raise Refused("A review was opened for this already. You find it on the list.", "10.2")
        review = Review.objects.create(
            school=school,
            trigger=trigger,
            source=source,
            source_key=source_key,
            owner=owner,
            due_on=due_on,
            opened_at=at,
            opened_by=str(by.id),
        )
        event.about = review.id
        tell_owner(review, by, at)
        rings_at = from_london(due_on + A_DAY, NINE)
        set_alarm(school_id=review.school_id, kind="review_late", about=review.id, rings_at=rings_at)
    return review


def tell_owner(review: Review, by: Actor, at: datetime) -> None:
    """Owe the owner a letter, unless they did it themselves. Part of a larger act."""
    if review.owner_id != by.id:
        owe_letter(person=review.owner, kind="to_decide", at=at, about=review.id)


def change_owner(*, review: Review, version: int, owner: Person, by: Person, at: datetime) -> None:
    """Give a review to somebody else, who is told. Policy 10.2."""
    unmoved(review, version)
    insist(rules.why_not_close_review(closed=review.closed_at is not None), "10.2")
    with acting("reviews.change_owner", by=by, at=at, about=review.id):
        withdraw_letters(about=review.id, kinds=LETTERS, at=at)
        change(review, version, owner=owner)
        tell_owner(review, by, at)


def close_review(*, review: Review, version: int, decision: Decision, reasons: str, by: Person, at: datetime) -> None:
    """End a review: nothing changes, with the reason; or the policy is to change, which then goes the whole way.

    Policy 3.8, 10.2. A change that is on its way already is noted with it.
    """
    unmoved(review, version)
    closed = review.closed_at is not None
    insist(rules.why_not_close_review(closed=closed, decision=decision, reasons=reasons), "10.2")
    with acting("reviews.close_review", by=by, at=at, about=review.id, facts={"decision": str(decision)}):
        change(
            review,
            version,
            decision=decision,
            reasons=reasons,
            revision=open_revision() if decision is Decision.AMEND else None,
            closed_at=at,
            closed_by=by,
        )
        stop_alarm(kind="review_late", about=review.id, at=at)
        withdraw_letters(about=review.id, kinds=LETTERS, at=at)


def change(review: Review, version: int, **changes: object) -> None:
    """Change an open review, if nobody else did meanwhile. Part of a larger act. Raises TooLate otherwise."""
    found = Review.objects.filter(pk=review.pk, version=version, closed_at__isnull=True)
    if not found.update(version=F("version") + 1, **changes):
        unmoved(review, version)
        raise TooLate(rules.lost_race(name="", closed_at=None))
    review.refresh_from_db()


def unmoved(review: Review, version: int) -> None:
    """Refuse whoever saw an older state, before any rule speaks of the new one. Part of every decision."""
    now = Review.objects.select_related("closed_by").get(pk=review.pk)
    if now.version != version:
        name = now.closed_by.name if now.closed_by else ""
        raise TooLate(rules.lost_race(name=name, closed_at=now.closed_at))


def tell_late(*, review: Review, by: Actor, at: datetime) -> None:
    """Tell the owner that a review is late; the next in line once the owner has left. Policy 10.2."""
    with acting("reviews.tell_late", by=by, at=at, about=review.id):
        person = review.owner if review.owner.left_at is None else default_owner(at)
        if person is not None:
            due_at = from_london(review.due_on + A_DAY, time(0)) - timedelta(minutes=1)
            owe_letter(person=person, kind="late", at=at, about=review.id, by_when=due_at)


def start_watching(*, school: School, by: Actor, at: datetime) -> None:
    """Have the watch list looked at every morning from now on. Doing it twice changes nothing. Policy 10.2."""
    with acting("reviews.start_watching", by=by, at=at, about=school.id):
        if not is_watching(school.id):
            set_alarm(school_id=school.id, kind="watch", about=school.id, rings_at=next_look(at))


def next_look(at: datetime) -> datetime:
    """The next six in the morning after an instant, London, in UTC."""
    day = london(at).date()
    today = from_london(day, SIX)
    return today if at < today else from_london(day + A_DAY, SIX)


def source_of(item: Watch, day: date | None) -> str:
    """What a review says called for it, when the watch list did."""
    return f"{item.title}{f', {spoken_day(day, year=True)}' if day else ''}. {item.what}"


def watch_key(item: Watch, day: date) -> str:
    """By what a watch item and its day are known, so that a review is opened once for them."""
    return f"watch:{item.key}:{day}"


# --- What the clock does ---


def ring_review_due(about: uuid.UUID, at: datetime) -> None:
    """The policy's own review date is near, or has passed. Policy 3.8."""
    policy = Policy.objects.select_related("school").filter(pk=about).first()
    if policy is None or policy.review_on is None:
        return
    key, owner = f"date:{policy.review_on}", default_owner(at)
    if owner is None:
        # Nobody could take it yet. Somebody may tomorrow.
        set_alarm(school_id=about, kind="review_due", about=about, rings_at=at + A_DAY)
    elif not Review.objects.filter(source_key=key).exists():
        open_review(
            school=policy.school,
            trigger=Trigger.DATE,
            source=date_said(policy.review_on, london(at).date()),
            owner=owner,
            due_on=rules.due_on(review_on=policy.review_on, today=london(at).date()),
            source_key=key,
            by=PROGRAM,
            at=at,
        )


def date_said(review_on: date, today: date) -> str:
    """That the policy's own date calls for a review, in words. Policy 3.8."""
    verb = "is" if review_on >= today else "was"
    return f"The policy {verb} due for review on {spoken_day(review_on, year=True)}. It applies all the same."


def ring_review_late(about: uuid.UUID, at: datetime) -> None:
    """A review is late: its owner hears of it, and again each week. Policy 10.2."""
    review = Review.objects.filter(pk=about, closed_at__isnull=True).select_related("owner").first()
    if review is not None:
        tell_late(review=review, by=PROGRAM, at=at)
        set_alarm(school_id=review.school_id, kind="review_late", about=about, rings_at=at + A_WEEK)


def ring_watch(about: uuid.UUID, at: datetime) -> None:
    """The daily look at the watch list, as long as the school keeps a policy here. Policy 10.2."""
    policy = Policy.objects.select_related("school").filter(pk=about).first()
    if policy is not None:
        open_watched(policy, at)
        set_alarm(school_id=about, kind="watch", about=about, rings_at=next_look(at))


def open_watched(policy: Policy, at: datetime) -> None:
    """Open a review for each watch item whose day has come since the school began, if none was. Part of the daily look.

    Policy 10.2. Of the days that one item missed, the last one alone.
    """
    today, owner = london(at).date(), default_owner(at)
    since = began_on(policy) - A_DAY
    came = [(item, days[-1]) for item in watch_list() if (days := due_watch(item, since, today))]
    known = set(Review.objects.filter(source_key__startswith="watch:").values_list("source_key", flat=True))
    for item, day in came:
        if owner is not None and watch_key(item, day) not in known:
            open_review(
                school=policy.school,
                trigger=item.trigger,
                source=source_of(item, day),
                owner=owner,
                due_on=today + rules.DUE_IN,
                source_key=watch_key(item, day),
                by=PROGRAM,
                at=at,
            )


def began_on(policy: Policy) -> date:
    """The first day from which the watch list calls for reviews here: what was before is only listed. Policy 10.2."""
    return max(london(policy.started_at).date(), london(policy.school.created_at).date())


BELLS: dict[str, Bell] = {"review_due": ring_review_due, "review_late": ring_review_late, "watch": ring_watch}
