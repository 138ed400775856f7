"""First words of the letters of a procedure, with blanks. A person reads and changes each before it goes. Plain."""

import re
from collections.abc import Mapping
from datetime import date

from forethought.core.text import is_blank

#: How a letter went, outside this program.
WAYS = {"handed": "Handed over", "posted": "Posted", "mailed": "By mail, from your own mailbox"}

#: The one letter that goes to somebody else than the person reported.
TO_AGENCY = "agency"

_SIGNED = "\n\n{sender}\n{school}\n{today}"

#: Each letter: what it is called, and its first words. A blank that is not known stands in square brackets.
TEXTS: Mapping[str, tuple[str, str]] = {
    "told": (
        "You are told of it",
        "Dear {name}\n\n"
        "Somebody has raised a matter about you. Nothing has been decided. We want to hear your side.\n\n"
        "This is what is said:\n{allegations}\n\n"
        "{investigator} will look into it. They do not decide it. You will be asked to a meeting.\n\n"
        "{companion}\n\n"
        "Support is open to you. Ask {contact}. Please do not speak of this with those who may be witnesses." + _SIGNED,
    ),
    "meeting": (
        "Asked to a meeting",
        "Dear {name}\n\nPlease come to a meeting at {when}. The place: {where}. It is to find out what "
        "happened. It is not a hearing, and nothing is decided there.\n\nThis is what is said:\n{allegations}\n\n"
        "You may bring somebody with you. Tell us what would make it easier for you to take part." + _SIGNED,
    ),
    "suspension": (
        "Asked to stay away",
        "Dear {name}\n\nWe ask you to stay away from work for now, on full pay. This is not disciplinary action, and "
        "says nothing of guilt. We thought of other ways first.\n\nWe look at this again on {review day}. Your contact "
        "meanwhile is {contact}. Support stays open to you." + _SIGNED,
    ),
    "notice": (
        "Notice of a hearing",
        "Dear {name}\n\nPlease come to a hearing at {when}. The place: {where}. It is heard by {panel}.\n\n"
        "This is what is said:\n{allegations}\n\nWhat may come of it: {possible outcomes}\n\n"
        "The evidence comes with this letter: {evidence}\n\nYou may answer, show evidence and ask for witnesses.\n\n"
        "{companion}\nIf your companion cannot come, name another time within five working days.\n\n"
        "Tell us what would make it easier for you to take part." + _SIGNED,
    ),
    "moved": (
        "The hearing is moved",
        "Dear {name}\n\nThe hearing is moved. It is now at {when}. The place: {where}. All else stays as we wrote."
        + _SIGNED,
    ),
    "decision": (
        "The decision",
        "Dear {name}\n\nThis is what was found about each point:\n{findings}\n\nWhat follows: {outcome}\n\n"
        "Why: {reasons}\n\nYou may appeal. Write to {appeal to} by {appeal_by}, and say why. Somebody hears it who had "
        "no part in this. You may bring a companion." + _SIGNED,
    ),
    "no_case": (
        "No case to answer",
        "Dear {name}\n\nWe have looked into the matter. There is no case to answer. It ends here.\n\n"
        "{statement}" + _SIGNED,
    ),
    "cleared": (
        "Your record is clear",
        "Dear {name}\n\n{statement}\n\nNothing of it stays in your personnel file unless you ask for that. It will not "
        "be mentioned in a reference.\n\nWe know that this was hard. Support stays open to you." + _SIGNED,
    ),
    "appeal_notice": (
        "Asked to the appeal",
        "Dear {name}\n\nThank you for your appeal. It is heard at {when}, by {appeal panel}. The place: {where}. They "
        "had no part in this before. You may bring a companion." + _SIGNED,
    ),
    "appeal_outcome": (
        "How the appeal ended",
        "Dear {name}\n\nYour appeal has been heard. {result}\n\nWhy: {appeal reasons}\n\nThis is final here." + _SIGNED,
    ),
    "informal": (
        "What we agreed",
        "Dear {name}\n\nThank you for talking with us. This is what we agreed: {agreed}\n\n"
        "It is informal. It is no warning." + _SIGNED,
    ),
    TO_AGENCY: (
        "To the agency",
        "Dear {agency contact}\n\nThe assignment of {name} at our school ends on {last day}.\n\nWhy: {what may be said}"
        + _SIGNED,
    ),
}

_BLANK = re.compile(r"{([a-z_ ]+)}")
_LEFT = re.compile(r"\[[a-z ]+\]")


def filled(text: str, known: Mapping[str, str]) -> str:
    """A letter with what is known in its blanks; what is not known stands as “[review day]”, to be written in."""
    return _BLANK.sub(lambda blank: known.get(blank[1], "") or f"[{blank[1].replace('_', ' ')}]", text)


def blanks_left(words: str) -> list[str]:
    """The blanks that nobody has filled in yet, in their order."""
    return list(dict.fromkeys(_LEFT.findall(words)))


def why_not_keep_as_sent(*, sent: bool, words: str, way: str, sent_on: date, today: date, proof: str) -> str | None:
    """A letter is kept once, whole, with how and when it went and what shows it. Policy 9.5."""
    if sent:
        return "This letter was kept as sent already."
    if left := blanks_left(words):
        return f"Fill in first: {', '.join(left)}."
    if way not in WAYS:
        return "Choose how it was sent."
    if sent_on > today:
        return "That day has not come yet."
    return "Write what shows that it was sent: a signature, a receipt, who saw it." if is_blank(proof) else None
