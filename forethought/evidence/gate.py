"""The gate: three questions before any file may be chosen, sent or captured.

Pictures of under-18s that are nude, partly nude or sexual must not be copied at all, and intimate pictures of adults
must not be either. So nobody is asked to judge: “not sure” counts as yes (law.md 1.4).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LIFETIME = timedelta(minutes=60)
FILES_A_BATCH = 20


class Answer(StrEnum):
    """What was answered to one of the three questions."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not_sure"


class Outcome(StrEnum):
    """What the answers about the pictures come to."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password.
    STOP_CHILD = "stop_child"
    STOP_ADULT = "stop_adult"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the three answers come to. `emergency`: show the words for a threat to life, and go on."""

    outcome: Outcome
    emergency: bool

    @property
    def passed(self) -> bool:
        """Whether a file control may be shown."""
        return self.outcome is Outcome.PASS


def verdict(*, under_18: Answer, adult_intimate: Answer, danger: Answer) -> Verdict:
    """Only “no” to both questions about the pictures opens the gate; a child comes first when both stop it.

    law.md 1.4; Policy 7.4.
    """
    if under_18 is not Answer.NO:
        outcome = Outcome.STOP_CHILD
    elif adult_intimate is not Answer.NO:
        outcome = Outcome.STOP_ADULT
    else:
        outcome = Outcome.PASS
    return Verdict(outcome=outcome, emergency=danger is not Answer.NO)


def grant_ends(answered_at: datetime) -> datetime:
    """When the answers must be given again, whatever has been sent. law.md 1.4."""
    return answered_at + LIFETIME


def why_not_upload(
    *,
    verdict: Verdict,
    granted_to: str,
    asked_by: str,
    expires_at: datetime,
    at: datetime,
    used_at: datetime | None = None,
    used_files: int = 0,
    most_files: int = FILES_A_BATCH,
) -> str | None:
    """A grant lets the person who answered send one batch of files, within the hour, if the gate was passed.

    `used_at` is when a batch was sent under it; `used_files` counts the files already taken where they come one by
    one. Asked before the body of the upload is read. law.md 1.4; Policy 7.4.
    """
    if verdict.outcome is Outcome.STOP_CHILD:
        return (
            "No file can be taken here, because someone shown may be under 18. Do not copy it, send it on or delete "
            "it. Tell the designated safeguarding lead now."
        )
    if verdict.outcome is Outcome.STOP_ADULT:
        return (
            "No file can be taken here, because it may show an adult in an intimate state. Do not copy it or send it "
            "on. Write down the address, the account and the time instead."
        )
    if asked_by != granted_to:
        return "These questions were answered by someone else. Please answer them yourself."
    if at >= expires_at:
        return "These questions were answered too long ago. Please answer them again."
    if used_at is not None:
        return "These answers were for the files that you have already sent. Please answer again for further ones."
    if used_files >= most_files:
        return f"These answers were for {most_files} files, and all have come. Please answer again for further ones."
    return None
