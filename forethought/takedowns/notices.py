"""What is written to a site, app or host: which fields a notice needs, and its words.

A notice asks; it never claims a power that the school does not have. It is text only: no picture is ever attached.
The field lists follow the common header of law.md 5.2 and its rows N1 (a report in the app or site) and N2 (a letter to
the contact that a host publishes).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from forethought.core.clock import london, spoken
from forethought.core.text import is_blank
from forethought.takedowns.ladder import RUNGS, Refusal
from forethought.takedowns.rules import Wanted
from forethought.takedowns.targets import Target, why_not_target

Value = str | datetime | None
Fields = Mapping[str, Value]


class Kind(StrEnum):
    """Which notice: in the app or site itself, to the host's published contact, or to a next step. Law.md 5.2."""

    PLATFORM = "N1"
    HOST = "N2"
    STEP = "step"


@dataclass(frozen=True)
class Field:
    """One field of a notice. `why` is the sentence shown beside it, and when it is missing."""

    name: str
    label: str
    mandatory: bool
    why: str
    only_if: Callable[[Fields], bool] = lambda fields: True

    @property
    def missing(self) -> str:
        """What is said when it is empty."""
        return f"“{self.label}” is missing. {self.why}"


@dataclass(frozen=True)
class Notice:
    """A notice as it goes out: plain text, and the same in blocks to copy into a form. Kept word for word once sent."""

    kind: Kind
    subject: str
    text: str
    blocks: tuple[tuple[str, str], ...]


def _amending(fields: Fields) -> bool:
    return _word(fields, "wanted") == Wanted.AMEND


def _on_behalf(fields: Fields) -> bool:
    return _word(fields, "authority") == "authorised"


def _gave_answer(fields: Fields) -> bool:
    return _word(fields, "refusal") in {Refusal.REFUSED, Refusal.PART_ONLY}


_ASK_FIRST = "Ask the host first, under “Ask the host”, or say that there is no way to reach it."


def _was_asked(fields: Fields) -> bool:
    return _word(fields, "refusal") != Refusal.NO_WAY_TO_REACH


_HEADER = (
    Field("reference", "Our reference", True, "Every answer can then be matched to this case."),
    Field("sent_at", "Date and time sent", True, "It shows from when the host knew."),
    Field("sender_name", "Sender's full name", True, "A notice from nobody is easily set aside."),
    Field("sender_role", "Sender's role", True, "It shows that the school is writing, and who in it."),
    Field("authority", "Who the sender speaks for", True, "Say the school, or the person concerned."),
    Field("authority_reference", "Proof of authority", True, "Say where their yes is recorded.", _on_behalf),
    Field("recipient", "Who it goes to", True, "Name the site, app or company."),
    Field("found_how", "How the contact was found", True, "It shows that it is the right address."),
)
_PLACE = (
    Field("address", "Exact web address", False, "With it, they find it at once."),
    Field("platform", "Site or app", False, "Needed where there is no web address."),
    Field("group", "Group", False, "Needed where there is neither an address nor an account."),
    Field("handle", "Account name or number", False, "It helps them find everything that account posted."),
    Field("post", "Number of the post", False, "It points to one post on a long page."),
    Field("description", "Description", False, "Needed without an address. Leave out what an image shows."),
    Field("first_seen_at", "First seen", True, "It shows how long it has been up."),
    Field("capture_hash", "Fingerprint of our record", False, "It proves later what was there. The record stays here."),
)
_WITHOUT_ADDRESS = ("platform", "group", "handle", "post", "description")
_ASK = (
    Field("wanted", "What is asked", True, "Say remove, or change."),
    Field("wording", "The wording wanted", True, "Without it they can only guess what to change.", _amending),
    Field("reply_by", "Reply wanted by", True, "It says when we look again."),
    Field("reply_to", "Address for the reply", False, "A mail address of the school that somebody reads."),
)

