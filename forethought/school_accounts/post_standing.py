"""Posts for school accounts as somebody may read them: the proposer, the custodians, and all staff the good ones."""

import base64
import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from forethought.evidence import keyring
from forethought.people.models import Person
from forethought.school_accounts import standing
from forethought.school_accounts.models import Custody, SchoolAccount
from forethought.school_accounts.post_models import PostPicture, PostStep, SchoolPost
from forethought.school_accounts.post_rules import Status

#: Lists show this many.
MOST = 50
FINAL = (Status.POSTED, Status.WITHDRAWN)


def words_of(post: SchoolPost) -> str:
    """The words of a post, opened."""
    return str(keyring.words_at_school(post, "content")["words"])


@dataclass(frozen=True)
class Step:
    """One step of a post, opened. `why` is empty but where it was sent back."""

    kind: str
    by: str
    row: PostStep
    words: str
    why: str


def steps_of(post: SchoolPost) -> list[Step]:
    """The steps of a post, in their order."""
    found = []
    for row in PostStep.objects.select_related("taken_by").filter(post=post).order_by("taken_at", "id"):
        said = keyring.words_at_school(row, "content")
        found.append(Step(row.kind, row.taken_by.name, row, said["words"], said.get("why", "")))
    return found


def picture_of(post: SchoolPost) -> PostPicture | None:
    """The picture that is kept for a post, if there is one."""
    found: PostPicture | None = PostPicture.objects.filter(post=post, removed_at__isnull=True).first()
    return found


def bytes_of(picture: PostPicture) -> bytes:
    """A picture's bytes, opened."""
    return base64.b64decode(keyring.words_at_school(picture, "content")["picture"])


def _posts() -> "QuerySet[SchoolPost]":
    found: QuerySet[SchoolPost] = SchoolPost.objects.select_related(
        "account", "proposer", "approved_by", "posted_by", "example_by"
    )
    return found


def post_for(post_id: uuid.UUID, person: Person) -> SchoolPost | None:
    """A post that somebody wrote, or that was proposed for an account they look after. Nothing for everybody else.

    What is still being written is its writer's alone. Policy 2.1.
    """
    found = _posts().filter(pk=post_id).first()
    if found is None or found.proposer_id == person.pk:
        return found
    if not PostStep.objects.filter(post=found).exists():
        return None
    return found if standing.is_custodian(found.account, person) else None


def own_posts(person: Person) -> list[SchoolPost]:
    """What somebody wrote for school accounts, what is on its way first, then newest first."""
    rows = list(_posts().filter(proposer=person).order_by("-written_at", "-id")[:MOST])
    return sorted(rows, key=lambda one: one.status in FINAL)


def to_approve(person: Person) -> list[SchoolPost]:
    """The posts of others that wait for a custodian: to be approved, or to be put up; longest first."""
    held = Custody.objects.filter(person=person, ended_at__isnull=True, gone_at__isnull=True).values("account")
    waits = Q(status=Status.PROPOSED) & ~Q(proposer=person)
    rows = _posts().filter(waits | Q(status=Status.APPROVED), account__in=held)
    return list(rows.order_by("written_at", "id")[:MOST])


def of_account(account: SchoolAccount) -> list[SchoolPost]:
    """The posts of an account that went up, newest first: for its custodians, who approved and put up what."""
    return list(_posts().filter(account=account, status=Status.POSTED).order_by("-shown_at", "-id")[:MOST])


def good_posts() -> list[SchoolPost]:
    """The posts that custodians show to all staff as good ones, newest first. Policy 2.1."""
    return list(_posts().filter(example_at__isnull=False).order_by("-example_at", "-id")[:MOST])
