"""One real message, sent while somebody waits for it: whether it went, and if not, why, in plain words."""

import secrets

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from forethought.founding import mail_faults

SUBJECT = "Does this mail arrive?"


def new_number() -> str:
    """Six figures that come back only by way of a mailbox."""
    return f"{secrets.randbelow(900_000) + 100_000}"


def try_mail(*, to: str, number: str) -> str:
    """Send a message with this number in it. A sentence of what went wrong; empty when the mail server took it."""
    if not settings.EMAIL_HOST:
        return mail_faults.NO_MAIL_SERVER
    text = (
        f"You asked Forethought for this message.\n\nIf you wait for it now, type this number: {number}\n\n"
        "If you do not, somebody mistyped an address. You need not do anything.\n"
    )
    try:
        with get_connection() as connection:
            EmailMessage(
                SUBJECT, text, to=[to], headers={"Auto-Submitted": "auto-generated"}, connection=connection
            ).send()
    except (OSError, ValueError) as error:
        return mail_faults.why_mail_failed(error)
    return ""