#: The fields of each notice, in the order of the form. Law.md 5.2.
FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.PLATFORM: (
        *_HEADER,
        Field("category", "Kind of report", True, "Choose the nearest one in the app's own list."),
        Field("rule", "Which of their rules it breaks", True, "They decide by their own rules."),
        Field(
            "account_used",
            "Account the report is made from",
            True,
            "The school's or the person's. Never a made-up one.",
        ),
        *_PLACE,
        *_ASK,
    ),
    Kind.HOST: (
        *_HEADER,
        Field("sender_address", "Sender's postal address", True, "A court looks for the sender's name and address."),
        Field("contact", "The contact they publish", True, "It must be one that the company itself gives out."),
        Field(
            "unlawful", "What is unlawful about it, and why", True, "Give the facts. Without them they need not act."
        ),
        *_PLACE,
        *_ASK,
    ),
    Kind.STEP: (
        *_HEADER,
        Field("rung", "Which next step", True, "Choose who is asked now."),
        Field("host", "The host that did not help", True, "Name who was asked before."),
        Field("refusal", "How the host did not help", True, "It must stand on record before anybody else is asked."),
        Field("asked_at", "When the host was asked", True, _ASK_FIRST, _was_asked),
        Field("refusal_words", "What the host answered", True, "Copy its answer word for word.", _gave_answer),
        Field("reason", "What is wrong with it, and why", True, "Give the facts, and the rule it breaks."),
        *_PLACE,
        *_ASK,
    ),
}

_AUTHORITY = {
    "school": "the school",
    "person": "themselves, as the person concerned",
    "authorised": "the person concerned, who has agreed to it",
}
_CHOICES: Mapping[str, Collection[str]] = {
    "wanted": list(Wanted),
    "authority": _AUTHORITY,
    "rung": RUNGS,
    "refusal": list(Refusal),
}


def missing(kind: Kind, fields: Fields) -> list[str]:
    """A sentence for each thing that a notice still needs; empty when it can be sent. Policy 8.3, 8.6."""
    needed = [
        field.missing
        for field in FIELDS[kind]
        if field.mandatory and field.only_if(fields) and _is_missing(fields.get(field.name))
    ]
    for field in FIELDS[kind]:
        value = _word(fields, field.name)
        if value and field.name in _CHOICES and value not in _CHOICES[field.name]:
            needed.append(f"“{value}” is not one of the choices for “{field.label}”.")
    target = Target(**{name: _word(fields, name) for name in ("address", "platform", "group", "handle", "description")})
    if refusal := why_not_target(target):
        needed.append(refusal)
    return needed


def compose(kind: Kind, fields: Fields) -> Notice:
    """The words of a notice, from complete fields. Times are said in London time and in UTC.

    Raises ValueError while something is missing. Policy 8.3. Also law.md 5.2, N1 and N2.
    """
    if lacking := missing(kind, fields):
        raise ValueError(" ".join(lacking))
    subject = " ".join(f"{_subject(kind, fields)}: our reference {_word(fields, 'reference')}".split())
    blocks: list[tuple[str, str]] = [("Subject", subject)]
    if kind is Kind.STEP:
        blocks.append(("What happened before", _before(fields)))
    blocks += [
        ("What we ask", _request(fields)),
        ("Where it is", _place(fields)),
        ("Why", why(kind, fields)),
        ("When it was first seen", _instant(fields, "first_seen_at")),
        ("Who we are", _sender(fields)),
        ("Please reply", _reply(fields)),
    ]
    if fingerprint := _word(fields, "capture_hash"):
        blocks.append(
            ("Our record", f"We keep a record of what was there. Its fingerprint (SHA-256) is {fingerprint}.")
        )
    blocks.append(("About this notice", _standing(kind)))
    return Notice(kind, subject, _letter(kind, fields, blocks), tuple(blocks))


def _letter(kind: Kind, fields: Fields, blocks: list[tuple[str, str]]) -> str:
    header = [
        ("To", _word(fields, "recipient")),
        ("Contact", _word(fields, "contact") if kind is Kind.HOST else ""),
        ("How we found it", _word(fields, "found_how")),
        ("Sent", _instant(fields, "sent_at")),
        ("Our reference", _word(fields, "reference")),
    ]
    if kind is Kind.PLATFORM:
        header += [("Kind of report", _word(fields, "category")), ("Reported from", _word(fields, "account_used"))]
    # One line each, whatever was pasted: a second line could pass for a heading of ours.
    parts = ["\n".join(f"{label}: {' '.join(words.split())}" for label, words in header if words)]
    parts += [f"{label}\n{words}" for label, words in blocks if label != "Subject"]
    return "\n\n".join(parts) + "\n"


