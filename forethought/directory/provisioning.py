"""Adults kept up to date by a school's directory (SCIM): whom it sees, and what it may change. Never a role."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from forethought.audit.procedures import Actor, acting
from forethought.core import text
from forethought.core.clock import london
from forethought.core.secrets import find_secrets
from forethought.directory import asking, standing
from forethought.directory.bringing import is_email
from forethought.directory.columns import known, plain
from forethought.directory.models import Asked, Outside
from forethought.directory.scim_format import Asking, Wanted, Wrong, user
from forethought.people import procedures as people
from forethought.people.models import Kind, Person, School
from forethought.people.rules import alike

NOT_HERE = "There is no such user."
TAKEN = "Somebody here has that userName or address already."


@dataclass(frozen=True, slots=True)
class Seen:
    """One adult as a directory sees them: what it called them, and what of it waits for somebody's yes.

    What waits is shown as the directory said it, so that it learns nothing of who handles what.
    """

    person: Person
    outside: Outside | None
    leaving: bool = False
    address: str = ""

    @property
    def user_name(self) -> str:
        """What the directory calls them; the address of whoever it has not spoken of."""
        return self.outside.user_name if self.outside else self.person.email

    def shown(self, site: str) -> dict[str, Any]:
        """As SCIM writes them."""
        person, outside = self.person, self.outside
        return user(
            id=str(person.pk),
            user_name=self.user_name,
            number=outside.number if outside else "",
            name=person.name,
            email=self.address or person.email,
            active=person.left_at is None and not self.leaving,
            created=_instant(outside.noted_at) if outside else "",
            changed=_instant(outside.changed_at) if outside else "",
            location=f"{site}/scim/v2/Users/{person.pk}",
        )


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _seen(found: Iterable[Person]) -> list[Seen]:
    """People with what the directory said of them, in two looks however many they are."""
    rows = list(found)
    ids = [person.pk for person in rows]
    outside = {row.person_id: row for row in Outside.objects.filter(source="scim", person__in=ids)}
    waits = list(Asked.objects.filter(person__in=ids, answered_at__isnull=True))
    leaving = {row.person_id for row in waits if row.kind == "leave"}
    addresses = {row.person_id: asking.address_in(row) for row in waits if row.kind == "address"}
    return [Seen(person, outside.get(person.pk), person.pk in leaving, addresses.get(person.pk, "")) for person in rows]


def _visible() -> Q:
    return Q(outside__source="scim") | (Q(left_at__isnull=True) & ~Q(email=""))


def users(asked: Asking) -> tuple[list[Seen], int]:
    """The users that are asked for, and how many there are in all. By their ids, which never change."""
    if asked.by:
        found = _found(asked.by, asked.value)
        return found[asked.start - 1 :][: asked.count], len(found)
    # Those who share an address, and of whom the directory never spoke, cannot be told apart by it.
    rows = Person.objects.filter(_visible()).distinct().values_list("id", "email", "outside__source")
    spoken = {pk for pk, _, source in rows if source == "scim"}
    often = Counter(email.lower() for pk, email in {(pk, email) for pk, email, _ in rows} if pk not in spoken)
    emails = {pk: email for pk, email, _ in rows}
    ids = sorted(pk for pk, email in emails.items() if pk in spoken or often[email.lower()] == 1)
    page = ids[asked.start - 1 :][: asked.count]
    return _seen(Person.objects.filter(pk__in=page).order_by("id")), len(ids)


def _found(by: str, value: str) -> list[Seen]:
    if by == "id":
        one = user_by(value)
        return [one] if one else []
    if by == "number":
        rows = Outside.objects.filter(source="scim", number=value) if value else Outside.objects.none()
        return _seen(Person.objects.filter(pk__in=rows.values("person")))
    if by == "user_name":
        rows = Outside.objects.filter(source="scim", user_name__iexact=value)
        if value and (named := _seen(Person.objects.filter(pk__in=rows.values("person")))):
            return named
    here = Person.objects.filter(_visible(), email__iexact=value).distinct() if value else Person.objects.none()
    found = [one for one in _seen(here) if by == "email" or one.outside is None]
    return found if len(found) == 1 or by == "email" else []


def user_by(typed: str) -> Seen | None:
    """One user by id, if the directory may see them."""
    try:
        pk = uuid.UUID(typed)
    except ValueError:
        return None
    found = _seen(Person.objects.filter(_visible(), pk=pk).distinct())
    return found[0] if found else None


def _checked(wanted: Wanted, before: str = "") -> str:
    """The whole name that is wanted. Raises Wrong where a name or an address cannot be kept."""
    name = text.tidy(wanted.named(before)) or (wanted.user_name or "").partition("@")[0]
    if not name or text.why_not_words(name, longest=120, one_line=True) or find_secrets(name):
        raise Wrong(400, "invalidValue", "The name cannot be kept.")
    if wanted.email and not is_email(wanted.email):
        raise Wrong(400, "invalidValue", "The email address is none.")
    return name


def _insist_free(wanted: Wanted, besides: Person | None) -> None:
    """Nobody else has this user name, number or address. Raises Wrong: 409, uniqueness."""
    others = Outside.objects.filter(source="scim")
    here = Person.objects.filter(left_at__isnull=True)
    if besides is not None:
        others, here = others.exclude(person=besides), here.exclude(pk=besides.pk)
    taken = wanted.user_name and others.filter(user_name__iexact=wanted.user_name).exists()
    taken = taken or (wanted.number and others.filter(number=wanted.number).exists())
    taken = taken or (wanted.email and here.filter(email__iexact=wanted.email).exists())
    if taken:
        raise Wrong(409, "uniqueness", TAKEN)


def _kind(said: str | None) -> Kind:
    return Kind(known().kinds.get(plain(said or ""), Kind.EMPLOYEE.value))


def provision_person(*, school: School, wanted: Wanted, by: Actor, at: datetime) -> Seen:
    """Take on somebody whom the directory brings, or somebody back who has the same address and name. Policy 2.5.

    Under another name the address was given to somebody new, who must not be taken for whoever left.
    """
    name, email = _checked(wanted), wanted.email or ""
    if not email and wanted.user_name and is_email(wanted.user_name):
        email = wanted.user_name
    with acting("directory.provision_person", by=by, at=at) as event:
        _insist_free(Wanted(user_name=wanted.user_name, number=wanted.number, email=email), None)
        today, kind = london(at).date(), _kind(wanted.kind)
        gone = list(Person.objects.filter(email__iexact=email, left_at__isnull=False)[:2]) if email else []
        if len(gone) == 1 and alike(gone[0].name) == alike(name):
            person = gone[0]
            _engage_again(person, kind, by=by, at=at)
        else:
            person = people.add_person(school=school, name=name, email=email, kind=kind, starts_on=today, by=by, at=at)
        _note(person, wanted, at=at)
        event.about = person.pk
        if wanted.active is False:
            people.leave(person=person, by=by, at=at)
    return _again(person)


def _again(person: Person) -> Seen:
    [found] = _seen(Person.objects.filter(pk=person.pk))
    return found


def _note(person: Person, wanted: Wanted, *, at: datetime) -> None:
    """Keep what the directory calls somebody."""
    row = Outside.objects.filter(person=person, source="scim").first() or Outside(
        school_id=person.school_id, person=person, source="scim", user_name=person.email, noted_at=at
    )
    row.user_name = row.user_name if wanted.user_name is None else wanted.user_name
    row.number = row.number if wanted.number is None else wanted.number
    row.changed_at = at
    row.save()


def update_person(*, seen: Seen, wanted: Wanted, by: Actor, at: datetime) -> Seen:
    """Change what a directory says of somebody, and nothing else. Policy 2.5.

    A new address of whoever holds a role or signs in waits for their own yes. Whoever holds a role, manages or handles
    something is taken off the list once whoever keeps it agrees. Whoever comes back is engaged from today.
    """
    with acting("directory.update_person", by=by, at=at, about=seen.person.pk):
        person = Person.objects.get(pk=seen.person.pk)
        _insist_free(wanted, person)
        name = _checked(wanted, person.name)
        _note(person, wanted, at=at)
        asked = wanted.email is not None and wanted.email.lower() != (seen.address or person.email).lower()
        waits = asked and person.pk in standing.asked_of_address()
        if waits and wanted.email:
            asking.ask_address(person=person, address=wanted.email, by=by, at=at)
        email = wanted.email if asked and not waits and wanted.email is not None else person.email
        if name != person.name or email != person.email:
            people.change_person(person=person, name=name, email=email, by=by, at=at)
        if wanted.active is not None:
            _turn(person, on=wanted.active, by=by, at=at)
    return _again(person)


def _engage_again(person: Person, kind: Kind, *, by: Actor, at: datetime) -> None:
    """Engage somebody who is back, from today; from tomorrow where today is still of the older engagement."""
    today = london(at).date()
    starts_on = today + timedelta(days=1) if people.overlapping(person, kind, today, None) else today
    people.engage(person=person, kind=kind, starts_on=starts_on, by=by, at=at)


def _turn(person: Person, *, on: bool, by: Actor, at: datetime) -> None:
    person.refresh_from_db()
    if on and person.left_at is not None:
        _engage_again(person, Kind.EMPLOYEE, by=by, at=at)
    elif on:
        asking.drop_leave(person, by=by, at=at)
    elif person.left_at is None and person.pk in standing.not_by_list(at) | standing.handling():
        asking.ask_to_leave(person=person, by=by, at=at)
    elif person.left_at is None:
        people.leave(person=person, by=by, at=at)


def remove_person(*, seen: Seen, by: Actor, at: datetime) -> None:
    """Turn somebody off whom the directory deletes; it does not see them again. They stay in the record. Policy 2.5."""
    with acting("directory.remove_person", by=by, at=at, about=seen.person.pk):
        person = Person.objects.get(pk=seen.person.pk)
        _turn(person, on=False, by=by, at=at)
        Outside.objects.filter(person=person, source="scim").delete()
