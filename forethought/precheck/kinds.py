"""The kinds of finding, the clause behind each, and what a person is told. A school's own policy adds to them."""

from collections.abc import Sequence
from dataclasses import dataclass

#: The thirteen kinds, in the order in which the model and the judges outside count them.
KINDS = (
    "confidential",
    "bullying",
    "discrimination",
    "disrepute",
    "offensive",
    "reputation",
    "defamation",
    "copyright",
    "unlawful",
    "pupil_identified",
    "pupil_contact",
    "parent_contact",
    "personal_data",
)

#: What the one model answers, in the order of its outputs.
HEADS = (*KINDS, "hate", "foul", "threat", "sexual", "selfharm", "urgent")


@dataclass(frozen=True)
class KindInForce:
    """One kind as the policy in force has it.

    `key` is one of KINDS, or a name of the school's own. `reason` and `wording` are shown to the author. A kind that
    the model does not know is found by its `phrases`: words as they would be typed, compared without case or accents.
    """

    key: str
    clause: str
    reason: str
    wording: str
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, order=True, slots=True)
class Hit:
    """Something that a rule found, by its place in the text that the rule read. `sure` asks for no second opinion."""

    start: int
    end: int
    kind: str
    sure: bool = False


#: Section 5, bullets one to nine, the paragraphs on pupils and parents, and section 6, where no policy says otherwise.
IN_FORCE: tuple[KindInForce, ...] = (
    KindInForce(
        "confidential",
        "5.3a",
        "This looks like something learnt through the job.",
        "Leave out what only people inside the school know.",
    ),
    KindInForce(
        "bullying",
        "5.3b",
        "The person it is about would feel targeted, even without a name.",
        "Say it to them in private, or say only how your own day was.",
    ),
    KindInForce(
        "discrimination",
        "5.3c",
        "This puts people down for who they are.",
        "Take out the group. If it is about what one person did, talk to your manager instead.",
    ),
    KindInForce(
        "disrepute",
        "5.3d",
        "A fair parent could lose confidence after reading this.",
        "Leave out work, or tell it in a way you would tell a parent at the gate.",
    ),
    KindInForce(
        "offensive",
        "5.3e",
        "Some of this is sexual, threatening or foul-mouthed.",
        "Say it without these words.",
    ),
    KindInForce(
        "reputation",
        "5.3f",
        "This runs down the school or somebody who works there.",
        "Take it to your manager or your union, or write about the issue and not the person.",
    ),
    KindInForce(
        "defamation",
        "5.3g",
        "This states as fact something that could seriously harm somebody. You would have to prove it.",
        "Leave it out. If you believe it is true, report it: the whistleblowing route protects you, a post may not.",
    ),
    KindInForce(
        "copyright",
        "5.3h",
        "This shares or copies something that somebody else made.",
        "Link to where it is sold or shown, or ask the owner first.",
    ),
    KindInForce(
        "unlawful",
        "5.3i",
        "This may break a law or a court order.",
        "Do not post it. Ask your manager or your union if you are not sure.",
    ),
    KindInForce(
        "pupil_identified",
        "6.3",
        "A pupil could be recognised from this, and so could a child in care or at risk.",
        "Write about the class or the work, with no name, initials or detail that points to one child.",
    ),
    KindInForce(
        "pupil_contact",
        "5.4",
        "This invites pupils to reach you outside school accounts.",
        "Give the school's own account or e-mail instead.",
    ),
    KindInForce(
        "parent_contact",
        "5.6",
        "This takes school business with parents to a personal account.",
        "Send them to the school office or the school's account.",
    ),
    KindInForce(
        "personal_data",
        "6.3",
        "This gives away somebody's private details or where they are.",
        "Take the details out. Those who need them can ask.",
    ),
)


def in_force_by_key(kinds: Sequence[KindInForce]) -> dict[str, KindInForce]:
    """The kinds by their key. Of two rows with one key the later stands, so a policy's own row replaces ours."""
    return {kind.key: kind for kind in kinds}
