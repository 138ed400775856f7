"""The policy behind a check: the kinds that it bans, and each clause in the words of the version in force."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from forethought.pages import policy_text
from forethought.people.models import School, Wake
from forethought.policies import standing
from forethought.policies.banned import Banned, banned_in
from forethought.policies.clauses import clauses
from forethought.policies.models import Version
from forethought.policies.text import Text
from forethought.precheck.asking import MODEL
from forethought.rows import inside, school_in_scope


@dataclass(frozen=True)
class Bans:
    """What is banned here, and by which version; without one, the nine kinds of the model policy."""

    banned: tuple[Banned, ...]
    version: Version | None = None
    text: Text = ()
    links: policy_text.Links | None = None

    def clause(self, number: str, *, signed_in: bool) -> dict[str, str]:
        """A clause by its id or, for a kind of the school's own, by its number: its words, and where it stands.

        In the words of the version in force; where that has none, in those of the model policy.
        """
        serving = policy_text.serving(self.text, number, self.links or {})
        serving = serving or [one for one in self.text if one.number == number]
        known = clauses().get(number)
        words = serving[0].words if serving else known.words if known else ""
        printed = serving[0].number if serving else ""
        title = (serving[0].title if serving else "") or (known.title if known else "")
        href = f"/policy/clauses/{number}/" if known else ""
        if serving and not known:
            href = f"/policy/#{policy_text.anchor(serving[0])}"
        return {
            "number": printed or number,
            "title": title,
            "words": words,
            "href": href if signed_in else "",
        }


def bans_of(school_id: uuid.UUID | None) -> Bans:
    """What the policy of the school in scope bans; the model's kinds where there is no school, or no such list."""
    policy = standing.policy_of(school_id) if school_id else None
    version = policy.in_force if policy else None
    text = standing.text_of(version.text) if version else ()
    links = standing.links_of(text) if text else {}
    banned = banned_in(text, links)
    return Bans(banned or MODEL, version, text, links)


def only_school() -> uuid.UUID | None:
    """The school of an installation that serves one. Of several, nobody knows whose policy is asked for."""
    found = list(Wake.objects.values_list("school_id", flat=True)[:2])
    return found[0] if len(found) == 1 else None


@contextmanager
def at_a_school() -> Iterator[None]:
    """The school that the request belongs to, else the only one of the installation, else none."""
    school = None if school_in_scope() else only_school()
    if school is None:
        yield
        return
    with inside(school):
        yield


def own_details(school_id: uuid.UUID) -> tuple[str, ...]:
    """The school's own numbers and addresses, which anybody may post."""
    kept = School.objects.only("contacts").get(pk=school_id).contacts
    return tuple(entry["number"] for entry in kept.values() if entry.get("number"))
