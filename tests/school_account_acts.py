"""Accounts of the school and posts for them, made by the procedures that people use."""

from builders import World

from forethought.people.models import Person
from forethought.school_accounts import posting, procedures
from forethought.school_accounts.models import SchoolAccount
from forethought.school_accounts.post_models import SchoolPost
from forethought.school_accounts.posting import Written
from forethought.school_accounts.procedures import Said

SAID = Said(
    medium="Facebook",
    handle="Larkfield Primary",
    address="https://facebook.example/larkfield",
    purpose="News for families.",
    owner="head",
    recovery="office",
    parent_facing=True,
    comments="Off.",
    consent="The office keeps the list.",
    archive="Downloaded, then deleted.",
)


def an_account_of(world: World, *custodians: Person, **changes: object) -> SchoolAccount:
    """An account on the register. The head looks after none of it; a teacher and a senior manager do."""
    return procedures.register_account(
        school=world.school,
        said=Said(**{**vars(SAID), **changes}),
        custodians=custodians or (world.teacher, world.senior),
        asked=None,
        by=world.head,
        at=world.at,
    )


def a_post(world: World, account: SchoolAccount, *, by: Person | None = None, **changes: str) -> SchoolPost:
    """A post that is being written, by a colleague who looks after nothing unless said otherwise."""
    written = Written(**{"words": "Year 6 planted a hedge today.", "consent": "none", "names": "none", **changes})
    return posting.write_post(account=account, written=written, by=by or world.colleague, at=world.at)


def a_proposed_post(world: World, account: SchoolAccount, *, by: Person | None = None, **changes: str) -> SchoolPost:
    """A post that waits for a custodian."""
    post = a_post(world, account, by=by, **changes)
    posting.propose_post(post=post, version=post.version, by=post.proposer, at=world.at)
    return post


def an_approved_post(world: World, account: SchoolAccount) -> SchoolPost:
    """A post that a custodian approved."""
    post = a_proposed_post(world, account)
    posting.approve_post(post=post, version=post.version, by=world.senior, at=world.at)
    return post


def a_posted_post(world: World, account: SchoolAccount) -> SchoolPost:
    """A post that is up."""
    post = an_approved_post(world, account)
    posting.note_posted(
        post=post,
        version=post.version,
        shown_at=world.at,
        address="https://facebook.example/larkfield/1",
        by=world.teacher,
        at=world.at,
    )
    return post
