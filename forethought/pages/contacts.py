"""The school's own list of numbers. No page prints one from memory: only 999 and 101 never change."""

import re
import uuid
from dataclasses import dataclass
from datetime import date

from forethought.core.clock import spoken_day
from forethought.people.models import School

_DIALLED = re.compile(r"[+0-9][0-9 ]{2,19}")


@dataclass(frozen=True)
class Contact:
    """One line of the list. `number` may be an address on the web; `dial` is set only for what a phone can call."""

    name: str
    number: str
    dial: str
    checked: str


def contacts(school_id: uuid.UUID) -> dict[str, Contact]:
    """The list of a school, by its keys. Empty until somebody fills it in."""
    kept = School.objects.only("contacts").get(pk=school_id).contacts
    return {key: contact(entry) for key, entry in kept.items() if entry.get("number")}


def contact(entry: dict[str, str]) -> Contact:
    """One entry as pages show it."""
    number = entry["number"].strip()
    dial = number.replace(" ", "") if _DIALLED.fullmatch(number) else ""
    try:
        checked = spoken_day(date.fromisoformat(entry.get("checked_on") or ""), year=True)
    except ValueError:
        checked = ""
    return Contact(entry.get("name", ""), number, dial, checked)
