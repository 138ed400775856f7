"""A lost second step: two people let its owner set up a new one. All three are told, and its owner's sessions end."""

import hmac
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import F

from forethought.audit.procedures import acting
from forethought.core.errors import Refused, TooLate, insist
from forethought.people import codes, offices
from forethought.people.models import Account, Appointment, Person, Role
from forethought.people.offices import settled_roles_of
from forethought.people.post import owe_letter, owe_letters
from forethought.people.sessions import roles_of
from forethought.signing_in import restoring_rules as rules
from forethought.signing_in.models import Identity, Restoring

WRONG_CODE = "That code is not right. Look at it again, letter by letter."
TOO_LATE = "Somebody else was first. Look again."


def propose_restoring(*, person: Person, how: str, by: Person, at: datetime) -> Restoring:
    """Propose that somebody who lost their second step may set up a new one. They are told at once. Policy 2.5."""
    account = account_of(person)
    roles, too_new, _ = counting(by, person, at)
    insist(
        rules.why_not_propose_restoring(
            roles=roles,
            too_new=too_new,
            themselves=person.pk == by.pk,
            account=account is not None,
            second_step=account is not None and (has_second_step(account) or to_set_up(account) is not None),
            waits=any(one.person_id == person.pk for one in waiting(at)),
        ),
        "2.5",
    )
    assert account is not None
    with acting("signing_in.propose_restoring", by=by, at=at, about=person.pk, facts={"how": how}):
        # One that nobody confirmed in time makes room.
        old = Restoring.objects.filter(account_id=account.pk, confirmed_at__isnull=True, declined_at__isnull=True)
        old.update(declined_at=at, declined_by=by)
        row = Restoring.objects.create(
            school_id=person.school_id,
            person=person,
            account_id=account.pk,
            how=how,
            proposed_by=by,
            proposed_at=at,
        )
        owe_letter(person=person, kind="restoring", at=at, about=row.pk)
        others = [one for one in restorers(at) if one.pk not in {person.pk, by.pk}]
        owe_letters(people=others, kind="to_decide", at=at, about=row.pk)
    return row


def confirm_restoring(*, restoring: Restoring, by: Person, at: datetime) -> str:
    """Confirm it, as the second of two: second step, connected accounts and sessions end, a code is made. Policy 2.5.

    The code is shown once, to whoever confirms, who reads it out. It is not mailed: the lost phone has the mail.
    """
    roles, too_new, only_ones = counting(by, restoring.person, at)
    proposer_roles, _, _ = counting(restoring.proposed_by, restoring.person, at)
    insist(
        rules.why_not_confirm_restoring(
            roles=roles,
            proposer_roles=proposer_roles,
            too_new=too_new,
            themselves=restoring.person_id == by.pk,
            proposed_it=restoring.proposed_by_id == by.pk,
            **_asks_for(restoring.person, at),
            open_now=is_open(restoring),
            proposed_at=restoring.proposed_at,
            at=at,
        ),
        "2.5",
    )
    code = codes.staffroom_code()
    with acting("signing_in.confirm_restoring", by=by, at=at, about=restoring.person_id):
        fresh = Restoring.objects.filter(pk=restoring.pk, confirmed_at__isnull=True, declined_at__isnull=True)
        hashed = codes.key_hash("restoring", codes.tidy(code))
        if not fresh.update(confirmed_at=at, confirmed_by=by, code_hash=hashed):
            raise TooLate(TOO_LATE, "2.5")
        account = Account.objects.filter(pk=restoring.account_id, is_active=True).first()
        if account is None:
            raise Refused("They have no account, or have left.", "2.5")
        Authenticator.objects.filter(user_id=account.pk).delete()
        # One elsewhere may be open on the lost phone, and its second step may count here: it is connected anew.
        Identity.objects.filter(account_id=account.pk, ended_at__isnull=True).update(ended_at=at, ended_by=str(by.id))
        end_sessions(account, at)
        three = (restoring.person, restoring.proposed_by, by)
        for one in three:
            owe_letter(person=one, kind="restored", at=at, about=restoring.pk)
        if only_ones and not all(settled_roles_of(one, at) & rules.RESTORERS for one in three[1:]):
            owe_letters(people=offices.watching(besides=three), kind="restored_by_new", at=at, about=restoring.pk)
    return code


def decline_restoring(*, restoring: Restoring, by: Person, at: datetime) -> None:
    """Say no: by one of those who could confirm it, by whoever proposed it, or by the one it is for. Policy 2.5."""
    may = restoring.person_id == by.pk or bool(roles_of(by, at) & rules.RESTORERS)
    insist(None if may else rules.OWN, "2.5")
    with acting("signing_in.decline_restoring", by=by, at=at, about=restoring.person_id):
        fresh = Restoring.objects.filter(pk=restoring.pk, confirmed_at__isnull=True, declined_at__isnull=True)
        if not fresh.update(declined_at=at, declined_by=by):
            raise TooLate(TOO_LATE, "2.5")


