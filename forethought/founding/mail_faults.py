"""What a mail server's refusal means, in words for somebody who never saw one. Plain values."""

import smtplib
import socket
import ssl
from collections.abc import Sequence

#: What a mail server's refusal means to somebody who never saw one. Looked through in this order.
_MAIL_FAULTS: Sequence[tuple[type[Exception], str]] = (
    (smtplib.SMTPAuthenticationError, "The mail server did not take the name or the password that it was given."),
    (smtplib.SMTPRecipientsRefused, "The mail server does not take mail to that address. Is it typed right?"),
    (smtplib.SMTPSenderRefused, "The mail server does not take mail from the address that this program sends from."),
    (smtplib.SMTPNotSupportedError, "The mail server cannot keep mail secret on the way (TLS), which is asked of it."),
    (smtplib.SMTPServerDisconnected, "The mail server hung up. It may not know this machine."),
    (smtplib.SMTPResponseException, "The mail server refused the message."),
    (smtplib.SMTPException, "The mail server refused the message."),
    (ssl.SSLError, "The mail server’s certificate did not check out, or it does not speak TLS at that port."),
    (socket.gaierror, "No machine of the mail server’s name was found. Is the name typed right?"),
    (ConnectionRefusedError, "Nobody answers at the mail server’s port. Is the port right, and is it running?"),
    (TimeoutError, "The mail server did not answer within ten seconds. A firewall may be in between."),
    (OSError, "The mail server could not be reached."),
)
NO_MAIL_SERVER = (
    "No mail server is set yet. Whoever looks after the machine sets one, under FORETHOUGHT_SMTP_HOST. "
    "Until then letters wait, and people see what is due when they sign in."
)


def why_mail_failed(error: Exception) -> str:
    """Why a mail did not go, as a sentence for somebody who is no engineer, with the server's number where it gave one.

    Never the server's own words: they may hold addresses.
    """
    sentence = next((said for kind, said in _MAIL_FAULTS if isinstance(error, kind)), "The message could not be sent.")
    code = getattr(error, "smtp_code", None)
    return f"{sentence} (It answered {code}.)" if isinstance(code, int) and 200 <= code < 600 else sentence
