"""Complaints in a flood: kept, and told to nobody until their sender has shown that a person sent them.

The page is never shut. From one address, or in all, more than a few in an hour are held: the sender gets a code by mail
and types it in, or comes back with the code of the receipt once it is calm. Only then is there a case (clause 8.1).
"""

import hmac
import uuid
from datetime import datetime, timedelta

from django.db.models import F

from forethought.audit.procedures import Visitor, acting
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people import codes
from forethought.people.models import Doorway, School
from forethought.people.post import wake
from forethought.reports import forking as rules
from forethought.reports.complaints import Answers, receive_complaint
from forethought.reports.mailing import mails
from forethought.reports.models import Complaint, HeldComplaint

#: How long one that nobody confirmed is kept. Then its row goes, with its words.
KEPT = timedelta(days=7)


def in_last_hour(at: datetime) -> int:
    """How many complaints became cases in the hour before an instant (UTC)."""
    return Complaint.objects.filter(received_at__gt=at - timedelta(hours=1)).count()


def is_crowded(*, from_here: int, at: datetime) -> bool:
    """Whether the next complaint is held: too many from one address, or in all. `from_here` counts this one too."""
    return rules.is_held(in_last_hour=in_last_hour(at), from_here=from_here)


def hold_complaint(
    *, school: School, answers: Answers, press: uuid.UUID, by: Visitor, at: datetime
) -> tuple[HeldComplaint, str]:
    """Keep a complaint that came in a flood, with a code to come back with. Nobody is told of it. Two presses make one.

    Where the sender gave a mail address, a second code goes there. Policy 8.1.
    """
    insist(rules.why_not_complain(happened=str(answers.get("happened", "")), who=str(answers.get("who", ""))), "8.1")
    with acting("reports.hold_complaint", by=by, at=at) as event:
        HeldComplaint.objects.filter(ends_at__lte=at).delete()
        row = HeldComplaint.objects.filter(press=press).first()
        if row is None:
            row = HeldComplaint(id=uuid.uuid4(), school=school, press=press, received_at=at, ends_at=at + KEPT)
            proof = codes.staffroom_code()
            address = rules.mail_address(str(answers.get("reach", "")))
            row.content = keyring.seal_at_school(row, "content", {"answers": dict(answers), "code": proof})
            row.mail_at = at if address and mails() else None
            row.save(force_insert=True)
            if row.mail_at is not None:
                wake(school.id, at)
        event.about = row.id
        event.facts["mailed"] = row.mail_at is not None
        return row, _receipt(row, at)


def _receipt(row: HeldComplaint, at: datetime) -> str:
    code = codes.receipt_code()
    Doorway.objects.create(
        key_hash=codes.key_hash("receipt", codes.tidy(code)),
        kind="receipt",
        school_id=row.school_id,
        opens=row.id,
        made_at=at,
        ends_at=row.ends_at,
    )
    return code


def confirm_complaint(*, held: HeldComplaint, code: str, by: Visitor, at: datetime) -> Complaint:
    """Show that a person sent it: by the code from the mail, or without one when it is calm. Now it is received.

    The code of the receipt leads to the complaint from then on. Policy 8.1.
    """
    said = keyring.words_at_school(held, "content")
    fits = hmac.compare_digest(codes.tidy(code), codes.tidy(str(said["code"])))
    calm = in_last_hour(at) < rules.MOST_IN_AN_HOUR and at >= held.received_at + rules.CALM_AFTER
    insist(
        rules.why_not_confirm(
            over=at >= held.ends_at, tries=held.tries, typed=bool(code.strip()), fits=fits, calm=calm
        ),
        "8.1",
    )
    with acting("reports.confirm_complaint", by=by, at=at, about=held.id, facts={"by_mail": fits}):
        complaint, _ = receive_complaint(
            school=held.school, answers=dict(said["answers"]), press=held.press, by=by, at=at
        )
        # Both the receipt and the visit that it opened lead on.
        Doorway.objects.filter(opens=held.id).exclude(kind="receipt").update(opens=complaint.id)
        Doorway.objects.filter(opens=held.id, kind="receipt").update(opens=complaint.id, ends_at=None)
        HeldComplaint.objects.filter(pk=held.pk).delete()
    return complaint


def note_wrong_code(*, held: HeldComplaint, by: Visitor, at: datetime) -> None:
    """Count a code that did not fit. After a few, only waiting until it is calm helps. Policy 8.1."""
    with acting("reports.note_wrong_code", by=by, at=at, about=held.id):
        HeldComplaint.objects.filter(pk=held.pk).update(tries=F("tries") + 1)
