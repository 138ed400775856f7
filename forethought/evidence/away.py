"""Locking a record's key away, giving it back, destroying it. Parts of larger acts.

The key is moved, not marked: whatever reads a record and forgets to ask finds no key, rather than the file.
"""

from datetime import datetime

from forethought.audit.procedures import Actor
from forethought.evidence import keyring
from forethought.evidence.away_models import Away
from forethought.evidence.bundling import forget_bundles
from forethought.evidence.derived import forget
from forethought.evidence.intake import exhibit_key_binding
from forethought.evidence.keys import Binding, unwrap, wrap
from forethought.evidence.models import Exhibit, ExhibitKey
from forethought.evidence.redacting import forget_copies
from forethought.evidence.shredding import forget_exhibit
from forethought.evidence.to_read import read_again, stop_reading


def _bound(away: Away) -> Binding:
    return Binding("key sealed away", away.school_id, away.case_id, away.pk)


def lock(*, exhibit: Exhibit, away: Away) -> None:
    """Move a record's key into the row that seals it away, which is written here. Part of sealing it away."""
    row = ExhibitKey.objects.get(exhibit=exhibit)
    case_key = keyring.case_key(exhibit.school_id, exhibit.case_id)
    about = exhibit_key_binding(school=exhibit.school_id, case=exhibit.case_id, exhibit=exhibit.pk)
    key = unwrap(bytes(row.wrapped), under=case_key, about=about)
    away.wrapped = wrap(key, under=case_key, about=_bound(away))
    away.save(force_insert=True)
    stop_reading(exhibit, at=away.sealed_at)
    forget(exhibit)
    forget_copies(exhibit)
    ExhibitKey.objects.filter(pk=row.pk).update(wrapped=b"")
    forget_bundles(exhibit)


def unlock(*, away: Away, by: Actor, at: datetime) -> None:
    """Give a record its key back and end the row that sealed it away. Part of releasing it."""
    exhibit = away.exhibit
    case_key = keyring.case_key(exhibit.school_id, exhibit.case_id)
    about = exhibit_key_binding(school=exhibit.school_id, case=exhibit.case_id, exhibit=exhibit.pk)
    key = unwrap(bytes(away.wrapped), under=case_key, about=_bound(away))
    ExhibitKey.objects.filter(exhibit=exhibit).update(wrapped=wrap(key, under=case_key, about=about))
    end(away=away, how="released", by=by, at=at)
    read_again(exhibit, at=at)


def destroy(*, away: Away, by: Actor, at: datetime) -> None:
    """Destroy a record that is sealed away: its only key goes with this act, its bytes right after the commit.

    Part of the act by which two people destroy it. law.md 1.4.
    """
    end(away=away, how="destroyed", by=by, at=at)
    forget_exhibit(away.exhibit)


def end(*, away: Away, how: str, by: Actor, at: datetime) -> None:
    """End a row that sealed a record away; the key it held is gone from it. Part of releasing or destroying."""
    Away.objects.filter(pk=away.pk, ended_at__isnull=True).update(
        wrapped=b"", ended_at=at, ended_by=str(by.id), ended_as=how
    )
    away.refresh_from_db()
