"""A case that nobody handles opens with two of three shares: the chair's, the protection officer's, the safe's.

One yes is not enough there: whoever would give it may be what the case is about (reliability.md 3.4). What the shares
guard is this way in; the words stay under the school's key like all others (decision 27).
"""

import hashlib
import hmac
import os
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from forethought.audit.procedures import Actor, acting
from forethought.cases import breaking_glass, glass_rules
from forethought.cases import quorum_rules as rules
from forethought.cases.models import Case, Glass
from forethought.cases.quorum_models import Quorum
from forethought.cases.turning_away import turn_away
from forethought.core import shamir
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people import casting
from forethought.people.models import Person
from forethought.people.post import owe_letter, withdraw_letters

#: How long the chair's asking waits for the protection officer.
WAITS = timedelta(days=7)


def ask_for_shares(*, by: Person, at: datetime) -> Quorum:
    """Ask, as the chair of governors, for three new shares. The data protection officer makes them. Policy 7.2."""
    cast = casting.cast_at(at)
    insist(
        rules.why_not_ask_for_shares(
            is_chair=by.pk == cast.chair,
            officer=cast.protection_officer is not None,
            same=by.pk == cast.protection_officer,
            waits=waiting(at) is not None,
        ),
        "7.2",
    )
    with acting("cases.ask_for_shares", by=by, at=at) as event:
        row = Quorum.objects.create(school_id=by.school_id, asked_at=at, asked_by=by)
        event.about = row.id
        officer = Person.objects.get(pk=str(cast.protection_officer))
        owe_letter(person=officer, kind="needs_you", at=at, about=row.id)
    return row


def make_shares(*, quorum: Quorum, by: Person, at: datetime) -> list[str]:
    """Make three shares, as the data protection officer, with the chair beside. They are given out once, here.

    Those made before open nothing from then on. Policy 7.2.
    """
    asked = waiting(at)
    insist(
        rules.why_not_make_shares(
            is_officer=by.pk == casting.cast_at(at).protection_officer,
            asked_it=quorum.asked_by_id == by.pk,
            waits=asked is not None and asked.pk == quorum.pk,
        ),
        "7.2",
    )
    with acting("cases.make_shares", by=by, at=at, about=quorum.id):
        shares, salt, proof = new_shares()
        Quorum.objects.filter(made_at__isnull=False, ended_at__isnull=True).update(ended_at=at)
        made = Quorum.objects.filter(pk=quorum.pk, made_at__isnull=True).update(
            salt=salt, proof=proof, made_at=at, made_by=by
        )
        insist(None if made else rules.NOT_ASKED, "7.2")
        withdraw_letters(about=quorum.id, kinds=["needs_you"], at=at)
        return shares


def new_shares() -> tuple[list[str], bytes, bytes]:
    """Three shares of a new secret, with the salt and the proof by which two of them are known. Kept nowhere."""
    secret, salt = os.urandom(shamir.SECRET), os.urandom(shamir.SECRET)
    return [shamir.written(part) for part in shamir.split(secret, os.urandom)], salt, _proof(salt, secret)


def keep_first_shares(*, chair: Person, officer: Person, salt: bytes, proof: bytes, by: Actor, at: datetime) -> Quorum:
    """Note the shares that were made while the school was set up, when nobody could sign in yet to ask for them.

    For the chair and the data protection officer, who each have one. Policy 7.2.
    """
    insist(rules.why_not_keep_first(same=chair.pk == officer.pk, made=newest() is not None), "7.2")
    with acting("cases.keep_first_shares", by=by, at=at) as event:
        row = Quorum.objects.create(
            school_id=chair.school_id,
            asked_at=at,
            asked_by=chair,
            salt=salt,
            proof=proof,
            made_at=at,
            made_by=officer,
        )
        event.about = row.id
    return row


def open_with_shares(
    *, reference: str, category: str, reason: str, shares: Sequence[str], by: Person, at: datetime
) -> Glass:
    """Read one case that nobody handles, for an hour, with two of the three shares. Reviewed like any emergency.

    Never for anybody with a part in it, kept out of it, or in IT support. Whether there is such a case, or somebody
    handles it, is answered alike. Policy 7.2.
    """
    asking = breaking_glass.asking_of(by, at)
    insist(glass_rules.why_not_ask(reference=reference, category=category, reason=reason, asking=asking), "7.2")
    insist(rules.why_not_these_shares(made=newest() is not None, fits=fits(shares)), "7.2")
    case = Case.objects.filter(reference=reference.strip().upper()).first()
    may = case is not None and breaking_glass.is_held(case) and breaking_glass.may_be_let_in(case, by, at)
    if not may:
        # As at the door of a case: noted, and told to its manager from the third try of a day.
        turn_away(case_id=case.id if case is not None else uuid.uuid4(), by=by, at=at)
    insist(None if may else rules.OPENS_NOTHING, "7.2")
    assert case is not None
    with acting("cases.open_with_shares", by=by, at=at, about=by.pk, case_id=case.id, facts={"category": category}):
        row = Glass(
            id=uuid.uuid4(),
            school_id=by.school_id,
            case=case,
            person=by,
            category=category,
            asked_at=at,
            waits_until=at,
            approved_at=at,
            ends_at=at + glass_rules.LASTS,
            review_due_at=glass_rules.review_due(at),
        )
        said = {"reference": case.reference, "reason": reason.strip(), "by_shares": "yes"}
        row.content = keyring.seal_at_school(row, "content", said)
        row.save(force_insert=True)
        breaking_glass.let_in(row, given_by=by, at=at)
    return row


# Looking


def newest() -> Quorum | None:
    """The shares that open now, or nothing where none were made."""
    return Quorum.objects.filter(made_at__isnull=False, ended_at__isnull=True).order_by("-made_at").first()


def waiting(at: datetime) -> Quorum | None:
    """The chair's asking that waits for the data protection officer at an instant (UTC), or nothing."""
    rows = Quorum.objects.filter(made_at__isnull=True, asked_at__gt=at - WAITS)
    return rows.select_related("asked_by").order_by("-asked_at").first()


def fits(shares: Sequence[str]) -> bool:
    """Whether these are two different shares of the secret that opens now."""
    row, two = newest(), shamir.read_two(shares)
    if row is None or two is None:
        return False
    return hmac.compare_digest(_proof(bytes(row.salt), shamir.joined(*two)), bytes(row.proof))


def _proof(salt: bytes, secret: bytes) -> bytes:
    """A secret of 128 random bits needs no slow hash."""
    return hashlib.sha256(salt + secret).digest()