def _subject(kind: Kind, fields: Fields) -> str:
    if kind is Kind.STEP:
        return f"Request to {_word(fields, 'recipient')} after the host did not help"
    return "Request to change material online" if _amending(fields) else "Request to remove material online"


def _request(fields: Fields) -> str:
    if _amending(fields):
        return f"Please change the material below. We ask that it reads instead:\n“{_word(fields, 'wording')}”"
    return "Please remove the material below, and any copies of it that you hold in public view."


def _place(fields: Fields) -> str:
    labels = {field.name: field.label for field in _PLACE}
    rows = [(labels[name], _word(fields, name)) for name in ("address", *_WITHOUT_ADDRESS)]
    return "\n".join(f"{label}: {words}" for label, words in rows if words)


def why(kind: Kind, fields: Fields) -> str:
    """What is wrong with it, as the notice says it. Policy 8.3."""
    return _word(fields, {Kind.PLATFORM: "rule", Kind.HOST: "unlawful", Kind.STEP: "reason"}[kind])


def _sender(fields: Fields) -> str:
    lines = [f"{_word(fields, 'sender_name')}, {_word(fields, 'sender_role')}", _word(fields, "sender_address")]
    lines.append(f"Writing for {_AUTHORITY[_word(fields, 'authority')]}.")
    if _on_behalf(fields):
        lines.append(f"Their agreement is recorded as {_word(fields, 'authority_reference')}.")
    return "\n".join(line for line in lines if line)


def _reply(fields: Fields) -> str:
    whom = _word(fields, "reply_to") or "us"
    return (
        f"Please tell {whom} what you decided by {_instant(fields, 'reply_by')}. That time is the school's own target, "
        "so that the person concerned is not left waiting. The law does not set it."
    )


def _standing(kind: Kind) -> str:
    """What the notice is and is not in law. It says what may follow from knowing, and orders nothing."""
    if kind is Kind.HOST:
        law = (
            "This notice tells you where the material is and why we believe it is unlawful. Under regulation 19 of the "
            "Electronic Commerce (EC Directive) Regulations 2002, whether a host is protected can depend on what it "
            "knows, and on whether it then acts quickly. Whether that applies here is for you to consider."
        )
    elif kind is Kind.PLATFORM:
        law = "We ask you to look at this under your own rules."
    else:
        law = "We ask you to look at this under your own rules and contracts."
    return f"{law} The school is asking. It is not giving an order. No picture is attached."


def _before(fields: Fields) -> str:
    """The host's non-co-operation, as it stands on record. Policy 8.6."""
    host = _word(fields, "host")
    asked = f"{host} was asked at {_instant(fields, 'asked_at')}."
    match Refusal(_word(fields, "refusal")):
        case Refusal.REFUSED:
            return f"{asked} It refused. Its answer was:\n“{_word(fields, 'refusal_words')}”"
        case Refusal.PART_ONLY:
            return f"{asked} It did only part of what was asked. Its answer was:\n“{_word(fields, 'refusal_words')}”"
        case Refusal.NO_ANSWER:
            return f"{asked} When this was sent, it had not answered."
        case Refusal.NO_WAY_TO_REACH:
            return f"We looked for a way to reach {host} and found none that works."


def _instant(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, datetime):
        return _word(fields, name)
    universal = value.astimezone(UTC)
    return f"{spoken(value, year=True)}, {london(value):%Z} ({universal:%Y-%m-%d %H:%M} UTC)"


def _word(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return value.strip() if isinstance(value, str) and not is_blank(value) else ""


def _is_missing(value: Value) -> bool:
    return value is None or (isinstance(value, str) and is_blank(value))