def use_restoring_code(*, account: Account, code: str, by: Person, at: datetime) -> Restoring | None:
    """Type the code that was read out, to set up a new second step in this session alone. Nothing when it is wrong.

    Policy 2.5. Each wrong one is counted before it is looked at, so that many at once are no more than so many tries.
    """
    row = to_set_up(account)
    insist(
        rules.why_not_use_code(
            open_now=row is not None and row.used_at is None,
            confirmed_at=row.confirmed_at if row else None,
            tries=row.tries if row else 0,
            at=at,
        ),
        "2.5",
    )
    assert row is not None
    with acting("signing_in.use_restoring_code", by=by, at=at, about=row.person_id) as event:
        open_rows = Restoring.objects.filter(pk=row.pk, used_at__isnull=True, tries__lt=rules.MOST_TRIES)
        if not open_rows.update(tries=F("tries") + 1):
            raise TooLate(TOO_LATE, "2.5")
        right = hmac.compare_digest(bytes(row.code_hash or b""), codes.key_hash("restoring", codes.tidy(code)))
        event.facts["right"] = right
        if right:
            Restoring.objects.filter(pk=row.pk).update(used_at=at, code_hash=None)
    return row if right else None


def end_sessions(account: Account, at: datetime) -> None:
    """End every session of an account from the next request on. Part of a larger act."""
    Account.objects.filter(pk=account.pk).update(sessions_from=at)


# --- As it stands ---


def account_of(person: Person) -> Account | None:
    """The account by which somebody who is here signs in."""
    if person.left_at is not None:
        return None
    accounts = Account.objects.filter(person_id=person.pk, school_id=person.school_id, is_active=True)
    found = list(accounts.order_by("made_at"))
    # Of two accounts, the one that has something to lose.
    return next((one for one in found if has_second_step(one)), found[0] if found else None)


def has_second_step(account: Account) -> bool:
    """Whether an account has anything that a lost phone could take along."""
    return Authenticator.objects.filter(user_id=account.pk).exists()


def waiting(at: datetime) -> list[Restoring]:
    """What waits for the second of two, in the school in scope."""
    rows = Restoring.objects.select_related("person", "proposed_by").filter(
        confirmed_at__isnull=True, declined_at__isnull=True, proposed_at__gt=at - rules.WAITS
    )
    return list(rows.order_by("proposed_at"))


def is_open(restoring: Restoring) -> bool:
    """Whether nobody has said yes or no yet."""
    return restoring.confirmed_at is None and restoring.declined_at is None


def to_set_up(account: Account) -> Restoring | None:
    """What lets somebody set up a new second step, where theirs was taken off and none is set up yet."""
    if has_second_step(account):
        return None
    found = Restoring.objects.filter(account_id=account.pk, confirmed_at__isnull=False)
    return found.order_by("-confirmed_at").first()


def counting(person: Person, whose: Person, at: datetime) -> tuple[frozenset[str], bool, bool]:
    """The roles by which somebody may be one of the two; whether what they hold is too new; whether new ones count.

    New ones count only where no two others are there who have held theirs for fourteen days. Policy 2.5.
    """
    roles, settled = roles_of(person, at), settled_roles_of(person, at)
    accounts = Account.objects.filter(school_id=whose.school_id, is_active=True)
    able = set(accounts.values_list("person_id", flat=True)) - {whose.pk}
    others = [settled_roles_of(one, at) for one in restorers(at) if one.pk in able]
    if not rules.two_could(others, **_asks_for(whose, at)):
        return roles, False, True
    return settled, bool(roles & rules.RESTORERS) and not settled & rules.RESTORERS, False


def _asks_for(whose: Person, at: datetime) -> dict[str, bool]:
    roles = roles_of(whose, at)
    return {
        "for_head": Role.HEAD in roles,
        "for_watching": bool(roles & rules.WATCHING) and others_govern(whose, at),
    }


def others_govern(person: Person, at: datetime) -> bool:
    """Whether anybody but one person notes what the governors decide."""
    return any(roles_of(one, at) & rules.GOVERNORS for one in restorers(at) if one.pk != person.pk)


def restorers(at: datetime) -> list[Person]:
    """Everybody who could be one of the two now, by their office."""
    held = Appointment.objects.filter(role__in=rules.RESTORERS, starts_at__lte=at).exclude(ends_at__lte=at)
    return list(Person.objects.filter(left_at__isnull=True, appointments__in=held).distinct().order_by("name"))
