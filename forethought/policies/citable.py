"""What a case may cite: the clauses that the program knows, and the kinds that a version of the policy bans besides."""

from collections.abc import Mapping

from forethought.policies import standing
from forethought.policies.banned import Banned, banned_in
from forethought.policies.clauses import clauses
from forethought.policies.models import Version


def own_kinds(version: Version | None) -> Mapping[str, Banned]:
    """The kinds that a version bans beside the nine, by how a case cites them. Policy 5.3."""
    if version is None:
        return {}
    text = standing.text_of(version.text)
    return {one.cited: one for one in banned_in(text, standing.links_of(text)) if not one.clause}


def ever_own() -> Mapping[str, Banned]:
    """The same over every version of the school in scope; of equal words the newest. Policy 5.3."""
    found: dict[str, Banned] = {}
    for version in standing.versions():
        for cited, one in own_kinds(version).items():
            found.setdefault(cited, one)
    return found


def said(cited: str, version: Version | None) -> str:
    """How a cited clause is called: its number and title; for a kind of the school's own those of that version."""
    known = clauses().get(cited)
    if known is not None:
        return f"{known.id} {known.title}"
    own = own_kinds(version).get(cited)
    return name_of(own) if own is not None else cited


def name_of(own: Banned) -> str:
    """How a kind of the school's own is called in a list: its number and title, else its first words."""
    title = own.title or own.words
    short = title if len(title) <= LONGEST else title[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
    return f"{own.number} {short}".strip()


LONGEST = 80
