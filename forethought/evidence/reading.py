"""Reading an exhibit back out of the vault."""

from collections.abc import Iterator
from functools import lru_cache

from django.conf import settings

from forethought.evidence import keyring
from forethought.evidence.away_standing import insist_not_away
from forethought.evidence.intake import exhibit_binding, exhibit_key_binding
from forethought.evidence.keys import unwrap
from forethought.evidence.models import Exhibit
from forethought.evidence.sealing import Opener
from forethought.evidence.vault import Vault, make_store


@lru_cache(maxsize=1)
def _vault(root: str, reserve: int) -> Vault:
    make_store(settings.VAULT)
    return Vault(settings.VAULT, reserve=reserve)


def vault() -> Vault:
    """The vault of this installation, made when first used."""
    return _vault(str(settings.VAULT), settings.FREE_SPACE_RESERVE)


def content_of(exhibit: Exhibit) -> Iterator[bytes]:
    """The bytes of an exhibit, each piece verified before it is given out.

    Raises keys.BrokenSeal when what lies in the vault is not what was sealed for this exhibit, and away.SealedAway when
    nobody may read it.
    """
    insist_not_away(exhibit)
    where = {"school": exhibit.school_id, "case": exhibit.case_id, "exhibit": exhibit.id}
    case_key = keyring.case_key(exhibit.school_id, exhibit.case_id)
    key = unwrap(bytes(exhibit.key.wrapped), under=case_key, about=exhibit_key_binding(**where))
    with vault().open(exhibit.object_name) as file:
        yield from Opener(file, key=key, about=exhibit_binding(**where), object_name=exhibit.object_name).chunks()
