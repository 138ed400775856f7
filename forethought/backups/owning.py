"""One place of backups belongs to one installation: no other writes to it or lets anything go (decision 53).

A machine made for a drill, and left with the school's own place in its settings, would else be taken for the newest
backup of the school, and its schedule would remove the real ones. Reading is open to all: a restore asks for no mark.
"""

import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

from forethought.backups import owners
from forethought.backups.owners import Claim, Whose
from forethought.backups.places import NoPlace, Place
from forethought.core.clock import london, spoken_day
from forethought.evidence.disk import Disk, make_folders, write_all

_MARK = """\
The backups here belong to the installation of Forethought that is named last in this folder. Another one refuses to
write here until somebody says that it takes over. Nothing here may be removed.
"""

_CHOICES = (
    "Is it to take over? Say so on its page “Backups”, or with: manage.py backup --take-over YOUR-ADDRESS. "
    "If not, give it another place in its settings."
)


class NotOurs(NoPlace):
    """The place belongs to another installation. The message says so, with the two choices."""


def _file() -> Path:
    found: Path = settings.DATA / "backup" / "installation"
    return found


def identity() -> str:
    """The id of this installation, made when it is first asked for: 32 hex digits. Raises OSError.

    In the data folder and not in the database, so that a restored copy has another.
    """
    return _read() or _make("")


def note_restored() -> None:
    """Note that this installation came from a backup: it takes no place that holds backups by itself.

    One that has an id keeps it: it was restored in its own data folder, and its places are still its own.
    """
    if not _read():
        _make(" restored")


def _read() -> str:
    try:
        return _file().read_text().partition(" ")[0].strip()
    except FileNotFoundError:
        return ""


def _make(more: str) -> str:
    """Write the id whole and durably. Of two processes that do so at once, both end with the same."""
    disk, goal = Disk(), _file()
    make_folders(disk, goal.parent)
    part = goal.with_name(f".{goal.name}.{secrets.token_hex(4)}.part")
    fd = disk.create(part)
    try:
        write_all(disk, fd, f"{secrets.token_hex(16)}{more}\n".encode())
        disk.sync(fd)
    finally:
        disk.close(fd)
    with suppress(FileExistsError):
        os.link(part, goal)
    disk.remove(part)
    disk.sync_folder(goal.parent)
    return _read()


def claims(place: Place) -> list[Claim]:
    """Who claimed a place so far."""
    return owners.claims_in(path for path, _ in place.names(owners.FOLDER))


def is_anothers(place: Place) -> bool:
    """Whether a place belongs to another installation. Nothing is written, and no id is made."""
    return owners.whose(claims(place), _read()) in {Whose.ANOTHERS, Whose.CONTESTED}


def insist_ours(place: Place, *, at: datetime) -> None:
    """Raises NotOurs unless the place is ours; one that is nobody's is claimed. `at` is UTC.

    Ask before the first byte is written, and again before a backup is signed or anything goes.
    """
    held, mine = claims(place), identity()
    found = owners.whose(held, mine)
    if found is Whose.FREE and not (_was_restored() and _holds_backups(place)):
        _claim(place, held, at)
    elif found is not Whose.OURS:
        raise NotOurs(_why_not(place, held, found))


def take_over(place: Place, *, at: datetime) -> bool:
    """Make a place ours, whoever had it. Whether that changed anything. Raises NotOurs when another did so at once."""
    held = claims(place)
    if owners.whose(held, identity()) is Whose.OURS:
        return False
    _claim(place, held, at)
    return True


def _claim(place: Place, held: list[Claim], at: datetime) -> None:
    """Write a claim, and look whether it stands alone: of two that come at once one sees both, and both may.

    Who sees another beside its own takes its own away and refuses. Where a lock keeps it, both refuse from then on,
    until somebody says which takes over.
    """
    claim = owners.next_claim(held, identity(), at)
    with place.writing(claim.path()) as out:
        out.write(_MARK.encode())
    now = claims(place)
    if claim not in now:
        raise NoPlace(f"What was written to {place.address} is not there. Check the disk.")
    found = owners.whose(now, claim.installation)
    if found is not Whose.OURS:
        place.remove(claim.path())
        raise NotOurs(_why_not(place, now, found))


def _was_restored() -> bool:
    return "restored" in _file().read_text()


def _holds_backups(place: Place) -> bool:
    return any(next(iter(place.names(folder)), None) is not None for folder in ("snapshots", "keys"))


def _why_not(place: Place, held: list[Claim], found: Whose) -> str:
    """What somebody at the command line, or whoever reads the log, is told."""
    if found is Whose.FREE:
        whom = "hold those of an installation from which this one was restored"
    elif found is Whose.CONTESTED:
        whom = "were claimed by this installation and another at the same time"
    else:
        day = spoken_day(london(owners.last_of(held)[0].since).date(), year=True)
        whom = f"belong to another installation, since {day}"
    return f"The backups in {place.address} {whom}: this one writes nothing there. {_CHOICES}"
