"""What a row of the access matrix says: the door, the roles for it, and whether it decides something."""

from dataclasses import dataclass
from enum import Enum

from forethought.cases.models import Kind
from forethought.people.models import Role


class Door(Enum):
    """What somebody must be to come in."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    REPORTER = "signed in, or here with a staffroom code"
    FOLLOWER = "signed in with a second step, or here with a receipt"
    WRITER = "the writer of this draft"
    TOLD = "told of this alert"
    READER = "signed in, or here by a personal link"
    OFFICE = "signed in, holding one of these roles"
    PAPERS = "somebody to whom these papers are open"
    CASE = "on the case's list, in one of these roles or seats"


REPORTS = frozenset({Kind.REPORT})
EVERY_KIND = frozenset(Kind.values)

#: Seats that open only the doors that name them, whatever other role their holder has. The other seats are held by
#: office: they open what the role opens.
NARROW = frozenset(
    {"investigator", "decider", "appeal", "note_taker", "hr", "behaviour", "guest", "glass", "dpo", "requester"}
)


@dataclass(frozen=True)
class Rule:
    """One row of the matrix: the door, the roles for a case or an office, and whether it decides (a fresh proof).

    For a case also its kinds, and the narrow seats that open this door beside the roles.
    """

    door: Door
    roles: frozenset[str] = frozenset()
    decides: bool = False
    kinds: frozenset[str] = REPORTS
    seats: frozenset[str] = frozenset()
    #: What may be asked of it. Only a directory asks more than a browser.
    methods: frozenset[str] = frozenset({"GET", "HEAD", "POST"})


HANDLERS = frozenset({Role.HEAD, Role.SENIOR, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD})
#: Who sees how well taking down works, in numbers that point at nobody: the clerk brings it to the governors.
COUNTERS = HANDLERS | {Role.CLERK}
READERS = HANDLERS | {Role.LEAD, Role.DEPUTY_LEAD}

#: Who sees how the backups stand; and who, as one of two, lets a school that came back from one go on.
BACKERS = frozenset({Role.HEAD, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD, Role.PROTECTION, Role.IT})
RELEASERS = BACKERS - {Role.IT}

#: Who sees what others declared of their family: the head; the governors in the chair see the head's own.
FAMILY_OFFICES = frozenset({Role.HEAD, Role.CHAIR, Role.VICE_CHAIR})

#: Who keeps the policy: writes it, asks about it, publishes it. And who may record what the approving body decided.
KEEPERS = frozenset({Role.HEAD, Role.CLERK, Role.HR, Role.TRUST_LEAD})
APPROVERS = frozenset({Role.CHAIR, Role.VICE_CHAIR, Role.CLERK, Role.TRUST_LEAD})
#: Who sees who has read what, by name; the others in `SHAPE` see numbers alone.
REGISTRARS = frozenset({Role.HEAD, Role.HR, Role.CLERK})
SHAPE = REGISTRARS | {Role.LEAD, Role.CHAIR, Role.PROTECTION, Role.TRUST_LEAD}
