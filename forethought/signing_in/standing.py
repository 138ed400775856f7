"""Where the people of a school may sign in, and who of them is whom there, as it stands now."""

import uuid
from dataclasses import dataclass

from django.conf import settings

from forethought.evidence import keyring
from forethought.people.models import Account, Person
from forethought.signing_in import rules
from forethought.signing_in.models import Identity, SignInProvider


@dataclass(frozen=True)
class Provider:
    """One place where the people of one school may sign in. `by_school`: said on a page, not in the settings."""

    school_id: uuid.UUID
    kind: str
    tenant: str
    client_id: str
    secret: str
    second_step_counts: bool
    by_school: bool

    @property
    def issuer(self) -> str:
        """The address that it calls itself by."""
        return rules.issuer_of(self.kind, self.tenant)

    @property
    def name(self) -> str:
        """What people call it."""
        return rules.KINDS[self.kind]


def newest(kind: str) -> SignInProvider | None:
    """What the school in scope said last about a kind of provider, be it that it stopped."""
    return SignInProvider.objects.filter(kind=kind).order_by("-set_at", "-id").first()


def provider(school_id: uuid.UUID, kind: str) -> Provider | None:
    """Where the people of the school in scope may sign in with a kind of provider, if anywhere.

    What the school said holds, be it that it stopped; else what the installation's settings say for all its schools.
    """
    row = newest(kind)
    if row is None:
        return _of_installation(school_id, kind)
    if row.stopped:
        return None
    secret = keyring.words_at_school(row, "content")["secret"]
    return Provider(school_id, kind, row.tenant, row.client_id, secret, row.second_step_counts, True)


def providers(school_id: uuid.UUID) -> list[Provider]:
    """Everywhere the people of the school in scope may sign in."""
    found = [provider(school_id, kind) for kind in rules.KINDS]
    return [one for one in found if one is not None]


def _of_installation(school_id: uuid.UUID, kind: str) -> Provider | None:
    said = settings.SIGN_IN_PROVIDER
    if said is None or said["kind"] != kind:
        return None
    return Provider(
        school_id, kind, said["tenant"], said["client_id"], said["secret"], said["second_step_counts"], False
    )


def account_of(*, issuer: str, subject: str) -> Account | None:
    """The account of the school in scope that is connected with one elsewhere, unless its owner has left."""
    found = Identity.objects.filter(issuer=issuer, subject=subject, ended_at__isnull=True).first()
    if found is None or not Person.objects.filter(pk=found.person_id, left_at__isnull=True).exists():
        return None
    return Account.objects.filter(
        pk=found.account_id, school_id=found.school_id, person_id=found.person_id, is_active=True
    ).first()


def identities(account: Account) -> dict[str, Identity]:
    """What an account is connected with now, by kind of provider."""
    return {one.kind: one for one in Identity.objects.filter(account_id=account.pk, ended_at__isnull=True)}


def proves(account: Account) -> Provider | None:
    """Where somebody may prove with a second step that it is they, because the school lets it count."""
    for kind, identity in identities(account).items():
        found = provider(account.school_id, kind)
        if found is not None and found.second_step_counts and found.issuer == identity.issuer:
            return found
    return None
