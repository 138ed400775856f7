"""Saying where people sign in, and connecting one's account with one elsewhere. Nobody gets an account by it."""

import uuid
from datetime import datetime

from forethought.audit.procedures import acting
from forethought.core.errors import Refused, insist
from forethought.evidence import keyring
from forethought.people.models import Account, Person, Role, School
from forethought.people.sessions import roles_of
from forethought.signing_in import asking, rules, standing
from forethought.signing_in.models import Identity, SignInProvider
from forethought.signing_in.rules import Told

NONE_THERE = "Nobody can sign in there now."
DONE_BEFORE = "It is not connected any more."


def set_provider(
    *,
    school: School,
    kind: str,
    tenant: str,
    client_id: str,
    secret: str,
    second_step_counts: bool,
    by: Person,
    at: datetime,
) -> SignInProvider:
    """Say where people may sign in, in place of what was said before. The secret is sealed, and shown never again.

    Policy 2.5.
    """
    tenant = rules.tidy_tenant(kind, tenant)
    head = Role.HEAD in roles_of(by, at)
    insist(
        rules.why_not_set_provider(
            kind=kind,
            tenant=tenant,
            client_id=client_id,
            secret=secret,
            counts=second_step_counts,
            head=head,
            plain=asking.plain_origins(),
        ),
        "2.5",
    )
    with acting("signing_in.set_provider", by=by, at=at, facts={"kind": kind}) as event:
        event.facts["second_step_counts"] = second_step_counts
        row = SignInProvider(
            id=uuid.uuid4(),
            school=school,
            kind=kind,
            tenant=tenant,
            client_id=client_id,
            second_step_counts=second_step_counts,
            set_at=at,
            set_by=str(by.id),
        )
        row.content = keyring.seal_at_school(row, "content", {"secret": secret})
        _forget_secrets(kind)
        row.save(force_insert=True)
        event.about = row.id
    return row


def end_provider(*, school: School, kind: str, by: Person, at: datetime) -> SignInProvider:
    """Let nobody sign in there any more, from the next request on. The secret is emptied. Policy 2.5."""
    with acting("signing_in.end_provider", by=by, at=at, facts={"kind": kind}) as event:
        before = standing.provider(school.id, kind)
        if before is None:
            raise Refused(NONE_THERE, "2.5")
        _forget_secrets(kind)
        row = SignInProvider.objects.create(
            school=school,
            kind=kind,
            tenant=before.tenant,
            client_id=before.client_id,
            content=b"",
            stopped=True,
            set_at=at,
            set_by=str(by.id),
        )
        event.about = row.id
    return row


def try_provider(*, kind: str, outcome: str, by: Person, at: datetime) -> None:
    """Note that it was tried whether people can sign in there, and what came of it. Policy 2.5.

    Asked before the act (asking.try_out), so that nobody else's act waits for the network.
    """
    with acting("signing_in.try_provider", by=by, at=at, facts={"kind": kind, "outcome": outcome}):
        pass


def connect_identity(*, account: Account, kind: str, told: Told, by: Person, at: datetime) -> Identity:
    """Connect somebody's account with theirs elsewhere, by its issuer and subject, until they end it. Policy 2.5.

    Its owner is signed in by other means and has said that the account is theirs.
    """
    if account.person_id != by.id:
        raise Refused("Everybody connects their own account.", "2.5")
    with acting("signing_in.connect_identity", by=by, at=at, about=account.pk, facts={"kind": kind}):
        live = Identity.objects.filter(ended_at__isnull=True)
        # Somebody else's: one account elsewhere opens one here.
        taken = live.filter(issuer=told.issuer, subject=told.subject).exclude(account_id=account.pk).exists()
        insist(rules.why_not_connect(kind=kind, told=told, email=account.email, taken=taken), "2.5")
        live.filter(account_id=account.pk, kind=kind).update(ended_at=at, ended_by=str(by.id))
        return Identity.objects.create(
            school_id=account.school_id,
            person=by,
            account_id=account.pk,
            kind=kind,
            issuer=told.issuer,
            subject=told.subject,
            connected_at=at,
        )


def disconnect_identity(*, account: Account, kind: str, by: Person, at: datetime) -> None:
    """Let an account elsewhere open one's own here no more. Policy 2.5."""
    with acting("signing_in.disconnect_identity", by=by, at=at, about=account.pk, facts={"kind": kind}):
        live = Identity.objects.filter(account_id=account.pk, person=by, kind=kind, ended_at__isnull=True)
        insist(None if live.update(ended_at=at, ended_by=str(by.id)) else DONE_BEFORE, "2.5")


def _forget_secrets(kind: str) -> None:
    """Empty the secrets of what was said before: they are good for nothing here any more."""
    SignInProvider.objects.filter(kind=kind).exclude(content=b"").update(content=b"")
