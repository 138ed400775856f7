"""Whose a place of backups is: of the installation that claimed it last. Plain Python. Times are instants in UTC.

    owners/0001-20261130T010203Z-<32 hex digits>.txt     the first claim, when, and by which installation

A claim is a file whose name no other installation uses, so nothing is ever written over and no place has to be able to
write “only if there is none”. Two that claim at once leave two files of one number, and whoever sees both refuses.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

FOLDER = "owners"
_PATH = re.compile(rf"{FOLDER}/([0-9]{{4}})-([0-9]{{8}}T[0-9]{{6}}Z)-([0-9a-f]{{32}})\.txt", re.ASCII)
_AT = "%Y%m%dT%H%M%SZ"


class Whose(Enum):
    """Whose a place is, for one installation: nobody's, its own, another's, or claimed by several at once."""

    FREE = "free"
    OURS = "ours"
    ANOTHERS = "another’s"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Claim:
    """That an installation took a place for its own. The first has the number 1; each taking over has the next."""

    number: int
    since: datetime
    installation: str

    def path(self) -> str:
        """Where it stands in the place."""
        return f"{FOLDER}/{self.number:04}-{self.since.astimezone(UTC):{_AT}}-{self.installation}.txt"


def claims_in(paths: Iterable[str]) -> list[Claim]:
    """The claims among the files of a place. Whatever else lies there is none."""
    found = []
    for path in paths:
        match = _PATH.fullmatch(path)
        if match is not None:
            try:
                since = datetime.strptime(match[2], _AT).replace(tzinfo=UTC)
            except ValueError:
                continue
            found.append(Claim(int(match[1]), since, match[3]))
    return found


def last_of(claims: Iterable[Claim]) -> list[Claim]:
    """The claims of the highest number: one, or several that came at once."""
    held = list(claims)
    highest = max((one.number for one in held), default=0)
    return [one for one in held if one.number == highest]


def whose(claims: Iterable[Claim], mine: str) -> Whose:
    """Whose a place with these claims is, for the installation of this id. reliability.md 9."""
    holders = {one.installation for one in last_of(claims)}
    if not holders:
        return Whose.FREE
    if holders == {mine}:
        return Whose.OURS
    return Whose.CONTESTED if mine in holders else Whose.ANOTHERS


def next_claim(claims: Iterable[Claim], mine: str, at: datetime) -> Claim:
    """The claim with which the installation of this id takes a place at this instant."""
    number = max((one.number for one in claims), default=0) + 1
    return Claim(number, at.astimezone(UTC).replace(microsecond=0), mine)


def is_before(made_at: datetime, claims: Iterable[Claim]) -> bool:
    """Whether a backup is of a former owner: made before the place was taken over.

    The first claim takes nothing over. It may be younger than the backups there, since the program learnt to claim
    later than to make them.
    """
    return any(one.number > 1 and made_at < one.since for one in last_of(claims))
