"""Inviting those whom a list brought: a way to sign in, and a letter that says where to set a password."""

from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.directory.models import StaffList
from forethought.evidence import keyring
from forethought.people.alarms import set_alarms
from forethought.people.models import Account, Person
from forethought.people.post import owe_letters


def why_not_invite(staff_list: StaffList, at: datetime) -> str | None:
    """Those who joined by a list are invited once, while it is known who they are. Policy 2.5."""
    if staff_list.imported_at is None or staff_list.undone_at is not None:
        return "Nobody joined by this list."
    if staff_list.invited_at is not None:
        return "They were invited already."
    if staff_list.content is None or staff_list.ends_at <= at:
        return "This list is forgotten by now. Invite people on their own pages."
    return None if staff_list.joined else "Nobody joined by this list."


def invite_joiners(*, staff_list: StaffList, by: Actor, at: datetime) -> int:
    """Give those who joined by a list a way to sign in, and write to them where to set a password. Policy 2.5.

    Whoever has no email address, or one that signs somebody in already, is passed over. How many were invited. What
    everybody reads they are asked to read now.
    """
    with acting("directory.invite_joiners", by=by, at=at, about=staff_list.id) as event:
        row = StaffList.objects.get(pk=staff_list.pk)
        insist(why_not_invite(row, at), "2.5")
        brought = keyring.words_at_school(row, "content")["joined"]
        joined = list(Person.objects.filter(pk__in=brought, left_at__isnull=True))
        addresses = [person.email.lower() for person in joined if person.email]
        taken = set(Account.objects.filter(email__in=addresses).values_list("email", flat=True))
        invited = [person for person in joined if person.email and person.email.lower() not in taken]
        accounts = []
        for person in invited:
            account = Account(school_id=person.school_id, person_id=person.id, email=person.email.lower(), made_at=at)
            account.set_unusable_password()
            accounts.append(account)
            _noted(person, by=by, at=at)
        Account.objects.bulk_create(accounts, batch_size=500)
        owe_letters(people=invited, kind="invited", at=at)
        ids = [person.id for person in joined]
        set_alarms(school_id=row.school_id, kind="newcomer", about=ids, rings_at=at)
        StaffList.objects.filter(pk=row.pk).update(invited_at=at, invited_by=str(by.id))
        event.facts["invited"] = len(invited)
    return len(invited)


def _noted(person: Person, *, by: Actor, at: datetime) -> None:
    with acting("people.make_account", by=by, at=at, about=person.id):
        pass
