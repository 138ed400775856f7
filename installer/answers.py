"""What is asked of whoever installs: three questions at most, each with a name for unattended use.

For the rest there is a default, said on the screen; `bin/install --ask` asks for each.
"""

import ipaddress
import os
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

from forethought.backups import far_address
from installer import places
from installer.env_file import EnvFile

#: Endings that no public authority gives a certificate for (RFC 2606, RFC 6762, RFC 8375).
_NOT_PUBLIC = (".local", ".localhost", ".lan", ".internal", ".home.arpa", ".test", ".invalid", ".example")
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")

#: So many at most in an ordinary run: the name, the mail server, and its password where it wants one.
MOST_ASKED = 3

AUTOMATIC, OWN, PLAIN = "automatic", "own", "plain"
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass
class Answers:
    """One answer for each question. Kept, so that the next run asks nothing; no password is among them."""

    address: str = ""
    https: str = ""
    certificate: str = ""
    certificate_key: str = ""
    database: str = ""
    mail_server: str = ""
    mail_user: str = ""
    mail_from: str = ""
    backups: str = ""
    records_address: str = ""
    port: str = "8000"

    @classmethod
    def read(cls, text: str) -> "Answers":
        """The answers of an earlier run, of which some names may be gone by now."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in EnvFile(text).values().items() if name in known})

    def text(self) -> str:
        """As they are kept."""
        kept = EnvFile("# What bin/install was told. Change it by running: bin/install --ask\n")
        for field in fields(self):
            kept.set(field.name, getattr(self, field.name))
        return kept.text()

    @property
    def site(self) -> str:
        """The address that people type."""
        if self.https != PLAIN:
            return f"https://{self.address}"
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"http://{host}:{self.port}"


@dataclass(frozen=True)
class Question:
    """One thing to ask: its name, which is also its option; the sentence; a default; when; why an answer won't do."""

    name: str
    sentence: str
    default: Callable[[Answers], str] = lambda answers: ""
    asked: Callable[[Answers], bool] = lambda answers: True
    why_not: Callable[[str, Answers], str | None] = lambda value, answers: None
    #: Whether an unattended run may go on with the default.
    has_default: bool = True
    #: Whether it is asked in an ordinary run, and not only with --ask.
    usual: bool = False


def why_not_address(value: str, answers: Answers) -> str | None:
    """An address is a host name, or on a closed network also a number. Nothing before or after it."""
    try:
        ipaddress.ip_address(value)
        return None
    except ValueError:
        pass
    if not value:
        return "Give the name at which people will reach it, such as forethought.oak.sch.uk."
    if "://" in value or "/" in value:
        return "Give the name alone, without https:// and without anything after it."
    if not _NAME.fullmatch(value):
        return f"“{value}” is not the name of a machine. It looks like forethought.oak.sch.uk."
    return None


def why_not_typed_address(value: str, answers: Answers) -> str | None:
    """As it is typed: a name known on the internet, or any other with http:// before it, in full letters."""
    name = value.lower().removeprefix("http://")
    if wrong := why_not_address(name, answers):
        return wrong
    if name == value.lower() and not is_public(name):
        return (
            f"No public authority gives a certificate for {name}. Give a public name. On a network that nobody else "
            f"can reach, put http:// before it. With a certificate of your own, stop here and run bin/install --ask."
        )
    return None


def is_public(address: str) -> bool:
    """Whether a public authority could give a certificate for this name."""
    try:
        ipaddress.ip_address(address)
        return False
    except ValueError:
        return "." in address and not address.endswith(_NOT_PUBLIC)


def why_not_https(value: str, answers: Answers) -> str | None:
    """Plain http is chosen in full letters or not at all."""
    if value not in {AUTOMATIC, OWN, PLAIN}:
        return f"Answer {AUTOMATIC}, {OWN} or {PLAIN}."
    if value == AUTOMATIC and not is_public(answers.address):
        return (
            f"No public authority gives a certificate for {answers.address}. Give a public name, or choose {OWN}, "
            f"or {PLAIN} on a network that nobody else can reach."
        )
    return None


def why_not_certificate_file(value: str, answers: Answers) -> str | None:
    """A file that is there."""
    if not value:
        return "Give the path of its PEM file, or run bin/install --ask."
    return None if value and Path(value).is_file() else f"There is no file at “{value}”."


