"""Sending the notices that have a form of their own, and keeping what the person concerned sent themselves."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.core.clock import spoken
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people.models import Person
from forethought.takedowns import procedures
from forethought.takedowns.mailing import queue_notice
from forethought.takedowns.models import Notice, Takedown
from forethought.takedowns.rules import RESTING, Status, why_not_mail
from forethought.takedowns.special_notices import Special, Written, missing, special_notices, write

#: Which next step a notice takes, where it takes one, so that the ladder shows it as taken.
_RUNGS = {"N8": "helpline", "N9": "helpline", "N18": "platform_review"}


def why_not_send_special(notice: Special, status: Status) -> str | None:
    """Why the school does not send this: it is somebody else's to send, or nothing is asked any more. Policy 8.4."""
    if notice.personal:
        return notice.not_school
    return "Nothing is asked about this any more." if status in RESTING else None


def why_not_keep_own_notice(notice: Special, status: Status) -> str | None:
    """Why a notice is not kept as the person's own: it is the school's, or was not handed to them. Policy 8.4."""
    if not notice.personal:
        return "The school sends this one."
    return None if status is Status.HANDED else "This is not in your hands now. Ask your helper."


def written(takedown: Takedown, number: str, said: Mapping[str, str], at: datetime) -> Written:
    """The notice as it would go, from complete answers. Raises ValueError while something is missing."""
    target, _ = procedures.target_of(takedown)
    case = takedown.case
    return write(
        special_notices()[number],
        said,
        target,
        reference=case.reference,
        sent=spoken(at, year=True),
        school=case.school.name,
    )


def lacking(takedown: Takedown, number: str, said: Mapping[str, str]) -> list[str]:
    """A sentence for each thing that a notice still needs. Policy 8.4."""
    target, _ = procedures.target_of(takedown)
    return missing(special_notices()[number], said, target, school=takedown.case.school.name)


@dataclass(frozen=True)
class ByMail:
    """To which address a notice goes by mail, and where its answer is read."""

    to: str
    reply_to: str


def subject_of_mail(takedown: Takedown) -> str:
    """The subject of a mail: what kind of notice it is stays out of it, for others may see it in passing."""
    return f"Request about material online: our reference {takedown.case.reference}"


def send_special(
    *,
    takedown: Takedown,
    number: str,
    said: Mapping[str, str],
    mail: ByMail | None = None,
    by: Person,
    at: datetime,
) -> Notice:
    """Send a notice with a form of its own by mail, or note that it was copied into their form. Kept word for word.

    By mail it goes after the commit, until the mail server has taken it; that is the proof. Policy 8.3, 8.6.
    """
    notice = special_notices()[number]
    insist(why_not_send_special(notice, Status(takedown.status)), "8.4")
    insist(next(iter(lacking(takedown, number, said)), None), "8.3")
    insist(why_not_mail(to=mail.to, reply_to=mail.reply_to) if mail else None, "8.3")
    with acting(
        "takedowns.send_special",
        by=by,
        at=at,
        about=takedown.id,
        case_id=takedown.case_id,
        facts={"kind": number, "way": "mail" if mail else "copied"},
    ):
        return _keep(takedown, notice, said, rung=_RUNGS.get(number, "other"), mail=mail, by=by, at=at)


def keep_own_notice(*, takedown: Takedown, number: str, said: Mapping[str, str], by: Actor, at: datetime) -> Notice:
    """Note that the person concerned sent a notice of their own, and keep it word for word. Policy 8.4."""
    notice = special_notices()[number]
    insist(why_not_keep_own_notice(notice, Status(takedown.status)), "8.4")
    insist(next(iter(lacking(takedown, number, said)), None), "8.4")
    with acting(
        "takedowns.keep_own_notice",
        by=by,
        at=at,
        about=takedown.id,
        case_id=takedown.case_id,
        facts={"kind": number, "way": "copied"},
    ):
        return _keep(takedown, notice, said, rung="person", by=by, at=at)


def _keep(
    takedown: Takedown,
    notice: Special,
    said: Mapping[str, str],
    *,
    rung: str,
    mail: ByMail | None = None,
    by: Actor,
    at: datetime,
) -> Notice:
    composed = written(takedown, notice.number, said, at)
    row = Notice(
        id=uuid.uuid4(),
        school_id=takedown.school_id,
        takedown=takedown,
        kind=notice.number,
        rung=rung,
        way="mail" if mail else "copied",
        sent_at=at,
        sent_by=str(by.id),
    )
    content = {
        "text": composed.text,
        "subject": subject_of_mail(takedown) if mail else composed.subject,
        "to": mail.to if mail else "",
        "reply_to": mail.reply_to if mail else "",
        "recipient": notice.to,
        "why": notice.name,
    }
    row.content = keyring.seal(row, content, case_id=takedown.case_id)
    row.save(force_insert=True)
    if mail:
        queue_notice(row, at)
    return row
