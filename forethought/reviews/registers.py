"""Writing into the registers beside the policy: the laws, the guidance everybody reads, the policies it goes with."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.text import slugify

from forethought.acknowledgements.models import Matter
from forethought.acknowledgements.procedures import open_reading
from forethought.audit.procedures import acting
from forethought.core.canonical import canonical
from forethought.core.clock import london
from forethought.core.errors import Refused, TooLate, insist
from forethought.people.models import Person, School
from forethought.policies.clauses import clauses as known_clauses
from forethought.reviews import rules
from forethought.reviews.lawbook import Entry, keys_of, lawbook
from forethought.reviews.models import GuidanceEdition, LawNote, LinkedPolicy, LinkedVersion
from forethought.reviews.procedures import open_review
from forethought.reviews.register import Status, linked_policies
from forethought.reviews.rules import Trigger
from forethought.reviews.standing import default_owner


def note_law(
    *,
    school: School,
    key: str,
    name: str,
    citation: str,
    status: Status,
    superseded_by: str,
    governs: str,
    clauses: Sequence[str],
    link: str,
    source: str,
    review_on: date | None,
    version: int,
    by: Person,
    at: datetime,
) -> LawNote:
    """Write into the law register: a law of the school's own (without a key), or what is new about one that is there.

    Policy 11.1, 10.2. A new status opens a review of the policy in the same act. `superseded_by` has one law a line;
    `version` is how often the school had written about it when the writer looked, so that of two the second is told.
    """
    insist(
        rules.why_not_note_law(
            status=status,
            superseded_by=superseded_by,
            source=source,
            link=link,
            review_on=review_on,
            today=london(at).date(),
        ),
        "11.1",
    )
    if unknown := [one for one in clauses if one not in known_clauses()]:
        raise Refused(f"The policy has no clause {unknown[0]}.", "11.1")
    with acting("reviews.note_law", by=by, at=at, facts={"status": str(status)}) as event:
        book = lawbook()
        before = book.get(key)
        if (before.version if before is not None else 0) != version:
            raise TooLate("Somebody wrote about this law before you. What you typed is below. Nothing was changed.")
        if before is None and own_key(name) in book:
            raise Refused("A law of that name is in the register already. Open it there.", "11.1")
        note = LawNote.objects.create(
            school=school,
            key=key or own_key(name),
            name=name,
            citation=citation,
            status=status,
            superseded_by=keys_of(superseded_by, book),
            governs=governs,
            clauses=list(clauses),
            link=link,
            source=source,
            review_on=review_on,
            noted_at=after(before, at),
            noted_by=str(by.id),
        )
        event.about = note.id
        if before is not None and before.status is not status:
            open_review(
                school=school,
                trigger=Trigger.LAW,
                source=f"{name}. It stood here as “{before.status.words}”. Now it stands as “{status.words}”.",
                owner=default_owner(at) or by,
                due_on=london(at).date() + rules.DUE_IN,
                source_key=f"law:{note.id}",
                by=by,
                at=at,
            )
    return note


def after(before: Entry | None, at: datetime) -> datetime:
    """When a note counts as written: after the one before it, even if the clock was set back meanwhile."""
    last = before.note.noted_at if before is not None and before.note is not None else None
    return at if last is None or at > last else last + timedelta(microseconds=1)


def own_key(name: str) -> str:
    """The key of something that the school added, made from its name. It never meets a shipped one."""
    made = slugify(name)[:30].strip("-")
    # Names that differ further on, or have no Latin letter at all, still differ here.
    return f"own-{made}-{hashlib.sha256(name.casefold().encode()).hexdigest()[:6]}".replace("--", "-")


def set_edition(
    *,
    school: School,
    name: str,
    part: str,
    to_read: str,
    link: str,
    in_force_on: date,
    minutes: int,
    due_on: date,
    by: Person,
    at: datetime,
) -> GuidanceEdition:
    """Set an edition of guidance, and ask every adult to read it. What they confirmed before stays.

    Policy 6.4. `part` names what is to be read in a few words, for the sentence that people confirm.
    """
    newest = GuidanceEdition.objects.order_by("-in_force_on").first()
    insist(
        rules.why_not_set_edition(
            taken=GuidanceEdition.objects.filter(name__iexact=name).exists(),
            link=link,
            in_force_on=in_force_on,
            newest=newest.in_force_on if newest is not None else None,
            minutes=minutes,
            due_on=due_on,
            today=london(at).date(),
        ),
        "6.4",
    )
    with acting("reviews.set_edition", by=by, at=at) as event:
        edition = GuidanceEdition.objects.create(
            school=school,
            name=name,
            to_read=to_read,
            link=link,
            in_force_on=in_force_on,
            set_at=at,
            set_by=str(by.id),
        )
        event.about = edition.id
        event.commitments["edition"] = fingerprint(edition).hex()
        open_reading(
            school_id=school.id,
            matter=Matter.GUIDANCE,
            about=edition.id,
            title=f"{part} of {name}" if part else name,
            fingerprint=fingerprint(edition),
            minutes=minutes,
            due_on=due_on,
            by=by,
            at=at,
        )
    return edition


def fingerprint(edition: GuidanceEdition) -> bytes:
    """The SHA-256 of what people are asked to read: which edition, what of it, and where it is. Policy 6.4."""
    said = {
        "name": edition.name,
        "to_read": edition.to_read,
        "link": edition.link,
        "in_force_on": edition.in_force_on.isoformat(),
    }
    return hashlib.sha256(canonical(said)).digest()


def add_linked_policy(*, school: School, name: str, by: Person, at: datetime) -> LinkedPolicy:
    """Add another policy that goes with this one, beside those that every school has. Policy 3.2."""
    with acting("reviews.add_linked_policy", by=by, at=at) as event:
        shipped = {one.name.casefold() for one in linked_policies()}
        if name.casefold() in shipped or LinkedPolicy.objects.filter(name__iexact=name).exists():
            raise Refused("That policy is on the list already. Add a version to it.", "3.2")
        policy = LinkedPolicy.objects.create(school=school, key=own_key(name)[:40], name=name, added_at=at)
        event.about = policy.id
    return policy


def keep_linked_version(
    *, school: School, key: str, label: str, in_force_on: date, where: str, by: Person, at: datetime
) -> LinkedVersion:
    """Note a version of a linked policy: since when it holds, and where it is kept. It is never changed. Policy 3.2."""
    shipped = {one.key: one.name for one in linked_policies()}
    with acting("reviews.keep_linked_version", by=by, at=at) as event:
        policy = LinkedPolicy.objects.filter(key=key).first()
        if policy is None and key in shipped:
            policy = LinkedPolicy.objects.create(school=school, key=key, name=shipped[key], added_at=at)
        if policy is None:
            raise Refused("That policy is not on the list. Add it first.", "3.2")
        insist(
            rules.why_not_keep_linked_version(
                taken=policy.versions.filter(label__iexact=label).exists(),
                where=where,
                in_force_on=in_force_on,
                today=london(at).date(),
            ),
            "3.2",
        )
        version: LinkedVersion = LinkedVersion.objects.create(
            school=school,
            policy=policy,
            label=label,
            in_force_on=in_force_on,
            where=where,
            kept_at=at,
            kept_by=str(by.id),
        )
        event.about = version.id
    return version