def why_not_certificate_key(value: str, answers: Answers) -> str | None:
    """The key must be that of the certificate, without a password."""
    if wrong := why_not_certificate_file(value, answers):
        return wrong
    try:
        asked = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Asked for a password it would wait at the screen for ever.
        asked.load_cert_chain(answers.certificate, value, password=lambda: "")
    except (ssl.SSLError, OSError, ValueError):
        return "These two do not belong together, or the key has a password. Both are PEM files."
    return None


def why_not_database(value: str, answers: Answers) -> str | None:
    """One of the two."""
    return None if value in {SQLITE, POSTGRESQL} else f"Answer {SQLITE} or {POSTGRESQL}."


def why_not_mail_server(value: str, answers: Answers) -> str | None:
    """A host, or host and port, or nothing; after a space the name that it wants."""
    host, colon, port = value.partition(" ")[0].partition(":")
    if value and (not _NAME.fullmatch(host.lower()) or (colon and not (port.isdigit() and 0 < int(port) < 65536))):
        return "Give a name such as smtp.oak.sch.uk, with :587 after it for another port than 25, or nothing."
    if len(value.split()) > 2:
        return "Give the server, a space, and the name to sign in with. The password is asked for afterwards."
    return None


def why_not_mail_from(value: str, answers: Answers) -> str | None:
    """An address of the plain kind."""
    return None if re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", value) else f"“{value}” is not a mail address."


def why_not_backups(value: str) -> str | None:
    """A folder that is there, apart from what is backed up; a second machine; a bucket; or nothing."""
    if not value or value.startswith("s3://"):
        return None
    if far_address.is_far(value):
        return far_address.why_not(value)
    path = Path(value)
    if not path.is_absolute() or " " in value or "," in value or not path.is_dir():
        return f"There is no folder at “{value}”. Mount the other disk first, and give a path without spaces."
    if any(path.resolve().is_relative_to(one) for one in (places.DATA, places.PROGRAM, places.ETC)):
        return "Backups beside what they are of are lost with it. Give a folder on another disk."
    return None


def why_not_records_address(value: str, answers: Answers) -> str | None:
    """Another name than the first, or nothing."""
    if value and value == answers.address:
        return "Records need another name than the pages, or none."
    return why_not_address(value, answers) if value else None


def why_not_port(value: str, answers: Answers) -> str | None:
    """A port that a service without rights may use."""
    return None if value.isdigit() and 1024 <= int(value) < 65536 else "Give a port from 1024 to 65535."


def _full_name(answers: Answers) -> str:
    name = socket.getfqdn()
    return name if is_public(name) and not name.startswith("localhost.") else ""


QUESTIONS = (
    Question(
        "address",
        "At what name will people reach it? (such as forethought.oak.sch.uk)",
        default=_full_name,
        why_not=why_not_address,
        has_default=False,
        usual=True,
    ),
    Question(
        "https",
        f"Where does its https certificate come from? {AUTOMATIC}: made and renewed by itself, for a name known on "
        f"the internet. {OWN}: two files you have. {PLAIN}: no https at all, on a network nobody else can reach.",
        default=lambda answers: AUTOMATIC,
        why_not=why_not_https,
    ),
    Question(
        "certificate",
        "The certificate with its chain: the path of a PEM file.",
        asked=lambda answers: answers.https == OWN,
        why_not=why_not_certificate_file,
    ),
    Question(
        "certificate_key",
        "The key of the certificate: the path of a PEM file.",
        asked=lambda answers: answers.https == OWN,
        why_not=why_not_certificate_key,
    ),
    Question(
        "database",
        f"Which database? {SQLITE}: for one school. {POSTGRESQL}: for several, installed here from Debian.",
        default=lambda answers: SQLITE,
        why_not=why_not_database,
    ),
    Question(
        "mail_server",
        "Which server sends mail? (such as smtp.oak.sch.uk:587; does it want a name, then a space and the name; "
        "empty: none yet, letters wait)",
        why_not=why_not_mail_server,
        usual=True,
    ),
    Question(
        "backups",
        "Where do backups go? (a folder on another disk; sftp://name@host/folder for another machine or a NAS; "
        "s3://bucket/path; empty: nowhere yet; the head is told)",
        why_not=lambda value, answers: why_not_backups(value),
    ),
)

