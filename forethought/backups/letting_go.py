"""Which backups go: those that the schedule keeps no longer, keys after their days, and files that none needs.

Only after a new one is whole, and never more than can be told: while a list that is kept cannot be read, no file goes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from forethought.backups import keeping, manifest, owning, rules
from forethought.backups.manifest import BadBackup
from forethought.backups.places import Place


def let_go(place: Place, *, keys_to: Place | None, at: datetime, objects_too: bool) -> int:
    """Remove the backups that the schedule keeps no longer, keys after their days, and files that none needs.

    Call it inside `alone`, after a backup is whole. How many backups went. A file goes only when every list that is
    kept could be read. Raises NotOurs.
    """
    for one in filter(None, (place, keys_to)):
        owning.insist_ours(one, at=at)
    whole, _ = manifest.names_in(path for path, _ in place.names("snapshots"))
    stay = rules.kept(whole, keeping.schedule())
    # What is still locked is not asked to go, or each hour would ask for hundreds of files.
    locked_since = at - timedelta(days=place.keeps_days)
    going = {name for name in whole - stay if not place.keeps_days or rules.made_at(name) < locked_since}
    for name in going:
        # Its note first: what is left of it after a kill is a backup that was never finished.
        place.remove(f"{manifest.folder_of(name)}/{manifest.NOTE}")
    _clear_unfinished(place)
    for name in rules.past_keys(stay, at=at, days=settings.BACKUPS_KEPT_DAYS):
        place.remove(f"{manifest.folder_of(name)}/{manifest.APART}")
    if keys_to is not None:
        held = {Path(path).name.removesuffix(".tar.age"): path for path, _ in keys_to.names("keys")}
        named = {name: path for name, path in held.items() if rules.is_name(name)}
        for name in rules.past_keys(named, at=at, days=settings.BACKUPS_KEPT_DAYS):
            keys_to.remove(named[name])
    if objects_too:
        _let_objects_go(place, whole - going)
    return len(going)


def clear_unfinished(place: Place, *, at: datetime) -> None:
    """Remove what is left of backups that were never finished. Call it inside `alone`, before the next one too.

    A full disk would else be kept full by the attempts that failed on it. Raises NotOurs: what seems unfinished may be
    another's that is made at this moment.
    """
    owning.insist_ours(place, at=at)
    _clear_unfinished(place)


def _clear_unfinished(place: Place) -> None:
    for name in manifest.names_in(path for path, _ in place.names("snapshots"))[1]:
        for path, _ in list(place.names(manifest.folder_of(name))):
            place.remove(path)


def _let_objects_go(place: Place, stay: Collection[str]) -> None:
    needed: set[str] = set()
    read: set[str] = set()
    keys = [keeping.signing_key().public()]
    try:
        for name in stay:
            made = keeping.read_manifest(place, name, keys=keys)
            digest = made.files[manifest.OBJECTS].sha256
            if digest not in read:
                read.add(digest)
                needed |= {manifest.place_of(one) for one in keeping.objects_of(place, made)}
    except (BadBackup, KeyError):
        return
    for path, _ in list(place.names("objects")):
        # Whatever else lies there is not ours: a vault, should somebody have named the same folder or bucket.
        if path not in needed and manifest.is_object(path):
            place.remove(path)
