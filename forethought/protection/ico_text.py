"""What the Information Commissioner’s Office asks about a breach, from what is known here. Never sent from here.

UK GDPR article 33(3) and (4), written from memory: check before relying on it. Clause 11.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from forethought.core.clock import spoken, spoken_length, utc
from forethought.protection.rules import BREACH_TIME

MISSING = "[not known yet: say so, and send it later]"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a breach. Empty where nobody has said."""

    school: str
    officer: str
    happened: str
    what: str
    whose: str
    how_many: str
    known_at: datetime
    told_at: datetime
    risk: str
    because: Sequence[str]
    done: Sequence[str]
    lessons: Sequence[str]
    people_told: str


def ico_text(known: Known, *, at: datetime) -> str:
    """The report to the ICO as text to copy, as it stands at an instant (UTC). Policy 11.1."""
    parts = [
        ("Who reports", known.school),
        ("Data protection officer", known.officer),
        ("What happened", known.happened),
        ("When the school knew of it", spoken(known.known_at, year=True)),
        ("Kinds of personal data", known.what),
        ("Whose data it is", known.whose),
        ("About how many people, and how many records", known.how_many),
        ("What it may lead to for them", " ".join([f"{known.risk}." if known.risk else "", *known.because]).strip()),
        ("What was done about it", "\n".join(known.done)),
        ("What is done so that it does not happen again", "\n".join(known.lessons)),
        ("Whether the people were told", known.people_told or "Not yet."),
    ]
    if (late := why_late(known.known_at, at)) is not None:
        parts.append(("Why this is later than 72 hours", late))
    return "\n\n".join(f"{title}\n{text.strip() or MISSING}" for title, text in parts) + "\n"


def why_late(known_at: datetime, at: datetime) -> str | None:
    """The line that the law wants where 72 hours have passed: the reason is for a person to give. Policy 11.1."""
    over: timedelta = utc(at) - utc(known_at) - BREACH_TIME
    return f"{spoken_length(over)} late, because: [give the reason]" if over > timedelta() else None
