"""When the school may tell the police, and what the person harmed has said about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from forethought.core.text import is_blank


class Basis(StrEnum):
    """On what the school's own report to the police rests. Policy 8.7."""

    CONSENT = "consent"
    DANGER = "danger"
    LAW = "law"
    PROTECTION = "protection"


BASES = {
    Basis.CONSENT: "The person harmed said yes",
    Basis.DANGER: "A life or a child may be in danger",
    Basis.LAW: "The law requires it",
    Basis.PROTECTION: "It protects others from serious harm",
}

#: What is said when somebody is asked. Its version is kept with the answer.
EXPLAINED = (
    "Shall the school report it? You can change your mind, or call the police yourself. If a life or a child may be in "
    "danger, or the law requires it, the school can act without your yes. Rarely, two people may decide so to protect "
    "others. We tell you when that is safe."
)


@dataclass(frozen=True)
class Step:
    """One step in asking: `asked`, `answered` with yes, no or not_now, or `withdrawn`."""

    step: str
    answer: str = ""


def standing_answer(steps: Sequence[Step]) -> str:
    """Where consent stands: unasked, asked, yes, no, not_now or withdrawn. The last step holds. Policy 8.7."""
    if not steps:
        return "unasked"
    last = steps[-1]
    return last.answer if last.step == "answered" else last.step


def why_not_ask_consent(*, standing: str) -> str | None:
    """Why somebody is not asked again now. “Not now” can be asked again; a no is left alone. Policy 8.7."""
    if standing == "asked":
        return "They have been asked and have not answered yet."
    if standing == "yes":
        return "They have said yes."
    if standing in {"no", "withdrawn"}:
        return "They have said no. They can change their mind on their own page."
    return None


def why_not_withdraw_consent(*, standing: str) -> str | None:
    """Only a yes can be taken back. Policy 8.7."""
    return None if standing == "yes" else "There is no yes to take back."


def why_not_report_to_police(*, basis: Basis, standing: str, reason: str, second: bool) -> str | None:
    """When the school may report harm to an adult.

    With a yes. Without one: where a life or a child is in danger or the law requires it, on one name and a reason, at
    once; where it protects others from serious harm, on two names. A child's report never asks. Policy 8.7.
    """
    if basis is Basis.CONSENT:
        if standing == "yes":
            return None
        if standing in {"no", "withdrawn"}:
            return "They said no. The school cannot report this for them. They still can."
        return "They have not said yes. Ask them first."
    if is_blank(reason):
        return "Say in a few words why the school reports it without a yes."
    if basis is Basis.PROTECTION and not second:
        return "This needs a second name. Choose who decides with you."
    return None


def why_not_second(*, is_first: bool, waiting: bool) -> str | None:
    """The second name is another person's, given once. Policy 8.7."""
    if not waiting:
        return "This has been answered already."
    return "The second name must be another person’s." if is_first else None
