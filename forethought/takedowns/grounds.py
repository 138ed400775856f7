"""Why the school asks, in ready sentences: ticked in a moment, careful about what anybody can know.

Each says what the school believes. None claims a power or decides what a court would.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from forethought.core.text import is_blank


@dataclass(frozen=True)
class Ground:
    """One reason: as the form asks it, as a site's own list may call it, and as the notice says it."""

    key: str
    asked: str
    called: str
    said: str


GROUNDS: tuple[Ground, ...] = (
    Ground(
        "abuse",
        "It bullies, insults or harasses somebody",
        "Bullying or harassment",
        "We believe that it bullies or harasses a person who works or helps at our school.",
    ),
    Ground(
        "threat",
        "It threatens somebody",
        "Threats",
        "We believe that it threatens a person who works or helps at our school.",
    ),
    Ground(
        "private",
        "It gives away private details",
        "Private information",
        "We believe that it gives away private details of a person who works or helps at our school.",
    ),
    Ground(
        "false",
        "It says what is not true",
        "False statements about a person",
        "We believe that it says things about a person who works or helps at our school that are not true.",
    ),
    Ground(
        "pretends",
        "It pretends to be somebody, or to be the school",
        "Impersonation",
        "We believe that it pretends to be our school, or a person who works or helps there.",
    ),
    Ground(
        "picture",
        "It uses a picture without permission",
        "Picture used without permission",
        "We believe that it uses a picture without the permission of the person in it, or of whoever made it.",
    ),
    Ground(
        "hate",
        "It attacks somebody for who they are",
        "Hateful conduct",
        "We believe that it attacks a person who works or helps at our school for who they are.",
    ),
)

_KNOWN = {ground.key: ground for ground in GROUNDS}


def called(chosen: Iterable[str]) -> str:
    """The kind of report to choose in a site's own list. Policy 8.3."""
    return ", ".join(_KNOWN[key].called for key in chosen if key in _KNOWN) or "Other"


def said(chosen: Iterable[str], facts: str) -> str:
    """What is wrong with it, as a notice says it: the reasons, then the facts as somebody wrote them. Policy 8.3."""
    sentences = [_KNOWN[key].said for key in chosen if key in _KNOWN]
    return "\n".join([*sentences, facts] if facts else sentences)


def why_not_said(chosen: Iterable[str], facts: str) -> str | None:
    """Why a notice does not yet say what is wrong. Policy 8.3."""
    if is_blank(facts) and not any(key in _KNOWN for key in chosen):
        return "Tick what is wrong with it, or say it in your own words."
    return None
