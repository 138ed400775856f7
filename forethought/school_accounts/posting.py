"""Posts for a school account: written, checked, proposed, approved by another, put up, and shown as good ones."""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import F

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.errors import TooLate, insist
from forethought.evidence import keyring
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Person
from forethought.people.post import owe_letters, withdraw_letters
from forethought.school_accounts import post_rules as rules
from forethought.school_accounts import post_standing, standing
from forethought.school_accounts.models import SchoolAccount
from forethought.school_accounts.post_models import PostPicture, PostStep, SchoolPost
from forethought.school_accounts.post_rules import Status


@dataclass(frozen=True)
class Written:
    """What somebody wrote for a school account, and their two answers about pupils."""

    words: str
    consent: str
    names: str


def write_post(*, account: SchoolAccount, written: Written, by: Person, at: datetime) -> SchoolPost:
    """Begin a post for a school account. Nobody else is asked anything yet. Policy 2.1."""
    insist(rules.why_not_write_post(closed=account.closed_at is not None, words=written.words), "2.1")
    with acting("school_accounts.write_post", by=by, at=at) as event:
        row = SchoolPost(
            id=uuid.uuid4(),
            school_id=account.school_id,
            account=account,
            proposer=by,
            status=Status.WRITING,
            consent=written.consent,
            names=written.names,
            written_at=at,
        )
        row.content = keyring.seal_at_school(row, "content", {"words": written.words})
        row.save(force_insert=True)
        event.about = row.pk
    return row


def change_post(*, post: SchoolPost, version: int, written: Written, by: Person, at: datetime) -> None:
    """Change the words or the answers of one's own post, before it is proposed. Policy 2.1."""
    _insist_own(post, "change_post", by)
    insist(rules.why_not_write_post(closed=False, words=written.words), "2.1")
    with acting("school_accounts.change_post", by=by, at=at, about=post.pk):
        content = keyring.seal_at_school(post, "content", {"words": written.words})
        _move(post, "change_post", version, content=content, consent=written.consent, names=written.names)


def keep_picture(
    *, post: SchoolPost, version: int, data: bytes, media_type: str, alt: str, by: Person, at: datetime
) -> PostPicture:
    """Keep a picture for one's own post, in place of the one before. `data` was drawn anew, so it tells nothing else.

    It is kept no longer than it is needed: until the post is up or withdrawn, thirty days at most. Policy 6.3.
    """
    _insist_own(post, "keep_picture", by)
    with acting("school_accounts.keep_picture", by=by, at=at, about=post.pk) as event:
        _move(post, "keep_picture", version)
        _remove(post, at)
        row = PostPicture(
            id=uuid.uuid4(), school_id=post.school_id, post=post, media_type=media_type, alt=alt, kept_at=at
        )
        row.sha256 = hashlib.sha256(data).digest()
        row.content = keyring.seal_at_school(row, "content", {"picture": base64.b64encode(data).decode()})
        row.save(force_insert=True)
        event.commitments["picture"] = row.sha256.hex()
        set_alarm(school_id=post.school_id, kind="post_picture", about=post.pk, rings_at=at + rules.PICTURE_WAITS)
    return row


def remove_picture(*, post: SchoolPost, version: int, by: Person, at: datetime) -> None:
    """Take the picture off one's own post. Its bytes are gone. Policy 6.3."""
    _insist_own(post, "remove_picture", by)
    with acting("school_accounts.remove_picture", by=by, at=at, about=post.pk):
        _move(post, "remove_picture", version)
        _remove(post, at)


def _remove(post: SchoolPost, at: datetime) -> None:
    PostPicture.objects.filter(post=post, removed_at__isnull=True).update(content=None, removed_at=at)
    stop_alarm(kind="post_picture", about=post.pk, at=at)


def propose_post(*, post: SchoolPost, version: int, by: Person, at: datetime) -> None:
    """Ask the custodians of the account to approve a post. From now on its words stay as they are. Policy 2.1, 6.3."""
    approvers = [one for one in standing.custodians(post.account) if one.pk != by.pk]
    insist(
        rules.why_not_propose_post(
            status=post.status,
            own=post.proposer_id == by.pk,
            closed=post.account.closed_at is not None,
            approvers=len(approvers),
        ),
        "2.1",
    )
    with acting("school_accounts.propose_post", by=by, at=at, about=post.pk) as event:
        _move(post, "propose_post", version)
        event.facts.update(consent=post.consent, names=post.names)
        _step(post, "propose_post", {}, by, at)
        withdraw_letters(about=post.pk, kinds=("answered",), at=at)
        owe_letters(people=approvers, kind="to_decide", at=at, about=post.pk)


def send_back(*, post: SchoolPost, version: int, why: str, by: Person, at: datetime) -> None:
    """Send a post back to whoever wrote it, with what should be different. Policy 2.1, 6.3."""
    custodian = standing.is_custodian(post.account, by)
    own = post.proposer_id == by.pk
    insist(rules.why_not_send_back(status=post.status, custodian=custodian, own=own, why=why), "2.1")
    with acting("school_accounts.send_back", by=by, at=at, about=post.pk):
        _move(post, "send_back", version, approved_at=None, approved_by=None)
        _step(post, "send_back", {"why": why}, by, at)
        withdraw_letters(about=post.pk, kinds=("to_decide", "answered"), at=at)
        owe_letters(people=[post.proposer], kind="answered", at=at, about=post.pk)


