"""Reading an exhibit back out of the vault."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import BinaryIO

from forethought.evidence import keyring
from forethought.evidence.away_standing import insist_not_away
from forethought.evidence.intake import exhibit_binding, exhibit_key_binding
from forethought.evidence.keys import BrokenSeal, unwrap
from forethought.evidence.models import CaseKey, Exhibit, ExhibitKey
from forethought.evidence.places import vault
from forethought.evidence.sealing import Opener


class Damaged(Exception):
    """A record is not what was kept: its file was swapped, moved, altered or is gone, or its row points elsewhere.

    A fault, never a refusal. Nothing of it is shown. `piece` is the number of the part, from 0, where one is to blame.
    """

    def __init__(self, sentence: str, piece: int | None = None) -> None:
        super().__init__(sentence)
        self.piece = piece


@contextmanager
def opened(exhibit: Exhibit) -> Iterator[Opener]:
    """The content of an exhibit, to be read at any place, each piece verified before it is given out.

    Raises Damaged, there or while it is read, and away.SealedAway when nobody may read it.
    """
    insist_not_away(exhibit)
    where = {"school": exhibit.school_id, "case": exhibit.case_id, "exhibit": exhibit.id}
    try:
        case_key = keyring.case_key(exhibit.school_id, exhibit.case_id)
        key = unwrap(bytes(exhibit.key.wrapped), under=case_key, about=exhibit_key_binding(**where))
        with _file_of(exhibit) as file:
            opener = Opener(file, key=key, about=exhibit_binding(**where), object_name=exhibit.object_name)
            if opener.size != exhibit.size:
                raise BrokenSeal(f"The stored object holds {opener.size} bytes; its row says {exhibit.size}.")
            yield opener
    except BrokenSeal as error:
        raise Damaged(str(error), error.chunk) from error
    except (CaseKey.DoesNotExist, ExhibitKey.DoesNotExist):
        raise Damaged("its key is gone, so nobody can open it.") from None


def _file_of(exhibit: Exhibit) -> BinaryIO:
    try:
        return vault(exhibit.school_id).open(exhibit.object_name)
    except (FileNotFoundError, ValueError):
        raise Damaged(f"its file {exhibit.object_name} is not in the vault.") from None


def insist_whole(exhibit: Exhibit) -> None:
    """Read an exhibit through. Raises Damaged unless every byte is as it came, and the hash is the row's."""
    found = sha256()
    with opened(exhibit) as opener:
        for piece in opener.chunks():
            found.update(piece)
    if found.digest() != bytes(exhibit.sha256 or b""):
        raise Damaged("its content is not what its row says.")


def content_of(exhibit: Exhibit) -> Iterator[bytes]:
    """The bytes of an exhibit from the beginning, each piece verified before it is given out.

    Raises Damaged when what lies in the vault is not what was sealed for this exhibit, and away.SealedAway when nobody
    may read it.
    """
    with opened(exhibit) as opener:
        yield from opener.chunks()
