"""A post for a school account: from its first words to being up, with four eyes in between. Clauses 2.1, 6.3."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from forethought.core.naming import Named
from forethought.core.text import is_blank

#: In characters, as for the check of a post.
LONGEST_POST = 5000
#: How long a picture waits for its post to go up.
PICTURE_WAITS = timedelta(days=30)
#: A picture as it is kept, in bytes: drawn anew, a phone's is smaller.
LARGEST_PICTURE = 12 * 1024 * 1024


class Status(Named):
    """Where a post stands."""

    WRITING = "writing", "Being written"
    PROPOSED = "proposed", "Waits for approval"
    SENT_BACK = "sent_back", "Sent back"
    APPROVED = "approved", "Approved, not up yet"
    POSTED = "posted", "Up"
    WITHDRAWN = "withdrawn", "Withdrawn"


#: Each act: from which statuses, and to which. None leaves it where it stands.
MOVES: Mapping[str, tuple[frozenset[Status], Status | None]] = {
    "change_post": (frozenset({Status.WRITING, Status.SENT_BACK}), None),
    "keep_picture": (frozenset({Status.WRITING, Status.SENT_BACK}), None),
    "remove_picture": (frozenset({Status.WRITING, Status.SENT_BACK}), None),
    "propose_post": (frozenset({Status.WRITING, Status.SENT_BACK}), Status.PROPOSED),
    "send_back": (frozenset({Status.PROPOSED, Status.APPROVED}), Status.SENT_BACK),
    "approve_post": (frozenset({Status.PROPOSED}), Status.APPROVED),
    "note_posted": (frozenset({Status.APPROVED}), Status.POSTED),
    "withdraw_post": (
        frozenset({Status.WRITING, Status.PROPOSED, Status.SENT_BACK, Status.APPROVED}),
        Status.WITHDRAWN,
    ),
    "mark_example": (frozenset({Status.POSTED}), None),
    "unmark_example": (frozenset({Status.POSTED}), None),
}


class Consent(Named):
    """Whether the families of the pupils who can be seen have agreed, as the proposer says."""

    NO_PUPIL = "none", "No pupil can be seen"
    ALL = "all", "Yes, all of them: I looked at the school’s list"
    NOT_ALL = "not_all", "No, not all of them"
    NOT_SURE = "not_sure", "I am not sure"


class Names(Named):
    """Whether pupils are named, as the proposer says."""

    NONE = "none", "No pupil is named"
    AGREED = "agreed", "Yes, and their families agreed to the name"
    NOT_AGREED = "no", "Yes, and not all families agreed"
    NOT_SURE = "not_sure", "I am not sure"


def flags(*, consent: str, names: str, picture: bool) -> tuple[str, ...]:
    """What a post may not go up with: a pupil without consent, or a full name with a face. Policy 6.3.

    Answered by people: nothing recognises anybody.
    """
    found = []
    if consent == Consent.NOT_ALL:
        found.append("A pupil can be seen whose family has not agreed.")
    if consent == Consent.NOT_SURE:
        found.append("Nobody is sure that the families agreed.")
    if names == Names.NOT_AGREED:
        found.append("A pupil is named whose family has not agreed.")
    if names == Names.NOT_SURE:
        found.append("Nobody is sure about the names in it.")
    if picture and consent == Consent.ALL and names == Names.AGREED:
        found.append("Pupils are shown and named together. No full name goes with a face.")
    return tuple(found)


def stops(*, consent: str, names: str) -> bool:
    """Whether the answers stop an approval; the last flag above asks for care, and stops nothing. Policy 6.3."""
    unsettled = consent in {Consent.NOT_ALL, Consent.NOT_SURE} or names in {Names.NOT_AGREED, Names.NOT_SURE}
    return unsettled


def why_not_move(verb: str, status: str) -> str | None:
    """Whether a post that stands so can be moved so. Policy 2.1."""
    if status in MOVES[verb][0]:
        return None
    return f"This post stands at “{Status(status).words.lower()}”. That cannot be done now."


def why_not_write_post(*, closed: bool, words: str) -> str | None:
    """Any member of staff writes for an account that is open. Policy 2.1."""
    if closed:
        return "This account is closed."
    return "Write the post first." if is_blank(words) else None


def why_not_change_post(*, verb: str, status: str, own: bool) -> str | None:
    """Its words and its picture are its proposer's, until it is proposed. Policy 2.1."""
    if not own:
        return "Only whoever wrote it can change it. Send it back with a reason."
    return why_not_move(verb, status)


def why_not_propose_post(*, status: str, own: bool, closed: bool, approvers: int) -> str | None:
    """A post goes to the custodians of its account. Somebody other than its proposer must be one. Policy 2.1."""
    if not own:
        return "Only whoever wrote it can propose it."
    if reason := why_not_move("propose_post", status):
        return reason
    if closed:
        return "This account is closed."
    return None if approvers else "Nobody else looks after this account. It needs a second custodian first."


def why_not_send_back(*, status: str, custodian: bool, own: bool, why: str) -> str | None:
    """Another custodian sends it back with a reason; one that was approved too, until it is up. Policy 2.1."""
    if not custodian:
        return "A custodian of this account decides."
    if own:
        return "You wrote it. Withdraw it, or ask another custodian."
    if reason := why_not_move("send_back", status):
        return reason
    return "Say what should be different." if is_blank(why) else None


def why_not_approve_post(*, status: str, custodian: bool, own: bool, consent: str, names: str) -> str | None:
    """Another custodian approves it, never its proposer, and not while a pupil lacks consent. Policy 2.1, 6.3."""
    if not custodian:
        return "A custodian of this account decides."
    if own:
        return "You wrote it, so another custodian approves it."
    if reason := why_not_move("approve_post", status):
        return reason
    if stops(consent=consent, names=names):
        return "A pupil in it may lack consent. Send it back until that is settled."
    return None


def why_not_note_posted(
    *, status: str, custodian: bool, shown_at: datetime, approved_at: datetime | None, at: datetime
) -> str | None:
    """A custodian says when and where it went up: after it was approved, and not in days to come. Policy 2.1."""
    if not custodian:
        return "A custodian of this account says so."
    if reason := why_not_move("note_posted", status):
        return reason
    if shown_at > at:
        return "That time has not come yet."
    # Times are typed to the minute.
    if approved_at is not None and shown_at < approved_at - timedelta(minutes=1):
        return "That was before it was approved. Look at the time again."
    return None


def why_not_withdraw_post(*, status: str, own: bool) -> str | None:
    """Its proposer takes it back until it is up. Policy 2.1."""
    if not own:
        return "Only whoever wrote it can withdraw it."
    return why_not_move("withdraw_post", status)


def why_not_mark_example(*, status: str, custodian: bool, marked: bool, why: str) -> str | None:
    """A custodian shows a post that is up to all staff as a good one, and says what is good in it. Policy 2.1."""
    if not custodian:
        return "A custodian of this account decides."
    if reason := why_not_move("mark_example", status):
        return reason
    if marked:
        return "It is among the good posts already."
    return "Say in a few words what is good in it." if is_blank(why) else None


def why_not_unmark_example(*, custodian: bool, marked: bool) -> str | None:
    """A custodian takes it off that page again. Policy 2.1."""
    if not custodian:
        return "A custodian of this account decides."
    return None if marked else "It is not among the good posts."