def approve_post(*, post: SchoolPost, version: int, by: Person, at: datetime) -> None:
    """Approve a post that somebody else proposed, word for word as it stands. Policy 2.1, 6.3."""
    insist(
        rules.why_not_approve_post(
            status=post.status,
            custodian=standing.is_custodian(post.account, by),
            own=post.proposer_id == by.pk,
            consent=post.consent,
            names=post.names,
        ),
        "6.3",
    )
    with acting("school_accounts.approve_post", by=by, at=at, about=post.pk) as event:
        _move(post, "approve_post", version, approved_at=at, approved_by=by)
        step = _step(post, "approve_post", {}, by, at)
        event.commitments["approved"] = hashlib.sha256(step.content).hexdigest()
        withdraw_letters(about=post.pk, kinds=("to_decide",), at=at)
        owe_letters(people=[post.proposer], kind="answered", at=at, about=post.pk)


def note_posted(*, post: SchoolPost, version: int, shown_at: datetime, address: str, by: Person, at: datetime) -> None:
    """Say when and where an approved post went up. Its picture is not needed here any more. Policy 2.1."""
    insist(
        rules.why_not_note_posted(
            status=post.status,
            custodian=standing.is_custodian(post.account, by),
            shown_at=shown_at,
            approved_at=post.approved_at,
            at=at,
        ),
        "2.1",
    )
    with acting("school_accounts.note_posted", by=by, at=at, about=post.pk):
        _move(post, "note_posted", version, posted_at=at, posted_by=by, shown_at=shown_at, address=address)
        _step(post, "note_posted", {}, by, at)
        _remove(post, at)
        withdraw_letters(about=post.pk, kinds=("answered",), at=at)


def withdraw_post(*, post: SchoolPost, version: int, by: Person, at: datetime) -> None:
    """Take one's own post back before it is up. Policy 2.1."""
    insist(rules.why_not_withdraw_post(status=post.status, own=post.proposer_id == by.pk), "2.1")
    with acting("school_accounts.withdraw_post", by=by, at=at, about=post.pk):
        _move(post, "withdraw_post", version)
        _remove(post, at)
        withdraw_letters(about=post.pk, kinds=("to_decide", "answered"), at=at)


def mark_example(*, post: SchoolPost, version: int, why: str, by: Person, at: datetime) -> None:
    """Show a post that is up to all staff as a good one, with what is good in it. Policy 2.1."""
    insist(
        rules.why_not_mark_example(
            status=post.status,
            custodian=standing.is_custodian(post.account, by),
            marked=post.example_at is not None,
            why=why,
        ),
        "2.1",
    )
    with acting("school_accounts.mark_example", by=by, at=at, about=post.pk):
        _move(post, "mark_example", version, example_at=at, example_by=by, example_why=why)


def unmark_example(*, post: SchoolPost, version: int, by: Person, at: datetime) -> None:
    """Take a post off the page of good ones. Policy 2.1."""
    custodian = standing.is_custodian(post.account, by)
    insist(rules.why_not_unmark_example(custodian=custodian, marked=post.example_at is not None), "2.1")
    with acting("school_accounts.unmark_example", by=by, at=at, about=post.pk):
        _move(post, "unmark_example", version, example_at=None, example_by=None, example_why="")


def _insist_own(post: SchoolPost, verb: str, by: Person) -> None:
    insist(rules.why_not_change_post(verb=verb, status=post.status, own=post.proposer_id == by.pk), "2.1")


def _move(post: SchoolPost, verb: str, version: int, **values: object) -> None:
    """Move a post that is as its reader saw it, by one conditional UPDATE. Raises TooLate when somebody was first."""
    sources, target = rules.MOVES[verb]
    if target is not None:
        values["status"] = target
    unmoved = SchoolPost.objects.filter(pk=post.pk, version=version, status__in=sources)
    if not unmoved.update(**values, version=F("version") + 1):
        raise TooLate("This post has changed since you opened it. Look again. Nothing was changed.")
    post.refresh_from_db()


def _step(post: SchoolPost, kind: str, more: Mapping[str, str], by: Person, at: datetime) -> PostStep:
    """Keep who took which step, and the words, answers and picture that it was about."""
    picture = post_standing.picture_of(post)
    row = PostStep(id=uuid.uuid4(), school_id=post.school_id, post=post, kind=kind, taken_at=at, taken_by=by)
    said = {
        **asdict(Written(post_standing.words_of(post), post.consent, post.names)),
        "picture": bytes(picture.sha256).hex() if picture else "",
        **more,
    }
    row.content = keyring.seal_at_school(row, "content", said)
    row.save(force_insert=True)
    return row


# --- What the clock does ---


def ring_picture(about: uuid.UUID, at: datetime) -> None:
    """A picture has waited for thirty days."""
    post = SchoolPost.objects.get(pk=about)
    if post_standing.picture_of(post) is not None:
        drop_picture(post=post, by=PROGRAM, at=at)


def drop_picture(*, post: SchoolPost, by: Actor, at: datetime) -> None:
    """Remove a picture whose post did not go up in thirty days. The post waits without it, to be written anew.

    One that was proposed or approved with it is sent back: what was agreed to is not there any more. Policy 6.3.
    """
    with acting("school_accounts.drop_picture", by=by, at=at, about=post.pk):
        _remove(post, at)
        waits = SchoolPost.objects.filter(pk=post.pk, status__in=[Status.PROPOSED, Status.APPROVED])
        sent_back = waits.update(status=Status.SENT_BACK, approved_at=None, approved_by=None, version=F("version") + 1)
        if sent_back:
            withdraw_letters(about=post.pk, kinds=("to_decide", "answered"), at=at)
            owe_letters(people=[post.proposer], kind="answered", at=at, about=post.pk)


BELLS = {"post_picture": ring_picture}
