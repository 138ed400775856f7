"""What is asked before a notice is written: only what a person must say, and only what the chosen way needs."""

from dataclasses import dataclass
from typing import Any

from forethought.pages import acts, fields
from forethought.takedowns import grounds, ladder, notices

FOUND = {
    "page": "On their own help or contact page",
    "form": "Their own report form",
    "register": "In a public register of websites",
    "asked": "Somebody there told us",
}
ACCOUNTS = {
    "school": "The school’s own account",
    "own": "The account of the person who reports it",
    "none": "No account was asked for",
}


@dataclass(frozen=True)
class Way:
    """One way to ask a host: what it is called, which notice it writes, and whether it goes from here."""

    key: str
    name: str
    kind: notices.Kind
    way: str
    #: Questions of the form that this way does not need.
    without: tuple[str, ...]


WAYS = {
    "mail": Way("mail", "A letter by mail, sent from here", notices.Kind.HOST, "mail", ("account",)),
    "form": Way(
        "form",
        "Their own report form, in the app or on the site",
        notices.Kind.PLATFORM,
        "copied",
        ("contact", "found", "sender_address"),
    ),
    "letter": Way("letter", "A letter that you send yourself", notices.Kind.HOST, "copied", ("account",)),
}


class NoticeForm(acts.Versioned):
    """What only a person can say. The rest of the notice is filled in from the case and the school."""

    recipient = fields.Line(label="Site, app or company", longest=200, missing="Name the site, app or company.")
    contact = fields.Line(
        label="Their published mail address",
        longest=254,
        attrs={"inputmode": "email"},
        missing="Give their mail address, or choose another way to ask.",
    )
    found = fields.Choice(
        label="Where did you find it?",
        choices=[(k, v) for k, v in FOUND.items() if k != "form"],
        missing="Choose where you found it.",
    )
    account = fields.Choice(
        label="Which account do you report from?",
        choices=list(ACCOUNTS.items()),
        hint="Never a made-up one.",
        missing="Choose the account.",
    )
    description = fields.Words(
        label="What it is, in a few words",
        longest=1000,
        rows=2,
        hint="So that they can find it. Do not describe an image in detail.",
        missing="Say what it is, so that they can find it.",
    )
    grounds = fields.Choices(
        label="What is wrong with it?",
        required=False,
        choices=[(ground.key, ground.asked) for ground in grounds.GROUNDS],
    )
    facts = fields.Words(
        label="The facts, in two sentences",
        longest=3000,
        rows=3,
        required=False,
        hint="What it says, and what is true. They take it more seriously then.",
    )
    sender_address = fields.Line(
        label="The school’s postal address", longest=300, missing="Give the school’s postal address."
    )
    reply_to = fields.Line(
        label="Mail address for their answer",
        longest=254,
        attrs={"inputmode": "email"},
        missing="Give an address that somebody reads.",
    )

    def clean(self) -> dict[str, Any]:
        """Something must be wrong with it, in a tick or in words."""
        cleaned = super().clean()
        if reason := grounds.why_not_said(cleaned.get("grounds") or [], cleaned.get("facts") or ""):
            self.add_error("grounds", reason)
        return cleaned

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One of the two is needed, so neither is called optional.
        self.fields["grounds"].says_optional = False  # type: ignore[attr-defined]

    def leave_out(self, names: tuple[str, ...]) -> None:
        """Take away the questions that this notice does not need."""
        for name in names:
            self.fields.pop(name, None)


class StepForm(NoticeForm):
    """A next step, with the host's answer on record."""

    rung = fields.Choice(
        label="Which step?",
        choices=[(r.key, r.name) for r in ladder.LADDER],
        missing="Choose a step.",
        hints={r.key: f"{r.can} {r.cannot} Who asks: {r.who_asks.lower()}." for r in ladder.LADDER},
    )
    refusal = fields.Choice(
        label="What did the host do?",
        missing="Say what the host did.",
        choices=[
            ("no_answer", "It did not answer"),
            ("refused", "It refused"),
            ("part_only", "It did part of it"),
            ("no_way_to_reach", "There is no way to reach it"),
        ],
    )
    refusal_words = fields.Words(
        label="Its answer, word for word",
        longest=3000,
        rows=3,
        required=False,
        hint="Needed if it refused or did part of it.",
    )
    host = fields.Line(label="Who was asked before?", longest=200, missing="Name who was asked before.")
    way = fields.Choice(
        label="How does it go?",
        choices=[("copied", "I send it myself, or paste it into their form"), ("mail", "By mail, sent from here")],
        missing="Choose how it goes.",
    )
    account = None  # type: ignore[assignment]
    sender_address = None  # type: ignore[assignment]
    field_order = (
        "version",
        "host",
        "refusal",
        "refusal_words",
        "rung",
        "recipient",
        "way",
        "contact",
        "found",
        "description",
        "grounds",
        "facts",
        "reply_to",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].required = False
        self.fields["contact"].help_text = "Needed for a mail."

    def clean(self) -> dict[str, Any]:
        """A mail needs somewhere to go."""
        cleaned = super().clean()
        if cleaned.get("way") == "mail" and not cleaned.get("contact") and "contact" not in self.errors:
            self.add_error("contact", "Give their mail address, or choose to send it yourself.")
        return cleaned
