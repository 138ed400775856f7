"""Who holds which office in a school, and what is known of a matter: what the conflict rules are asked about.

Plain values, made from the appointments and absences of the moment. Everybody is a person, never an account: whoever
holds two offices, or signs in twice, is one person here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

PersonId = UUID | str


class Answer(StrEnum):
    """What a reporter can say to a question that they may not be sure of."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not_sure"


class Act(StrEnum):
    """The acts of a case for which somebody must always be there. Policy 7.2."""

    TRIAGE = "triage"
    ASK_HOST = "ask_host"
    CHECK_REMOVAL = "check_removal"
    OFFER_SUPPORT = "offer_support"
    ASK_CONSENT = "ask_consent"
    REPORT_TO_POLICE = "report_to_police"
    CLOSE = "close"
    SECOND_INFORMED = "second_informed"


@dataclass(frozen=True)
class Outside:
    """Somebody outside the school, named where nobody inside may act. `key` finds their number in the register."""

    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who is what at the school now. Lists are in the order in which people are asked. Policy 2.5."""

    head: PersonId | None = None
    senior_managers: tuple[PersonId, ...] = ()
    dsl: PersonId | None = None
    deputy_dsls: tuple[PersonId, ...] = ()
    chair: PersonId | None = None
    vice_chair: PersonId | None = None
    clerk: PersonId | None = None
    governors: frozenset[PersonId] = frozenset()
    trust_lead: PersonId | None = None
    head_assistants: frozenset[PersonId] = frozenset()
    hr_advisers: frozenset[PersonId] = frozenset()
    it_support: frozenset[PersonId] = frozenset()
    protection_officer: PersonId | None = None

    away: frozenset[PersonId] = frozenset()
    #: Whom each person works to.
    line_managers: Mapping[PersonId, PersonId] = field(default_factory=dict)
    #: Pairs or groups who share a household, a contract or a union duty, as they declared.
    ties: frozenset[frozenset[PersonId]] = frozenset()
    #: Accounts under which people are known, where facts may name an account instead of a person.
    accounts: Mapping[PersonId, PersonId] = field(default_factory=dict)

    in_trust: bool = False
    clerk_is_chairs_nominee: bool = False
    head_is_proprietor: bool = False

    local_authority: str = "the local authority's designated officer"
    trust_board: str = "the trust's board"
    trustees_chair: str = "the chair of trustees"

    def person(self, known_as: PersonId) -> PersonId:
        """The person behind an account or a person id."""
        return self.accounts.get(known_as, known_as)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a matter when somebody must act on it.

    `subjects`: the adults of the school it is about, any number. A pupil, a parent or a stranger is not among them,
    unless they are an adult of the school as well. `unknown_staff`: about somebody who works or helps here, not known
    who. `conflicted`: who cannot act in this: they said so, the reporter marked them, or they were kept out before.
    `acts`: who did what already. Policy 7.2.
    """

    subjects: frozenset[PersonId] = frozenset()
    unknown_staff: bool = False
    head_maybe: Answer = Answer.NO
    reporter: PersonId | None = None
    affected: frozenset[PersonId] = frozenset()
    witnesses: frozenset[PersonId] = frozenset()
    conflicted: frozenset[PersonId] = frozenset()
    child_concerned: Answer = Answer.NO
    acts: Mapping[Act, PersonId] = field(default_factory=dict)
