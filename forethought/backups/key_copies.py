"""Copies of the key files, in a place apart from the data, sealed to the card: made, listed and opened.

keys/<name of the backup>.tar.age     the key files as they were, gone after 35 days
"""

import io
import tarfile
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from pyrage.x25519 import Identity, Recipient

from forethought.backups import card, rules
from forethought.backups.manifest import BadBackup
from forethought.backups.places import Place


def key_files() -> list[Path]:
    """The files without which nothing opens, the master key of before included while there is one."""
    master = Path(settings.MASTER_KEY_FILE)
    others = [master.with_name(master.name + end) for end in (".next", ".last")]
    return [master, Path(settings.LOG_KEY_FILE), Path(settings.SECRET_KEY_FILE), *others]


def keep_keys(keys_to: Place, name: str, to: Sequence[Recipient]) -> None:
    """Keep a copy of the key files, apart from the data, for whoever has the card."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in key_files():
            if path.exists():
                tar.add(path, arcname=path.name, recursive=False)
    packed.seek(0)
    with keys_to.writing(path_of(name)) as out:
        card.lock(packed, out, to=to)


def path_of(name: str) -> str:
    """Where the copy lies that was made with a backup."""
    return f"keys/{name}.tar.age"


def copies_of_keys(place: Place) -> list[str]:
    """Where the copies of the keys lie, newest first."""
    held = {Path(path).name.removesuffix(".tar.age"): path for path, _ in place.names("keys")}
    return [held[name] for name in rules.newest_first(filter(rules.is_name, held), at=timezone.now())]


def open_copy(place: Place, path: str, *, key: Identity) -> dict[str, bytes]:
    """The key files in a copy, by their names. Raises BadBackup when it is gone, damaged, or another card's."""
    packed = io.BytesIO()
    try:
        with place.open(path) as source:
            card.unlock(source, packed, key=key)
        packed.seek(0)
        with tarfile.open(fileobj=packed) as tar:
            members = [one for one in tar.getmembers() if one.isfile()]
            return {one.name: file.read() for one in members if (file := tar.extractfile(one)) is not None}
    except FileNotFoundError:
        raise BadBackup(f"{path} is missing from the backups.") from None
    except tarfile.TarError:
        raise BadBackup(f"{path} is no copy of keys.") from None
