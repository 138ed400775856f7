"""The school's own list of numbers: what belongs on it, and what each is for. Plain values; no number stands here.

Numbers change, and one printed from memory fails when it is needed. So only 999 and 101 are fixed; the rest is the
school's, with the day on which somebody last checked it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

#: After this a number is asked to be checked again.
STALE = timedelta(days=366)


@dataclass(frozen=True)
class Number:
    """One line of the list. `needed`: a page that somebody opens in need has a hole without it."""

    key: str
    label: str
    use: str
    needed: bool = False


NUMBERS: tuple[Number, ...] = (
    Number("office", "The school office", "How parents reach the school.", needed=True),
    Number(
        "social_care", "Children’s social care", "A child may be at risk. The council’s day and night numbers.", True
    ),
    Number("lado", "The designated officer (LADO)", "An adult at the school may have harmed a child.", needed=True),
    Number("talk", "Somebody to talk to at night", "For whoever thinks of harming themselves.", needed=True),
    Number("text_999", "999 without a voice call", "For whoever cannot speak or hear on the phone.", needed=True),
    Number("ceop", "CEOP", "An adult may be grooming a child."),
    Number("iwf", "Internet Watch Foundation", "A picture of a child on a website: its address alone."),
    Number("report_remove", "Report Remove", "A child wants their own picture taken down."),
    Number("ncii", "StopNCII", "An adult’s intimate picture must not spread."),
    Number("revenge_porn_helpline", "Revenge Porn Helpline", "For the adult in such a picture."),
)


def number(key: str) -> Number | None:
    """A line of the list by its key, or nothing."""
    return next((one for one in NUMBERS if one.key == key), None)


def missing(kept: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The labels of the needed ones that the school has not filled in. Policy 6.5, 8.7."""
    return [one.label for one in NUMBERS if one.needed and not kept.get(one.key, {}).get("number")]


def stale(kept: Mapping[str, Mapping[str, str]], today: date) -> list[str]:
    """The labels of those whose last check is more than a year ago. A day in London. Policy 6.5, 8.7."""
    found = []
    for one in NUMBERS:
        entry = kept.get(one.key, {})
        if not entry.get("number"):
            continue
        try:
            checked = date.fromisoformat(entry.get("checked_on", ""))
        except ValueError:
            checked = date.min
        if today - checked > STALE:
            found.append(one.label)
    return found


def why_not_checked(*, checked_on: date, today: date) -> str | None:
    """A number was checked on a day that has been. Days in London. Policy 6.5."""
    return "That day has not come yet." if checked_on > today else None