#: Not asked, but answered by an option.
OPTIONS = (
    Question(
        "mail_user",
        "the name to sign in with to the mail server",
        asked=lambda answers: bool(answers.mail_server),
    ),
    Question(
        "mail_from",
        "the sender of mails",
        default=lambda answers: f"forethought@{answers.address.partition('.')[2] or answers.address}",
        asked=lambda answers: bool(answers.mail_server),
        why_not=why_not_mail_from,
    ),
    Question(
        "records_address",
        "a second name of this machine, from which the content of records is shown, apart from the pages",
        why_not=why_not_records_address,
    ),
    Question("port", "the port of the program itself", default=lambda answers: "8000", why_not=why_not_port),
)


class WrongAnswer(Exception):
    """An answer given by an option or the environment that will not do. The message says which and why."""


def variable(name: str) -> str:
    """The environment's name for an answer."""
    return f"FORETHOUGHT_INSTALL_{name.upper()}"


#: Shows a question with its default until its check passes.
Ask = Callable[[Question, str, Callable[[str], str | None]], str]


def collect(
    *,
    kept: Answers | None,
    given: dict[str, str | None],
    ask: Ask | None,
    every: bool = False,
) -> tuple[Answers, int]:
    """The answers, and how many questions were asked for them.

    In this order: `given` by option or the environment, `kept` from an earlier run, asked. `ask` shows a question with
    its default until its check passes; without it nobody is at the screen, and the default is taken. Asked for is the
    usual, or with `every` each. Raises WrongAnswer.
    """
    answers, count, given = Answers(), 0, dict(given)
    for question in (*QUESTIONS, *OPTIONS):
        if not question.asked(answers):
            setattr(answers, question.name, "")
            continue
        value = given.get(question.name)
        asks = value is None and ask is not None and question in QUESTIONS and (every or question.usual)
        if asks and ask is not None:
            value = _asked(question, answers, kept, given, ask, every=every)
            count += 1
        elif value is None:
            default = getattr(kept, question.name) if kept else ""
            value = default or question.default(answers)
        value = (value or "").strip()
        if question.name in {"address", "records_address"}:
            value = value.lower()
        if question.name == "mail_server":
            value, _, name = value.partition(" ")
            if given.get("mail_user") is None and (asks or name):
                given["mail_user"] = name.strip()
        if wrong := question.why_not(value, answers):
            raise WrongAnswer(f"{wrong} (--{question.name.replace('_', '-')}, or {variable(question.name)})")
        setattr(answers, question.name, value)
    return answers, count


def _asked(
    question: Question, answers: Answers, kept: Answers | None, given: dict[str, str | None], ask: Ask, *, every: bool
) -> str:
    """What somebody at the screen says. `http://` before a name is their word for plain http, and goes into `given`."""
    default = getattr(kept, question.name) if kept else question.default(answers)
    if question.name == "mail_server" and kept and kept.mail_user:
        default = f"{default} {kept.mail_user}"
    typed = question.name == "address" and not every and not given.get("https")
    why_not = why_not_typed_address if typed else question.why_not
    value = ask(question, default, lambda said: why_not(said, answers))
    if typed and value.lower().startswith("http://"):
        value, given["https"] = value[len("http://") :], PLAIN
    return value


def told(answers: Answers) -> list[str]:
    """What was taken without asking, in lines for the screen. What was chosen is said too: it can be read again."""
    https = {
        AUTOMATIC: "a certificate is made and renewed by itself, through Let’s Encrypt",
        OWN: f"your own certificate, {answers.certificate}",
        PLAIN: "NONE. Whoever listens on this network reads everything",
    }
    databases = {SQLITE: "SQLite, for one school", POSTGRESQL: "PostgreSQL, on this machine"}
    mail = f"{answers.mail_from}, through {answers.mail_server}" if answers.mail_server else "none: letters wait"
    return [
        f"Address:   {answers.site}",
        f"https:     {https[answers.https]}",
        f"Database:  {databases[answers.database]}",
        f"Data:      {places.DATA}",
        f"Port:      {answers.port}, on this machine",
        f"Mail:      {mail}",
        f"Backups:   {answers.backups or 'NOWHERE YET. With another disk: bin/install --backups FOLDER'}",
    ]


def from_environment() -> dict[str, str | None]:
    """What the environment answers."""
    return {question.name: os.environ.get(variable(question.name)) for question in (*QUESTIONS, *OPTIONS)}
